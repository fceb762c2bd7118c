//! Assignments: `NAME=VALUE`, `NAME+=VALUE`, `NAME[SUBSCRIPT]=VALUE` and `NAME=(…)`.

use brush_parser::ast;

use super::arithmetic::arithmetic;
use super::state::Trust;
use super::variable::Variable;
use super::walk::{Done, Walk};
use super::{Unparsed, expand, names, scan};

impl Walk<'_> {
    /// The text of a word that looks like an assignment.
    pub(super) fn raw_assignment(&self, assignment: &ast::Assignment, word: &ast::Word) -> String {
        match (&assignment.name, &assignment.value) {
            (ast::AssignmentName::ArrayElementName(..), ast::AssignmentValue::Scalar(value)) => {
                self.texts.raw(&value.value)
            }
            _ => self.texts.raw(&word.value),
        }
    }

    /// `map`: `-A` is in front of it.
    pub(super) fn assignment(
        &mut self,
        assignment: &ast::Assignment,
        map: bool,
    ) -> Result<(String, Variable), Unparsed> {
        let name = match &assignment.name {
            ast::AssignmentName::VariableName(name) => name.clone(),
            ast::AssignmentName::ArrayElementName(name, _) => {
                self.shell.trusts_at_most(Trust::Likely);
                if let ast::AssignmentValue::Scalar(word) = &assignment.value {
                    self.element(name, &self.texts.raw(&word.value))?;
                }
                return Ok((name.clone(), Variable::Dynamic));
            }
        };
        let reads = self.shell.environment.reads;
        let mut value = match &assignment.value {
            ast::AssignmentValue::Scalar(word) => self.scalar(word)?,
            ast::AssignmentValue::Array(items) => {
                // To evaluate the keys is left out only where there surely is no array by numbers.
                let is_map = map && self.shell.is_sure() && !self.shell.is_assigned(&name);
                self.shell.notes_list(&name, true);
                let may_be_map = map || self.shell.maps.contains(&name);
                self.array(items, (may_be_map, is_map))?
            }
        };
        if self.shell.environment.reads == reads {
            value = value.made();
        }
        if !assignment.append {
            return Ok((name, value));
        }
        let joined = self.joined(&name, value)?;
        Ok((name, joined))
    }

    /// `NAME[SUBSCRIPT]=VALUE`
    fn element(&mut self, name: &str, raw: &str) -> Done {
        let assignment = names::assignment(raw);
        let subscript = assignment.and_then(|(_, value)| value.subscript);
        self.subscript(subscript.unwrap_or(raw))?;
        let value = assignment.map_or(raw, |(_, value)| value.text);
        if self.shell.is_integer(name) {
            return arithmetic(self, value).map(drop);
        }
        expand::value(self, value).map(drop)
    }

    fn scalar(&mut self, word: &ast::Word) -> Result<Variable, Unparsed> {
        let value = self.value(word)?;
        let raw = self.texts.raw(&word.value);
        Ok(if !value.dynamic {
            Variable::Text(value.text)
        } else if is_count(&raw) || self.prints_number(&raw) {
            Variable::Number
        } else if value.likely().is_some() {
            Variable::Likely(value.text)
        } else {
            Variable::Dynamic
        })
    }

    /// Whether a word that was just expanded is one substitution that prints numbers alone.
    pub(super) fn prints_number(&self, raw: &str) -> bool {
        let raw = unquoted(raw);
        let end = scan::substitution(raw, 0, 0, true);
        self.shell.prints_numbers
            && raw.starts_with("$(")
            && matches!(end, Ok(Some(end)) if end == raw.len())
    }

    /// `NAME+=VALUE`
    fn joined(&mut self, name: &str, value: Variable) -> Result<Variable, Unparsed> {
        if self.shell.is_integer(name) && self.shell.holds_number(name) {
            return Ok(match value.is_number() {
                true => Variable::Number,
                false => value,
            });
        }
        let old = self.shell.value(name);
        let is_own = value.is_own() && old.as_ref().is_some_and(Variable::is_own);
        let joined = match (old, value) {
            (Some(Variable::Text(old)), Variable::Text(new)) => {
                let joined = format!("{old}{new}");
                self.shell.spend_bytes(joined.len())?;
                Variable::Text(joined)
            }
            (
                Some(Variable::Text(old) | Variable::Likely(old) | Variable::Made(Some(old))),
                Variable::Text(new) | Variable::Likely(new) | Variable::Made(Some(new)),
            ) => {
                let joined = format!("{old}{new}");
                self.shell.spend_bytes(joined.len())?;
                Variable::Likely(joined)
            }
            (Some(Variable::Array(old)), Variable::Array(new)) => {
                let joined: Vec<String> = old.into_iter().chain(new).collect();
                let size = joined.iter().map(String::len).sum();
                self.shell.spend_bytes(size)?;
                Variable::Array(joined)
            }
            _ => Variable::Dynamic,
        };
        Ok(if is_own { joined.made() } else { joined })
    }

    /// The elements of `NAME=(…)`; in a `map` they have texts for keys.
    fn array(
        &mut self,
        items: &[(Option<ast::Word>, ast::Word)],
        (map, is_map): (bool, bool),
    ) -> Result<Variable, Unparsed> {
        let mut known = Some(Vec::new());
        let mut pairs = Some(Vec::new());
        for (index, word) in items {
            let raw = self.texts.raw(&word.value);
            if let Some(index) = index {
                let index = self.texts.raw(&index.value);
                arithmetic(self, &index)?;
            }
            let Some((key, text)) = keyed(&raw) else {
                pairs = None;
                for word in expand::words(self, &raw)? {
                    match (word.known(), &mut known) {
                        (Some(text), Some(known)) => known.push(text.to_owned()),
                        _ => known = None,
                    }
                }
                continue;
            };
            known = None;
            if !is_map {
                arithmetic(self, key)?;
            }
            let (key, value) = (expand::value(self, key)?, expand::value(self, text)?);
            match (key.known(), value.known(), &mut pairs) {
                (Some(key), Some(value), Some(pairs)) => {
                    pairs.push((key.to_owned(), value.to_owned()));
                }
                _ => pairs = None,
            }
        }
        Ok(match (map, known, pairs) {
            (true, _, Some(pairs)) => Variable::Map(pairs),
            (false, Some(known), _) => Variable::Array(known),
            _ => Variable::Dynamic,
        })
    }
}

/// `[KEY]=VALUE` among an array's elements.
fn keyed(raw: &str) -> Option<(&str, &str)> {
    if !raw.starts_with('[') {
        return None;
    }
    let end = scan::bracketed(raw, 1, 0).ok()?;
    let value = raw.get(end..)?;
    let value = value
        .strip_prefix("+=")
        .or_else(|| value.strip_prefix('='))?;
    Some((scan::slice(raw, 1, end - 1), value))
}

/// A value that is one expression, count or status: some number.
fn is_count(raw: &str) -> bool {
    let raw = unquoted(raw);
    if matches!(raw, "$#" | "$?" | "$$") {
        return true;
    }
    let whole =
        |end: Result<Option<usize>, Unparsed>| matches!(end, Ok(Some(end)) if end == raw.len());
    let expression = raw.starts_with("$((") && raw.ends_with("))") || raw.starts_with("$[");
    expression && whole(scan::substitution(raw, 0, 0, true))
}

fn unquoted(raw: &str) -> &str {
    let inner = raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"'));
    inner.unwrap_or(raw)
}
