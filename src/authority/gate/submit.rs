//! Requests, approvals, rejections, withdrawals and acknowledgements are recorded before anything is
//! promoted.

use super::attempt::Attempt;
use super::documents::Signed;
use super::error::GateError;
use super::judging::Judging;
use super::limits::{MAX_OPEN_REQUESTS, MAX_OPEN_REQUESTS_EACH};
use super::ratifying::Ratifying;
use super::recording::Writer;
use crate::authority::Authority;
use crate::canonical::Digest;
use crate::causes::in_line;
use crate::change::acknowledgement::{self, AcknowledgementStatement};
use crate::change::approval::{self, ApprovalStatement};
use crate::change::approval_status::{ApprovalStatus, groups_that_approve};
use crate::change::limits::MAX_CHANGE_FILE_BYTES;
use crate::change::request::{self, ChangeKind};
use crate::change::requested::{Expected, Requested};
use crate::change::signed::SignedDocument;
use crate::change::withdrawal::{self, WithdrawalStatement};
use crate::journal::record::refusal::Author;
use crate::policy::diff::diff;
use crate::readiness::packet::attestation::predicate_type;

/// What is refused here.
const THIS: Attempt = Attempt::Document;

/// A document that was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submitted {
    /// `request`, `approval`, `rejection`, `withdrawal` or `acknowledgement`.
    pub kind: &'static str,
    /// SHA-256 over the bytes of the request that it is, or that it answers. None for an
    /// acknowledgement.
    pub request_digest: Option<Digest>,
    /// Who signed it.
    pub person: String,
    /// Whether it is new.
    pub is_new: bool,
}

impl Authority {
    /// Records a signed request, what answers or withdraws one that was recorded, or an
    /// acknowledgement. As [`Authority::stage`], it must come to its end.
    ///
    /// # Errors
    /// If it doesn't count now, or the journal can't record it.
    pub async fn submit(&self, bytes: &[u8], by: Author) -> Result<Submitted, GateError> {
        let (store, recording) = self.kept()?;
        let signed = Signed::read("document", bytes, MAX_CHANGE_FILE_BYTES)?;
        let _changing = self.changing.lock().await;
        let history = store.settled(recording).await?;
        let trust = store.trust_for(THIS)?;
        let ratifying = Ratifying::of(store, &history, &trust)?;
        let judging = Judging {
            ratifying: ratifying.as_ref(),
            ..Judging::now(store, &history, &trust)?
        };
        let writer = Writer {
            store,
            recording,
            trust: &trust,
            by,
        };
        match signed.envelope.payload_type() {
            request::MEDIA_TYPE => {
                let requested = judging.any_request(&signed);
                let requested = requested.map_err(|why| refused(in_line(&why)))?;
                if history.request(requested.digest).is_none() {
                    has_room(&judging, &requested.requester)?;
                }
                let is_new = writer.request(&signed, &requested).await?;
                Ok(Submitted {
                    kind: "request",
                    request_digest: Some(requested.digest),
                    person: requested.requester,
                    is_new,
                })
            }
            approval::MEDIA_TYPE => match predicate_type(&signed.envelope).as_deref() {
                Some(acknowledgement::PREDICATE_TYPE) => {
                    self.submit_acknowledgement(&judging, &writer, &signed)
                        .await
                }
                Some(withdrawal::PREDICATE_TYPE) => {
                    submit_withdrawal(&judging, &writer, &signed).await
                }
                _ => self.submit_answer(&judging, &writer, signed).await,
            },
            _ => Err(GateError::OtherDocument),
        }
    }

    async fn submit_answer(
        &self,
        judging: &Judging<'_>,
        writer: &Writer<'_>,
        signed: Signed,
    ) -> Result<Submitted, GateError> {
        let verified = ApprovalStatement::verify(&signed.envelope, judging.trust, judging.at);
        let verified = verified.map_err(|error| refused(in_line(&error)))?;
        let digest = verified.document.predicate.request_digest;
        let requested = recorded_request(judging, digest)?;
        let open = judging.not_withdrawn(digest);
        open.map_err(|why| refused(in_line(&why)))?;
        let bundle = requested.request.candidate.bundle_digest;
        let (_, bundle) = judging.store.bundle(bundle)?;
        let slot = self.slot();
        let is_ratification = requested.request.kind == ChangeKind::Ratification;
        let ratifying = judging.ratifying.filter(|_| is_ratification);
        let replaced = ratifying.map_or_else(|| slot.active.pack(), |it| &it.replaced);
        let groups = groups_that_approve(replaced, &bundle.effective()?);
        let answers = std::slice::from_ref(&signed);
        let approval_status: ApprovalStatus = judging.approval_status(&requested, answers, &groups);
        let counted = approval_status
            .approvals
            .iter()
            .chain(&approval_status.rejections)
            .next();
        let Some(counted) = counted else {
            let why = approval_status.refused.first().map(|it| in_line(&it.why));
            return Err(refused(
                why.unwrap_or_else(|| "it doesn't count".to_owned()),
            ));
        };
        let all = judging.answers(&requested, answers)?;
        let among = judging.approval_status(&requested, &all, &groups);
        // A person counts once: another answer of theirs says nothing new.
        let mut counting = among.approvals.iter().chain(&among.rejections);
        let is_new = match counting.any(|it| it.answer == counted.answer) {
            true => writer.answer(&signed, &requested, counted).await?,
            false => false,
        };
        Ok(Submitted {
            kind: match counted.answer.decision {
                approval::Answer::Approve => "approval",
                approval::Answer::Reject => "rejection",
            },
            request_digest: Some(digest),
            person: counted.person.clone(),
            is_new,
        })
    }

