use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Why nobody should rely on how a policy came into force. A policy that came into force in the
/// usual way has no such state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PolicyState {
    /// The service has no store of policies: it keeps no journal, or was started for development.
    Unproved,
    /// Another version of CAVRA compiled the policy, and then the policy failed cases or lint.
    NotReproved,
    /// One person put the policy in force in an emergency, and nobody has ratified that.
    BreakGlass,
}

/// A text that names no [`PolicyState`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no state of a policy")]
pub struct NoPolicyState(String);

impl PolicyState {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Unproved, Self::NotReproved, Self::BreakGlass];

    /// The name in documents, such as `unproved`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unproved => "unproved",
            Self::NotReproved => "not_reproved",
            Self::BreakGlass => "break_glass",
        }
    }

    /// What the state means, for health.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Unproved => {
                "the policy in force is unproved: the service keeps no journal, or was started with \
                 `--development`"
            }
            Self::NotReproved => {
                "another version of cavra compiled the policy in force, and the policy is not \
                 re-proved"
            }
            Self::BreakGlass => {
                "one person put the policy in force by break-glass, and nobody has ratified it"
            }
        }
    }
}

impl fmt::Display for PolicyState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for PolicyState {
    type Err = NoPolicyState;

    fn from_str(text: &str) -> Result<Self, NoPolicyState> {
        let found = Self::ALL.into_iter().find(|state| state.as_str() == text);
        found.ok_or_else(|| NoPolicyState(text.to_owned()))
    }
}
