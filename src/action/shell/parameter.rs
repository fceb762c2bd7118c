//! Parameter expansion (bash(1), "Parameter Expansion"): which parameter, and what it holds.

use super::arithmetic::arithmetic;
use super::expand::{self, Expander};
use super::held::Held;
use super::names::{is_name, name_length};
use super::scan::{self, slice};
use super::variable::{Variable, may_climb, subscripted};
use super::{ShellWord, Unparsed, arithmetic};

/// The text between `${` and `}`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parameter<'a> {
    /// `!`: the value is the name of another one.
    indirect: bool,
    /// `#`: its length, or how many there are.
    length: bool,
    /// A name, digits, or one of the special characters.
    pub(super) subject: &'a str,
    /// The text between `[` and `]`.
    pub(super) subscript: Option<&'a str>,
    /// What is left: an operator and its word.
    pub(super) operator: &'a str,
}

impl<'a> Parameter<'a> {
    fn parse(inner: &'a str) -> Option<Self> {
        match inner.strip_prefix(['!', '#']) {
            Some("") | None => Self::subject(inner),
            Some(rest) => {
                let found = Self::subject(rest);
                if inner.starts_with('#') {
                    let length = found.filter(|found| found.operator.is_empty());
                    return match length {
                        Some(found) => Some(Self {
                            length: true,
                            ..found
                        }),
                        None => Self::special(inner),
                    };
                }
                let names = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '@' | '*');
                if rest.starts_with(names) || rest == "#" {
                    return found.map(|found| Self {
                        indirect: true,
                        ..found
                    });
                }
                Self::special(inner)
            }
        }
    }

    fn subject(text: &'a str) -> Option<Self> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let length = name_length(text).max(digits);
        if length == 0 {
            return Self::special(text);
        }
        let (subject, rest) = text.split_at_checked(length)?;
        let mut found = Self {
            indirect: false,
            length: false,
            subject,
            subscript: None,
            operator: rest,
        };
        if digits == 0 && rest.starts_with('[') {
            let end = scan::bracketed(rest, 1, 0).ok()?;
            found.subscript = Some(slice(rest, 1, end - 1));
            found.operator = rest.get(end..)?;
        }
        Some(found)
    }

    fn special(text: &'a str) -> Option<Self> {
        if !text.starts_with(['@', '*', '#', '?', '-', '$', '!']) {
            return None;
        }
        let (subject, operator) = text.split_at_checked(1)?;
        Some(Self {
            indirect: false,
            length: false,
            subject,
            subscript: None,
            operator,
        })
    }

    /// All of an array, or all positional parameters.
    pub(super) fn is_list(&self) -> bool {
        matches!(self.subscript, Some("@" | "*")) || matches!(self.subject, "@" | "*")
    }

    /// A variable as a whole, and no special parameter.
    pub(super) fn is_variable(&self) -> bool {
        is_name(self.subject) && self.subscript.is_none()
    }

    /// `*`: inside quotes one word.
    fn joins(&self) -> bool {
        self.subscript.unwrap_or(self.subject) == "*"
    }
}

/// Where in an array.
pub(super) enum Index {
    All,
    At(usize),
    Key(String),
    /// In front of the first: there is nothing.
    Before,
    Unknown,
}

/// Where an expansion is in the text, and how it is quoted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) quoted: bool,
}

impl Expander<'_, '_> {
    pub(super) fn variable(&mut self, name: &str, place: Place) -> Result<(), Unparsed> {
        let known_place = self.current.text.is_empty();
        let shows = place.quoted && self.prints;
        let value = self.walk.shell.value(name);
        let is_own = self.walk.shell.looks_at(name, value.as_ref());
        match value {
            Some(Variable::Text(text)) => self.push_value(&text, false, place),
            Some(Variable::Likely(text)) => self.push_value(&text, true, place),
            Some(Variable::Made(likely)) => self.push_made(likely.as_deref(), place),
            Some(Variable::Array(items)) if !items.is_empty() => self.elements(items, place),
            // Names of files below are shown, and no more.
            Some(Variable::Files(pattern)) if shows && !may_climb(&pattern) => {
                self.push_made(None, place)
            }
            // Without quotes a name is split at its blanks, and may become any words.
            Some(Variable::Files(pattern)) if place.quoted && known_place && self.splits => {
                self.current.glob = true;
                self.push(&pattern)
            }
            // The path module knows these two as well; as constants they are paths like any other.
            None if known_place && name == "HOME" => self.push("~"),
            None if known_place && name == "PWD" => self.push("."),
            _ if self.walk.shell.holds_number(name) => self.push_number(place.from, place.to),
            // It may become several words, and all are printed.
            None if is_own && (place.quoted || self.prints) => {
                self.open_made();
                self.push_as_written(place.from, place.to)
            }
            _ => self.push_dynamic(place.from, place.to),
        }
    }

