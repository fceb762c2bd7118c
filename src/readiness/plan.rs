//! The nine artifacts of one policy, made together.

use serde_json::{Value, to_value};

use super::artifact::export_index::IndexEntry;
use super::artifact::{
    ApprovalWorkflow, AuthoringUiContract, ExportIndex, LifecyclePlan, LintReportArtifact,
    RollbackPlan, ShadowModePlan, VersionManifest,
};
use super::basis::Basis;
use super::dry_run::{DryRunReport, dry_run};
use super::given_pack::{GivenPack, Previous};
pub use super::request::Request;
use crate::canonical::{CanonicalError, Digest, to_canonical_bytes};

/// The name of the export's index.
pub const INDEX: &str = "export";
/// The files of an export, by the name of their artifact.
pub const EXPORT_FILES: [(&str, &str); 9] = [
    ("lifecycle_plan", "policy-lifecycle-plan.json"),
    ("authoring_ui_contract", "policy-authoring-ui-contract.json"),
    ("lint_report", "policy-lint-report.json"),
    ("version_manifest", "policy-version-manifest.json"),
    ("shadow_mode_plan", "policy-shadow-mode-plan.json"),
    ("dry_run_report", "policy-dry-run-report.json"),
    ("rollback_plan", "policy-rollback-plan.json"),
    ("approval_workflow", "policy-approval-workflow.json"),
    (INDEX, "policy-lifecycle-export.json"),
];

/// The nine artifacts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// The stages of the policy.
    pub lifecycle_plan: LifecyclePlan,
    /// What a user interface for writing policies must offer.
    pub authoring_ui_contract: AuthoringUiContract,
    /// What is wrong or doubtful about the policy.
    pub lint_report: LintReportArtifact,
    /// Which version of the policy this is.
    pub version_manifest: VersionManifest,
    /// How the policy is compared with the active one.
    pub shadow_mode_plan: ShadowModePlan,
    /// The decisions of the policy about every case.
    pub dry_run_report: DryRunReport,
    /// How to return to the previous policy.
    pub rollback_plan: RollbackPlan,
    /// Who must approve the policy.
    pub approval_workflow: ApprovalWorkflow,
    /// The list of the other eight, with their digests.
    pub index: ExportIndex,
}

/// One artifact, ready to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct ExportFile {
    /// Such as `lint_report`.
    pub name: &'static str,
    /// Relative to the export's folder.
    pub path: &'static str,
    /// The artifact as JSON.
    pub value: Value,
}

/// Makes the nine artifacts: lint and dry run are done, not asked about.
///
/// # Errors
/// If an artifact has no canonical form.
pub fn plan(
    given_pack: &GivenPack<'_>,
    previous: Option<&Previous>,
    request: &Request,
) -> Result<Export, CanonicalError> {
    let dry_run = dry_run(given_pack.pack, given_pack.identity, given_pack.decide);
    plan_with(given_pack, previous, request, dry_run)
}

/// Makes the nine artifacts around a dry run that was made already, such as one over gRPC.
///
/// # Errors
/// If an artifact has no canonical form.
pub fn plan_with(
    given_pack: &GivenPack<'_>,
    previous: Option<&Previous>,
    request: &Request,
    dry_run: DryRunReport,
) -> Result<Export, CanonicalError> {
    let basis = Basis::of(given_pack, previous, request.clone(), dry_run);
    Export::of(basis)
}

impl Export {
    /// The artifacts that follow from `basis`.
    pub(crate) fn of(basis: Basis) -> Result<Self, CanonicalError> {
        let mut export = Self {
            lifecycle_plan: LifecyclePlan::of(&basis),
            authoring_ui_contract: AuthoringUiContract::of(&basis),
            version_manifest: VersionManifest::of(&basis),
            shadow_mode_plan: ShadowModePlan::of(&basis),
            rollback_plan: RollbackPlan::of(&basis),
            approval_workflow: ApprovalWorkflow::of(&basis),
            index: ExportIndex::of(&basis.identity, basis.generated_at(), Vec::new()),
            lint_report: basis.lint,
            dry_run_report: basis.dry_run,
        };
        export.index.artifacts = export.entries()?;
        Ok(export)
    }

    /// The nine files, the index last.
    ///
    /// # Errors
    /// If an artifact has no JSON form.
    pub fn files(&self) -> Result<Vec<ExportFile>, CanonicalError> {
        let mut files = self.indexed()?;
        files.push(file(INDEX, to_value(&self.index))?);
        Ok(files)
    }

    fn indexed(&self) -> Result<Vec<ExportFile>, CanonicalError> {
        let artifacts = [
            ("lifecycle_plan", to_value(&self.lifecycle_plan)),
            (
                "authoring_ui_contract",
                to_value(&self.authoring_ui_contract),
            ),
            ("lint_report", to_value(&self.lint_report)),
            ("version_manifest", to_value(&self.version_manifest)),
            ("shadow_mode_plan", to_value(&self.shadow_mode_plan)),
            ("dry_run_report", to_value(&self.dry_run_report)),
            ("rollback_plan", to_value(&self.rollback_plan)),
            ("approval_workflow", to_value(&self.approval_workflow)),
        ];
        artifacts
            .into_iter()
            .map(|(name, value)| file(name, value))
            .collect()
    }

    fn entries(&self) -> Result<Vec<IndexEntry>, CanonicalError> {
        let files = self.indexed()?;
        files.into_iter().map(|file| file.entry()).collect()
    }
}

impl ExportFile {
    /// The text for people: sorted keys, two spaces, a line feed at the end.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{:#}\n", self.value)
    }

    fn entry(&self) -> Result<IndexEntry, CanonicalError> {
        let schema_version = self.value.get("schema_version").and_then(Value::as_str);
        Ok(IndexEntry {
            name: self.name.to_owned(),
            path: self.path.to_owned(),
            schema_version: schema_version.unwrap_or_default().to_owned(),
            sha256: Digest::of(&to_canonical_bytes(&self.value)?),
        })
    }
}

fn file(
    name: &'static str,
    value: Result<Value, serde_json::Error>,
) -> Result<ExportFile, CanonicalError> {
    let known = EXPORT_FILES.iter().find(|(known, _)| *known == name);
    Ok(ExportFile {
        name,
        path: known.map_or(name, |(_, path)| path),
        value: value?,
    })
}
