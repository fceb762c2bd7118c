//! Whether people have signed for each change of what is enforced.
//!
//! A checkpoint shows that the holder of the journal's key wrote a record. It doesn't show that
//! anybody approved the change, and the key is often kept beside the journal. So a start verifies the
//! documents of every change again: as of the time of its record, by the trust file that counted
//! then, and by what was recorded before it. A change is verified in the same way before it is
//! written, so that no service writes a record that no start takes.
//!
//! A first policy is taken from the operator, and needs no signature.

mod asked;
mod dated;
mod problem;

use std::collections::BTreeSet;

use asked::RecordedChange;
use dated::Before;
use jiff::Timestamp;
use problem::Problem;

use super::attempt::Attempt;
use super::documents::Signed;
use super::error::GateError;
use super::history::History;
use super::ratifying::who_broke_glass;
use super::store::PolicyStore;
use super::trusting::{TrustChain, trust_chain, trust_ref};
use crate::authority::recording::Recording;
use crate::causes::in_line;
use crate::change::break_glass::VerifiedBreakGlass;
use crate::change::limits::MAX_CHANGE_FILE_BYTES;
use crate::change::request::{ChangeKind, Replaced};
use crate::journal::record::LifecycleRecord;
use crate::journal::record::lifecycle::{
    BrokeGlass, BundleRef, LifecycleEvent, Promoted, Ratified, ReplacedRef, RollbackCover,
    RolledBack, TrustRef,
};
use crate::keys::VerifyingKey;
use crate::trust::Trust;

/// Verifies the changes of one store.
pub(super) struct Verifier<'a> {
    store: &'a PolicyStore,
    history: &'a History,
    chain: TrustChain,
    before: Before<'a>,
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
    /// Verifies by `history`, and by the checkpoints outside the database that the journal of
    /// `recording` continued. Reads every trust file that the journal keeps.
    ///
    /// # Errors
    /// If one of them can't be read, or isn't the signed successor of the one before it.
    pub(super) fn of(
        store: &'a PolicyStore,
        history: &'a History,
        recording: &'a Recording,
    ) -> Result<Self, GateError> {
        let known = recording.journal().goes_on_from();
        Ok(Self {
            store,
            history,
            chain: trust_chain(store.directory(), history)?,
            before: Before { store, known },
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
            Problem::Unsigned(why) => Attempt::Change.refused(why),
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
        let change = RecordedChange {
            kind: ChangeKind::Promotion,
            request: promoted.request_digest,
            trust: promoted.trust,
            active: &promoted.active.bundle,
            engine: Some(&promoted.active.engine),
            replaced: &promoted.replaced,
            asked_at: promoted.replaced.activation_index,
            broke_glass: BTreeSet::new(),
            report: promoted.report,
            approvals: &promoted.approvals,
        };
        let request = self.request(entered, &change)?.request;
        match request.rollback_until == promoted.rollback_until {
            true => Ok(()),
            false => Err("it covers another return than its request".into()),
        }
    }

    fn rollback(&self, entered: Entered<'_>, back: &RolledBack) -> Result<(), Problem> {
        let active = &back.active.bundle;
        match &back.cover {
            RollbackCover::Request {
                request_digest,
                trust,
                approvals,
            } => {
                let change = RecordedChange {
                    kind: ChangeKind::Rollback,
                    request: *request_digest,
                    trust: *trust,
                    active,
                    engine: Some(&back.active.engine),
                    replaced: &back.replaced,
                    asked_at: back.replaced.activation_index,
                    broke_glass: BTreeSet::new(),
                    report: None,
                    approvals,
                };
                self.request(entered, &change).map(drop)
            }
            RollbackCover::Promotion { promotion_index } => {
                let promotion = self.at(*promotion_index)?;
                let LifecycleEvent::Promoted(promoted) = &promotion.event else {
                    return Err("it names no promotion that covers it".into());
                };
                let at = self.time_of(entered)?;
                let is_covered = back.replaced.activation_index == *promotion_index
                    && promoted.rollback_until.is_some_and(|until| at < until);
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
        let at = self.time_of(entered)?;
        let broken = VerifiedBreakGlass::verify(&signed.envelope, trust, at);
        let broken = broken.map_err(|refusal| format!("{}, as of {at}", in_line(&refusal)))?;
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
        let trust = self.trust_at(entered.index, ratified.trust)?;
        let (index, person) = (ratified.activation_index, broken.by.person.as_deref());
        let change = RecordedChange {
            kind: ChangeKind::Ratification,
            request: ratified.request_digest,
            trust: ratified.trust,
            active: &broke.active.bundle,
            engine: None,
            replaced: &broke.replaced,
            asked_at: ratified.activation_index,
            broke_glass: who_broke_glass(self.store, index, person, trust)?,
            report: None,
            approvals: &ratified.approvals,
        };
        self.request(entered, &change).map(drop)
    }

    /// The time as of which a change is judged: that of its record, but not before those of the
    /// lifecycle records before it, nor before the checkpoints that don't count it. The journal's key
    /// could sign a record that is dated back to a time at which a request had not expired.
    fn time_of(&self, entered: Entered<'_>) -> Result<Timestamp, Problem> {
        let before = self.history.events().iter();
        let before = before.take_while(|(index, _)| *index < entered.index);
        let latest = before.map(|(_, record)| record.timestamp).max();
        let earliest = self.before.earliest(entered.index)?;
        let own = Some(entered.record.timestamp);
        Ok(latest.max(earliest).max(own).unwrap_or(Timestamp::MAX))
    }

    /// The trust file that counted when the record at `index` was written, which the record names.
    fn trust_at(&self, index: u64, named: TrustRef) -> Result<&Trust, Problem> {
        let trust = self.chain.before(index);
        let trust = trust.filter(|trust| trust_ref(trust) == named);
        Ok(trust.ok_or("the trust file that it names did not count then")?)
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
