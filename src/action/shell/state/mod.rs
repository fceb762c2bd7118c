//! What a shell knows at one point of a script: variables, functions, its directory.

mod environment;
mod trust;
mod variables;

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use brush_parser::ast;

pub(super) use environment::Environment;
pub(super) use trust::Trust;

use super::location::{Branch, Location};
use super::texts::Texts;
use super::variable::{Attributes, Evaluation, Variable};
use super::{ShellWord, Unparsed};
use crate::action::budget::{self, Budget};
use crate::action::limits::{MAX_READINGS, MAX_SHELL_NESTING, MAX_WRAPPER_DEPTH};
use crate::action::path::Base;

/// What a command would read from standard input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stdin {
    /// Whatever the agent's own process has there.
    Inherited,
    /// This text.
    Text(String),
    /// Something that only the run will show.
    Dynamic,
}

#[derive(Debug, Clone)]
pub(super) struct Function {
    pub(super) texts: Rc<Texts>,
    pub(super) body: Rc<ast::FunctionBody>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Definitions {
    pub(super) bodies: Vec<Function>,
    /// On some path the name still means a program.
    pub(super) uncertain: bool,
}

/// A shell in the middle of a script, as far as its state is known.
#[derive(Debug)]
pub struct Shell {
    /// Its place.
    pub location: Location,
    /// What a command that is not redirected reads.
    pub stdin: Stdin,
    /// What the current command was reached through, outermost first.
    pub via: Vec<String>,
    pub(super) variables: HashMap<String, Variable>,
    /// Names, ever assigned, of variables whose text programs start.
    starting: BTreeSet<String>,
    /// What to restore when a subshell ends: each change with the value before it.
    pub(super) undo: Vec<(String, Option<Variable>)>,
    pub(super) functions: HashMap<String, Definitions>,
    pub(super) positional: Option<Vec<ShellWord>>,
    /// `$0`
    pub(super) zero: Option<ShellWord>,
    /// What the last command likely printed.
    pub(super) guess: Option<String>,
    pub(super) branches: usize,
    /// What `alias` defined, by name. A script may switch their expansion on (`shopt`).
    pub aliases: HashMap<String, String>,
    /// What the last pipeline printed, if that is known.
    pub(super) printed: Option<String>,
    /// The last command was `cat` with a here-document, so that `printed` is what it prints.
    pub(super) passes_on: bool,
    /// The last command printed nothing but numbers.
    pub(super) prints_numbers: bool,
    /// What process substitutions print, where that is known, by their text (`<(echo x)`).
    pub processes: HashMap<String, String>,
    /// The script itself comes from standard input, which its commands share.
    pub script_on_stdin: bool,
    /// The next simple command is a part of a pipeline behind its first.
    pub(super) is_behind_pipe: bool,
    /// Assignments don't mean what they say any more (an option of `declare` that isn't known).
    distrusts: bool,
    /// What `declare` said about names: integers, other names, letter case.
    pub(super) attributes: HashMap<String, Attributes>,
    /// See [`trust`].
    trust: Trust,
    /// Names that were ever given a list of values.
    lists: BTreeSet<String>,
    /// Names that `declare -A` may have made arrays of texts by texts.
    pub(super) maps: BTreeSet<String>,
    /// A script of the line has more than one line.
    pub(super) has_lines: bool,
    /// Where the shell was when it may have left a loop or a function.
    jumps: Vec<Location>,
    /// How many functions were defined.
    defined: usize,
    /// What assignments to integers have bash evaluate, until the walk takes it.
    pub(super) evaluations: Vec<Evaluation>,
    /// The functions that are running: which of their variables hide which values.
    pub(super) locals: Vec<Vec<(String, Option<Variable>)>>,
    /// How often a function that is running may have come to a `return`.
    pub(super) returns: usize,
    /// The reading of its expansions in which a command is followed, and how many there are.
    pub(super) reading: usize,
    pub(super) readings: usize,
    /// A command is being expanded that is followed in each reading.
    pub(super) chooses: bool,
    /// A script had a carriage return at the end of a line.
    pub met_returns: bool,
    /// Carriage returns at the ends of lines mean nothing, as in some builds of bash.
    pub drops_returns: bool,
    /// The text is only skimmed: see [`super::skim`].
    pub(super) skims: bool,
    /// What the line does with variables of the environment.
    pub(super) environment: Environment,
    pub(super) budget: Budget,
    /// How many brackets may still be opened.
    nesting: usize,
    /// How many wrappers may still be looked through.
    wrappers: usize,
}

impl Shell {
    /// A shell that has run nothing yet.
    #[must_use]
    pub fn new(directory: Base, budget: Budget) -> Self {
        Self {
            location: Location {
                directory,
                elsewhere: Vec::new(),
                unless_failed: Vec::new(),
                stack: Vec::new(),
                branch: Branch::Initial,
            },
            stdin: Stdin::Inherited,
            via: Vec::new(),
            variables: HashMap::new(),
            starting: BTreeSet::new(),
            undo: Vec::new(),
            functions: HashMap::new(),
            positional: None,
            zero: None,
            guess: None,
            branches: 0,
            aliases: HashMap::new(),
            printed: None,
            passes_on: false,
            prints_numbers: false,
            processes: HashMap::new(),
            script_on_stdin: false,
            is_behind_pipe: false,
            distrusts: false,
            attributes: HashMap::new(),
            trust: Trust::Sure,
            lists: BTreeSet::new(),
            maps: BTreeSet::new(),
            has_lines: false,
            jumps: Vec::new(),
            defined: 0,
            evaluations: Vec::new(),
            locals: Vec::new(),
            returns: 0,
            reading: 0,
            readings: 1,
            chooses: false,
            met_returns: false,
            drops_returns: false,
            skims: false,
            environment: Environment::default(),
            budget,
            nesting: MAX_SHELL_NESTING,
            wrappers: MAX_WRAPPER_DEPTH,
        }
    }

