//! Packs joined with their parents, and the effective digest.

use std::collections::BTreeMap;

use crate::support::{file, find, pack, table};
use cavra::policy::diff::diff;
use cavra::policy::effective::{
    EffectivePack, MAX_INHERITANCE_DEPTH, MAX_LINEAGE, PolicyError, engine_digest, resolve,
    resolve_source,
};
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    note: String,
    packs: BTreeMap<String, String>,
    resolve: String,
    #[serde(default)]
    values: BTreeMap<String, Value>,
    #[serde(default)]
    lineage: Vec<String>,
    error: Option<String>,
}

#[test]
fn packs_are_joined_as_the_table_says() {
    for row in table::<Row>("inherit.yaml", 30) {
        match (resolve(&row.resolve, &mut find(&row.packs)), row.error) {
            (Ok(effective), None) => {
                let json = effective.to_json();
                for (pointer, value) in &row.values {
                    assert_eq!(
                        json.pointer(pointer),
                        Some(value),
                        "{}: {pointer}",
                        row.note
                    );
                }
                let lineage: Vec<&str> = effective.lineage.iter().map(|a| &*a.id).collect();
                assert_eq!(lineage, row.lineage, "{}", row.note);
            }
            (Err(error), Some(says)) => {
                let error = error.to_string();
                assert!(error.contains(&says), "{}: {error}", row.note);
            }
            (found, _) => panic!("{}: {found:?}", row.note),
        }
    }
}

/// `p0` inherits from `p1`, and so on; the last from nobody.
fn ladder(length: usize) -> BTreeMap<String, String> {
    (0..length)
        .map(|step| {
            let parent = match step + 1 < length {
                true => format!(", inherits: p{}", step + 1),
                false => String::new(),
            };
            (
                format!("p{step}"),
                format!("metadata: {{id: p{step}{parent}}}"),
            )
        })
        .collect()
}

