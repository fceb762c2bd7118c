//! Packs that would take a process minutes and gigabytes: counted before anything is expanded.

use crate::common;

use std::fmt::Write as _;

use cavra::engine::Policy;
use cavra::library::Library;
use cavra::policy::issue::Issue;
use cavra::policy::lint::{LintReport, MAX_ISSUES, lint};
use cavra::policy::source::{PackSource, SourceFile};

const HEAD: &str = "metadata: {id: own, title: Own, description: d, version: 1.0.0}\n";

fn source(policy: &str) -> PackSource {
    PackSource {
        origin: "inline".to_owned(),
        policy: SourceFile {
            path: "policy.yaml".to_owned(),
            text: format!("{HEAD}{policy}"),
        },
        rules: Vec::new(),
        cases: Vec::new(),
    }
}

fn linted(library: &Library, policy: &str) -> LintReport {
    lint(&source(policy), &mut |id| library.source(id))
}

/// A list of as many patterns, each of 256 choices that no two patterns share.
fn braces(section: &str, patterns: usize) -> String {
    let mut text = format!("{section}\n");
    for number in 0..patterns {
        let choices: Vec<String> = (0..16).map(|choice| format!("{choice:x}")).collect();
        let choices = choices.join(",");
        writeln!(text, "  - 'a*{number}/{{{choices}}}*/b?{{{choices}}}/*c'").unwrap();
    }
    text
}

#[test]
fn braces_are_counted_and_not_expanded() {
    let library = common::library();
    let lists = [
        "filesystem:\n block_read:",
        "filesystem:\n block_write:",
        "filesystem:\n require_approval_write:",
        "git:\n protected_branches:",
    ];
    for list in lists {
        let text = braces(list, 4000);
        let report = linted(&library, &text);
        assert!(!report.valid, "{list}");
        let codes: Vec<&str> = report.issues.iter().map(|issue| issue.code).collect();
        assert!(codes.contains(&"too-many-patterns"), "{list}: {codes:?}");
        assert!(!codes.contains(&"bad-pattern"), "{list}: {codes:?}");
        let pack = library.effective_of(source(&text)).unwrap();
        let error = Policy::compile(pack).err().unwrap().to_string();
        assert!(error.contains(" 10240"), "{error}");
    }
}

#[test]
fn within_the_limit_they_compile() {
    let library = common::library();
    let text = braces("filesystem:\n block_read:", 4);
    let report = linted(&library, &text);
    assert!(report.valid, "{:?}", report.issues);
    let pack = library.effective_of(source(&text)).unwrap();
    assert!(Policy::compile(pack).is_ok());
}

#[test]
fn a_pack_with_many_patterns_is_compiled_in_a_worker_first() {
    let library = common::library();
    let pack = |count| {
        let text = braces("filesystem:\n block_write:", count);
        library.effective_of(source(&text)).unwrap()
    };
    assert!(common::admission().admit(pack(20)).is_ok());
    let nowhere = cavra::authority::admission::Admission::by("/nowhere/cavra".into());
    assert!(nowhere.admit(pack(20)).is_err());
    assert!(nowhere.admit(pack(4)).is_ok());
}

#[test]
fn a_report_lists_so_many_issues_and_counts_the_others() {
    let library = common::library();
    let many = 3 * MAX_ISSUES;
    let mut text = String::new();
    for number in 0..many {
        writeln!(text, "unknown{number}: 1").unwrap();
    }
    let report = linted(&library, &text);
    assert!(!report.valid);
    assert_eq!(report.issues.len(), MAX_ISSUES + 1);
    assert_eq!(report.issue_count, report.issues.len());
    let last = report.issues.last().unwrap();
    assert_eq!(last.code, "more-issues");
    // Among those that are left out is also that the pack has no cases.
    assert!(report.left_out > many - MAX_ISSUES, "{last}");
    assert_eq!(last.message, format!("and {} more", report.left_out));
    // More issues of another kind don't make it longer.
    let left_out = report.left_out;
    let one = Issue::blocker("not-admitted", "x", last.location.clone());
    let report = report.with([one]);
    assert_eq!(report.issues.len(), MAX_ISSUES + 1);
    assert_eq!(report.left_out, left_out + 1);
}
