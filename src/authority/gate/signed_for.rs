//! Whether people have signed for the policy in force.
//!
//! A checkpoint shows that the holder of the journal's key wrote a record. It doesn't show that
//! anybody approved the change, and the key is often kept beside the journal. So a start verifies
//! the request and the approvals again, by the trust files that the journal keeps.
//!
//! A first policy is taken from the operator, and needs no signature.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::documents::Signed;
use super::error::GateError;
use super::history::History;
use super::judging::missing_approvals;
use super::store::PolicyStore;
use super::trusting::{TrustChain, trust_chain};
use crate::canonical::Digest;
use crate::causes::in_line;
use crate::change::approval::Answer;
use crate::change::limits::MAX_CHANGE_FILE_BYTES;
use crate::change::request::{ChangeKind, Replaced};
use crate::change::requested::{Expected, Requested};
use crate::change::standing::{Standing, groups_that_approve};
use crate::journal::record::LifecycleRecord;
use crate::journal::record::lifecycle::{
    BundleRef, LifecycleEvent, ReplacedRef, RollbackCover, TrustRef,
};
use crate::keys::dsse::Envelope;
use crate::policy::effective::EffectivePack;

/// One change, as its record tells it.
struct Told<'a> {
    /// The index of the record.
    index: u64,
    kind: ChangeKind,
    request: Digest,
    trust: TrustRef,
    active: &'a BundleRef,
    replaced: &'a ReplacedRef,
    /// When it was recorded.
    at: Timestamp,
}

impl PolicyStore {
    /// Whether the documents that the journal keeps allow the policy in force. A policy that
    /// returned under the approvals of the promotion that it undoes must itself be allowed.
    ///
    /// # Errors
    /// With what is missing.
    pub(super) fn is_signed_for(&self, history: &History) -> Result<(), GateError> {
        let chain = trust_chain(self.directory(), history)?;
        let mut next = history.in_force().map(|it| it.index);
        while let Some(index) = next {
            let verified = self.activation(history, &chain, index)?;
            // Each step goes to an older record.
            next = verified.filter(|before| *before < index);
        }
        Ok(())
    }

    /// Verifies what put a policy in force. Gives the index of the activation that must be
    /// verified too.
    fn activation(
        &self,
        history: &History,
        chain: &TrustChain,
        index: u64,
    ) -> Result<Option<u64>, GateError> {
        let record = at(history, index)?;
        match &record.event {
            LifecycleEvent::Promoted(_) => {
                self.promotion(history, chain, index)?;
                Ok(None)
            }
            LifecycleEvent::RolledBack(back) => match &back.cover {
                RollbackCover::Request {
                    request_digest,
                    trust,
                    ..
                } => {
                    let told = Told {
                        index,
                        kind: ChangeKind::Rollback,
                        request: *request_digest,
                        trust: *trust,
                        active: &back.active.bundle,
                        replaced: &back.replaced,
                        at: record.timestamp,
                    };
                    self.change(history, chain, &told)?;
                    Ok(None)
                }
                RollbackCover::Promotion { promotion_index } => {
                    let requested = self.promotion(history, chain, *promotion_index)?;
                    let undone = requested.request.replaces.activation_index;
                    let before = at(history, undone)?.event.activation();
                    let returns = before.map(|it| it.bundle.bundle_digest);
                    let until = requested.request.rollback_until;
                    let is_covered = back.replaced.activation_index == *promotion_index
                        && returns == Some(back.active.bundle.bundle_digest)
                        && until.is_some_and(|until| record.timestamp < until);
                    match is_covered {
                        true => Ok(Some(undone)),
                        false => Err(unsigned(
                            index,
                            "the promotion that it names doesn't cover it".to_owned(),
                        )),
                    }
                }
            },
            _ => Ok(None),
        }
    }

    fn promotion(
        &self,
        history: &History,
        chain: &TrustChain,
        index: u64,
    ) -> Result<Requested, GateError> {
        let record = at(history, index)?;
        let LifecycleEvent::Promoted(promoted) = &record.event else {
            return Err(unsigned(index, "it is no promotion".to_owned()));
        };
        let told = Told {
            index,
            kind: ChangeKind::Promotion,
            request: promoted.request_digest,
            trust: promoted.trust,
            active: &promoted.active.bundle,
            replaced: &promoted.replaced,
            at: record.timestamp,
        };
        self.change(history, chain, &told)
    }

