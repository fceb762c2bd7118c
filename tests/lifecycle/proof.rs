//! A live packet needs a request, approvals and a shadow report that count. Each thing that is wrong
//! with one of them has its own check.

use cavra::canonical::Digest;
use cavra::change::acknowledgement::{Acknowledgement, AcknowledgementStatement};
use cavra::change::approval::{self, Answer};
use cavra::change::request::ChangeKind;
use cavra::decision::Change;
use cavra::keys::SigningKey;
use cavra::keys::dsse::Envelope;
use cavra::lifecycle::packet::EvidenceMode;
use cavra::lifecycle::readiness::{CheckBasis, CheckStatus, Given, Status, readiness};
use cavra::policy::diff::diff;
use cavra::policy::source::SourceFile;
use cavra::shadow::compare::explanation::{self, Explanation};
use cavra::shadow::report::{self, SourceKind};
use cavra::trust::Trust;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::cast::{ORIGIN, Papers, cast, checkpoint, report_of};
use crate::support::{
    BASELINE, Bench, blockers, claims, earlier, judge, library, message, names, packet_of, sealed,
    small, tomorrow,
};

/// The baseline without `kubectl delete*` and private keys on its lists: nobody has seen what that
/// changes, and nobody has approved it.
fn loosened() -> Bench {
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

type Alter = &'static dyn Fn(&mut Papers);

fn refused(alter: Alter) -> (Vec<String>, String) {
    let bench = small();
    let mut papers = Papers::of(&bench);
    alter(&mut papers);
    let result = judge(&bench, &papers.packet(&bench, EvidenceMode::Live), true);
    assert!(!result.ready_for_live_policy_lifecycle);
    let names = names(&result).into_iter().map(str::to_owned).collect();
    (names, blockers(&result).join("\n"))
}

/// Each fault, the checks that it must block, and a part of what they say.
#[test]
fn every_fault_of_the_signed_documents_is_named() {
    let faults: [(&str, Alter, &[&str], &str); 28] = [
        (
            "a report by a service that may not",
            &|it| it.reporter = &cast().gate,
            &["shadow_report"],
            "role `shadow_report`",
        ),
        (
            "a report by a person",
            &|it| it.reporter = &cast().bo,
            &["shadow_report"],
            "role `shadow_report`",
        ),
        (
            "a report that the request doesn't name",
            &|it| it.request.evidence.clear(),
            &["change_request", "approvals"],
            "doesn't name the shadow report",
        ),
        (
            "a report of the same policy on both sides",
            &|it| {
                it.bundles.replaced = Some(it.bundles.candidate.clone());
                it.report = report_of(&it.bundles, &[]);
                it.name_the_report();
                it.bundles = Papers::of(&small()).bundles;
            },
            &["shadow_report"],
            "its active policy is",
        ),
        (
            "a report of another journal",
            &|it| {
                it.report.source.name = Some("example.org/staging".to_owned());
                it.name_the_report();
            },
            &["shadow_report"],
            "`example.org/staging`",
        ),
        (
            "a report of a file",
            &|it| {
                it.report.source.kind = SourceKind::Actions;
                it.name_the_report();
            },
            &["shadow_report"],
            "no journal vouches for",
        ),
        (
            "a report of a run that is still on",
            &|it| {
                it.report.source.kind = SourceKind::Live;
                it.name_the_report();
            },
            &["shadow_report"],
            "the run was still on",
        ),
        (
            "a report without a checkpoint",
            &|it| {
                it.report.source.checkpoint = None;
                it.name_the_report();
            },
            &["shadow_report"],
            "no checkpoint",
        ),
        (
            "a report of a journal with the same name and another key",
            &|it| {
                let other = SigningKey::generate(ORIGIN.parse().unwrap()).unwrap();
                it.report.source.checkpoint = Some(checkpoint(&other, 1_000_000));
                it.name_the_report();
            },
            &["shadow_report"],
            "the report's checkpoint can't be read",
        ),
        (
            "a report of more than its checkpoint covers",
            &|it| {
                let last = it.report.source.last_position.unwrap();
                it.report.source.checkpoint = Some(checkpoint(&cast().log, last));
                it.name_the_report();
            },
            &["shadow_report"],
            "does not cover what it compared",
        ),
        (
            "a report of another engine",
            &|it| {
                it.report.engine_digest = Some(Digest::of(b"another"));
                it.name_the_report();
            },
            &["shadow_report"],
            "another engine",
        ),
        (
            "a report that contradicts itself",
            &|it| {
                it.report.counts.same += 1;
                it.name_the_report();
            },
            &["shadow_report"],
            "don't add up",
        ),
        (
            "a simulated clock",
            &|it| {
                it.report.simulated_clock = true;
                it.name_the_report();
            },
            &["shadow_report", "shadow_report_criteria"],
            "`wall_clock`",
        ),
        (
            "criteria of the request that the counts don't meet",
            &|it| it.request.criteria.thresholds.min_observation_hours = 48,
            &["shadow_report_criteria"],
            "`observation_hours`",
        ),
        (
            "criteria that are laxer than required",
            &|it| {
                it.request.criteria.thresholds.min_observation_hours = 1;
                it.request.criteria.thresholds.max_drop_ppm = 20_000;
            },
            &["change_request_criteria"],
            "`thresholds.min_observation_hours` is 1",
        ),
        (
            "evidence that is too old",
            &|it| it.request.criteria.max_evidence_age_hours = Some(24),
            &["shadow_report_criteria"],
            "more than 24 hours before",
        ),
        (
            "a request that somebody else signed",
            &|it| it.requester = &cast().bo,
            &["change_request", "shadow_report_criteria", "approvals"],
            "doesn't count",
        ),
        (
            "a request for other files",
            &|it| it.request.candidate.bundle_digest = Digest::of(b"another"),
            &["change_request", "approvals"],
            "`bundle_digest`",
        ),
        (
            "a request for other cases",
            &|it| it.request.candidate.cases_digest = Digest::of(b"another"),
            &["change_request", "approvals"],
            "`cases_digest`",
        ),
        (
            "a request that replaces another policy",
            &|it| it.request.replaces.effective_digest = Digest::of(b"another"),
            &["change_request", "approvals"],
            "`/bundles/replaced`",
        ),
        (
            "a request under another engine",
            &|it| it.request.engine.base_rules_digest = Digest::of(b"another"),
            &["change_request", "approvals"],
            "another engine",
        ),
        (
            "a request for a rollback",
            &|it| it.request.kind = ChangeKind::Rollback,
            &["change_request", "approvals"],
            "rollback",
        ),
        (
            "a request without a way back while people watch",
            &|it| it.request.criteria.watch_hours = 24,
            &["change_request", "approvals"],
            "`watch_hours` is 24",
        ),
        (
            "a request that names cases which are still there",
            &|it| it.request.removed_cases = vec!["one".to_owned()],
            &["change_request", "approvals"],
            "`removed_cases`",
        ),
        (
            "the requester approves",
            &|it| it.answers[0] = ("ada", Answer::Approve, &cast().ada),
            &["approvals"],
            "ada",
        ),
        (
            "somebody of another group approves",
            &|it| it.answers[0] = ("eve", Answer::Approve, &cast().eve),
            &["approvals"],
            "eve",
        ),
        (
            "somebody rejects",
            &|it| it.answers.push(("bo", Answer::Reject, &cast().bo)),
            &["approvals"],
            "rejected by bo",
        ),
        (
            "the first approval had ended before the last was given",
            &|it| it.answers_last = SignedDuration::from_mins(30),
            &["approvals"],
            "1 more must approve",
        ),
    ];
    for (what, alter, expected, part) in faults {
        let (names, text) = refused(alter);
        assert_eq!(names, expected, "{what}: {text}");
        assert!(text.contains(part), "{what}: {text}");
    }
}

#[test]
fn a_signature_by_a_key_of_another_trust_file_counts_for_nothing() {
    let bench = small();
    let packet = packet_of(&bench, EvidenceMode::Live);
    let mut file = cast().trust.file().clone();
    file.people.retain(|person| person.id != "cy");
    let without_cy = Trust::of(file).unwrap();
    let mut file = cast().trust.file().clone();
    file.expires = Timestamp::now() - SignedDuration::from_hours(1);
    let expired = Trust::of(file).unwrap();
    let judged = |trust: Option<&Trust>, require_live| {
        bench.with(|at_hand| {
            let given = Given {
                at_hand: Some(at_hand),
                trust,
                require_live,
                now: tomorrow(),
                ..Given::default()
            };
            readiness(packet.to_string().as_bytes(), &given)
        })
    };
    let result = judged(Some(&without_cy), true);
    assert_eq!(names(&result), ["approvals"]);
    let result = judged(Some(&expired), true);
    assert!(names(&result).contains(&"change_request"));
    // Without any, that is no fault of the packet.
    let result = judged(None, true);
    let unproved = ["change_request", "shadow_report", "approvals"];
    assert_eq!(names(&result), unproved);
    let result = judged(None, false);
    assert_eq!(result.status, Status::ReadyWithWarnings);
    assert!(!result.ready_for_live_policy_lifecycle);
}

const DELETE: &str = r#"{"action_type":"execute_command","target":"kubectl delete pod api",
    "requested_operation":"kubectl delete pod api"}"#;

