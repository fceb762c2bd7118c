//! The facts of a line while a shell walks through it.

use std::collections::HashSet;
use std::ops::Range;

use crate::action::budget::Budget;
use crate::action::facts::{Effect, Facts, PathAccess, Search};
use crate::action::limits::MAX_WORK;
use crate::action::path::{Base, Resolver};
use crate::action::program::{Operand, Runs};
use crate::action::shell::{Mark, ShellWord};

/// Collects facts while a shell walks through a line.
pub(super) struct Collector<'a> {
    pub(super) resolver: &'a Resolver,
    /// The directory that the line starts in.
    pub(super) start: Base,
    pub(super) current_branch: Option<&'a str>,
    pub(super) facts: Facts,
    /// What lifts an allow from all commands that follow (`export`, `alias`).
    pub(super) lasting: Lifts,
    /// What lifts an allow from the commands inside the present wrappers.
    pub(super) passing: Lifts,
    /// Whether the present command may happen only perhaps.
    pub(super) trial: Trial,
    /// The wrappers' own words: patterns such as `sudo *` are matched with them too.
    pub(super) forms: Vec<Vec<String>>,
    /// A branch was made in the line that may push to another one (`git checkout -b A origin/B`).
    pub(super) tracks: bool,
    pub(super) budget: Budget,
    /// The line shows variables of the environment, otherwise than as words of a command.
    pub(super) shows_environment: bool,
    /// A part of the line could not be followed.
    pub(super) incomplete: bool,
    /// Set while the line is skimmed, because it could not be followed.
    pub(super) skimmed: Option<Skimmed>,
    /// Files that redirections of the line have surely emptied or made.
    pub(super) made: HashSet<String>,
    /// `set -C`: a redirection may leave a file as it is.
    pub(super) keeps_files: bool,
    /// Files that the line wrote.
    pub(super) written: Written,
    /// What may go on without end.
    pub(super) endless: Endless,
    /// The present command of the line has a pipe as its standard input.
    pub(super) reads_pipe: bool,
    /// The line put files into the index of git that it doesn't name.
    pub(super) has_staged: bool,
    /// Files that the line put there by their names, with the directory that each path begins at.
    pub(super) staged: Vec<(Base, ShellWord)>,
    /// A command prints what came from another repository.
    pub(super) brings: bool,
    /// Symbolic links that the line made.
    pub(super) links: Vec<Link>,
    /// What may run in another order than it is walked in.
    pub(super) unordered: Unordered,
}

impl<'a> Collector<'a> {
    pub(super) fn new(resolver: &'a Resolver, current_branch: Option<&'a str>) -> Self {
        Self {
            resolver,
            start: resolver.start(),
            current_branch,
            facts: Facts::default(),
            lasting: Lifts::default(),
            passing: Lifts::default(),
            forms: Vec::new(),
            trial: Trial::No,
            tracks: false,
            budget: Budget::new(MAX_WORK),
            shows_environment: false,
            incomplete: false,
            skimmed: None,
            made: HashSet::new(),
            keeps_files: false,
            written: Written::default(),
            endless: Endless::default(),
            reads_pipe: false,
            has_staged: false,
            staged: Vec::new(),
            brings: false,
            links: Vec::new(),
            unordered: Unordered::default(),
        }
    }
}

/// A symbolic link, and where it leads.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) at: Base,
    pub(super) to: Base,
}

/// What depends on the state of files and of the repository.
#[derive(Debug)]
pub(super) enum Dependent {
    /// A command that shows more if files are staged that the line doesn't name.
    Shows(Shows),
    /// A program that is named by a path: the line may write it.
    Program { path: String, command: usize },
    /// A push, of which the branch and its remote are those of that moment.
    Push { command: usize },
}

/// What a command shows besides if files are staged that the line doesn't name.
#[derive(Debug)]
pub(super) struct Shows {
    pub(super) operands: Vec<Operand>,
    pub(super) base: Base,
    pub(super) via: String,
    pub(super) command: usize,
    pub(super) trial: Trial,
}

