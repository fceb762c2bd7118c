//! The store of policies of one authority.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::error::GateError;
use super::history::{History, HistoryError, InForce, Kept};
use super::limits::{
    MAX_CANDIDATE_BYTES, MAX_CANDIDATES, MAX_KEPT_BUNDLE_BYTES, MAX_WITHDRAWN_BYTES,
};
use super::reading;
use super::trusting::trust_chain;
use crate::action::facts::FACTS_VERSION;
use crate::authority::recording::Recording;
use crate::canonical::{Digest, to_canonical_bytes};
use crate::decision::PolicyIdentity;
use crate::engine::{Policy, effective_digest, engine_digest};
use crate::journal::query::kept_document;
use crate::journal::record::LifecycleRecord;
use crate::journal::record::lifecycle::{
    Activation, BundleRef, By, CandidateWithdrawn, EngineRef, Happened, LifecycleEvent, Proposed,
    Withdrawn,
};
use crate::journal::store::Reader;
use crate::keys::VerifyingKey;
use crate::policy::bundle::{Bundle, cases_digest};
use crate::trust::Trust;

/// The bundles, events and trust file that the journal of one authority keeps. Share it; every
/// method takes `&self`.
pub struct PolicyStore {
    directory: PathBuf,
    log_key: VerifyingKey,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    history: History,
    trust: Option<Arc<Trust>>,
    /// What may be on disk that `history` doesn't have.
    unsettled: Option<Unsettled>,
}

/// A record of which the journal didn't say in time whether it is on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unsettled {
    /// It changes nothing that is enforced.
    Event,
    /// It puts a policy in force.
    Activation,
}

/// A bundle with its digests, and its canonical JSON.
#[derive(Debug, Clone)]
pub struct Packed {
    /// The bundle.
    pub bundle: Bundle,
    /// Its digests, by this engine.
    pub digests: BundleRef,
    bytes: Box<[u8]>,
}

impl Packed {
    /// Packs the bundle of which `policy` was compiled.
    ///
    /// # Errors
    /// If it is too long to be kept, or has no canonical form.
    pub fn of(bundle: Bundle, policy: &PolicyIdentity) -> Result<Self, GateError> {
        let bytes = to_canonical_bytes(&bundle)?;
        if bytes.len() > MAX_KEPT_BUNDLE_BYTES {
            return Err(GateError::BundleTooLarge { found: bytes.len() });
        }
        // A bundle that is kept must give the same policy for ever.
        let (found, wanted) = (
            effective_digest(&bundle.effective()?),
            policy.effective_digest,
        );
        if found != wanted {
            return Err(GateError::OtherEffective { found, wanted });
        }
        let digests = digests(&bundle, policy)?;
        Ok(Self {
            bundle,
            digests,
            bytes: bytes.into_boxed_slice(),
        })
    }
}

impl Packed {
    /// The bundle as it is kept: its canonical JSON.
    #[must_use]
    pub fn document(&self) -> &[u8] {
        &self.bytes
    }
}

/// The digests of a bundle, of which this engine made `policy`.
pub(super) fn digests(bundle: &Bundle, policy: &PolicyIdentity) -> Result<BundleRef, GateError> {
    let own = bundle.source(&bundle.pack_id)?;
    let cases = own.map(|source| cases_digest(&source)).transpose()?;
    Ok(BundleRef {
        bundle_digest: bundle.digest()?,
        cases_digest: cases.unwrap_or_else(|| Digest::of(b"")),
        effective_digest: policy.effective_digest,
        policy_digest: policy.policy_digest,
    })
}

/// This engine, as records name it.
#[must_use]
pub fn this_engine() -> EngineRef {
    EngineRef {
        base_rules_digest: engine_digest(),
        cavra_version: env!("CARGO_PKG_VERSION").to_owned(),
        facts_version: FACTS_VERSION.to_owned(),
    }
}

impl PolicyStore {
    /// The store in the journal of `directory`, whose checkpoints `log_key` verifies.
    ///
    /// # Errors
    /// If its records can't be read or don't fit together, or if its trust file can't be used.
    pub fn open(directory: &Path, log_key: VerifyingKey) -> Result<Self, GateError> {
        let history = reading::history(directory, &log_key)?;
        let trust = trust_chain(directory, &history)?.into_last().map(Arc::new);
        Ok(Self {
            directory: directory.to_owned(),
            log_key,
            state: Mutex::new(State {
                history,
                trust,
                unsettled: None,
            }),
        })
    }

    /// The folder of the journal.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The key that verifies the journal's checkpoints.
    #[must_use]
    pub fn log_key(&self) -> &VerifyingKey {
        &self.log_key
    }

