//! Errors as text, each cause once.
//!
//! The message of an error doesn't repeat its cause, which is its [`Error::source`]. Where an error
//! becomes one line, such as in a log, a gRPC status or another message, [`in_line`] adds the causes.

use std::error::Error;

/// The message of an error, then those of its causes, from the nearest to the first. A cause is left
/// out if the message before it ends with it, because some errors of other crates repeat theirs.
#[must_use]
pub fn each(error: &dyn Error) -> Vec<String> {
    let mut messages = vec![error.to_string()];
    let mut cause = error.source();
    while let Some(error) = cause {
        let message = error.to_string();
        if !messages.last().is_some_and(|said| said.ends_with(&message)) {
            messages.push(message);
        }
        cause = error.source();
    }
    messages
}

/// An error and its causes in one line, such as `` `a` can't be read: permission denied ``.
#[must_use]
pub fn in_line(error: &dyn Error) -> String {
    each(error).join(": ")
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::{each, in_line};

    #[derive(Debug, thiserror::Error)]
    enum Problem {
        #[error("the folder can't be used")]
        Folder(#[source] Box<Problem>),
        #[error("`a` can't be read")]
        File(#[source] io::Error),
        #[error("the program failed: {0}")]
        Repeats(#[source] io::Error),
    }

    #[test]
    fn each_cause_is_said_once() {
        let denied = || io::Error::other("permission denied");
        let folder = Problem::Folder(Box::new(Problem::File(denied())));
        assert_eq!(
            in_line(&folder),
            "the folder can't be used: `a` can't be read: permission denied"
        );
        assert_eq!(each(&folder).len(), 3);
        let repeats = Problem::Repeats(denied());
        assert_eq!(each(&repeats), ["the program failed: permission denied"]);
    }
}
