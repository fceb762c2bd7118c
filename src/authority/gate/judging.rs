//! Whether a request counts, and who has approved it.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::criteria::not_rehearsed;
use super::documents::Signed;
use super::error::GateError;
use super::history::{History, InForce};
use super::ratifying::Ratifying;
use super::request_problem::RequestProblem;
use super::store::{PolicyStore, this_engine};
use crate::canonical::Digest;
use crate::causes::in_line;
use crate::change::approval_status::ApprovalStatus;
use crate::change::limits::MAX_CHANGE_FILE_BYTES;
use crate::change::request::{ChangeKind, ChangeRequest, EngineIdentity, Replaced};
use crate::change::requested::{Expected, Requested};
use crate::journal::record::lifecycle::{EngineRef, LifecycleEvent};
use crate::keys::dsse::Envelope;
use crate::readiness::assessment::Rehearsal;
use crate::trust::Trust;

/// By what a request is judged.
pub(super) struct Judging<'a> {
    pub(super) store: &'a PolicyStore,
    pub(super) history: &'a History,
    pub(super) in_force: &'a InForce,
    pub(super) trust: &'a Trust,
    pub(super) at: Timestamp,
    /// What a request for a ratification is judged by. None where there is nothing to ratify.
    pub(super) ratifying: Option<&'a Ratifying>,
}

impl<'a> Judging<'a> {
    /// The rehearsed returns in the journal.
    pub(super) fn rehearsals(&self) -> Vec<Rehearsal> {
        let key = self.store.log_key();
        let events = self.history.events().iter();
        let rehearsed = events.filter_map(|(index, record)| match &record.event {
            LifecycleEvent::Rehearsed(rehearsed) => Some(Rehearsal {
                journal_origin: key.name().to_string(),
                log_key_id: format!("{:08x}", key.id()),
                index: *index,
                bundle_digest: rehearsed.active.bundle.bundle_digest,
            }),
            _ => None,
        });
        rehearsed.collect()
    }

    /// Judges by what is recorded and by the clock.
    ///
    /// # Errors
    /// If nothing is in force, so that there is nothing to change.
    pub(super) fn now(
        store: &'a PolicyStore,
        history: &'a History,
        trust: &'a Trust,
    ) -> Result<Self, GateError> {
        Ok(Self {
            store,
            history,
            in_force: history.in_force().ok_or(GateError::NoStore)?,
            trust,
            at: Timestamp::now(),
            ratifying: None,
        })
    }
}

