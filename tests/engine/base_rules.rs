//! The table of base rules beside the Rego that implements them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use cavra::decision::{Severity, Verdict};
use cavra::policy::base_rule::{BaseRule, rule_order};

/// What the Rego raises: a command that would destroy something, and a read that a pack's choice
/// blocks.
const RAISED: [(BaseRule, Verdict, Severity); 2] = [
    (BaseRule::CommandsBlock, Verdict::Block, Severity::Critical),
    (
        BaseRule::FilesystemReadOutside,
        Verdict::Block,
        Severity::High,
    ),
];

/// The id, verdict and severity of each finding that the Rego can make.
fn findings() -> Vec<(String, Verdict, Severity)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/engine/base/rego");
    let mut findings = Vec::new();
    for file in fs::read_dir(folder).unwrap() {
        let text = fs::read_to_string(file.unwrap().path()).unwrap();
        for line in text.lines() {
            let Some((_, rest)) = line.split_once(" contains [") else {
                continue;
            };
            let texts: Vec<&str> = rest.split('"').skip(1).step_by(2).collect();
            let [id, verdict, severity] = texts[..] else {
                panic!("{line}");
            };
            let verdict = Verdict::from_name(verdict).unwrap();
            findings.push((
                id.to_owned(),
                verdict,
                Severity::from_name(severity).unwrap(),
            ));
        }
    }
    assert!(findings.len() >= 40, "only {} were read", findings.len());
    findings
}

#[test]
fn the_table_says_what_the_rego_says() {
    let mut made = BTreeSet::new();
    for (id, verdict, severity) in findings() {
        let rule = BaseRule::from_id(&id).unwrap_or_else(|| panic!("`{id}` is in no row"));
        assert!(
            (verdict, severity) == (rule.verdict(), rule.severity())
                || RAISED.contains(&(rule, verdict, severity)),
            "{id}: {verdict:?} {severity:?}"
        );
        made.insert(id);
    }
    for rule in BaseRule::ALL {
        // What no rule found, and rules that failed, are findings of the engine itself.
        let is_engines = rule.id().starts_with("runtime.");
        assert_ne!(made.contains(rule.id()), is_engines, "{}", rule.id());
    }
}

#[test]
fn ids_and_order_go_both_ways() {
    assert_eq!(BaseRule::ALL.len(), BaseRule::IDS.len());
    for (place, rule) in BaseRule::ALL.iter().enumerate() {
        assert_eq!(BaseRule::from_id(rule.id()), Some(*rule));
        assert_eq!(rule_order(rule.id()), place);
    }
    let distinct: BTreeSet<_> = BaseRule::IDS.iter().collect();
    assert_eq!(distinct.len(), BaseRule::IDS.len());
    assert_eq!(BaseRule::from_id("acme.own.rule"), None);
    assert_eq!(rule_order("acme.own.rule"), BaseRule::ALL.len());
}
