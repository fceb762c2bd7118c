use super::options::{Meaning, Parsed, parse};
use super::refspec::{Moves, branch_update, every, read};
use crate::action::facts::{Push, RefUpdate};
use crate::action::shell::ShellWord;

/// Operations that only read from a remote.
const READING: &[&str] = &["fetch", "pull", "ls-remote", "remote", "clone"];

/// What the words behind `git` do to a remote; the operation's name comes first.
///
/// `current_branch` is the branch that is checked out at that point of the command line.
#[must_use]
pub fn push_from_command(words: &[ShellWord], current_branch: Option<&str>) -> Push {
    let Some((operation, rest)) = words.split_first() else {
        return other("");
    };
    match operation.known() {
        Some("push") => push(rest, current_branch),
        Some(name) if READING.contains(&name) => reading(name),
        _ => other(&operation.text),
    }
}

/// An operation that writes nothing to a remote.
pub(super) fn reading(operation: &str) -> Push {
    Push {
        operation: operation.to_owned(),
        writes: false,
        known: true,
        dry_run: false,
        remote: None,
        readings: vec![Vec::new()],
        unknown_target: None,
        command: None,
    }
}

/// An operation that is not known.
fn other(operation: &str) -> Push {
    Push {
        writes: true,
        known: false,
        unknown_target: Some(format!("`{operation}` is not a known operation")),
        ..reading(operation)
    }
}

/// The options that count, last one wins.
#[derive(Debug, Default)]
struct Switches {
    all: bool,
    mirror: bool,
    delete: bool,
    tags: bool,
    dry_run: bool,
    force: bool,
    prune: bool,
    help: bool,
    repo: Option<String>,
}

impl Switches {
    fn of(parsed: &Parsed) -> Self {
        let mut on = Self::default();
        for option in &parsed.options {
            let set = !option.negated;
            match option.meaning {
                Meaning::Nothing | Meaning::FollowTags => {}
                Meaning::All => on.all = set,
                Meaning::Mirror => on.mirror = set,
                Meaning::Delete => on.delete = set,
                Meaning::Tags => on.tags = set,
                Meaning::DryRun => on.dry_run = set,
                Meaning::Force => on.force = set,
                Meaning::Prune => on.prune = set,
                Meaning::Help => on.help = true,
                Meaning::Repo => on.repo = option.value.as_ref().map(|value| value.text.clone()),
            }
        }
        on
    }
}

fn push(words: &[ShellWord], current_branch: Option<&str>) -> Push {
    let parsed = parse(words);
    let on = Switches::of(&parsed);
    let (remote, specs) = match parsed.arguments.split_first() {
        Some((remote, specs)) => (Some(remote.text.clone()), specs),
        None => (on.repo.clone(), [].as_slice()),
    };
    let mut unknown = parsed.unknown.clone();
    let updates = updates(&on, specs, current_branch, &mut unknown);
    Push {
        operation: name(&updates).to_owned(),
        writes: true,
        known: true,
        dry_run: on.dry_run || on.help,
        remote,
        readings: vec![updates],
        unknown_target: unknown,
        command: None,
    }
}

fn name(updates: &[RefUpdate]) -> &'static str {
    if !updates.is_empty() && updates.iter().all(|update| update.delete) {
        return "delete";
    }
    match updates.iter().any(|update| update.force) {
        true => "force_push",
        false => "push",
    }
}

fn updates(
    on: &Switches,
    specs: &[ShellWord],
    current_branch: Option<&str>,
    unknown: &mut Option<String>,
) -> Vec<RefUpdate> {
    let mut updates = Vec::new();
    if on.mirror {
        updates.push(every("refs/*", true, false));
        updates.push(every("refs/*", true, true));
    }
    if on.all {
        updates.push(every("refs/heads/*", on.force, false));
    }
    if on.tags {
        updates.push(every("refs/tags/*", on.force, false));
    }
    if specs.is_empty() && updates.is_empty() {
        match current_branch.filter(|branch| !branch.is_empty()) {
            Some(branch) => updates.push(branch_update(branch, on.force)),
            None => {
                unknown.get_or_insert("the current branch is not known".to_owned());
            }
        }
    }
    read_specs(on, specs, current_branch, &mut updates, unknown);
    updates
}

fn read_specs(
    on: &Switches,
    specs: &[ShellWord],
    current_branch: Option<&str>,
    updates: &mut Vec<RefUpdate>,
    unknown: &mut Option<String>,
) {
    let mut specs = specs.iter();
    while let Some(spec) = specs.next() {
        let Some(text) = spec.known() else {
            unknown.get_or_insert(format!("`{}` is known only at run time", spec.text));
            continue;
        };
        let tag;
        let text = match text {
            "tag" if !on.delete => {
                let Some(name) = specs.next() else { return };
                tag = format!("refs/tags/{}", name.text);
                &tag
            }
            _ => text,
        };
        match read(text, current_branch, on.force, on.delete) {
            Moves::Refs(refs) => updates.extend(refs),
            Moves::Unknown(reason) => {
                unknown.get_or_insert(reason);
            }
        }
    }
}
