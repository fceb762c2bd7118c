//! Why evidence can't be checked at all.

use std::path::PathBuf;

use crate::evidence::error::BundleError;
use crate::evidence::limits::{MAX_COMMIT_SESSIONS, MAX_COMMITS};

/// Why evidence can't be checked at all.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EvidenceError {
    #[error("`{}` is not a bundle; `cavra journal export --proofs` makes one", path.display())]
    Bundle {
        path: PathBuf,
        #[source]
        cause: BundleError,
    },
    #[error("`{0}` is not a range of commits: give `A..B`, such as `origin/main..HEAD`")]
    Range(String),
    #[error(
        "the range `{0}` has no commits, so nothing is checked: give the older end first, as in \
         `origin/main..HEAD`"
    )]
    NoCommits(String),
    #[error(
        "the repository is a shallow clone, in which commits of the range may be missing; get them all by \
         `git fetch --unshallow`, and check again"
    )]
    Shallow,
    #[error(
        "`{}` gives commits other parents, so commits of the range may be left out; delete it, and \
         check again",
        .0.display()
    )]
    Grafts(PathBuf),
    #[error("the range has more than {MAX_COMMITS} commits; check a shorter one")]
    Commits,
    #[error("the commit `{0}` names more than {MAX_COMMIT_SESSIONS} sessions")]
    Sessions(String),
    #[error("what git prints of the commit number {0} of the range can't be read")]
    Commit(usize),
}
