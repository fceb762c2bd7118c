//! The Rego of a whole lineage, apart from everything else: what is compiled here is all
//! that a pack can make the process do.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::error::{CompileProblem, EvaluationError};
use super::PackRego;
use super::data::PolicyDocument;
use crate::action::Action;
use crate::action::facts::establish;
use crate::policy::effective::EffectivePack;
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
            policy: json!(PolicyDocument::of(pack)),
            modules,
        }
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.modules.is_empty()
    }

    pub(in crate::engine) fn compile(&self) -> Result<Vec<PackRego>, Vec<CompileProblem>> {
        let packs = self.modules.iter();
        packs
            .map(|(pack_id, files)| PackRego::compile(pack_id, files, &self.policy))
            .collect()
    }

    /// Compiles the modules and evaluates them on `actions`, in this process: it may hang,
    /// or take the process down. Meant for a child process with limits.
    ///
    /// # Errors
    /// With everything that keeps the modules from compiling, or each action that they could
    /// not be evaluated on.
    pub fn try_out(&self, actions: &[Action]) -> Result<(), Vec<CompileProblem>> {
        let packs = self.compile()?;
        let mut problems = Vec::new();
        for action in actions {
            let facts = establish(action)
                .map_err(|error| vec![CompileProblem::of_rego(error.to_string())])?;
            for pack in &packs {
                let problem = match pack.judge(action, &facts, false) {
                    Ok(found) => found.malformed.clone(),
                    Err(EvaluationError::Failed(message) | EvaluationError::Malformed(message)) => {
                        Some(message)
                    }
                    Err(EvaluationError::OverLimit(what)) => Some(format!("the rules {what}")),
                };
                let target = action.target();
                problems.extend(problem.map(|problem| {
                    CompileProblem::of_rego(format!("`{}` on `{target}`: {problem}", pack.pack_id))
                }));
            }
        }
        if problems.is_empty() {
            Ok(())
        } else {
            Err(problems)
        }
    }
}
