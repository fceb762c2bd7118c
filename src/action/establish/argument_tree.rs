//! The arguments of a call as a tree: where each value lies.

use std::collections::BTreeMap;

use crate::action::facts::{McpArgument, McpArgumentKind};
use crate::action::mcp::key::Step;

/// A value with the values in it.
#[derive(Debug, Default)]
pub(super) struct Node<'a> {
    /// What it is, if it holds no other value.
    leaf: Option<(usize, &'a McpArgument)>,
    below: BTreeMap<Step, Node<'a>>,
}

impl<'a> Node<'a> {
    pub(super) fn put(&mut self, steps: &[Step], leaf: (usize, &'a McpArgument)) {
        match steps.split_first() {
            Some((first, rest)) => {
                let below = self.below.entry(first.clone()).or_default();
                below.put(rest, leaf);
            }
            None => self.leaf = Some(leaf),
        }
    }

    /// Finds the values that a mapped argument names. The error is what is wrong, to be read after
    /// the argument's name; the other values are found all the same.
    pub(super) fn find(
        &self,
        steps: &[Step],
        optional: bool,
        found: &mut Vec<(usize, &'a McpArgument)>,
    ) -> Result<(), &'static str> {
        let absent = || match optional {
            true => Ok(()),
            false => Err("is absent"),
        };
        let kind = self.leaf.map(|(_, leaf)| leaf.kind);
        let Some((first, rest)) = steps.split_first() else {
            return match self.leaf {
                Some((_, leaf)) if leaf.kind == McpArgumentKind::Null => absent(),
                Some(leaf) => {
                    found.push(leaf);
                    Ok(())
                }
                None => Err("is no text"),
            };
        };
        if kind == Some(McpArgumentKind::Null) {
            return absent();
        }
        match first {
            Step::Every if kind == Some(McpArgumentKind::EmptyList) => absent(),
            Step::Every if self.is(|step| matches!(step, Step::Entry(_))) => {
                let all = self.below.values();
                let all = all.map(|node| node.find(rest, optional, found));
                all.fold(Ok(()), Result::and)
            }
            Step::Name(_) if kind == Some(McpArgumentKind::EmptyObject) => absent(),
            Step::Name(_) if self.is(|step| matches!(step, Step::Name(_))) => {
                let node = self.below.get(first);
                node.map_or_else(absent, |node| node.find(rest, optional, found))
            }
            // The arguments themselves are empty.
            Step::Name(_) if kind.is_none() && self.below.is_empty() => absent(),
            _ => Err("has another shape than the mapping says"),
        }
    }

    /// Whether it holds values, all by steps that pass `test`.
    fn is(&self, test: impl Fn(&Step) -> bool) -> bool {
        !self.below.is_empty() && self.below.keys().all(test)
    }
}
