//! Break-glass, its ratification, the watch after a promotion and the way back on the wire.

use jiff::Timestamp;

use super::convert::digest;
use crate::authority::gate::History;
use crate::authority::gate::available_rollback::AvailableRollback;
use crate::authority::gate::ratify::Confirmed;
use crate::canonical::Digest;
use crate::decision::PolicyIdentity;
use crate::grpc::convert::field::FieldError;
use crate::grpc::wire;
use crate::journal::record::lifecycle::LifecycleEvent;

/// A break-glass that waits for a ratification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnratifiedBreakGlass {
    /// The index of its record.
    pub activation_index: u64,
    /// Until when it should be ratified.
    pub until: Timestamp,
    /// What happened.
    pub incident: String,
    /// The person of the trust file who signed the statement.
    pub person: String,
    /// The bundle of the policy that was replaced.
    pub replaced_bundle_digest: Digest,
    /// Whether `until` has passed, by the clock of the service.
    pub is_expired: bool,
}

/// A policy that stays in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RatifiedPolicy {
    /// The policy.
    pub active: PolicyIdentity,
    /// The index of the record that put it in force.
    pub activation_index: u64,
    /// The index of the record of the ratification.
    pub position: u64,
}

/// A time, as RFC 3339 has it.
pub(super) fn time(field: &'static str, text: &str) -> Result<Timestamp, FieldError> {
    let parsed = text.parse();
    parsed.map_err(|_| FieldError::new(field, format!("is `{text}`, which is no time")))
}

/// The break-glass that waits for a ratification, if there is one.
pub(super) fn unratified(history: &History, at: Timestamp) -> Option<wire::UnratifiedGlass> {
    let in_force = history.in_force()?;
    let break_glass = in_force.unratified()?;
    let replaced = history.replaced_by_break_glass(in_force);
    Some(wire::UnratifiedGlass {
        activation_index: break_glass.index,
        until: break_glass.until.to_string(),
        incident: break_glass.incident.clone(),
        person: break_glass.person.clone().unwrap_or_default(),
        replaced_bundle_digest: replaced.map_or_else(String::new, |it| it.to_string()),
        is_expired: at >= break_glass.until,
    })
}

/// Until when people watch what the policy in force decides, if they have to at `at`.
pub(super) fn watched_until(history: &History, at: Timestamp) -> Option<Timestamp> {
    let in_force = history.in_force()?;
    let LifecycleEvent::Promoted(promoted) = &history.at(in_force.index)?.event else {
        return None;
    };
    promoted.watch_until.filter(|until| at < *until)
}

impl From<AvailableRollback> for wire::WayBack {
    fn from(back: AvailableRollback) -> Self {
        let AvailableRollback {
            bundle_digest,
            policy_id,
            policy_version,
            until,
        } = back;
        Self {
            bundle_digest: bundle_digest.to_string(),
            policy_id,
            policy_version,
            until: until.map(|until| until.to_string()),
        }
    }
}

impl TryFrom<wire::WayBack> for AvailableRollback {
    type Error = FieldError;

    fn try_from(back: wire::WayBack) -> Result<Self, FieldError> {
        let wire::WayBack {
            bundle_digest,
            policy_id,
            policy_version,
            until,
        } = back;
        let until = until.map(|until| time("way_back.until", &until));
        Ok(Self {
            bundle_digest: digest("way_back.bundle_digest", &bundle_digest)?,
            policy_id,
            policy_version,
            until: until.transpose()?,
        })
    }
}

impl From<&Confirmed> for wire::RatifyResponse {
    fn from(confirmed: &Confirmed) -> Self {
        let Confirmed {
            active,
            activation_index,
            position,
        } = confirmed;
        Self {
            active: Some(active.as_ref().into()),
            activation_index: *activation_index,
            position: *position,
        }
    }
}

impl TryFrom<wire::RatifyResponse> for RatifiedPolicy {
    type Error = FieldError;

    fn try_from(response: wire::RatifyResponse) -> Result<Self, FieldError> {
        let wire::RatifyResponse {
            active,
            activation_index,
            position,
        } = response;
        Ok(Self {
            active: active.ok_or(FieldError::missing("active"))?.try_into()?,
            activation_index,
            position,
        })
    }
}

impl TryFrom<wire::UnratifiedGlass> for UnratifiedBreakGlass {
    type Error = FieldError;

    fn try_from(break_glass: wire::UnratifiedGlass) -> Result<Self, FieldError> {
        let wire::UnratifiedGlass {
            activation_index,
            until,
            incident,
            person,
            replaced_bundle_digest,
            is_expired,
        } = break_glass;
        let replaced = "break_glass.replaced_bundle_digest";
        Ok(Self {
            activation_index,
            until: time("break_glass.until", &until)?,
            incident,
            person,
            replaced_bundle_digest: digest(replaced, &replaced_bundle_digest)?,
            is_expired,
        })
    }
}
