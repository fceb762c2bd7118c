//! Whether every part of the packet is about one and the same policy.

use serde_json::Value;

use super::Subject;
use super::checks::Checks;
use super::engine::NOT_RECOMPUTED;
use crate::canonical::{Digest, to_canonical_bytes};
use crate::decision::PolicyIdentity;
use crate::readiness::pointer::escape;
use crate::readiness::reference::Scheme;

/// Paths of a digest of the same name that is another policy's, or that an agent claims.
const ELSEWHERE: [&str; 6] = [
    "lineage",
    "previous_policy",
    "input",
    "diff",
    "bundles",
    "attestations",
];

pub(super) fn check(subject: &Subject<'_>, checks: &mut Checks) {
    let identity = &subject.identity;
    let same = |checks: &mut Checks, name: &str, keys: &[&str], expected: &str| {
        let faults = others(subject.value, keys, expected);
        let sound = match subject.is_by_another_engine && name == "effective_digest" {
            true => format!("everywhere `{expected}`; {NOT_RECOMPUTED}"),
            false => format!("everywhere `{expected}`"),
        };
        checks.faults(name, &faults, sound);
    };
    same(
        checks,
        "policy_id",
        &["policy_id", "policy_pack", "current_policy_id"],
        &identity.id,
    );
    same(
        checks,
        "policy_version",
        &["policy_version"],
        &identity.version,
    );
    let digest = identity.policy_digest.to_string();
    same(
        checks,
        "policy_digest",
        &["policy_digest", "current_policy_digest"],
        &digest,
    );
    let digest = identity.effective_digest.to_string();
    same(
        checks,
        "effective_digest",
        &["effective_digest", "current_effective_digest"],
        &digest,
    );
    lint_summary(subject, identity, checks);
    references(subject, identity, checks);
    previous(subject, checks);
}

/// The places below `value` where one of `keys` isn't `expected`.
fn others(value: &Value, keys: &[&str], expected: &str) -> Vec<String> {
    let mut faults = Vec::new();
    walk(value, String::new(), &mut |at, key, value| {
        if keys.contains(&key) && value.as_str() != Some(expected) {
            faults.push(format!("`{at}` is {value}, should be `{expected}`"));
        }
    });
    faults.truncate(crate::readiness::pointer::MAX_DIFFERENCES);
    faults
}

fn walk(value: &Value, at: String, visit: &mut dyn FnMut(&str, &str, &Value)) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                if ELSEWHERE.contains(&key.as_str()) {
                    continue;
                }
                let at = format!("{at}/{}", escape(key));
                visit(&at, key, value);
                walk(value, at, visit);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                walk(item, format!("{at}/{index}"), visit);
            }
        }
        _ => {}
    }
}

fn lint_summary(subject: &Subject<'_>, identity: &PolicyIdentity, checks: &mut Checks) {
    let manifest = &subject.packet.version_manifest;
    let summary = &subject.packet.lint_report.summary;
    let mut faults = Vec::new();
    if summary.version != *identity.version {
        faults.push(format!(
            "`/lint_report/summary/version` is `{}`",
            summary.version
        ));
    }
    let itself = manifest.lineage.last();
    if !itself.is_some_and(|last| {
        last.id == *identity.id
            && last.version == *identity.version
            && last.policy_digest == identity.policy_digest
    }) {
        faults.push("`/version_manifest/lineage` doesn't end with the policy itself".to_owned());
    }
    let ancestors = manifest
        .lineage
        .split_last()
        .map_or(&[][..], |(_, ancestors)| ancestors);
    for parent in &summary.inherits {
        if !ancestors.iter().any(|ancestor| ancestor.id == *parent) {
            faults.push(format!(
                "`/version_manifest/lineage` lacks the parent `{parent}`"
            ));
        }
    }
    if summary.inherits.is_empty() && !ancestors.is_empty() {
        faults.push("`/version_manifest/lineage` has ancestors, the pack no parents".to_owned());
    }
    checks.faults("policy_lineage", &faults, "the lineage leads to the policy");
}

fn references(subject: &Subject<'_>, identity: &PolicyIdentity, checks: &mut Checks) {
    let packet = subject.packet;
    let found = [
        (
            "shadow_mode_plan/reference",
            &packet.shadow_mode_plan.reference,
            Scheme::Shadow,
        ),
        (
            "dry_run_report/reference",
            &packet.dry_run_report.reference,
            Scheme::DryRun,
        ),
        (
            "rollback_plan/rollback_ref",
            &packet.rollback_plan.rollback_ref,
            Scheme::Rollback,
        ),
        (
            "approval_workflow/review_workflow_ref",
            &packet.approval_workflow.review_workflow_ref,
            Scheme::Draft,
        ),
        (
            "authoring_ui_contract/review_workflow_ref",
            &packet.authoring_ui_contract.review_workflow_ref,
            Scheme::Draft,
        ),
    ];
    let faults: Vec<String> = found
        .into_iter()
        .map(|(at, found, scheme)| (at, found, scheme.reference(identity)))
        .filter(|(_, found, expected)| *found != expected)
        .map(|(at, found, expected)| format!("`/{at}` is `{found}`, should be `{expected}`"))
        .collect();
    checks.faults(
        "references",
        &faults,
        "every reference names the effective digest",
    );
}

/// The previous policy's digest, recomputed from the document that the packet carries.
fn previous(subject: &Subject<'_>, checks: &mut Checks) {
    let (manifest, rollback) = (
        &subject.packet.version_manifest,
        &subject.packet.rollback_plan,
    );
    let name = "previous_policy_digest";
    let Some(document) = &rollback.previous_policy else {
        let named =
            manifest.previous_policy_digest.is_some() || rollback.previous_policy_digest.is_some();
        let mut faults = Vec::new();
        if named {
            let missing = "`/rollback_plan/previous_policy` isn't there, and its digest is named";
            faults.push(missing.to_owned());
        }
        return checks.faults(name, &faults, "there is no previous policy");
    };
    let digest = match to_canonical_bytes(document) {
        Ok(bytes) => Digest::of(&bytes),
        Err(error) => {
            return checks.blocker(name, format!("`/rollback_plan/previous_policy` {error}"));
        }
    };
    let mut faults = Vec::new();
    let claims = [
        ("version_manifest", manifest.previous_policy_digest),
        ("rollback_plan", rollback.previous_policy_digest),
    ];
    for (part, claim) in claims {
        if claim != Some(digest) {
            let claim = claim.map_or("missing".to_owned(), |claim| claim.to_string());
            faults.push(format!(
                "`/{part}/previous_policy_digest` is {claim}, the previous policy's is {digest}"
            ));
        }
    }
    let text = |pointer: &str| document.pointer(pointer).and_then(Value::as_str);
    if text("/metadata/id") != rollback.previous_policy_id.as_deref() {
        faults.push("`/rollback_plan/previous_policy_id` is not the previous policy's".to_owned());
    }
    let version = text("/metadata/version").unwrap_or_default();
    if Some(version) != manifest.previous_policy_version.as_deref() {
        faults.push(
            "`/version_manifest/previous_policy_version` is not the previous policy's".to_owned(),
        );
    }
    checks.faults(
        name,
        &faults,
        "the previous policy has the digest that is named",
    );
}
