//! The documents that people and programs exchange with CAVRA, with a JSON Schema for each.
//!
//! The schemas are generated from the types that the documents are read into or written from.
//! Their descriptions are the doc comments of those types.
//!
//! | module | holds |
//! |---|---|
//! | [`reference`](mod@reference) | a JSON Schema as Markdown tables, for people |

pub mod reference;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

use crate::action::document::Document;
use crate::approval::answer::ActionApproval;
use crate::change::acknowledgement::AcknowledgementStatement;
use crate::change::approval::ApprovalStatement;
use crate::change::break_glass::BreakGlass;
use crate::change::request::ChangeRequest;
use crate::change::withdrawal::WithdrawalStatement;
use crate::decision::DecisionLine;
use crate::evidence::bundle::EvidenceBundle;
use crate::policy::cases::CaseFile;
use crate::policy::pack::Pack;
use crate::readiness::artifact::{
    ApprovalWorkflow, AuthoringUiContract, ExportIndex, LifecyclePlan, LintReportArtifact,
    RollbackPlan, ShadowModePlan, VersionManifest,
};
use crate::readiness::assessment::ReadinessResult;
use crate::readiness::dry_run::DryRunReport;
use crate::readiness::packet::Packet;
use crate::shadow::compare::explanation::Explanation;
use crate::shadow::report::Report;
use crate::trust::document::TrustFile;

/// One kind of document.
#[derive(Debug, Clone, Copy)]
pub struct Format {
    /// The name that `cavra schema` takes, such as `policy`.
    pub name: &'static str,
    /// What the document is, for a person.
    pub title: &'static str,
    schema: fn() -> Value,
}

/// Every kind of document that has a schema.
pub const FORMATS: [Format; 25] = [
    of::<Pack>("policy", "a pack's `policy.yaml`"),
    of::<CaseFile>("case", "a pack's `cases/*.yaml`"),
    of::<Document<'static>>("action", "an action document"),
    of::<DecisionLine>("decision", "a decision"),
    of::<LifecyclePlan>("lifecycle-plan", "`policy-lifecycle-plan.json`"),
    of::<AuthoringUiContract>(
        "authoring-ui-contract",
        "`policy-authoring-ui-contract.json`",
    ),
    of::<LintReportArtifact>("lint-report", "`policy-lint-report.json`"),
    of::<VersionManifest>("version-manifest", "`policy-version-manifest.json`"),
    of::<ShadowModePlan>("shadow-mode-plan", "`policy-shadow-mode-plan.json`"),
    of::<DryRunReport>("dry-run-report", "`policy-dry-run-report.json`"),
    of::<RollbackPlan>("rollback-plan", "`policy-rollback-plan.json`"),
    of::<ApprovalWorkflow>("approval-workflow", "`policy-approval-workflow.json`"),
    of::<ExportIndex>("lifecycle-export", "`policy-lifecycle-export.json`"),
    of::<Packet>("readiness-packet", "a readiness packet"),
    of::<ReadinessResult>(
        "readiness-result",
        "the result of checking a readiness packet",
    ),
    of::<Report>("shadow-report", "a shadow report"),
    of::<Explanation>(
        "shadow-explanation",
        "an explanation of a group of divergences",
    ),
    of::<TrustFile>("trust", "a trust file"),
    of::<ChangeRequest>(
        "policy-change-request",
        "a request for a change of the policy in force",
    ),
    of::<ApprovalStatement>(
        "policy-change-approval",
        "an approval or a rejection of such a request",
    ),
    of::<BreakGlass>(
        "policy-change-break-glass",
        "a person's statement that a policy comes into force in an emergency",
    ),
    of::<WithdrawalStatement>(
        "policy-change-withdrawal",
        "a requester's withdrawal of such a request",
    ),
    of::<AcknowledgementStatement>(
        "policy-change-acknowledgement",
        "an answer for what a line of the semantic diff loosens",
    ),
    of::<ActionApproval>(
        "action-approval",
        "a person's answer to an agent's request for an approval",
    ),
    of::<EvidenceBundle>("evidence-bundle", "a session's records with their proofs"),
];

const fn of<T: JsonSchema>(name: &'static str, title: &'static str) -> Format {
    Format {
        name,
        title,
        schema: schema::<T>,
    }
}

fn schema<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    settings.into_generator().into_root_schema_for::<T>().into()
}

impl Format {
    /// The format with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        FORMATS.iter().find(|format| format.name == name)
    }

    /// The JSON Schema (draft 2020-12) of the document.
    #[must_use]
    pub fn schema(&self) -> Value {
        (self.schema)()
    }
}
