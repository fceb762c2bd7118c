//! What was found, in each way that it can be written.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::iter;
use std::sync::Arc;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use percent_encoding::percent_decode_str;

use super::effort::{Effort, TooMuch};
use super::error::TooManySecrets;
use super::limits::{MIN_SECRET_BYTES, MIN_SECRET_PART_BYTES};
use super::marks::{self, mark};
use super::search::{Found, search};
use super::searched_text::Texts;
use super::{Redaction, RedactionKey, searched_text};
use crate::action::Request;

/// The secrets of one decision.
#[derive(Default)]
pub(super) struct Secrets {
    /// Each way to write one, and its mark.
    marks: BTreeMap<String, String>,
    /// Different secrets that each rule found.
    counts: BTreeMap<Arc<str>, usize>,
    /// The facts show a secret that the text hides.
    hidden: bool,
}

/// Every different secret once, in the order of the places.
fn distinct<'a: 'f, 'f>(
    found: impl IntoIterator<Item = &'f Found<'a>>,
) -> impl Iterator<Item = &'f Found<'a>> {
    let mut seen = HashSet::new();
    found
        .into_iter()
        .filter(move |found| seen.insert(found.text))
}

impl Secrets {
    /// What the rules find, if they find anything.
    pub(super) fn find(
        redaction: &Redaction,
        key: &RedactionKey,
        texts: Texts<'_>,
        effort: &mut Effort,
    ) -> Result<Option<Self>, TooMuch> {
        let text = searched_text::all(texts)?;
        let mut secrets = Self::default();
        let found = search(redaction, &text, effort)?;
        let (in_action, in_facts): (Vec<_>, Vec<_>) =
            found.iter().partition(|found| found.at < text.facts_at);
        for found in distinct(in_action) {
            secrets.add(key, found, effort)?;
        }
        if matches!(texts.action.request, Request::ExecuteCommand { .. }) {
            let shown: BTreeSet<&str> = in_facts.iter().map(|found| found.text).collect();
            secrets.hidden = secrets.hides(texts.action.target(), &shown, effort)?;
        }
        for found in distinct(in_facts) {
            secrets.add(key, found, effort)?;
        }
        Ok((!secrets.marks.is_empty()).then_some(secrets))
    }

    /// What the rules find in the strings of a JSON value, if they find anything.
    pub(super) fn find_in_json(
        redaction: &Redaction,
        key: &RedactionKey,
        value: &serde_json::Value,
    ) -> Result<Option<Self>, TooMuch> {
        let text = searched_text::json(value);
        let mut effort = Effort::unbounded();
        let mut secrets = Self::default();
        for found in distinct(&search(redaction, &text, &mut effort)?) {
            secrets.add(key, found, &mut effort)?;
        }
        Ok((!secrets.marks.is_empty()).then_some(secrets))
    }

    /// Whether one of the secrets that facts show is neither in the text of the command nor
    /// known from there.
    fn hides(
        &self,
        target: &str,
        shown: &BTreeSet<&str>,
        effort: &mut Effort,
    ) -> Result<bool, TooMuch> {
        for secret in shown {
            if self.marks.contains_key(*secret) {
                continue;
            }
            effort.search(target.len())?;
            if !target.contains(secret) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn add(
        &mut self,
        key: &RedactionKey,
        found: &Found<'_>,
        effort: &mut Effort,
    ) -> Result<(), TooMuch> {
        let meant = meant(found.text);
        if !self.marks.contains_key(&meant) {
            *self.counts.entry(Arc::clone(found.rule)).or_default() += 1;
        }
        let mark_of_all = match self.marks.get(&meant) {
            Some(known) => known.clone(),
            None => mark(key, found.rule, &meant),
        };
        for way in ways(found.text, meant) {
            self.keep(way, || mark_of_all.clone(), effort)?;
        }
        // A key's lines can be words of their own.
        let parts = found.text.split(|c: char| c.is_whitespace() || c == '\x1a');
        for part in parts.filter(|part| part.len() >= MIN_SECRET_PART_BYTES) {
            self.keep(part.to_owned(), || mark(key, found.rule, part), effort)?;
        }
        Ok(())
    }

    /// Keeps a way to write a secret, unless it is known.
    fn keep(
        &mut self,
        way: String,
        mark: impl FnOnce() -> String,
        effort: &mut Effort,
    ) -> Result<(), TooMuch> {
        if let Entry::Vacant(place) = self.marks.entry(way) {
            effort.keep(place.key())?;
            place.insert(mark());
        }
        Ok(())
    }

    /// Whether the facts show a secret that the text hides.
    pub(super) fn is_hidden(&self) -> bool {
        self.hidden
    }

    /// Adds the different secrets that each rule found.
    pub(super) fn count(&self, counts: &mut BTreeMap<Arc<str>, usize>) {
        for (name, count) in &self.counts {
            *counts.entry(Arc::clone(name)).or_default() += count;
        }
    }

    pub(super) fn replacer(&self) -> Result<Replacer<'_>, TooManySecrets> {
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            // Of few patterns it would make a DFA, with a kilobyte for each byte of a long one.
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(self.marks.keys())
            .map_err(|_| TooManySecrets)?;
        Ok(Replacer {
            automaton,
            marks: self.marks.values().collect(),
        })
    }
}

/// Puts marks in the place of secrets.
pub(super) struct Replacer<'a> {
    automaton: AhoCorasick,
    marks: Vec<&'a String>,
}

impl Replacer<'_> {
    /// Marks that are there already stay whole.
    pub(super) fn replace(&self, text: &mut String) {
        if !self.automaton.is_match(text.as_str()) {
            return;
        }
        let mut out = String::with_capacity(text.len());
        let mut from = 0;
        for span in marks::spans(text)
            .into_iter()
            .chain(iter::once(text.len()..text.len()))
        {
            let between = text.get(from..span.start).unwrap_or("");
            out.push_str(&self.automaton.replace_all(between, &self.marks));
            out.push_str(text.get(span.clone()).unwrap_or(""));
            from = span.end;
        }
        *text = out;
    }
}

/// The secret itself, of the way that a shell would be given it.
fn meant(text: &str) -> String {
    match shlex::split(text) {
        Some(mut words) if words.len() == 1 => words
            .pop()
            .filter(|word| word.len() >= MIN_SECRET_BYTES)
            .unwrap_or_else(|| text.to_owned()),
        _ => text.to_owned(),
    }
}

/// Every form of the secret that a text can contain.
fn ways(text: &str, meant: String) -> Vec<String> {
    let trimmed = text.trim_matches(['\'', '"', '\\']);
    let decoded = percent_decode_str(trimmed)
        .decode_utf8()
        .map(|decoded| decoded.into_owned());
    let mut ways = vec![
        text.to_owned(),
        trimmed.to_owned(),
        globset::escape(&meant),
        meant,
    ];
    ways.extend(decoded);
    ways.retain(|way| way.len() >= MIN_SECRET_BYTES);
    ways
}
