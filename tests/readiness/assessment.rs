//! Readiness: a sound packet passes, and no claim is believed that can be recomputed.

use cavra::policy::versioning::Versioning;
use cavra::readiness::assessment::{CheckStatus, Given, Status, readiness};
use cavra::readiness::packet::{Evidence, EvidenceMode, Packet};
use serde_json::Value;

use crate::cast::Papers;
use crate::support::{
    BASELINE, Bench, blockers, claims, evidence, judge, library, message, names, packet_of, sealed,
};

#[test]
fn a_sound_live_packet_is_ready() {
    let bench = Bench::new(BASELINE);
    let result = judge(&bench, &packet_of(&bench, EvidenceMode::Live), true);
    assert_eq!(blockers(&result), [""; 0]);
    assert_eq!(result.status, Status::Ready);
    assert!(result.ready_for_live_policy_lifecycle);
    assert!(result.ready_for_policy_lifecycle_contract);
    assert_eq!((result.blocker_count, result.warning_count), (0, 0));
}

#[test]
fn a_sound_sample_has_one_warning_and_is_not_live() {
    let bench = Bench::new(BASELINE);
    let sample = packet_of(&bench, EvidenceMode::Sample);
    for result in [judge(&bench, &sample, false), claims(&sample, false)] {
        assert_eq!(blockers(&result), [""; 0]);
        assert_eq!(result.status, Status::ReadyWithWarnings);
        assert!(result.ready_for_policy_lifecycle_contract);
        assert!(!result.ready_for_live_policy_lifecycle);
        let warned =
            |check: &&cavra::readiness::assessment::Check| check.status == CheckStatus::Warn;
        let names: Vec<&str> = result
            .checks
            .iter()
            .filter(warned)
            .map(|it| it.name.as_str())
            .collect();
        assert_eq!(names, ["evidence_mode"]);
    }
    let required = judge(&bench, &sample, true);
    assert_eq!(required.status, Status::Blocked);
    assert!(required.ready_for_policy_lifecycle_contract);
    assert_eq!(
        required
            .blockers()
            .map(|it| it.name.as_str())
            .collect::<Vec<_>>(),
        ["evidence_mode"]
    );
}

pub(crate) fn result_at<'a>(packet: &'a mut Value, case_id: &str) -> &'a mut Value {
    let results = packet["dry_run_report"]["results"].as_array_mut().unwrap();
    results
        .iter_mut()
        .find(|result| result["case_id"] == case_id)
        .unwrap()
}

type Forgery = &'static dyn Fn(&mut Value);

/// Forgeries that hold together: the packet agrees with itself, the pack doesn't agree.
#[test]
fn a_forgery_that_agrees_with_itself_is_recomputed() {
    let bench = Bench::new(BASELINE);
    let forgeries: [(&str, Forgery, &str); 6] = [
        (
            "a decision under another rule",
            &|packet| {
                let decision = &mut result_at(packet, "block_env_read")["decision"];
                decision["rule_id"] = Value::from("filesystem.write.block");
                decision["matched_rules"][0]["rule_id"] = Value::from("filesystem.write.block");
            },
            "dry_run_report_recomputed",
        ),
        (
            "a case of the pack left out",
            &|packet| {
                let report = &mut packet["dry_run_report"];
                let results = report["results"].as_array_mut().unwrap();
                results.pop();
                let count = Value::from(results.len());
                report["case_count"] = count.clone();
                report["passed_count"] = count;
            },
            "dry_run_report_recomputed",
        ),
        (
            "a stricter expectation than the pack's",
            &|packet| {
                let case = result_at(packet, "block_env_read");
                case["expected"]["severity"] = case["decision"]["severity"].clone();
                case["expected"]["rule_id"] = case["decision"]["rule_id"].clone();
            },
            "dry_run_report_recomputed",
        ),
        (
            "a change hidden from both diffs",
            &|packet| {
                let there = packet["version_manifest"]["diff"]["removed"]
                    .as_array_mut()
                    .unwrap();
                let hidden = there.pop().unwrap();
                packet["approval_workflow"]["publish_plan"]["diff"] =
                    packet["version_manifest"]["diff"].clone();
                let back = packet["rollback_plan"]["diff"]["added"]
                    .as_array_mut()
                    .unwrap();
                back.retain(|change| change["path"] != hidden["path"]);
            },
            "version_manifest_recomputed",
        ),
        (
            "another group approves",
            &|packet| {
                let text = packet["approval_workflow"].to_string();
                let text = text.replace("Platform Security", "Friends");
                packet["approval_workflow"] = serde_json::from_str(&text).unwrap();
            },
            "approval_workflow_recomputed",
        ),
        (
            "a better title",
            &|packet| packet["lint_report"]["summary"]["title"] = Value::from("t"),
            "lint_report_recomputed",
        ),
    ];
    for (what, forge, expected) in forgeries {
        let mut forged = packet_of(&bench, EvidenceMode::Live);
        forge(&mut forged);
        let result = judge(&bench, &sealed(forged), true);
        assert!(
            names(&result).contains(&expected),
            "{what}: {:?}",
            blockers(&result)
        );
        assert!(!result.ready_for_live_policy_lifecycle);
    }
}

#[test]
fn a_sample_does_not_pass_as_live_by_saying_so() {
    let bench = Bench::new(BASELINE);
    let mut packet = packet_of(&bench, EvidenceMode::Sample);
    packet["evidence_mode"] = Value::from("live");
    assert_eq!(
        names(&judge(&bench, &sealed(packet), true)),
        [
            "operating_evidence",
            "change_request",
            "shadow_report",
            "approvals"
        ]
    );
}

