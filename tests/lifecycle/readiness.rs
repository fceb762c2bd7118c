//! Readiness: a sound packet passes, and no claim is believed that can be recomputed.

use crate::cast::Papers;
use crate::support::{
    BASELINE, Bench, blockers, claims, evidence, judge, library, message, names, packet_of, sealed,
};
use cavra::decision::Severity;
use cavra::lifecycle::packet::{Evidence, EvidenceMode, Packet};
use cavra::lifecycle::readiness::{CheckStatus, Given, Status, readiness};
use cavra::policy::versioning::Versioning;
use serde_json::Value;

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
            |check: &&cavra::lifecycle::readiness::Check| check.status == CheckStatus::Warn;
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

fn result_at<'a>(packet: &'a mut Value, case_id: &str) -> &'a mut Value {
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

/// What a packet contradicts by itself needs no pack.
#[test]
fn without_the_pack_a_packet_must_still_agree_with_itself() {
    let bench = Bench::new(BASELINE);
    let sound = packet_of(&bench, EvidenceMode::Sample);
    let digest = "sha256:f7633784f0e4fc9bd379c03b6ddd84cec9bf1d1f8b600cbf6c018f19899c8b80";
    let alterations = [
        (
            "/dry_run_report/case_count",
            Value::from(7),
            "dry_run_counts",
        ),
        (
            "/dry_run_report/passed",
            Value::from(false),
            "dry_run_counts",
        ),
        (
            "/dry_run_report/required_cases_present",
            Value::from(false),
            "dry_run_required_cases",
        ),
        (
            "/dry_run_report/results/0/expected_decision",
            Value::from("allow"),
            "dry_run_verdicts",
        ),
        (
            "/dry_run_report/results/0/decision/decision",
            Value::from("allow"),
            "dry_run_verdicts",
        ),
        (
            "/dry_run_report/results/0/decision/severity",
            Value::from("low"),
            "dry_run_verdicts",
        ),
        (
            "/dry_run_report/results/0/passed",
            Value::from(false),
            "dry_run_passed",
        ),
        (
            "/dry_run_report/results/0/input/target",
            Value::from(".envrc"),
            "dry_run_required_cases",
        ),
        (
            "/dry_run_report/policy_digest",
            Value::from(digest),
            "policy_digest",
        ),
        ("/lint_report/warning_count", Value::from(9), "lint_counts"),
        ("/lint_report/valid", Value::from(false), "lint_passed"),
        (
            "/version_manifest/effective_digest",
            Value::from(digest),
            "effective_digest",
        ),
        (
            "/version_manifest/previous_policy_digest",
            Value::from(digest),
            "previous_policy_digest",
        ),
        (
            "/version_manifest/git_versioned",
            Value::from(false),
            "version_manifest",
        ),
        (
            "/version_manifest/diff/removed/0/direction",
            Value::from("neutral"),
            "semantic_diff",
        ),
        (
            "/shadow_mode_plan/non_enforcing",
            Value::from(false),
            "shadow_mode_plan",
        ),
        (
            "/shadow_mode_plan/promotion_criteria/shadow_observation_hours",
            Value::from(1),
            "shadow_mode_plan",
        ),
        (
            "/shadow_mode_plan/reference",
            Value::from("policy-shadow://x/0"),
            "references",
        ),
        (
            "/rollback_plan/approval_required",
            Value::from(false),
            "rollback_plan",
        ),
        (
            "/rollback_plan/previous_policy/metadata/version",
            Value::from("9.9.9"),
            "previous_policy_digest",
        ),
        (
            "/approval_workflow/publish_plan/risk",
            Value::from("low"),
            "approval_workflow",
        ),
        (
            "/approval_workflow/publish_plan/valid",
            Value::from(false),
            "publish_plan",
        ),
        (
            "/approval_workflow/publish_decision/decision",
            Value::from("allow"),
            "approval_workflow",
        ),
        (
            "/authoring_ui_contract/required_surfaces",
            Value::from(vec!["draft_editor"]),
            "authoring_ui_contract",
        ),
        (
            "/lifecycle_capabilities/0",
            Value::from("wishes"),
            "lifecycle_capabilities",
        ),
        (
            "/operating_evidence/ci_run_ref",
            Value::from("later"),
            "operating_evidence",
        ),
    ];
    for (pointer, value, expected) in alterations {
        let mut altered = sound.clone();
        *altered.pointer_mut(pointer).unwrap() = value;
        let result = claims(&sealed(altered), false);
        assert!(
            names(&result).contains(&expected),
            "{pointer}: {:?}",
            blockers(&result)
        );
    }
}

/// An ask about a command that is on no list has the severity of what the command does. The packet holds
/// the command, so no pack is needed to know it.
#[test]
fn without_the_pack_no_decision_has_another_severity() {
    let sound = packet_of(&Bench::new(BASELINE), EvidenceMode::Sample);
    let results = sound["dry_run_report"]["results"].as_array().unwrap();
    let mut asked = 0;
    for (index, result) in results.iter().enumerate() {
        if result["decision"]["rule_id"] != "commands.default.require_approval" {
            continue;
        }
        asked += 1;
        for other in Severity::ALL.map(Severity::as_str) {
            if result["decision"]["severity"] == other {
                continue;
            }
            let mut altered = sound.clone();
            let result = &mut altered["dry_run_report"]["results"][index];
            result["decision"]["severity"] = Value::from(other);
            if !result["expected"]["severity"].is_null() {
                result["expected"]["severity"] = Value::from(other);
            }
            let judged = claims(&sealed(altered), false);
            assert!(
                message(&judged, "dry_run_verdicts").contains("`severity` is not what"),
                "{} of {index}: {:?}",
                other,
                blockers(&judged)
            );
        }
    }
    assert!(asked > 5, "{asked} asks");
}

#[test]
fn a_required_case_may_not_be_missing_or_laxer() {
    let bench = Bench::new(BASELINE);
    let mut without = packet_of(&bench, EvidenceMode::Sample);
    let report = &mut without["dry_run_report"];
    report["results"].as_array_mut().unwrap().remove(0);
    report["required_cases_present"] = Value::from(true);
    let result = claims(&sealed(without), false);
    assert!(message(&result, "dry_run_required_cases").contains("`block_env_read` is missing"));

    let mut laxer = packet_of(&bench, EvidenceMode::Sample);
    let case = result_at(&mut laxer, "block_env_read");
    case["expected_decision"] = Value::from("allow");
    case["expected"]["decision"] = Value::from("allow");
    let result = claims(&sealed(laxer), false);
    assert!(message(&result, "dry_run_required_cases").contains("laxer"));
}

#[test]
fn claims_alone_are_never_ready_for_live_use() {
    let bench = Bench::new(BASELINE);
    let live = packet_of(&bench, EvidenceMode::Live);
    let result = claims(&live, false);
    assert_eq!(result.status, Status::ReadyWithWarnings);
    assert!(result.ready_for_policy_lifecycle_contract && !result.ready_for_live_policy_lifecycle);
    // The pack, the request, the report and the approvals.
    assert_eq!(result.warning_count, 4);
    assert!(message(&result, "dry_run_report_recomputed").starts_with("claimed only: "));
    let result = claims(&live, true);
    let unproved = [
        "pack_at_hand",
        "change_request",
        "shadow_report",
        "approvals",
    ];
    assert_eq!(names(&result), unproved);
    assert!(result.ready_for_policy_lifecycle_contract);
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
