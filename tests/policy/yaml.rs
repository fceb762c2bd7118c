//! YAML: what it is as JSON, and what is refused where.

use cavra::policy::yaml::{self, Kind, MAX_DEPTH, Node};
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    note: String,
    text: String,
    #[serde(default)]
    json: Value,
    error: Option<Refused>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Refused {
    code: String,
    line: Option<usize>,
    column: Option<usize>,
}

#[test]
fn texts_are_read_or_refused_as_the_table_says() {
    for row in crate::support::table::<Row>("yaml.yaml", 30) {
        match (yaml::parse(&row.text), row.error) {
            (Ok(node), None) => assert_eq!(node.to_json(), row.json, "{}", row.note),
            (Err(error), Some(want)) => {
                assert_eq!(error.code, want.code, "{}: {error}", row.note);
                assert_eq!(error.line, want.line.unwrap_or(error.line), "{}", row.note);
                let column = want.column.unwrap_or(error.column);
                assert_eq!(error.column, column, "{}", row.note);
            }
            (found, _) => panic!("{}: {found:?}", row.note),
        }
    }
}

#[test]
fn nesting_is_bounded() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(yaml::parse(&nested(MAX_DEPTH)).is_ok());
    let error = yaml::parse(&nested(MAX_DEPTH + 1)).unwrap_err();
    assert_eq!(error.code, "yaml-depth");
    assert_eq!((error.line, error.column), (1, MAX_DEPTH + 1));
}

fn lines(node: &Node, out: &mut Vec<usize>) {
    out.push(node.line);
    match &node.kind {
        Kind::Seq(items) => items.iter().for_each(|item| lines(item, out)),
        Kind::Map(entries) => entries.iter().for_each(|entry| lines(&entry.value, out)),
        _ => {}
    }
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-(1_i64 << 53) + 1..1_i64 << 53).prop_map(Value::from),
        "[ -~äß€]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z]{1,6}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    /// YAML 1.2 is a superset of JSON.
    #[test]
    fn json_is_read_as_itself(value in json()) {
        let text = serde_json::to_string_pretty(&value).unwrap();
        let node = yaml::parse(&text).unwrap();
        prop_assert_eq!(node.to_json(), value);
        let mut found = Vec::new();
        lines(&node, &mut found);
        prop_assert!(found.is_sorted());
    }

    #[test]
    fn no_text_makes_the_parser_fail_otherwise_than_with_an_error(
        text in "[\\-\\[\\]{}:,?&*!|>'\"%@#` \n\ta-c0-9.~<]{0,80}"
    ) {
        if let Err(error) = yaml::parse(&text) {
            prop_assert!(error.line >= 1 && error.column >= 1, "{}", error);
        }
    }
}
