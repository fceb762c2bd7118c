//! YAML 1.2 with a line and column for every node, and nothing in it that could be
//! read in two ways.
//!
//! Refused: duplicate keys, anchors, aliases, tags, merge keys, keys that aren't
//! strings, more than one document, and numbers that canonical JSON can't carry.
//! Plain scalars follow the core schema (YAML 1.2.2, section 10.3.2), so `yes`, `on`
//! and `1_000` are strings.

use std::collections::HashSet;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span, StrInput};
use serde_json::{Map, Number, Value};

/// How deep mappings and sequences may nest.
pub const MAX_DEPTH: usize = 32;
/// The largest integer magnitude that canonical JSON can tell from its neighbours (RFC 7493, 2.2).
const MAX_SAFE_INTEGER: i64 = (1 << 53) - 1;

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
#[expect(missing_docs, reason = "the kinds of the YAML core schema")]
pub enum Kind {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Str(String),
    Seq(Vec<Node>),
    /// In the order of the file; keys are unique.
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
    /// What stands under it.
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
    Ok(builder.root.unwrap_or(Node {
        line: 1,
        column: 1,
        kind: Kind::Null,
    }))
}

fn next<'a>(parser: &mut Parser<'a, StrInput<'a>>) -> Result<Option<(Event<'a>, Span)>, YamlError> {
    parser
        .next_event()
        .transpose()
        .map_err(|error| refuse(*error.marker(), "yaml-syntax", error.info()))
}

fn refuse(at: Marker, code: &'static str, problem: impl Into<String>) -> YamlError {
    YamlError {
        line: at.line(),
        column: at.col() + 1,
        code,
        problem: problem.into(),
    }
}

/// A mapping or sequence that is not closed yet.
enum Open {
    Seq(Marker, Vec<Node>),
    Map(Marker, OpenMap),
}

#[derive(Default)]
struct OpenMap {
    entries: Vec<Entry>,
    seen: HashSet<String>,
    /// The key that waits for its value.
    key: Option<(Marker, String)>,
}

#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    root: Option<Node>,
}

impl Builder {
    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), YamlError> {
        let at = span.start;
        match event {
            Event::Alias(_) => Err(refuse(at, "yaml-alias", "aliases are not allowed here")),
            Event::DocumentStart(_) if self.root.is_some() => Err(refuse(
                at,
                "yaml-several-documents",
                "only one document is allowed here",
            )),
            Event::Scalar(text, style, anchor, tag) => {
                unadorned(at, anchor, tag.is_some())?;
                if matches!(self.open.last(), Some(Open::Map(_, map)) if map.key.is_none()) {
                    return self.key(at, &text, style);
                }
                let kind = match style {
                    ScalarStyle::Plain => core_schema(at, &text)?,
                    _ => Kind::Str(text.into_owned()),
                };
                self.value(at, kind);
                Ok(())
            }
            Event::SequenceStart(anchor, tag) => {
                unadorned(at, anchor, tag.is_some())?;
                self.open(at, Open::Seq(at, Vec::new()))
            }
            Event::MappingStart(anchor, tag) => {
                unadorned(at, anchor, tag.is_some())?;
                self.open(at, Open::Map(at, OpenMap::default()))
            }
            Event::SequenceEnd | Event::MappingEnd => {
                self.close();
                Ok(())
            }
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => Ok(()),
        }
    }

    fn open(&mut self, at: Marker, open: Open) -> Result<(), YamlError> {
        if matches!(self.open.last(), Some(Open::Map(_, map)) if map.key.is_none()) {
            return Err(refuse(at, "yaml-key", "keys must be strings"));
        }
        if self.open.len() >= MAX_DEPTH {
            let problem = format!("nested more than {MAX_DEPTH} deep");
            return Err(refuse(at, "yaml-depth", problem));
        }
        self.open.push(open);
        Ok(())
    }

    fn close(&mut self) {
        match self.open.pop() {
            Some(Open::Seq(at, items)) => self.value(at, Kind::Seq(items)),
            Some(Open::Map(at, map)) => self.value(at, Kind::Map(map.entries)),
            None => {}
        }
    }

    fn key(&mut self, at: Marker, text: &str, style: ScalarStyle) -> Result<(), YamlError> {
        if style == ScalarStyle::Plain {
            if text == "<<" {
                return Err(refuse(
                    at,
                    "yaml-merge-key",
                    "merge keys are not allowed here",
                ));
            }
            if !matches!(core_schema(at, text)?, Kind::Str(_)) {
                let problem = format!("key `{text}` is not a string; put it in quotes");
                return Err(refuse(at, "yaml-key", problem));
            }
        }
        if let Some(Open::Map(_, map)) = self.open.last_mut() {
            if !map.seen.insert(text.to_owned()) {
                let problem = format!("`{text}` is there twice");
                return Err(refuse(at, "yaml-duplicate-key", problem));
            }
            map.key = Some((at, text.to_owned()));
        }
        Ok(())
    }

    fn value(&mut self, at: Marker, kind: Kind) {
        let (line, column) = (at.line(), at.col() + 1);
        let node = Node { line, column, kind };
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open::Seq(_, items)) => items.push(node),
            Some(Open::Map(_, map)) => {
                if let Some((at, key)) = map.key.take() {
                    map.entries.push(Entry {
                        key,
                        line: at.line(),
                        column: at.col() + 1,
                        value: node,
                    });
                }
            }
        }
    }
}