/// Explanations cover loosened groups only if somebody who may signed them.
#[test]
fn a_loosened_group_needs_an_explanation_that_counts() {
    let bench = loosened();
    let mut papers = Papers::of(&bench);
    papers.report = report_of(&papers.bundles, &[DELETE]);
    papers.name_the_report();
    let loosened: Vec<_> = papers.report.groups_of(Change::Loosened).collect();
    let [group] = loosened.as_slice() else {
        panic!("{loosened:?}");
    };
    let group = group.id;
    let judged = |papers: &Papers| judge(&bench, &papers.packet(&bench, EvidenceMode::Live), true);
    let result = judged(&papers);
    assert_eq!(names(&result), ["shadow_report_criteria"]);
    assert!(message(&result, "shadow_report_criteria").contains("nobody has explained 1"));

    let explain = |group: Digest, key: &SigningKey| {
        let at = Timestamp::now();
        let text = "the team deletes pods by hand";
        let mut explanation =
            Explanation::of(&papers.report, papers.report.groups[0].id, "dee", text, at).unwrap();
        explanation.group = group;
        let bytes = explanation.to_canonical_bytes().unwrap();
        Envelope::sign(explanation::MEDIA_TYPE, &bytes, key).unwrap()
    };
    let with = |envelope| Papers {
        more: vec![envelope],
        ..papers.clone()
    };
    let result = judged(&with(explain(group, &cast().dee)));
    assert!(
        result.ready_for_live_policy_lifecycle,
        "{:?}",
        blockers(&result)
    );
    assert!(result.signers.contains(&"dee".to_owned()));
    let nobody = judged(&with(explain(group, &cast().bo)));
    assert_eq!(names(&nobody), ["explanations", "shadow_report_criteria"]);
    assert!(message(&nobody, "explanations").contains("role `explain`"));
    let other = judged(&with(explain(Digest::of(b"another"), &cast().dee)));
    assert_eq!(names(&other), ["explanations", "shadow_report_criteria"]);
    assert!(message(&other, "explanations").contains("no such group"));

    // The report says that it is explained, and the packet doesn't hold the explanation.
    let mut claimed = papers.clone();
    for it in &mut claimed.report.groups {
        it.explained = it.id == group;
    }
    claimed.name_the_report();
    assert!(names(&judged(&claimed)).contains(&"explanations"));
}

