//! Git's options in each kind of table that knows them, so that they can be compared.
//!
//! Where tables differ, one takes for a value what is an option to the other: of `git diff -sp FILE`, a table in
//! which `-s` has a value doesn't see `-p`.

use super::super::options::Arities;
use super::super::{effects, vouched};
use super::options;

/// The options of each subcommand of `git` that tables know.
#[derive(Debug, Clone)]
pub struct OptionsOfGit {
    /// By what is read, written or switched to.
    pub reads: Vec<(&'static str, Arities)>,
    /// By what leaves the effects known.
    pub effects: Vec<(&'static str, Arities)>,
    /// By what leaves an allowed command allowed.
    pub vouched: Vec<(&'static str, Arities)>,
}

/// The options of `git` in all tables.
#[must_use]
pub fn options_of_git() -> OptionsOfGit {
    OptionsOfGit {
        reads: options::arities(),
        effects: effects::git_arities(),
        vouched: vouched::git_arities(),
    }
}
