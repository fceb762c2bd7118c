//! What a parameter holds, as far as the walk knows.

use super::expand::Expander;
use super::parameter::{Index, Parameter, Place};
use super::variable::Variable;
use super::{ShellWord, Unparsed};

/// What a parameter holds, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Held {
    /// One text unless the parameter is a list.
    pub(super) items: Vec<String>,
    /// It holds this on every path.
    pub(super) certain: bool,
}

impl Held {
    fn one(text: String, certain: bool) -> Option<Self> {
        Some(Self {
            items: vec![text],
            certain,
        })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.items.iter().all(String::is_empty)
    }
}

impl Expander<'_, '_> {
    pub(super) fn is_map(&self, name: &str) -> bool {
        matches!(self.walk.shell.value(name), Some(Variable::Map(_)))
    }

    /// What a parameter holds; nothing of it is certain where the walk doesn't know what bash does.
    pub(super) fn held(&self, parameter: &Parameter<'_>, index: &Index) -> Option<Held> {
        let mut held = self.held_as_assigned(parameter, index)?;
        held.certain &= self.walk.shell.is_sure();
        Some(held)
    }

    fn held_as_assigned(&self, parameter: &Parameter<'_>, index: &Index) -> Option<Held> {
        let subject = parameter.subject;
        if matches!(subject, "@" | "*") {
            let words = self.walk.shell.positional.as_ref()?;
            return Some(held_words(words));
        }
        if let Ok(number) = subject.parse::<usize>() {
            let word = self
                .walk
                .shell
                .positional
                .as_ref()?
                .get(number.checked_sub(1)?)?;
            return Some(held_words(std::slice::from_ref(word)));
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
}

fn held_words(words: &[ShellWord]) -> Held {
    Held {
        items: words.iter().map(|word| word.text.clone()).collect(),
        certain: words.iter().all(|word| !word.dynamic && !word.glob),
    }
}
