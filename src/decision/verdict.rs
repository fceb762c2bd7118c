//! Verdicts.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the authority answers. A later verdict in this list is stricter.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The action may go ahead.
    Allow,
    /// The action may go ahead because the pack is in audit mode. `would_be` has the verdict of
    /// the rules.
    AuditOnly,
    /// The action may go ahead, and the person in front of the agent should be warned.
    Warn,
    /// The action may go ahead if the caller attaches an attestation.
    AllowWithAttestation,
    /// The action must wait until an approver group approves it.
    RequireApproval,
    /// The action must not happen.
    Block,
}

impl Verdict {
    /// Every verdict, the strictest first.
    pub const ALL: [Self; 6] = [
        Self::Block,
        Self::RequireApproval,
        Self::AllowWithAttestation,
        Self::Warn,
        Self::AuditOnly,
        Self::Allow,
    ];

    /// The name in documents, such as `require_approval`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::AuditOnly => "audit_only",
            Self::Warn => "warn",
            Self::AllowWithAttestation => "allow_with_attestation",
            Self::RequireApproval => "require_approval",
            Self::Block => "block",
        }
    }

    /// The verdict with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|verdict| verdict.as_str() == name)
    }
}

/// The origin of findings that no pack asked for.
pub const BASE_ORIGIN: &str = "cavra-base";
