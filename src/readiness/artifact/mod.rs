//! The nine lifecycle artifacts, one file each. Each is a type that is computed from a pack.
//! `docs/formats.md` describes them.
//!
//! The dry-run report is in [`super::dry_run`].

pub mod approval_workflow;
pub mod authoring_ui_contract;
pub mod export_index;
pub mod lifecycle_plan;
pub mod lint_report;
pub mod publish;
pub mod rollback_plan;
pub mod shadow_mode_plan;
pub mod version_manifest;

pub use approval_workflow::ApprovalWorkflow;
pub use authoring_ui_contract::AuthoringUiContract;
pub use export_index::ExportIndex;
pub use lifecycle_plan::LifecyclePlan;
pub use lint_report::LintReportArtifact;
pub use rollback_plan::RollbackPlan;
pub use shadow_mode_plan::ShadowModePlan;
pub use version_manifest::VersionManifest;
