use std::borrow::Cow;

use super::paths::PathPatterns;
use crate::action::facts::{Anchor, CallerRoot, Certainty, PathAccess};

/// One access, as patterns look at it.
#[derive(Debug, Clone, Copy)]
pub struct Sight<'a> {
    /// The path, as [`PathAccess::path`] has it.
    pub path: &'a str,
    /// Where patterns are anchored, as [`PathAccess::anchor`] has it.
    pub anchor: Anchor,
    /// Whether the access is certain, as [`PathAccess::certainty`] has it.
    pub certainty: Certainty,
    /// The root of the workspace that the caller names ([`PathAccess::root`]): its path, and `anywhere`. None
    /// also where the operator names it and the path lies inside it.
    pub root: Option<(&'a str, bool)>,
    /// Whether the path isn't known to lie inside the workspace, as [`PathAccess::outside_workspace`] has it.
    pub outside: bool,
}

impl<'a> Sight<'a> {
    /// How `access` looks if its root is or isn't `named` by the pack.
    #[must_use]
    pub fn of(access: &'a PathAccess, named: impl FnOnce(&str) -> bool) -> Self {
        let root = access.root.as_ref();
        let sight = Self {
            path: &access.path,
            anchor: access.anchor,
            certainty: access.certainty,
            root: root.map(|CallerRoot { path, anywhere }| (path.as_str(), *anywhere)),
            outside: access.outside_workspace,
        };
        sight.below(named)
    }

    /// What is left of the path below the root, if the pack names that root.
    #[must_use]
    pub fn below(self, named: impl FnOnce(&str) -> bool) -> Self {
        let Some((root, _)) = self.root.filter(|(root, _)| named(root)) else {
            return self;
        };
        let path = match self.outside {
            true => relative(self.path, root),
            false => self.path,
        };
        Self {
            path,
            anchor: Anchor::Workspace,
            root: None,
            outside: false,
            ..self
        }
    }
}

fn relative<'a>(path: &'a str, root: &str) -> &'a str {
    let rest = path.get(root.len()..).unwrap_or(path);
    rest.strip_prefix('/').unwrap_or(rest)
}

impl PathPatterns {
    /// Replaces `hits` by the patterns that match what would be accessed, ascending; of a
    /// `possible` access the first that could. Takes the work off `steps`, which begin with
    /// [`super::MAX_MATCHING_STEPS`] for all accesses of an action; when they end, what may match does.
    pub fn look_at(&self, sight: &Sight<'_>, steps: &mut usize, hits: &mut Vec<u32>) {
        hits.clear();
        let certainty = sight.certainty;
        let Some((root, anywhere)) = sight.root.filter(|_| !sight.outside) else {
            return self.collect_one(sight.path, sight.anchor, certainty, steps, hits);
        };
        let whole = below(root, sight.path, certainty);
        self.collect_one(&whole, Anchor::AnyDirectory, certainty, steps, hits);
        if anywhere || hits.is_empty() {
            return;
        }
        let readings = root.matches('/').count() + 2;
        *steps = steps.saturating_sub(readings.saturating_mul(whole.len()));
        if *steps == 0 {
            return;
        }
        // Something matches, so it is worth asking where it begins.
        let mut all = Vec::new();
        let starts = root.match_indices('/').map(|(at, _)| at + 1);
        for start in std::iter::once(0).chain(starts) {
            let above = root.get(start..).unwrap_or_default();
            let path = below(above, sight.path, certainty);
            self.collect_one(&path, Anchor::Workspace, certainty, steps, hits);
            all.append(hits);
        }
        self.collect_one(sight.path, Anchor::Workspace, certainty, steps, hits);
        hits.append(&mut all);
        hits.sort_unstable();
        hits.dedup();
        if certainty == Certainty::Possible {
            hits.truncate(1);
        }
    }

    /// As [`Self::first_inside`], for a tree that would be removed.
    #[must_use]
    pub fn first_below(&self, sight: &Sight<'_>) -> Option<u32> {
        self.first_inside(sight.path, sight.anchor).or_else(|| {
            let (root, _) = sight.root.filter(|_| !sight.outside)?;
            let whole = below(root, sight.path, Certainty::Possible);
            self.first_inside(&whole, Anchor::AnyDirectory)
        })
    }

    fn collect_one(
        &self,
        path: &str,
        anchor: Anchor,
        certainty: Certainty,
        steps: &mut usize,
        hits: &mut Vec<u32>,
    ) {
        match certainty {
            Certainty::Certain => self.matches(path, anchor, hits),
            Certainty::Possible => {
                hits.clear();
                hits.extend(self.first_overlap_within(path, anchor, steps));
            }
        }
    }
}

/// The path below a root; a possible one is a glob.
fn below<'a>(root: &'a str, path: &str, certainty: Certainty) -> Cow<'a, str> {
    let root = match certainty {
        Certainty::Certain => Cow::Borrowed(root),
        Certainty::Possible => Cow::Owned(globset::escape(root)),
    };
    match path.is_empty() {
        true => root,
        false => Cow::Owned(format!("{root}/{path}")),
    }
}
