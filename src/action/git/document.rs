use super::command::{push_from_command, reading, runs_a_helper};
use super::refspec::{head, read};
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
        return Ok(Push {
            unknown_target: shell_text(target),
            ..reading(operation)
        });
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
    push.unknown_target = push.unknown_target.or_else(|| shell_text(target));
    Ok(push)
}

/// The words of the command line that does what a document asks for.
///
/// `words` of the target are behind the subcommand; what a shell would expand is marked.
#[must_use]
pub fn document_command(operation: &str, target: &str) -> Vec<ShellWord> {
    let name = operation
        .trim()
        .to_ascii_lowercase()
        .replace(['-', ' '], "_");
    let subcommand = match name.strip_prefix("git_").unwrap_or(&name) {
        "fetch" | "remote_update" => "fetch",
        "pull" => "pull",
        "ls_remote" => "ls-remote",
        "clone" => "clone",
        _ => "push",
    };
    // `ext::terraform apply` is one word to git: the address takes the rest.
    let mut words = vec![ShellWord::constant("git"), ShellWord::constant(subcommand)];
    let mut rest = target.split_whitespace();
    while let Some(word) = rest.next() {
        let mut word = ShellWord::constant(word);
        if runs_a_helper(&word.text) {
            for more in rest.by_ref() {
                word.text.push(' ');
                word.text.push_str(more);
            }
        }
        word.dynamic = word.text.contains(['$', '`']);
        words.push(word);
    }
    words
}

/// Why a target that holds shell text is not known: nobody says whether it will be expanded.
fn shell_text(target: &str) -> Option<String> {
    let special = |c: char| "$`{}()'\"<>|&;!\\".contains(c);
    target
        .contains(special)
        .then(|| format!("`{target}` holds shell text; a target names its refs as they are"))
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
    let mut specs = spellings(plain, &mut push.remote);
    if specs.len() > MAX_READINGS {
        specs.truncate(MAX_READINGS);
        push.unknown_target = Some("it can be read in too many ways".to_owned());
    }
    for spec in specs {
        let moves = match spec {
            "" => head(current_branch, forced),
            spec => read(spec, current_branch, forced, kind == Kind::Delete),
        };
        if !moves.refs.is_empty() && !readings.contains(&moves.refs) {
            readings.push(moves.refs);
        }
        push.unknown_target = moves.unknown.or(push.unknown_target);
        if let Some(excluded) = moves.excludes {
            let reason = format!("`^{excluded}` excludes refs and names none");
            push.unknown_target = Some(reason);
        }
    }
    if readings.is_empty() {
        readings.push(Vec::new());
    }
    if push.remote.as_deref().is_some_and(runs_a_helper) {
        push.unknown_target = Some("the remote is a program that git runs".to_owned());
    }
    push.readings = readings;
    push
}

/// Ways to read one target that are followed. Each slash is one; names of branches have few.
const MAX_READINGS: usize = 32;

/// Each refspec that `target` can mean; an empty one is the current branch.
fn spellings<'a>(target: &'a str, remote: &mut Option<String>) -> Vec<&'a str> {
    if REMOTES.contains(&target) || runs_a_helper(target) {
        *remote = Some(target.to_owned());
        return vec![""];
    }
    if target.starts_with("refs/") {
        return vec![target];
    }
    if let Some((source, destination)) = target.split_once(':') {
        return addressed(target, source, destination, remote);
    }
    let Some((first, rest)) = target.split_once('/') else {
        return vec![target];
    };
    if first.is_empty() || rest.is_empty() {
        return vec![target];
    }
    if REMOTES.contains(&first) {
        *remote = Some(first.to_owned());
        return vec![rest];
    }
    if let Some(at) = target.find("/refs/") {
        let (name, full) = target.split_at(at);
        *remote = Some(name.to_owned());
        return vec![full.trim_start_matches('/')];
    }
    // The name of a remote may hold slashes too (git-check-ref-format(1)).
    let mut all = suffixes(target);
    all.push(target);
    all
}

/// `source:destination`, or the address of a remote (`host:path/branch`, a URL).
fn addressed<'a>(
    target: &'a str,
    source: &str,
    destination: &'a str,
    remote: &mut Option<String>,
) -> Vec<&'a str> {
    if destination.starts_with("//") || (source.contains('@') && source != "@") {
        *remote = Some(target.to_owned());
        let mut all = suffixes(destination);
        all.push("");
        return all;
    }
    let names_source = matches!(source, "" | "HEAD" | "@") || source.starts_with("refs/");
    let mut all = match names_source {
        true => Vec::new(),
        false => suffixes(destination),
    };
    all.push(target);
    all
}

/// The text behind each slash.
fn suffixes(text: &str) -> Vec<&str> {
    let behind = text
        .match_indices('/')
        .filter_map(|(at, _)| text.get(at + 1..));
    behind
        .filter(|rest| !rest.is_empty())
        .take(MAX_READINGS + 1)
        .collect()
}
