//! Whether the artifacts agree: with each other, and with the pack.

use serde_json::{Map, Value, to_value};

use super::Subject;
use super::checks::Checks;
use crate::policy::diff::{Change, Diff, Direction};
use crate::readiness::artifact::{
    ApprovalWorkflow, AuthoringUiContract, RollbackPlan, ShadowModePlan, VersionManifest,
};
use crate::readiness::basis::Basis;
use crate::readiness::packet::CAPABILITIES;
use crate::readiness::pointer::{Differences, MAX_DIFFERENCES, differences};

pub(super) fn check(subject: &Subject<'_>, checks: &mut Checks) {
    derived(subject, checks);
    mirrored(subject, checks);
    asked_by(subject, checks);
    publishable(subject, checks);
}

/// Derives every artifact from what the packet claims, and compares.
fn derived(subject: &Subject<'_>, checks: &mut Checks) {
    match artifacts(&Basis::claimed(subject.packet)) {
        Ok(expected) => {
            for name in CAPABILITIES {
                let found = compare(name, &expected, subject.value);
                checks.compared(name, &found, "agrees with the rest of the packet");
            }
        }
        Err(problem) => checks.blocker("packet", problem.to_string()),
    }
}

/// The seven artifacts by name, as they should be if `basis` holds.
pub(super) fn artifacts(basis: &Basis) -> serde_json::Result<Map<String, Value>> {
    let artifacts = [
        ("approval_workflow", to_value(ApprovalWorkflow::of(basis))),
        (
            "authoring_ui_contract",
            to_value(AuthoringUiContract::of(basis)),
        ),
        ("dry_run_report", to_value(&basis.dry_run)),
        ("lint_report", to_value(&basis.lint)),
        ("rollback_plan", to_value(RollbackPlan::of(basis))),
        ("shadow_mode_plan", to_value(ShadowModePlan::of(basis))),
        ("version_manifest", to_value(VersionManifest::of(basis))),
    ];
    artifacts
        .into_iter()
        .map(|(name, value)| Ok((name.to_owned(), value?)))
        .collect()
}

/// Where one artifact is not what it should be.
pub(super) fn compare(name: &str, expected: &Map<String, Value>, found: &Value) -> Differences {
    let none = Value::Null;
    let (expected, found) = (expected.get(name), found.get(name));
    differences(
        &format!("/{name}"),
        expected.unwrap_or(&none),
        found.unwrap_or(&none),
    )
}

/// The way back must undo the way there, change by change.
fn mirrored(subject: &Subject<'_>, checks: &mut Checks) {
    let there = &subject.packet.version_manifest.diff;
    let back = &subject.packet.rollback_plan.diff;
    let faults: Vec<String> = (mirror(there) != *back)
        .then(|| "`/rollback_plan/diff` doesn't undo `/version_manifest/diff`".to_owned())
        .into_iter()
        .collect();
    checks.faults(
        "semantic_diff",
        &faults,
        "the way back undoes the way there",
    );
}

fn mirror(diff: &Diff) -> Diff {
    let turn = |changes: &[Change]| changes.iter().map(turned).collect();
    Diff {
        added: turn(&diff.removed),
        removed: turn(&diff.added),
        changed: turn(&diff.changed),
    }
}

fn turned(change: &Change) -> Change {
    Change {
        path: change.path.clone(),
        direction: match change.direction {
            Direction::Tightens => Direction::Loosens,
            Direction::Loosens => Direction::Tightens,
            same @ (Direction::Neutral | Direction::Unclear) => same,
        },
        from: change.to.clone(),
        to: change.from.clone(),
    }
}

fn asked_by(subject: &Subject<'_>, checks: &mut Checks) {
    let name = "rollback_plan_requested_by";
    let person = subject.packet.rollback_plan.requested_by.trim();
    if person.is_empty() {
        checks.blocker(name, "`/rollback_plan/requested_by` is empty");
    } else {
        checks.claimed(name, &format!("`{person}` asks for it"));
    }
}

fn publishable(subject: &Subject<'_>, checks: &mut Checks) {
    let plan = &subject.packet.approval_workflow.publish_plan;
    let mut faults = plan.errors.clone();
    if !plan.valid && faults.is_empty() {
        faults.push("`/approval_workflow/publish_plan/valid` is false".to_owned());
    }
    faults.truncate(MAX_DIFFERENCES);
    checks.faults("publish_plan", &faults, "only the approval is missing");
}
