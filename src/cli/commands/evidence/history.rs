//! The commits of a range, as the real git shows them.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use super::error::EvidenceError;
use crate::cli::error::CliError;
use crate::cli::git::Git;
use crate::evidence::TRAILER;
use crate::evidence::commits::Commit;
use crate::evidence::limits::{MAX_COMMIT_SESSIONS, MAX_COMMITS};

/// Bytes that git prints of a range.
const MAX_PRINTED_BYTES: usize = 32 * 1024 * 1024;
/// Bytes that git prints of its own repository: a word, or a path.
const MAX_ANSWER_BYTES: usize = 8 * 1024;
/// Between the fields of a commit, and between its trailers. An author or a trailer that holds one makes
/// the commit unreadable, or names a session that nobody proved.
const FIELD: char = '\u{1f}';
const VALUE: char = '\u{1e}';

/// The commits that are in the second of two revisions and not in the first.
pub(super) fn commits(git: &Git, range: &str) -> Result<Vec<Commit>, CliError> {
    let is_range = range
        .split_once("..")
        .is_some_and(|(from, to)| !from.is_empty() && !to.is_empty() && !to.starts_with('.'));
    if !is_range || range.starts_with('-') || range.contains(char::is_whitespace) {
        return Err(EvidenceError::Range(range.to_owned()).into());
    }
    refuse_cut(git)?;
    let format =
        format!("--format=%H%x1f%(trailers:key={TRAILER},valueonly,unfold,separator=%x1e)%x1f%ae");
    let count = format!("--max-count={}", MAX_COMMITS.saturating_add(1));
    let words = [
        "-c",
        "trailer.separators=:",
        // The file is a copy of the commits' parents, and nothing compares it with the commits.
        "-c",
        "core.commitGraph=false",
        "log",
        "-z",
        "--no-show-signature",
        "--no-color",
        "--no-mailmap",
        "--no-notes",
        &count,
        &format,
        "--end-of-options",
        range,
        "--",
    ];
    let printed = git.print(&words, MAX_PRINTED_BYTES)?;
    let text = String::from_utf8_lossy(&printed);
    let texts: Vec<&str> = text.split_terminator('\0').collect();
    if texts.is_empty() {
        return Err(EvidenceError::NoCommits(range.to_owned()).into());
    }
    if texts.len() > MAX_COMMITS {
        return Err(EvidenceError::Commits.into());
    }
    let commits = texts.into_iter().enumerate();
    commits.map(|(at, text)| commit(at, text)).collect()
}

/// Refuses a repository in which git leaves commits out: a shallow clone ends at commits whose parents
/// it doesn't have (gitglossary(7), "shallow clone"), and grafts give commits other parents
/// (gitrepository-layout(5), "info/grafts"). Refs below `refs/replace` are not heeded.
fn refuse_cut(git: &Git) -> Result<(), CliError> {
    let ask = |words: &[&str]| git.print(words, MAX_ANSWER_BYTES);
    let is_shallow = ask(&["rev-parse", "--is-shallow-repository"])?;
    if is_shallow.trim_ascii() != b"false" {
        return Err(EvidenceError::Shallow.into());
    }
    let absolute = "--path-format=absolute";
    let grafts = ask(&["rev-parse", absolute, "--git-path", "info/grafts"])?;
    let grafts = grafts.strip_suffix(b"\n").unwrap_or(&grafts);
    let grafts = Path::new(OsStr::from_bytes(grafts));
    match grafts.symlink_metadata().is_ok() {
        true => Err(EvidenceError::Grafts(grafts.to_owned()).into()),
        false => Ok(()),
    }
}

fn commit(at: usize, text: &str) -> Result<Commit, CliError> {
    let fields: Vec<&str> = text.trim_start_matches('\n').split(FIELD).collect();
    let [id, trailers, author] = fields.as_slice() else {
        return Err(EvidenceError::Commit(at + 1).into());
    };
    let sessions = trailers.split(VALUE).map(str::trim);
    let sessions: Vec<String> = sessions
        .filter(|session| !session.is_empty())
        .map(str::to_owned)
        .collect();
    if sessions.len() > MAX_COMMIT_SESSIONS {
        return Err(EvidenceError::Sessions((*id).to_owned()).into());
    }
    Ok(Commit {
        id: (*id).to_owned(),
        author: (*author).to_owned(),
        sessions,
    })
}
