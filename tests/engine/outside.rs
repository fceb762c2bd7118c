//! Files outside the workspace, files whose reading needs approval, and searches, as a pack's fields
//! say.

use std::fmt::Write as _;

use cavra::action::establish;
use cavra::decision::{Judgement, Verdict};
use cavra::engine::Policy;
use serde_json::{Value, json};

use crate::common;

const ROOT: &str = "/home/dev/repo";

/// Packs of tables that inherit from no other, by their names: the section `filesystem`.
const ALONE: [(&str, &str); 3] = [
    (
        "SMALL",
        r#"block_read: [".env.local", "*.pem", "secret.txt"]"#,
    ),
    ("SOURCES", r#"block_read: [".env.*", "credentials.*"]"#),
    (
        "FOLDERS",
        r#"block_read: [".vault/**", "**/.vault/**", "**/.config/app/keys"]"#,
    ),
];

/// A pack that has these sections, `;` between them. It inherits the baseline, unless the first section
/// begins with the name of a pack of [`ALONE`].
fn policy(sections: &str) -> Policy {
    let alone = ALONE.iter().find(|(name, _)| sections.starts_with(name));
    let mut text = match alone {
        Some(_) => "metadata: {id: own}\n",
        None => "metadata: {id: own, inherits: cavra-ai-agent-baseline}\n",
    }
    .to_owned();
    for section in sections.split("; ").filter(|it| !it.is_empty()) {
        match alone.and_then(|(name, fields)| Some((fields, section.strip_prefix(name)?))) {
            Some((fields, more)) => writeln!(text, "filesystem: {{{fields}{more}}}").unwrap(),
            None => writeln!(text, "{section}").unwrap(),
        }
    }
    Policy::compile(common::inline(&text, &[])).unwrap()
}

fn document(kind: &str, target: &str) -> Value {
    let (action_type, operation) = match kind {
        "read" => ("read_file", "read"),
        "write" => ("write_file", "write"),
        "run" => ("execute_command", target),
        "c" | "ci" | "n" | "ni" => ("read_file", "search"),
        other => panic!("`{other}` is no kind of action"),
    };
    let mut document = json!({
        "action_type": action_type,
        "target": target,
        "requested_operation": operation,
        "cwd": ROOT,
        "workspace_root": ROOT,
    });
    if operation == "search" {
        document["content"] = json!(kind.starts_with('c'));
        document["respects_ignore"] = json!(kind.ends_with('i'));
    }
    document
}

fn judge(policy: &Policy, document: &Value) -> Judgement {
    let action = common::action(document);
    policy.judge(&action, &establish(&action).unwrap())
}

fn rule(judgement: &Judgement) -> &str {
    &judgement.findings.first().unwrap().rule_id
}

#[test]
fn reads_and_writes_are_decided_as_the_table_says() {
    table("tests/data/outside.txt", 86);
}

#[test]
fn searches_are_decided_as_the_table_says() {
    table("tests/data/searches.txt", 85);
}

/// Fails unless each row of a table is decided as it says; it has at least so many.
fn table(path: &str, least: usize) {
    let text = std::fs::read_to_string(common::repository(path)).unwrap();
    let (mut rows, mut failures) = (0_usize, Vec::new());
    let mut now = policy("");
    for line in text.lines() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(sections) = line.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
            now = policy(sections);
            continue;
        }
        rows += 1;
        let [verdict, rule_id, kind, target] = line
            .splitn(4, ' ')
            .collect::<Vec<_>>()
            .try_into()
            .unwrap_or_else(|_| panic!("{line}"));
        let want = match verdict {
            "allow" => Verdict::Allow,
            "ask" => Verdict::RequireApproval,
            "block" => Verdict::Block,
            other => panic!("`{other}` is no verdict"),
        };
        let judgement = judge(&now, &document(kind, target));
        if (judgement.decision, rule(&judgement)) != (want, rule_id) {
            failures.push(format!(
                "{line}: {:?} {}",
                judgement.decision,
                rule(&judgement)
            ));
        }
    }
    assert!(rows >= least, "only {rows} rows");
    assert!(
        failures.is_empty(),
        "{}:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

/// Without a root and a working directory, or with one that is nobody's workspace, an absolute path
/// lies outside: what an action leaves out allows nothing.
#[test]
fn what_an_action_leaves_out_lies_outside() {
    let asks = policy("filesystem: {outside_reads: require_approval}");
    let places: [(Option<&str>, Option<&str>); 4] = [
        (None, None),
        (Some("/"), Some("/")),
        (Some("/etc"), Some("/etc")),
        (None, Some("/home/dev")),
    ];
    for (cwd, root) in places {
        for target in ["/etc/hosts", "/home/dev/notes.txt", "~/notes.txt"] {
            let mut document = document("read", target);
            document["cwd"] = json!(cwd);
            document["workspace_root"] = json!(root);
            let judgement = judge(&asks, &document);
            assert_eq!(rule(&judgement), "filesystem.read.outside", "{document}");
        }
    }
}

/// A stricter choice never softens a verdict, and an exception never touches what is blocked.
#[test]
fn choices_are_ordered() {
    let [allow, ask, block] = ["allow", "require_approval", "block"]
        .map(|choice| policy(&format!("filesystem: {{outside_reads: {choice}}}")));
    let excepted = policy(
        "filesystem: {outside_reads: require_approval, allow_outside_read: [\"/etc/**\", \"~/x/**\"]}",
    );
    let targets = [
        "a.txt",
        "/etc/hosts",
        "/etc/.env",
        "~/x/.env",
        "~/x/y",
        "~/.ssh/id_rsa",
        "../x",
        "/dev/null",
        "/proc/1/environ",
        "/etc/{a,../b}",
        "/etc/*",
        "*",
    ];
    for target in targets {
        for kind in ["read", "run"] {
            let target = match kind {
                "run" => format!("cat {target}"),
                _ => target.to_owned(),
            };
            let document = document(kind, &target);
            let verdicts =
                [&allow, &excepted, &ask, &block].map(|it| judge(it, &document).decision);
            assert!(verdicts.is_sorted(), "{target}: {verdicts:?}");
        }
    }
}

/// The effective document of a pack that names no new field, or only defaults, has none of them.
#[test]
fn a_pack_without_the_fields_does_not_name_them() {
    let document = |text: &str| {
        let pack = common::inline(text, &[]);
        let document = cavra::engine::effective_document(&pack);
        let document: Value = serde_json::from_slice(&document).unwrap();
        document["policy"]["filesystem"].clone()
    };
    let fields = [
        ("outside_reads", "allow", "block"),
        ("search", "require_approval", "allow"),
        ("search_may_meet", "[]", "[x]"),
        ("allow_outside_read", "[]", "[/x]"),
        ("allow_outside_write", "[]", "[/x]"),
        ("require_approval_read", "[]", "[x]"),
    ];
    for (field, default, other) in fields {
        let with = |value: &str| {
            document(&format!(
                "{{metadata: {{id: own}}, filesystem: {{{field}: {value}}}}}"
            ))
        };
        assert_eq!(with(default), document("metadata: {id: own}"), "{field}");
        assert!(with(other).get(field).is_some(), "{field}");
    }
}

/// A search that says less of itself is never allowed more, and what another pack calls hidden changes
/// nothing that is blocked.
#[test]
fn what_a_search_leaves_out_allows_nothing() {
    let allows = policy("SMALL, search: allow, search_may_meet: [\"*.pem\", \"secret.txt\"]");
    for target in [
        ".",
        "src",
        "src/**/*.ts",
        "*.pem",
        ".env.local",
        "a/{b,c}",
        "~/x",
        "..",
        "/",
    ] {
        let verdict = |kind: &str, fields: &[&str]| {
            let mut document = document(kind, target);
            for field in fields {
                document.as_object_mut().unwrap().remove(*field);
            }
            judge(&allows, &document).decision
        };
        let most = verdict("ni", &[]);
        for (kind, fields) in [
            ("ci", &["content"][..]),
            ("ni", &["content"]),
            ("ni", &["respects_ignore"]),
            ("ni", &["content", "respects_ignore"]),
        ] {
            assert!(verdict(kind, fields) >= most, "{target} {kind} {fields:?}");
        }
        assert_eq!(
            verdict("n", &["content", "respects_ignore"]),
            verdict("c", &[])
        );
    }
}