    /// Verifies the request of a change, and its approvals.
    fn change(
        &self,
        history: &History,
        chain: &TrustChain,
        told: &Told<'_>,
    ) -> Result<Requested, GateError> {
        let refused = |why: String| unsigned(told.index, why);
        let trust = chain.get(told.trust);
        let trust = trust.ok_or_else(|| refused("its trust file isn't recorded".to_owned()))?;
        let recorded = history.request(told.request);
        let (position, _) = recorded.ok_or_else(|| refused("its request is missing".to_owned()))?;
        let request = self.signed(position, "request")?;
        let approvals = self.approvals(history, told.request)?;
        // All that counted when the change was made, counted when the last approval was given.
        let decided = approvals.iter().filter_map(Signed::decided_at).max();
        let at = decided.map_or(told.at, |decided| decided.min(told.at));
        let replaces = self.replaced(told.replaced);
        let expected = Expected {
            candidate: Some(told.active.effective_digest),
            replaces: Some(&replaces),
            ..Expected::default()
        };
        let requested = Requested::verify(&request.envelope, trust, expected, at)
            .map_err(|refusal| refused(in_line(&refusal)))?;
        let asked = &requested.request;
        if asked.kind != told.kind || asked.candidate.bundle_digest != told.active.bundle_digest {
            return Err(refused("its request is for another change".to_owned()));
        }
        let groups = self.groups(history, told)?;
        let envelopes: Vec<Envelope> = approvals.into_iter().map(|it| it.envelope).collect();
        let standing = Standing::of(&requested, &envelopes, trust, &groups, at);
        match standing.is_approved() {
            true => Ok(requested),
            false => Err(refused(missing_approvals(&standing).join("; "))),
        }
    }

    /// The recorded approvals of a request. What else was recorded for it ended nothing.
    fn approvals(&self, history: &History, request: Digest) -> Result<Vec<Signed>, GateError> {
        let mut approvals = Vec::new();
        for (position, _) in history.answers(request) {
            let answer = self.signed(position, "approval")?;
            if answer.decision() == Some(Answer::Approve) {
                approvals.push(answer);
            }
        }
        Ok(approvals)
    }

    fn signed(&self, position: u64, what: &'static str) -> Result<Signed, GateError> {
        Signed::read(what, &self.document(position)?, MAX_CHANGE_FILE_BYTES)
    }

    /// What a change replaced, as its request must name it.
    fn replaced(&self, replaced: &ReplacedRef) -> Replaced {
        let key = self.log_key();
        Replaced {
            journal_origin: key.name().to_string(),
            log_key_id: format!("{:08x}", key.id()),
            effective_digest: replaced.effective_digest,
            activation_index: replaced.activation_index,
        }
    }

    /// The groups that had to approve.
    fn groups(&self, history: &History, told: &Told<'_>) -> Result<BTreeSet<String>, GateError> {
        let before = at(history, told.replaced.activation_index)?
            .event
            .activation();
        let before = before.ok_or_else(|| {
            unsigned(
                told.index,
                "it replaces what put no policy in force".to_owned(),
            )
        })?;
        let from = self.effective(history, before.bundle.bundle_digest)?;
        let to = self.effective(history, told.active.bundle_digest)?;
        Ok(groups_that_approve(&from, &to))
    }

    fn effective(&self, history: &History, digest: Digest) -> Result<EffectivePack, GateError> {
        let kept = history.kept(digest);
        let kept = kept.ok_or(GateError::NoSuchBundle(digest))?;
        Ok(super::reading::bundle(self.directory(), kept)?.effective()?)
    }
}

fn at(history: &History, index: u64) -> Result<&LifecycleRecord, GateError> {
    let record = history.at(index);
    record.ok_or_else(|| unsigned(index, "there is no such lifecycle record".to_owned()))
}

fn unsigned(index: u64, why: String) -> GateError {
    GateError::Unsigned { index, why }
}
