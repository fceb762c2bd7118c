//! What lint finds, and how the report counts it.

use std::collections::BTreeMap;

use crate::support::{Expected, assert_issues, file, find, pack, table};
use cavra::policy::issue::{Issue, Location};
use cavra::policy::lint::{LintReport, lint};
use cavra::policy::source::PackSource;
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    note: String,
    policy: String,
    #[serde(default)]
    parents: BTreeMap<String, String>,
    #[serde(default)]
    rules: BTreeMap<String, String>,
    #[serde(default)]
    cases: BTreeMap<String, String>,
    issues: Vec<Expected>,
}

/// What nearly every row would have.
const USUAL: &[&str] = &[
    "missing-title",
    "missing-description",
    "missing-version",
    "no-cases",
    "no-default-approvers",
];

fn report(policy: &str) -> LintReport {
    lint(&pack(policy), &mut find(&BTreeMap::new()))
}

fn codes(report: &LintReport) -> Vec<&str> {
    report.issues.iter().map(|issue| issue.code).collect()
}

#[test]
fn lint_finds_what_the_table_says() {
    for row in table::<Row>("lint.yaml", 26) {
        let files = |files: &BTreeMap<String, String>| {
            files.iter().map(|(path, text)| file(path, text)).collect()
        };
        let source = PackSource {
            rules: files(&row.rules),
            cases: files(&row.cases),
            ..pack(&row.policy)
        };
        let report = lint(&source, &mut find(&row.parents));
        let issues = report.issues.into_iter();
        let issues: Vec<Issue> = issues
            .filter(|issue| !USUAL.contains(&issue.code))
            .collect();
        assert_issues(&row.note, &issues, &row.issues);
    }
}

#[test]
fn the_usual_warnings_are_no_blockers() {
    let report = report("metadata: {id: a}");
    let mut found = codes(&report);
    found.sort_unstable();
    let mut usual = USUAL.to_vec();
    usual.sort_unstable();
    assert_eq!(found, usual);
    assert!(report.valid);
}

#[test]
fn the_report_has_the_fields_of_the_contract() {
    let text = "
metadata: {id: a, title: A, description: D, version: 1.0.0, mode: audit}
filesystem: {block_read: [.env, '*.pem']}
git: {protected_branches: [main], require_pull_request: true}
approvals: {default: {approvers: [Owners]}}
comands: {}
";
    assert_eq!(
        serde_json::to_value(report(text)).unwrap(),
        json!({
            "valid": false,
            "blocker_count": 1,
            "warning_count": 1,
            "issue_count": 2,
            "issues": [
                {
                    "severity": "warning",
                    "code": "no-cases",
                    "message": "the pack has no cases of its own; nothing shows what its rules are for",
                    "location": { "file": "cases", "line": 0, "column": 0 },
                },
                {
                    "severity": "blocker",
                    "code": "unknown-section",
                    "message": "unknown section `comands`; did you mean `commands`?",
                    "location": { "file": "policy.yaml", "line": 6, "column": 1 },
                },
            ],
            "summary": {
                "policy_id": "a", "title": "A", "version": "1.0.0", "inherits": [], "mode": "audit",
                "rule_counts": {
                    "filesystem": 2, "commands": 0, "git": 3, "mcp": 2, "approvals": 1,
                    "evidence": 0, "compliance": 0, "rules": 0,
                },
            },
        })
    );
}

#[test]
fn inherited_rules_count() {
    let parents = BTreeMap::from([(
        "p".to_owned(),
        "{metadata: {id: p}, commands: {block: [a, b]}}".to_owned(),
    )]);
    let child = pack("{metadata: {id: c, inherits: p}, commands: {block: [b, c]}}");
    let counts = lint(&child, &mut find(&parents)).summary.rule_counts;
    assert_eq!(counts["commands"], 3);
}

#[test]
fn more_issues_can_be_added() {
    let before = report("metadata: {id: a}");
    let blocker = Issue::blocker("rego-compile", "no", Location::new("rules/a.rego", 3, 1));
    let after = before.clone().with([blocker.clone()]);
    assert!(before.valid && !after.valid);
    assert_eq!(after.blocker_count, 1);
    assert_eq!(after.warning_count, before.warning_count);
    assert_eq!(after.issue_count, before.issue_count + 1);
    assert_eq!(after.issues.last(), Some(&blocker));
}
