//! Each fault of the signed documents of a packet is named by its own check.

use cavra::canonical::Digest;
use cavra::change::approval::Answer;
use cavra::change::request::ChangeKind;
use cavra::keys::SigningKey;
use cavra::readiness::assessment::{Given, Status, readiness};
use cavra::readiness::packet::EvidenceMode;
use cavra::shadow::report::SourceKind;
use cavra::trust::Trust;
use jiff::{SignedDuration, Timestamp};

use crate::cast::{ORIGIN, Papers, cast, checkpoint, report_of};
use crate::support::{blockers, judge, names, packet_of, small, tomorrow};

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
        bench.with(|given_pack| {
            let given = Given {
                given_pack: Some(given_pack),
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
