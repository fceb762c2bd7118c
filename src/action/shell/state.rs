//! What a shell knows at one point of a script: variables, functions, its directory.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use brush_parser::ast;

use super::texts::Texts;
use super::variable::{Attributes, Evaluation, NUMBERS, Variable, set_by_shell};
use super::{ShellWord, Unparsed};
use crate::action::budget::{self, Budget};
use crate::action::limits::{
    MAX_DIRECTORY_STACK, MAX_READINGS, MAX_SHELL_NESTING, MAX_WRAPPER_DEPTH,
};
use crate::action::path::Base;
use crate::action::program;

/// A shell's place: what decides which paths and refs its commands touch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The working directory.
    pub directory: Base,
    /// What `pushd` left behind, for `popd`; the last one on top. Shared, because every branch of a
    /// script copies its place, and paths may be long.
    pub stack: Vec<Rc<Base>>,
    /// The branch that is checked out.
    pub branch: Branch,
}

/// The branch that is checked out, at one point of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Branch {
    /// The one from before the script, whichever that is.
    Initial,
    /// The script switched to it, in this directory.
    Switched {
        /// The branch.
        name: String,
        /// Where: what is checked out elsewhere is not known by that.
        directory: Base,
    },
    /// The script may have switched to one that is not known.
    Unknown,
}

impl Standing {
    /// Puts a directory on the stack (`pushd`). The oldest of more than [`MAX_DIRECTORY_STACK`] is
    /// dropped: a shell that goes back that far is in a directory that is not known.
    pub(in crate::action) fn push(&mut self, directory: Base) {
        if self.stack.len() >= MAX_DIRECTORY_STACK {
            self.stack.remove(0);
        }
        self.stack.push(Rc::new(directory));
    }

    /// Takes the directory from the top of the stack (`popd`). It is unknown if the stack is empty.
    pub(in crate::action) fn pop(&mut self) -> Base {
        let top = self.stack.pop();
        top.map_or(Base::Unknown, Rc::unwrap_or_clone)
    }

