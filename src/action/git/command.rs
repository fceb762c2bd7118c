use super::options::{Meaning, Parsed, parse};
use super::push_options;
use super::refspec::{Moves, every, exclude, head, read};
use super::settings::{PushDefault, Settings};
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
    push_with_settings(words, current_branch, &Settings::default())
}

/// As [`push_from_command`], with configuration that the command line itself brings.
#[must_use]
pub fn push_with_settings(
    words: &[ShellWord],
    current_branch: Option<&str>,
    settings: &Settings,
) -> Push {
    let Some((operation, rest)) = words.split_first() else {
        return unknown("", Vec::new());
    };
    match operation.known() {
        Some("push") => push(rest, current_branch, settings),
        Some(name) if READING.contains(&name) => reading(name),
        Some(name) => unknown(name, push(rest, current_branch, settings).readings),
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
                Meaning::Option => {
                    let more = value.and_then(push_options::does_more);
                    more.into_iter().for_each(|reason| on.reach(&reason));
                }
            }
        }
        on
    }

    /// What configuration adds to the options.
    fn configured(&mut self, settings: &Settings, remote: &str) {
        if settings.mirrors(remote) {
            (self.mirror, self.force) = (true, true);
        }
        self.follow_tags |= settings.is_on("push.followtags");
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

fn push(words: &[ShellWord], current_branch: Option<&str>, settings: &Settings) -> Push {
    let parsed = parse(words);
    let mut on = Switches::of(&parsed);
    let (remote, specs) = match parsed.arguments.split_first() {
        Some((remote, specs)) => (Some(remote.text.clone()), specs),
        None => (on.repo.clone(), [].as_slice()),
    };
    let remote = remote.or_else(|| settings.push_remote(current_branch).map(str::to_owned));
    let name_of_remote = remote.as_deref().unwrap_or(ORIGIN);
    on.configured(settings, name_of_remote);
    let mut targets = Targets {
        on: &on,
        current_branch,
        settings,
        remote: name_of_remote,
        updates: Vec::new(),
        excludes: Vec::new(),
        unknown: parsed.unknown.clone().or(on.reaches_further.clone()),
    };
    targets.collect(specs);
    let Targets {
        mut updates,
        excludes,
        mut unknown,
        ..
    } = targets;
    exclude(&mut updates, &excludes);
    if remote.as_deref().is_some_and(runs_a_helper) {
        unknown.get_or_insert("the remote is a program that git runs".to_owned());
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

/// The remote that git takes where nothing says another.
const ORIGIN: &str = "origin";

/// `HELPER::ADDRESS`: git runs `git-remote-HELPER` (gitremote-helpers(7)); `ext::` runs its
/// address (git-remote-ext(1)).
pub(super) fn runs_a_helper(remote: &str) -> bool {
    remote.contains("::")
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
    settings: &'a Settings,
    /// The remote's name, as configuration knows it.
    remote: &'a str,
    updates: Vec<RefUpdate>,
    /// What negative refspecs exclude.
    excludes: Vec<String>,
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

    /// Without a refspec: those of the configuration, else what `push.default` says
    /// (`simple` where nothing says otherwise).
    fn current(&mut self) {
        let configured = self.settings.configured(self.remote);
        if !configured.is_empty() {
            configured.into_iter().for_each(|spec| self.spec(spec));
            return;
        }
        let upstream = match self.settings.push_default() {
            PushDefault::Matching => return self.spec(":"),
            PushDefault::Upstream => self.settings.upstream(self.current_branch),
            PushDefault::Same => None,
        };
        match upstream {
            Some(full) => self.spec(&format!("HEAD:{full}")),
            None => self.take(head(self.current_branch, self.on.forces())),
        }
    }

    fn specs(&mut self, specs: &[ShellWord]) {
        let mut specs = specs.iter();
        while let Some(spec) = specs.next() {
            if spec.dynamic {
                // The parser has noted it, so no allow follows from what is read here.
                match spec.likely().filter(|text| !text.is_empty()) {
                    Some(text) => self.spec_or_mapped(text),
                    None => self.certain_end(&spec.text),
                }
                continue;
            }
            if spec.text != "tag" {
                self.spec_or_mapped(&spec.text);
                continue;
            }
            match specs.next() {
                Some(name) if !name.dynamic => self.spec(&format!("refs/tags/{}", name.text)),
                Some(_) => {}
                None => self.note("`tag` names no tag".to_owned()),
            }
        }
    }

    /// `$COMMIT:main`: whatever the source turns out to be, `main` moves.
    fn certain_end(&mut self, text: &str) {
        let Some((source, destination)) = text.rsplit_once(':') else {
            return;
        };
        let constant = !destination.contains(['$', '`', '*', '?', '[', '{', '}', ')']);
        if constant && !destination.is_empty() && !source.is_empty() {
            self.spec(&format!("HEAD:{destination}"));
        }
    }

    /// A name alone goes where configuration sends it, else to its own name.
    fn spec_or_mapped(&mut self, text: &str) {
        let (plain, forced) = match text.strip_prefix('+') {
            Some(plain) => (plain, "+"),
            None => (text, ""),
        };
        let alone = !self.on.delete && !plain.contains(':') && !matches!(plain, "HEAD" | "@");
        let sent = match alone {
            true => self.settings.sends(self.remote, plain),
            false => None,
        };
        match sent {
            Some(destination) => self.spec(&format!("{forced}{plain}:{destination}")),
            None => self.spec(text),
        }
    }

    /// An unquoted glob is read as written: mostly no file matches a refspec.
    fn spec(&mut self, text: &str) {
        let moves = read(text, self.current_branch, self.on.forces(), self.on.delete);
        self.take(moves);
    }

    fn take(&mut self, moves: Moves) {
        self.updates.extend(moves.refs);
        self.excludes.extend(moves.excludes);
        moves
            .unknown
            .into_iter()
            .for_each(|reason| self.note(reason));
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
