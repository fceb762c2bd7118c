//! Which tasks of the project a pack allows.

use std::sync::Arc;

use foldhash::HashMap;

use crate::action::facts::ProjectTask;
use crate::policy::pack::{TaskNames, ToolKinds};

/// The tasks that a pack allows: kinds, and names that count as tasks of a kind.
pub(in crate::engine) struct Tasks {
    kinds: ToolKinds,
    by_name: HashMap<Arc<str>, ToolKinds>,
}

impl Tasks {
    pub(super) fn new(kinds: ToolKinds, names: &TaskNames) -> Self {
        let mut by_name: HashMap<Arc<str>, ToolKinds> = HashMap::default();
        for (kind, name) in names.iter() {
            let counts_as = by_name.entry(Arc::clone(name)).or_default();
            *counts_as = counts_as.and(ToolKinds::of([kind]));
        }
        Self { kinds, by_name }
    }

    /// Whether no task is allowed.
    pub(in crate::engine) const fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    /// Whether the task is of a kind that is allowed: by itself, or because the pack names it.
    pub(in crate::engine) fn allows(&self, task: &ProjectTask) -> bool {
        let named = task.name.as_deref().and_then(|name| self.by_name.get(name));
        self.kinds.contains(task.kind) || named.is_some_and(|kinds| self.kinds.meets(*kinds))
    }
}
