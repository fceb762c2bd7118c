//! What records say of approvals of actions.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::SchemaVersion;
use crate::approval::asker::Asker;
use crate::approval::mac::Mac;
use crate::decision::ApprovalRequirement;

/// What the record of a decision says of an approval. Fields are in canonical order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovalNote {
    /// The request: the id of the decision that asked first.
    pub approval_id: Uuid,
    /// The request, if this decision is the one that asked first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<RequestNote>,
    /// What the decision did.
    pub stage: ApprovalStage,
}

/// What a decision did with an approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalStage {
    /// It asked for it.
    Requested,
    /// It asked for the same as one before, which nobody had approved yet.
    Repeated,
    /// It used it: `allow_with_attestation` was answered. The record's verdict is that of the rules.
    Used,
}

impl ApprovalStage {
    /// The name in documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Repeated => "repeated",
            Self::Used => "used",
        }
    }
}

/// A request for an approval. Fields are in canonical order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestNote {
    /// The action, without who asks.
    pub action: Mac,
    /// Who asked, as the kernel knows them.
    pub asker: Asker,
    /// The action without its plan and its tool's definition. Absent if it has neither.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bare_action: Option<Mac>,
    /// Until when the request may be answered, in UTC.
    pub expires_at: Timestamp,
    /// What an approval needs.
    pub requirements: Vec<ApprovalRequirement>,
    /// The session.
    pub session: Mac,
    /// The action's target without secrets, cut.
    pub summary: String,
}

/// A request was answered or taken back. Fields are in canonical order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovalRecord {
    /// What happened.
    pub approval: ApprovalEvent,
    /// The event's id, a UUIDv7 (RFC 9562).
    pub event_id: Uuid,
    /// The kind of the record, always `approval`.
    pub kind: ApprovalKind,
    /// The record's schema, always `cavra.journal.record.v1`.
    pub schema_version: SchemaVersion,
    /// The time of the event, in UTC.
    pub timestamp: Timestamp,
}

/// What happened to a request. Fields are in canonical order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovalEvent {
    /// The request.
    pub approval_id: Uuid,
    /// Who called.
    pub by: String,
    /// The signed answer, as it was given. Absent if the asker took the request back without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub envelope: Option<String>,
    /// The id of the person who signed it. Absent if nobody did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// What happened.
    pub what: ApprovalStep,
}

/// What happened to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalStep {
    /// A person approved.
    Approved,
    /// The request was taken back, by the asker or by a person.
    Cancelled,
    /// A person denied.
    Denied,
}

impl ApprovalStep {
    /// The name in documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Cancelled => "cancelled",
            Self::Denied => "denied",
        }
    }
}

/// The `kind` of an [`ApprovalRecord`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalKind {
    /// The only one.
    #[default]
    Approval,
}

impl ApprovalRecord {
    /// The record of what happened at a time.
    #[must_use]
    pub fn at(timestamp: Timestamp, approval: ApprovalEvent) -> Self {
        Self {
            approval,
            event_id: Uuid::now_v7(),
            kind: ApprovalKind::Approval,
            schema_version: SchemaVersion::V1,
            timestamp,
        }
    }
}