    /// Lets this trust file count from now on.
    pub(super) fn set_trust(&self, trust: Trust) {
        self.state().trust = Some(Arc::new(trust));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the lifecycle records say at this moment.
    #[must_use]
    pub fn history(&self) -> History {
        self.state().history.clone()
    }

    /// What is in force. None before the first policy.
    #[must_use]
    pub fn in_force(&self) -> Option<InForce> {
        self.state().history.in_force().cloned()
    }

    /// The trust file that counts, if there is one.
    #[must_use]
    pub fn trust(&self) -> Option<Arc<Trust>> {
        self.state().trust.clone()
    }

    /// A bundle by its digest.
    ///
    /// # Errors
    /// If the store doesn't keep it, or its bytes were changed.
    pub fn bundle(&self, bundle_digest: Digest) -> Result<(Kept, Bundle), GateError> {
        let kept = self.state().history.kept(bundle_digest).copied();
        let kept = kept.ok_or(GateError::NoSuchBundle(bundle_digest))?;
        Ok((kept, reading::bundle(&self.directory, &kept)?))
    }

    /// The document that the record at `position` keeps.
    ///
    /// # Errors
    /// If there is none, or its bytes were changed.
    pub fn document(&self, position: u64) -> Result<Vec<u8>, GateError> {
        let reader = Reader::open(&self.directory)?;
        Ok(kept_document(&reader, position)?)
    }

    /// What the lifecycle records say, once the journal has said of each whether it is on disk.
    ///
    /// # Errors
    /// If it doesn't say so, or an activation is in doubt.
    pub(super) async fn settled(&self, recording: &Recording) -> Result<History, GateError> {
        let unsettled = self.state().unsettled;
        match unsettled {
            None => Ok(self.history()),
            Some(Unsettled::Activation) => Err(GateError::Unsettled),
            Some(Unsettled::Event) => {
                // The writer takes tasks in order: it has dealt with those before this one.
                recording.journal().checkpoint().await?;
                self.read_again()?;
                Ok(self.history())
            }
        }
    }

    /// A record was written of which the journal didn't say whether it is on disk.
    pub(super) fn leave_unsettled(&self, doubt: Unsettled) {
        self.state().unsettled = Some(doubt);
    }

    /// Adds a record that is on disk.
    pub(super) fn entered(&self, index: u64, record: LifecycleRecord) -> Result<(), HistoryError> {
        self.state().history.add(index, record)
    }

    /// Reads the lifecycle records again.
    pub(super) fn read_again(&self) -> Result<(), GateError> {
        let history = reading::history(&self.directory, &self.log_key)?;
        let mut state = self.state();
        state.history = history;
        state.unsettled = None;
        Ok(())
    }

    /// Keeps a bundle as a candidate, if it isn't kept yet. True if it is new.
    ///
    /// # Errors
    /// If there is no room, or the journal can't record it.
    pub async fn keep(
        &self,
        recording: &Recording,
        packed: Packed,
        by: By,
        reason: Option<String>,
    ) -> Result<bool, GateError> {
        let Packed { digests, bytes, .. } = packed;
        let length = bytes.len() as u64;
        let is_known = {
            let state = self.state();
            let history = &state.history;
            let digest = digests.bundle_digest;
            if history.was_in_force(digest) || history.is_candidate(digest) {
                return Ok(false);
            }
            history.kept(digest).is_some()
        };
        self.has_room(length)?;
        if !is_known {
            self.has_room_on_disk(MAX_WITHDRAWN_BYTES)?;
        }
        let happened = Happened {
            by,
            event: LifecycleEvent::Proposed(Proposed {
                bundle: digests,
                bytes: length,
            }),
            policy: None,
            // One that was withdrawn is kept already.
            document: (!is_known).then_some(bytes),
            reason,
        };
        self.record(recording, happened).await?;
        Ok(true)
    }

    /// Whether one more candidate of `length` bytes may be kept.
    fn has_room(&self, length: u64) -> Result<(), GateError> {
        let state = self.state();
        if state.history.candidates().count() >= MAX_CANDIDATES {
            return Err(GateError::TooManyCandidates);
        }
        let bytes: u64 = state.history.candidates().map(|kept| kept.bytes).sum();
        let found = bytes.saturating_add(length);
        match found > MAX_CANDIDATE_BYTES {
            true => Err(GateError::CandidatesTooLarge { found }),
            false => Ok(()),
        }
    }

    /// Whether the bundles that were withdrawn have at most `limit` bytes.
    fn has_room_on_disk(&self, limit: u64) -> Result<(), GateError> {
        let found = self.state().history.withdrawn_bytes();
        match found > limit {
            true => Err(GateError::WithdrawnTooLarge { found }),
            false => Ok(()),
        }
    }

    /// Takes a candidate back.
    pub(in crate::authority) async fn withdraw(
        &self,
        recording: &Recording,
        bundle_digest: Digest,
        by: By,
        reason: Option<String>,
    ) -> Result<(), GateError> {
        if !self.state().history.is_candidate(bundle_digest) {
            return Err(GateError::NoSuchBundle(bundle_digest));
        }
        let happened = Happened {
            by,
            event: LifecycleEvent::Withdrawn(Withdrawn::Candidate(CandidateWithdrawn {
                bundle_digest,
            })),
            policy: None,
            document: None,
            reason,
        };
        self.record(recording, happened).await.map(drop)
    }

    /// Records that the bundle came into force as the first one.
    pub(super) async fn seeded(
        &self,
        recording: &Recording,
        packed: Packed,
        policy: &Policy,
        event: impl FnOnce(Activation) -> LifecycleEvent + Send,
        (by, reason): (By, Option<String>),
    ) -> Result<u64, GateError> {
        let active = Activation {
            bundle: packed.digests,
            engine: this_engine(),
        };
        let happened = Happened {
            by,
            event: event(active),
            policy: Some(policy.identity()),
            document: Some(packed.bytes),
            reason,
        };
        self.record(recording, happened).await
    }
}
