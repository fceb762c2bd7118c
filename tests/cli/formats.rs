//! `docs/formats.md`: its reference is what the types say, and its examples do what they say.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;

use cavra::action::Action;
use cavra::action::establish;
use cavra::cli::ExitStatus;
use cavra::decision::Finding;
use cavra::engine::Policy;
use cavra::formats::FORMATS;
use cavra::library::Library;
use cavra::policy::base_rule::BaseRule;
use cavra::policy::cases::{REQUIRED_CASE_IDS, read_all};
use cavra::policy::pack::Pack;
use cavra::policy::source::{PackSource, SourceFile};
use serde_json::{Value, json};

use super::support::cavra;

const REFERENCE: &str = "\n## Reference\n\n";

fn document() -> String {
    fs::read_to_string("docs/formats.md").unwrap()
}

#[test]
fn the_reference_is_what_the_command_prints() {
    let printed = cavra(&["schema", "--reference"]).exits(0).stdout;
    let document = document();
    let (_, reference) = document.split_once(REFERENCE).unwrap();
    assert!(
        reference == printed,
        "a format has changed: put what `cavra schema --reference` prints under `## Reference` in docs/formats.md"
    );
}

/// A field or value without a sentence can't be understood from the reference.
#[test]
fn every_field_and_every_value_has_a_sentence() {
    let mut silent = Vec::new();
    let mut described = 0;
    for format in &FORMATS {
        let schema = format.schema();
        let definitions = schema["$defs"].as_object().into_iter().flatten();
        let definitions = definitions.map(|(name, definition)| (name.as_str(), definition));
        for (name, object) in definitions.chain([(format.name, &schema)]) {
            let fields = object["properties"].as_object().into_iter().flatten();
            let fields = fields.map(|(field, value)| (field.clone(), value));
            let values = object["oneOf"].as_array().into_iter().flatten();
            let values = values.map(|value| (value["const"].to_string(), value));
            for (part, value) in fields.chain(values).chain([(String::new(), object)]) {
                match value["description"].as_str() {
                    Some(text) if text.ends_with('.') && !text.contains("[`") => described += 1,
                    _ => silent.push(format!("{}: {name} {part}", format.name)),
                }
            }
        }
    }
    assert!(silent.is_empty(), "{}", silent.join("\n"));
    assert!(described > 500, "{described}");
}

/// The reference has one section for a name, so two types must not share one.
#[test]
fn one_name_is_one_type() {
    let mut known: BTreeMap<String, Value> = BTreeMap::new();
    for format in &FORMATS {
        let schema = format.schema();
        for (name, definition) in schema["$defs"].as_object().into_iter().flatten() {
            let first = known
                .entry(name.clone())
                .or_insert_with(|| definition.clone());
            assert_eq!(first, definition, "two types are called `{name}`");
        }
    }
    assert!(known.len() > 40, "{}", known.len());
}

/// The rows of the table after `<!-- examples: NAME -->`: pattern, matches, others.
fn rows(name: &str) -> Vec<[Vec<String>; 3]> {
    let document = document();
    let (_, table) = document
        .split_once(&format!("<!-- examples: {name} -->\n"))
        .unwrap();
    let lines = table.lines().take_while(|line| line.starts_with('|'));
    let rows = lines.skip(2).map(|line| {
        let cells: Vec<Vec<String>> = line.trim_matches('|').split('|').map(texts).collect();
        cells.try_into().unwrap()
    });
    rows.collect()
}

