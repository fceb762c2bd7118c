//! YAML 1.2 with a line and column for every node, and nothing in it that could be
//! read in two ways.
//!
//! Refused: duplicate keys, anchors, aliases, tags, merge keys, keys that aren't
//! strings, more than one document, and numbers that canonical JSON can't carry.
//! Plain scalars follow the core schema (YAML 1.2.2, section 10.3.2), so `yes`, `on`
//! and `1_000` are strings.

mod build;
mod scalar;

use saphyr_parser::{Event, Marker, Parser, Span, StrInput};
use serde_json::{Map, Number, Value};

use build::Builder;

/// How deep mappings and sequences may nest.
pub const MAX_DEPTH: usize = 32;

/// One value and where it starts.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// The value.
    pub kind: Kind,
}

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// `null`, `~` or nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// A string.
    Str(String),
    /// A list.
    Seq(Vec<Node>),
    /// A mapping, in the order of the file. Its keys are unique.
    Map(Vec<Entry>),
}

/// One key of a mapping with its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// The key's line, from 1.
    pub line: usize,
    /// The key's column in characters, from 1.
    pub column: usize,
    /// The key's value.
    pub value: Node,
}

/// Why a text is not such YAML, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {problem}")]
pub struct YamlError {
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// Stable: `yaml-syntax`, `yaml-duplicate-key`, …
    pub code: &'static str,
    /// For a person.
    pub problem: String,
}

/// Parses one YAML document. An empty one is [`Kind::Null`].
///
/// # Errors
/// With the first place that is not YAML, or that this module refuses.
pub fn parse(text: &str) -> Result<Node, YamlError> {
    let mut parser = Parser::new_from_str(text);
    let mut builder = Builder::default();
    while let Some(event) = next(&mut parser)? {
        builder.event(event.0, event.1)?;
    }
    Ok(builder.root().unwrap_or(Node {
        line: 1,
        column: 1,
        kind: Kind::Null,
    }))
}

fn next<'a>(parser: &mut Parser<'a, StrInput<'a>>) -> Result<Option<(Event<'a>, Span)>, YamlError> {
    parser
        .next_event()
        .transpose()
        .map_err(|error| refuse(*error.marker(), "yaml-syntax", syntax_problem(error.info())))
}

/// The parser's message. The parser takes text that begins with `*` for an alias, so the message
/// for that case is our own.
fn syntax_problem(said: &str) -> String {
    if said.ends_with("unknown anchor") || said.starts_with("while scanning an anchor or alias") {
        return "text that starts with `*` must be in quotes, as in \"*.key\"".to_owned();
    }
    if said.starts_with("tabs disallowed") {
        return "a tab can't indent; use spaces".to_owned();
    }
    said.to_owned()
}

fn refuse(at: Marker, code: &'static str, problem: impl Into<String>) -> YamlError {
    YamlError {
        line: at.line(),
        column: at.col() + 1,
        code,
        problem: problem.into(),
    }
}

impl Node {
    /// The same value as JSON.
    #[must_use]
    pub fn to_json(&self) -> Value {
        match &self.kind {
            Kind::Null => Value::Null,
            Kind::Bool(value) => Value::Bool(*value),
            Kind::Int(value) => Value::from(*value),
            // Only finite numbers are parsed.
            Kind::Float(value) => Number::from_f64(*value).map_or(Value::Null, Value::Number),
            Kind::Str(value) => Value::String(value.clone()),
            Kind::Seq(items) => items.iter().map(Self::to_json).collect(),
            Kind::Map(entries) => Value::Object(
                entries
                    .iter()
                    .map(|entry| (entry.key.clone(), entry.value.to_json()))
                    .collect::<Map<_, _>>(),
            ),
        }
    }

    /// The value of `key`, if this is a mapping that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        let Kind::Map(entries) = &self.kind else {
            return None;
        };
        entries
            .iter()
            .find(|entry| entry.key == key)
            .map(|entry| &entry.value)
    }

    /// What kind of value this is, for messages: `a list`, `a string`, …
    #[must_use]
    pub fn describe(&self) -> &'static str {
        match self.kind {
            Kind::Null => "nothing",
            Kind::Bool(_) => "true or false",
            Kind::Int(_) | Kind::Float(_) => "a number",
            Kind::Str(_) => "a string",
            Kind::Seq(_) => "a list",
            Kind::Map(_) => "a mapping",
        }
    }
}
