//! A decision on its way into the journal.

use std::borrow::Cow;

use super::Latency;
use super::approval::ApprovalNote;
use super::decision::PeerRecord;
use super::limits::MAX_SUBJECT_BYTES;
use crate::action::facts::{Facts, ResourceChange};
use crate::decision::{Change, Decision};
use crate::redaction::Original;

/// A decision, with the facts that it follows from.
#[derive(Debug, Clone, Copy)]
pub struct Decided<'a> {
    /// The decision that is answered.
    pub decision: &'a Decision,
    /// The facts that the decision follows from.
    pub facts: &'a Facts,
    /// The candidate's decision and how it differs, if there was a candidate.
    pub candidate: Option<(&'a Decision, Change)>,
    /// The time that the decision took.
    pub latency: Latency,
    /// What the decision does with an approval. Its request has neither a summary nor requirements yet:
    /// they are those of the record, without secrets.
    pub approval: Option<&'a ApprovalNote>,
    /// Who asked, where the kernel tells it.
    pub peer: Option<PeerRecord>,
}

impl<'a> Decided<'a> {
    /// What is to be recorded of it, with its secrets.
    pub(super) fn original(&self) -> Original<'a> {
        let facts = without_changes(self.facts);
        Original {
            action: &self.decision.action,
            facts_cut: facts.is_some(),
            facts: facts.map_or(Cow::Borrowed(self.facts), Cow::Owned),
            judgement: &self.decision.judgement,
            candidate: self.candidate.map(|(decision, _)| &*decision.judgement),
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
