//! What the tables of `tests/data/packs` have in common.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeMap;
use std::path::Path;

use cavra::policy::effective::FindError;
use cavra::policy::issue::Issue;
use cavra::policy::source::{PackSource, SourceFile};
use cavra::policy::yaml;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Reads a table: one YAML list of rows.
pub(crate) fn table<T: DeserializeOwned>(name: &str, least: usize) -> Vec<T> {
    let path = Path::new("tests/data/packs").join(name);
    let text = std::fs::read_to_string(&path).unwrap();
    let rows = yaml::parse(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
    let rows: Result<Vec<T>, _> = serde_json::from_value(rows.to_json());
    let rows = rows.unwrap_or_else(|error| panic!("{name}: {error}"));
    assert!(rows.len() >= least, "{name}: only {} rows", rows.len());
    rows
}

pub(crate) fn file(path: &str, text: &str) -> SourceFile {
    SourceFile {
        path: path.to_owned(),
        text: text.to_owned(),
    }
}

/// A pack whose only file is `policy.yaml`.
pub(crate) fn pack(text: &str) -> PackSource {
    PackSource {
        origin: "inline".to_owned(),
        policy: file("policy.yaml", text),
        rules: Vec::new(),
        cases: Vec::new(),
    }
}

/// Looks packs up by the key they have in a table.
pub(crate) fn find(
    packs: &BTreeMap<String, String>,
) -> impl FnMut(&str) -> Result<PackSource, FindError> {
    |id| {
        packs
            .get(id)
            .map(|text| pack(text))
            .ok_or(FindError::NotFound)
    }
}

/// An issue as tables write it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expected {
    pub code: String,
    /// `file:line:column`, as far as it is known.
    pub at: String,
    #[serde(default)]
    pub warning: bool,
    /// What the message must say.
    #[serde(default)]
    pub says: String,
}

/// Fails unless `issues` are exactly the ones that are `expected`, in their order.
pub(crate) fn assert_issues(note: &str, issues: &[Issue], expected: &[Expected]) {
    let found: Vec<Expected> = issues
        .iter()
        .enumerate()
        .map(|(index, issue)| {
            let says = expected.get(index).map_or("", |expected| &expected.says);
            Expected {
                code: issue.code.to_owned(),
                at: issue.location.to_string(),
                warning: !issue.is_blocker(),
                says: match issue.message.contains(says) {
                    true => says.to_owned(),
                    false => issue.message.clone(),
                },
            }
        })
        .collect();
    assert_eq!(found, expected, "{note}");
}
