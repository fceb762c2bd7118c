//! Searches the texts of a decision by the rules.

use std::iter;
use std::ops::Range;
use std::sync::Arc;

use regex::{Captures, Match, Regex};

use super::effort::{Effort, TooMuch};
use super::limits::MAX_CAPTURED_BYTES;
use super::searched_text::SearchedText;
use super::{END, Redaction, Rule, marks, ordinary};

pub(super) struct Found<'a> {
    pub(super) rule: &'a Arc<str>,
    pub(super) text: &'a str,
    pub(super) at: usize,
}

pub(super) fn search<'a>(
    redaction: &'a Redaction,
    text: &'a SearchedText,
    effort: &mut Effort,
) -> Result<Vec<Found<'a>>, TooMuch> {
    let mut search = Search {
        text,
        effort,
        marks: marks::spans(&text.searched),
        found: Vec::new(),
    };
    for index in redaction.set.matches(&text.searched) {
        if let Some(rule) = redaction.rules.get(index) {
            match &rule.head {
                None => search.find(rule, 0..text.searched.len())?,
                Some(head) => {
                    search.effort.search(text.searched.len())?;
                    for range in commands(head, &text.searched) {
                        search.find(rule, range)?;
                    }
                }
            }
        }
    }
    Ok(search.found)
}

struct Search<'a, 'e> {
    text: &'a SearchedText,
    effort: &'e mut Effort,
    /// The ranges that are marks already.
    marks: Vec<Range<usize>>,
    found: Vec<Found<'a>>,
}

impl<'a> Search<'a, '_> {
    fn find(&mut self, rule: &'a Rule, range: Range<usize>) -> Result<(), TooMuch> {
        let from = range.start;
        let Some(text) = self.text.searched.get(range) else {
            return Ok(());
        };
        self.effort.search(text.len())?;
        for matched in rule.regex.find_iter(text) {
            self.effort.find()?;
            let span = match matched.len() > MAX_CAPTURED_BYTES {
                true => Some(matched.range()),
                false => {
                    self.effort.capture(matched.len())?;
                    secret_in(rule, text, &matched)
                }
            };
            if let Some(span) = span {
                self.add(rule, from + span.start..from + span.end);
            }
        }
        Ok(())
    }

    /// Adds what is found, without the marks in it. What begins within a mark was found by the
    /// name that the mark has.
    fn add(&mut self, rule: &'a Rule, span: Range<usize>) {
        let first = self.marks.partition_point(|mark| mark.end <= span.start);
        let marks = self.marks.get(first..).unwrap_or_default();
        let marks: Vec<_> = marks
            .iter()
            .take_while(|mark| mark.start < span.end)
            .cloned()
            .collect();
        if marks.first().is_some_and(|mark| mark.start < span.start) {
            return;
        }
        let beside_marks = !marks.is_empty();
        let mut at = span.start;
        for mark in marks.into_iter().chain(iter::once(span.end..span.end)) {
            self.part(rule, at..mark.start, beside_marks);
            at = mark.end;
        }
    }

    fn part(&mut self, rule: &'a Rule, span: Range<usize>, beside_marks: bool) {
        // The two texts are byte for byte as long.
        let Some(text) = self.text.plain.get(span.clone()) else {
            return;
        };
        // Someone's own pattern can span texts.
        for text in text.split(END) {
            let is_rest = beside_marks && !ordinary::is_worth_a_mark(text);
            if !is_rest && ordinary::is_secret(text, rule.own) {
                self.found.push(Found {
                    rule: &rule.name,
                    text,
                    at: span.start,
                });
            }
        }
    }
}

/// The rests of the simple commands that `head` begins, each from the white space on.
fn commands(head: &Regex, text: &str) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for found in head.find_iter(text) {
        // Its last byte is the white space.
        let start = found.end().saturating_sub(1);
        if ranges.last().is_none_or(|last| last.end <= start) {
            ranges.push(start..end_of_command(text, start));
        }
    }
    ranges
}

/// Where the next line or command begins. Quotes are not read here: facts' words have none.
fn end_of_command(text: &str, start: usize) -> usize {
    let rest = text.as_bytes().get(start..).unwrap_or_default();
    let mut before = b'\0';
    let end = rest.iter().position(|byte| {
        let ends = match byte {
            b'\n' => before != b'\\',
            b'&' => before == b'&',
            b'\0' | b';' | b'|' => true,
            _ => false,
        };
        before = *byte;
        ends
    });
    end.map_or(text.len(), |end| start + end)
}

/// Where the secret is in what a rule matched. None if that is an option that takes no value.
fn secret_in(rule: &Rule, text: &str, matched: &Match<'_>) -> Option<Range<usize>> {
    let captures = rule.regex.captures_at(text, matched.start())?;
    let span = captures.name("secret").or_else(|| captures.get(0))?;
    (!is_switch(&captures)).then(|| span.range())
}

fn is_switch(captures: &Captures<'_>) -> bool {
    captures
        .name("option")
        .is_some_and(|option| !ordinary::takes_value(option.as_str()))
}
