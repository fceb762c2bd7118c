//! Operations on git remotes, by a command line or by a document, and the place where git works.

use super::collector::{Collector, Touch};
use crate::action::facts::{Facts, Push};
use crate::action::git;
use crate::action::path::{Base, Resolver};
use crate::action::program::{self, Leaf, Meaning};
use crate::action::shell::{Branch, Shell, ShellWord, Stdin, Visitor};

/// Why git is never allowed elsewhere: it takes the first repository that it finds, and runs
/// what that one's configuration and hooks say.
pub(super) const ANOTHER_REPOSITORY: &str =
    "git works in another directory than the workspace root, where another repository may be";

/// What git runs and writes for an operation that is no command line.
pub(super) fn document(words: &[ShellWord], resolver: &Resolver, mut push: Push) -> Facts {
    let mut collector = Collector::new(resolver, None);
    let start = resolver.start();
    if let Meaning::Runs(leaf) = program::interpret(words) {
        if !push.writes {
            let lifted = leaf.allow_lifted.first().cloned();
            push.unknown_target = push.unknown_target.or(lifted);
        }
        let touch = Touch {
            base: &start,
            via: "git_operation",
            command: None,
            search: None,
        };
        for operand in &leaf.operands {
            collector.operand(operand, touch);
        }
        let mut shell = Shell::new(start.clone(), collector.budget.clone());
        let started = collector.started(&mut shell, words, &leaf.starts, &[], &Stdin::Dynamic);
        if let Err(problem) = started.and_then(|()| collector.budget.spend(1)) {
            collector.unparsed(&problem);
        }
    }
    let shell = Shell::new(start.clone(), collector.budget.clone());
    let contacts = collector.contacts(&shell, words, false);
    collector.connects(contacts, 0);
    if !resolver.is_root(&start) {
        push.unknown_target
            .get_or_insert(ANOTHER_REPOSITORY.to_owned());
    }
    collector.facts.pushes.push(push);
    collector.facts
}

/// Where `push.default` is `upstream`, `git push origin A` moves the branch that A tracks.
const TRACKED: &str = "a branch of the line tracks another one, to which git may push it";

/// Whether `git checkout`, `switch` or `branch` makes a branch that tracks one of another name, or
/// may do so.
pub(super) fn tracks_another(forms: &[Vec<String>]) -> bool {
    let tracks = |form: &Vec<String>| {
        let [git, name, args @ ..] = form.as_slice() else {
            return false;
        };
        if git != "git" || !matches!(name.as_str(), "checkout" | "switch" | "branch") {
            return false;
        }
        let sets = |word: &String| {
            word.starts_with("--set-up") || (name == "branch" && word.starts_with("-u"))
        };
        let mut operands = args.iter().filter(|word| !word.starts_with('-'));
        let start = operands.nth(1);
        args.iter().any(sets) || start.is_some_and(|start| start.contains('/'))
    };
    forms.iter().any(tracks)
}

/// Whether each refspec of `git push REMOTE REFSPEC…` says which branch of the remote moves.
fn names_targets(words: &[ShellWord]) -> bool {
    let operands = words.iter().filter(|word| !word.text.starts_with('-'));
    let mut refspecs = operands.skip(2).peekable();
    refspecs.peek().is_some() && refspecs.all(|word| word.text.contains(':'))
}

impl Collector<'_> {
    pub(super) fn push(
        &mut self,
        shell: &Shell,
        words: &[ShellWord],
        leaf: &Leaf,
        base: &Base,
        index: usize,
    ) -> usize {
        let context = leaf.git.clone().unwrap_or_default();
        let start = self.resolver.start();
        let (branch, place) = match &shell.location.branch {
            // The caller's word is about the directory that the line starts in.
            Branch::Initial => (self.current_branch, Some(&start)),
            Branch::Switched { name, directory } => (Some(name.as_str()), Some(directory)),
            Branch::Unknown => (None, None),
        };
        let mut push = git::push_with_settings(words, branch, &context.settings);
        if context.elsewhere || place != Some(base) {
            // What is checked out there may be another branch: enough for a block, no more.
            let without = git::push_with_settings(words, None, &context.settings);
            push.unknown_target = push.unknown_target.or(without.unknown_target);
        }
        if self.tracks && push.writes && !names_targets(words) {
            push.unknown_target.get_or_insert(TRACKED.to_owned());
        }
        push.command = Some(index);
        self.facts.pushes.push(push);
        self.facts.pushes.len() - 1
    }
}