    /// Takes units of work off the line's budget.
    ///
    /// # Errors
    /// If there are fewer left.
    pub fn spend(&mut self, units: usize) -> Result<(), Unparsed> {
        self.budget.spend(units)
    }

    /// Counts one simple command.
    ///
    /// # Errors
    /// If the line's budget ends.
    pub fn spend_command(&mut self) -> Result<(), Unparsed> {
        self.spend(budget::COMMAND)
    }

    pub(super) fn spend_bytes(&mut self, bytes: usize) -> Result<(), Unparsed> {
        self.spend(bytes.saturating_mul(budget::BYTE))
    }

    /// Runs `inner` one level deeper in brackets.
    pub(super) fn nested<T>(
        &mut self,
        inner: impl FnOnce(&mut Self) -> Result<T, Unparsed>,
    ) -> Result<T, Unparsed> {
        let left = self.nesting.checked_sub(1);
        self.nesting = left.ok_or_else(|| Unparsed::new("commands nest too deeply"))?;
        let result = inner(self);
        self.nesting += 1;
        result
    }

    /// Runs `inner` with `label` at the end of [`Self::via`].
    ///
    /// # Errors
    /// Those of `inner`, or if there are more than [`MAX_WRAPPER_DEPTH`] such levels.
    pub fn through<T>(
        &mut self,
        label: &str,
        inner: impl FnOnce(&mut Self) -> Result<T, Unparsed>,
    ) -> Result<T, Unparsed> {
        let left = self.wrappers.checked_sub(1);
        self.wrappers = left.ok_or_else(|| Unparsed::new("wrappers nest too deeply"))?;
        self.via.push(label.to_owned());
        let result = inner(self);
        self.via.pop();
        self.wrappers += 1;
        result
    }

    /// Runs `inner` in a copy of this shell: no change outlives it but that of the branch,
    /// which is the repository's.
    ///
    /// # Errors
    /// Those of `inner`.
    pub fn subshell<T>(
        &mut self,
        inner: impl FnOnce(&mut Self) -> Result<T, Unparsed>,
    ) -> Result<T, Unparsed> {
        let mark = self.undo.len();
        let outer = self.location.clone();
        let positional = self.positional.clone();
        let result = inner(self);
        self.positional = positional;
        while self.undo.len() > mark {
            if let Some((name, old)) = self.undo.pop() {
                self.restore(name, old);
            }
        }
        let branch = std::mem::replace(&mut self.location, outer).branch;
        self.location.branch = branch;
        result
    }

