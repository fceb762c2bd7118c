use super::options::{Meaning, Parsed, parse};
use super::refspec::{Moves, branch_update, checked_out, every, read};
use crate::action::facts::{Push, RefUpdate};
use crate::action::shell::ShellWord;

/// Operations that only read from a remote.
const READING: &[&str] = &["fetch", "pull", "ls-remote", "remote", "clone"];

/// What the words behind `git` do to a remote; the operation's name comes first.
///
/// `current_branch` is the branch that is checked out at that point of the command line;
/// without one, a push that names no ref has an unknown target.
#[must_use]
pub fn push_from_command(words: &[ShellWord], current_branch: Option<&str>) -> Push {
    let Some((operation, rest)) = words.split_first() else {
        return unknown("", Vec::new());
    };
    match operation.known() {
        Some("push") => push(rest, current_branch),
        Some(name) if READING.contains(&name) => reading(name),
        Some(name) => unknown(name, push(rest, current_branch).readings),
        None => unknown(&operation.text, vec![Vec::new()]),
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

/// An operation that is not known is judged like a push to its target.
fn unknown(operation: &str, readings: Vec<Vec<RefUpdate>>) -> Push {
    Push {
        writes: true,
        known: false,
        readings,
        unknown_target: Some(format!("`{operation}` is not a known operation")),
        ..reading(operation)
    }
}

/// The options that count. The last one wins.
#[derive(Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of git push"
)]
struct Switches {
    all: bool,
    mirror: bool,
    delete: bool,
    tags: bool,
    follow_tags: bool,
    dry_run: bool,
    force: bool,
    lease: bool,
    prune: bool,
    help: bool,
    repo: Option<String>,
    /// Why more than the named refs may move.
    reaches_further: Option<String>,
}

impl Switches {
    fn of(parsed: &Parsed) -> Self {
        let mut on = Self::default();
        for option in &parsed.options {
            let set = !option.negated;
            let value = option.value.as_ref().map(|value| value.text.as_str());
            match option.meaning {
                Meaning::Nothing => {}
                Meaning::All => on.all = set,
                Meaning::Mirror => on.mirror = set,
                Meaning::Delete => on.delete = set,
                Meaning::Tags => on.tags = set,
                Meaning::FollowTags => on.follow_tags = set,
                Meaning::DryRun => on.dry_run = set,
                Meaning::Force => on.force = set,
                Meaning::Lease => on.lease = set,
                Meaning::Prune => on.prune = set,
                Meaning::Help => on.help = true,
                Meaning::Repo => on.repo = value.map(str::to_owned),
                Meaning::Submodules => on.submodules(value),
                Meaning::Program => on.reach("it names the program that runs at the remote"),
            }
        }
        on
    }

    fn submodules(&mut self, value: Option<&str>) {
        if !matches!(value, None | Some("check" | "no" | "off" | "false")) {
            self.reach("it pushes submodules too");
        }
    }

    fn reach(&mut self, reason: &str) {
        self.reaches_further.get_or_insert(reason.to_owned());
    }

    fn forces(&self) -> bool {
        self.force || self.lease
    }
}

fn push(words: &[ShellWord], current_branch: Option<&str>) -> Push {
    let parsed = parse(words);
    let on = Switches::of(&parsed);
    let (remote, specs) = match parsed.arguments.split_first() {
        Some((remote, specs)) => (Some(remote.text.clone()), specs),
        None => (on.repo.clone(), [].as_slice()),
    };
    let mut targets = Targets {
        on: &on,
        current_branch,
        updates: Vec::new(),
        unknown: parsed.unknown.clone().or(on.reaches_further.clone()),
    };
    targets.collect(specs);
    let Targets {
        updates,
        mut unknown,
        ..
    } = targets;
    if remote
        .as_deref()
        .is_some_and(|remote| remote.starts_with("ext::"))
    {
        // gitremote-helpers(7): the rest is a command that git runs.
        unknown.get_or_insert("the remote is a command".to_owned());
    }
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

/// The refs that a push moves, as they are found.
struct Targets<'a> {
    on: &'a Switches,
    current_branch: Option<&'a str>,
    updates: Vec<RefUpdate>,
    unknown: Option<String>,
}

impl Targets<'_> {
    fn collect(&mut self, specs: &[ShellWord]) {
        let force = self.on.forces();
        if self.on.mirror {
            self.updates.push(every("refs/*", true, false));
            self.updates.push(every("refs/*", true, true));
        }
        if self.on.all {
            self.updates.push(every("refs/heads/*", force, false));
        }
        if self.on.tags {
            self.updates.push(every("refs/tags/*", force, false));
        }
        if specs.is_empty() && self.updates.is_empty() {
            self.current();
        }
        self.specs(specs);
        if self.on.follow_tags {
            self.updates.push(every("refs/tags/*", false, false));
        }
        if self.on.prune {
            self.prune();
        }
    }

    /// Without a refspec, the current branch moves (`push.default` = `simple`).
    fn current(&mut self) {
        match checked_out(self.current_branch) {
            Some(branch) => {
                let update = branch_update(branch, self.on.forces());
                self.updates.push(update);
            }
            None => self.note("the current branch is not known".to_owned()),
        }
    }

    fn specs(&mut self, specs: &[ShellWord]) {
        let mut specs = specs.iter();
        while let Some(spec) = specs.next() {
            if spec.dynamic {
                continue; // The parser has noted it.
            }
            if spec.text != "tag" {
                self.spec(&spec.text);
                continue;
            }
            match specs.next() {
                Some(name) if !name.dynamic => self.spec(&format!("refs/tags/{}", name.text)),
                Some(_) => {}
                None => self.note("`tag` names no tag".to_owned()),
            }
        }
    }

    /// An unquoted glob is read as it stands: mostly no file matches a refspec.
    fn spec(&mut self, text: &str) {
        match read(text, self.current_branch, self.on.forces(), self.on.delete) {
            Moves::Refs(refs) => self.updates.extend(refs),
            Moves::Unknown(reason) => self.note(reason),
        }
    }

    /// `--prune` deletes, among the refs that a pattern covers, those without a local one.
    fn prune(&mut self) {
        let patterns = self.updates.iter().filter(|update| update.glob);
        let deletions: Vec<RefUpdate> = patterns
            .map(|update| every(&update.name, update.force, true))
            .collect();
        self.updates.extend(deletions);
    }

    fn note(&mut self, reason: String) {
        self.unknown.get_or_insert(reason);
    }
}