    /// An acknowledgement counts if it is about a line of the semantic diff between the policy in force
    /// and a policy of the store. Whether the line causes the groups that it names follows from a
    /// report.
    async fn submit_acknowledgement(
        &self,
        judging: &Judging<'_>,
        writer: &Writer<'_>,
        signed: &Signed,
    ) -> Result<Submitted, GateError> {
        let (envelope, trust) = (&signed.envelope, judging.trust);
        let verified = AcknowledgementStatement::verify_signature(envelope, trust, judging.at);
        let verified = verified.map_err(|error| refused(in_line(&error)))?;
        let answer = verified.document.predicate;
        let to = answer.to_effective_digest;
        let mut kept = judging.history.usable();
        let kept = kept.find(|kept| kept.bundle.effective_digest == to);
        let kept = kept.ok_or_else(|| {
            refused(format!(
                "the store has no policy {to}, which it is about; `cavra lifecycle propose` puts one there"
            ))
        })?;
        let (_, bundle) = judging.store.bundle(kept.bundle.bundle_digest)?;
        let active = &self.slot().active;
        // After a break-glass, the change that people answer for is from the policy that was replaced.
        let ratifying = judging.ratifying;
        let break_glass =
            ratifying.filter(|it| it.replaces.effective_digest == answer.from_effective_digest);
        let (from, replaced) = match break_glass {
            Some(it) => (it.replaces.effective_digest, &it.replaced),
            None => (active.identity().effective_digest, active.pack()),
        };
        let diff = diff(replaced, &bundle.effective()?);
        let about = answer.check_about(from, to, &diff);
        about.map_err(|error| refused(in_line(&error)))?;
        let (person, is_new) = writer.acknowledgement(signed).await?;
        Ok(Submitted {
            kind: "acknowledgement",
            request_digest: None,
            person,
            is_new,
        })
    }
}

/// A withdrawal counts if the requester signed it, and the request was not used.
async fn submit_withdrawal(
    judging: &Judging<'_>,
    writer: &Writer<'_>,
    signed: &Signed,
) -> Result<Submitted, GateError> {
    let envelope = &signed.envelope;
    let verified = WithdrawalStatement::verify_signature(envelope, judging.trust, judging.at);
    let verified = verified.map_err(|error| refused(in_line(&error)))?;
    let statement = verified.document;
    let digest = statement.predicate.request_digest;
    let requested = recorded_request(judging, digest)?;
    let about = statement.check_about(&requested, verified.person);
    about.map_err(|error| refused(in_line(&error)))?;
    if let Some(index) = judging.history.used(digest) {
        return Err(refused(format!(
            "the request was used by the record at {index}, and what was done can't be withdrawn"
        )));
    }
    let is_new = judging.history.withdrawn_request(digest).is_none();
    if is_new {
        let reason = statement.predicate.reason;
        writer.withdrawal(signed, &requested, reason).await?;
    }
    Ok(Submitted {
        kind: "withdrawal",
        request_digest: Some(digest),
        person: requested.requester,
        is_new,
    })
}

/// Whether one more request of this person may wait. Those that have ended take no room, and a
/// request that is approved is recorded with its change, however many others wait.
fn has_room(judging: &Judging<'_>, requester: &str) -> Result<(), GateError> {
    let (mut all, mut own) = (0_usize, 0_usize);
    for digest in judging.history.open_requests() {
        if let Ok(open) = recorded_request(judging, digest) {
            all += 1;
            own += usize::from(open.requester == requester);
        }
    }
    match all >= MAX_OPEN_REQUESTS || own >= MAX_OPEN_REQUESTS_EACH {
        true => Err(GateError::TooManyRequests),
        false => Ok(()),
    }
}

/// A request that was recorded, verified again.
fn recorded_request(judging: &Judging<'_>, digest: Digest) -> Result<Requested, GateError> {
    let recorded = judging.history.request(digest);
    let (position, _) = recorded.ok_or_else(|| {
        refused(format!(
            "the request {digest} that it answers was not submitted"
        ))
    })?;
    let bytes = judging.store.document(position)?;
    let signed = Signed::read("request", &bytes, MAX_CHANGE_FILE_BYTES)?;
    let verified = Requested::verify(
        &signed.envelope,
        judging.trust,
        Expected::default(),
        judging.at,
    );
    verified.map_err(|refusal| refused(in_line(&refusal)))
}

/// The document is refused for this reason.
pub(super) fn refused(why: String) -> GateError {
    THIS.refused(why)
}
