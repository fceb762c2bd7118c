//! Whether the artifacts agree: with each other, and with the pack.

use serde_json::Value;

use super::Subject;
use super::checks::Checks;
use crate::lifecycle::basis::Basis;
use crate::lifecycle::packet::{CAPABILITIES, Packet};
use crate::lifecycle::plan::Export;
use crate::lifecycle::pointer::differences;
use crate::policy::diff::{Change, Diff, Direction};

pub(super) fn check(subject: &Subject<'_>, checks: &mut Checks) {
    derived(subject, checks);
    mirrored(subject, checks);
    publishable(subject, checks);
}

/// Derives every artifact from what the packet claims, and compares.
fn derived(subject: &Subject<'_>, checks: &mut Checks) {
    match artifacts(subject.packet, Basis::claimed(subject.packet)) {
        Ok(expected) => {
            for name in CAPABILITIES {
                let faults = faults(name, &expected, subject.value);
                checks.faults(name, &faults, "agrees with the rest of the packet");
            }
        }
        Err(problem) => checks.blocker("packet", problem),
    }
}

/// The packet as it should be if `basis` holds.
pub(super) fn artifacts(packet: &Packet, basis: Basis) -> Result<Value, String> {
    let evidence = packet.operating_evidence.clone();
    Export::of(basis)
        .and_then(|export| Packet::assemble(&export, packet.evidence_mode, evidence))
        .map_err(|error| error.to_string())
        .and_then(|packet| serde_json::to_value(packet).map_err(|error| error.to_string()))
}

/// Where one artifact is not what it should be.
pub(super) fn faults(name: &str, expected: &Value, found: &Value) -> Vec<String> {
    let part = |packet: &Value| packet.get(name).cloned().unwrap_or_default();
    differences(&format!("/{name}"), &part(expected), &part(found))
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

fn publishable(subject: &Subject<'_>, checks: &mut Checks) {
    let plan = &subject.packet.approval_workflow.publish_plan;
    let mut faults = plan.errors.clone();
    if !plan.valid && faults.is_empty() {
        faults.push("`/approval_workflow/publish_plan/valid` is false".to_owned());
    }
    faults.truncate(4);
    checks.faults(
        "publish_plan",
        &faults,
        "nothing stands in the way but the approval",
    );
}
