//! Who signed an approval or a rejection, whatever it is about.

use jiff::Timestamp;

use super::approval::{Answer, Approval, ApprovalStatement};
use super::error::ApprovalRefusal;
use super::statement;
use crate::keys::dsse::Envelope;
use crate::trust::document::{Person, PersonRole};
use crate::trust::{Holder, Trust};

/// The Statement in an envelope, and the person who signed it as its approver: one with the role
/// `approve`, as of the time `at`.
///
/// # Errors
/// With the first reason why nobody approves or rejects anything by this envelope.
pub fn verify<'t>(
    envelope: &Envelope,
    trust: &'t Trust,
    at: Timestamp,
) -> Result<(ApprovalStatement, &'t Person), ApprovalRefusal> {
    if trust.is_expired(at) {
        return Err(ApprovalRefusal::TrustExpired(trust.file().expires));
    }
    let opened = statement::open(envelope, trust)?;
    let statement = ApprovalStatement::read(&opened.payload)?;
    if opened.signatures != 1 {
        return Err(ApprovalRefusal::Signatures(opened.signatures));
    }
    let person = match opened.holder {
        Some(Holder::Person(person)) => person,
        Some(Holder::Service(service)) => {
            return Err(ApprovalRefusal::Service(service.id.clone()));
        }
        None => return Err(ApprovalRefusal::UnknownSigner),
    };
    if trust.person(&statement.predicate.approver) != Some(person) {
        return Err(ApprovalRefusal::OtherApprover {
            named: statement.predicate.approver,
            signer: person.id.clone(),
        });
    }
    if !person.roles.contains(&PersonRole::Approve) {
        return Err(ApprovalRefusal::WrongRole(person.id.clone()));
    }
    let subject = statement.predicate.to_effective_digest;
    if !statement.is_about(subject) {
        return Err(ApprovalRefusal::OtherSubject(subject));
    }
    in_time(&statement.predicate, at)?;
    Ok((statement, person))
}

fn in_time(answer: &Approval, at: Timestamp) -> Result<(), ApprovalRefusal> {
    if answer.decided_at > at {
        return Err(ApprovalRefusal::NotYet(answer.decided_at));
    }
    // What was rejected stays rejected.
    let ends = answer.decision == Answer::Approve;
    match ends && at >= answer.expires_at {
        true => Err(ApprovalRefusal::Expired(answer.expires_at)),
        false => Ok(()),
    }
}
