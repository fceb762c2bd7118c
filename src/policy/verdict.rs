//! Verdicts, severities and the rule ids of the base rules.

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

/// How much harm an action could do. A later severity in this list is worse.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Ordinary work.
    Low,
    /// Somebody should look at it.
    Medium,
    /// It would do harm.
    High,
    /// It would do harm at once that can't be undone.
    Critical,
}

impl Severity {
    /// Every severity, the least first.
    pub const ALL: [Self; 4] = [Self::Low, Self::Medium, Self::High, Self::Critical];

    /// The name in documents, such as `high`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// The severity with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|severity| severity.as_str() == name)
    }
}

/// Ids of the base rules, in the order that breaks ties. Ids that only a pack's own
/// Rego uses come after all of them, by name.
pub const BASE_RULE_IDS: &[&str] = &[
    "filesystem.read.block",
    "filesystem.read.require_approval",
    "filesystem.read.allow",
    "filesystem.write.block",
    "filesystem.write.require_approval",
    "filesystem.write.allow",
    "commands.block",
    "commands.allow",
    "commands.require_approval",
    "commands.default.require_approval",
    "commands.dynamic.require_approval",
    "commands.unparsed.require_approval",
    "commands.network.require_approval",
    "guard.tamper.require_approval",
    "git.protected_branch.block_direct_push",
    "git.protected_branch.require_approval",
    "git.protected_branch.allow_with_attestation",
    "git.remote.require_approval",
    "git.ref.require_approval",
    "git.unknown_target.require_approval",
    "git.unknown_operation.require_approval",
    "git.allow",
    "terraform.plan.require_approval_unusable",
    "terraform.plan.block_import",
    "terraform.plan.require_approval_import",
    "terraform.plan.block_removal",
    "terraform.plan.require_approval_removal",
    "terraform.plan.require_approval_moved",
    "mcp.server.trust.block_unknown",
    "mcp.server.trust.block_listed",
    "mcp.server.trust.block_inconsistent",
    "mcp.server.trust.require_approval",
    "mcp.server.trust.allow",
    "mcp.tool.pin.block_changed",
    "mcp.tool.pin.require_approval_unseen",
    "mcp.tool.pin.require_approval_unpinned",
    "mcp.tool.name.require_approval_unusual",
    "evidence.required_fields.require_approval",
    "runtime.default.require_approval",
    RUNTIME_FAILED,
    RUNTIME_TIMED_OUT,
    RUNTIME_MALFORMED,
];

/// The origin of findings that no pack asked for.
pub const BASE_ORIGIN: &str = "cavra-base";
/// No rule matched.
pub const RUNTIME_DEFAULT: &str = "runtime.default.require_approval";
/// A rule ended in an error.
pub const RUNTIME_FAILED: &str = "runtime.evaluation.require_approval_failed";
/// A rule ran into a limit on its evaluation.
pub const RUNTIME_TIMED_OUT: &str = "runtime.evaluation.require_approval_timed_out";
/// A rule returned something that is not a finding.
pub const RUNTIME_MALFORMED: &str = "runtime.evaluation.require_approval_malformed";

/// The place of `rule_id` in the order that breaks ties; unknown ids come last.
#[must_use]
pub fn rule_order(rule_id: &str) -> usize {
    BASE_RULE_IDS
        .iter()
        .position(|id| *id == rule_id)
        .unwrap_or(BASE_RULE_IDS.len())
}
