//! Where the compared actions are from.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::policy::promotion::Criteria;
use crate::shadow::EndReason;

/// Where the compared actions are from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ActionSource")]
pub struct Source {
    /// What kind of source it is.
    pub kind: SourceKind,
    /// The file's name without its folder, or the origin of the journal's log. Absent for
    /// standard input, and if there is no journal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The live run. Absent if the source is not a live run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<RunRef>,
    /// The first position that was read: an index in the journal, or a line from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_position: Option<u64>,
    /// The last position that was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_position: Option<u64>,
    /// The journal's checkpoint, a C2SP signed note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkpoint: Option<String>,
}

impl Source {
    /// Whether the source is a live run that had not ended, or whose comparisons were not all recorded,
    /// when the report was made. What such a report says may change with the next comparison.
    #[must_use]
    pub fn is_still_on(&self) -> bool {
        self.run.is_some_and(|run| run.ended.is_none())
    }
}

/// A live run: a comparison beside a running service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RunRef {
    /// The run's id, a UUIDv7 (RFC 9562).
    pub id: Uuid,
    /// Why the run ended. It is `null` if the report was made before the end, or before the
    /// journal had recorded every comparison. Such a report is no evidence, since nobody can
    /// recompute it.
    pub ended: Option<EndReason>,
    /// The criteria that were recorded when the run began. A report that is judged by looser ones
    /// is no evidence. Absent in reports of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub criteria: Option<Criteria>,
}

/// Where compared actions can be from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// Decisions of a running service, as they are made.
    Live,
    /// Decisions that a journal has recorded.
    Journal,
    /// A file of action documents, which both policies judge now.
    Actions,
}

impl SourceKind {
    /// The name in documents, such as `live`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Journal => "journal",
            Self::Actions => "actions",
        }
    }
}
