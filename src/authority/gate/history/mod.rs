//! What the lifecycle records of a journal say together: what is in force, which bundles are kept,
//! and which requests were used.

mod error;
mod requests;

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::unratified::BreakGlassState;
pub use error::HistoryError;

use super::limits::MAX_LIFECYCLE_RECORDS;
use crate::canonical::Digest;
use crate::journal::record::LifecycleRecord;
use crate::journal::record::lifecycle::{
    Activation, BundleRef, LifecycleEvent, RollbackCover, ShadowStarted, TrustRef, Withdrawn,
};

/// A policy that came into force and was not replaced since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InForce {
    /// The index of the record that put it in force.
    pub index: u64,
    /// The policy, as the last engine compiled it.
    pub activation: Activation,
    /// Whether that engine is another than the one that put it in force.
    pub engine_changed: bool,
    /// Whether the policy failed cases or lint when that engine compiled it first.
    pub not_reproved: bool,
    /// How it came into force, if that was by break-glass.
    pub break_glass: Option<BreakGlassState>,
}

/// A bundle that the journal keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// The index of the record that keeps it.
    pub position: u64,
    /// Its digests, by the engine that recorded them.
    pub bundle: BundleRef,
    /// The length of the bundle as it is kept, in bytes. 0 for a seed, which no limit counts.
    pub bytes: u64,
}

/// All lifecycle records of a journal.
#[derive(Debug, Clone, Default)]
pub struct History {
    events: Vec<(u64, LifecycleRecord)>,
    kept: BTreeMap<Digest, Kept>,
    in_force: Option<InForce>,
    were_in_force: BTreeSet<Digest>,
    withdrawn: BTreeSet<Digest>,
    used_requests: BTreeMap<Digest, u64>,
    used_statements: BTreeMap<Digest, u64>,
    withdrawn_requests: BTreeMap<Digest, u64>,
    /// A rejection was verified when it was recorded, so it ends its request for good.
    rejected_requests: BTreeMap<Digest, u64>,
    /// The bundles that are compared, by the runs.
    open_runs: BTreeMap<Uuid, Digest>,
    used_returns: BTreeSet<u64>,
    trust: Option<(u64, TrustRef)>,
}

impl History {
    /// What these records say, which are in the order of their indexes.
    ///
    /// # Errors
    /// If a record doesn't name the one before it, or there are too many.
    pub fn of(
        records: impl IntoIterator<Item = (u64, LifecycleRecord)>,
    ) -> Result<Self, HistoryError> {
        let mut history = Self::default();
        for (position, record) in records {
            history.add(position, record)?;
        }
        Ok(history)
    }

    /// Adds the record at `position`.
    ///
    /// # Errors
    /// As [`Self::of`].
    pub fn add(&mut self, position: u64, record: LifecycleRecord) -> Result<(), HistoryError> {
        let (previous, found) = (record.previous, self.last_index());
        if previous != found {
            return Err(HistoryError::Gap {
                position,
                previous,
                found,
            });
        }
        if self.events.len() >= MAX_LIFECYCLE_RECORDS {
            return Err(HistoryError::TooMany);
        }
        self.may_be_followed_by(position, &record.event)?;
        self.take(position, &record);
        self.events.push((position, record));
        Ok(())
    }

    fn take(&mut self, position: u64, record: &LifecycleRecord) {
        let event = &record.event;
        if let Some(activation) = event.activation() {
            self.were_in_force.insert(activation.bundle.bundle_digest);
            self.in_force = Some(InForce {
                index: position,
                activation: activation.clone(),
                engine_changed: false,
                not_reproved: false,
                break_glass: BreakGlassState::of(position, record),
            });
        }
        match event {
            LifecycleEvent::Seeded(seeded) => self.keep(position, seeded.active.bundle, 0),
            LifecycleEvent::Proposed(proposed) => {
                self.withdrawn.remove(&proposed.bundle.bundle_digest);
                self.keep(position, proposed.bundle, proposed.bytes);
            }
            LifecycleEvent::Withdrawn(Withdrawn::Candidate(withdrawn)) => {
                self.withdrawn.insert(withdrawn.bundle_digest);
            }
            LifecycleEvent::Withdrawn(Withdrawn::Request(request)) => {
                let digest = request.request_digest;
                self.withdrawn_requests.entry(digest).or_insert(position);
            }
            LifecycleEvent::Rejected(answer) => {
                let digest = answer.request_digest;
                self.rejected_requests.entry(digest).or_insert(position);
            }
            LifecycleEvent::Promoted(promoted) => {
                self.used_requests.insert(promoted.request_digest, position);
            }
            LifecycleEvent::RolledBack(back) => match &back.cover {
                RollbackCover::Promotion { promotion_index } => {
                    self.used_returns.insert(*promotion_index);
                }
                RollbackCover::Request { request_digest, .. } => {
                    self.used_requests.insert(*request_digest, position);
                }
                // What is undone is not in force any more.
                RollbackCover::BreakGlass { .. } => {}
            },
            LifecycleEvent::BrokeGlass(broke) => {
                self.used_statements
                    .insert(broke.statement_digest, position);
            }
            LifecycleEvent::Ratified(ratified) => {
                self.used_requests.insert(ratified.request_digest, position);
                if let Some(in_force) = &mut self.in_force {
                    in_force.ratify(position, ratified.activation_index);
                }
            }
            LifecycleEvent::EngineChanged(changed) => {
                if let Some(in_force) = &mut self.in_force {
                    in_force.activation = changed.active.clone();
                    in_force.engine_changed = true;
                    in_force.not_reproved = !changed.failed.is_empty();
                }
            }
            LifecycleEvent::TrustChanged(changed) => {
                self.trust = Some((position, changed.trust));
            }
            LifecycleEvent::ShadowStarted(run) => {
                self.open_runs.insert(run.run_id, run.bundle_digest);
            }
            LifecycleEvent::ShadowEnded(run) => {
                self.open_runs.remove(&run.run_id);
            }
            LifecycleEvent::Requested(_)
            | LifecycleEvent::Approved(_)
            | LifecycleEvent::Acknowledged(_)
            | LifecycleEvent::Rehearsed(_) => {}
        }
    }

