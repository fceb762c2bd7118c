use super::command::{push_from_command, reading};
use super::refspec::{Moves, read};
use crate::action::ActionError;
use crate::action::facts::{Push, RefUpdate};
use crate::action::shell::ShellWord;

/// What a `git_operation` document does to a remote.
///
/// # Errors
/// Naming `target`, if it is empty, or `requested_operation`.
pub fn push_from_document(
    operation: &str,
    target: &str,
    current_branch: Option<&str>,
) -> Result<Push, ActionError> {
    let words: Vec<&str> = target.split_whitespace().collect();
    if words.is_empty() {
        return Err(ActionError::Missing { field: "target" });
    }
    if operation.is_empty() {
        return Err(ActionError::Missing {
            field: "requested_operation",
        });
    }
    let name = operation.to_ascii_lowercase().replace('-', "_");
    let kind = Kind::of(&name);
    if kind == Kind::Read {
        return Ok(reading(operation));
    }
    let (force, delete) = (kind == Kind::Force, kind == Kind::Delete);
    let mut push = match words.as_slice() {
        [one] => single(one, current_branch, force, delete),
        [remote, specs @ ..] => several(remote, specs, current_branch, force, delete),
        [] => reading(operation),
    };
    push.operation = operation.to_owned();
    push.known = kind != Kind::Unknown;
    push.writes = true;
    Ok(push)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Push,
    Force,
    Delete,
    Read,
    Unknown,
}

impl Kind {
    fn of(name: &str) -> Self {
        match name {
            "push" | "push_tags" => Self::Push,
            "force_push" | "push_force" => Self::Force,
            "delete" | "delete_branch" | "push_delete" => Self::Delete,
            "fetch" | "pull" | "ls_remote" | "remote_update" | "clone" => Self::Read,
            _ => Self::Unknown,
        }
    }
}

/// `remote refspec…`, as on a command line.
fn several(
    remote: &str,
    specs: &[&str],
    current_branch: Option<&str>,
    force: bool,
    delete: bool,
) -> Push {
    let mut words = vec![ShellWord::constant("push")];
    if force {
        words.push(ShellWord::constant("--force"));
    }
    if delete {
        words.push(ShellWord::constant("--delete"));
    }
    words.push(ShellWord::constant(remote));
    words.extend(specs.iter().copied().map(ShellWord::constant));
    push_from_command(&words, current_branch)
}

/// `remote/branch`, `remote/refs/heads/branch`, a refspec, or a branch.
fn single(target: &str, current_branch: Option<&str>, force: bool, delete: bool) -> Push {
    let mut push = reading("push");
    let mut take = |spec: &str| match read(spec, current_branch, force, delete) {
        Moves::Refs(refs) => refs,
        Moves::Unknown(reason) => {
            push.unknown_target.get_or_insert(reason);
            Vec::new()
        }
    };
    let plain = !target.contains(':') && !target.starts_with('+') && !target.starts_with("refs/");
    let mut readings: Vec<Vec<RefUpdate>> = Vec::new();
    match target.split_once('/') {
        Some((remote, branch)) if plain && !branch.is_empty() => {
            readings.push(take(branch));
            if remote != "origin" && !branch.starts_with("refs/") {
                readings.push(take(target));
            }
            push.remote = Some(remote.to_owned());
        }
        _ => readings.push(take(target)),
    }
    readings.dedup();
    push.readings = readings;
    push
}
