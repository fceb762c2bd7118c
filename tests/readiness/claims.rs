//! Without the pack, a packet's claims must still agree with each other.

use cavra::decision::Severity;
use cavra::readiness::assessment::Status;
use cavra::readiness::packet::EvidenceMode;
use serde_json::Value;

use crate::assessment::result_at;
use crate::support::{BASELINE, Bench, blockers, claims, message, names, packet_of, sealed};

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
