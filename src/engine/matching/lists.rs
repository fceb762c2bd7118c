//! The lists of a pack that are compiled, apart from everything else of it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::Matchers;
use crate::engine::error::CompileProblem;
use crate::policy::effective::{
    EffectiveCommands, EffectiveFilesystem, EffectiveGit, EffectiveMcp, EffectivePack,
};
use crate::policy::pattern_count;

/// The lists of an effective pack.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PatternLists<'a> {
    pub(super) filesystem: Cow<'a, EffectiveFilesystem>,
    pub(super) commands: Cow<'a, EffectiveCommands>,
    pub(super) git: Cow<'a, EffectiveGit>,
    pub(super) mcp: Cow<'a, EffectiveMcp>,
}

impl<'a> PatternLists<'a> {
    /// Of `pack`, if it has no more patterns than it may.
    ///
    /// # Errors
    /// If it has more. Nothing is expanded to find that out.
    pub fn of(pack: &'a EffectivePack) -> Result<Self, Vec<CompileProblem>> {
        if let Some(problem) = pattern_count::problem(pattern_count::of_effective(pack)) {
            return Err(vec![CompileProblem::of_rego(problem)]);
        }
        Ok(Self {
            filesystem: Cow::Borrowed(&pack.filesystem),
            commands: Cow::Borrowed(&pack.commands),
            git: Cow::Borrowed(&pack.git),
            mcp: Cow::Borrowed(&pack.mcp),
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
