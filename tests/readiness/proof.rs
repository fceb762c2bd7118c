//! A live packet needs a request, approvals and a shadow report that count. Each thing that is wrong
//! with one of them has its own check.

use cavra::keys::dsse::Envelope;
use cavra::readiness::assessment::{CheckBasis, CheckStatus, Status};
use cavra::readiness::packet::EvidenceMode;
use cavra::shadow::report;
use serde_json::{Value, json};

use crate::cast::{Papers, cast};
use crate::support::{
    BASELINE, Bench, blockers, claims, earlier, judge, library, message, names, packet_of, sealed,
    small,
};

/// The baseline without `kubectl delete*` and private keys on its lists: nobody has seen what that
/// changes, and nobody has approved it.
pub(crate) fn loosened() -> Bench {
    let library = library();
    let mut source = library.source(BASELINE).unwrap();
    source.cases.retain(|file| file.path == "cases/mcp.yaml");
    for entry in ["    - \"kubectl delete*\"\n", "    - \"*.pem\"\n"] {
        assert!(source.policy.text.contains(entry), "{entry}");
        source.policy.text = source.policy.text.replace(entry, "");
    }
    Bench::of(library, source)
}

#[test]
fn a_loosened_policy_that_nobody_saw_and_nobody_approved_is_blocked() {
    let bench = loosened();
    let papers = Papers::of(&bench);
    let mut forged = papers.packet_with(&bench, EvidenceMode::Live, Vec::new());
    forged["operating_evidence"] = json!({
        "ci_run_ref": "ci-run://acme/pipelines/99871",
        "policy_review_ref": "policy-review://acme/pull/4711",
        "ui_validation_ref": "ui-validation://acme/sessions/12",
    });
    let forged = sealed(forged);
    for require_live in [true, false] {
        let result = judge(&bench, &forged, require_live);
        assert_eq!(result.status, Status::Blocked);
        assert!(!result.ready_for_live_policy_lifecycle);
        // Everything that can be recomputed is true.
        assert_eq!(
            names(&result),
            ["change_request", "shadow_report", "approvals"]
        );
        assert!(result.signers.is_empty());
    }
    // Taken for a packet of an earlier version, it is no better.
    let result = judge(&bench, &earlier(forged.clone()), false);
    assert!(!result.ready_for_live_policy_lifecycle);
    let result = judge(&bench, &earlier(forged), true);
    let lacking = ["bundles", "change_request", "shadow_report", "approvals"];
    assert_eq!(names(&result), lacking);
}

#[test]
fn report_and_approvals_of_another_policy_are_none_for_this_one() {
    let bench = loosened();
    let others = Papers::of(&small()).signed();
    let forged = Papers::of(&bench).packet_with(&bench, EvidenceMode::Live, others);
    let result = judge(&bench, &forged, true);
    assert!(!result.ready_for_live_policy_lifecycle);
    let unproved = [
        "change_request",
        "shadow_report",
        "shadow_report_criteria",
        "approvals",
    ];
    assert_eq!(names(&result), unproved);
    for name in ["change_request", "shadow_report"] {
        let digest = bench.enforced.identity.effective_digest.to_string();
        assert!(message(&result, name).contains(&digest), "{name}");
    }

    // The report and the approvals of the other policy beside a request for this one.
    let own = Papers::of(&bench).signed();
    let others = Papers::of(&small()).signed();
    let mixed = [&own[..1], &others[1..]].concat();
    let forged = Papers::of(&bench).packet_with(&bench, EvidenceMode::Live, mixed);
    let result = judge(&bench, &forged, true);
    assert_eq!(names(&result), unproved);
    assert!(
        message(&result, "approvals").contains("requestDigest"),
        "{:?}",
        blockers(&result)
    );
}

#[test]
fn each_check_says_what_it_rests_on() {
    let bench = small();
    let result = judge(&bench, &packet_of(&bench, EvidenceMode::Live), true);
    let basis = |name: &str| {
        let found = result.checks.iter().find(|check| check.name == name);
        found.unwrap_or_else(|| panic!("no check `{name}`")).basis
    };
    for name in ["bundles", "dry_run_report_recomputed", "promotion_criteria"] {
        assert_eq!(basis(name), CheckBasis::Recomputed, "{name}");
    }
    for name in [
        "change_request",
        "shadow_report",
        "shadow_report_criteria",
        "approvals",
    ] {
        assert_eq!(basis(name), CheckBasis::VerifiedBySignature, "{name}");
    }
    assert_eq!(basis("operating_evidence"), CheckBasis::ClaimedOnly);
    assert_eq!(result.signers, ["ada", "bo", "cy", "observer"]);
    assert_eq!(result.trust_digest, Some(cast().trust.digest()));
    assert!(result.as_of.is_some());
    assert_eq!(
        result.criteria.unwrap().thresholds.min_observation_hours,
        24
    );
    assert!(message(&result, "promotion_criteria").contains("thresholds.min_observation_hours 24"));
    assert!(message(&result, "approvals").contains("as of"));
    let claimed = claims(&packet_of(&bench, EvidenceMode::Sample), false);
    let of_basis = |check: &&cavra::readiness::assessment::Check| {
        (check.basis == CheckBasis::ClaimedOnly) != check.message.starts_with("claimed only: ")
    };
    let inconsistent: Vec<_> = claimed.checks.iter().filter(of_basis).collect();
    assert!(inconsistent.is_empty(), "{inconsistent:?}");
}

