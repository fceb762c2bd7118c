//! Rules that find secrets, and the marks that replace them.
//!
//! Rules are held against every text of the action (who asks and a tool's definition too) and
//! against the words, paths and refs of its facts, where quotes and escapes are gone. What
//! they find is replaced by `[NAME:HEX16]` wherever it stands in the record, the action, the
//! facts and the judgements: `NAME` is the rule's, `HEX16` the first 16 hex digits of
//! HMAC-SHA-256 (RFC 2104) of the secret under the journal's key. Equal secrets have equal
//! marks within one journal, and without the key none can be guessed, however short.
//!
//! If the facts show a secret that the text of the command hides (an escape that no rule
//! reads), then the text and the facts are withheld as a whole.
//!
//! | module | holds |
//! |---|---|
//! | `rules` | what is built in |
//! | `file` | a person's own rules |
//! | `haystack` | the texts that rules are held against, as one |
//! | `secrets` | what was found, in each way that it can be written |
//! | `replace` | every text that a mark can stand in |

mod file;
mod haystack;
mod replace;
mod rules;
mod secrets;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use regex::{Regex, RegexBuilder, RegexSet, RegexSetBuilder};
use serde_json::Value;

use self::secrets::Secrets;
use super::RecordError;
use super::limits::{MAX_COMPILED_PATTERN_BYTES, MAX_COMPILED_SET_BYTES};
use super::recorder::Decided;
use super::subject::Redacted;
use crate::action::Action;
use crate::action::facts::Facts;
use crate::policy::decision::Judgement;
use crate::policy::yaml::YamlError;

/// Ends each text of a haystack. No text that is judged holds one.
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
        /// From 1.
        line: usize,
        /// What is wrong.
        problem: String,
    },
    /// The file is over a limit.
    #[error("it has {actual} {unit}; the limit is {limit}")]
    TooLarge {
        /// Bytes or rules.
        unit: &'static str,
        /// How many there are.
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
    regex: Regex,
}

impl Rule {
    fn new(name: &str, pattern: &str) -> Result<Self, regex::Error> {
        let regex = RegexBuilder::new(pattern)
            .multi_line(true)
            .line_terminator(0)
            .size_limit(MAX_COMPILED_PATTERN_BYTES)
            .build()?;
        Ok(Self {
            name: name.into(),
            regex,
        })
    }
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
            .map(|rule| (rule.name.as_ref(), rule.regex.as_str()))
    }

    fn of(rules: Vec<Rule>) -> Result<Self, RedactionError> {
        let set = RegexSetBuilder::new(rules.iter().map(|rule| rule.regex.as_str()))
            .multi_line(true)
            .line_terminator(0)
            .size_limit(MAX_COMPILED_SET_BYTES)
            .dfa_size_limit(MAX_COMPILED_SET_BYTES)
            .build()
            .map_err(|error| RedactionError::Set(error.to_string()))?;
        Ok(Self { rules, set })
    }
}

/// What is recorded of a decision, without secrets.
pub(super) struct Clean<'a> {
    pub(super) action: Cow<'a, Action>,
    pub(super) facts: Cow<'a, Facts>,
    pub(super) judgement: Cow<'a, Judgement>,
    pub(super) candidate: Option<Cow<'a, Judgement>>,
    /// By rule, in the order of the names.
    pub(super) redactions: Vec<Redacted>,
    /// The action's target hides a secret: neither it nor the facts may be stored.
    pub(super) withheld: bool,
}

/// Rules and the key of their marks.
pub(super) struct Redactor {
    redaction: Redaction,
    key: RedactionKey,
}

impl Redactor {
    pub(super) fn new(redaction: Redaction, key: RedactionKey) -> Self {
        Self { redaction, key }
    }

    /// What of a decision may be recorded. Costs one pass over its texts if there is no secret.
    pub(super) fn clean<'a>(&self, decided: &Decided<'a>) -> Result<Clean<'a>, RecordError> {
        let action = decided.decision.action.as_ref();
        let judgement = &decided.decision.judgement;
        let candidate = decided.candidate.map(|(decision, _)| &decision.judgement);
        let secrets = if self.has_hit(action, decided.facts) {
            Secrets::find(&self.redaction, &self.key, action, decided.facts)
        } else {
            None
        };
        let Some(secrets) = secrets else {
            return Ok(Clean {
                action: Cow::Borrowed(action),
                facts: Cow::Borrowed(decided.facts),
                judgement: Cow::Borrowed(judgement),
                candidate: candidate.map(Cow::Borrowed),
                redactions: Vec::new(),
                withheld: false,
            });
        };
        let replacer = secrets.replacer()?;
        let hide = |text: &mut String| replacer.replace(text);
        let clean = |judged: &Judgement| {
            let mut judged = judged.clone();
            replace::judgement(&mut judged, &hide);
            Cow::Owned(judged)
        };
        let mut facts = decided.facts.clone();
        replace::facts(&mut facts, &hide);
        let mut kept = action.clone();
        replace::action(&mut kept, &hide);
        if let Some(target) = secrets.withheld_target() {
            replace::target(&mut kept, target);
            facts = Facts::default();
        }
        Ok(Clean {
            action: Cow::Owned(kept),
            facts: Cow::Owned(facts),
            judgement: clean(judgement),
            candidate: candidate.map(clean),
            redactions: secrets.counts(),
            withheld: secrets.withheld_target().is_some(),
        })
    }

    /// Takes secrets out of every string and key of a JSON value.
    pub(super) fn clean_json(&self, value: &mut Value) -> Result<(), RecordError> {
        if let Some(secrets) = Secrets::find_in_json(&self.redaction, &self.key, value) {
            let replacer = secrets.replacer()?;
            replace::json(value, &|text| replacer.replace(text));
        }
        Ok(())
    }

    fn has_hit(&self, action: &Action, facts: &Facts) -> bool {
        let set = &self.redaction.set;
        !set.is_empty() && set.is_match(&haystack::distinct(action, facts))
    }
}
