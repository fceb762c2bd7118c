//! `docs/facts.md`: its reference is what the types say, and its examples do what they say.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use cavra::action::Action;
use cavra::action::establish;
use cavra::action::facts::{
    Anchor, Certainty, Facts, GuardTampering, GuardTamperingKind, PathAccess,
};
use cavra::engine::{Policy, unknown_names};
use cavra::library::Library;
use cavra::policy::source::{PackSource, SourceFile};
use serde_json::{Value, json};

use crate::support::cavra;

const REFERENCE: &str = "\n## Reference\n\n";

fn document() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/facts.md");
    fs::read_to_string(path).unwrap()
}

#[test]
fn the_reference_is_what_the_command_prints() {
    let printed = cavra(&["policy", "facts"]).exits(0).stdout;
    let document = document();
    let (_, reference) = document.split_once(REFERENCE).unwrap();
    assert!(
        reference == printed,
        "the facts have changed: put what `cavra policy facts` prints under `## Reference` in docs/facts.md"
    );
}

#[test]
fn the_schema_names_every_fact() {
    let schema = cavra(&["policy", "facts", "--output", "json"]).exits(0);
    let schema: Value = serde_json::from_str(&schema.stdout).unwrap();
    assert_eq!(schema["$id"], "cavra.facts.v3");
    let fields = schema["$defs"]["Facts"]["properties"].as_object().unwrap();
    // Lists that are left out of an action's facts while they are empty.
    let guard = vec![GuardTampering {
        command: None,
        kind: GuardTamperingKind::Service,
        what: String::new(),
    }];
    let path = PathAccess {
        anchor: Anchor::Workspace,
        certainty: Certainty::Certain,
        command: None,
        device: false,
        made_before: false,
        outside_workspace: false,
        own_kind: false,
        path: String::new(),
        root: None,
        search: None,
        via: String::new(),
        whole: false,
        written: String::new(),
    };
    let facts = Facts {
        guard,
        lists: vec![path.clone()],
        presumed_reads: vec![path.clone()],
        presumed_writes: vec![path],
        ..Facts::default()
    };
    let facts = serde_json::to_value(facts).unwrap();
    let facts: Vec<&String> = facts.as_object().unwrap().keys().collect();
    assert_eq!(fields.keys().collect::<Vec<_>>(), facts);
}

/// Each example and the lines in it that say what it speaks on.
#[test]
fn the_examples_do_what_they_say() {
    let document = document();
    let examples = document.split("```rego\n").skip(1);
    let examples: Vec<&str> = examples
        .map(|rest| rest.split("```").next().unwrap())
        .collect();
    assert!(examples.len() > 10);
    for example in examples {
        let file = SourceFile {
            path: "rules/mine.rego".to_owned(),
            text: example.to_owned(),
        };
        assert_eq!(unknown_names(std::slice::from_ref(&file)), [], "{example}");
        let policy = policy(file);
        let mut claims = 0;
        for line in example.lines() {
            for (claim, speaks) in [("# speaks on: ", true), ("# silent on: ", false)] {
                let Some(action) = line.strip_prefix(claim) else {
                    continue;
                };
                claims += 1;
                let action = action_of(action);
                let judgement = policy.judge(&action, &establish(&action).unwrap());
                let mut findings = judgement.findings.iter();
                let spoke = findings.any(|finding| finding.rule_id.starts_with("mine."));
                assert_eq!(spoke, speaks, "{line}\n{example}\n{judgement:?}");
            }
        }
        assert!(claims > 0, "the example shows nothing: {example}");
    }
}

#[test]
fn every_ready_rule_is_documented_with_an_example() {
    let document = document();
    let sources = cavra::engine::base_sources();
    let library = sources
        .iter()
        .filter(|file| file.path.starts_with("cavra.lib/"));
    let mut count = 0;
    for line in library.flat_map(|file| file.text.lines()) {
        let ready = line.split(['(', ' ']).next().unwrap_or_default();
        let rule = line.contains(" := ") || line.contains(" contains ") || line.contains(" if ");
        let internal = ["mcp_name", "risk_levels", "change_actions"];
        if line.starts_with(['#', '\t']) || !rule || internal.contains(&ready) {
            continue;
        }
        count += 1;
        let shown = document.contains(&format!("lib.{ready}")) || ready == "mcp_risk";
        assert!(shown, "`{ready}` has no example in docs/facts.md");
        assert!(
            document.contains(&format!("`{ready}")),
            "`{ready}` is not in docs/facts.md"
        );
    }
    assert!(count >= 13, "{count}");
}

fn policy(rules: SourceFile) -> Arc<Policy> {
    let policy = "metadata: {id: mine, title: Mine, description: d, version: 1.0.0}\nmcp: {risk_scoring: {shell: critical}}\n";
    let source = PackSource {
        origin: "docs/facts.md".to_owned(),
        policy: SourceFile {
            path: "policy.yaml".to_owned(),
            text: policy.to_owned(),
        },
        rules: vec![rules],
        cases: Vec::new(),
    };
    let packs = Path::new(env!("CARGO_MANIFEST_DIR")).join("policy-packs");
    let pack = Library::open(&[packs])
        .unwrap()
        .effective_of(source)
        .unwrap();
    Arc::new(Policy::compile(pack).unwrap_or_else(|error| panic!("{error}")))
}

fn action_of(text: &str) -> Action {
    let (kind, target) = text.split_once(' ').unwrap();
    let document = match kind {
        "run" => {
            json!({"action_type": "execute_command", "target": target, "requested_operation": target})
        }
        "read" => {
            json!({"action_type": "read_file", "target": target, "requested_operation": "read"})
        }
        "write" => {
            json!({"action_type": "write_file", "target": target, "requested_operation": "write"})
        }
        "call" => {
            let (target, capability) = target.split_once(' ').unwrap();
            json!({"action_type": "mcp_tool_call", "target": target, "requested_operation": capability, "capability": capability})
        }
        other => panic!("`{other}`?"),
    };
    Action::from_json(document.to_string().as_bytes()).unwrap()
}