/// What happened outside is shown, never needed and never enough.
#[test]
fn operating_evidence_is_neither_needed_nor_enough() {
    let bench = small();
    let mut packet = packet_of(&bench, EvidenceMode::Live);
    packet["operating_evidence"]["ci_run_ref"] = Value::from("ci-run://elsewhere/1");
    let result = judge(&bench, &sealed(packet), true);
    assert!(
        result.ready_for_live_policy_lifecycle,
        "{:?}",
        blockers(&result)
    );
}

/// A sample may lack signed documents: that is under its one warning. One that has them must have
/// sound ones.
#[test]
fn a_sample_needs_no_signatures_and_may_not_forge_them() {
    let bench = small();
    let papers = Papers::of(&bench);
    let with = judge(&bench, &papers.packet(&bench, EvidenceMode::Sample), false);
    assert_eq!(blockers(&with), [""; 0]);
    let warned = with
        .checks
        .iter()
        .filter(|it| it.status == CheckStatus::Warn);
    assert_eq!(warned.count(), 1);
    let mut forged = papers.clone();
    forged.reporter = &cast().gate;
    let forged = judge(&bench, &forged.packet(&bench, EvidenceMode::Sample), false);
    assert_eq!(names(&forged), ["shadow_report"]);
}

#[test]
fn nothing_else_and_nothing_twice_may_be_among_the_signed_documents() {
    let bench = small();
    let papers = Papers::of(&bench);
    let foreign = Envelope::sign("text/plain", b"hello", &cast().gate).unwrap();
    let report = papers.report.to_canonical_bytes().unwrap();
    let twice = Envelope::sign(report::MEDIA_TYPE, &report, &cast().observer).unwrap();
    for more in [foreign, twice] {
        let signed = [papers.signed(), vec![more]].concat();
        let packet = papers.packet_with(&bench, EvidenceMode::Live, signed);
        assert!(names(&judge(&bench, &packet, true)).contains(&"attestations"));
    }
    let mut turned = papers.packet(&bench, EvidenceMode::Live);
    turned["attestations"].as_array_mut().unwrap().reverse();
    assert_eq!(
        names(&judge(&bench, &sealed(turned), true)),
        ["attestations"]
    );
}

/// Sizes are checked before signatures.
#[test]
fn too_many_or_too_long_documents_are_refused_unread() {
    let bench = small();
    let papers = Papers::of(&bench);
    let mut many = papers.packet(&bench, EvidenceMode::Live);
    let one = many["attestations"][0].clone();
    many["attestations"] = Value::from(vec![one.clone(); 129]);
    let mut long = papers.packet(&bench, EvidenceMode::Live);
    long["attestations"][0]["payload"] = Value::from("A".repeat(16 * 1024 * 1024 + 4));
    for packet in [many, long] {
        let result = judge(&bench, &sealed(packet), true);
        assert_eq!(names(&result), ["attestations"]);
        assert!(message(&result, "attestations").contains("the limit is"));
    }
}

/// Each result is compared with one that is recomputed.
#[test]
fn more_results_than_a_pack_has_cases_are_refused_uncompared() {
    let bench = small();
    let mut packet = Papers::of(&bench).packet(&bench, EvidenceMode::Live);
    let one = packet["dry_run_report"]["results"][0].clone();
    for (count, is_refused) in [(10_000, false), (10_001, true)] {
        packet["dry_run_report"]["results"] = Value::from(vec![one.clone(); count]);
        let result = judge(&bench, &sealed(packet.clone()), true);
        let messages: Vec<String> = result.checks.iter().map(|it| it.message.clone()).collect();
        let says = "has 10001 entries; a pack has at most 10000 cases";
        assert_eq!(
            messages.iter().any(|it| it.contains(says)),
            is_refused,
            "{count}"
        );
    }
}