/// The texts in backticks.
fn texts(cell: &str) -> Vec<String> {
    cell.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

/// Whether `action` is matched by the one pattern of `list`.
fn matches(section: &str, list: &str, pattern: &str, action: &Value) -> bool {
    let policy = json!({
        "metadata": { "id": "mine", "title": "Mine", "description": "d", "version": "1.0.0" },
        section: { list: [pattern] },
    });
    let source = PackSource {
        origin: "docs/formats.md".to_owned(),
        policy: file("policy.yaml", &policy.to_string()),
        rules: Vec::new(),
        cases: Vec::new(),
    };
    let pack = Library::open(&[]).unwrap().effective_of(source).unwrap();
    let policy = Policy::compile(pack).unwrap_or_else(|error| panic!("{pattern}: {error}"));
    let policy = Arc::new(policy);
    let action = Action::from_json(action.to_string().as_bytes()).unwrap();
    let judgement = policy.judge(&action, &establish(&action).unwrap());
    let by_pattern = |finding: &Finding| finding.pattern.as_deref() == Some(pattern);
    match list {
        // An allow counts only if nothing else is found.
        "allow" => judgement.decision == cavra::decision::Verdict::Allow,
        _ => judgement.findings.iter().any(by_pattern),
    }
}

fn file(path: &str, text: &str) -> SourceFile {
    SourceFile {
        path: path.to_owned(),
        text: text.to_owned(),
    }
}

#[test]
fn the_patterns_match_what_the_tables_say() {
    let read = |path: &str| json!({"action_type": "read_file", "target": path, "requested_operation": "read"});
    let run = |line: &str| json!({"action_type": "execute_command", "target": line});
    let push = |branch: &str| run(&format!("git push origin HEAD:{branch}"));
    let ask = |url: &str| run(&format!("curl '{url}'"));
    type Asked<'a> = &'a dyn Fn(&str) -> Value;
    let tables: [(&str, &str, &str, Asked<'_>); 5] = [
        ("path", "filesystem", "block_read", &read),
        ("block", "commands", "block", &run),
        ("allow", "commands", "allow", &run),
        ("branch", "git", "protected_branches", &push),
        ("host", "network", "block", &ask),
    ];
    let mut wrong = Vec::new();
    let mut tried = 0;
    for (table, section, list, action) in tables {
        for [pattern, matching, others] in rows(table) {
            let pattern = &pattern[0];
            let matching = matching.iter().map(|text| (text, true));
            for (text, expected) in matching.chain(others.iter().map(|text| (text, false))) {
                tried += 1;
                if matches(section, list, pattern, &action(text)) != expected {
                    wrong.push(format!("{table}: `{pattern}` and `{text}`: not {expected}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(tried >= 75, "{tried}");
}

/// The fenced blocks that begin with this line.
fn blocks(fence: &str) -> Vec<String> {
    let document = document();
    let fence = format!("```{fence}\n");
    let blocks = document.split(&fence).skip(1);
    blocks
        .map(|rest| rest.split("```").next().unwrap().to_owned())
        .collect()
}

#[test]
fn the_examples_are_read() {
    let yaml = blocks("yaml");
    assert_eq!(yaml.len(), 6);
    for text in &yaml {
        if text.starts_with("# cases/") {
            let (cases, issues) = read_all(&[file("cases/reads.yaml", text)]);
            assert_eq!((cases.len(), issues), (1, Vec::new()));
        } else {
            let (pack, issues) = Pack::read(&file("policy.yaml", text));
            assert!(pack.is_some(), "{issues:?}");
            assert_eq!(issues, []);
        }
    }
    let actions = blocks("json action");
    assert_eq!(actions.len(), 2);
    for action in &actions {
        Action::from_json(action.as_bytes()).unwrap();
    }
}

#[test]
fn rule_ids_cases_and_exit_codes_are_complete() {
    let document = document();
    let (_, rules) = document.split_once("### Rule ids\n").unwrap();
    let rules = rules.split("\n## ").next().unwrap();
    let rules: Vec<String> = rules
        .lines()
        .filter(|it| it.starts_with("- `"))
        .flat_map(texts)
        .collect();
    assert_eq!(rules, BaseRule::IDS);

    for id in REQUIRED_CASE_IDS {
        assert!(document.contains(&format!("\n| `{id}` | ")), "{id}");
    }
    let (_, codes) = document.split_once("## Exit codes\n").unwrap();
    let codes = codes
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(' ').next());
    let codes: Vec<u8> = codes.filter_map(|code| code.parse().ok()).collect();
    let all = [
        ExitStatus::Success,
        ExitStatus::Failure,
        ExitStatus::NotPassed,
        ExitStatus::ApprovalRequired,
        ExitStatus::Blocked,
    ];
    assert_eq!(codes, all.map(ExitStatus::code));

    for format in &FORMATS {
        assert!(
            document.contains(&format!("\n### {}\n", format.name)),
            "{}",
            format.name
        );
    }
}
