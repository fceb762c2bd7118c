//! Rules that find secrets, and the marks that replace them.

use std::borrow::Cow;

use super::recorder::Decided;
use super::subject::Redacted;
use crate::action::Action;
use crate::action::facts::Facts;
use crate::policy::decision::Judgement;

/// The key of the marks. The same secret has the same mark under one key; without the key a
/// mark can't be guessed back, however short the secret.
#[derive(Clone)]
pub struct RedactionKey(pub [u8; 32]);

/// Rules that find secrets.
#[derive(Debug, Clone)]
pub struct Redaction {}

impl Redaction {
    /// No rules: everything is recorded as it is.
    #[must_use]
    pub fn none() -> Self {
        Self {}
    }
}

/// What is recorded of a decision, without secrets.
pub(super) struct Clean<'a> {
    pub(super) action: Cow<'a, Action>,
    pub(super) facts: Cow<'a, Facts>,
    pub(super) judgement: Cow<'a, Judgement>,
    pub(super) candidate: Option<Cow<'a, Judgement>>,
    pub(super) redactions: Vec<Redacted>,
}

pub(super) struct Redactor {}

impl Redactor {
    pub(super) fn new(_redaction: Redaction, _key: RedactionKey) -> Self {
        Self {}
    }

    pub(super) fn clean<'a>(&self, decided: &Decided<'a>) -> Clean<'a> {
        Clean {
            action: Cow::Borrowed(&decided.decision.action),
            facts: Cow::Borrowed(decided.facts),
            judgement: Cow::Borrowed(&decided.decision.judgement),
            candidate: decided
                .candidate
                .map(|(decision, _)| Cow::Borrowed(&decision.judgement)),
            redactions: Vec::new(),
        }
    }
}
