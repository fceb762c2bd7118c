//! What is enforced when a service starts.
//!
//! With an active policy in the store it is that policy, compiled from the bytes that the journal
//! keeps. An empty store is seeded with the pack that the operator names. A journal of an earlier
//! version names a policy whose bytes nobody kept: the pack must be that one, or be adopted for a
//! reason.

use std::sync::Arc;

use super::error::GateError;
use super::limits::{MAX_FAILED_LINE_BYTES, MAX_FAILED_LINES};
use super::signed_for::Verifier;
use super::store::{Packed, PolicyStore, this_engine};
use crate::authority::admission::Admission;
use crate::authority::in_force::Passed;
use crate::authority::last_policy::last_relied_on;
use crate::authority::recording::Recording;
use crate::decision::{PolicyIdentity, PolicyState};
use crate::engine::Policy;
use crate::journal::record::lifecycle::{
    Activation, By, EngineChanged, EngineRef, Happened, LifecycleEvent, Seeded,
};
use crate::journal::record::refusal::Author;
use crate::policy::bundle::Bundle;

/// The policy that is enforced from the start on.
#[derive(Clone)]
pub struct Enforced {
    /// The policy.
    pub policy: Arc<Policy>,
    /// Why nobody should rely on it.
    pub state: Option<PolicyState>,
    /// What the policy fails, one line each.
    pub failed: Vec<String>,
}

/// The pack that an operator names for an empty store.
pub struct Seed {
    /// The pack and its ancestors.
    pub bundle: Bundle,
    /// The policy that was compiled of it, and may be put in force.
    pub passed: Passed,
    /// Why another policy than the one that the journal names is taken, if it is.
    pub adopt: Option<String>,
}

impl PolicyStore {
    /// The policy in force, compiled from the bytes that the journal keeps. None for a store
    /// without one. Under another engine than before, that is recorded.
    ///
    /// # Errors
    /// If people of the trust file haven't signed for it; if the bytes are gone or changed, don't
    /// compile, or give another policy under the same engine; if it is not re-proved and
    /// `require_proved` is set; or if the journal can't record the event.
    pub async fn resume(
        &self,
        recording: &Recording,
        admission: &Admission,
        require_proved: bool,
    ) -> Result<Option<Enforced>, GateError> {
        let Some(in_force) = self.in_force() else {
            return Ok(None);
        };
        Verifier::of(self, &self.history(), recording)?.all()?;
        let named = &in_force.activation;
        let (_, bundle) = self.bundle(named.bundle.bundle_digest)?;
        let checked = admission.check_bundle(&bundle)?;
        let (policy, failed) = checked.whatever();
        let found = policy.identity().effective_digest;
        let engine = this_engine();
        let is_same_engine = named.engine == engine;
        let wanted = named.bundle.effective_digest;
        if is_same_engine && found != wanted {
            return Err(GateError::OtherEffective { found, wanted });
        }
        // A policy that was let in force with failed cases fails them under its own engine too.
        let is_other = !is_same_engine || in_force.engine_changed;
        let state = (is_other && !failed.is_empty()).then_some(PolicyState::NotReproved);
        if require_proved && state.is_some() {
            return Err(GateError::NotReproved { failed });
        }
        if !is_same_engine {
            let event = engine_changed(named, &policy, engine, &failed);
            let happened = Happened {
                by: Author::Start.into(),
                event: LifecycleEvent::EngineChanged(event),
                policy: Some(policy.identity()),
                document: None,
                reason: None,
            };
            self.record(recording, happened).await?;
        }
        Ok(Some(Enforced {
            policy,
            state,
            failed,
        }))
    }

    /// The policy that a journal without a store names as the last in force, with the index of the
    /// record that names it. What was in force for development doesn't count.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub fn before(&self) -> Result<Option<(u64, PolicyIdentity)>, GateError> {
        Ok(last_relied_on(self.directory())?)
    }

    /// Puts the first policy of the store in force. `last` is what the journal names.
    ///
    /// # Errors
    /// If the journal names another policy and nobody adopts this one, or if the journal can't
    /// record it.
    pub async fn seed(
        &self,
        recording: &Recording,
        seed: Seed,
        last: Option<(u64, PolicyIdentity)>,
    ) -> Result<Enforced, GateError> {
        let Seed {
            bundle,
            passed,
            adopt,
        } = seed;
        let given = passed.policy.identity();
        let is_same = |last: &PolicyIdentity| {
            last.id == given.id && last.policy_digest == given.policy_digest
        };
        let adopted = match (&last, &adopt) {
            (Some((_, last)), None) if !is_same(last) => {
                return Err(GateError::OtherThanBefore {
                    last: Box::new(last.clone()),
                    given: Box::new(PolicyIdentity::clone(given)),
                });
            }
            (Some((_, last)), Some(_)) if !is_same(last) => true,
            _ => false,
        };
        let adopt = adopt.filter(|_| adopted);
        let from_record = last.map(|(index, _)| index);
        let packed = Packed::of(bundle, given)?;
        let event = |active| {
            LifecycleEvent::Seeded(Seeded {
                active,
                adopted,
                from_record,
            })
        };
        let by = (By::from(Author::Start), adopt);
        self.seeded(recording, packed, &passed.policy, event, by)
            .await?;
        Ok(Enforced {
            policy: passed.policy,
            state: None,
            failed: Vec::new(),
        })
    }
}

fn engine_changed(
    before: &Activation,
    policy: &Policy,
    engine: EngineRef,
    failed: &[String],
) -> EngineChanged {
    let mut bundle = before.bundle;
    bundle.effective_digest = policy.identity().effective_digest;
    let cut = |line: &String| {
        let end = line.floor_char_boundary(MAX_FAILED_LINE_BYTES);
        line.get(..end).unwrap_or_default().to_owned()
    };
    EngineChanged {
        active: Activation { bundle, engine },
        failed: failed.iter().take(MAX_FAILED_LINES).map(cut).collect(),
        from: before.engine.clone(),
    }
}
