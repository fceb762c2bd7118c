//! Whether people have signed for each change of what is enforced.
//!
//! A checkpoint shows that the holder of the journal's key wrote a record. It doesn't show that
//! anybody approved the change, and the key is often kept beside the journal. So a start verifies the
//! documents of every change again: as of the time of its record, by the trust file that counted
//! then, and by what was recorded before it. A change is verified in the same way before it is
//! written, so that no service writes a record that no start takes.
//!
//! A first policy is taken from the operator, and needs no signature.

mod problem;

use std::collections::BTreeSet;

use jiff::Timestamp;
use problem::Problem;

use super::documents::Signed;
use super::error::GateError;
use super::history::History;
use super::judging::missing_approvals;
use super::reading;
use super::store::{PolicyStore, this_engine};
use super::trusting::{TrustChain, trust_chain, trust_ref};
use crate::canonical::Digest;
use crate::causes::in_line;
use crate::change::approval_status::{ApprovalStatus, groups_that_approve};
use crate::change::break_glass::GlassBroken;
use crate::change::limits::MAX_CHANGE_FILE_BYTES;
use crate::change::request::{ChangeKind, Replaced};
use crate::change::requested::{Expected, Requested};
use crate::journal::record::LifecycleRecord;
use crate::journal::record::lifecycle::{
    BrokeGlass, BundleRef, EngineRef, LifecycleEvent, Promoted, Ratified, ReplacedRef,
    RollbackCover, RolledBack, TrustRef,
};
use crate::keys::VerifyingKey;
use crate::keys::dsse::Envelope;
use crate::policy::effective::EffectivePack;
use crate::policy::promotion::required::{nothing_loosened, required};
use crate::trust::Trust;

/// One change, as its record tells it.
struct Told<'a> {
    kind: ChangeKind,
    request: Digest,
    trust: TrustRef,
    active: &'a BundleRef,
    /// The engine that compiled the policy.
    engine: &'a EngineRef,
    replaced: &'a ReplacedRef,
    /// The activation that the request names as the one in force.
    asked_at: u64,
    /// Who broke the glass, if that is ratified. Such a person's approval doesn't count.
    broke_glass: BTreeSet<String>,
}

/// Verifies the changes of one store.
pub(super) struct Verifier<'a> {
    store: &'a PolicyStore,
    history: &'a History,
    chain: TrustChain,
}

/// A record that is verified, with its index.
#[derive(Clone, Copy)]
struct Entered<'a> {
    index: u64,
    record: &'a LifecycleRecord,
    /// The document that the record keeps, if it is not in the journal yet.
    document: Option<&'a [u8]>,
}

impl<'a> Verifier<'a> {
    /// Verifies by `history`. Reads every trust file that the journal keeps.
    ///
    /// # Errors
    /// If one of them can't be read, or isn't the signed successor of the one before it.
    pub(super) fn of(store: &'a PolicyStore, history: &'a History) -> Result<Self, GateError> {
        Ok(Self {
            store,
            history,
            chain: trust_chain(store.directory(), history)?,
        })
    }

    /// Verifies every change.
    ///
    /// # Errors
    /// With the first change that people have not signed for.
    pub(super) fn all(&self) -> Result<(), GateError> {
        for (index, record) in self.history.events() {
            let entered = Entered {
                index: *index,
                record,
                document: None,
            };
            self.change(entered).map_err(|problem| problem.at(*index))?;
        }
        Ok(())
    }

    /// Verifies a record that is about to be written.
    ///
    /// # Errors
    /// If it is a change that people have not signed for.
    pub(super) fn next(
        &self,
        record: &LifecycleRecord,
        document: Option<&[u8]>,
    ) -> Result<(), GateError> {
        let entered = Entered {
            index: u64::MAX,
            record,
            document,
        };
        self.change(entered).map_err(|problem| match problem {
            Problem::Unsigned(why) => GateError::Missing {
                what: "the change is",
                missing: vec![why],
            },
            Problem::Other(error) => error,
        })
    }

    fn change(&self, entered: Entered<'_>) -> Result<(), Problem> {
        let record = entered.record;
        if let Some(activation) = record.event.activation() {
            let named = record.policy.map(|policy| policy.effective_digest);
            if named != Some(activation.bundle.effective_digest) {
                return Err("it doesn't name the policy that it puts in force".into());
            }
        }
        match &record.event {
            LifecycleEvent::Promoted(promoted) => self.promotion(entered, promoted),
            LifecycleEvent::RolledBack(back) => self.rollback(entered, back),
            LifecycleEvent::BrokeGlass(broke) => self.break_glass(entered, broke),
            LifecycleEvent::Ratified(ratified) => self.ratification(entered, ratified),
            _ => Ok(()),
        }
    }

