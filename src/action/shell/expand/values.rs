//! The values of expansions, as the words that they become.

use super::Expander;
use crate::action::shell::parameter::Place;
use crate::action::shell::script::Printed;
use crate::action::shell::variable::Variable;
use crate::action::shell::{ShellWord, Unparsed};

impl Expander<'_, '_> {
    /// What a substitution prints counts towards a block. Towards an allow it counts only where it
    /// is certain and one word; else the word stays dynamic.
    pub(in crate::action::shell) fn push_printed(
        &mut self,
        printed: Option<Printed>,
        at: usize,
        end: usize,
        quoted: bool,
    ) -> Result<(), Unparsed> {
        let is_certain = printed.as_ref().is_some_and(|printed| printed.is_certain);
        let printed = printed.as_ref().map(|it| it.text.trim_end_matches('\n'));
        match printed {
            Some(text) if !text.is_empty() => self.push_value(
                text,
                !(is_certain && quoted),
                Place {
                    from: at,
                    to: end,
                    quoted,
                },
            ),
            _ => self.push_dynamic(at, end),
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
            self.current.dynamic |= likely;
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
                self.current.dynamic |= likely;
                self.push(part)?;
            }
            if parts.peek().is_some() {
                self.split();
            }
        }
        if likely {
            // It may as well be more than nothing.
            self.current.dynamic = true;
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
        for (index, word) in words.iter().enumerate() {
            if index > 0 && joins {
                self.push(&separator)?;
            } else if index > 0 {
                self.split();
            }
            self.push_value(&word.text, word.dynamic, place)?;
            self.current.glob |= word.glob;
        }
        Ok(())
    }
}
