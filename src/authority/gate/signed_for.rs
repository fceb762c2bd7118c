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
use crate::change::break_glass::GlassBroken;
use crate::change::limits::MAX_CHANGE_FILE_BYTES;
use crate::change::request::{ChangeKind, Replaced};
use crate::change::requested::{Expected, Requested};
use crate::change::standing::{Standing, groups_that_approve};
use crate::journal::record::LifecycleRecord;
use crate::journal::record::lifecycle::{
    BrokeGlass, BundleRef, LifecycleEvent, ReplacedRef, RollbackCover, TrustRef,
};
use crate::keys::VerifyingKey;
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
    /// The activation that the request names as the one in force.
    asked_at: u64,
    /// Who broke the glass, if that is ratified. Such a person's approval doesn't count.
    broke_glass: BTreeSet<String>,
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
                        asked_at: back.replaced.activation_index,
                        broke_glass: BTreeSet::new(),
                        at: record.timestamp,
                    };
                    self.change(history, chain, &told)?;
                    Ok(None)
                }
                RollbackCover::BreakGlass { activation_index } => {
                    let undone = &at(history, *activation_index)?.event;
                    let LifecycleEvent::BrokeGlass(broke) = undone else {
                        return Err(unsigned(index, "it undoes no break-glass".to_owned()));
                    };
                    returns_to(history, index, &back.active.bundle, &broke.replaced)
                }
                RollbackCover::Promotion { promotion_index } => {
                    let requested = self.promotion(history, chain, *promotion_index)?;
                    let until = requested.request.rollback_until;
                    let is_covered = back.replaced.activation_index == *promotion_index
                        && until.is_some_and(|until| record.timestamp < until);
                    if !is_covered {
                        let why = "the promotion that it names doesn't cover it";
                        return Err(unsigned(index, why.to_owned()));
                    }
                    let LifecycleEvent::Promoted(promoted) = &at(history, *promotion_index)?.event
                    else {
                        return Ok(None);
                    };
                    returns_to(history, index, &back.active.bundle, &promoted.replaced)
                }
            },
            LifecycleEvent::BrokeGlass(broke) => {
                let person = self.statement(chain, index, record, broke)?;
                self.ratification(history, chain, (index, broke), person)?;
                Ok(None)
            }
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
            asked_at: promoted.replaced.activation_index,
            broke_glass: BTreeSet::new(),
            at: record.timestamp,
        };
        self.change(history, chain, &told)
    }

    /// Verifies the statement of a break-glass. Gives the id of the person who signed it.
    fn statement(
        &self,
        chain: &TrustChain,
        index: u64,
        record: &LifecycleRecord,
        broke: &BrokeGlass,
    ) -> Result<String, GateError> {
        let refused = |why: String| unsigned(index, why);
        let trust = chain.get(broke.trust);
        let trust = trust.ok_or_else(|| refused("its trust file isn't recorded".to_owned()))?;
        let signed = self.signed(index, "break-glass statement")?;
        // What counted when the record was written, counted when the statement was signed.
        let issued = signed.issued_at().unwrap_or(record.timestamp);
        let broken = GlassBroken::verify(&signed.envelope, trust, issued.min(record.timestamp))
            .map_err(|refusal| refused(in_line(&refusal)))?;
        let place = self.replaced(&broke.replaced);
        let placed = broken.statement.check_place(&place);
        placed.map_err(|refusal| refused(in_line(&refusal)))?;
        match broken.statement.bundle_digest == broke.active.bundle.bundle_digest {
            true => Ok(broken.person),
            false => Err(refused("its statement is for another bundle".to_owned())),
        }
    }

    /// Verifies the request and the approvals of a ratification, if there was one.
    fn ratification(
        &self,
        history: &History,
        chain: &TrustChain,
        (index, broke): (u64, &BrokeGlass),
        person: String,
    ) -> Result<(), GateError> {
        let glass = history.in_force().and_then(|it| it.glass.as_ref());
        let position = glass.filter(|it| it.index == index);
        let Some(position) = position.and_then(|it| it.ratified) else {
            return Ok(());
        };
        let record = at(history, position)?;
        let LifecycleEvent::Ratified(ratified) = &record.event else {
            return Err(unsigned(position, "it ratifies nothing".to_owned()));
        };
        let told = Told {
            index: position,
            kind: ChangeKind::Ratification,
            request: ratified.request_digest,
            trust: ratified.trust,
            active: &broke.active.bundle,
            replaced: &broke.replaced,
            asked_at: index,
            broke_glass: BTreeSet::from([person]),
            at: record.timestamp,
        };
        self.change(history, chain, &told).map(drop)
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
        let expected = Expected {
            candidate: Some(told.active.effective_digest),
            ..Expected::default()
        };
        let requested = Requested::verify(&request.envelope, trust, expected, at)
            .map_err(|refusal| refused(in_line(&refusal)))?;
        let asked = &requested.request;
        let key = self.log_key();
        let is_it = asked.kind == told.kind
            && asked.candidate.bundle_digest == told.active.bundle_digest
            && asked.replaces.activation_index == told.asked_at
            && asked.replaces.journal_origin == key.name().as_str()
            && asked.replaces.log_key_id == key_id(key);
        if !is_it {
            return Err(refused("its request is for another change".to_owned()));
        }
        let groups = self.groups(history, told)?;
        let envelopes: Vec<Envelope> = approvals.into_iter().map(|it| it.envelope).collect();
        let not = &told.broke_glass;
        let standing = Standing::of_others(&requested, &envelopes, trust, &groups, not, at);
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
            log_key_id: key_id(key),
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

/// The activation to which a change returns: the one that `replaced` names, which must be of the
/// same bundle, and must be verified too.
fn returns_to(
    history: &History,
    index: u64,
    active: &BundleRef,
    replaced: &ReplacedRef,
) -> Result<Option<u64>, GateError> {
    let before = at(history, replaced.activation_index)?.event.activation();
    match before.map(|it| it.bundle.bundle_digest) == Some(active.bundle_digest) {
        true => Ok(Some(replaced.activation_index)),
        false => Err(unsigned(index, "it returns to another policy".to_owned())),
    }
}

fn key_id(key: &VerifyingKey) -> String {
    format!("{:08x}", key.id())
}

fn unsigned(index: u64, why: String) -> GateError {
    GateError::Unsigned { index, why }
}
