//! Words by which git takes content that came from another repository (gitrevisions(7)).
//!
//! What was fetched may be anybody's. Nobody has looked at it yet, other than at what is checked out.

use super::super::word_list::lists;
use super::shows::{REMOTES, USUAL, is_id};

/// Digits that make a word the id of a commit, and no name. Git shows as many.
const ID_DIGITS: usize = 7;

/// Whether a word means a branch of a remote, what was fetched, or a file of a commit that need not be of a
/// branch of this repository.
pub(super) fn is(text: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"/_-.~^@{}".contains(&byte);
    match text.split_once(':') {
        _ if text.starts_with('-') => false,
        Some((revision, _)) => {
            revision.bytes().all(is_letter) && !revision.is_empty() && !is_own(revision)
        }
        None => text
            .split("..")
            .any(|end| is_of_remote(end.trim_start_matches('.'))),
    }
}

/// The name in front of `~`, `^` and `@{…}`.
fn name_of(revision: &str) -> &str {
    let end = revision.find(['~', '^']).unwrap_or(revision.len());
    let (name, _) = revision.split_at(end);
    name.split_once("@{").map_or(name, |(name, _)| name)
}

/// What is checked out, or a branch of a usual name.
fn is_own(revision: &str) -> bool {
    let name = name_of(revision);
    (name.is_empty() || lists(USUAL, name)) && !is_upstream(revision)
}

/// The branch of a remote that a branch follows, or is pushed to.
fn is_upstream(revision: &str) -> bool {
    let names = revision.split("@{").skip(1);
    names
        .into_iter()
        .any(|it| it.to_ascii_lowercase().starts_with(['u', 'p']))
}

fn is_of_remote(revision: &str) -> bool {
    let name = name_of(revision);
    let mut prefixes = REMOTES.iter().chain(&["remotes/", "refs/remotes/"]);
    matches!(name, "FETCH_HEAD" | "MERGE_HEAD")
        || prefixes.any(|prefix| name.starts_with(prefix))
        || is_upstream(revision)
        || (name.len() >= ID_DIGITS && is_id(name))
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_was_fetched_is_brought_and_what_is_checked_out_is_not() {
        for text in [
            "FETCH_HEAD",
            "FETCH_HEAD:a.py",
            "origin/main",
            "origin/main:a.py",
            "HEAD..origin/main",
            "@{u}",
            "main@{upstream}:a.py",
            "@{push}...HEAD",
            "refs/remotes/x/y",
            "x/y:a.py",
            "0123abc",
            "0123abc:a.py",
            "v1.2:a.py",
            "upstream/dev~3",
        ] {
            assert!(super::is(text), "{text}");
        }
        for text in [
            "HEAD",
            "HEAD:a.py",
            "main~2:a.py",
            "@:a.py",
            "@{1}:a.py",
            "HEAD~3..HEAD",
            ":a.py",
            ":0:a.py",
            "a.py",
            "src/origin/a.py",
            "--format=%h:%s",
            "-L1,2:a.py",
            "stash@{0}",
        ] {
            assert!(!super::is(text), "{text}");
        }
    }
}
