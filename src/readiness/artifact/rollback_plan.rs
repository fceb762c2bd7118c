//! `policy-rollback-plan.json`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::canonical::Digest;
use crate::decision::PolicyIdentity;
use crate::policy::diff::Diff;
use crate::policy::pack::Pack;
use crate::policy::source::SourceFile;
use crate::readiness::basis::Basis;
use crate::readiness::reference::Scheme;

/// The artifact's `schema_version`.
pub const SCHEMA_VERSION: &str = "cavra.policy-lifecycle.rollback-plan.v1";

/// How to return to the previous policy. The plan holds the whole previous policy, so that a
/// rollback needs nothing else and its digests can be recomputed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RollbackPlan {
    /// The document's version.
    #[schemars(extend("const" = SCHEMA_VERSION))]
    pub schema_version: String,
    /// This plan: `policy-rollback://ID/DIGEST12`, with the current policy's id and digest.
    pub rollback_ref: String,
    /// The id of the pack that is rolled back.
    pub current_policy_id: String,
    /// The current pack's `policy_digest`.
    pub current_policy_digest: Digest,
    /// The current pack's `effective_digest`.
    pub current_effective_digest: Digest,
    /// The id of the pack to return to. It is `null` if there is no previous policy.
    pub previous_policy_id: Option<String>,
    /// The previous pack's `policy_digest`.
    pub previous_policy_digest: Option<Digest>,
    /// The previous pack's `effective_digest`.
    pub previous_effective_digest: Option<Digest>,
    /// The previous pack's `policy.yaml` as JSON. `previous_policy_digest` is its digest.
    #[schemars(with = "Option<Pack>")]
    pub previous_policy: Option<Value>,
    /// The previous pack's other files.
    pub previous_files: Vec<PackFile>,
    /// Whether the rollback must be approved. Always `true`.
    pub approval_required: bool,
    /// The person, team or service that asked for the plan.
    pub requested_by: String,
    /// Why the plan exists, for a person.
    pub reason: String,
    /// What changes from the current policy back to the previous one. Empty if there is none.
    pub diff: Diff,
    /// What to do, in order, for a person.
    pub steps: Vec<String>,
}

/// One file of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PackFile {
    /// The file's path in the pack's folder, such as `rules/tags.rego`.
    pub path: String,
    /// The file's content.
    pub text: String,
}

impl RollbackPlan {
    pub(crate) fn of(basis: &Basis) -> Self {
        let (identity, before) = (&basis.identity, basis.before());
        let previous = basis.previous.as_ref();
        Self {
            schema_version: SCHEMA_VERSION.to_owned(),
            rollback_ref: Scheme::Rollback.reference(identity),
            current_policy_id: identity.id.to_string(),
            current_policy_digest: identity.policy_digest,
            current_effective_digest: identity.effective_digest,
            previous_policy_id: before.map(|before| before.id.to_string()),
            previous_policy_digest: before.map(|before| before.policy_digest),
            previous_effective_digest: before.map(|before| before.effective_digest),
            previous_policy: previous.map(|previous| previous.document.clone()),
            previous_files: previous.map_or_else(Vec::new, |previous| previous.files.clone()),
            approval_required: true,
            requested_by: basis.request.requested_by.clone(),
            reason: reason(identity, before),
            diff: basis.back.clone(),
            steps: steps(identity, before),
        }
    }

    /// The previous pack's other files, as the pack's reader takes them.
    #[must_use]
    pub fn files(&self) -> Vec<SourceFile> {
        let files = self.previous_files.iter().map(|file| SourceFile {
            path: file.path.clone(),
            text: file.text.clone(),
        });
        files.collect()
    }
}

impl From<&SourceFile> for PackFile {
    fn from(file: &SourceFile) -> Self {
        Self {
            path: file.path.clone(),
            text: file.text.clone(),
        }
    }
}

fn reason(current: &PolicyIdentity, before: Option<&PolicyIdentity>) -> String {
    let (id, version) = (&current.id, &current.version);
    match before {
        Some(before) => format!(
            "the way back from `{id}` {version} to `{}` {}, should the change prove wrong",
            before.id, before.version
        ),
        None => {
            format!("`{id}` {version} has no predecessor; the way back is to withdraw it")
        }
    }
}

fn steps(current: &PolicyIdentity, before: Option<&PolicyIdentity>) -> Vec<String> {
    let active = format!(
        "confirm that the active effective digest is {}",
        current.effective_digest
    );
    let Some(before) = before else {
        return vec![
            active,
            "get the approval of the approver groups".to_owned(),
            "put the policy in force that the authority should fall back to, with `cavra lifecycle promote`"
                .to_owned(),
        ];
    };
    let digest = before.effective_digest;
    vec![
        active,
        format!(
            "restore `{}` {} from `previous_policy` and `previous_files`, and check that its policy digest is {}",
            before.id, before.version, before.policy_digest
        ),
        format!(
            "look for it with `cavra lifecycle history --changes`, and check that its effective digest is {digest}"
        ),
        "try the return with `cavra lifecycle rollback --rehearse`; no required case may fail"
            .to_owned(),
        format!("get the approval of the approver groups for {digest}"),
        format!("return with `cavra lifecycle rollback`, and check that {digest} is in force"),
    ]
}
