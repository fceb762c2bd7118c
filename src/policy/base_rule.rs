//! The base rules: every id once, in the order that breaks ties.
//!
//! The rules themselves are in Rego (`src/engine/base/rego/`). `tests/engine/base_rules.rs`
//! compares the two.

use crate::decision::{Outcome, Severity, Verdict};

/// Who approves what a rule finds, where no pack of a lineage names a group for anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Approvers {
    /// Those who answer for the code.
    Default,
    /// Those who answer for the platform: the rule is about the guard and about what runs later.
    Platform,
}

/// Declares the rules, each by its id, verdict, severity and approvers.
macro_rules! base_rules {
    ($($rule:ident = $id:literal, $verdict:ident, $severity:ident, $approvers:ident;)+) => {
        /// A rule that every policy has.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum BaseRule {
            $(#[doc = concat!("`", $id, "`")] $rule,)+
        }

        impl BaseRule {
            /// Every rule, in the order that breaks ties.
            pub const ALL: &[Self] = &[$(Self::$rule,)+];
            /// The ids, in the same order.
            pub const IDS: &[&'static str] = &[$($id,)+];

            /// The id in findings, packs and documents.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self {
                    $(Self::$rule => $id,)+
                }
            }

            /// The rule with this id.
            #[must_use]
            pub fn from_id(id: &str) -> Option<Self> {
                match id {
                    $($id => Some(Self::$rule),)+
                    _ => None,
                }
            }

            /// The verdict of its findings, unless a pack chooses a stricter one:
            /// `filesystem.outside_reads: block`.
            #[must_use]
            pub fn verdict(self) -> Verdict {
                match self {
                    $(Self::$rule => Verdict::$verdict,)+
                }
            }

            /// The severity of its findings, unless something makes them worse: a destructive
            /// command that is blocked is critical, a blocked read is high, and a pack may score a call's risk.
            #[must_use]
            pub fn severity(self) -> Severity {
                match self {
                    $(Self::$rule => Severity::$severity,)+
                }
            }

            /// Who approves what it finds, where no pack says.
            #[must_use]
            pub fn approvers(self) -> Approvers {
                match self {
                    $(Self::$rule => Approvers::$approvers,)+
                }
            }
        }
    };
}

