//! Which part of `input` rules can read: what an answer depends on, and is remembered by.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// The part of `input` that a pack's modules can read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum InputScope {
    /// Any of it: `input` is used as a whole, or indexed by something computed.
    Whole,
    /// Only these: the first one or two names behind `input`.
    Paths(BTreeSet<(String, Option<String>)>),
}

impl Default for InputScope {
    fn default() -> Self {
        Self::Paths(BTreeSet::new())
    }
}

impl InputScope {
    pub(super) fn path(first: &str, second: Option<&str>) -> Self {
        Self::Paths(BTreeSet::from([(
            first.to_owned(),
            second.map(str::to_owned),
        )]))
    }

    pub(super) fn join(&mut self, other: &Self) {
        match (&mut *self, other) {
            (Self::Paths(paths), Self::Paths(more)) => paths.extend(more.iter().cloned()),
            _ => *self = Self::Whole,
        }
    }

    /// Whether `input.first.second` can be read.
    pub(super) fn covers(&self, first: &str, second: &str) -> bool {
        match self {
            Self::Whole => true,
            Self::Paths(paths) => paths
                .iter()
                .any(|(a, b)| a == first && b.as_deref().is_none_or(|b| b == second)),
        }
    }
}
