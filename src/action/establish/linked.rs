//! Symbolic links that the line itself makes: a path through one leads to what the link names.
//!
//! Links that were there before are not known. A path through a link of the line is judged as it is written
//! too, because the link may not come about.

use super::collector::{Collector, Link};
use crate::action::path::{Base, Resolver};
use crate::action::program::{Access, Operand, file_name};
use crate::action::shell::ShellWord;

/// Links that are remembered.
const MAX_LINKS: usize = 16;

impl Collector<'_> {
    /// Remembers the links that `ln -s` makes, if their words are constant.
    pub(super) fn notes_links(&mut self, words: &[ShellWord], operands: &[Operand], base: &Base) {
        let is_symbolic = |word: &ShellWord| {
            let text = word.text.as_str();
            let letters = text.strip_prefix('-').filter(|it| !it.starts_with('-'));
            letters.is_some_and(|it| it.contains('s')) || text.starts_with("--s")
        };
        let is_ln = words.first().is_some_and(|it| file_name(&it.text) == "ln");
        let is_link = is_ln && words.iter().any(is_symbolic);
        if !is_link || self.skimmed.is_some() {
            return;
        }
        let of = |access: Access| {
            let own = operands.iter().filter(move |it| it.access == access);
            own.filter_map(|it| it.word.known())
        };
        let places: Vec<&str> = of(Access::Write).take(MAX_LINKS).collect();
        for source in of(Access::Read).take(MAX_LINKS) {
            let own = [file_name(source)];
            let places = if places.is_empty() {
                own.as_slice()
            } else {
                places.as_slice()
            };
            for place in places {
                self.link(source, place, base);
            }
        }
    }

    fn link(&mut self, source: &str, place: &str, base: &Base) {
        if self.links.len() >= MAX_LINKS || self.paid(place, base).is_none() {
            return;
        }
        let at = self.resolver.change(base, place);
        // A relative text is read from the folder that the link lies in.
        let folder = self.resolver.change(&at, "..");
        let to = self.resolver.change(&folder, source);
        self.links.push(Link { at, to });
    }

    /// The path that a text leads to through a link of the line, and where it begins.
    pub(super) fn through_links(&self, text: &str, base: &Base) -> Vec<(String, &Base)> {
        if self.links.is_empty() || self.paid(text, base).is_none() {
            return Vec::new();
        }
        let spot = self.resolver.change(base, text);
        let links = self.links.iter();
        let found = links.filter_map(|link| {
            let rest = Resolver::below(&spot, &link.at)?;
            let rest = match rest.is_empty() {
                true => ".".to_owned(),
                false => rest,
            };
            let to = self.paid(&rest, &link.to)?;
            Some((rest, to))
        });
        found.collect()
    }
}