    /// `$1`, `$@`, `$*`
    pub(super) fn positional(&mut self, name: &str, place: Place) -> Result<(), Unparsed> {
        if let ("0", Some(zero)) = (name, self.walk.shell.zero.clone()) {
            return self.push_words(&[zero], false, place);
        }
        let Some(arguments) = self.walk.shell.positional.clone() else {
            return self.push_dynamic(place.from, place.to);
        };
        if matches!(name, "@" | "*") {
            return self.push_words(&arguments, name == "*", place);
        }
        let index = name.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
        match index.and_then(|index| arguments.into_iter().nth(index)) {
            Some(word) => self.push_words(&[word], false, place),
            None => self.push_dynamic(place.from, place.to),
        }
    }

    /// `${…}`
    pub(super) fn braced(&mut self, place: Place) -> Result<(), Unparsed> {
        let inner = slice(self.raw, place.from + 2, place.to - 1);
        let Some(parameter) = Parameter::parse(inner) else {
            self.walk.unknown("a parameter expansion is not understood");
            self.walk.shell.may_leave_line();
            arithmetic::discard(self.walk, inner)?;
            return self.push_dynamic(place.from, place.to);
        };
        let is_own = self.looks_at_subject(&parameter);
        let index = self.index(&parameter)?;
        let index = self.counted(&parameter, index);
        if parameter.indirect {
            return self.indirect(&parameter, &index, place);
        }
        if is_status(&parameter) && !self.walk.shell.is_assigned(parameter.subject) {
            return self.push_number(place.from, place.to);
        }
        let held = self.held(&parameter, &index);
        if parameter.length {
            return self.push_length(is_own, place);
        }
        if !parameter.operator.is_empty() {
            return self.operate(&parameter, held, place);
        }
        let plain = parameter.subscript.is_none();
        let first = parameter.subject.chars().next();
        match (held, first) {
            (_, Some('@' | '*' | '0'..='9')) => self.positional(parameter.subject, place),
            (_, Some('#' | '?' | '$' | '!')) => self.push_number(place.from, place.to),
            (_, Some(c)) if plain && c != '-' => self.variable(parameter.subject, place),
            (Some(held), _) => self.push_held(&parameter, &held, place),
            (None, _) => self.push_dynamic(place.from, place.to),
        }
    }

    /// Notes that a parameter's value is looked at; whether the line itself made that value. What a
    /// value names may be anything.
    fn looks_at_subject(&mut self, parameter: &Parameter<'_>) -> bool {
        let shell = &mut *self.walk.shell;
        if !is_name(parameter.subject) {
            return true;
        }
        let value = shell.value(parameter.subject);
        let lists_keys = parameter.is_list() && parameter.operator.is_empty();
        if parameter.indirect && !lists_keys {
            shell.environment.reads += 1;
        }
        shell.looks_at(parameter.subject, value.as_ref())
    }

    /// `${#name}`. The length of a variable of the environment can tell what is in it.
    fn push_length(&mut self, is_own: bool, place: Place) -> Result<(), Unparsed> {
        match (is_own, self.counts) {
            (true, _) => self.push_number(place.from, place.to),
            (false, false) => self.push_dynamic(place.from, place.to),
            (false, true) => {
                self.walk.shell.environment.shows = true;
                self.push_number(place.from, place.to)
            }
        }
    }

    /// The subscript, which bash evaluates unless the array is one of texts by texts.
    fn index(&mut self, parameter: &Parameter<'_>) -> Result<Index, Unparsed> {
        match parameter.subscript {
            None => Ok(Index::At(0)),
            Some("@" | "*") => Ok(Index::All),
            Some(subscript) if self.is_map(parameter.subject) => {
                let key = self.walk.inside(|walk| expand::value(walk, subscript))?;
                arithmetic(self.walk, subscript)?;
                Ok((key.known()).map_or(Index::Unknown, |key| Index::Key(key.to_owned())))
            }
            Some(subscript) => {
                let index = arithmetic(self.walk, subscript)?;
                let index = index.and_then(|index| usize::try_from(index).ok());
                Ok(index.map_or(Index::Unknown, Index::At))
            }
        }
    }

    fn is_map(&self, name: &str) -> bool {
        matches!(self.walk.shell.value(name), Some(Variable::Map(_)))
    }

    /// What a parameter holds; nothing of it is certain where the walk doesn't know what bash does.
    fn held(&self, parameter: &Parameter<'_>, index: &Index) -> Option<Held> {
        let mut held = self.held_as_assigned(parameter, index)?;
        held.certain &= self.walk.shell.is_sure();
        Some(held)
    }