    /// Runs `inner` in this shell with these positional parameters, as `source FILE ARGUMENT…` does;
    /// with the present ones if there are no arguments.
    ///
    /// # Errors
    /// Those of `inner`.
    pub fn with_arguments<T>(
        &mut self,
        arguments: &[ShellWord],
        inner: impl FnOnce(&mut Self) -> Result<T, Unparsed>,
    ) -> Result<T, Unparsed> {
        if arguments.is_empty() {
            return inner(self);
        }
        let outer = self.positional.replace(arguments.to_vec());
        let result = inner(self);
        let kept = self.positional.as_deref() == Some(arguments);
        // What `set` changed inside stays, in bash.
        self.positional = outer.filter(|_| kept);
        result
    }

    fn restore(&mut self, name: String, old: Option<Variable>) {
        match old {
            Some(value) => self.variables.insert(name, value),
            None => self.variables.remove(&name),
        };
    }

    /// Gives a name the value from before a function hid it, so that a subshell can undo it.
    pub(super) fn reveal(&mut self, name: String, old: Option<Variable>) {
        self.undo
            .push((name.clone(), self.variables.get(&name).cloned()));
        self.restore(name, old);
    }

    /// Runs `inner` in a new shell process, which has no variables and functions of this one
    /// (what is exported comes through the environment, and counts as not known). Its
    /// positional parameters are `arguments`, `$0` in front, if they are known.
    ///
    /// # Errors
    /// Those of `inner`.
    pub fn child<T>(
        &mut self,
        arguments: Option<Vec<ShellWord>>,
        inner: impl FnOnce(&mut Self) -> Result<T, Unparsed>,
    ) -> Result<T, Unparsed> {
        let variables = std::mem::take(&mut self.variables);
        let functions = std::mem::take(&mut self.functions);
        let attributes = std::mem::take(&mut self.attributes);
        let locals = std::mem::take(&mut self.locals);
        let mut arguments = arguments;
        let zero = match &mut arguments {
            Some(words) if !words.is_empty() => Some(words.remove(0)),
            _ => None,
        };
        let zero = std::mem::replace(&mut self.zero, zero);
        let positional = std::mem::replace(&mut self.positional, arguments);
        let result = self.subshell(inner);
        self.zero = zero;
        self.variables = variables;
        self.functions = functions;
        self.attributes = attributes;
        self.locals = locals;
        self.positional = positional;
        result
    }

    /// Runs `inner`, which may or may not happen: what it changes is not known afterwards.
    pub(super) fn branch<T>(
        &mut self,
        inner: impl FnOnce(&mut Self) -> Result<T, Unparsed>,
    ) -> Result<T, Unparsed> {
        let (mark, location) = (self.undo.len(), self.location.clone());
        let positional = self.positional.clone();
        self.branches += 1;
        let result = inner(self);
        self.branches -= 1;
        self.blur(mark);
        if self.positional != positional {
            self.doubt_arguments();
        }
        self.location.or(&location);
        result
    }

    /// Doubts the values of variables that were assigned since `mark`.
    pub(super) fn blur(&mut self, mark: usize) {
        for (name, old) in self.undo.get(mark..).unwrap_or_default() {
            if let Some(value) = self.variables.get_mut(name) {
                if value.is_number() && old.as_ref().is_some_and(Variable::is_number) {
                    *value = Variable::Number;
                } else {
                    value.doubt();
                }
            }
        }
    }

    /// The positional parameters are these on some path only.
    pub(super) fn doubt_arguments(&mut self) {
        for word in self.positional.iter_mut().flatten() {
            word.dynamic = true;
        }
    }

    /// A variable's value holds on some path only.
    pub(super) fn doubt(&mut self, name: &str) {
        let mut value = self
            .variables
            .get(name)
            .cloned()
            .unwrap_or(Variable::Dynamic);
        value.doubt();
        self.assign(name, value);
    }

    /// A function may not be defined any more; any one, if the word isn't known.
    pub(super) fn doubt_function(&mut self, name: &ShellWord) {
        for (defined, definitions) in &mut self.functions {
            definitions.uncertain |= name.known().is_none_or(|name| name == defined);
        }
    }

    /// Takes `earlier` for as likely as the shell's present place.
    pub(super) fn may_be_at(&mut self, earlier: &Location) {
        self.location.or(earlier);
    }

    /// Which of several readings of an expansion is followed this time.
    pub(super) fn choose(&mut self, readings: usize) -> usize {
        self.readings = self.readings.max(readings.min(MAX_READINGS));
        self.reading % readings.max(1)
    }
}
