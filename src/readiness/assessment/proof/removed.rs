//! Whether somebody acknowledges each case that the candidate lost. A case that is gone shows in no
//! traffic, so no shadow report can miss it.

use std::collections::BTreeSet;

use super::super::checks::Checks;
use super::{ProofContext, Signed};
use crate::change::acknowledgement::AcknowledgementStatement;
use crate::keys::dsse::Envelope;
use crate::policy::diff::{Diff, diff};

/// The name of the check.
const REMOVED: &str = "removed_cases";

pub(super) fn check(context: &ProofContext<'_>, signed: &Signed<'_>, checks: &mut Checks) {
    let removed = &context.policies.lost;
    if removed.is_empty() {
        let sound = match context.policies.lacking.len() {
            0 => "the candidate has every case of the replaced policy".to_owned(),
            count => format!(
                "the candidate decides the {count} cases that it lacks as the replaced policy expects"
            ),
        };
        return checks.pass(REMOVED, sound);
    }
    let diff = diff(context.policies.replaced, context.policies.candidate);
    let answers = signed.acknowledgements.iter();
    let answers = answers.filter_map(|envelope| acknowledged(context, envelope, &diff));
    let answered: BTreeSet<String> = answers.collect();
    let missing = removed.iter().filter(|case| !answered.contains(*case));
    let missing: Vec<&str> = missing.map(String::as_str).collect();
    match missing.join("`, `") {
        none if none.is_empty() => checks.signed(
            REMOVED,
            format!("{} removed cases are acknowledged", removed.len()),
        ),
        cases => {
            let message = format!(
                "nobody with the role `explain` acknowledges that the candidate lacks `{cases}`"
            );
            context.subject.lacks(checks, REMOVED, &message);
        }
    }
}

/// The case that an acknowledgement is for. One that doesn't count is named by another check.
fn acknowledged(context: &ProofContext<'_>, envelope: &Envelope, diff: &Diff) -> Option<String> {
    let policies = context.policies;
    let (from, to) = (policies.replaced_digest, policies.digests.effective_digest);
    let (trust, change) = (context.trust, (from, to, diff));
    let verified = AcknowledgementStatement::verify_for(envelope, trust, context.at, change);
    let answer = verified.ok()?.document.predicate;
    answer.lost_case().map(str::to_owned)
}
