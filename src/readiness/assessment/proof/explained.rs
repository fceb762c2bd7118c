//! Which groups of the shadow report somebody who may has explained.

use std::collections::BTreeSet;

use super::super::checks::Checks;
use super::{ProofContext, Signed};
use crate::canonical::Digest;
use crate::causes::in_line;
use crate::change::acknowledgement::AcknowledgementStatement;
use crate::change::error::AcknowledgementRefusal;
use crate::keys::dsse::{DsseError, Envelope};
use crate::policy::diff::{Diff, diff};
use crate::shadow::compare::explanation::{self, Explanation, ExplanationError};
use crate::shadow::report::Report;
use crate::shadow::report::answer::AnswerError;
use crate::trust::document::PersonRole;

/// The name of the check.
const EXPLANATIONS: &str = "explanations";

/// Groups that are explained, and by whom.
struct Answer {
    groups: BTreeSet<Digest>,
    people: Vec<String>,
}

/// Why an explanation or an acknowledgement doesn't count.
#[derive(Debug, thiserror::Error)]
enum NotCounted {
    /// The signature of an explanation doesn't verify.
    #[error(transparent)]
    Signature(#[from] DsseError),
    /// Nobody who signed an explanation may explain.
    #[error("nobody with the role `explain` signed one of the explanations")]
    Nobody,
    /// What was signed is no explanation.
    #[error(transparent)]
    Explanation(#[from] ExplanationError),
    /// An explanation is of another report.
    #[error("{0} is explained, and the report has no such group")]
    Group(Digest),
    /// An acknowledgement doesn't count for this change.
    #[error(transparent)]
    Refused(#[from] AcknowledgementRefusal),
    /// The line of an acknowledgement doesn't cause a group that it names.
    #[error(transparent)]
    Groups(#[from] AnswerError),
}

/// The groups of `report` that are explained. An explanation that doesn't count blocks, and so does
/// a group that the report calls explained and that nobody explains in the packet.
pub(super) fn check(
    context: &ProofContext<'_>,
    signed: &Signed<'_>,
    report: &Report,
    checks: &mut Checks,
) -> BTreeSet<Digest> {
    let mut explained = BTreeSet::new();
    let mut faults = Vec::new();
    let diff = diff(context.policies.replaced, context.policies.candidate);
    let explanations = signed.explanations.iter();
    let explanations = explanations.map(|it| counted(context, it, report));
    let acknowledgements = signed.acknowledgements.iter();
    let acknowledgements = acknowledgements.map(|it| acknowledged(context, it, report, &diff));
    for answer in explanations.chain(acknowledgements) {
        match answer {
            Ok(answer) => {
                explained.extend(answer.groups);
                checks.judged.signers.extend(answer.people);
            }
            Err(fault) => faults.push(in_line(&fault)),
        }
    }
    let claimed = report.groups.iter().filter(|group| group.explained);
    let claimed = claimed.map(|group| group.id);
    let unclear = report.loosened_groups().filter(|group| group.explained);
    let claimed: BTreeSet<Digest> = claimed.chain(unclear.map(|group| group.id)).collect();
    let unsigned = claimed.difference(&explained);
    faults.extend(unsigned.map(|group| {
        format!(
            "the report says that the group {} is explained, and no explanation of it counts",
            group
        )
    }));
    let sound = match explained.len() {
        0 => "no group is called explained".to_owned(),
        count => format!("{count} groups are explained by people who may"),
    };
    checks.signed_faults(EXPLANATIONS, &faults, sound);
    explained
}

fn counted(
    context: &ProofContext<'_>,
    envelope: &Envelope,
    report: &Report,
) -> Result<Answer, NotCounted> {
    let signed = envelope.signed_by(explanation::MEDIA_TYPE, context.trust.keys())?;
    let people = context.trust.people_with(PersonRole::Explain, &signed.keys);
    if people.is_empty() {
        return Err(NotCounted::Nobody);
    }
    let explanation = Explanation::read(&signed.payload)?;
    let group = explanation.group;
    match report.has_group(group) {
        true => Ok(Answer {
            groups: [group].into(),
            people: people.into_iter().map(|it| it.id.clone()).collect(),
        }),
        false => Err(NotCounted::Group(group)),
    }
}

/// An acknowledgement counts if it is about these two policies and a line of their diff that causes
/// the groups that it names.
fn acknowledged(
    context: &ProofContext<'_>,
    envelope: &Envelope,
    report: &Report,
    diff: &Diff,
) -> Result<Answer, NotCounted> {
    let policies = context.policies;
    let (from, to) = (policies.replaced_digest, policies.digests.effective_digest);
    let (trust, change) = (context.trust, (from, to, diff));
    let verified = AcknowledgementStatement::verify_for(envelope, trust, context.at, change)?;
    let answer = verified.document.predicate;
    let groups = report.answered(&answer.line, diff, &answer.groups);
    Ok(Answer {
        groups: groups?,
        people: vec![verified.person.id.clone()],
    })
}
