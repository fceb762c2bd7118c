//! What may be asked for.

use cavra::traffic::{MAX_AGENTS, PerMillion, Rates, Traffic, TrafficError, TrafficOptions};
use jiff::Timestamp;

use super::support::{agents, options};

#[test]
fn rates_are_read_exactly_or_not_at_all() {
    let cases = [
        ("0", Some(0)),
        ("0.003", Some(3_000)),
        (".5", Some(500_000)),
        ("1", Some(1_000_000)),
        ("1.0", Some(1_000_000)),
        ("0.000001", Some(1)),
        ("0.3%", Some(3_000)),
        ("100%", Some(1_000_000)),
        ("0.0001%", Some(1)),
        ("0.1000000000", Some(100_000)),
        ("0.0000001", None),
        ("0.00001%", None),
        ("1.000001", None),
        ("100.1%", None),
        ("-0.1", None),
        ("+1", None),
        ("1e-3", None),
        ("", None),
        (".", None),
        ("%", None),
        ("99999999999", None),
        ("0.5 %", None),
        ("half", None),
    ];
    for (text, expected) in cases {
        let found = text.parse::<PerMillion>();
        assert_eq!(
            found.clone().ok().map(PerMillion::millionths),
            expected,
            "{text}"
        );
        if let Err(error) = found {
            assert!(error.to_string().contains(&format!("`{text}`")), "{error}");
        }
    }
}

#[test]
fn too_much_is_refused() {
    let half = PerMillion::new(500_000).unwrap();
    let rates = Rates {
        risky: half,
        dangerous: half,
        evasion: PerMillion::new(1).unwrap(),
    };
    let error = Traffic::new(&TrafficOptions {
        rates,
        ..options(1)
    })
    .unwrap_err();
    assert_eq!(error, TrafficError::Rates);
    let error = Traffic::new(&TrafficOptions {
        agents: agents(MAX_AGENTS + 1),
        ..options(1)
    });
    assert_eq!(
        error.unwrap_err(),
        TrafficError::TooManyAgents {
            agents: MAX_AGENTS + 1
        }
    );
    assert_eq!(PerMillion::new(1_000_001), None);
}

#[test]
fn time_ends_where_timestamps_do() {
    let options = TrafficOptions {
        start: Timestamp::MAX,
        ..options(1)
    };
    let mut traffic = Traffic::new(&options).unwrap();
    // The first agents may still fit in before the end.
    assert!(traffic.by_ref().take(1_000).count() < 1_000);
    assert_eq!(traffic.next(), None);
    let options = TrafficOptions {
        start: Timestamp::MIN,
        ..options
    };
    assert_eq!(Traffic::new(&options).unwrap().take(1_000).count(), 1_000);
}
