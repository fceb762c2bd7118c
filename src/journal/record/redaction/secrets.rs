//! What was found, in each way that it can be written.

use std::collections::BTreeMap;
use std::sync::Arc;

use aho_corasick::{AhoCorasick, MatchKind};
use hmac::{Hmac, Mac};
use percent_encoding::percent_decode_str;
use sha2::Sha256;

use super::super::RecordError;
use super::super::limits::{MIN_SECRET_BYTES, MIN_SECRET_PART_BYTES};
use super::super::subject::Redacted;
use super::haystack::{self, Haystack};
use super::{END, Redaction, RedactionKey};
use crate::action::facts::Facts;
use crate::action::{Action, Request};

/// The name of the mark that replaces a text that hides a secret.
const WITHHELD: &str = "withheld";

/// The secrets of one decision.
#[derive(Default)]
pub(super) struct Secrets {
    /// Each way to write one, and its mark.
    marks: BTreeMap<String, String>,
    /// Different secrets that each rule found.
    counts: BTreeMap<Arc<str>, usize>,
    /// What stands in the place of a target that hides a secret.
    withheld: Option<String>,
}

impl Secrets {
    /// What the rules find, if they find anything.
    pub(super) fn find(
        redaction: &Redaction,
        key: &RedactionKey,
        action: &Action,
        facts: &Facts,
    ) -> Option<Self> {
        let haystack = haystack::all(action, facts);
        let mut secrets = Self::default();
        let found = search(redaction, &haystack);
        let (in_action, in_facts): (Vec<_>, Vec<_>) =
            found.iter().partition(|found| found.at < haystack.facts_at);
        for found in in_action {
            secrets.add(key, found);
        }
        let command = matches!(action.request, Request::ExecuteCommand { .. });
        let target = action.target();
        let hidden = in_facts.iter().any(|found| {
            command && !target.contains(found.text) && !secrets.marks.contains_key(found.text)
        });
        for found in in_facts {
            secrets.add(key, found);
        }
        if hidden {
            secrets.withheld = Some(mark(key, WITHHELD, target));
        }
        (!secrets.marks.is_empty()).then_some(secrets)
    }

    /// What the rules find in the strings of a JSON value, if they find anything.
    pub(super) fn find_in_json(
        redaction: &Redaction,
        key: &RedactionKey,
        value: &serde_json::Value,
    ) -> Option<Self> {
        let haystack = haystack::json(value);
        let mut secrets = Self::default();
        for found in &search(redaction, &haystack) {
            secrets.add(key, found);
        }
        (!secrets.marks.is_empty()).then_some(secrets)
    }

    fn add(&mut self, key: &RedactionKey, found: &Found<'_>) {
        let meant = meant(found.text);
        if !self.marks.contains_key(&meant) {
            *self.counts.entry(Arc::clone(found.rule)).or_default() += 1;
        }
        let mark_of_all = match self.marks.get(&meant) {
            Some(known) => known.clone(),
            None => mark(key, found.rule, &meant),
        };
        for way in ways(found.text, meant) {
            self.marks.entry(way).or_insert_with(|| mark_of_all.clone());
        }
        // A key's lines can stand in words of their own.
        let parts = found.text.split(|c: char| c.is_whitespace() || c == '\x1a');
        for part in parts.filter(|part| part.len() >= MIN_SECRET_PART_BYTES) {
            self.marks
                .entry(part.to_owned())
                .or_insert_with(|| mark(key, found.rule, part));
        }
    }

    pub(super) fn withheld_target(&self) -> Option<&str> {
        self.withheld.as_deref()
    }

    pub(super) fn counts(&self) -> Vec<Redacted> {
        let counts = self.counts.iter();
        counts
            .map(|(name, count)| Redacted {
                count: *count,
                name: name.to_string(),
            })
            .collect()
    }

    pub(super) fn replacer(&self) -> Result<Replacer<'_>, RecordError> {
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(self.marks.keys())
            .map_err(|error| RecordError::Unwritable(format!("too many secrets: {error}")))?;
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
    pub(super) fn replace(&self, text: &mut String) {
        if self.automaton.is_match(text.as_str()) {
            *text = self.automaton.replace_all(text, &self.marks);
        }
    }
}

struct Found<'a> {
    rule: &'a Arc<str>,
    text: &'a str,
    at: usize,
}

fn search<'a>(redaction: &'a Redaction, haystack: &'a Haystack) -> Vec<Found<'a>> {
    let mut all = Vec::new();
    for index in redaction.set.matches(&haystack.searched) {
        let Some(rule) = redaction.rules.get(index) else {
            continue;
        };
        for captures in rule.regex.captures_iter(&haystack.searched) {
            let Some(span) = captures.name("secret").or_else(|| captures.get(0)) else {
                continue;
            };
            // The two texts are byte for byte as long.
            let text = haystack.plain.get(span.range()).unwrap_or(span.as_str());
            // Someone's own pattern can span texts.
            for text in text.split(END).filter(|text| is_secret(text)) {
                all.push(Found {
                    rule: &rule.name,
                    text,
                    at: span.start(),
                });
            }
        }
    }
    all
}

/// Not too short, and not the name of what holds the secret: `$TOKEN`, `"${TOKEN}"`, `$(…)`.
fn is_secret(text: &str) -> bool {
    let inner = text.trim_matches(['\'', '"', '\\']);
    if inner.len() < MIN_SECRET_BYTES {
        return false;
    }
    let Some(rest) = inner.strip_prefix('$') else {
        return true;
    };
    let name = rest
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
        .unwrap_or(rest);
    let is_name = name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let is_substitution = rest.starts_with('(') && rest.ends_with(')');
    let is_expression = rest.starts_with("{{") && rest.ends_with("}}");
    // `'$TOKEN'` is text to bash, but who writes a secret so?
    !(is_name || is_substitution || is_expression)
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

/// Every way in which the secret can stand in a text.
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

/// `[NAME:HEX16]`
fn mark(key: &RedactionKey, name: &str, secret: &str) -> String {
    use std::fmt::Write as _;
    let mut out = format!("[{name}:");
    // HMAC takes a key of any length.
    if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&key.0) {
        mac.update(secret.as_bytes());
        for byte in mac.finalize().into_bytes().iter().take(8) {
            // Writing to a string can't fail.
            if write!(out, "{byte:02x}").is_err() {
                break;
            }
        }
    }
    out.push(']');
    out
}
