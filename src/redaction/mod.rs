//! Rules that find secrets, and the marks that replace them.
//!
//! Rules search every text of the action (who asks and a tool's definition too) and
//! against the words, paths and refs of its facts, where quotes and escapes are gone. What
//! they find is replaced by `[NAME:HEX16]` anywhere in the record, the action, the
//! facts and the judgements: `NAME` is the rule's, `HEX16` the first 16 hex digits of
//! HMAC-SHA-256 (RFC 2104) of the secret under the journal's key. Equal secrets have equal
//! marks within one journal, and without the key none can be guessed, however short.
//!
//! If the facts show a secret that the text of the command hides (an escape that no rule
//! reads), then the text and the facts are withheld as a whole. If a search to the end would cost
//! more than `effort` allows, every text is withheld.
//!
//! | module | holds |
//! |---|---|
//! | `rules` | what is built in |
//! | `file` | a person's own rules |
//! | `effort` | what it may cost, in counts |
//! | [`limits`] | every bound, by name |
//! | `searched_text` | the texts that rules search, as one |
//! | `literals` | the strings of a JSON text |
//! | `search` | what the rules find there |
//! | `ordinary` | words that look like a secret's value but are not one |
//! | `redactor` | the rounds of searching and replacing, over what is recorded of a decision (`clean`) |
//! | `marks` | the marks that replace secrets |
//! | `secrets` | what was found, in each way that it can be written |
//! | `replace` | every text that can contain a mark |

mod clean;
mod effort;
mod error;
mod file;
pub mod limits;
mod literals;
mod marks;
mod ordinary;
mod redacted;
mod redactor;
mod replace;
mod rules;
mod search;
mod searched_text;
mod secrets;

use std::fmt;
use std::sync::Arc;

use regex::{Regex, RegexBuilder, RegexSet, RegexSetBuilder};

pub(crate) use self::clean::{Clean, Original};
pub use self::error::TooManySecrets;
use self::limits::{MAX_COMPILED_PATTERN_BYTES, MAX_COMPILED_SET_BYTES};
pub use self::redacted::Redacted;
pub(crate) use self::redactor::Redactor;
pub use self::redactor::TextRedactor;
use self::rules::{REST, SPACE};
use crate::policy::yaml::YamlError;

/// Ends each text of a `SearchedText`. No text that is judged holds one.
const END: char = '\0';

/// The key of the marks. The same secret has the same mark under one key; without the key a
/// mark can't be guessed back, however short the secret.
#[derive(Clone)]
pub struct RedactionKey(pub [u8; 32]);

impl fmt::Debug for RedactionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RedactionKey(…)")
    }
}

/// Why rules can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RedactionError {
    /// The file isn't YAML.
    #[error(transparent)]
    Yaml(#[from] YamlError),
    /// Something in the file isn't a rule.
    #[error("line {line}: {problem}")]
    Rule {
        /// The number of the line, from 1.
        line: usize,
        /// The problem, for a person.
        problem: String,
    },
    /// The file is over a limit.
    #[error("it has {actual} {unit}; the limit is {limit}")]
    TooLarge {
        /// Bytes or rules.
        unit: &'static str,
        /// The number or size that was found.
        actual: usize,
        /// How many there may be.
        limit: usize,
    },
    /// All patterns together are too large.
    #[error("the patterns can't be used together: {0}")]
    Set(String),
}

/// Rules that find secrets. Matching takes time linear in the text.
#[derive(Debug, Clone)]
pub struct Redaction {
    rules: Vec<Rule>,
    set: RegexSet,
}

/// One pattern with the name that its marks carry.
#[derive(Debug, Clone)]
struct Rule {
    name: Arc<str>,
    /// Where a simple command begins, in the rest of which `regex` is searched for.
    head: Option<Regex>,
    regex: Regex,
    /// Matches if the rule finds something, or nearly.
    whole: String,
    /// A person's own: all that it finds is a secret, a word such as `default` too.
    own: bool,
}

impl Rule {
    fn new(name: &str, head: Option<&str>, pattern: &str) -> Result<Self, regex::Error> {
        let whole = match (head, pattern.strip_prefix('^')) {
            (None, _) => pattern.to_owned(),
            // What follows a head begins with white space.
            (Some(head), Some(next)) => format!("{head}{next}"),
            (Some(head), None) => format!("{head}(?:{SPACE}{REST})??{pattern}"),
        };
        let head = head.map(|head| compile(&format!("{head}{SPACE}")));
        Ok(Self {
            name: name.into(),
            head: head.transpose()?,
            regex: compile(pattern)?,
            whole,
            own: false,
        })
    }

    /// A person's own.
    fn own(name: &str, pattern: &str) -> Result<Self, regex::Error> {
        Ok(Self {
            own: true,
            ..Self::new(name, None, pattern)?
        })
    }
}

fn compile(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern)
        .multi_line(true)
        .line_terminator(0)
        .size_limit(MAX_COMPILED_PATTERN_BYTES)
        .build()
}

impl Redaction {
    /// No rules: everything is recorded as it is.
    #[must_use]
    pub fn none() -> Self {
        Self {
            rules: Vec::new(),
            set: RegexSet::empty(),
        }
    }

    /// The rules that are built in.
    ///
    /// # Errors
    /// If they don't compile.
    pub fn built_in() -> Result<Self, RedactionError> {
        Self::of(rules::built_in()?)
    }

    /// These rules and those of a YAML file: `rules: [{name, pattern}]`. A pattern is a regular
    /// expression of the `regex` crate. It finds its group `secret`, or all that it matches;
    /// `^` and `$` are the ends of one text, such as a command line or a path.
    ///
    /// # Errors
    /// If the file isn't such YAML or is over a limit, a name is taken, or a pattern doesn't
    /// compile or matches nothing at all; the error names the line.
    pub fn with_file(self, text: &str) -> Result<Self, RedactionError> {
        let mut rules = self.rules;
        file::read(text, &mut rules)?;
        Self::of(rules)
    }

    /// Every rule: its name and its pattern. One name can have several patterns.
    pub fn rules(&self) -> impl Iterator<Item = (&str, &str)> {
        self.rules
            .iter()
            .map(|rule| (rule.name.as_ref(), rule.whole.as_str()))
    }

    fn of(rules: Vec<Rule>) -> Result<Self, RedactionError> {
        let set = RegexSetBuilder::new(rules.iter().map(|rule| rule.whole.as_str()))
            .multi_line(true)
            .line_terminator(0)
            .size_limit(MAX_COMPILED_SET_BYTES)
            .dfa_size_limit(MAX_COMPILED_SET_BYTES)
            .build()
            .map_err(|error| RedactionError::Set(error.to_string()))?;
        Ok(Self { rules, set })
    }
}
