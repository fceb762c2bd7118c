//! What the candidate loosens or loses must be explained by people who may.

use cavra::canonical::Digest;
use cavra::change::acknowledgement::{Acknowledgement, AcknowledgementStatement};
use cavra::change::approval;
use cavra::change::signed::SignedDocument;
use cavra::decision::Change;
use cavra::keys::SigningKey;
use cavra::keys::dsse::Envelope;
use cavra::policy::diff::diff;
use cavra::policy::source::SourceFile;
use cavra::readiness::packet::EvidenceMode;
use cavra::shadow::compare::explanation::{self, Explanation};
use jiff::Timestamp;

use crate::cast::{Papers, cast, report_of};
use crate::proof::loosened;
use crate::support::{Bench, blockers, judge, library, message, names, small};

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
