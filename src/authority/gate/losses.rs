//! The cases of the replaced policy that a change loses.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::answered::{Between, unanswered};
use super::documents::Signed;
use super::error::GateError;
use super::judging::Judging;
use crate::authority::rehearsal::lost;
use crate::canonical::Digest;
use crate::change::request::ChangeRequest;
use crate::engine::Policy;
use crate::policy::diff::diff;
use crate::policy::effective::EffectivePack;

/// A change that is asked for: from one policy to another.
pub(super) struct AskedChange<'a> {
    pub(super) request: &'a ChangeRequest,
    pub(super) from: (&'a EffectivePack, Digest),
    pub(super) to: (&'a Arc<Policy>, Digest),
}

impl Judging<'_> {
    /// What is missing for the cases of the replaced policy that a change loses, one line each: the
    /// request must name them, and somebody must answer for each, in what was recorded or in `given`.
    pub(super) fn losses(
        &self,
        change: &AskedChange<'_>,
        given: &[Signed],
    ) -> Result<Vec<String>, GateError> {
        let ((from, from_digest), (to, to_digest)) = (change.from, change.to);
        let lost = lost(from, to);
        let between = Between {
            from: from_digest,
            to: to_digest,
            diff: &diff(from, to.pack()),
            trust: self.trust,
            at: self.at,
        };
        let recorded = self.acknowledgements(from_digest, to_digest)?;
        let (answered, refused) = between.answered_cases(&recorded, given);
        let mut lacking = unnamed(change.request, &lost);
        lacking.extend(refused);
        lacking.extend(unanswered(&lost, &answered));
        Ok(lacking)
    }
}

/// Cases of the replaced policy that the candidate lost and that the request doesn't name.
pub(super) fn unnamed(request: &ChangeRequest, lost: &[String]) -> Vec<String> {
    let named: BTreeSet<&String> = request.removed_cases.iter().collect();
    let unnamed = lost.iter().filter(|id| !named.contains(id));
    let line = |id| {
        format!(
            "the candidate lacks the case `{id}` and decides otherwise, and the request doesn't say so"
        )
    };
    unnamed.map(line).collect()
}
