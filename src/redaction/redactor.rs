//! The rounds of searching and replacing.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::Value;

use super::clean::{Clean, Original};
use super::effort::{Effort, TooMuch};
use super::error::TooManySecrets;
use super::limits::MAX_REDACTION_ROUNDS;
use super::redacted::Redacted;
use super::searched_text::{self, Texts};
use super::secrets::Secrets;
use super::{Redaction, RedactionKey, marks, replace};
use crate::action::facts::Facts;

/// The name of the mark that replaces a text that hides a secret.
const WITHHELD: &str = "withheld";

/// Takes secrets out of texts that are about actions, such as the messages of a log.
pub struct TextRedactor(Redactor);

impl TextRedactor {
    /// Replaces the secrets that `redaction` finds by marks. Only the holder of `key` can compute a
    /// secret's mark.
    #[must_use]
    pub fn new(redaction: Redaction, key: RedactionKey) -> Self {
        Self(Redactor::new(redaction, key))
    }

    /// Replaces the secrets in `text`.
    ///
    /// # Errors
    /// If a secret can't be replaced. Then nothing of the text may be shown.
    pub fn clean(&self, text: &str) -> Result<String, TooManySecrets> {
        let mut value = Value::from(text);
        self.0.clean_json(&mut value)?;
        Ok(match value {
            Value::String(clean) => clean,
            other => other.to_string(),
        })
    }
}

/// Rules and the key of their marks.
pub(crate) struct Redactor {
    redaction: Redaction,
    key: RedactionKey,
}

impl Redactor {
    pub(crate) fn new(redaction: Redaction, key: RedactionKey) -> Self {
        Self { redaction, key }
    }

    /// The part of a decision that may be recorded. Costs one pass over its texts if there is no
    /// secret.
    pub(crate) fn clean<'a>(&self, original: Original<'a>) -> Result<Clean<'a>, TooManySecrets> {
        let target = original.action.target();
        let mut clean = Clean::of(original);
        match self.hide_secrets(&mut clean, target)? {
            Ok(()) => {}
            Err(TooMuch) => self.withhold_all(&mut clean),
        }
        Ok(clean)
    }

    /// Searches what it has cleaned again until nothing is found there: where two secrets
    /// overlap, the mark of one leaves a part of the other. `target` is the action's, unchanged.
    fn hide_secrets(
        &self,
        clean: &mut Clean<'_>,
        target: &str,
    ) -> Result<Result<(), TooMuch>, TooManySecrets> {
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
            let mut mark = target.to_owned();
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

    /// Withholds every text. Equal texts have equal marks: anyone who has the key
    /// can still recognise the caller.
    fn withhold_all(&self, clean: &mut Clean<'_>) {
        let withhold = |text: &mut String| self.withhold(text);
        clean.facts = Cow::Owned(Facts::default());
        clean.withheld = true;
        replace::documents(clean.action.to_mut(), withhold);
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
    pub(crate) fn clean_json(&self, value: &mut Value) -> Result<(), TooManySecrets> {
        for _ in 0..MAX_REDACTION_ROUNDS {
            let found = Secrets::find_in_json(&self.redaction, &self.key, value);
            let Some(secrets) = found.map_err(|TooMuch| TooManySecrets)? else {
                break;
            };
            let replacer = secrets.replacer()?;
            replace::json(value, &|text| replacer.replace(text));
        }
        Ok(())
    }

    fn has_hit(&self, texts: Texts<'_>) -> Result<bool, TooMuch> {
        let set = &self.redaction.set;
        Ok(!set.is_empty() && set.is_match(&searched_text::distinct(texts)?))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;
    use crate::action::Action;
    use crate::action::establish;

    static REDACTOR: LazyLock<Redactor> =
        LazyLock::new(|| Redactor::new(Redaction::built_in().unwrap(), RedactionKey([7; 32])));

    /// What a search of `count` repetitions of `word` spends.
    fn spent(word: &str, count: usize) -> Effort {
        let words: Vec<String> = (0..count)
            .map(|n| word.replace('#', &format!("{n:04}")))
            .collect();
        let line = format!("tool {}", words.join(" "));
        let document = serde_json::json!({"action_type": "execute_command", "target": line});
        let action = Action::from_short_json(&document.to_string()).unwrap();
        let facts = establish(&action).unwrap();
        let texts = Texts {
            action: &action,
            facts: &facts,
            judgements: [None; 2],
        };
        let mut effort = Effort::unbounded();
        REDACTOR.secrets(texts, &mut effort).unwrap();
        effort
    }

    #[test]
    fn the_cost_is_linear_in_the_number_of_secrets() {
        for word in [
            "A_TOKEN=q7Zk9w#",
            "--password q7Zk9w#",
            "https://me:q7Zk9w#@h/",
            "-H 'Authorization: Bearer q7Zk9w#'",
            "PASSWORD=a{}",
        ] {
            let [one, two] = [400, 800].map(|count| spent(word, count).spent());
            for (one, two) in one.into_iter().zip(two) {
                // What is quadratic would take four times as much.
                assert!(two <= 3 * one + 64, "{word}: {one}, then {two}");
            }
        }
    }
}
