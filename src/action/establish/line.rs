//! A whole command line, followed once or, if shells differ about its ends of lines, twice.

use super::collector::{Collector, Lifts};
use crate::action::budget::Budget;
use crate::action::facts::{Facts, PathAccess, UnknownKind};
use crate::action::limits::MAX_WORK;
use crate::action::path::{Base, Resolver};
use crate::action::shell::{self, Shell, ShellWord, Stdin, Visitor as _};

/// Finds out what a command line would do, and gives the units of work that this took. If `work`
/// units, fewer than [`MAX_WORK`], are not enough, the facts are incomplete.
pub(super) fn facts(
    line: &str,
    resolver: &Resolver,
    current_branch: Option<&str>,
    work: usize,
) -> (Facts, usize) {
    facts_from(line, resolver, resolver.start(), current_branch, work)
}

/// As [`facts`], of a line that runs in the directory `start`.
pub(super) fn facts_from(
    line: &str,
    resolver: &Resolver,
    start: Base,
    current_branch: Option<&str>,
    work: usize,
) -> (Facts, usize) {
    let mut collector = Collector::new(resolver, current_branch);
    collector.budget = Budget::new(work);
    collector.start = start;
    collector.follow(line);
    if let Err(problem) = collector.budget.spend(1) {
        collector.unparsed(&problem);
    }
    let left = collector.budget.left();
    let mut spent = work - left;
    if collector.incomplete && (work == MAX_WORK || left > 0) {
        spent += collector.skim(line);
    }
    if collector.facts.commands.is_empty() && collector.facts.unknowns.is_empty() {
        collector.unknown(
            UnknownKind::Unparsed,
            "there is no command".to_owned(),
            None,
        );
    }
    if collector.shows_environment {
        super::known::shows_environment(&mut collector.facts.commands);
    }
    if collector.brings {
        super::carried::brings(&mut collector.facts);
    }
    super::known::fills(&mut collector.facts, &collector.endless);
    collector.facts.guard = super::guard::tampering(&collector.facts.commands);
    (collector.facts, spent)
}

/// What `git diff REVISION` shows in the directory `start`. None if that takes too much work.
pub(super) fn shown_by_diff(
    revision: &str,
    resolver: &Resolver,
    start: Base,
) -> Option<Vec<PathAccess>> {
    let mut collector = Collector::new(resolver, None);
    let mut shell = Shell::new(start, collector.budget.clone());
    let words = ["git", "diff", revision].map(ShellWord::constant);
    let result = collector.simple(&mut shell, &words, &Stdin::Inherited);
    let mut reads = collector.facts.reads;
    // No command of the action shows them.
    reads.iter_mut().for_each(|read| read.command = None);
    result.is_ok().then_some(reads)
}

impl Collector<'_> {
    /// Follows a line, and again if shells differ about its ends of lines: both readings count.
    fn follow(&mut self, line: &str) {
        let mut shell = Shell::new(self.start.clone(), self.budget.clone());
        let mut result = shell::run(&mut shell, sent(line), self);
        self.shows_environment |= shell.shows_environment();
        if shell.met_returns && result.is_ok() {
            let mut other = Shell::new(self.start.clone(), self.budget.clone());
            other.drops_returns = true;
            self.lasting = Lifts::default();
            result = shell::run(&mut other, line, self);
            self.shows_environment |= other.shows_environment();
        }
        self.ends();
        if let Err(problem) = result {
            self.unparsed(&problem);
        }
    }
}

/// A line without the end of line behind it, with which it may have been sent.
fn sent(line: &str) -> &str {
    let sent = line
        .strip_suffix("\r\n")
        .or_else(|| line.strip_suffix('\r'));
    sent.filter(|sent| !sent.ends_with('\\')).unwrap_or(line)
}
