use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

use crate::policy::issue::Location;
use crate::policy::yaml::{Kind, Node};

/// The entries of one list by their text.
type Entries<'a> = HashMap<&'a str, &'a Node>;

/// Where the parts of a `policy.yaml` are.
pub(super) struct Places<'a> {
    file: &'a str,
    root: Option<&'a Node>,
    /// For each list that was searched, its entries by their text; the first of equal ones.
    entries: RefCell<BTreeMap<(usize, usize), Entries<'a>>>,
}

impl<'a> Places<'a> {
    pub(super) fn new(file: &'a str, root: Option<&'a Node>) -> Self {
        Self {
            file,
            root,
            entries: RefCell::default(),
        }
    }

    /// The value at a path of keys; the deepest that is there.
    pub(super) fn field(&self, path: &[&str]) -> Location {
        self.at(self.deepest(path))
    }

    /// The entry `text` of the list at `path`.
    pub(super) fn entry(&self, path: &[&str], text: &str) -> Location {
        let list = self.deepest(path);
        let entry = list.and_then(|list| {
            let mut entries = self.entries.borrow_mut();
            let known = entries.entry((list.line, list.column));
            known.or_insert_with(|| by_text(list)).get(text).copied()
        });
        self.at(entry.or(list))
    }

    /// The key `key` of the mapping at `path`.
    pub(super) fn key(&self, path: &[&str], key: &str) -> Location {
        let map = self.deepest(path);
        if let Some(Kind::Map(entries)) = map.map(|map| &map.kind)
            && let Some(entry) = entries.iter().find(|entry| entry.key == key)
        {
            return Location::new(self.file, entry.line, entry.column);
        }
        self.at(map)
    }

    fn deepest(&self, path: &[&str]) -> Option<&'a Node> {
        path.iter().fold(self.root, |node, key| {
            node.map(|node| node.get(key).unwrap_or(node))
        })
    }

    fn at(&self, node: Option<&Node>) -> Location {
        match node {
            Some(node) => Location::new(self.file, node.line, node.column),
            None => Location::file(self.file),
        }
    }
}

fn by_text(list: &Node) -> Entries<'_> {
    let Kind::Seq(items) = &list.kind else {
        return HashMap::new();
    };
    let texts = items.iter().rev().filter_map(|item| {
        let text = match &item.kind {
            Kind::Map(_) => &item.get("pattern")?.kind,
            kind => kind,
        };
        match text {
            Kind::Str(text) => Some((text.as_str(), item)),
            _ => None,
        }
    });
    texts.collect()
}
