//! Who watches a policy can go back: the request covers a return up to the end of the watch.

use cavra::change::request::ChangeKind;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::support::{now, request, time};

#[test]
fn a_refusal_names_the_watch_and_what_the_request_covers() {
    let mut asked = request();
    assert_eq!(
        (
            asked.watch_until(now()),
            asked.check_rollback_covered(now())
        ),
        (None, Ok(()))
    );
    asked.criteria.watch_hours = 24;
    let until = time("2026-11-30T12:00:00Z");
    assert_eq!(asked.watch_until(now()), Some(until));
    let refused = |asked: &cavra::change::request::ChangeRequest| {
        asked.check_rollback_covered(now()).unwrap_err().to_string()
    };
    assert_eq!(
        refused(&asked),
        "`watch_hours` is 24, so people watch until 2026-11-30T12:00:00Z, and the request covers no return: ask again with a later `--rollback-until`"
    );
    asked.rollback_until = Some(time("2026-11-30T11:59:59Z"));
    assert_eq!(
        refused(&asked),
        "`watch_hours` is 24, so people watch until 2026-11-30T12:00:00Z, and the request covers a return until 2026-11-30T11:59:59Z: ask again with a later `--rollback-until`"
    );
    asked.rollback_until = Some(until);
    assert_eq!(asked.check_rollback_covered(now()), Ok(()));
    // A return and a ratification bring nothing new.
    asked.rollback_until = None;
    for kind in [ChangeKind::Rollback, ChangeKind::Ratification] {
        asked.kind = kind;
        assert_eq!(
            (
                asked.watch_until(now()),
                asked.check_rollback_covered(now())
            ),
            (None, Ok(()))
        );
    }
}

proptest! {
    /// Whatever the numbers are, a promotion passes exactly if the way back is open for as long as
    /// people watch.
    #[test]
    fn the_way_back_is_open_as_long_as_people_watch(
        hours in prop_oneof![0..100_u64, any::<u64>()],
        covered in prop::option::of(-10..1_000_000_i64),
    ) {
        let mut asked = request();
        asked.criteria.watch_hours = hours;
        let covers = |seconds| now() + SignedDuration::from_secs(seconds);
        asked.rollback_until = covered.map(covers);
        let is_open = hours == 0
            || covered.is_some_and(|covered| u64::try_from(covered).is_ok_and(|it| it / 3600 >= hours));
        prop_assert_eq!(asked.check_rollback_covered(now()).is_ok(), is_open);
        let until = asked.watch_until(now());
        prop_assert_eq!(until.is_some(), hours > 0);
        prop_assert!(until.is_none_or(|until| until > now() && until <= Timestamp::MAX));
    }
}
