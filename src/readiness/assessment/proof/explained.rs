//! Which groups of the shadow report somebody who may has explained.

use std::collections::BTreeSet;

use super::super::checks::Checks;
use super::{ProofContext, Signed};
use crate::canonical::Digest;
use crate::causes::in_line;
use crate::change::acknowledgement::AcknowledgementStatement;
use crate::keys::dsse::Envelope;
use crate::policy::diff::{Diff, diff};
use crate::shadow::compare::explanation::{self, Explanation};
use crate::shadow::report::Report;
use crate::trust::document::PersonRole;

/// The name of the check.
const EXPLANATIONS: &str = "explanations";

/// Groups that are explained, and by whom.
struct Answer {
    groups: BTreeSet<Digest>,
    people: Vec<String>,
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
            Err(fault) => faults.push(fault),
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
) -> Result<Answer, String> {
    let signed = envelope.signed_by(explanation::MEDIA_TYPE, context.trust.keys());
    let signed = signed.map_err(|error| in_line(&error))?;
    let people = context.trust.people_with(PersonRole::Explain, &signed.keys);
    if people.is_empty() {
        let message = "nobody with the role `explain` signed one of the explanations";
        return Err(message.to_owned());
    }
    let explanation = Explanation::read(&signed.payload).map_err(|error| in_line(&error))?;
    let group = explanation.group;
    match report.has_group(group) {
        true => Ok(Answer {
            groups: [group].into(),
            people: people.into_iter().map(|it| it.id.clone()).collect(),
        }),
        false => Err(format!(
            "{group} is explained, and the report has no such group"
        )),
    }
}

/// An acknowledgement counts if it is about these two policies and a line of their diff that causes
/// the groups that it names.
fn acknowledged(
    context: &ProofContext<'_>,
    envelope: &Envelope,
    report: &Report,
    diff: &Diff,
) -> Result<Answer, String> {
    let policies = context.policies;
    let (from, to) = (policies.replaced_digest, policies.digests.effective_digest);
    let (trust, change) = (context.trust, (from, to, diff));
    let verified = AcknowledgementStatement::verify_for(envelope, trust, context.at, change);
    let verified = verified.map_err(|error| in_line(&error))?;
    let answer = verified.document.predicate;
    let groups = report.answered(&answer.line, diff, &answer.groups);
    Ok(Answer {
        groups: groups.map_err(|error| in_line(&error))?,
        people: vec![verified.person.id.clone()],
    })
}
