//! One value of a `policy.yaml` with its name, and what it must be.

use super::MAX_ENTRY_BYTES;
use super::fields::Fields;
use super::values::Problem;
use crate::canonical::is_invisible;
use crate::policy::issue::{Issue, Location};
use crate::policy::yaml::{Kind, Node};

/// One value with its dotted path.
pub(in crate::policy) struct Item<'a> {
    pub(super) value: &'a Node,
    pub(super) path: String,
    pub(super) file: &'a str,
}

impl<'a> Item<'a> {
    /// Its dotted path.
    pub(in crate::policy) fn path(&self) -> &str {
        &self.path
    }

    /// What it is.
    pub(in crate::policy) fn value(&self) -> &'a Node {
        self.value
    }

    /// Where it starts.
    pub(in crate::policy) fn location(&self) -> Location {
        Location::new(self.file, self.value.line, self.value.column)
    }

    /// Where the value under `field` starts.
    pub(in crate::policy) fn location_of(&self, field: &str) -> Option<Location> {
        let value = self.value.get(field)?;
        Some(Location::new(self.file, value.line, value.column))
    }

    /// One element of the list that it is.
    pub(in crate::policy) fn element(&self, value: &'a Node) -> Item<'a> {
        Item {
            value,
            path: self.path.clone(),
            file: self.file,
        }
    }

    /// The issue that it isn't what is expected.
    pub(in crate::policy) fn wrong_type(&self, expected: &str) -> Issue {
        wrong_type(self.value, &self.path, self.file, expected)
    }

    /// Its fields, if it is a mapping.
    pub(in crate::policy) fn fields<'i>(&self, issues: &'i mut Vec<Issue>) -> Fields<'i>
    where
        'a: 'i,
    {
        Fields::of(self.value, &self.path, self.file, issues)
    }

    /// A string that means something to `parse`.
    pub(in crate::policy) fn parsed<T>(
        &self,
        issues: &mut Vec<Issue>,
        parse: impl Fn(&str) -> Result<T, Problem>,
    ) -> Option<T> {
        let Kind::Str(text) = &self.value.kind else {
            issues.push(wrong_type(self.value, &self.path, self.file, "a string"));
            return None;
        };
        parse(text)
            .map_err(|(code, problem)| {
                let at = Location::new(self.file, self.value.line, self.value.column);
                issues.push(Issue::blocker(
                    code,
                    format!("`{}`: {problem}", self.path),
                    at,
                ));
            })
            .ok()
    }
}

/// Any entry of a list or key of a mapping.
pub(in crate::policy) fn entry(text: &str) -> Result<String, Problem> {
    if text.trim().is_empty() {
        return Err(("empty-entry", "is empty".to_owned()));
    }
    if text.trim() != text {
        return Err((
            "entry-padded",
            format!("`{text}` has white space around it"),
        ));
    }
    if text.contains(char::is_control) {
        return Err(("entry-control", "has a control character in it".to_owned()));
    }
    if let Some(c) = text.chars().find(|c| is_invisible(*c)) {
        let problem = format!("has an invisible character in it (U+{:04X})", u32::from(c));
        return Err(("entry-invisible", problem));
    }
    if text.len() > MAX_ENTRY_BYTES {
        let problem = format!("has {} bytes; the limit is {MAX_ENTRY_BYTES}", text.len());
        return Err(("entry-too-long", problem));
    }
    Ok(text.to_owned())
}

pub(super) fn wrong_type(node: &Node, path: &str, file: &str, expected: &str) -> Issue {
    let name = match path {
        "" => "the file".to_owned(),
        path => format!("`{path}`"),
    };
    let mut message = format!("{name} must be {expected}, not {}", node.describe());
    if let Kind::Str(text) = &node.kind
        && matches!(text.as_str(), "yes" | "no" | "on" | "off")
        && expected.contains("true")
    {
        message.push_str("; YAML 1.2 reads `yes`, `no`, `on` and `off` as strings");
    }
    Issue::blocker(
        "wrong-type",
        message,
        Location::new(file, node.line, node.column),
    )
}
