//! Why a hook can't do its work. A hook that fails refuses.

use std::io;

use super::updates::{MAX_INPUT_BYTES, MAX_UPDATES};

/// Why a hook can't do its work.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HookError {
    #[error("standard input can't be read")]
    Input(#[source] io::Error),
    #[error("standard input has more than {MAX_INPUT_BYTES} bytes; push fewer refs at once")]
    LongInput,
    #[error("more than {MAX_UPDATES} refs are pushed; push fewer at once")]
    Updates,
    #[error(
        "line {line} of standard input: {problem}; git starts this hook, and gives it these lines"
    )]
    Line { line: usize, problem: &'static str },
    #[error(
        "`{0}` can't be the name of a remote here: give `--remote NAME` of letters, digits and `._/-`"
    )]
    Remote(String),
    #[error("the folder of the repository's files can't be found")]
    Repository(#[source] io::Error),
    #[error(
        "the path of the repository is not UTF-8, so no approval could name it; move the repository"
    )]
    RepositoryNotText,
    #[error("`GIT_NAMESPACE` is set, and refs in namespaces are not judged")]
    Namespace,
    #[error("git resolves `{0}` to a name that can't be read")]
    Resolved(String),
    #[error("the session `{0}` can't be a trailer: it must be 1 to 256 visible ASCII characters")]
    Session(String),
}
