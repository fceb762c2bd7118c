//! Shadow runs of the candidates in a store.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::end_reason::EndReason;
use crate::canonical::Digest;

/// A shadow run that began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShadowStarted {
    /// The effective digest of the policy whose decisions are compared.
    pub active: Digest,
    /// The digest of the candidate's bundle.
    pub bundle_digest: Digest,
    /// What the change had to show when the run began, as its `shadow` record says it. It is kept
    /// as it was written, whatever numbers a later version knows.
    pub criteria: Value,
    /// The run's id, a UUIDv7 (RFC 9562).
    pub run_id: Uuid,
    /// When the run ends at the latest, in UTC.
    pub until: Timestamp,
}

/// A shadow run that ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShadowEnded {
    /// The digest of the candidate's bundle.
    pub bundle_digest: Digest,
    /// How many decisions were compared. Absent if the service that compared them is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compared: Option<u64>,
    /// Why the run ended.
    pub ended: EndReason,
    /// Whether traffic was observed for as long as the run's criteria ask. False if nobody knows.
    pub observed_long_enough: bool,
    /// The run's id, a UUIDv7 (RFC 9562).
    pub run_id: Uuid,
}
