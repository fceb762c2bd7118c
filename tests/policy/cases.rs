//! Decision cases: the required ones, and how a pack's own are read and joined with them.

use std::collections::BTreeMap;

use crate::support::{Expected, assert_issues, file, table};
use cavra::action::Action;
use cavra::decision::{Severity, Verdict};
use cavra::policy::cases::{
    Case, Expectation, REQUIRED_CASE_IDS, dry_run_cases, read_all, required_cases,
};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    note: String,
    files: BTreeMap<String, String>,
    ids: Vec<String>,
    #[serde(default)]
    issues: Vec<Expected>,
}

#[test]
fn case_files_are_read_as_the_table_says() {
    for row in table::<Row>("cases.yaml", 10) {
        let files: Vec<_> = row
            .files
            .iter()
            .map(|(path, text)| file(path, text))
            .collect();
        let (cases, issues) = read_all(&files);
        assert_issues(&row.note, &issues, &row.issues);
        let ids: Vec<&str> = cases.iter().map(|case| case.case_id.as_str()).collect();
        assert_eq!(ids, row.ids, "{}", row.note);
    }
}

#[test]
fn a_case_is_read_whole() {
    let text = &table::<Row>("cases.yaml", 10)[0].files["cases/a.yaml"];
    let case = read_all(&[file("cases/a.yaml", text)]).0.swap_remove(0);
    assert_eq!(case.note.as_deref(), Some("State holds secrets."));
    assert_eq!(case.action.target(), "terraform.tfstate");
    assert_eq!(case.action.caller.session_id.as_deref(), Some("s"));
    assert_eq!(
        case.expect,
        Expectation {
            decision: Verdict::Block,
            rule_id: Some("filesystem.read.block".to_owned()),
            severity: Some(Severity::Critical),
            approver_group: Some("G".to_owned()),
            approval_requirements: None,
        }
    );
}

/// The table of the contract, as action documents.
#[test]
fn the_required_cases_are_those_of_the_contract() {
    let documents = [
        r#"{"action_type":"read_file","target":".env","requested_operation":"read"}"#,
        r#"{"action_type":"write_file","target":"policies/cavra-ai-agent-baseline/policy.yaml","requested_operation":"write"}"#,
        r#"{"action_type":"execute_command","target":"terraform plan","requested_operation":"terraform plan"}"#,
        r#"{"action_type":"execute_command","target":"terraform apply -auto-approve","requested_operation":"terraform apply -auto-approve"}"#,
        r#"{"action_type":"git_operation","target":"origin/main","requested_operation":"push"}"#,
        r#"{"action_type":"mcp_tool_call","target":"unknown-filesystem:read_file","capability":"filesystem"}"#,
    ];
    let verdicts = [
        "block",
        "require_approval",
        "allow",
        "block",
        "block",
        "block",
    ];
    let cases = required_cases();
    for (((case, id), document), verdict) in cases
        .iter()
        .zip(REQUIRED_CASE_IDS)
        .zip(documents)
        .zip(verdicts)
    {
        assert_eq!(case.case_id, id);
        let action = Action::from_json(document.as_bytes()).unwrap();
        assert_eq!(case.action.to_json(), action.to_json(), "{id}");
        assert_eq!(case.expect.decision.as_str(), verdict, "{id}");
    }
    assert_eq!(
        cases[1].expect.approver_group.as_deref(),
        Some("Platform Security")
    );
    assert_eq!(cases[3].expect.severity, Some(Severity::Critical));
}

fn own(case_id: &str, expect: Expectation) -> Case {
    let action = required_cases()[0].action.clone();
    let (case_id, note) = (case_id.to_owned(), None);
    Case {
        case_id,
        note,
        action,
        expect,
    }
}

#[test]
fn a_dry_run_goes_through_the_required_cases_first() {
    let stricter = own("allow_terraform_plan", Expectation::of(Verdict::Block));
    let laxer = own("block_env_read", Expectation::of(Verdict::Allow));
    let another = own("another", Expectation::of(Verdict::Warn));
    let cases = dry_run_cases(&[another, laxer, stricter]);
    let ids: Vec<&str> = cases.iter().map(|case| case.case_id.as_str()).collect();
    assert_eq!(ids[..6], REQUIRED_CASE_IDS);
    assert_eq!(ids[6..], ["another"]);
    assert_eq!(cases[2].expect.decision, Verdict::Block, "tightened");
    assert_eq!(
        cases[2].action,
        required_cases()[2].action,
        "the action stays"
    );
    assert_eq!(cases[0].expect.decision, Verdict::Block, "never loosened");
}