fn unadorned(at: Marker, anchor: usize, tagged: bool) -> Result<(), YamlError> {
    if anchor != 0 {
        return Err(refuse(at, "yaml-anchor", "anchors are not allowed here"));
    }
    if tagged {
        return Err(refuse(at, "yaml-tag", "tags are not allowed here"));
    }
    Ok(())
}

/// What a plain scalar is, by the core schema (YAML 1.2.2, section 10.3.2).
fn core_schema(at: Marker, text: &str) -> Result<Kind, YamlError> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Ok(Kind::Null),
        "true" | "True" | "TRUE" => return Ok(Kind::Bool(true)),
        "false" | "False" | "FALSE" => return Ok(Kind::Bool(false)),
        _ => {}
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Err(refuse(
            at,
            "yaml-number",
            format!("`{text}` is not a finite number"),
        ));
    }
    if let Some(digits) = text
        .strip_prefix("0o")
        .filter(|digits| all(digits, |c| c.is_digit(8)))
    {
        return integer(at, text, i64::from_str_radix(digits, 8));
    }
    if let Some(digits) = text
        .strip_prefix("0x")
        .filter(|digits| all(digits, |c| c.is_ascii_hexdigit()))
    {
        return integer(at, text, i64::from_str_radix(digits, 16));
    }
    if all(unsigned, |c| c.is_ascii_digit()) {
        return integer(at, text, text.parse());
    }
    if is_float(unsigned) {
        return float(at, text);
    }
    Ok(Kind::Str(text.to_owned()))
}

fn all(text: &str, is: impl Fn(char) -> bool) -> bool {
    !text.is_empty() && text.chars().all(is)
}

fn integer(
    at: Marker,
    text: &str,
    value: Result<i64, std::num::ParseIntError>,
) -> Result<Kind, YamlError> {
    // The only way left for digits not to parse is to be too many.
    match value {
        Ok(value) if value.abs() <= MAX_SAFE_INTEGER => Ok(Kind::Int(value)),
        _ => Err(beyond(at, text)),
    }
}

fn beyond(at: Marker, text: &str) -> YamlError {
    refuse(
        at,
        "yaml-number",
        format!("integer `{text}` is beyond ±(2^53−1)"),
    )
}

/// `( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`
fn is_float(unsigned: &str) -> bool {
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    digits(whole)
        && digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|exponent| {
            let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
            !exponent.is_empty() && digits(exponent)
        })
}

fn float(at: Marker, text: &str) -> Result<Kind, YamlError> {
    #[expect(clippy::cast_precision_loss, reason = "2^53−1 is exact in a double")]
    let limit = MAX_SAFE_INTEGER as f64;
    match text.parse::<f64>() {
        Ok(value) if !value.is_finite() => Err(refuse(
            at,
            "yaml-number",
            format!("`{text}` is not a finite number"),
        )),
        Ok(value) if value.fract() == 0.0 && value.abs() > limit => Err(beyond(at, text)),
        Ok(value) => Ok(Kind::Float(value)),
        Err(_) => Err(refuse(
            at,
            "yaml-number",
            format!("`{text}` is not a number"),
        )),
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

    /// What stands under `key`, if this is a mapping that has it.
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
