//! Patterns of the shape `dir/**`, found by looking up the path's own directories: as
//! globs they would be the slowest, and they are the most common.

use foldhash::HashMap;

use crate::action::facts::Anchor;

/// Constant directories, each with the patterns that cover what is below it.
#[derive(Clone, Default)]
pub(super) struct Trees {
    /// `dir/**`, anchored.
    rooted: HashMap<String, Vec<u32>>,
    /// `**/dir/**`.
    anywhere: HashMap<String, Vec<u32>>,
    /// The first segment of each directory. Most segments of most paths begin none, and one look
    /// here spares a look in the maps for each directory that begins with the segment.
    beginnings: HashMap<String, Depth>,
}

/// Segments of the longest directory that begins with one segment; 0 if none does.
#[derive(Debug, Clone, Copy, Default)]
struct Depth {
    rooted: usize,
    anywhere: usize,
}

impl Trees {
    /// Takes in `directory/**`, if that is constant apart from a `**/` at its beginning.
    pub(super) fn take(&mut self, directory: &str, pattern: u32) -> bool {
        let (is_rooted, directory) = match directory.strip_prefix("**/") {
            Some(rest) => (false, rest),
            None => (true, directory),
        };
        let directory = directory.trim_start_matches('/');
        if directory.is_empty() || directory.contains(['*', '?', '[', ']']) {
            return false;
        }
        let beginning = self.beginnings.entry(first(directory).to_owned());
        let depth = beginning.or_default();
        let (map, depth) = match is_rooted {
            true => (&mut self.rooted, &mut depth.rooted),
            false => (&mut self.anywhere, &mut depth.anywhere),
        };
        *depth = (*depth).max(directory.split('/').count());
        map.entry(directory.to_owned()).or_default().push(pattern);
        true
    }

    /// Adds the patterns that cover the folded `path`.
    pub(super) fn collect(&self, path: &str, anchor: Anchor, hits: &mut Vec<u32>) {
        if self.beginnings.is_empty() {
            return;
        }
        let everywhere = anchor == Anchor::AnyDirectory;
        let mut from = Some(0);
        while let Some(start) = from {
            let rest = path.get(start..).unwrap_or("");
            if let Some(depth) = self.beginnings.get(first(rest)) {
                if start == 0 || everywhere {
                    collect(&self.rooted, rest, depth.rooted, hits);
                }
                collect(&self.anywhere, rest, depth.anywhere, hits);
            }
            if !everywhere && self.anywhere.is_empty() {
                return;
            }
            from = rest.find('/').map(|at| start + at + 1);
        }
    }
}

/// Adds what covers the first one, two … `depth` segments of `path`.
fn collect(trees: &HashMap<String, Vec<u32>>, path: &str, depth: usize, hits: &mut Vec<u32>) {
    let ends = path.match_indices('/').map(|(at, _)| at);
    for end in ends.chain([path.len()]).take(depth) {
        let directory = path.get(..end).unwrap_or("");
        hits.extend(trees.get(directory).into_iter().flatten());
    }
}

/// The first segment of a path.
fn first(path: &str) -> &str {
    path.split_once('/').map_or(path, |(first, _)| first)
}
