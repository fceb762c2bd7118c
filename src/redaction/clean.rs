//! What is recorded of a decision, while secrets are taken out of it.

use std::borrow::Cow;

use super::redacted::Redacted;
use super::replace;
use super::searched_text::Texts;
use crate::action::Action;
use crate::action::facts::Facts;
use crate::canonical::is_cut;
use crate::decision::Judgement;

/// What is to be recorded of a decision, with its secrets.
pub(crate) struct Original<'a> {
    pub(crate) action: &'a Action,
    pub(crate) facts: Cow<'a, Facts>,
    /// The facts are not all there, and so are not stored. Then the texts of the judgements are
    /// searched too, since they can hold what the facts lack.
    pub(crate) facts_cut: bool,
    pub(crate) judgement: &'a Judgement,
    pub(crate) candidate: Option<&'a Judgement>,
}

/// What is recorded of a decision, without secrets.
pub(crate) struct Clean<'a> {
    pub(crate) action: Cow<'a, Action>,
    pub(crate) facts: Cow<'a, Facts>,
    pub(crate) judgement: Cow<'a, Judgement>,
    pub(crate) candidate: Option<Cow<'a, Judgement>>,
    /// By rule, in the order of the names.
    pub(crate) redactions: Vec<Redacted>,
    /// The action's target hides a secret: neither it nor the facts may be stored.
    pub(crate) withheld: bool,
    /// The facts are not all there, and so are not stored.
    pub(crate) facts_cut: bool,
}

impl<'a> Clean<'a> {
    pub(super) fn of(original: Original<'a>) -> Self {
        Self {
            action: Cow::Borrowed(original.action),
            facts: original.facts,
            facts_cut: original.facts_cut,
            judgement: Cow::Borrowed(original.judgement),
            candidate: original.candidate.map(Cow::Borrowed),
            redactions: Vec::new(),
            withheld: false,
        }
    }

    pub(super) fn texts(&self) -> Texts<'_> {
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
    pub(super) fn hide(&mut self, hide: &impl Fn(&mut String), withhold: &impl Fn(&mut String)) {
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
