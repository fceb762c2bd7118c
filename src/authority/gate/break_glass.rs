//! A person puts a policy in force in an emergency, without approvals.
//!
//! The statement counts once, for one activation of one authority. The policy is one of the store: a
//! candidate, or one that was in force. It must pass what every policy must pass before it is put in
//! force.

use std::sync::Arc;

use super::attempt::Attempt;
use super::cases::decides_its_cases;
use super::documents::Signed;
use super::error::GateError;
use super::history::{History, InForce};
use super::judging::replaces;
use super::promote::{Changed, replaced};
use super::recording::Made;
use super::store::{PolicyStore, digests, this_engine};
use super::trusting::trust_ref;
use crate::authority::Authority;
use crate::authority::admission::Admission;
use crate::causes::in_line;
use crate::change::break_glass::{BreakGlass, VerifiedBreakGlass};
use crate::change::limits::MAX_CHANGE_FILE_BYTES;
use crate::engine::Policy;
use crate::journal::record::lifecycle::{Activation, BrokeGlass, BundleRef, LifecycleEvent};
use crate::journal::record::refusal::Author;
use crate::trust::Trust;

/// What is refused here.
const THIS: Attempt = Attempt::BreakGlass;

/// A break-glass that was judged, before the lock is taken.
pub struct PreparedBreakGlass {
    statement: Signed,
    bundle: BundleRef,
    policy: Arc<Policy>,
}

impl Authority {
    /// Verifies a break-glass statement, compiles the policy that it names and decides its cases.
    /// Takes as long as they take: not for a reactor thread.
    ///
    /// # Errors
    /// If the statement doesn't count now, the store has no such policy, or the policy fails.
    pub fn prepare_break_glass(
        &self,
        admission: &Admission,
        statement: &[u8],
    ) -> Result<PreparedBreakGlass, GateError> {
        let (store, _) = self.kept()?;
        let statement = Signed::read("break-glass statement", statement, MAX_CHANGE_FILE_BYTES)?;
        let history = store.history();
        let trust = store.trust_for(THIS)?;
        let broken = counts(store, &history, &trust, &statement)?;
        let digest = broken.statement.bundle_digest;
        let (_, bundle) = store.bundle(digest)?;
        let checked = admission.check_bundle(&bundle)?;
        let policy = checked
            .pass(admission, history.was_in_force(digest))?
            .policy;
        let effective = policy.identity().effective_digest;
        let in_force = history.in_force().ok_or(GateError::NoStore)?;
        if effective == in_force.activation.bundle.effective_digest {
            return Err(THIS.refused(format!(
                "the bundle {digest} changes nothing: the policy in force has the same effective digest"
            )));
        }
        decides_its_cases(&policy, admission, THIS)?;
        Ok(PreparedBreakGlass {
            statement,
            bundle: digests(&bundle, policy.identity())?,
            policy,
        })
    }

    /// Puts the policy in force, if the statement still counts. As [`Authority::stage`], it must
    /// come to its end.
    ///
    /// # Errors
    /// If the statement doesn't count any more, or the journal can't record it.
    pub async fn break_glass(
        &self,
        prepared: PreparedBreakGlass,
        by: Author,
    ) -> Result<Changed, GateError> {
        let (store, recording) = self.kept()?;
        let _changing = self.changing.lock().await;
        let history = store.settled(recording).await?;
        let trust = store.trust_for(THIS)?;
        let PreparedBreakGlass {
            statement,
            bundle,
            policy,
        } = prepared;
        let broken = counts(store, &history, &trust, &statement)?;
        let in_force = history.in_force().ok_or(GateError::NoStore)?;
        let BreakGlass {
            incident,
            reason,
            expires_at,
            ..
        } = broken.statement;
        let event = LifecycleEvent::BrokeGlass(BrokeGlass {
            active: Activation {
                bundle,
                engine: this_engine(),
            },
            expires_at,
            incident,
            replaced: replaced(in_force),
            statement_digest: broken.digest,
            trust: trust_ref(&trust),
        });
        let made = Made {
            event,
            policy,
            reason: Some(reason),
            person: Some(broken.person),
            document: Some(statement.bytes),
        };
        self.put_in_force(store, recording, made, by).await
    }
}

/// Whether a statement counts now, by the trust file, the records and the clock.
fn counts(
    store: &PolicyStore,
    history: &History,
    trust: &Trust,
    statement: &Signed,
) -> Result<VerifiedBreakGlass, GateError> {
    let verified = VerifiedBreakGlass::verify(&statement.envelope, trust, jiff::Timestamp::now());
    let broken = verified.map_err(|refusal| THIS.refused(in_line(&refusal)))?;
    if let Some(index) = history.used_statement(broken.digest) {
        return Err(THIS.refused(format!(
            "the break-glass statement was used by the record at {index}"
        )));
    }
    let in_force = history.in_force().ok_or(GateError::NoStore)?;
    not_twice(in_force)?;
    let place = replaces(store, in_force);
    let placed = broken.statement.check_place(&place);
    placed.map_err(|refusal| THIS.refused(in_line(&refusal)))?;
    let digest = broken.statement.bundle_digest;
    if digest == in_force.activation.bundle.bundle_digest {
        return Err(THIS.refused(format!("the bundle {digest} is in force")));
    }
    let is_kept = history.was_in_force(digest) || history.is_candidate(digest);
    if history.kept(digest).is_some() && !is_kept {
        return Err(THIS.refused(format!("the candidate {digest} was withdrawn")));
    }
    Ok(broken)
}

/// One break-glass is enough until people have looked at it.
fn not_twice(in_force: &InForce) -> Result<(), GateError> {
    match in_force.refused_until_ratified() {
        Some(why) => Err(THIS.refused(format!("there is no second one: {why}"))),
        None => Ok(()),
    }
}
