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
//! reads), then the text and the facts are withheld as a whole. If a search to the end would cost
//! more than `effort` allows, every text is withheld.
//!
//! | module | holds |
//! |---|---|
//! | `rules` | what is built in |
//! | `file` | a person's own rules |
//! | `effort` | what it may cost, in counts |
//! | `haystack` | the texts that rules are held against, as one |
//! | `search` | what the rules find there |
//! | `ordinary` | what stands where a secret could, and is none |
//! | `marks` | what stands in the place of secrets |
//! | `secrets` | what was found, in each way that it can be written |
//! | `replace` | every text that a mark can stand in |

mod effort;
mod file;
mod haystack;
mod marks;
mod ordinary;
mod replace;
mod rules;
mod search;
mod secrets;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use regex::{Regex, RegexBuilder, RegexSet, RegexSetBuilder};
use serde_json::Value;

use self::effort::{Effort, TooMuch};
use self::haystack::Texts;
use self::rules::{REST, SPACE};
use self::secrets::Secrets;
use super::RecordError;
use super::limits::{
    MAX_COMPILED_PATTERN_BYTES, MAX_COMPILED_SET_BYTES, MAX_REDACTION_ROUNDS, MAX_SUBJECT_BYTES,
};
use super::recorder::Decided;
use super::subject::Redacted;
use crate::action::Action;
use crate::action::facts::{Facts, ResourceChange};
use crate::canonical::is_cut;
use crate::policy::decision::Judgement;
use crate::policy::yaml::YamlError;

/// The name of the mark that replaces a text that hides a secret.
const WITHHELD: &str = "withheld";
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
    /// The facts are not all there, and so are not stored.
    pub(super) facts_cut: bool,
}

impl<'a> Clean<'a> {
    fn of(decided: &Decided<'a>) -> Self {
        let facts = without_changes(decided.facts);
        Self {
            action: Cow::Borrowed(decided.decision.action.as_ref()),
            facts_cut: facts.is_some(),
            facts: facts.map_or(Cow::Borrowed(decided.facts), Cow::Owned),
            judgement: Cow::Borrowed(&decided.decision.judgement),
            candidate: decided
                .candidate
                .map(|(decision, _)| Cow::Borrowed(&decision.judgement)),
            redactions: Vec::new(),
            withheld: false,
        }
    }

    fn texts(&self) -> Texts<'_> {
        let judgements = [Some(&*self.judgement), self.candidate.as_deref()];
        Texts {
            action: &self.action,
            facts: &self.facts,
            judgements: if self.facts_cut {
                judgements
            } else {
                [None; 2]
            },
        }
    }

    /// Hides what `hide` does, and with `withhold` every text of a judgement that was cut: it can
    /// end within a secret.
    fn hide(&mut self, hide: &impl Fn(&mut String), withhold: &impl Fn(&mut String)) {
        replace::action(self.action.to_mut(), hide);
        replace::facts(self.facts.to_mut(), hide);
        let hide = |text: &mut String| match is_cut(text) {
            true => withhold(text),
            false => hide(text),
        };
        replace::judgement(self.judgement.to_mut(), &hide);
        if let Some(candidate) = &mut self.candidate {
            replace::judgement(candidate.to_mut(), &hide);
        }
    }
}

/// Facts without the changes of their plan, where those take more bytes than a subject may: such
/// facts are never stored, and of the changes only those that were found are.
fn without_changes(facts: &Facts) -> Option<Facts> {
    let plan = facts.terraform_plan.as_ref()?;
    if plan.changes.iter().map(text_bytes).sum::<usize>() <= MAX_SUBJECT_BYTES {
        return None;
    }
    let mut facts = facts.clone();
    facts.terraform_plan.as_mut()?.changes.clear();
    Some(facts)
}

fn text_bytes(change: &ResourceChange) -> usize {
    let ResourceChange {
        action: _,
        address,
        deposed,
        importing: _,
        previous_address,
        provider,
        resource_type,
    } = change;
    let optional = [deposed, previous_address].into_iter().flatten();
    let texts = [address, provider, resource_type]
        .into_iter()
        .chain(optional);
    texts.map(String::len).sum()
}

