//! Better English voids nothing: the words of sentences are not compared. Ids, codes, verdicts,
//! digests and counts are.

use std::collections::BTreeMap;

use crate::support::{self, BASELINE, Bench, blockers, library, packet_of, sealed};
use cavra::canonical::{Digest, to_canonical_bytes};
use cavra::readiness::assessment::{ReadinessResult, export_readiness};
use cavra::readiness::packet::EvidenceMode;
use serde_json::Value;

/// The places of a packet that hold sentences; `*` is the first of an array.
const SENTENCES: [&str; 10] = [
    "/approval_workflow/publish_decision/matched_rules/*/reason",
    "/approval_workflow/publish_decision/reason",
    "/approval_workflow/publish_plan/summary",
    "/approval_workflow/review_checklist/*",
    "/authoring_ui_contract/operator_notes/*",
    "/dry_run_report/results/*/decision/matched_rules/*/reason",
    "/dry_run_report/results/*/decision/reason",
    "/lint_report/issues/*/message",
    "/rollback_plan/reason",
    "/rollback_plan/steps/*",
];
/// A sentence that only the packet says.
const CLAIMED: &str = "/version_manifest/versioning_reason";

/// The baseline with a pattern that lint warns of, and few cases of its own.
fn warned() -> Bench {
    let library = library();
    let mut source = library.source(BASELINE).unwrap();
    source.cases.retain(|file| file.path == "cases/mcp.yaml");
    let entry = "    - \"terraform apply*\"\n";
    assert_eq!(source.policy.text.matches(entry).count(), 1);
    source.policy.text = source.policy.text.replace(entry, &entry.repeat(2));
    Bench::of(library, source)
}

fn judge(bench: &Bench, packet: Value) -> ReadinessResult {
    support::judge(bench, &sealed(packet), true)
}

/// Says the same in other words.
fn reword(packet: &mut Value, pointer: &str) {
    let at = packet.pointer_mut(pointer).unwrap();
    *at = Value::from(format!("In other words: {}", at.as_str().unwrap()));
}

#[test]
fn other_words_void_nothing_and_are_counted() {
    let bench = warned();
    let sound = packet_of(&bench, EvidenceMode::Live);
    let mut all = sound.clone();
    for shape in SENTENCES {
        let pointer = shape.replace('*', "0");
        let mut reworded = sound.clone();
        reword(&mut reworded, &pointer);
        reword(&mut all, &pointer);
        let result = judge(&bench, reworded);
        assert_eq!(blockers(&result), [""; 0], "{pointer}");
        assert!(result.ready_for_live_policy_lifecycle, "{pointer}");
        let said = result.checks.iter().map(|check| check.message.as_str());
        let counted = said.filter(|it| it.ends_with("; 1 sentence has other words"));
        assert!(counted.count() > 0, "{pointer}");
    }
    reword(&mut all, CLAIMED);
    let result = judge(&bench, all);
    assert_eq!(blockers(&result), [""; 0]);
    let name = "approval_workflow_recomputed";
    let check = result.checks.iter().find(|check| check.name == name);
    let message = &check.unwrap().message;
    assert!(
        message.ends_with("; 4 sentences have other words"),
        "{message}"
    );
}

#[test]
fn a_sentence_names_no_digest_that_the_rest_does_not() {
    let bench = warned();
    let sound = packet_of(&bench, EvidenceMode::Live);
    let foreign = format!("activate sha256:{}", "0".repeat(64));
    for shape in SENTENCES {
        let pointer = shape.replace('*', "0");
        let mut altered = sound.clone();
        *altered.pointer_mut(&pointer).unwrap() = Value::from(foreign.as_str());
        let part = pointer.split('/').nth(1).unwrap();
        let blockers = blockers(&judge(&bench, altered));
        assert!(blockers.iter().any(|it| it.starts_with(part)), "{pointer}");
    }
}