#[test]
fn inheritance_is_bounded_in_depth() {
    assert!(resolve("p0", &mut find(&ladder(MAX_INHERITANCE_DEPTH))).is_ok());
    let error = resolve("p0", &mut find(&ladder(MAX_INHERITANCE_DEPTH + 1))).unwrap_err();
    assert!(
        matches!(
            error,
            PolicyError::TooDeep {
                limit: MAX_INHERITANCE_DEPTH,
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn a_lineage_is_bounded_in_number() {
    let mut packs: BTreeMap<String, String> = (0..MAX_LINEAGE)
        .map(|n| (format!("p{n}"), format!("metadata: {{id: p{n}}}")))
        .collect();
    let parents: Vec<String> = packs.keys().cloned().collect();
    let child = |parents: &[String]| {
        format!(
            "metadata: {{id: child, inherits: [{}]}}",
            parents.join(", ")
        )
    };
    packs.insert("child".to_owned(), child(&parents[1..]));
    assert!(resolve("child", &mut find(&packs)).is_ok());
    packs.insert("child".to_owned(), child(&parents));
    let error = resolve("child", &mut find(&packs)).unwrap_err();
    assert!(
        matches!(
            error,
            PolicyError::TooMany {
                limit: MAX_LINEAGE,
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn a_rule_without_approvers_of_its_own_has_the_default_ones() {
    let text = "{metadata: {id: a}, approvals: {default: {approvers: [D]}, x.require_approval: {approvers: [X, Y]}}}";
    let effective = single(text);
    let groups = |rule_id| effective.approvers_for(rule_id).join(" ");
    assert_eq!(groups("x.require_approval"), "X Y");
    assert_eq!(groups("another"), "D");
    let silent = single("metadata: {id: a}");
    let groups = |rule_id| silent.approvers_for(rule_id).join(" ");
    assert_eq!(groups("another"), "Repository Owners");
    assert_eq!(
        groups("filesystem.write.require_approval"),
        "Platform Security"
    );
}

fn single(text: &str) -> EffectivePack {
    resolve_source(pack(text), &mut find(&BTreeMap::new())).unwrap()
}

#[test]
fn the_engine_digest_is_of_the_base_rules_and_the_facts() {
    let base = [
        file("base.rego", "package cavra.base"),
        file("more.rego", "package cavra.more"),
    ];
    let digest = engine_digest(&base, "v1");
    let turned = [base[1].clone(), base[0].clone()];
    assert_eq!(engine_digest(&turned, "v1"), digest, "order of the files");
    assert_ne!(engine_digest(&base, "v2"), digest);
    assert_ne!(engine_digest(&base[..1], "v1"), digest);
    let other = [file("base.rego", "package cavra.base # 2"), base[1].clone()];
    assert_ne!(engine_digest(&other, "v1"), digest);
}

/// What decides is in the effective digest; spelling and cases are not.
#[test]
fn the_effective_digest_changes_with_whatever_decides() {
    let base = [
        file("base.rego", "package cavra.base"),
        file("more.rego", "package cavra.more"),
    ];
    let parent = |text: &str| BTreeMap::from([("p".to_owned(), text.to_owned())]);
    let of = |text: &str, parents: &BTreeMap<String, String>| {
        resolve_source(pack(text), &mut find(parents)).unwrap()
    };
    let text = "{metadata: {id: a, inherits: p}, commands: {allow: [pytest*]}}";
    let first = of(text, &parent("metadata: {id: p}"));
    let digest = first.effective_digest(&base, "v1");

    let turned = [base[1].clone(), base[0].clone()];
    assert_eq!(
        first.effective_digest(&turned, "v1"),
        digest,
        "order of the base files"
    );
    let respelt = "# comment\ncommands:\n  allow: ['pytest*']\nmetadata:\n  inherits: p\n  id: a\n";
    let same = of(respelt, &parent("metadata: {id: p}"));
    assert_eq!(same.effective_digest(&base, "v1"), digest, "spelling");

    let other_base = [file("base.rego", "package cavra.base # 2"), base[1].clone()];
    let mut with_rule = pack(text);
    with_rule.rules = vec![file("rules/x.rego", "package cavra.pack.a")];
    let parents = parent("metadata: {id: p}");
    let with_rule = resolve_source(with_rule, &mut find(&parents)).unwrap();
    let changed = [
        ("facts", first.effective_digest(&base, "v2")),
        ("base", first.effective_digest(&other_base, "v1")),
        ("a base file less", first.effective_digest(&base[..1], "v1")),
        ("own Rego", with_rule.effective_digest(&base, "v1")),
        (
            "a parent",
            of(text, &parent("metadata: {id: p, title: P}")).effective_digest(&base, "v1"),
        ),
        (
            "an entry",
            of(&text.replace("pytest", "npm"), &parents).effective_digest(&base, "v1"),
        ),
        (
            "mode",
            of(&text.replace("id: a", "id: a, mode: audit"), &parents)
                .effective_digest(&base, "v1"),
        ),
    ];
    for (what, changed) in changed {
        assert_ne!(changed, digest, "{what}");
    }
}

fn entries() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec("[a-f]", 0..6)
}

fn texts(effective: &EffectivePack) -> Vec<String> {
    effective
        .content
        .filesystem
        .block_read
        .iter()
        .map(|listed| listed.text.to_string())
        .collect()
}

proptest! {
    /// Every entry of every pack is there once, a parent's before a child's own.
    #[test]
    fn joining_keeps_each_entry_once_and_in_order(parent in entries(), own in entries()) {
        let parents = BTreeMap::from([("p".to_owned(), format!("{{metadata: {{id: p}}, filesystem: {{block_read: {parent:?}}}}}"))]);
        let child = format!("{{metadata: {{id: c, inherits: p}}, filesystem: {{block_read: {own:?}}}}}");
        let joined = texts(&resolve_source(pack(&child), &mut find(&parents)).unwrap());
        let mut expected: Vec<String> = Vec::new();
        for entry in parent.iter().chain(&own) {
            if !expected.contains(entry) {
                expected.push(entry.clone());
            }
        }
        prop_assert_eq!(joined, expected);
    }

    /// To inherit from a pack twice, or to repeat its entries, adds nothing.
    #[test]
    fn joining_is_idempotent(entries in entries()) {
        let parents = BTreeMap::from([("p".to_owned(), format!("{{metadata: {{id: p}}, filesystem: {{block_read: {entries:?}}}}}"))]);
        let plain = "metadata: {id: c, inherits: p}".to_owned();
        let repeated = format!("{{metadata: {{id: c, inherits: p}}, filesystem: {{block_read: {entries:?}}}}}");
        let resolved = |text: &str| resolve_source(pack(text), &mut find(&parents)).unwrap();
        prop_assert_eq!(texts(&resolved(&plain)), texts(&resolved(&repeated)));
        prop_assert!(diff(&resolved(&plain), &resolved(&plain)).is_empty());
    }
}