    /// Either this or the other: what differs becomes unknown.
    fn or(&mut self, other: &Self) {
        if self.directory != other.directory {
            self.directory = Base::Unknown;
        }
        if self.stack != other.stack {
            self.stack.clear();
        }
        if self.branch != other.branch {
            self.branch = Branch::Unknown;
        }
    }
}

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
    pub standing: Standing,
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
    /// What process substitutions print, where that is known, by their text (`<(echo x)`).
    pub processes: HashMap<String, String>,
    /// The script itself comes from standard input, which its commands share.
    pub script_on_stdin: bool,
    /// Assignments don't mean what they say any more (an option of `declare` that isn't known).
    distrusts: bool,
    /// What `declare` said about names: integers, other names, letter case.
    pub(super) attributes: HashMap<String, Attributes>,
    /// What assignments to integers have bash evaluate, until the walk takes it.
    pub(super) evaluations: Vec<Evaluation>,
    /// The functions that are running: which of their variables hide which values.
    pub(super) locals: Vec<Vec<(String, Option<Variable>)>>,
    /// The reading of its expansions in which a command is followed, and how many there are.
    pub(super) reading: usize,
    pub(super) readings: usize,
    /// The text is only skimmed: see [`super::skim`].
    pub(super) skims: bool,
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
            standing: Standing {
                directory,
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
            processes: HashMap::new(),
            script_on_stdin: false,
            distrusts: false,
            attributes: HashMap::new(),
            evaluations: Vec::new(),
            locals: Vec::new(),
            reading: 0,
            readings: 1,
            skims: false,
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
        let (directory, stack) = (self.standing.directory.clone(), self.standing.stack.clone());
        let positional = self.positional.clone();
        let result = inner(self);
        self.positional = positional;
        while self.undo.len() > mark {
            if let Some((name, old)) = self.undo.pop() {
                self.restore(name, old);
            }
        }
        self.standing.directory = directory;
        self.standing.stack = stack;
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
        let (mark, standing) = (self.undo.len(), self.standing.clone());
        let positional = self.positional.clone();
        self.branches += 1;
        let result = inner(self);
        self.branches -= 1;
        self.blur(mark);
        if self.positional != positional {
            self.doubt_arguments();
        }
        self.standing.or(&standing);
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

    /// Takes `earlier` for as likely as the shell's present place.
    pub(super) fn stands_or(&mut self, earlier: &Standing) {
        self.standing.or(earlier);
    }

    /// Each way to assign ends here, so that no value escapes the name's attributes.
    pub(super) fn assign(&mut self, name: &str, value: Variable) {
        let value = match self.attributes.get(name).cloned() {
            Some(attributes) => {
                if let Some(target) = &attributes.reference
                    && target != name
                {
                    self.insert(target, Variable::Dynamic);
                }
                let (value, evaluations) = attributes.applied(value);
                self.evaluations.extend(evaluations);
                value
            }
            None => value,
        };
        self.insert(name, value);
    }

    fn insert(&mut self, name: &str, value: Variable) {
        let value = if self.distrusts || set_by_shell(name) {
            Variable::Dynamic
        } else {
            value
        };
        if program::may_be_started(name) && !self.starting.contains(name) {
            self.starting.insert(name.to_owned());
        }
        let old = self.variables.insert(name.to_owned(), value);
        self.undo.push((name.to_owned(), old));
    }

    /// The value of a name, through names that refer to others.
    pub(super) fn value(&self, name: &str) -> Option<Variable> {
        let reference = self.attributes.get(name).and_then(|a| a.reference.as_ref());
        match reference {
            Some(target) => {
                let mut value = self.variables.get(target).cloned()?;
                value.doubt();
                Some(value)
            }
            None => self.variables.get(name).cloned(),
        }
    }

    /// Whether a name surely holds nothing but a number, which bash evaluates to itself.
    pub(super) fn holds_number(&self, name: &str) -> bool {
        match self.variables.get(name) {
            Some(value) => value.is_number(),
            None => NUMBERS.contains(&name),
        }
    }

    /// Whether a command of this script may have made the name an array.
    pub(super) fn may_be_array(&self, name: &str) -> bool {
        matches!(
            self.variables.get(name),
            Some(Variable::Array(_) | Variable::Map(_) | Variable::Dynamic)
        )
    }

    /// Whether `declare -A` made a name an array of texts by texts.
    pub(super) fn is_map(&self, name: &str) -> bool {
        self.attributes.get(name).is_some_and(|a| a.map)
    }

    /// Whether values of a name are evaluated as they are assigned.
    pub(super) fn is_integer(&self, name: &str) -> bool {
        self.attributes.get(name).is_some_and(|a| a.integer)
    }

    /// Which of several readings of an expansion is followed this time.
    pub(super) fn choose(&mut self, readings: usize) -> usize {
        self.readings = self.readings.max(readings.min(MAX_READINGS));
        self.reading % readings.max(1)
    }

    /// Hides a name for the rest of the function that is running, if one is.
    pub(super) fn hide(&mut self, name: &str) {
        let old = self.variables.get(name).cloned();
        let Some(frame) = self.locals.last_mut() else {
            return;
        };
        if !frame.iter().any(|(hidden, _)| hidden == name) {
            frame.push((name.to_owned(), old));
            self.insert(name, Variable::Dynamic);
        }
    }

    /// No assignment from here on makes a value known.
    pub(super) fn distrust_variables(&mut self) {
        self.distrusts = true;
        self.forget_variables();
    }

    /// Any variable may have changed (`source`, `eval` of something unknown).
    pub fn forget_variables(&mut self) {
        // Where less is left than looking at them takes, the next step ends the work.
        let _ = self.spend(self.variables.len().saturating_mul(budget::BYTE));
        let sure = |(_, value): &(&String, &Variable)| !value.is_doubted();
        let names = self.variables.iter().filter(sure).map(|(name, _)| name);
        let names: Vec<String> = names.cloned().collect();
        for name in names {
            self.doubt(&name);
        }
        self.positional = None;
    }

    /// The value of a variable that the script assigns; marked where it holds only perhaps.
    #[must_use]
    pub fn assigned(&self, name: &str) -> Option<ShellWord> {
        let word = |text: &str, dynamic| ShellWord {
            text: text.to_owned(),
            dynamic,
            glob: false,
        };
        self.variables.get(name).map(|variable| match variable {
            Variable::Text(text) => word(text, false),
            Variable::Likely(text) => word(text, true),
            _ => word(&format!("${name}"), true),
        })
    }

    /// Variables that may make a program start their text, where that is known, in the order
    /// of their names.
    ///
    /// # Errors
    /// If looking at them takes more work than is left.
    pub fn starting_variables(&self) -> Result<Vec<(&str, &str)>, Unparsed> {
        if self.starting.is_empty() {
            return Ok(Vec::new());
        }
        self.budget
            .spend(budget::LOOK.saturating_mul(self.starting.len()))?;
        let text = |name| match self.variables.get(name) {
            Some(Variable::Text(text) | Variable::Likely(text)) => Some(text.as_str()),
            _ => None,
        };
        let names = self.starting.iter().map(String::as_str);
        Ok(names
            .filter_map(|name| text(name).map(|text| (name, text)))
            .collect())
    }

    /// A variable that a wrapper sets for what it runs (`env A=1`).
    pub fn set_variable(&mut self, name: &str, text: &str) {
        self.assign(name, Variable::Text(text.to_owned()));
    }

    /// `HOME` and the like are known by meaning as long as the script doesn't assign them.
    #[must_use]
    pub fn is_assigned(&self, name: &str) -> bool {
        self.variables.contains_key(name)
    }
}
