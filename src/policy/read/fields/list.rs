//! Lists of strings, and lists whose entries may be mappings.

use std::collections::HashSet;
use std::fmt;
use std::hash::Hash;

use super::super::MAX_LIST_ENTRIES;
use super::super::entry::list_entry;
use super::super::item::{Item, entry, wrong_type};
use super::super::values::Problem;
use super::{Fields, join};
use crate::policy::issue::{Issue, Location};
use crate::policy::pack::ListEntry;
use crate::policy::yaml::{Kind, Node};

impl<'a> Fields<'a> {
    /// A list of strings, where an empty one isn't the same as none.
    pub(in crate::policy) fn list_if_given(&mut self, name: &'static str) -> Option<Vec<String>> {
        self.take(name)?;
        Some(self.list(name))
    }

    /// A list of strings.
    pub(in crate::policy) fn list(&mut self, name: &'static str) -> Vec<String> {
        match self.sequence(name, "a list of strings") {
            Some(items) => self.strings(name, items),
            None => Vec::new(),
        }
    }

    /// A list whose entries are strings or mappings, where an empty one isn't the same as none.
    pub(in crate::policy) fn entries_if_given(
        &mut self,
        name: &'static str,
    ) -> Option<Vec<ListEntry>> {
        self.take(name)?;
        Some(self.entries(name))
    }

    /// A list whose entries are strings or mappings.
    pub(in crate::policy) fn entries(&mut self, name: &'static str) -> Vec<ListEntry> {
        match self.sequence(name, "a list of strings") {
            Some(items) => self.different(name, items, list_entry),
            None => Vec::new(),
        }
    }

    /// One string, or a list of them.
    pub(in crate::policy) fn one_or_list(
        &mut self,
        name: &'static str,
        check: impl Fn(&str) -> Result<(), Problem>,
    ) -> Vec<String> {
        let Some(node) = self.take(name) else {
            return Vec::new();
        };
        let items = match &node.kind {
            Kind::Seq(items) => items.as_slice(),
            _ => std::slice::from_ref(node),
        };
        let item = |value| self.item(name, value);
        let checked: Vec<Item<'_>> = items.iter().map(item).collect();
        for value in checked {
            if matches!(value.value.kind, Kind::Str(_)) {
                value.parsed(self.issues, &check);
            }
        }
        self.strings(name, items)
    }

    /// The items of a list. None if it is absent, or, with an issue, if it isn't a list.
    fn sequence(&mut self, name: &'static str, expected: &str) -> Option<&'a [Node]> {
        let node = self.take(name)?;
        if let Kind::Seq(items) = &node.kind {
            return Some(items);
        }
        let path = join(&self.path, name);
        self.issues
            .push(wrong_type(node, &path, self.file, expected));
        None
    }

    fn strings(&mut self, name: &str, items: &'a [Node]) -> Vec<String> {
        self.different(name, items, |item, issues| item.parsed(issues, entry))
    }

    /// The items as `read` reads them, each once.
    fn different<T: Clone + Eq + Hash + Named>(
        &mut self,
        name: &str,
        items: &'a [Node],
        read: impl Fn(&Item<'_>, &mut Vec<Issue>) -> Option<T>,
    ) -> Vec<T> {
        if items.len() > MAX_LIST_ENTRIES {
            let problem = format!(
                "`{}` has {} entries; the limit is {MAX_LIST_ENTRIES}",
                join(&self.path, name),
                items.len()
            );
            self.issues
                .push(Issue::blocker("list-too-long", problem, self.here()));
            return Vec::new();
        }
        let mut seen = HashSet::new();
        let mut different = Vec::with_capacity(items.len());
        for value in items {
            let item = self.item(name, value);
            let Some(one) = read(&item, self.issues) else {
                continue;
            };
            if seen.insert(one.clone()) {
                different.push(one);
            } else {
                let message = format!("`{}` is in `{}` twice", one.name(), item.path);
                let at = Location::new(self.file, value.line, value.column);
                self.issues
                    .push(Issue::warning("duplicate-entry", message, at));
            }
        }
        different
    }
}

/// An item of a list, by what a message calls it.
trait Named {
    fn name(&self) -> impl fmt::Display;
}

impl Named for String {
    fn name(&self) -> impl fmt::Display {
        self
    }
}

impl Named for ListEntry {
    fn name(&self) -> impl fmt::Display {
        &self.pattern
    }
}