    fn keep(&mut self, position: u64, bundle: BundleRef, bytes: u64) {
        self.kept.entry(bundle.bundle_digest).or_insert(Kept {
            position,
            bundle,
            bytes,
        });
    }

    /// The index of the last record.
    #[must_use]
    pub fn last_index(&self) -> Option<u64> {
        self.events.last().map(|(position, _)| *position)
    }

    /// Every record with its index, the oldest first.
    #[must_use]
    pub fn events(&self) -> &[(u64, LifecycleRecord)] {
        &self.events
    }

    /// The record at `position`.
    #[must_use]
    pub fn at(&self, position: u64) -> Option<&LifecycleRecord> {
        let found = self.events.binary_search_by_key(&position, |(at, _)| *at);
        self.events.get(found.ok()?).map(|(_, record)| record)
    }

    /// What is in force. None before the first policy.
    #[must_use]
    pub fn in_force(&self) -> Option<&InForce> {
        self.in_force.as_ref()
    }

    /// A bundle by its digest, if the journal keeps it.
    #[must_use]
    pub fn kept(&self, bundle_digest: Digest) -> Option<&Kept> {
        self.kept.get(&bundle_digest)
    }

    /// Whether a bundle is or was in force.
    #[must_use]
    pub fn was_in_force(&self, bundle_digest: Digest) -> bool {
        self.were_in_force.contains(&bundle_digest)
    }

    /// Whether a policy with this effective digest is or was in force.
    #[must_use]
    pub fn was_effective(&self, effective_digest: Digest) -> bool {
        let events = self.events.iter();
        let mut activations = events.filter_map(|(_, record)| record.event.activation());
        activations.any(|it| it.bundle.effective_digest == effective_digest)
    }

    /// The bundles that never came into force and were not withdrawn.
    pub fn candidates(&self) -> impl Iterator<Item = &Kept> {
        let kept = self.kept.values();
        kept.filter(|kept| self.is_candidate(kept.bundle.bundle_digest))
    }

    /// The bytes of the bundles that never came into force and were withdrawn. The journal keeps them.
    #[must_use]
    pub fn withdrawn_bytes(&self) -> u64 {
        let kept = self.kept.values();
        let usable = |kept: &&Kept| {
            let bundle = kept.bundle.bundle_digest;
            self.was_in_force(bundle) || self.is_candidate(bundle)
        };
        kept.filter(|kept| !usable(kept))
            .fold(0, |sum, kept| sum.saturating_add(kept.bytes))
    }

    /// The bundles that may come into force: candidates, and those that were in force before.
    pub fn usable(&self) -> impl Iterator<Item = &Kept> {
        let kept = self.kept.values();
        kept.filter(|kept| {
            let bundle = kept.bundle.bundle_digest;
            self.was_in_force(bundle) || self.is_candidate(bundle)
        })
    }

    /// Whether a bundle is kept, never came into force and was not withdrawn.
    #[must_use]
    pub fn is_candidate(&self, bundle_digest: Digest) -> bool {
        self.kept.contains_key(&bundle_digest)
            && !self.was_in_force(bundle_digest)
            && !self.withdrawn.contains(&bundle_digest)
    }

    /// The shadow runs that began and of which no end is recorded, with the bundles that they compare.
    #[must_use]
    pub fn open_runs(&self) -> &BTreeMap<Uuid, Digest> {
        &self.open_runs
    }

    /// The shadow runs that began since the policy in force came into force.
    pub fn runs(&self) -> impl Iterator<Item = &ShadowStarted> {
        self.since_activation()
            .filter_map(|(_, record)| match &record.event {
                LifecycleEvent::ShadowStarted(run) => Some(run),
                _ => None,
            })
    }

    /// Whether a run of a bundle began since the policy in force came into force, and ended after it had
    /// observed traffic for as long as its criteria ask.
    #[must_use]
    pub fn observed(&self, bundle_digest: Digest) -> bool {
        let began: BTreeSet<Uuid> = self.runs().map(|run| run.run_id).collect();
        self.since_activation()
            .any(|(_, record)| match &record.event {
                LifecycleEvent::ShadowEnded(run) => {
                    let is_of = run.bundle_digest == bundle_digest && began.contains(&run.run_id);
                    is_of && run.observed_long_enough
                }
                _ => false,
            })
    }

    /// The records since the policy in force came into force.
    fn since_activation(&self) -> impl Iterator<Item = &(u64, LifecycleRecord)> {
        let since = self.in_force.as_ref().map_or(0, |it| it.index);
        self.events.iter().filter(move |(index, _)| *index > since)
    }

    /// Whether the return that the promotion at `promotion_index` covers was used.
    #[must_use]
    pub fn is_return_used(&self, promotion_index: u64) -> bool {
        self.used_returns.contains(&promotion_index)
    }

    /// The trust file that counts, with the index of the record that keeps it.
    #[must_use]
    pub fn trust(&self) -> Option<(u64, TrustRef)> {
        self.trust
    }
}
