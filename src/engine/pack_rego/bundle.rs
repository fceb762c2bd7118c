//! The Rego of a whole lineage, apart from everything else: what is compiled here is all
//! that a pack can make the process do.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::error::CompileProblem;
use super::compiled::{Compiled, Rules};
use super::data::Seen;
use crate::policy::effective::EffectivePack;
use crate::policy::pack::Pack;
use crate::policy::source::SourceFile;

/// The modules of a lineage and what they see as `data.policy`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RegoBundle {
    /// By pack id.
    modules: BTreeMap<Arc<str>, Vec<SourceFile>>,
    policy: Value,
}

impl RegoBundle {
    /// The Rego of `pack` and its parents.
    #[must_use]
    pub fn of(pack: &EffectivePack) -> Self {
        let mut modules: BTreeMap<Arc<str>, Vec<SourceFile>> = BTreeMap::new();
        for rule in &pack.rules {
            let files = modules.entry(Arc::clone(&rule.pack_id)).or_default();
            files.push(rule.file.clone());
        }
        Self {
            policy: json!(Pack::<Seen>::of(pack)),
            modules,
        }
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.modules.is_empty()
    }

    /// Compiles the modules, to be evaluated in this process: hostile ones may hang it or take
    /// it down. Meant for a process with limits.
    ///
    /// # Errors
    /// With everything that keeps the modules from compiling.
    pub fn load(&self) -> Result<Rules, Vec<CompileProblem>> {
        let packs = self.modules.iter();
        let packs = packs.map(|(pack_id, files)| Compiled::new(pack_id, files, &self.policy));
        packs.collect::<Result<_, _>>().map(Rules)
    }
}
