//! Parameter expansion (bash(1), "Parameter Expansion").

use super::Unparsed;
use super::arithmetic::{arithmetic, discard};
use super::expand::Expander;
use super::names::name_length;
use super::scan::slice;
use super::state::Variable;

impl Expander<'_, '_> {
    pub(super) fn variable(
        &mut self,
        name: &str,
        from: usize,
        to: usize,
        quoted: bool,
    ) -> Result<(), Unparsed> {
        let value = self.walk.shell.variables.get(name).cloned();
        let known_place = self.current.text.is_empty();
        match value {
            Some(Variable::Text(text)) => self.push_value(&text, from, to, quoted),
            Some(Variable::Likely(text)) => self.likely(&text, from, to, quoted),
            Some(Variable::Array(items)) if !items.is_empty() => {
                let first = items.into_iter().next().unwrap_or_default();
                self.push_value(&first, from, to, quoted)
            }
            // The path module knows these two as well; as constants they are paths like any other.
            None if known_place && name == "HOME" => self.push("~"),
            None if known_place && name == "PWD" => self.push("."),
            _ => self.push_dynamic(from, to),
        }
    }

    /// Text that may stand here, on some path or as far as it can be known.
    pub(super) fn likely(
        &mut self,
        text: &str,
        from: usize,
        to: usize,
        quoted: bool,
    ) -> Result<(), Unparsed> {
        self.current.dynamic = true;
        self.push_value(text, from, to, quoted)?;
        self.current.dynamic = true;
        self.started = true;
        Ok(())
    }

    /// A variable's value: split and globbed unless quoted.
    pub(super) fn push_value(
        &mut self,
        text: &str,
        from: usize,
        to: usize,
        quoted: bool,
    ) -> Result<(), Unparsed> {
        if quoted || !self.splits {
            return self.push(text);
        }
        if self.walk.shell.is_assigned("IFS") {
            return self.push_dynamic(from, to);
        }
        let blank = |c: char| matches!(c, ' ' | '\t' | '\n');
        let mut parts = text.split(blank).peekable();
        while let Some(part) = parts.next() {
            if !part.is_empty() {
                self.current.glob |= part.contains(['*', '?', '[']);
                self.push(part)?;
            }
            if parts.peek().is_some() {
                self.split();
            }
        }
        Ok(())
    }

    pub(super) fn positional(
        &mut self,
        name: &str,
        from: usize,
        to: usize,
    ) -> Result<(), Unparsed> {
        let Some(arguments) = self.walk.shell.positional.clone() else {
            return self.push_dynamic(from, to);
        };
        let picked = match name {
            "@" | "*" => arguments,
            _ => {
                let index = name.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
                match index.and_then(|index| arguments.into_iter().nth(index)) {
                    Some(word) => vec![word],
                    None => return self.push_dynamic(from, to),
                }
            }
        };
        for (index, word) in picked.into_iter().enumerate() {
            if index > 0 {
                self.split();
            }
            self.current.dynamic |= word.dynamic;
            self.current.glob |= word.glob;
            self.push(&word.text)?;
        }
        Ok(())
    }

    /// `${…}` between `at` and `end`.
    pub(super) fn braced(&mut self, at: usize, end: usize, quoted: bool) -> Result<(), Unparsed> {
        let inner = slice(self.raw, at + 2, end - 1);
        let (name, operator) = inner
            .split_at_checked(name_length(inner))
            .unwrap_or((inner, ""));
        if name.is_empty() {
            if matches!(operator, "@" | "*") || operator.parse::<u32>().is_ok() {
                return self.positional(operator, at, end);
            }
            discard(self.walk, operator)?;
            return self.push_dynamic(at, end);
        }
        if operator.is_empty() {
            return self.variable(name, at, end, quoted);
        }
        if let Some(items) = self.array(name, operator) {
            return self.push_items(&items);
        }
        discard(self.walk, operator)?;
        self.judge_operator(name, operator)?;
        let set = matches!(self.walk.shell.variables.get(name), Some(Variable::Text(text)) if !text.is_empty());
        if set
            && [":-", "-", ":=", "=", ":?", "?"]
                .iter()
                .any(|o| operator.starts_with(o))
        {
            return self.variable(name, at, end, quoted);
        }
        self.push_dynamic(at, end)
    }

    pub(super) fn array(&self, name: &str, operator: &str) -> Option<Vec<String>> {
        let Some(Variable::Array(items)) = self.walk.shell.variables.get(name) else {
            return None;
        };
        match operator {
            "[@]" | "[*]" => Some(items.clone()),
            _ => {
                let index = operator.strip_prefix('[')?.strip_suffix(']')?;
                let item = items.get(index.parse::<usize>().ok()?)?;
                Some(vec![item.clone()])
            }
        }
    }

    pub(super) fn push_items(&mut self, items: &[String]) -> Result<(), Unparsed> {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.split();
            }
            self.push(item)?;
        }
        Ok(())
    }

    /// What an operator does beside giving a value.
    pub(super) fn judge_operator(&mut self, name: &str, operator: &str) -> Result<(), Unparsed> {
        if operator.starts_with(":=") || operator.starts_with('=') {
            self.walk.shell.assign(name, Variable::Dynamic);
        } else if operator.contains("@P") {
            self.walk.unknown("`${…@P}` runs what the variable holds");
        } else if let Some(index) = operator.strip_prefix('[') {
            if !index.starts_with(['@', '*']) {
                return arithmetic(self.walk, index.split(']').next().unwrap_or(index));
            }
        } else if let Some(offset) = operator.strip_prefix(':')
            && !offset.starts_with(['-', '+', '?'])
        {
            return arithmetic(self.walk, offset);
        }
        Ok(())
    }
}
