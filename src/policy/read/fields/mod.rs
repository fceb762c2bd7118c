//! Taking a mapping apart field by field, and noting what is wrong on the way.

mod list;

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use super::item::{Item, entry, wrong_type};
use super::values::Problem;
use crate::policy::issue::{Issue, Location};
use crate::policy::yaml::{Entry, Kind, Node};

/// How alike a wrong name must be to a right one to be suggested (Jaro-Winkler, 0 to 1).
const ALIKE: f64 = 0.8;

/// Fields that belong into the section `metadata`, and are looked for at the root.
const METADATA: &[&str] = &["id", "title", "description", "version", "inherits", "mode"];

/// The fields of one mapping. Every field asked for is a known one; [`Fields::finish`]
/// reports the others.
pub(in crate::policy) struct Fields<'a> {
    node: &'a Node,
    entries: &'a [Entry],
    /// The dotted path of the mapping, empty at the root.
    path: String,
    file: &'a str,
    known: Vec<&'static str>,
    issues: &'a mut Vec<Issue>,
}

impl<'a> Fields<'a> {
    /// The fields of `node`; none, and an issue, if it isn't a mapping.
    pub(in crate::policy) fn of(
        node: &'a Node,
        path: &str,
        file: &'a str,
        issues: &'a mut Vec<Issue>,
    ) -> Self {
        let entries: &[Entry] = match &node.kind {
            Kind::Map(entries) => entries,
            _ => {
                issues.push(wrong_type(node, path, file, "a mapping"));
                &[]
            }
        };
        Self {
            node,
            entries,
            path: path.to_owned(),
            file,
            known: Vec::new(),
            issues,
        }
    }

    /// Reports every field that was never asked for.
    pub(in crate::policy) fn finish(self) {
        for entry in self.entries {
            if self.known.contains(&entry.key.as_str()) {
                continue;
            }
            let what = if self.path.is_empty() {
                "section"
            } else {
                "field"
            };
            let name = join(&self.path, &entry.key);
            let is_metadata = self.path.is_empty() && METADATA.contains(&entry.key.as_str());
            let message = match closest(&entry.key, &self.known) {
                _ if is_metadata => {
                    format!("unknown {what} `{name}`; did you mean `metadata.{name}`?")
                }
                Some(known) => format!("unknown {what} `{name}`; did you mean `{known}`?"),
                None => format!("unknown {what} `{name}`"),
            };
            let code = if self.path.is_empty() {
                "unknown-section"
            } else {
                "unknown-field"
            };
            let at = Location::new(self.file, entry.line, entry.column);
            self.issues.push(Issue::blocker(code, message, at));
        }
    }

    fn take(&mut self, name: &'static str) -> Option<&'a Node> {
        if !self.known.contains(&name) {
            self.known.push(name);
        }
        let entries = self.entries;
        entries
            .iter()
            .find(|entry| entry.key == name)
            .map(|entry| &entry.value)
    }

    fn here(&self) -> Location {
        Location::new(self.file, self.node.line, self.node.column)
    }

    /// Blocks unless `name` is there. A node that isn't a mapping was reported already.
    pub(in crate::policy) fn require(&mut self, name: &'static str, code: &'static str) {
        if self.take(name).is_none() && matches!(self.node.kind, Kind::Map(_)) {
            let message = format!("`{}` is required", join(&self.path, name));
            let issue = Issue::blocker(code, message, self.here());
            self.issues.push(issue);
        }
    }

    /// Warns unless `name` is there.
    pub(in crate::policy) fn recommend(&mut self, name: &'static str, code: &'static str) {
        if self.take(name).is_none() && matches!(self.node.kind, Kind::Map(_)) {
            let message = format!("`{}` is missing", join(&self.path, name));
            let issue = Issue::warning(code, message, self.here());
            self.issues.push(issue);
        }
    }

    /// A nested mapping; the default if it is absent.
    pub(in crate::policy) fn section<T: Default>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Fields<'_>) -> T,
    ) -> T {
        let Some(node) = self.take(name) else {
            return T::default();
        };
        let path = join(&self.path, name);
        let mut fields = Fields::of(node, &path, self.file, self.issues);
        let value = read(&mut fields);
        fields.finish();
        value
    }

    /// A string that `check` accepts; empty if it is absent.
    pub(in crate::policy) fn text(
        &mut self,
        name: &'static str,
        check: impl Fn(&str) -> Result<(), Problem>,
    ) -> String {
        self.parsed(name, |text| {
            if text.trim().is_empty() {
                return Err(("empty-value", "is empty".to_owned()));
            }
            check(text).map(|()| text.to_owned())
        })
        .unwrap_or_default()
    }

    /// A string that means something to `parse`.
    pub(in crate::policy) fn parsed<T>(
        &mut self,
        name: &'static str,
        parse: impl Fn(&str) -> Result<T, Problem>,
    ) -> Option<T> {
        let value = self.take(name)?;
        self.item(name, value).parsed(self.issues, parse)
    }