    fn promotion(&self, entered: Entered<'_>, promoted: &Promoted) -> Result<(), Problem> {
        let requested = self.request(
            entered,
            &Told {
                kind: ChangeKind::Promotion,
                request: promoted.request_digest,
                trust: promoted.trust,
                active: &promoted.active.bundle,
                engine: &promoted.active.engine,
                replaced: &promoted.replaced,
                asked_at: promoted.replaced.activation_index,
                broke_glass: BTreeSet::new(),
            },
        )?;
        let mut evidence = requested.request.evidence.iter();
        let report = promoted.report;
        match report.is_none_or(|report| evidence.any(|it| it.digest == report)) {
            true => Ok(()),
            false => Err("its request doesn't name its shadow report".into()),
        }
    }

    fn rollback(&self, entered: Entered<'_>, back: &RolledBack) -> Result<(), Problem> {
        let active = &back.active.bundle;
        match &back.cover {
            RollbackCover::Request {
                request_digest,
                trust,
                ..
            } => {
                let told = Told {
                    kind: ChangeKind::Rollback,
                    request: *request_digest,
                    trust: *trust,
                    active,
                    engine: &back.active.engine,
                    replaced: &back.replaced,
                    asked_at: back.replaced.activation_index,
                    broke_glass: BTreeSet::new(),
                };
                self.request(entered, &told).map(drop)
            }
            RollbackCover::Promotion { promotion_index } => {
                let promotion = self.at(*promotion_index)?;
                let LifecycleEvent::Promoted(promoted) = &promotion.event else {
                    return Err("it names no promotion that covers it".into());
                };
                let until = promoted.rollback_until;
                let is_covered = back.replaced.activation_index == *promotion_index
                    && until.is_some_and(|until| self.time_of(entered) < until);
                match is_covered {
                    true => self.returns_to(active, &promoted.replaced),
                    false => Err("the promotion that it names doesn't cover it".into()),
                }
            }
            RollbackCover::BreakGlass { activation_index } => {
                match &self.at(*activation_index)?.event {
                    LifecycleEvent::BrokeGlass(broke) => self.returns_to(active, &broke.replaced),
                    _ => Err("it undoes no break-glass".into()),
                }
            }
        }
    }

    /// Whether a change returns to the policy of the activation that `replaced` names.
    fn returns_to(&self, active: &BundleRef, replaced: &ReplacedRef) -> Result<(), Problem> {
        let before = self.at(replaced.activation_index)?.event.activation();
        match before.map(|it| it.bundle.bundle_digest) == Some(active.bundle_digest) {
            true => Ok(()),
            false => Err("it returns to another policy".into()),
        }
    }

    fn break_glass(&self, entered: Entered<'_>, broke: &BrokeGlass) -> Result<(), Problem> {
        let trust = self.trust_at(entered.index, broke.trust)?;
        let bytes = match entered.document {
            Some(document) => document.to_vec(),
            None => self.store.document(entered.index)?,
        };
        let signed = Signed::read("break-glass statement", &bytes, MAX_CHANGE_FILE_BYTES)?;
        let at = self.time_of(entered);
        let broken = GlassBroken::verify(&signed.envelope, trust, at);
        let broken = broken.map_err(|refusal| in_line(&refusal))?;
        let place = self.replaced(&broke.replaced);
        let placed = broken.statement.check_place(&place);
        placed.map_err(|refusal| in_line(&refusal))?;
        let is_it = broken.statement.bundle_digest == broke.active.bundle.bundle_digest
            && broken.digest == broke.statement_digest
            && broken.statement.expires_at == broke.expires_at;
        match is_it {
            true => signed_by(entered.record, &broken.person),
            false => Err("its statement is for another change".into()),
        }
    }

    fn ratification(&self, entered: Entered<'_>, ratified: &Ratified) -> Result<(), Problem> {
        let broken = self.at(ratified.activation_index)?;
        let LifecycleEvent::BrokeGlass(broke) = &broken.event else {
            return Err("it ratifies no break-glass".into());
        };
        let told = Told {
            kind: ChangeKind::Ratification,
            request: ratified.request_digest,
            trust: ratified.trust,
            active: &broke.active.bundle,
            engine: &broke.active.engine,
            replaced: &broke.replaced,
            asked_at: ratified.activation_index,
            broke_glass: broken.by.person.iter().cloned().collect(),
        };
        self.request(entered, &told).map(drop)
    }