/// A case that the candidate lacks shows in no traffic: it is named in the request, and somebody
/// acknowledges it.
#[test]
fn a_removed_case_needs_an_acknowledgement_that_counts() {
    let mut bench = small();
    bench.previous_cases = vec![SourceFile {
        path: "cases/own.yaml".to_owned(),
        text: "cases: [{case_id: gone, input: {action_type: read_file, target: notes.md, \
               requested_operation: read}, want: {decision: block}}]\n"
            .to_owned(),
    }];
    let mut papers = Papers::of(&bench);
    let judged = |papers: &Papers| judge(&bench, &papers.packet(&bench, EvidenceMode::Live), true);
    let unsaid = judged(&papers);
    assert_eq!(
        names(&unsaid),
        ["change_request", "removed_cases", "approvals"]
    );
    papers.request.removed_cases = vec!["gone".to_owned()];
    let result = judged(&papers);
    assert_eq!(names(&result), ["removed_cases"]);
    assert!(message(&result, "removed_cases").contains("lacks `gone`"));

    let previous = papers
        .bundles
        .replaced
        .as_ref()
        .unwrap()
        .effective()
        .unwrap();
    let diff = diff(&previous, &bench.enforced.pack);
    let line = diff.changes().find(|it| it.path == "cases[gone]").unwrap();
    let acknowledge = |by: &str, key: &SigningKey| {
        let statement = AcknowledgementStatement::of(Acknowledgement {
            from_effective_digest: papers.request.replaces.effective_digest,
            to_effective_digest: papers.request.candidate.effective_digest,
            line: line.clone(),
            groups: Vec::new(),
            reason: "another case covers it".to_owned(),
            acknowledged_by: by.to_owned(),
            acknowledged_at: Timestamp::now(),
        });
        let bytes = statement.to_signed_bytes().unwrap();
        Envelope::sign(approval::MEDIA_TYPE, &bytes, key).unwrap()
    };
    let with = |envelope| Papers {
        more: vec![envelope],
        ..papers.clone()
    };
    let result = judged(&with(acknowledge("dee", &cast().dee)));
    assert_eq!(blockers(&result), [""; 0]);
    assert!(result.ready_for_live_policy_lifecycle);
    let result = judged(&with(acknowledge("bo", &cast().bo)));
    assert_eq!(names(&result), ["explanations", "removed_cases"]);
}

