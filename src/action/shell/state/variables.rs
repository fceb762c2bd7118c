//! The variables that a shell knows: how they are assigned, and what is known of their values.

use std::collections::HashMap;

use super::Shell;
use super::environment::means_something;
use crate::action::budget;
use crate::action::program;
use crate::action::shell::variable::{Attributes, EVALUATED, NUMBERS, Variable, set_by_shell};
use crate::action::shell::{ShellWord, Unparsed};

impl Shell {
    /// Each way to assign ends here, so that no value escapes the name's attributes.
    pub(in crate::action::shell) fn assign(&mut self, name: &str, value: Variable) {
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
            None if EVALUATED.contains(&name) => {
                let (value, evaluations) = Attributes::of_integer().applied(value);
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
        self.notes_list(name, matches!(value, Variable::Array(_) | Variable::Map(_)));
        let old = self.variables.insert(name.to_owned(), value);
        self.undo.push((name.to_owned(), old));
    }

    /// A value that the shell itself gives to one of its variables, as likely as another.
    pub(in crate::action::shell) fn guess(&mut self, name: &str, text: String) {
        let old = self
            .variables
            .insert(name.to_owned(), Variable::Likely(text));
        self.undo.push((name.to_owned(), old));
    }

    /// The value of a name, through names that refer to others.
    pub(in crate::action::shell) fn value(&self, name: &str) -> Option<Variable> {
        let reference = self.attributes.get(name).and_then(|a| a.reference.as_ref());
        if !self.is_sure() {
            let target = reference.map_or(name, String::as_str);
            return (self.variables.get(target).cloned()).map(Variable::likely);
        }
        match reference {
            Some(target) => {
                let mut value = self.variables.get(target).cloned()?;
                value.doubt();
                Some(value)
            }
            None => self.variables.get(name).cloned(),
        }
    }

    /// How much the script defined that gives later commands another meaning: aliases, functions, variables that
    /// programs start, attributes.
    pub(in crate::action::shell) fn lasting(&self) -> usize {
        let texts = self.aliases.values().map(|text| text.len() + 1);
        texts.sum::<usize>()
            + self.functions.len()
            + self.starting.len()
            + self
                .attributes
                .values()
                .map(Attributes::count)
                .sum::<usize>()
            + usize::from(self.distrusts)
            + self.trust as usize
            + self.lists.len()
    }

    /// Whether a name surely holds nothing but a number, which bash evaluates to itself.
    pub(in crate::action::shell) fn holds_number(&self, name: &str) -> bool {
        if !self.is_sure() {
            return false;
        }
        match self.variables.get(name) {
            Some(value) => value.is_number(),
            None => NUMBERS.contains(&name),
        }
    }

    /// Whether a command of this script may have made the name an array.
    pub(in crate::action::shell) fn may_be_array(&self, name: &str) -> bool {
        matches!(
            self.variables.get(name),
            Some(
                Variable::Array(_)
                    | Variable::Map(_)
                    | Variable::Made(_)
                    | Variable::Found
                    | Variable::Dynamic
            )
        )
    }

    /// Whether values of a name are evaluated as they are assigned.
    pub(in crate::action::shell) fn is_integer(&self, name: &str) -> bool {
        self.attributes.get(name).is_some_and(|a| a.integer)
    }

    /// Hides a name for the rest of the function that is running, if one is.
    pub(in crate::action::shell) fn hide(&mut self, name: &str) {
        let old = self.variables.get(name).cloned();
        let Some(frame) = self.locals.last_mut() else {
            return;
        };
        if !frame.iter().any(|(hidden, _)| hidden == name) {
            frame.push((name.to_owned(), old));
            self.insert(name, Variable::Dynamic);
        }
    }

    /// Whether a loop's next round may see another value than the one that was sure in the round since `mark`; any
    /// such value is forgotten if `forgets`.
    ///
    /// # Errors
    /// If looking at them takes more work than is left.
    pub(in crate::action::shell) fn differs_since(
        &mut self,
        mark: usize,
        forgets: bool,
    ) -> Result<bool, Unparsed> {
        let changes = self.undo.get(mark..).unwrap_or_default();
        self.budget
            .spend(budget::LOOK.saturating_mul(changes.len()))?;
        let mut first = HashMap::new();
        for (name, old) in changes {
            first.entry(name).or_insert(old);
        }
        let differs = |(name, old): &(&String, &Option<Variable>)| {
            let was_sure = match old {
                Some(old) => !old.is_doubted(),
                None => means_something(name),
            };
            was_sure && self.variables.get(*name) != old.as_ref()
        };
        let names = first.into_iter().filter(differs).map(|(name, _)| name);
        let names: Vec<String> = names.cloned().collect();
        for name in names.iter().filter(|_| forgets) {
            self.insert(name, Variable::Dynamic);
        }
        Ok(!names.is_empty())
    }

    /// No assignment from here on makes a value known.
    pub(in crate::action::shell) fn distrust_variables(&mut self) {
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
            dynamic: dynamic || !self.is_sure(),
            glob: false,
            shown: false,
        };
        self.variables.get(name).map(|variable| match variable {
            Variable::Text(text) => word(text, false),
            Variable::Likely(text) | Variable::Made(Some(text)) => word(text, true),
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
            Some(Variable::Text(text) | Variable::Likely(text) | Variable::Made(Some(text))) => {
                Some(text.as_str())
            }
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

    /// `HOME` and others like them are known by meaning as long as the script doesn't assign them.
    #[must_use]
    pub fn is_assigned(&self, name: &str) -> bool {
        self.variables.contains_key(name)
    }
}
