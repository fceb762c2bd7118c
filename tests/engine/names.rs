//! Names in a pack's Rego that don't exist.

use crate::common;

use cavra::authority::admission::Admission;
use cavra::engine::unknown_names;
use cavra::policy::source::SourceFile;

fn warnings(text: &str) -> Vec<String> {
    let file = SourceFile {
        path: "rules/own.rego".to_owned(),
        text: format!("package cavra.pack.own\nimport rego.v1\nimport data.cavra.lib\n{text}\n"),
    };
    let issues = unknown_names(&[file]);
    issues.iter().map(ToString::to_string).collect()
}

#[test]
fn each_is_told_with_its_line_and_what_may_be_meant() {
    let cases = [
        (
            "r if input.facts.comands",
            "4: `input.facts.comands` doesn't exist, so the rule never speaks; did you mean `commands`?",
        ),
        (
            "r if count(input.facts[\"raeds\"]) > 1",
            "did you mean `reads`?",
        ),
        ("r if input.action.agent == 1", "did you mean `agent_id`?"),
        ("r if input.fact.reads", "did you mean `facts`?"),
        ("r if data.policy.comands.block", "did you mean `commands`?"),
        (
            "r if \"x\" in data.policy.git.branches",
            "`data.policy.git.branches` doesn't exist",
        ),
        (
            "r if {\n\tsome i\n\tinput.facts.reads[i].pth == 1\n}",
            "6: `input.facts.reads[_].pth` doesn't exist",
        ),
        ("r if input.facts.reads[_].Path", "did you mean `path`?"),
        (
            "r if input.facts.reads.path",
            "`input.facts.reads.path` is never defined: `input.facts.reads` is a list",
        ),
        (
            "r if input.facts.mcp.server.name",
            "`input.facts.mcp.server` has no fields",
        ),
        (
            "r if input.facts.mcp.fingerprnt",
            "did you mean `fingerprint`?",
        ),
        (
            "r if { some c in input.facts.commands; c.progam == \"x\" }",
            "`c.progam` doesn't exist",
        ),
        (
            "r if { some p in input.facts.pushes; some g in p.readings; some u in g; u.forced }",
            "did you mean `force`?",
        ),
        (
            "r if { some i, c in input.facts.commands; c.word[i] }",
            "did you mean `words`?",
        ),
        (
            "r if { every c in input.facts.commands { c.intert } }",
            "did you mean `inert`?",
        ),
        (
            "r if { p := input.facts.terraform_plan; some c in p.changes; c.resource_type }",
            "`c.resource_type` doesn't exist",
        ),
        (
            "r := [c.typ | some c in changes]\nchanges := input.facts.terraform_plan.changes",
            "4: `c.typ`",
        ),
        (
            "r if { some u in moved; u.deleted }\nmoved contains u if { some p in input.facts.pushes; some g in p.readings; some u in g }",
            "did you mean `delete`?",
        ),
        (
            "import input.facts as f\nr if f.wrties",
            "did you mean `writes`?",
        ),
        ("r if lib.moved_ref", "did you mean `moved_refs`?"),
        (
            "f(x) if x.anything == input.facts.nothing",
            "`input.facts.nothing`",
        ),
    ];
    for (text, want) in cases {
        let found = warnings(text);
        assert!(
            found.len() == 1 && found[0].contains(want),
            "{text}\n{found:?}"
        );
        assert!(found[0].starts_with("rules/own.rego:") && found[0].ends_with("[unknown-fact]"));
    }
}

#[test]
fn what_exists_or_cannot_be_known_is_left_alone() {
    let texts = [
        "r if { some name in [\"reads\"]; input.facts[name][0].whatever }",
        "f(c) if c.progam",
        "r if { some c in input.facts.commands; c.words[0].text; c.block_forms[_][0]; c.allow_form[1] }",
        "r if { some c in g(input.facts.commands); c.progam }\ng(x) := x",
        "r if data.policy.approvals[\"own.rule\"][0]",
        "r if data.policy.mcp.risk_scoring.anything == \"high\"",
        "r if { x := {\"a\": 1}; x.b }",
        "r if { some x in input.facts.reads; x.path }\nq if { some x in input.facts.commands; x.program }",
        "r if { a := [x.path | some x in input.facts.reads]; b := [x.program | some x in input.facts.commands]; a == b }",
        "r if { some u in lib.moved_refs; u.name }",
        "r if { some c in changes; c.typ }\nchanges := input.facts.terraform_plan.changes\nchanges := [{\"typ\": 1}] if false",
        "r if {",
    ];
    for text in texts {
        assert_eq!(warnings(text), [""; 0], "{text}");
    }
}

#[test]
fn lint_shows_them_and_has_none_for_a_shipped_pack() {
    let admission = Admission::by(env!("CARGO_BIN_EXE_cavra").into());
    let library = common::library();
    let of = |report: cavra::policy::lint::LintReport| {
        let issues = report.issues.into_iter();
        issues.filter(|issue| issue.code == "unknown-fact").count()
    };
    for id in library.ids() {
        let source = library.source(id).unwrap();
        assert_eq!(of(admission.lint(&library, &source)), 0, "{id}");
    }
    let mut source = library.source("cavra-agentic-delivery").unwrap();
    for file in &mut source.rules {
        file.text = file.text.replace("input.facts.writes", "input.facts.writs");
    }
    let report = admission.lint(&library, &source);
    assert!(report.valid);
    assert_eq!(of(report), 1);
}