/// Cases are not inherited. A candidate that decides a case as the replaced policy wants it needs no
/// copy of it, and a copy that wants something else is none.
#[test]
fn a_case_is_gone_only_if_it_is_decided_otherwise() {
    let case = |target: &str, want: &str| {
        format!(
            "cases: [{{case_id: own, input: {{action_type: read_file, target: {target}, \
             requested_operation: read}}, want: {{decision: {want}}}}}]\n"
        )
    };
    let file = |text: String| SourceFile {
        path: "cases/own.yaml".to_owned(),
        text,
    };
    let table = [
        // The replaced policy's case, the candidate's, and whether the case is gone.
        (case(".env", "block"), None, false),
        (case("notes.md", "allow"), None, false),
        (case("notes.md", "block"), None, true),
        (case(".env", "block"), Some(case(".env", "block")), false),
        // The same id for another action: the old one is still decided as it was wanted.
        (
            case(".env", "block"),
            Some(case("notes.md", "allow")),
            false,
        ),
        (case("notes.md", "block"), Some(case(".env", "block")), true),
        (
            case("notes.md", "block"),
            Some(case("notes.md", "allow")),
            true,
        ),
    ];
    for (before, own, is_gone) in table {
        let mut source = small().source;
        source.cases.extend(own.clone().map(file));
        let mut bench = Bench::of(library(), source);
        bench.previous_cases = vec![file(before.clone())];
        let mut papers = Papers::of(&bench);
        let judged = |papers: &Papers| {
            let packet = papers.packet(&bench, EvidenceMode::Live);
            let result = judge(&bench, &packet, true);
            names(&result).join(" ")
        };
        let unnamed = judged(&papers);
        let wanted = match is_gone {
            true => "change_request removed_cases approvals",
            false => "",
        };
        assert_eq!(unnamed, wanted, "{before} {own:?}");
        // A request of an earlier version names every case that is not there.
        papers.request.removed_cases = vec!["own".to_owned()];
        let named = judged(&papers);
        let is_kept = own.as_ref() == Some(&before);
        let wanted = match (is_gone, is_kept) {
            (true, _) => "removed_cases",
            (false, false) => "",
            (false, true) => "change_request approvals",
        };
        assert_eq!(named, wanted, "{before} {own:?}");
    }
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
    let of_basis = |check: &&cavra::lifecycle::readiness::Check| {
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