#[test]
fn the_repository_has_its_say() {
    let mut bench = Bench::new(BASELINE);
    let live = packet_of(&bench, EvidenceMode::Live);
    // The commit isn't there: a shallow clone, an exported tree, a rewritten history.
    bench.committed = None;
    let result = judge(&bench, &live, true);
    assert_eq!(names(&result), [""; 0]);
    assert!(message(&result, "source_ref").starts_with("claimed only: "));
    // It is there, and holds something else.
    let mut other = bench.source.clone();
    other.policy.text = other.policy.text.replace("1.0.0", "1.0.1");
    bench.committed = Some(other);
    assert_eq!(names(&judge(&bench, &live, true)), ["source_ref"]);
    // Comments and later commits don't count.
    let mut commented = bench.source.clone();
    commented.policy.text.push_str("# a comment\n");
    bench.committed = Some(commented);
    assert_eq!(names(&judge(&bench, &live, true)), [""; 0]);
}

#[test]
fn a_live_policy_is_versioned() {
    let mut bench = Bench::new(BASELINE);
    bench.versioning = Versioning::unversioned("there is no git");
    let live = judge(&bench, &packet_of(&bench, EvidenceMode::Live), true);
    assert_eq!(names(&live), ["version_manifest_versioning"]);
    let sample = judge(&bench, &packet_of(&bench, EvidenceMode::Sample), false);
    assert_eq!((sample.blocker_count, sample.warning_count), (0, 1));
}

#[test]
fn a_packet_about_another_state_of_the_pack_blocks() {
    let live = packet_of(&Bench::new(BASELINE), EvidenceMode::Live);
    let library = library();
    let mut source = library.source(BASELINE).unwrap();
    source.policy.text = source.policy.text.replace("\"*.pfx\"", "\"*.pfx2\"");
    let result = judge(&Bench::of(library, source), &live, true);
    for name in [
        "policy_digest",
        "effective_digest",
        "references",
        "lint_report_recomputed",
    ] {
        assert!(
            names(&result).contains(&name),
            "{name}: {:?}",
            names(&result)
        );
    }
}

#[test]
fn a_pack_that_fails_is_not_ready_however_well_described() {
    let library = library();
    let mut source = library.source(BASELINE).unwrap();
    source.policy.text = source.policy.text.replace("    - \".env\"\n", "");
    let bench = Bench::of(library, source);
    let result = judge(&bench, &packet_of(&bench, EvidenceMode::Live), true);
    for name in ["dry_run_passed", "publish_plan"] {
        assert!(
            names(&result).contains(&name),
            "{name}: {:?}",
            names(&result)
        );
    }
    // It says nothing but the truth.
    assert!(!names(&result).contains(&"dry_run_report_recomputed"));
}

/// The packet of a first version: nothing is replaced.
fn first_version(bench: &Bench, mode: EvidenceMode) -> serde_json::Value {
    let mut bundles = Papers::of(bench).bundles;
    bundles.replaced = None;
    let evidence = Evidence {
        mode,
        operating: evidence(mode),
        bundles,
        attestations: Vec::new(),
    };
    let packet = Packet::assemble(&bench.export(None), evidence).unwrap();
    serde_json::to_value(packet).unwrap()
}

#[test]
fn a_pack_without_a_predecessor_is_sound_and_never_live() {
    let bench = Bench::new(BASELINE);
    let sample = judge(&bench, &first_version(&bench, EvidenceMode::Sample), false);
    assert_eq!(blockers(&sample), [""; 0]);
    let live = judge(&bench, &first_version(&bench, EvidenceMode::Live), true);
    assert!(live.ready_for_policy_lifecycle_contract);
    assert!(
        names(&live).contains(&"bundles_replaced"),
        "{:?}",
        names(&live)
    );
}

#[test]
fn every_shipped_pack_that_passes_its_cases_makes_a_sound_packet() {
    for id in library().ids() {
        let Some(bench) = Bench::compiled(id) else {
            continue;
        };
        let export = bench.export(None);
        let ready = export.lifecycle_plan.ready_for_review
            && !export.approval_workflow.approver_groups.is_empty();
        let result = judge(&bench, &first_version(&bench, EvidenceMode::Sample), false);
        let sound = result.ready_for_policy_lifecycle_contract;
        assert_eq!(sound, ready, "{id}: {:?}", blockers(&result));
    }
}

#[test]
fn what_cannot_be_read_names_its_place() {
    let bench = Bench::new(BASELINE);
    let sound = packet_of(&bench, EvidenceMode::Live).to_string();
    let doubled = sound.replacen("\"product\":", "\"product\":\"CAVRA\",\"product\":", 1);
    let counted = sound.replacen("\"case_count\":", "\"case_count\":\"many\",\"x\":", 1);
    let texts = [
        ("", "packet", "EOF"),
        ("[1]", "packet", "not an object"),
        ("{}", "lint_report", "missing"),
        (
            &sound.replacen("\"signatures\":[", "\"signatures\":[{\"sig\":\"AA==\"},", 1),
            "attestations",
            "there must be 1",
        ),
        (&doubled, "packet", "duplicate key `product`"),
        (&counted, "dry_run_report", "`/dry_run_report/case_count`"),
        (
            &sound.replacen("\"live\"", "\"alive\"", 1),
            "evidence_mode",
            "`/evidence_mode`",
        ),
        (
            &sound.replacen("{", "{\"extra\":1,", 1),
            "extra",
            "not a field",
        ),
        (&"[".repeat(100_000), "packet", "recursion"),
    ];
    for (text, name, part) in texts {
        let result = readiness(text.as_bytes(), &Given::default());
        assert_eq!(result.status, Status::Blocked);
        assert!(!result.ready_for_policy_lifecycle_contract);
        assert!(
            message(&result, name).contains(part),
            "{name}: {:?}",
            blockers(&result)
        );
    }
}
