use super::command::{push_from_command, reading};
use super::refspec::{Moves, checked_out, read};
use crate::action::ActionError;
use crate::action::facts::{Push, RefUpdate};
use crate::action::shell::ShellWord;

/// Names that by convention are a remote's, not the first part of a branch's.
const REMOTES: &[&str] = &["origin", "upstream"];

/// What a `git_operation` document does to a remote.
///
/// # Errors
/// Naming `target` or `requested_operation`, if it is empty.
pub fn push_from_document(
    operation: &str,
    target: &str,
    current_branch: Option<&str>,
) -> Result<Push, ActionError> {
    let missing = |field| Err(ActionError::Missing { field });
    let words: Vec<&str> = target.split_whitespace().collect();
    let Some(first) = words.first() else {
        return missing("target");
    };
    let name = operation
        .trim()
        .to_ascii_lowercase()
        .replace(['-', ' '], "_");
    if name.is_empty() {
        return missing("requested_operation");
    }
    let kind = Kind::of(&name);
    if kind == Kind::Read {
        return Ok(reading(operation));
    }
    let push = match words.len() {
        1 if !first.starts_with('-') => single(first, kind, current_branch),
        _ => push_from_command(&as_command(kind, &words), current_branch),
    };
    let mut push = Push {
        operation: operation.to_owned(),
        writes: true,
        known: kind != Kind::Unknown,
        ..push
    };
    if kind == Kind::Unknown {
        let reason = format!("`{operation}` is not a known operation");
        push.unknown_target.get_or_insert(reason);
    }
    Ok(push)
}

/// What an operation's name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Push,
    Force,
    Delete,
    Read,
    Unknown,
}

impl Kind {
    fn of(name: &str) -> Self {
        match name.strip_prefix("git_").unwrap_or(name) {
            "push" | "push_tags" => Self::Push,
            "force_push" | "push_force" | "push_force_with_lease" => Self::Force,
            "delete" | "delete_branch" | "push_delete" => Self::Delete,
            "fetch" | "pull" | "ls_remote" | "remote_update" | "clone" => Self::Read,
            _ => Self::Unknown,
        }
    }
}

/// `remote refspec…` as the words of a command line.
fn as_command(kind: Kind, words: &[&str]) -> Vec<ShellWord> {
    let option = match kind {
        Kind::Force => Some("--force"),
        Kind::Delete => Some("--delete"),
        Kind::Push | Kind::Read | Kind::Unknown => None,
    };
    std::iter::once("push")
        .chain(option)
        .chain(words.iter().copied())
        .map(ShellWord::constant)
        .collect()
}

/// `remote`, `remote/branch`, `remote/refs/heads/branch`, a refspec, or a branch.
fn single(target: &str, kind: Kind, current_branch: Option<&str>) -> Push {
    let (plain, forced) = match target.strip_prefix('+') {
        Some(rest) => (rest, true),
        None => (target, kind == Kind::Force),
    };
    let mut push = reading("push");
    let mut readings: Vec<Vec<RefUpdate>> = Vec::new();
    for spec in spellings(plain, &mut push.remote) {
        if spec.is_empty() && checked_out(current_branch).is_none() {
            push.unknown_target = Some("the current branch is not known".to_owned());
            continue;
        }
        let spec = if spec.is_empty() { "HEAD" } else { spec };
        match read(spec, current_branch, forced, kind == Kind::Delete) {
            Moves::Refs(refs) if readings.contains(&refs) => {}
            Moves::Refs(refs) => readings.push(refs),
            Moves::Unknown(reason) => push.unknown_target = Some(reason),
        }
    }
    if readings.is_empty() {
        readings.push(Vec::new());
    }
    push.readings = readings;
    push
}

/// Each refspec that `target` can mean; an empty one is the current branch.
fn spellings<'a>(target: &'a str, remote: &mut Option<String>) -> Vec<&'a str> {
    if REMOTES.contains(&target) {
        *remote = Some(target.to_owned());
        return vec![""];
    }
    if target.contains(':') || target.starts_with("refs/") {
        return vec![target];
    }
    let Some((first, rest)) = target.split_once('/') else {
        return vec![target];
    };
    if first.is_empty() || rest.is_empty() {
        return vec![target];
    }
    if REMOTES.contains(&first) || rest.starts_with("refs/") {
        *remote = Some(first.to_owned());
        return vec![rest];
    }
    vec![rest, target]
}