/// Takes secrets out of texts that are about actions, such as the messages of a log.
pub struct TextRedactor(Redactor);

impl TextRedactor {
    /// Replaces what `redaction` finds by marks that only `key` can tell.
    #[must_use]
    pub fn new(redaction: Redaction, key: RedactionKey) -> Self {
        Self(Redactor::new(redaction, key))
    }

    /// `text` without secrets.
    ///
    /// # Errors
    /// If what was found can't be replaced; then nothing of the text may be shown.
    pub fn clean(&self, text: &str) -> Result<String, RecordError> {
        let mut value = Value::from(text);
        self.0.clean_json(&mut value)?;
        Ok(match value {
            Value::String(clean) => clean,
            other => other.to_string(),
        })
    }
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
        let mut clean = Clean::of(decided);
        match self.hide_secrets(&mut clean)? {
            Ok(()) => {}
            Err(TooMuch) => self.withhold_all(&mut clean),
        }
        Ok(clean)
    }

    /// Searches what it has cleaned again until nothing is found there: where two secrets
    /// overlap, the mark of one leaves a part of the other.
    fn hide_secrets(&self, clean: &mut Clean<'_>) -> Result<Result<(), TooMuch>, RecordError> {
        let target = clean.action.target().to_owned();
        let mut effort = Effort::of_a_decision();
        let mut counts = BTreeMap::new();
        let mut withheld = false;
        for round in 1..=MAX_REDACTION_ROUNDS {
            let secrets = match self.secrets(clean.texts(), &mut effort) {
                Ok(Some(secrets)) => secrets,
                Ok(None) => break,
                Err(too_much) => return Ok(Err(too_much)),
            };
            secrets.count(&mut counts);
            withheld |= secrets.is_hidden() || round == MAX_REDACTION_ROUNDS;
            let replacer = secrets.replacer()?;
            clean.hide(
                &|text: &mut String| replacer.replace(text),
                &|text: &mut String| self.withhold(text),
            );
        }
        if withheld {
            let mut mark = target;
            self.withhold(&mut mark);
            replace::target(clean.action.to_mut(), &mark);
            clean.facts = Cow::Owned(Facts::default());
            clean.withheld = true;
        }
        let redactions = counts.into_iter().map(|(name, count)| Redacted {
            count,
            name: name.to_string(),
        });
        clean.redactions = redactions.collect();
        Ok(Ok(()))
    }

    /// Withholds every text. Equal texts have equal marks: who asked can still be told by who has
    /// the key.
    fn withhold_all(&self, clean: &mut Clean<'_>) {
        let withhold = |text: &mut String| self.withhold(text);
        clean.facts = Cow::Owned(Facts::default());
        clean.withheld = true;
        replace::definition(clean.action.to_mut(), withhold);
        clean.hide(&withhold, &withhold);
    }

    fn withhold(&self, text: &mut String) {
        if !text.is_empty() {
            *text = marks::mark(&self.key, WITHHELD, text);
        }
    }

    fn secrets(&self, texts: Texts<'_>, effort: &mut Effort) -> Result<Option<Secrets>, TooMuch> {
        if !self.has_hit(texts)? {
            return Ok(None);
        }
        Secrets::find(&self.redaction, &self.key, texts, effort)
    }

    /// Takes secrets out of every string and key of a JSON value.
    pub(super) fn clean_json(&self, value: &mut Value) -> Result<(), RecordError> {
        for _ in 0..MAX_REDACTION_ROUNDS {
            let found = Secrets::find_in_json(&self.redaction, &self.key, value);
            let Some(secrets) = found.map_err(|TooMuch| RecordError::TooManySecrets)? else {
                break;
            };
            let replacer = secrets.replacer()?;
            replace::json(value, &|text| replacer.replace(text));
        }
        Ok(())
    }

    fn has_hit(&self, texts: Texts<'_>) -> Result<bool, TooMuch> {
        let set = &self.redaction.set;
        Ok(!set.is_empty() && set.is_match(&haystack::distinct(texts)?))
    }
}
