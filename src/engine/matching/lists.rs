//! The lists of a pack that are compiled, apart from everything else of it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::Matchers;
use crate::engine::error::CompileProblem;
use crate::policy::effective::{Effective, EffectivePack};
use crate::policy::pack::{Commands, Filesystem, Git, Mcp, Network};
use crate::policy::pattern_count;

/// The lists of an effective pack.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PatternLists<'a> {
    pub(super) filesystem: Cow<'a, Filesystem<Effective>>,
    pub(super) commands: Cow<'a, Commands<Effective>>,
    pub(super) git: Cow<'a, Git<Effective>>,
    pub(super) network: Cow<'a, Network<Effective>>,
    pub(super) mcp: Cow<'a, Mcp<Effective>>,
}

impl<'a> PatternLists<'a> {
    /// Of `pack`, if it has no more patterns than it may.
    ///
    /// # Errors
    /// If it has more. Nothing is expanded to find that out.
    pub fn of(pack: &'a EffectivePack) -> Result<Self, Vec<CompileProblem>> {
        if let Some(problem) = pattern_count::problem(pattern_count::of(&pack.content)) {
            return Err(vec![CompileProblem::of_rego(problem)]);
        }
        let content = &pack.content;
        Ok(Self {
            filesystem: Cow::Borrowed(&content.filesystem),
            commands: Cow::Borrowed(&content.commands),
            git: Cow::Borrowed(&content.git),
            network: Cow::Borrowed(&content.network),
            mcp: Cow::Borrowed(&content.mcp),
        })
    }

    /// Compiles them and drops the result.
    ///
    /// # Errors
    /// With everything that keeps them from compiling.
    pub fn check(&self) -> Result<(), Vec<CompileProblem>> {
        Matchers::compile(self).map(drop)
    }
}
