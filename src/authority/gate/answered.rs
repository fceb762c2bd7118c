//! Which lost cases somebody answers for.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::documents::Signed;
use crate::canonical::Digest;
use crate::causes::in_line;
use crate::change::acknowledgement::AcknowledgementStatement;
use crate::change::error::AcknowledgementRefusal;
use crate::policy::diff::Diff;
use crate::trust::Trust;

/// A change from one policy to another, by their effective digests.
pub(super) struct Between<'a> {
    pub(super) from: Digest,
    pub(super) to: Digest,
    pub(super) diff: &'a Diff,
    pub(super) trust: &'a Trust,
    pub(super) at: Timestamp,
}

impl Between<'_> {
    /// The cases that the acknowledgements answer for. What was recorded counts as far as it is about
    /// this change. What is given must count: the second list says why one doesn't.
    pub(super) fn answered_cases(
        &self,
        recorded: &[Signed],
        given: &[Signed],
    ) -> (BTreeSet<String>, Vec<String>) {
        let recorded = recorded.iter().filter_map(|signed| self.case(signed).ok());
        let mut cases: BTreeSet<String> = recorded.flatten().collect();
        let mut refused = Vec::new();
        for signed in given {
            match self.case(signed) {
                Ok(case) => cases.extend(case),
                Err(why) => {
                    let why = in_line(&why);
                    refused.push(format!("an acknowledgement doesn't count: {why}"));
                }
            }
        }
        (cases, refused)
    }

    fn case(&self, signed: &Signed) -> Result<Option<String>, AcknowledgementRefusal> {
        let (envelope, change) = (&signed.envelope, (self.from, self.to, self.diff));
        let verified = AcknowledgementStatement::verify_for(envelope, self.trust, self.at, change)?;
        let answer = verified.document.predicate;
        Ok(answer.lost_case().map(str::to_owned))
    }
}

/// The lost cases that nobody answers for, one line each.
pub(super) fn unanswered(lost: &[String], answered: &BTreeSet<String>) -> Vec<String> {
    let lost = lost.iter().filter(|id| !answered.contains(*id));
    let line =
        |id| format!("nobody with the role `explain` acknowledges that the case `{id}` is gone");
    lost.map(line).collect()
}
