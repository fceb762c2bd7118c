//! Requests, approvals and rejections are recorded before anything is promoted.

use super::documents::Signed;
use super::error::GateError;
use super::judging::Judging;
use super::ratifying::Ratifying;
use super::recording::Writer;
use crate::authority::Authority;
use crate::canonical::Digest;
use crate::causes::in_line;
use crate::change::approval;
use crate::change::limits::MAX_CHANGE_FILE_BYTES;
use crate::change::request::{self, ChangeKind};
use crate::change::requested::{Expected, Requested};
use crate::change::signer::verify;
use crate::change::standing::{Standing, groups_that_approve};
use crate::journal::record::refusal::Author;

/// A document that was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submitted {
    /// `request`, `approval` or `rejection`.
    pub kind: &'static str,
    /// SHA-256 over the bytes of the request that it is, or that it answers.
    pub request_digest: Digest,
    /// Who signed it.
    pub person: String,
    /// Whether it is new.
    pub is_new: bool,
}

impl Authority {
    /// Records a signed request, or an approval or a rejection of one that was recorded. As
    /// [`Authority::stage`], it must come to its end.
    ///
    /// # Errors
    /// If it doesn't count now, or the journal can't record it.
    pub async fn submit(&self, bytes: &[u8], by: Author) -> Result<Submitted, GateError> {
        let (store, recording) = self.kept()?;
        let signed = Signed::read("document", bytes, MAX_CHANGE_FILE_BYTES)?;
        let _changing = self.changing.lock().await;
        let history = store.settled(recording).await?;
        let trust = store.trust().ok_or_else(|| {
            refused("the service has no trust file: start it with `--trust FILE`".to_owned())
        })?;
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
                let requested = judging.any_request(&signed).map_err(refused)?;
                let is_new = writer.request(&signed, &requested).await?;
                Ok(Submitted {
                    kind: "request",
                    request_digest: requested.digest,
                    person: requested.requester,
                    is_new,
                })
            }
            approval::MEDIA_TYPE => self.submit_answer(&judging, &writer, signed).await,
            _ => Err(GateError::OtherDocument),
        }
    }

    async fn submit_answer(
        &self,
        judging: &Judging<'_>,
        writer: &Writer<'_>,
        signed: Signed,
    ) -> Result<Submitted, GateError> {
        let verified = verify(&signed.envelope, judging.trust, judging.at);
        let (statement, _) = verified.map_err(|error| refused(in_line(&error)))?;
        let digest = statement.predicate.request_digest;
        let requested = recorded_request(judging, digest)?;
        let bundle = requested.request.candidate.bundle_digest;
        let (_, bundle) = judging.store.bundle(bundle)?;
        let slot = self.slot();
        let is_ratification = requested.request.kind == ChangeKind::Ratification;
        let ratifying = judging.ratifying.filter(|_| is_ratification);
        let replaced = ratifying.map_or_else(|| slot.active.pack(), |it| &it.replaced);
        let groups = groups_that_approve(replaced, &bundle.effective()?);
        let answers = std::slice::from_ref(&signed);
        let standing: Standing = judging.standing(&requested, answers, &groups);
        let counted = standing.approvals.iter().chain(&standing.rejections).next();
        let Some(counted) = counted else {
            let why = standing.refused.first().map(|it| in_line(&it.why));
            return Err(refused(
                why.unwrap_or_else(|| "it doesn't count".to_owned()),
            ));
        };
        let all = judging.answers(&requested, answers)?;
        let among = judging.standing(&requested, &all, &groups);
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
            request_digest: digest,
            person: counted.person.clone(),
            is_new,
        })
    }
}

/// A request that was recorded, verified once more.
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

fn refused(why: String) -> GateError {
    GateError::Missing {
        what: "the document is",
        missing: vec![why],
    }
}
