//! Operators of parameter expansion: defaults, slices, patterns, letter case.

use super::arithmetic::arithmetic;
use super::expand::{self, Expander};
use super::held::Held;
use super::names::is_name;
use super::parameter::{Parameter, Place};
use super::pattern::{self, Cut};
use super::variable::Variable;
use super::{ShellWord, Unparsed, arithmetic, escape};

impl Expander<'_, '_> {
    /// `${parameter<operator>}`. What comes out counts as likely: it can be blocked.
    pub(super) fn operate(
        &mut self,
        parameter: &Parameter<'_>,
        held: Option<Held>,
        place: Place,
    ) -> Result<(), Unparsed> {
        let operator = parameter.operator;
        let (colon, rest) = match operator.strip_prefix(':') {
            Some(rest) => (true, rest),
            None => (false, operator),
        };
        if let Some(kind) = rest
            .chars()
            .next()
            .filter(|c| matches!(c, '-' | '=' | '?' | '+'))
        {
            if kind == '?' || (kind == '=' && !parameter.is_variable()) {
                self.walk.shell.may_leave_line();
            }
            let word = rest.get(1..).unwrap_or_default();
            return self.default(parameter, held, (kind, colon, word), place);
        }
        // Of a slice beyond the value, or a special parameter, bash may make an error.
        if operator.starts_with(':') || !parameter.is_variable() {
            self.walk.shell.may_leave_line();
        }
        let made = match operator.chars().next() {
            Some(':') => self.slice(parameter, held, rest)?,
            Some('#' | '%' | '/' | '^' | ',' | '~') => self.edit(held, operator)?,
            Some('@') if operator.len() == 2 => self.transform(held, operator)?,
            _ => {
                self.walk.unknown("a parameter expansion is not understood");
                arithmetic::discard(self.walk, operator)?;
                None
            }
        };
        match made {
            Some(items) => {
                let held = Held {
                    items,
                    certain: false,
                };
                self.push_held(parameter, &held, place)
            }
            None => self.push_dynamic(place.from, place.to),
        }
    }

    /// `-`, `=`, `?`, `+`: the parameter or a word.
    fn default(
        &mut self,
        parameter: &Parameter<'_>,
        held: Option<Held>,
        (kind, colon, word): (char, bool, &str),
        place: Place,
    ) -> Result<(), Unparsed> {
        let reads = self.walk.shell.environment.reads;
        let word = self.word(word, place.quoted)?;
        if kind == '?' {
            // The message goes to standard error.
            self.walk.shell.shows_since(reads);
        }
        let known = held.filter(|held| !(colon && held.is_empty()));
        if let Some(held) = known.filter(|_| kind != '+') {
            if kind == '=' && !held.certain {
                let text = held.items.first().cloned().unwrap_or_default();
                self.walk
                    .assigned(parameter.subject, Variable::Likely(text))?;
            }
            return self.push_held(parameter, &held, place);
        }
        if kind == '=' && is_name(parameter.subject) {
            let value = match parameter.subscript {
                None => Variable::Likely(word.text.clone()),
                Some(_) => Variable::Dynamic,
            };
            self.walk.assigned(parameter.subject, value)?;
        }
        // Whatever the parameter holds is the other reading.
        let other = self.splits && self.walk.shell.choose(2) == 1;
        if kind == '?' || word.text.is_empty() || other {
            return self.push_dynamic(place.from, place.to);
        }
        self.push_value(&word.text, true, place)
    }

    /// The word behind an operator; inside quotes a `'` is a plain character.
    fn word(&mut self, word: &str, quoted: bool) -> Result<ShellWord, Unparsed> {
        if !quoted {
            return self.walk.inside(|walk| expand::value(walk, word));
        }
        let mut word = self.walk.inside(|walk| expand::here_document(walk, word))?;
        word.text.retain(|c| c != '"');
        Ok(word)
    }