    fn held_as_assigned(&self, parameter: &Parameter<'_>, index: &Index) -> Option<Held> {
        let subject = parameter.subject;
        if matches!(subject, "@" | "*") {
            let words = self.walk.shell.positional.as_ref()?;
            return Some(Held::all(words));
        }
        if let Ok(number) = subject.parse::<usize>() {
            let word = self
                .walk
                .shell
                .positional
                .as_ref()?
                .get(number.checked_sub(1)?)?;
            return Some(Held::all(std::slice::from_ref(word)));
        }
        match (self.walk.shell.value(subject)?, index) {
            (Variable::Text(text), Index::All | Index::At(0)) => Held::one(text, true),
            (Variable::Likely(text) | Variable::Made(Some(text)), Index::All | Index::At(0)) => {
                Held::one(text, false)
            }
            (Variable::Array(items), Index::All) => Some(Held {
                items,
                certain: true,
            }),
            (Variable::Array(items), Index::At(at)) => Held::one(items.get(*at)?.clone(), true),
            (Variable::Array(_), Index::Before) => Held::one(String::new(), true),
            (Variable::Map(items), Index::All) => Some(Held {
                // bash gives them in an order of its own.
                items: items.into_iter().map(|(_, value)| value).collect(),
                certain: false,
            }),
            (Variable::Map(items), Index::Key(key)) => {
                let value = items.iter().rev().find(|(name, _)| name == key)?;
                Held::one(value.1.clone(), false)
            }
            _ => None,
        }
    }

    /// What a parameter holds, as the words that it becomes.
    pub(super) fn push_held(
        &mut self,
        parameter: &Parameter<'_>,
        held: &Held,
        place: Place,
    ) -> Result<(), Unparsed> {
        if held.items.is_empty() && !held.certain {
            return self.push_dynamic(place.from, place.to);
        }
        let word = |text: &String| ShellWord {
            text: text.clone(),
            dynamic: !held.certain,
            glob: false,
            shown: false,
        };
        let words: Vec<ShellWord> = held.items.iter().map(word).collect();
        self.push_words(&words, parameter.joins(), place)
    }

    /// `${!name}`: what the name's value names. Its subscript, if it has one, is evaluated.
    fn indirect(
        &mut self,
        parameter: &Parameter<'_>,
        index: &Index,
        place: Place,
    ) -> Result<(), Unparsed> {
        self.walk.shell.may_leave_line();
        let name = is_name(parameter.subject);
        if name && parameter.subscript.is_none() && matches!(parameter.operator, "*" | "@") {
            return self.push_dynamic(place.from, place.to);
        }
        let held = self.held(parameter, index);
        if matches!(index, Index::All) && parameter.operator.is_empty() {
            return match (self.walk.shell.value(parameter.subject), held) {
                (Some(Variable::Array(items)), Some(held)) if held.certain => {
                    let keys: Vec<String> = (0..items.len()).map(|key| key.to_string()).collect();
                    self.push_held(
                        parameter,
                        &Held {
                            items: keys,
                            certain: true,
                        },
                        place,
                    )
                }
                _ => self.push_dynamic(place.from, place.to),
            };
        }
        let known = held.as_ref().is_some_and(|held| held.certain);
        let target = held.and_then(|held| held.items.into_iter().next());
        let mut value = None;
        let target = target.as_deref().and_then(subscripted);
        if let Some((name, subscript)) = target {
            let found = Parameter {
                indirect: false,
                length: false,
                subject: name,
                subscript,
                operator: "",
            };
            let index = self.index(&found)?;
            value = self.held(&found, &index);
        }
        if !known || !matches!(target, Some((_, None))) {
            self.walk
                .unknown("`${!…}` evaluates what the variable holds");
        }
        if let Some(value) = &mut value {
            value.certain = false;
        }
        let plain = Parameter {
            indirect: false,
            ..*parameter
        };
        match (parameter.operator, value) {
            ("", Some(value)) => self.push_held(&plain, &value, place),
            ("", None) => self.push_dynamic(place.from, place.to),
            (_, value) => self.operate(&plain, value, place),
        }
    }
}

/// Whether it says how a part of the last pipeline ended, as a number (bash(1), `PIPESTATUS`).
fn is_status(parameter: &Parameter<'_>) -> bool {
    let is_plain = !parameter.indirect && !parameter.length && parameter.operator.is_empty();
    is_plain
        && parameter.subject == "PIPESTATUS"
        && parameter
            .subscript
            .is_none_or(|it| it.bytes().all(|byte| byte.is_ascii_digit()))
}