    /// Verifies the request of a change, and the answers to it that were recorded before the change.
    fn request(&self, entered: Entered<'_>, told: &Told<'_>) -> Result<Requested, Problem> {
        let at = self.time_of(entered);
        let Entered { index, record, .. } = entered;
        let trust = self.trust_at(index, told.trust)?;
        let recorded = self.history.request(told.request);
        let recorded = recorded.filter(|(position, _)| *position < index);
        let (position, _) = recorded.ok_or("its request is missing")?;
        let request = self.signed(position, "request")?;
        let requested = Requested::verify(&request.envelope, trust, Expected::default(), at);
        let requested = requested.map_err(|refusal| in_line(&refusal))?;
        self.is_for(&requested, told)?;
        signed_by(record, &requested.requester)?;
        let mut answers: Vec<Envelope> = Vec::new();
        for (position, _) in self.history.answers(told.request) {
            if position < index {
                answers.push(self.signed(position, "approval")?.envelope);
            }
        }
        let before = self.at(told.replaced.activation_index)?.event.activation();
        let before = before.ok_or("it replaces what put no policy in force")?;
        let from = self.effective(before.bundle.bundle_digest)?;
        let to = self.effective(told.active.bundle_digest)?;
        let groups = groups_that_approve(&from, &to);
        let not = &told.broke_glass;
        let approval_status =
            ApprovalStatus::of_others(&requested, &answers, trust, &groups, not, at);
        if !approval_status.is_approved() {
            return Err(missing_approvals(&approval_status).join("; ").into());
        }
        // What counts as looser may change with the version, so another one's word is taken for it.
        let tightens = *told.engine != this_engine() || nothing_loosened(&from, &to);
        let least = required(&from, &to).criteria_of(tightens);
        let asked = requested.request.criteria.approvals_required;
        match asked >= least.approvals_required {
            true => Ok(requested),
            false => Err(format!(
                "its request asks for {asked} approvals, and the policies for {}",
                least.approvals_required
            )
            .into()),
        }
    }

    /// Whether a request is for this change of this authority.
    fn is_for(&self, requested: &Requested, told: &Told<'_>) -> Result<(), Problem> {
        let asked = &requested.request;
        let (candidate, replaces) = (&asked.candidate, &asked.replaces);
        let key = self.store.log_key();
        let is_it = asked.kind == told.kind
            && candidate.bundle_digest == told.active.bundle_digest
            && candidate.effective_digest == told.active.effective_digest
            && replaces.activation_index == told.asked_at
            && replaces.journal_origin == key.name().as_str()
            && replaces.log_key_id == key_id(key);
        match is_it {
            true => Ok(()),
            false => Err("its request is for another change".into()),
        }
    }

    /// The time as of which a change is judged: that of its record, but not before those of the
    /// records before it. The journal's key could sign a record that is dated back to a time at which a
    /// request had not expired.
    fn time_of(&self, entered: Entered<'_>) -> Timestamp {
        let before = self.history.events().iter();
        let before = before.take_while(|(index, _)| *index < entered.index);
        let latest = before.map(|(_, record)| record.timestamp).max();
        latest
            .max(Some(entered.record.timestamp))
            .unwrap_or(Timestamp::MAX)
    }

    /// The trust file that counted when the record at `index` was written, which the record names.
    fn trust_at(&self, index: u64, named: TrustRef) -> Result<&Trust, Problem> {
        let trust = self.chain.before(index);
        let trust = trust.filter(|trust| trust_ref(trust) == named);
        Ok(trust.ok_or("the trust file that it names did not count then")?)
    }

    fn signed(&self, position: u64, what: &'static str) -> Result<Signed, Problem> {
        let bytes = self.store.document(position)?;
        Ok(Signed::read(what, &bytes, MAX_CHANGE_FILE_BYTES)?)
    }

    /// What a change replaced, as a statement must name it.
    fn replaced(&self, replaced: &ReplacedRef) -> Replaced {
        let key = self.store.log_key();
        Replaced {
            journal_origin: key.name().to_string(),
            log_key_id: key_id(key),
            effective_digest: replaced.effective_digest,
            activation_index: replaced.activation_index,
        }
    }

    fn effective(&self, digest: Digest) -> Result<EffectivePack, Problem> {
        let kept = self.history.kept(digest);
        let kept = kept.ok_or(GateError::NoSuchBundle(digest))?;
        let bundle = reading::bundle(self.store.directory(), kept)?;
        Ok(bundle.effective().map_err(GateError::from)?)
    }

    fn at(&self, index: u64) -> Result<&LifecycleRecord, Problem> {
        let record = self.history.at(index);
        Ok(record.ok_or("it names a lifecycle record that isn't there")?)
    }
}

/// A record names the person who signed its document.
fn signed_by(record: &LifecycleRecord, person: &str) -> Result<(), Problem> {
    match record.by.person.as_deref() == Some(person) {
        true => Ok(()),
        false => Err(format!("it doesn't name `{person}`, who signed for it").into()),
    }
}

fn key_id(key: &VerifyingKey) -> String {
    format!("{:08x}", key.id())
}
