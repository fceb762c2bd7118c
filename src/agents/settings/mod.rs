//! Changes of settings that keep everything else as it is: order, comments and white space.

mod json;
mod toml;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Bytes of settings. Hosts' settings have a few KiB.
pub const MAX_SETTINGS_BYTES: usize = 1024 * 1024;
/// Brackets within brackets, as `serde_json` limits them.
const MAX_DEPTH: usize = 128;

/// What is in a settings file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// JSON (RFC 8259).
    Json,
    /// JSON in which comments are allowed.
    JsonWithComments,
    /// TOML 1.0.
    Toml,
}

/// One thing that is put into settings. A path is the keys on the way to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Insertion {
    /// An element of the list at a path. It is there once.
    Element {
        /// The path of the list.
        at: Vec<String>,
        /// The element.
        value: Value,
    },
    /// The value at a path. A value that is there already stays.
    Key {
        /// The path.
        at: Vec<String>,
        /// The value.
        value: Value,
    },
}

/// Settings with insertions in them.
#[derive(Debug, Clone, PartialEq)]
pub struct Inserted {
    /// The settings.
    pub text: String,
    /// What was not there before.
    pub made: Vec<Insertion>,
    /// Keys that were left as they are, because they have another value.
    pub kept: Vec<Kept>,
}

/// A key that has another value than the one that was to be inserted.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Kept {
    /// The path, with dots.
    pub key: String,
    /// The value that was to be inserted.
    pub wanted: Value,
    /// The value that is there.
    pub found: Value,
}

/// Why settings can't be changed.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// It is not JSON.
    #[error("it is not valid JSON")]
    Json(#[source] jsonc_parser::errors::ParseError),
    /// It is JSON with something else in it.
    #[error("it is not valid JSON")]
    StrictJson(#[source] serde_json::Error),
    /// It is not TOML.
    #[error("it is not valid TOML")]
    Toml(#[source] Box<toml_edit::TomlError>),
    /// A host would read one of two equal keys, and nobody knows which.
    #[error("the key `{0}` is there twice")]
    Twice(String),
    /// Brackets are nested too deeply.
    #[error("it has more than {MAX_DEPTH} brackets within each other")]
    Deep,
    /// A value on the way has another type.
    #[error("`{at}` is not {wanted}")]
    Type {
        /// The path, with dots.
        at: String,
        /// The type that it must have.
        wanted: &'static str,
    },
}

impl Format {
    /// Puts insertions into settings. Empty settings are settings without a key.
    ///
    /// # Errors
    /// If the settings can't be read, or have another type of value on the way.
    pub fn insert(self, text: &str, insertions: &[Insertion]) -> Result<Inserted, SettingsError> {
        match self {
            Self::Toml => toml::insert(text, insertions),
            _ => json::insert(text, insertions, self),
        }
    }

    /// Takes insertions out of settings, as far as they are there, and lists and tables that are empty
    /// without them.
    ///
    /// # Errors
    /// If the settings can't be read.
    pub fn withdraw(self, text: &str, insertions: &[Insertion]) -> Result<String, SettingsError> {
        match self {
            Self::Toml => toml::withdraw(text, insertions),
            _ => json::withdraw(text, insertions, self),
        }
    }

    /// The settings as a value.
    ///
    /// # Errors
    /// If they can't be read.
    pub fn value(self, text: &str) -> Result<Value, SettingsError> {
        match self {
            Self::Toml => toml::value(text),
            _ => json::value(text, self),
        }
    }
}

impl Insertion {
    fn at(&self) -> &[String] {
        match self {
            Self::Element { at, .. } | Self::Key { at, .. } => at,
        }
    }

    /// Whether settings have it.
    #[must_use]
    pub fn is_in(&self, settings: &Value) -> bool {
        let found = self.at().iter().try_fold(settings, |at, key| at.get(key));
        match self {
            Self::Element { value, .. } => found
                .and_then(Value::as_array)
                .is_some_and(|elements| elements.contains(value)),
            Self::Key { value, .. } => found == Some(value),
        }
    }
}

/// A path in words, up to and with the key at `last`.
fn dotted(at: &[String], last: usize) -> String {
    at.get(..=last).unwrap_or(at).join(".")
}

/// Refuses what would take more stack than a parser has.
fn check_depth(text: &str) -> Result<(), SettingsError> {
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'[' | b'{' if !in_text => depth += 1,
            b']' | b'}' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Err(SettingsError::Deep);
        }
    }
    Ok(())
}
