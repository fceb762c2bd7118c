//! What holds for all options.

use cavra::action::Action;
use cavra::traffic::{PerMillion, Rates, TrafficOptions};
use jiff::Timestamp;
use proptest::prelude::*;
use proptest::sample::select;

use super::support::{PROFILES, agents, events, line};

fn any_options() -> impl Strategy<Value = TrafficOptions> {
    let rate = || (0..=333_333_u32).prop_map(|it| PerMillion::new(it).unwrap());
    let start = 0..4_000_000_000_000_i64;
    (
        any::<u64>(),
        start,
        1..200_u32,
        select(PROFILES.to_vec()),
        rate(),
        rate(),
        rate(),
    )
        .prop_map(
            |(seed, start, count, profile, risky, dangerous, evasion)| TrafficOptions {
                seed,
                start: Timestamp::from_millisecond(start).unwrap(),
                agents: agents(count),
                profile,
                rates: Rates {
                    risky,
                    dangerous,
                    evasion,
                },
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn times_rise_and_documents_can_be_judged(options in any_options()) {
        let mut before = options.start;
        let mut count = 0;
        for event in events(&options).take(300) {
            prop_assert!(event.at >= before);
            before = event.at;
            let read = Action::from_json(line(&event).as_bytes());
            prop_assert_eq!(read.unwrap(), event.action);
            count += 1;
        }
        prop_assert_eq!(count, 300);
    }

    #[test]
    fn the_same_options_make_the_same_actions(options in any_options()) {
        prop_assert!(events(&options).take(200).eq(events(&options).take(200)));
    }
}
