//! What a change must fulfil: the criteria of its request, which may not be looser than required.

use jiff::{SignedDuration, Timestamp};

use super::history::{History, InForce};
use crate::journal::record::lifecycle::LifecycleEvent;
use crate::policy::promotion::Criteria;

/// In what the criteria of a request are looser than required, one line each.
pub(super) fn looser(asked: &Criteria, required: &Criteria) -> Vec<String> {
    let low = asked.looser(required, "criteria");
    low.map(|(asked, required)| {
        format!(
            "`{}` of the request is {}, and the policies ask for {}",
            asked.path, asked.value, required.value
        )
    })
    .collect()
}

/// Until when people watch what a policy decides that comes into force at `at`. None if the criteria
/// ask for no hours of that.
pub(super) fn watch_until(criteria: &Criteria, at: Timestamp) -> Option<Timestamp> {
    let hours = Some(criteria.watch_hours).filter(|hours| *hours > 0)?;
    let watched = i64::try_from(hours).ok();
    let watched = watched.and_then(|hours| SignedDuration::try_from_hours(hours));
    let end = watched.and_then(|watched| at.checked_add(watched).ok());
    Some(end.unwrap_or(Timestamp::MAX))
}

/// Why the way back closes before the end of the watch, if it does. Who sees something wrong while
/// watching must be able to go back at once.
pub(super) fn watch_without_return(
    criteria: &Criteria,
    rollback_until: Option<Timestamp>,
    at: Timestamp,
) -> Option<String> {
    let until = watch_until(criteria, at)?;
    let hours = criteria.watch_hours;
    let covered = match rollback_until {
        Some(covered) if covered >= until => return None,
        Some(covered) => format!("a return until {covered}"),
        None => "no return".to_owned(),
    };
    Some(format!(
        "`watch_hours` is {hours}, so people watch until {until}, and the request covers {covered}: \
         ask again with a later `--rollback-until`"
    ))
}

/// Why the way back wasn't rehearsed since the policy in force came into force, if it must be.
pub(super) fn not_rehearsed(
    criteria: &Criteria,
    history: &History,
    in_force: &InForce,
) -> Option<String> {
    let bundle = in_force.activation.bundle.bundle_digest;
    let is_rehearsed = history.events().iter().any(|(index, record)| {
        let back = match &record.event {
            LifecycleEvent::Rehearsed(rehearsed) => rehearsed.active.bundle.bundle_digest,
            _ => return false,
        };
        *index > in_force.index && back == bundle
    });
    let is_missing = criteria.rollback_rehearsed && !is_rehearsed;
    is_missing.then(|| {
        format!(
            "the way back to {bundle} was not rehearsed: `cavra lifecycle rollback --rehearse --bundle {bundle}`"
        )
    })
}
