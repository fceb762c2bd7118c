//! Dry runs: which cases are decided, and when one passes.

use std::sync::Arc;

use crate::support::{BASELINE, Enforced};
use cavra::action::ActionError;
use cavra::decision::{DecisionDocument, Severity, Verdict};
use cavra::policy::cases::{Case, Expectation, REQUIRED_CASE_IDS, required_cases};
use cavra::policy::pack::Mode;
use cavra::readiness::dry_run::{DryRunReport, dry_run};

fn run(enforced: &Enforced) -> DryRunReport {
    dry_run(&enforced.pack, &enforced.identity, &|action| {
        enforced.decide(action)
    })
}

fn only(expect: Expectation) -> Enforced {
    let [env_read, ..] = required_cases();
    let mut enforced = Enforced::shipped(BASELINE);
    enforced.pack.cases = vec![Case {
        case_id: "own".to_owned(),
        expect,
        ..env_read
    }];
    enforced
}

fn own(report: &DryRunReport) -> &cavra::readiness::dry_run::CaseResult {
    report
        .results
        .iter()
        .find(|result| result.case_id == "own")
        .unwrap()
}

#[test]
fn the_required_cases_come_first_and_the_counts_add_up() {
    let report = run(&Enforced::shipped(BASELINE));
    let ids: Vec<&str> = report
        .results
        .iter()
        .map(|it| it.case_id.as_str())
        .collect();
    assert_eq!(ids[..6], REQUIRED_CASE_IDS);
    assert!(report.results[..6].iter().all(|it| it.required));
    assert!(report.required_cases_present);
    assert_eq!(report.case_count, report.results.len());
    assert_eq!(report.passed_count + report.failed_count, report.case_count);
    assert_eq!(report.passed, report.failed_count == 0);
    assert!(report.case_count > 6, "the baseline has cases of its own");
}

#[test]
fn a_report_reads_back_as_it_was_written() {
    let report = run(&Enforced::shipped(BASELINE));
    let text = serde_json::to_string(&report).unwrap();
    assert_eq!(serde_json::from_str::<DryRunReport>(&text).unwrap(), report);
}

#[test]
fn the_owned_document_is_the_decision_s_own_json() {
    let enforced = Enforced::shipped(BASELINE);
    for case in required_cases() {
        let decision = enforced.decide(&Arc::new(case.action)).unwrap();
        let document = DecisionDocument::from(&decision);
        let mut own = serde_json::to_value(&decision).unwrap();
        // Artifacts are the same wherever the pack lies.
        let source = own.as_object_mut().unwrap().remove("policy_source");
        assert!(source.is_some());
        assert_eq!(serde_json::to_value(&document).unwrap(), own);
    }
}

#[test]
fn whatever_a_case_names_must_hold() {
    let block = Expectation::of(Verdict::Block);
    let severity = |severity| Expectation {
        severity: Some(severity),
        ..block.clone()
    };
    let rule = |rule: &str| Expectation {
        rule_id: Some(rule.to_owned()),
        ..block.clone()
    };
    let group = |group: &str| Expectation {
        approver_group: Some(group.to_owned()),
        ..block.clone()
    };
    let fails = [
        (Expectation::of(Verdict::Allow), "decision"),
        (severity(Severity::Low), "severity"),
        (rule("filesystem.write.block"), "rule_id"),
        (group("Nobody"), "approver_group"),
    ];
    for (expect, field) in fails {
        let report = run(&only(expect));
        let result = own(&report);
        assert!(!result.passed && !report.passed, "{field}");
        assert_eq!(result.mismatches.len(), 1, "{field}");
        assert_eq!(result.mismatches[0].field, field);
    }
    let report = run(&only(rule("filesystem.read.block")));
    assert!(own(&report).passed);
}

#[test]
fn what_cannot_be_judged_fails_its_case() {
    let enforced = only(Expectation::of(Verdict::Block));
    let report = dry_run(&enforced.pack, &enforced.identity, &|_| {
        Err(ActionError::Malformed("out of reach".to_owned()))
    });
    assert_eq!(report.passed_count, 0);
    assert!(
        report
            .results
            .iter()
            .all(|it| it.error.is_some() && it.decision.is_none())
    );
}

#[test]
fn an_answer_by_another_policy_fails_its_case() {
    let (asked, other) = (
        only(Expectation::of(Verdict::Block)),
        Enforced::shipped("cavra-banking-baseline"),
    );
    let report = dry_run(&asked.pack, &asked.identity, &|action| other.decide(action));
    assert_eq!(own(&report).mismatches[0].field, "effective_digest");
}

#[test]
fn in_audit_mode_the_verdict_of_the_rules_counts() {
    let mut pack = only(Expectation::of(Verdict::Block)).pack;
    pack.mode = Mode::Audit;
    let report = run(&Enforced::new(pack));
    let result = own(&report);
    assert_eq!(
        result.decision.as_ref().unwrap().decision,
        Verdict::AuditOnly
    );
    assert!(result.passed);
}

#[test]
fn the_report_names_its_policy_and_itself() {
    let enforced = Enforced::shipped(BASELINE);
    let report = run(&enforced);
    assert_eq!(report.policy_digest, enforced.identity.policy_digest);
    let digest = enforced.identity.effective_digest.to_string();
    assert_eq!(
        report.reference,
        format!("policy-dry-run://{BASELINE}/{}", &digest[7..19])
    );
}
