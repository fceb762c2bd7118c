//! Bounds against values that others have computed.

use cavra::shadow::compare::statistics::{Method, UpperBound, parts_per_million};
use proptest::prelude::*;

#[test]
fn known_values() {
    // Rule of three: 3/n. Wilson: the greatest p with (k/n − p)² ≤ z²·p(1−p)/n, found by
    // bisection instead of by the closed form, z = 1.6448536.
    let cases = [
        (0, 100, 0.03, Method::RuleOfThree),
        (0, 3_000_000, 0.000_001, Method::RuleOfThree),
        (0, 2, 1.0, Method::RuleOfThree),
        (1, 10, 0.347_719, Method::Wilson),
        (10, 100, 0.160_356, Method::Wilson),
        (50, 100, 0.581_152, Method::Wilson),
        (7, 1_000, 0.012_861, Method::Wilson),
        (1, 1, 1.0, Method::Wilson),
        (0, 0, 1.0, Method::NoTraffic),
    ];
    for (count, compared, upper, method) in cases {
        let bound = UpperBound::of(count, compared);
        assert_eq!(bound.method, method, "{count} of {compared}");
        let off = (bound.upper_rate - upper).abs();
        assert!(off < 1e-6, "{count} of {compared}: {}", bound.upper_rate);
    }
}

#[test]
fn rates_are_never_shown_as_less_than_they_are() {
    let cases = [
        (0, 5, 0),
        (1, 3_000_000, 1),
        (1, 2, 500_000),
        (3, 3, 1_000_000),
        (5, 0, 0),
    ];
    for (part, whole, rate) in cases {
        assert_eq!(parts_per_million(part, whole), rate, "{part} of {whole}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_bound_is_a_share_above_what_was_seen_and_sinks_with_traffic(
        count in 0..10_000_u64,
        more in 0..1_000_000_u64,
    ) {
        let bound = UpperBound::of(count, count + more);
        prop_assert!((0.0..=1.0).contains(&bound.upper_rate));
        prop_assert!(bound.upper_rate >= bound.observed_rate);
        let later = UpperBound::of(count, count + more + 1_000);
        prop_assert!(later.upper_rate <= bound.upper_rate);
    }
}
