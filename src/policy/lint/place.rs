use crate::policy::issue::Location;
use crate::policy::yaml::{Kind, Node};

/// Where things stand in a `policy.yaml`.
pub(super) struct Places<'a> {
    file: &'a str,
    root: Option<&'a Node>,
}

impl<'a> Places<'a> {
    pub(super) fn new(file: &'a str, root: Option<&'a Node>) -> Self {
        Self { file, root }
    }

    /// The value at a path of keys; the deepest that is there.
    pub(super) fn field(&self, path: &[&str]) -> Location {
        self.at(self.deepest(path))
    }

    /// The entry `text` of the list at `path`.
    pub(super) fn entry(&self, path: &[&str], text: &str) -> Location {
        let list = self.deepest(path);
        let entry = list.and_then(|list| match &list.kind {
            Kind::Seq(items) => items
                .iter()
                .find(|item| matches!(&item.kind, Kind::Str(found) if found == text)),
            _ => None,
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
