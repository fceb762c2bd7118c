use super::glob::{Segment, Token, fold, segments};
use super::paths::PathPatterns;
use crate::action::facts::Anchor;

impl PathPatterns {
    /// The first pattern that names something below the tree that `glob` (`dir/**`) matches:
    /// removing the tree removes that too. Only patterns that are anchored and
    /// constant, or constant and then `**`, name something; the others only could.
    #[must_use]
    pub fn first_inside(&self, glob: &str, anchor: Anchor) -> Option<u32> {
        let tree = segments(&fold(glob));
        let (last, tree) = tree.split_last()?;
        if *last != Segment::Deep || tree.is_empty() || !tree.iter().all(is_constant) {
            return None;
        }
        let entry = self.entries.iter().find(|entry| {
            let named = match entry.segments.as_slice() {
                [named @ .., Segment::Deep] => named,
                named => named,
            };
            named.iter().all(is_constant) && begins(named, tree, anchor)
        })?;
        Some(entry.pattern)
    }
}

/// Whether what is named lies below the tree, whose end may be the root's own path.
fn begins(named: &[Segment], tree: &[Segment], anchor: Anchor) -> bool {
    let starts = match anchor {
        Anchor::Workspace => 1,
        Anchor::AnyDirectory => tree.len(),
    };
    (0..starts)
        .filter_map(|start| tree.get(start..))
        .any(|tree| named.len() > tree.len() && named.starts_with(tree))
}

fn is_constant(segment: &Segment) -> bool {
    match segment {
        Segment::Deep | Segment::OneOf(_) => false,
        Segment::Name(tokens) => tokens
            .iter()
            .all(|token| matches!(token, Token::Literal(_))),
    }
}
