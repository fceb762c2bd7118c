//! Which decisions are compared: the same on every replica, and as many as were asked for.

use cavra::action::Action;
use cavra::shadow::compare::sampling::{
    Correlated, PartsPerMillion, Sampler, SamplingError, SamplingKey,
};
use proptest::prelude::*;
use uuid::Uuid;

fn sampler(key: &[u8], ppm: u32) -> Sampler {
    let key = SamplingKey::new(key).unwrap();
    Sampler::keyed(&key, PartsPerMillion::try_from(ppm).unwrap()).unwrap()
}

fn read(target: &str, correlation_id: &str) -> Action {
    let document = serde_json::json!({
        "action_type": "read_file", "target": target, "requested_operation": "read",
        "correlation_id": correlation_id,
    });
    Action::from_json(document.to_string().as_bytes()).unwrap()
}

#[test]
fn an_id_that_is_used_again_hides_nothing_else_that_is_asked_for() {
    let sampler = sampler(b"a secret of the operator", 100_000);
    let takes = |target: &str, id: &str, decision: u128| {
        let action = read(target, id);
        sampler.takes(Correlated::of(&action), &Uuid::from_u128(decision))
    };
    let of_one_id = (0..2_000).filter(|number| takes(&format!("src/{number}.rs"), "same", 7));
    assert!((100..=300).contains(&of_one_id.count()));
    // Who gives an empty id gives none.
    let without = (0..2_000).filter(|number| takes("src/lib.rs", "", u128::from(*number as u32)));
    assert!((100..=300).contains(&without.count()));
    for decision in 0..9 {
        assert_eq!(takes("a", "same", decision), takes("a", "same", 99));
    }
}

#[test]
fn about_as_many_are_taken_as_were_asked_for() {
    let count = 40_000_u64;
    for ppm in [0, 1_000, 50_000, 500_000, 999_999, 1_000_000] {
        let sampler = sampler(b"a secret of the operator", ppm);
        let ids = 0..count;
        let taken = ids
            .filter(|number| {
                let action = read("README.md", &format!("request-{number}"));
                sampler.takes(Correlated::of(&action), &Uuid::nil())
            })
            .count() as f64;
        let expected = count as f64 * f64::from(ppm) / 1e6;
        // Five standard deviations; the key is fixed, so that this never fails by chance.
        let spread = 5.0 * (expected * (1.0 - f64::from(ppm) / 1e6)).sqrt();
        assert!(
            (taken - expected).abs() <= spread,
            "{ppm}: {taken} of {expected}"
        );
    }
}

#[test]
fn keys_and_rates_have_limits_and_secrets_are_not_shown() {
    assert_eq!(
        SamplingKey::new(b"short").unwrap_err(),
        SamplingError::Key(5)
    );
    assert!(SamplingKey::new(&[7; 257]).is_err());
    assert!(PartsPerMillion::try_from(1_000_001).is_err());
    assert!(serde_json::from_str::<PartsPerMillion>("1000001").is_err());
    let sampler = sampler(b"a secret of the operator", 5);
    assert!(!format!("{sampler:?}").contains("secret"));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn replicas_agree_and_another_key_does_not(ids in prop::collection::vec(any::<u128>(), 64)) {
        let here = sampler(b"a secret of the operator", 500_000);
        let there = sampler(b"a secret of the operator", 500_000);
        let other = sampler(b"a secret of another one.", 500_000);
        let takes = |sampler: &Sampler, id: u128, correlated: bool| {
            let action = read("README.md", &id.to_string());
            let correlated = Correlated::of(&action).filter(|_| correlated);
            sampler.takes(correlated, &Uuid::from_u128(id))
        };
        for correlated in [false, true] {
            let mine: Vec<bool> = ids.iter().map(|id| takes(&here, *id, correlated)).collect();
            let theirs: Vec<bool> = ids.iter().map(|id| takes(&there, *id, correlated)).collect();
            let others: Vec<bool> = ids.iter().map(|id| takes(&other, *id, correlated)).collect();
            prop_assert_eq!(&mine, &theirs);
            prop_assert_ne!(&mine, &others);
        }
    }

    #[test]
    fn a_greater_rate_takes_all_that_a_lesser_one_does(id in any::<u128>(), low in 0..1_000_000_u32, more in 0..1_000_000_u32) {
        let key = b"a secret of the operator";
        let (low, high) = (sampler(key, low), sampler(key, (low + more).min(1_000_000)));
        let id = Uuid::from_u128(id);
        prop_assert!(!low.takes(None, &id) || high.takes(None, &id));
    }
}
