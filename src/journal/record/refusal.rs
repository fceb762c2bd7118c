//! Who changes the policies in force, and who was refused it.

use std::fmt;
use std::net::IpAddr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::SchemaVersion;
use super::limits::MAX_REASON_BYTES;

/// Who changed the policies in force, or tried to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Author {
    /// Somebody who called by a Unix socket, as the kernel knows them.
    User {
        /// The user.
        uid: u32,
        /// The process, if it is known.
        pid: Option<u32>,
    },
    /// Somebody who called from this address.
    Address(IpAddr),
    /// A caller of whom the connection gives no identity.
    Unknown,
    /// Somebody who sent the service a `SIGHUP`.
    Hangup,
    /// The service itself, as it began.
    Start,
    /// The service itself, while it ran.
    Service,
}

impl fmt::Display for Author {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User {
                uid,
                pid: Some(pid),
            } => write!(f, "uid {uid}, pid {pid}"),
            Self::User { uid, pid: None } => write!(f, "uid {uid}"),
            Self::Address(address) => write!(f, "{address}"),
            Self::Unknown => f.write_str("unknown"),
            Self::Hangup => f.write_str("SIGHUP"),
            Self::Start => f.write_str("start"),
            Self::Service => f.write_str("service"),
        }
    }
}

/// A call that would have changed the authority was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefusalRecord {
    /// Who called: an [`Author`].
    pub by: String,
    /// The event's id, a UUIDv7 (RFC 9562).
    pub event_id: Uuid,
    /// The kind of the record, always `refusal`.
    pub kind: RefusalKind,
    /// The method, such as `ActivatePolicy`.
    pub method: String,
    /// Refusals before this one that were not recorded, because there were too many.
    pub omitted: u64,
    /// The error that the caller got, redacted and cut to [`MAX_REASON_BYTES`].
    pub reason: String,
    /// The record's schema, always `cavra.journal.record.v1`.
    pub schema_version: SchemaVersion,
    /// The time of the event, in UTC.
    pub timestamp: Timestamp,
}

/// The `kind` of a [`RefusalRecord`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalKind {
    /// The only one.
    #[default]
    Refusal,
}

impl RefusalRecord {
    /// That `by` was refused `method` just now, for `reason`.
    #[must_use]
    pub fn now(by: Author, method: &str, reason: &str, omitted: u64) -> Self {
        let end = reason.floor_char_boundary(MAX_REASON_BYTES);
        Self {
            by: by.to_string(),
            event_id: Uuid::now_v7(),
            kind: RefusalKind::Refusal,
            method: method.to_owned(),
            omitted,
            reason: reason.get(..end).unwrap_or_default().to_owned(),
            schema_version: SchemaVersion::V1,
            timestamp: Timestamp::now(),
        }
    }
}