/// What of a line may run in another order than it was walked in.
#[derive(Debug, Default)]
pub(super) struct Unordered {
    pub(super) dependents: Vec<Dependent>,
    /// Parts that may go on until the line ends, each with the point at which the walk left it.
    pub(super) beside: Vec<(Range<Mark>, Mark)>,
    /// How often files were staged that the line doesn't name.
    pub(super) stagings: usize,
    /// How often the line switched to another branch.
    pub(super) switches: usize,
}

/// What of a line may go on without end.
#[derive(Debug, Default)]
pub(super) struct Endless {
    /// Commands that print without end, by their indices.
    pub(super) commands: Vec<usize>,
    /// A loop or a function may run again and again.
    pub(super) repeats: bool,
}

/// The reasons that keep commands from being allowed.
#[derive(Debug, Default)]
pub(super) struct Lifts {
    pub(super) reasons: Vec<String>,
    /// Variables that are not known to be harmless.
    pub(super) variables: Vec<String>,
}

impl Lifts {
    pub(super) fn lifted(&mut self, reasons: impl IntoIterator<Item = String>) {
        for reason in reasons {
            if !self.reasons.contains(&reason) {
                self.reasons.push(reason);
            }
        }
    }
}

/// Whether a command would happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Trial {
    /// It happens on a path through the line.
    No,
    /// Another command of the line runs it, and an allow of that one takes it in. What is unknown
    /// about it counts.
    Carried,
    /// It may happen. A block counts, and no allow is needed.
    Here,
    /// Like [`Self::Here`], but on another machine or in a container, whose paths are not the paths
    /// here.
    Elsewhere,
}

/// The parts of the facts that exist already, so that none is added twice.
#[derive(Debug, Default)]
pub(super) struct Skimmed {
    pub(super) commands: HashSet<String>,
    paths: HashSet<String>,
    pub(super) kept: usize,
    /// The index of the command that holds the forms of those of which no words are kept.
    pub(super) others: Option<usize>,
}

impl Skimmed {
    pub(super) fn key(forms: &[Vec<String>], effect: Effect) -> String {
        let bytes = forms.iter().flatten().map(|word| word.len() + 2);
        let mut key = String::with_capacity(bytes.sum::<usize>() + 1);
        key.push(match effect {
            Effect::None => 'n',
            Effect::Change => 'c',
            Effect::Destructive => 'd',
        });
        for form in forms {
            key.push('\u{1}');
            for word in form {
                key.push_str(word);
                key.push('\0');
            }
        }
        key
    }

    /// Whether a path was met before, in an access of this kind.
    pub(super) fn meets(&mut self, kind: char, access: &PathAccess) -> bool {
        let certainty = access.certainty;
        let key = format!("{kind}{certainty:?}{}\0{}", access.whole, access.path);
        !self.paths.insert(key)
    }
}

/// What the line wrote into files, as far as it is constant.
#[derive(Debug, Default)]
pub(super) struct Written {
    /// The path of each file, whichever root it lies below, and a text that was written to it.
    pub(super) texts: Vec<(String, String)>,
    pub(super) bytes: usize,
    /// The files that are running.
    pub(super) running: Vec<String>,
}

/// Where a path occurs, and what touches it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Touch<'a> {
    pub(super) base: &'a Base,
    pub(super) via: &'a str,
    pub(super) command: Option<usize>,
    /// What its walk skips, if it is a search.
    pub(super) search: Option<&'a Search>,
}

/// The command that starts another.
#[derive(Debug, Clone, Copy)]
pub(super) struct By<'a> {
    pub(super) name: &'a str,
    pub(super) runs: Runs,
}

impl<'a> By<'a> {
    /// One that runs scripts in a shell of their own.
    pub(super) fn apart(name: &'a str) -> Self {
        Self {
            name,
            runs: Runs::Apart,
        }
    }
}
