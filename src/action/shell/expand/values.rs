//! The values of expansions, as the words that they become.

use super::Expander;
use crate::action::shell::parameter::Place;
use crate::action::shell::variable::Variable;
use crate::action::shell::{ShellWord, Unparsed};

impl Expander<'_, '_> {
    /// What a substitution prints counts towards a block. Towards an allow it counts only where it
    /// is certain and one word; else the word stays dynamic.
    pub(in crate::action::shell) fn push_substituted(
        &mut self,
        script: &str,
        place: Place,
    ) -> Result<(), Unparsed> {
        let reads = self.walk.shell.environment.reads;
        let printed = self.walk.substitute(script, "$(…)")?;
        let is_own = self.walk.shell.environment.reads == reads;
        if self.walk.shell.prints_numbers {
            return self.push_number(place.from, place.to);
        }
        let is_certain = printed.as_ref().is_some_and(|printed| printed.is_certain);
        let text = printed.as_ref().map(|it| it.text.trim_end_matches('\n'));
        let text = text.filter(|text| !text.is_empty());
        match (text, is_own) {
            (Some(text), _) if is_certain && place.quoted => self.push_value(text, false, place),
            (text, true) => self.push_made(text, place),
            (Some(text), false) => self.push_value(text, true, place),
            (None, false) => self.push_dynamic(place.from, place.to),
        }
    }

    /// What the line made of something other than the environment; with the text that it likely has.
    pub(in crate::action::shell) fn push_made(
        &mut self,
        likely: Option<&str>,
        place: Place,
    ) -> Result<(), Unparsed> {
        if !place.quoted || !self.splits {
            return match likely {
                Some(text) => self.push_value(text, true, place),
                None => self.push_dynamic(place.from, place.to),
            };
        }
        self.open_made();
        match likely {
            Some(text) => self.push(text),
            None => self.push_as_written(place.from, place.to),
        }
    }

    /// A value: split and globbed unless it is quoted. `likely`: on some path only.
    pub(in crate::action::shell) fn push_value(
        &mut self,
        text: &str,
        likely: bool,
        place: Place,
    ) -> Result<(), Unparsed> {
        if place.quoted || !self.splits {
            if likely {
                self.open();
            }
            return self.push(text);
        }
        let separators = match self.walk.shell.value("IFS") {
            None => " \t\n".to_owned(),
            Some(
                Variable::Text(separators)
                | Variable::Likely(separators)
                | Variable::Made(Some(separators)),
            ) => separators,
            Some(_) => return self.push_dynamic(place.from, place.to),
        };
        let likely = likely || self.walk.shell.is_assigned("IFS");
        let mut parts = text.split(|c| separators.contains(c)).peekable();
        while let Some(part) = parts.next() {
            if !part.is_empty() {
                self.current.glob |= part.contains(['*', '?', '[']);
                if likely {
                    self.open();
                }
                self.push(part)?;
            }
            if parts.peek().is_some() {
                self.split();
            }
        }
        if likely {
            // It may as well be more than nothing.
            self.open();
            self.started = true;
        }
        Ok(())
    }

    /// The words of a list, which stay apart unless they are joined.
    pub(in crate::action::shell) fn push_words(
        &mut self,
        words: &[ShellWord],
        joins: bool,
        place: Place,
    ) -> Result<(), Unparsed> {
        let joins = !self.splits || (joins && place.quoted);
        let separator = match self.walk.shell.value("IFS").filter(|_| joins) {
            Some(Variable::Text(separators)) => separators.chars().take(1).collect(),
            Some(_) => return self.push_dynamic(place.from, place.to),
            None => " ".to_owned(),
        };
        let is_sure = self.walk.shell.is_sure();
        if words.is_empty() && !is_sure {
            return self.push_dynamic(place.from, place.to);
        }
        for (index, word) in words.iter().enumerate() {
            if index > 0 && joins {
                self.push(&separator)?;
            } else if index > 0 {
                self.split();
            }
            self.push_value(&word.text, word.dynamic || !is_sure, place)?;
            self.current.glob |= word.glob;
        }
        Ok(())
    }
}