#[test]
fn what_a_program_reads_beside_a_sentence_is_compared() {
    let bench = warned();
    let sound = packet_of(&bench, EvidenceMode::Live);
    let alterations = [
        ("/approval_workflow/publish_decision/rule_id", "policy.free"),
        ("/approval_workflow/publish_plan/risk", "low"),
        ("/dry_run_report/results/0/decision/decision", "allow"),
        (
            "/dry_run_report/results/0/decision/rule_id",
            "commands.block",
        ),
        (
            "/dry_run_report/results/0/decision/matched_rules/0/pattern",
            "x",
        ),
        ("/lint_report/issues/0/code", "none"),
        ("/lint_report/summary/title", "A better title"),
        ("/rollback_plan/previous_policy_id", "x"),
        ("/version_manifest/source_ref", "git:0:x"),
    ];
    for (pointer, text) in alterations {
        let mut altered = sound.clone();
        let at = altered.pointer_mut(pointer).unwrap();
        assert_ne!(*at, text, "{pointer}");
        *at = Value::from(text);
        let part = pointer.split('/').nth(1).unwrap();
        let blockers = blockers(&judge(&bench, altered));
        assert!(
            blockers.iter().any(|it| it.starts_with(part)),
            "{pointer}: {blockers:?}"
        );
    }
    // A count of sentences is a count.
    let mut fewer = sound.clone();
    let steps = fewer["rollback_plan"]["steps"].as_array_mut().unwrap();
    assert!(steps.pop().is_some());
    assert!(!blockers(&judge(&bench, fewer)).is_empty());
}

/// An export's index names the digest of each file, which covers its sentences.
#[test]
fn an_export_in_other_words_holds_if_its_index_names_them() {
    let bench = warned();
    let previous = bench.previous();
    let files = bench.export(Some(&previous)).files().unwrap();
    let (name, path) = ("rollback_plan", "policy-rollback-plan.json");
    let mut values: BTreeMap<String, Value> = files
        .into_iter()
        .map(|file| (file.path.to_owned(), file.value))
        .collect();
    let judge = |values: &BTreeMap<String, Value>| {
        let written = values.iter();
        let written = written.map(|(path, value)| (path.clone(), value.to_string().into_bytes()));
        let written = written.collect();
        bench.with(|given_pack| export_readiness(&written, Some(given_pack)))
    };
    let plan = values.get_mut(path).unwrap();
    reword(plan, "/steps/0");
    let digest = Digest::of(&to_canonical_bytes(plan).unwrap()).to_string();
    let names: Vec<String> = judge(&values)
        .blockers()
        .map(|it| it.name.clone())
        .collect();
    assert_eq!(names, ["export_digests", "export"]);
    let index = values.get_mut("policy-lifecycle-export.json").unwrap();
    let entries = index["artifacts"].as_array_mut().unwrap();
    let entry = entries.iter_mut().find(|entry| entry["name"] == name);
    entry.unwrap()["sha256"] = Value::from(digest);
    assert_eq!(blockers(&judge(&values)), [""; 0]);
}

/// Packets from before these were named.
#[test]
fn a_packet_that_names_neither_engine_nor_doors_can_be_ready() {
    let bench = warned();
    let mut packet = packet_of(&bench, EvidenceMode::Live);
    let manifest = packet["version_manifest"].as_object_mut().unwrap();
    assert!(manifest.remove("engine_digest").is_some());
    let contract = &mut packet["authoring_ui_contract"];
    for endpoint in contract["api_endpoints"].as_array_mut().unwrap() {
        assert!(endpoint.as_object_mut().unwrap().remove("doors").is_some());
    }
    let result = judge(&bench, packet);
    assert_eq!(blockers(&result), [""; 0]);
    assert!(result.ready_for_live_policy_lifecycle);
}

#[test]
fn the_warned_pack_is_warned() {
    let export = warned().export(None);
    assert_eq!(export.lint_report.warning_count, 1);
}
