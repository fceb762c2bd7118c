//! What a change must fulfil: the criteria of its request, which may not be looser than required.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::history::{History, InForce};
use crate::journal::record::lifecycle::LifecycleEvent;
use crate::policy::promotion::Criteria;

/// An hour.
const HOUR: Duration = Duration::from_hours(1);

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

/// Why evidence of this time is too old, if it is.
pub(super) fn too_old(
    criteria: &Criteria,
    made: Option<Timestamp>,
    at: Timestamp,
) -> Option<String> {
    let hours = criteria.max_evidence_age_hours?;
    let seconds = hours.saturating_mul(HOUR.as_secs());
    let limit = SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX));
    match made {
        None => Some("the shadow report doesn't say when it was made".to_owned()),
        Some(made) if at.duration_since(made) > limit => Some(format!(
            "the shadow report was made at {made}; evidence may be {hours} h old"
        )),
        Some(_) => None,
    }
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