impl Judging<'_> {
    /// The request, if its requester signed it for this change of this authority, and nobody used
    /// it.
    pub(super) fn request(
        &self,
        request: &Signed,
        kind: ChangeKind,
    ) -> Result<Requested, RequestProblem> {
        self.verified(request, Some(kind))
    }

    /// What a request asks for, whatever kind of change it is.
    pub(super) fn any_request(&self, request: &Signed) -> Result<Requested, RequestProblem> {
        self.verified(request, None)
    }

    fn verified(
        &self,
        request: &Signed,
        kind: Option<ChangeKind>,
    ) -> Result<Requested, RequestProblem> {
        let verify = |expected: Expected<'_>| {
            Requested::verify(&request.envelope, self.trust, expected, self.at)
        };
        let requested = verify(Expected::default())?;
        if let Some(index) = self.history.used(requested.digest) {
            return Err(RequestProblem::Used(index));
        }
        self.not_withdrawn(requested.digest)?;
        self.not_rejected(requested.digest)?;
        let found = requested.request.kind;
        if let Some(wanted) = kind.filter(|wanted| *wanted != found) {
            return Err(RequestProblem::OtherKind { found, wanted });
        }
        let replaces = match (found, self.ratifying) {
            (ChangeKind::Ratification, Some(ratifying)) => ratifying.replaces.clone(),
            (ChangeKind::Ratification, None) => {
                return Err(RequestProblem::NothingToRatify);
            }
            (ChangeKind::Promotion | ChangeKind::Rollback, _) => self.replaces(),
        };
        let engine = engine_identity(this_engine());
        Ok(verify(Expected {
            candidate: None,
            replaces: Some(&replaces),
            engine: Some(&engine),
            criteria: None,
        })?)
    }

    /// Whether the request goes on, because its requester didn't withdraw it.
    pub(super) fn not_withdrawn(&self, request: Digest) -> Result<(), RequestProblem> {
        match self.history.withdrawn_request(request) {
            Some((index, person)) => Err(RequestProblem::Withdrawn {
                person: person.to_owned(),
                index,
            }),
            None => Ok(()),
        }
    }

    /// Whether the request goes on, because no recorded rejection ended it. The trust file in force is
    /// not asked again: a rejection counts whatever became of its signer's key.
    fn not_rejected(&self, request: Digest) -> Result<(), RequestProblem> {
        match self.history.rejected_request(request) {
            Some((index, person)) => Err(RequestProblem::Rejected {
                person: person.to_owned(),
                index,
            }),
            None => Ok(()),
        }
    }

    /// The acknowledgements that were recorded for a change from one policy to another.
    pub(super) fn acknowledgements(
        &self,
        from: Digest,
        to: Digest,
    ) -> Result<Vec<Signed>, GateError> {
        let recorded = self.history.acknowledgements(from, to);
        let documents = recorded.map(|(position, _)| {
            let bytes = self.store.document(position)?;
            Signed::read("acknowledgement", &bytes, MAX_CHANGE_FILE_BYTES)
        });
        documents.collect()
    }

    /// What the records and the clock say against a promotion. They may change while its evidence is
    /// judged, so this is asked again under the lock for changes.
    pub(super) fn by_history(&self, request: &ChangeRequest) -> Vec<String> {
        let bundle = request.candidate.bundle_digest;
        let is_kept = self.history.was_in_force(bundle) || self.history.is_candidate(bundle);
        let withdrawn = (!is_kept).then(|| "the candidate was withdrawn".to_owned());
        let rehearsed = not_rehearsed(&request.criteria, self.history, self.in_force);
        let watched = request.check_rollback_covered(self.at).err();
        withdrawn
            .into_iter()
            .chain(rehearsed)
            .chain(watched.map(|it| it.to_string()))
            .collect()
    }

    /// What a change replaces now.
    fn replaces(&self) -> Replaced {
        replaces(self.store, self.in_force)
    }

    /// The answers to a request: those that were recorded before, and those that are given. One
    /// that says the same as another, in an envelope with other hints, is the same answer.
    pub(super) fn answers(
        &self,
        requested: &Requested,
        given: &[Signed],
    ) -> Result<Vec<Signed>, GateError> {
        let mut answers = Vec::new();
        let mut known = BTreeSet::new();
        for (position, _) in self.history.answers(requested.digest) {
            let bytes = self.store.document(position)?;
            let signed = Signed::read("approval", &bytes, MAX_CHANGE_FILE_BYTES)?;
            known.insert(signed.said());
            answers.push(signed);
        }
        let new = given.iter().filter(|signed| known.insert(signed.said()));
        answers.extend(new.cloned());
        Ok(answers)
    }

    /// Which of the answers count.
    pub(super) fn approval_status(
        &self,
        requested: &Requested,
        answers: &[Signed],
        groups: &BTreeSet<String>,
    ) -> ApprovalStatus {
        let envelopes: Vec<Envelope> = answers.iter().map(|it| it.envelope.clone()).collect();
        let nobody = BTreeSet::new();
        let is_ratification = requested.request.kind == ChangeKind::Ratification;
        let ratifying = self.ratifying.filter(|_| is_ratification);
        let broke_glass = ratifying.map_or(&nobody, |it| &it.broke_glass);
        let (trust, at) = (self.trust, self.at);
        ApprovalStatus::of_others(requested, &envelopes, trust, groups, broke_glass, at)
    }
}

/// What a change of `store` replaces while this policy is in force, as requests name it.
#[must_use]
pub fn replaces(store: &PolicyStore, in_force: &InForce) -> Replaced {
    let key = store.log_key();
    Replaced {
        journal_origin: key.name().to_string(),
        log_key_id: format!("{:08x}", key.id()),
        effective_digest: in_force.activation.bundle.effective_digest,
        activation_index: in_force.index,
    }
}

/// An engine, as requests name it.
pub(super) fn engine_identity(engine: EngineRef) -> EngineIdentity {
    EngineIdentity {
        cavra_version: engine.cavra_version,
        base_rules_digest: engine.base_rules_digest,
        facts_version: engine.facts_version,
    }
}

/// All that is missing for a request to be approved, one line each.
pub(super) fn missing_approvals(approval_status: &ApprovalStatus) -> Vec<String> {
    if approval_status.is_approved() {
        return Vec::new();
    }
    let mut missing: Vec<String> = Vec::new();
    let rejected = approval_status.rejections.iter();
    missing.extend(rejected.map(|it| format!("`{}` rejected the request", it.person)));
    let groups = approval_status.missing_groups.iter();
    missing.extend(groups.map(|group| format!("nobody in `{group}` has approved the request")));
    if approval_status.missing_approvals > 0 {
        missing.push(format!(
            "{} more must approve the request",
            approval_status.missing_approvals
        ));
    }
    let refused = approval_status.refused.iter();
    missing.extend(refused.map(|it| format!("an answer doesn't count: {}", in_line(&it.why))));
    if missing.is_empty() {
        missing.push("nobody has approved the request".to_owned());
    }
    missing
}
