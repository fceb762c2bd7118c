//! What changed between two packs, and which way it pulls.

use std::collections::BTreeMap;

use crate::support::{file, find, pack, table};
use cavra::policy::diff::{Change, Direction, diff};
use cavra::policy::effective::{EffectivePack, resolve_source};
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    note: String,
    old: String,
    new: String,
    changes: Vec<String>,
}

fn effective(text: &str) -> EffectivePack {
    resolve_source(pack(text), &mut find(&BTreeMap::new())).unwrap()
}

fn in_words(sign: &str, changes: &[Change]) -> Vec<String> {
    let words = |change: &Change| {
        let direction = serde_json::to_value(change.direction).unwrap();
        format!("{} {sign} {}", direction.as_str().unwrap(), change.path)
    };
    changes.iter().map(words).collect()
}

#[test]
fn changes_are_those_of_the_table() {
    for row in table::<Row>("diff.yaml", 14) {
        let diff = diff(&effective(&row.old), &effective(&row.new));
        let mut found = in_words("+", &diff.added);
        found.extend(in_words("-", &diff.removed));
        found.extend(in_words("~", &diff.changed));
        assert_eq!(found, row.changes, "{}", row.note);
        assert_eq!(diff.is_empty(), row.changes.is_empty(), "{}", row.note);
    }
}

#[test]
fn a_change_shows_both_values() {
    let old = effective("{metadata: {id: a}, git: {require_pull_request: false}}");
    let new =
        effective("{metadata: {id: a}, git: {require_pull_request: true}, commands: {allow: [x]}}");
    assert_eq!(
        serde_json::to_value(diff(&old, &new)).unwrap(),
        json!({
            "added": [{ "path": "commands.allow[x]", "direction": "loosens", "to": "x" }],
            "removed": [],
            "changed": [{
                "path": "git.require_pull_request", "direction": "tightens", "from": false, "to": true
            }],
        })
    );
}

#[test]
fn parents_rules_and_cases_show_up() {
    let parents = |title: &str| {
        BTreeMap::from([(
            "p".to_owned(),
            format!("metadata: {{id: p, title: {title}}}"),
        )])
    };
    let child = || pack("metadata: {id: a, inherits: p}");
    let old = resolve_source(child(), &mut find(&parents("One"))).unwrap();
    let mut source = child();
    source.rules = vec![file("rules/x.rego", "package cavra.pack.a")];
    let case = "cases: [{case_id: c, input: {action_type: read_file, target: x, requested_operation: read}, want: {decision: allow}}]";
    source.cases = vec![file("cases/c.yaml", case)];
    let new = resolve_source(source, &mut find(&parents("Two"))).unwrap();
    let diff = diff(&old, &new);
    assert_eq!(
        in_words("+", &diff.added),
        ["neutral + cases[c]", "tightens + rules[a/rules/x.rego]"]
    );
    assert_eq!(
        in_words("~", &diff.changed),
        ["neutral ~ metadata.inherits[p]"]
    );
}

fn lists() -> impl Strategy<Value = String> {
    let list = || prop::collection::btree_set("[a-e]", 0..4);
    (list(), list(), list(), any::<bool>()).prop_map(|(block, allow, servers, flag)| {
        let block: Vec<_> = block.into_iter().collect();
        let allow: Vec<_> = allow.into_iter().collect();
        let servers: Vec<_> = servers.into_iter().collect();
        format!(
            "{{metadata: {{id: a}}, commands: {{block: {block:?}, allow: {allow:?}}}, \
             mcp: {{allowed_servers: {servers:?}, block_unknown_servers: {flag}}}}}"
        )
    })
}

proptest! {
    #[test]
    fn a_pack_does_not_differ_from_itself(text in lists()) {
        prop_assert!(diff(&effective(&text), &effective(&text)).is_empty());
    }

    /// What is added one way is removed the other way, and pulls the other way.
    #[test]
    fn the_way_back_is_the_opposite(one in lists(), other in lists()) {
        let (one, other) = (effective(&one), effective(&other));
        let (there, back) = (diff(&one, &other), diff(&other, &one));
        let paths = |changes: &[Change]| changes.iter().map(|c| c.path.clone()).collect::<Vec<_>>();
        prop_assert_eq!(paths(&there.added), paths(&back.removed));
        prop_assert_eq!(paths(&there.changed), paths(&back.changed));
        prop_assert_eq!(there.count(Direction::Tightens), back.count(Direction::Loosens));
        prop_assert_eq!(there.count(Direction::Loosens), back.count(Direction::Tightens));
    }
}
