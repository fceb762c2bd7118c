//! What is recorded of a decision, while secrets are taken out of it.

use std::borrow::Cow;

use super::super::decided::Decided;
use super::super::limits::MAX_SUBJECT_BYTES;
use super::haystack::Texts;
use super::redacted::Redacted;
use super::replace;
use crate::action::Action;
use crate::action::facts::{Facts, ResourceChange};
use crate::canonical::is_cut;
use crate::decision::Judgement;

/// What is recorded of a decision, without secrets.
pub(in super::super) struct Clean<'a> {
    pub(in super::super) action: Cow<'a, Action>,
    pub(in super::super) facts: Cow<'a, Facts>,
    pub(in super::super) judgement: Cow<'a, Judgement>,
    pub(in super::super) candidate: Option<Cow<'a, Judgement>>,
    /// By rule, in the order of the names.
    pub(in super::super) redactions: Vec<Redacted>,
    /// The action's target hides a secret: neither it nor the facts may be stored.
    pub(in super::super) withheld: bool,
    /// The facts are not all there, and so are not stored.
    pub(in super::super) facts_cut: bool,
}

impl<'a> Clean<'a> {
    pub(super) fn of(decided: &Decided<'a>) -> Self {
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
