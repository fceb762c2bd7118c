//! Why a shadow run ended.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Why a live run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// Somebody stopped it.
    Stopped,
    /// It had compared as many decisions as it was asked to.
    MaxCompared,
    /// The time at which it was to end was reached.
    TimeReached,
    /// Another policy became active, so the policy that it was compared with no longer decided.
    ActiveChanged,
    /// Its thread ended because of an error in this program.
    Failed,
    /// The service that it ran in ended.
    ServiceEnded,
}

impl EndReason {
    /// The reason in words for a person.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Stopped => "stopped",
            Self::MaxCompared => "compared enough",
            Self::TimeReached => "its time came",
            Self::ActiveChanged => "another policy became active",
            Self::Failed => "failed",
            Self::ServiceEnded => "the service ended",
        }
    }
}
