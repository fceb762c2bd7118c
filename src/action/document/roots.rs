//! `workspace_roots` of an action document: a list that is counted while it is read.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, SeqAccess, Visitor};

use crate::action::limits::{MAX_PATH_BYTES, MAX_WORKSPACE_ROOTS};
use crate::action::{ActionError, WorkspaceRoot};

/// The field's name.
pub(super) const FIELD: &str = "workspace_roots";

/// A list of texts, of which no more are kept than there may be.
#[derive(Debug, Default)]
pub(super) struct Roots {
    texts: Vec<String>,
    count: usize,
}

impl Roots {
    /// Whether there are more than there may be.
    pub(super) fn is_too_long(&self) -> bool {
        self.count > MAX_WORKSPACE_ROOTS
    }
}

/// The roots, each within its limits.
pub(super) fn read(roots: Option<Roots>) -> Result<Vec<WorkspaceRoot>, ActionError> {
    let roots = roots.unwrap_or_default();
    if roots.is_too_long() {
        return Err(ActionError::TooLarge {
            field: FIELD,
            unit: "entries",
            actual: roots.count,
            limit: MAX_WORKSPACE_ROOTS,
        });
    }
    let texts = roots.texts.into_iter().enumerate();
    texts
        .map(|(index, text)| checked(index, text).map(WorkspaceRoot::claimed))
        .collect()
}

fn checked(index: usize, text: String) -> Result<String, ActionError> {
    let problem = if text.is_empty() {
        "is empty".to_owned()
    } else if text.len() > MAX_PATH_BYTES {
        format!("has {} bytes; the limit is {MAX_PATH_BYTES}", text.len())
    } else if text.contains('\0') {
        "holds a NUL byte".to_owned()
    } else {
        return Ok(text);
    };
    Err(ActionError::invalid(format!("{FIELD}[{index}]"), problem))
}

impl<'de> Deserialize<'de> for Roots {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(RootsVisitor)
    }
}

struct RootsVisitor;

impl<'de> Visitor<'de> for RootsVisitor {
    type Value = Roots;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of strings")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Roots, A::Error> {
        let mut roots = Roots::default();
        while roots.count < MAX_WORKSPACE_ROOTS {
            let Some(text) = list.next_element::<String>()? else {
                return Ok(roots);
            };
            roots.texts.push(text);
            roots.count += 1;
        }
        while list.next_element::<IgnoredAny>()?.is_some() {
            roots.count += 1;
        }
        Ok(roots)
    }
}
