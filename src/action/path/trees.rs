//! Patterns of the shape `dir/**`, found by looking up the path's own directories: as
//! globs they would be the slowest, and they are the most common.

use std::collections::HashMap;

use crate::action::facts::Anchor;

/// Constant directories, each with the patterns that cover what is below it.
#[derive(Clone, Default)]
pub(super) struct Trees {
    /// `dir/**`, anchored.
    rooted: HashMap<String, Vec<u32>>,
    /// `**/dir/**`.
    anywhere: HashMap<String, Vec<u32>>,
    /// Segments of the longest directory.
    depth: usize,
}

impl Trees {
    /// Takes in `directory/**`, if that is constant apart from a `**/` at its beginning.
    pub(super) fn take(&mut self, directory: &str, pattern: u32) -> bool {
        let (map, directory) = match directory.strip_prefix("**/") {
            Some(rest) => (&mut self.anywhere, rest),
            None => (&mut self.rooted, directory),
        };
        let directory = directory.trim_start_matches('/');
        if directory.is_empty() || directory.contains(['*', '?', '[', ']']) {
            return false;
        }
        self.depth = self.depth.max(directory.split('/').count());
        map.entry(directory.to_owned()).or_default().push(pattern);
        true
    }

    /// Adds the patterns that cover the folded `path`.
    pub(super) fn collect(&self, path: &str, anchor: Anchor, hits: &mut Vec<u32>) {
        if self.depth == 0 {
            return;
        }
        let everywhere = anchor == Anchor::AnyDirectory;
        let mut from = Some(0);
        while let Some(start) = from {
            let rest = path.get(start..).unwrap_or("");
            let ends = rest.match_indices('/').map(|(at, _)| at);
            for end in ends.chain([rest.len()]).take(self.depth) {
                let directory = rest.get(..end).unwrap_or("");
                if start == 0 || everywhere {
                    hits.extend(self.rooted.get(directory).into_iter().flatten());
                }
                hits.extend(self.anywhere.get(directory).into_iter().flatten());
            }
            if !everywhere && self.anywhere.is_empty() {
                return;
            }
            from = rest.find('/').map(|at| start + at + 1);
        }
    }
}