    /// `:offset` and `:offset:length`, both of which are evaluated.
    fn slice(
        &mut self,
        parameter: &Parameter<'_>,
        held: Option<Held>,
        range: &str,
    ) -> Result<Option<Vec<String>>, Unparsed> {
        let (offset, length) = match range.split_once(':') {
            Some((offset, length)) if is_plain(offset) => (offset, Some(length)),
            _ => (range, None),
        };
        let offset = arithmetic(self.walk, offset)?;
        let length = match length {
            Some(length) => Some(arithmetic(self.walk, length)?),
            None => None,
        };
        let (Some(held), Some(offset)) = (held, offset) else {
            return Ok(None);
        };
        let length = match length {
            Some(None) => return Ok(None),
            Some(Some(length)) => Some(length),
            None => None,
        };
        if parameter.is_list() {
            // `${@:1}` begins with `$1`.
            let first = i64::from(matches!(parameter.subject, "@" | "*"));
            return Ok(cut(&held.items, offset - first, length));
        }
        let text = held.items.into_iter().next().unwrap_or_default();
        let chars: Vec<char> = text.chars().collect();
        let part = cut(&chars, offset, length);
        Ok(part.map(|part| vec![part.into_iter().collect()]))
    }

    /// `#`, `%`, `/` with patterns, `^` and `,` with letter case.
    fn edit(
        &mut self,
        held: Option<Held>,
        operator: &str,
    ) -> Result<Option<Vec<String>>, Unparsed> {
        let kind = operator.chars().next().unwrap_or_default();
        let rest = operator.get(1..).unwrap_or_default();
        let doubled = rest.starts_with(kind);
        let rest = if doubled {
            rest.get(1..).unwrap_or_default()
        } else {
            rest
        };
        let word = self.walk.inside(|walk| expand::value(walk, rest))?;
        let Some(held) = held.filter(|_| !word.dynamic) else {
            return Ok(None);
        };
        let cut = match kind {
            '#' => Cut::Front(doubled),
            '%' => Cut::Back(doubled),
            '/' => Cut::Replace(doubled),
            _ if !word.text.is_empty() => return Ok(None),
            '^' => Cut::Upper(doubled),
            ',' => Cut::Lower(doubled),
            _ => return Ok(None),
        };
        let items = held.items.iter();
        Ok(items
            .map(|item| pattern::cut(item, &word.text, cut))
            .collect())
    }

    /// `@Q` and others like it.
    fn transform(
        &mut self,
        held: Option<Held>,
        operator: &str,
    ) -> Result<Option<Vec<String>>, Unparsed> {
        if operator == "@P" {
            self.walk.unknown("`${…@P}` runs what the variable holds");
            for item in held.iter().flat_map(|held| &held.items) {
                arithmetic::discard(self.walk, item)?;
            }
            // What the text escapes and expands is not followed: it is as good a guess as another.
            return Ok(held.map(|held| held.items));
        }
        let change = |item: &String| match operator {
            "@L" => Some(item.to_lowercase()),
            "@U" => Some(item.to_uppercase()),
            "@u" => pattern::cut(item, "", Cut::Upper(false)),
            "@E" => Some(escape::ansi_c(item)),
            _ => None,
        };
        if !matches!(
            operator,
            "@L" | "@U" | "@u" | "@E" | "@Q" | "@A" | "@K" | "@a" | "@k"
        ) {
            self.walk.unknown("a parameter expansion is not understood");
        }
        Ok(held.and_then(|held| held.items.iter().map(change).collect()))
    }
}

/// It holds no `?` whose `:` could be the one that was found, and no bracket.
fn is_plain(offset: &str) -> bool {
    !offset.contains(['?', '(', '[', '{', '$', '`'])
}

/// Items from an offset on; a negative one counts from the end, as does a negative length.
fn cut<T: Clone>(items: &[T], offset: i64, length: Option<i64>) -> Option<Vec<T>> {
    let count = i64::try_from(items.len()).ok()?;
    let from = if offset < 0 {
        count.checked_add(offset)?
    } else {
        offset
    };
    let to = match length {
        None => count,
        Some(length) if length < 0 => count.checked_add(length)?,
        Some(length) => from.checked_add(length)?.min(count),
    };
    let (from, to) = (usize::try_from(from).ok()?, usize::try_from(to).ok()?);
    items.get(from.min(to)..to).map(<[T]>::to_vec)
}