    /// `true` or `false`.
    pub(in crate::policy) fn flag(&mut self, name: &'static str) -> Option<bool> {
        let node = self.take(name)?;
        if let Kind::Bool(value) = node.kind {
            return Some(value);
        }
        let path = join(&self.path, name);
        self.issues
            .push(wrong_type(node, &path, self.file, "`true` or `false`"));
        None
    }

    /// A whole number within `range`.
    pub(in crate::policy) fn number(
        &mut self,
        name: &'static str,
        range: RangeInclusive<u64>,
    ) -> Option<u64> {
        let node = self.take(name)?;
        let path = join(&self.path, name);
        let Kind::Int(value) = node.kind else {
            self.issues
                .push(wrong_type(node, &path, self.file, "a whole number"));
            return None;
        };
        let number = u64::try_from(value).ok();
        let number = number.filter(|number| range.contains(number));
        if number.is_none() {
            let (least, most) = range.into_inner();
            let message = format!("`{path}` is {value}; it must be {least} to {most}");
            let at = Location::new(self.file, node.line, node.column);
            self.issues.push(Issue::blocker("bad-number", message, at));
        }
        number
    }

    /// A nested mapping that may be absent.
    pub(in crate::policy) fn section_if_given<T: Default>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Fields<'_>) -> T,
    ) -> Option<T> {
        self.take(name)?;
        Some(self.section(name, read))
    }

    /// The value of `name`, read by `read`.
    pub(in crate::policy) fn item_at<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&Item<'_>, &mut Vec<Issue>) -> Option<T>,
    ) -> Option<T> {
        let value = self.take(name)?;
        read(&self.item(name, value), self.issues)
    }

    /// A list of anything.
    pub(in crate::policy) fn items<T>(
        &mut self,
        name: &'static str,
        read: impl Fn(&Item<'_>, &mut Vec<Issue>) -> Option<T>,
    ) -> Vec<T> {
        let Some(node) = self.take(name) else {
            return Vec::new();
        };
        let path = join(&self.path, name);
        let Kind::Seq(items) = &node.kind else {
            self.issues
                .push(wrong_type(node, &path, self.file, "a list"));
            return Vec::new();
        };
        let numbered = items.iter().enumerate();
        let items = numbered.map(|(index, value)| self.item(&format!("{name}[{index}]"), value));
        let items: Vec<Item<'_>> = items.collect();
        items
            .iter()
            .filter_map(|item| read(item, self.issues))
            .collect()
    }

    /// A list of anything, where an empty one isn't the same as none.
    pub(in crate::policy) fn items_if_given<T>(
        &mut self,
        name: &'static str,
        read: impl Fn(&Item<'_>, &mut Vec<Issue>) -> Option<T>,
    ) -> Option<Vec<T>> {
        self.take(name)?;
        Some(self.items(name, read))
    }

    /// Blocks because of what the field `name` holds.
    pub(in crate::policy) fn refuse(&mut self, name: &str, code: &'static str, problem: &str) {
        let message = format!("`{}` {problem}", join(&self.path, name));
        let issue = Issue::blocker(code, message, self.here());
        self.issues.push(issue);
    }

    /// A mapping with keys of the pack's own.
    pub(in crate::policy) fn map<T>(
        &mut self,
        name: &'static str,
        read: impl Fn(Item<'_>, &mut Vec<Issue>) -> Option<T>,
    ) -> BTreeMap<String, T> {
        let Some(node) = self.take(name) else {
            return BTreeMap::new();
        };
        let path = join(&self.path, name);
        let Kind::Map(entries) = &node.kind else {
            self.issues
                .push(wrong_type(node, &path, self.file, "a mapping"));
            return BTreeMap::new();
        };
        let mut map = BTreeMap::new();
        for Entry {
            key,
            line,
            column,
            value,
        } in entries
        {
            if let Err((code, problem)) = entry(key) {
                let at = Location::new(self.file, *line, *column);
                self.issues.push(Issue::blocker(
                    code,
                    format!("a key of `{path}` {problem}"),
                    at,
                ));
                continue;
            }
            let item = Item {
                value,
                path: join(&path, key),
                file: self.file,
            };
            if let Some(value) = read(item, self.issues) {
                map.insert(key.clone(), value);
            }
        }
        map
    }

    fn item(&self, name: &str, value: &'a Node) -> Item<'a> {
        Item {
            value,
            path: join(&self.path, name),
            file: self.file,
        }
    }
}

/// Whether a name could be a slip of the pen for another.
pub(in crate::policy) fn is_alike(name: &str, other: &str) -> bool {
    strsim::jaro_winkler(name, other) >= ALIKE
}

pub(in crate::policy) fn closest(name: &str, known: &[&'static str]) -> Option<&'static str> {
    known
        .iter()
        .map(|candidate| (strsim::jaro_winkler(name, candidate), *candidate))
        .filter(|(alike, _)| *alike >= ALIKE)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, candidate)| candidate)
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        return name.to_owned();
    }
    format!("{path}.{name}")
}