base_rules! {
    CommandsEffectsAllow = "commands.effects.allow", Allow, Low, Default;
    FilesystemReadBlock = "filesystem.read.block", Block, High, Default;
    FilesystemReadRequireApproval = "filesystem.read.require_approval", RequireApproval, Medium, Default;
    FilesystemReadListedRequireApproval = "filesystem.read.listed.require_approval", RequireApproval, Medium, Default;
    FilesystemReadOutside = "filesystem.read.outside", RequireApproval, Medium, Default;
    FilesystemReadAllow = "filesystem.read.allow", Allow, Low, Default;
    FilesystemWriteBlock = "filesystem.write.block", Block, High, Default;
    FilesystemWriteRequireApproval = "filesystem.write.require_approval", RequireApproval, Medium, Platform;
    FilesystemWriteAllow = "filesystem.write.allow", Allow, Low, Default;
    CommandsBlock = "commands.block", Block, High, Default;
    CommandsAllow = "commands.allow", Allow, Low, Default;
    CommandsRequireApproval = "commands.require_approval", RequireApproval, Medium, Default;
    CommandsDefaultRequireApproval = "commands.default.require_approval", RequireApproval, Medium, Default;
    CommandsDynamicRequireApproval = "commands.dynamic.require_approval", RequireApproval, Medium, Default;
    CommandsUnparsedRequireApproval = "commands.unparsed.require_approval", RequireApproval, High, Default;
    CommandsNetworkRequireApproval = "commands.network.require_approval", RequireApproval, High, Default;
    NetworkBlock = "network.block", Block, High, Default;
    NetworkRequireApproval = "network.require_approval", RequireApproval, Medium, Default;
    GuardTamperRequireApproval = "guard.tamper.require_approval", RequireApproval, Critical, Platform;
    GitProtectedBranchBlockDirectPush = "git.protected_branch.block_direct_push", Block, High, Default;
    GitProtectedBranchRequireApproval = "git.protected_branch.require_approval", RequireApproval, High, Default;
    GitProtectedBranchAllowWithAttestation = "git.protected_branch.allow_with_attestation", AllowWithAttestation, Medium, Default;
    GitRemoteRequireApproval = "git.remote.require_approval", RequireApproval, Medium, Default;
    GitRefRequireApproval = "git.ref.require_approval", RequireApproval, Medium, Default;
    GitUnknownTargetRequireApproval = "git.unknown_target.require_approval", RequireApproval, Medium, Default;
    GitUnknownOperationRequireApproval = "git.unknown_operation.require_approval", RequireApproval, Medium, Default;
    GitAllow = "git.allow", Allow, Low, Default;
    TerraformPlanRequireApprovalUnusable = "terraform.plan.require_approval_unusable", RequireApproval, High, Default;
    TerraformPlanBlockImport = "terraform.plan.block_import", Block, High, Default;
    TerraformPlanRequireApprovalImport = "terraform.plan.require_approval_import", RequireApproval, Medium, Default;
    TerraformPlanBlockRemoval = "terraform.plan.block_removal", Block, High, Default;
    TerraformPlanRequireApprovalRemoval = "terraform.plan.require_approval_removal", RequireApproval, Medium, Default;
    TerraformPlanRequireApprovalMoved = "terraform.plan.require_approval_moved", RequireApproval, Medium, Default;
    McpServerTrustBlockUnknown = "mcp.server.trust.block_unknown", Block, High, Default;
    McpServerTrustBlockListed = "mcp.server.trust.block_listed", Block, High, Default;
    McpServerTrustBlockInconsistent = "mcp.server.trust.block_inconsistent", Block, High, Default;
    McpServerTrustRequireApproval = "mcp.server.trust.require_approval", RequireApproval, High, Default;
    McpServerTrustRequireApprovalListed = "mcp.server.trust.require_approval_listed", RequireApproval, Medium, Default;
    McpServerTrustAllow = "mcp.server.trust.allow", Allow, Low, Default;
    McpToolPinBlockChanged = "mcp.tool.pin.block_changed", Block, Critical, Default;
    McpToolPinRequireApprovalUnseen = "mcp.tool.pin.require_approval_unseen", RequireApproval, Medium, Default;
    McpToolPinRequireApprovalUnpinned = "mcp.tool.pin.require_approval_unpinned", RequireApproval, Medium, Default;
    McpToolNameRequireApprovalUnusual = "mcp.tool.name.require_approval_unusual", RequireApproval, High, Default;
    McpArgumentsRequireApproval = "mcp.arguments.require_approval", RequireApproval, Medium, Default;
    EvidenceRequiredFieldsRequireApproval = "evidence.required_fields.require_approval", RequireApproval, Medium, Default;
    RuntimeDefaultRequireApproval = "runtime.default.require_approval", RequireApproval, Medium, Default;
    RuntimeEvaluationRequireApprovalFailed = "runtime.evaluation.require_approval_failed", RequireApproval, High, Default;
    RuntimeEvaluationRequireApprovalTimedOut = "runtime.evaluation.require_approval_timed_out", RequireApproval, High, Default;
    RuntimeEvaluationRequireApprovalMalformed = "runtime.evaluation.require_approval_malformed", RequireApproval, High, Default;
}

impl BaseRule {
    /// How a judgement comes about in which the rule decides.
    #[must_use]
    pub fn outcome(self) -> Outcome {
        match self {
            Self::RuntimeDefaultRequireApproval => Outcome::NothingMatched,
            Self::RuntimeEvaluationRequireApprovalFailed
            | Self::RuntimeEvaluationRequireApprovalTimedOut
            | Self::RuntimeEvaluationRequireApprovalMalformed => Outcome::NotEvaluated,
            _ => Outcome::RuleMatched,
        }
    }
}

/// The place of `rule_id` in the order that breaks ties; ids that only a pack's own Rego uses
/// come last.
#[must_use]
pub fn rule_order(rule_id: &str) -> usize {
    BaseRule::IDS
        .iter()
        .position(|id| *id == rule_id)
        .unwrap_or(BaseRule::IDS.len())
}
