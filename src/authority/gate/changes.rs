//! What each change of what is enforced was: which policy came into force, who approved it, and what
//! it changed. The journal alone says so, years later and offline.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::error::GateError;
use super::history::History;
use super::reading;
use super::store::PolicyStore;
use crate::canonical::Digest;
use crate::journal::record::LifecycleRecord;
use crate::journal::record::lifecycle::{LifecycleEvent, RollbackCover};
use crate::keys::VerifyingKey;
use crate::policy::diff::{Diff, diff};
use crate::policy::effective::EffectivePack;

/// The lifecycle records of a journal, and what they keep.
pub struct Recorded {
    directory: PathBuf,
    history: History,
}

/// A policy that came into force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeMade {
    /// The index of the record.
    pub position: u64,
    /// The pack's id.
    pub policy_id: String,
    /// The pack's `metadata.version`.
    pub policy_version: String,
    /// The digest of the bundle.
    pub bundle_digest: Digest,
    /// The index of the activation that ended. None for the first one.
    pub replaced: Option<u64>,
    /// The ids of the people whose approvals covered the change.
    pub approved_by: Vec<String>,
    /// The semantic diff against the policy that ended, if it was asked for and there was one.
    pub diff: Option<Diff>,
}

impl Recorded {
    /// Reads the journal in `directory`, whose checkpoints `log_key` verifies. A service may be writing
    /// it.
    ///
    /// # Errors
    /// If its lifecycle records can't be read or don't fit together, or if no checkpoint that
    /// `log_key` signed counts them.
    pub fn read(directory: &Path, log_key: &VerifyingKey) -> Result<Self, GateError> {
        Ok(Self {
            directory: directory.to_owned(),
            history: reading::history(directory, log_key)?,
        })
    }

    /// What a store knows now.
    #[must_use]
    pub fn of(store: &PolicyStore) -> Self {
        Self {
            directory: store.directory().to_owned(),
            history: store.history(),
        }
    }

    /// The records.
    #[must_use]
    pub fn history(&self) -> &History {
        &self.history
    }

    /// What the record at `position` changed. None if it changes nothing that is enforced. Reads two
    /// bundles at most.
    ///
    /// # Errors
    /// If a bundle can't be read.
    pub fn change(&self, position: u64, with_diff: bool) -> Result<Option<ChangeMade>, GateError> {
        let Some((record, pack)) = self.activated(position)? else {
            return Ok(None);
        };
        let replaced = match &record.event {
            LifecycleEvent::Promoted(event) => Some(event.replaced.activation_index),
            LifecycleEvent::RolledBack(event) => Some(event.replaced.activation_index),
            LifecycleEvent::BrokeGlass(event) => Some(event.replaced.activation_index),
            _ => None,
        };
        let before = match replaced.filter(|_| with_diff) {
            Some(index) => self.activated(index)?,
            None => None,
        };
        let bundle = record.event.activation().map(|it| it.bundle.bundle_digest);
        let bundle_digest = bundle.unwrap_or_else(|| Digest::of(b""));
        Ok(Some(ChangeMade {
            position,
            policy_id: pack.id().to_owned(),
            policy_version: pack.content.metadata.version.clone(),
            bundle_digest,
            replaced,
            approved_by: self.approved_by(record),
            diff: before.map(|(_, before)| diff(&before, &pack)),
        }))
    }

    /// The record at `position`, with the policy that it put in force.
    fn activated(
        &self,
        position: u64,
    ) -> Result<Option<(&LifecycleRecord, EffectivePack)>, GateError> {
        let record = self.history.at(position);
        let named = record.and_then(|record| Some((record, record.event.activation()?)));
        let Some((record, activation)) = named else {
            return Ok(None);
        };
        let digest = activation.bundle.bundle_digest;
        let kept = self.history.kept(digest);
        let kept = kept.ok_or(GateError::NoSuchBundle(digest))?;
        let bundle = reading::bundle(&self.directory, kept)?;
        Ok(Some((record, bundle.effective()?)))
    }

    /// The people whose approvals covered a change.
    fn approved_by(&self, record: &LifecycleRecord) -> Vec<String> {
        let (request, approvals) = match &record.event {
            LifecycleEvent::Promoted(event) => (event.request_digest, &event.approvals),
            LifecycleEvent::RolledBack(event) => match &event.cover {
                RollbackCover::Request {
                    approvals,
                    request_digest,
                    ..
                } => (*request_digest, approvals),
                RollbackCover::Promotion { promotion_index } => {
                    let promotion = self.history.at(*promotion_index);
                    let promotion =
                        promotion.filter(|it| matches!(it.event, LifecycleEvent::Promoted(_)));
                    return promotion.map_or_else(Vec::new, |it| self.approved_by(it));
                }
                // It undoes what nobody had approved.
                RollbackCover::BreakGlass { .. } => return Vec::new(),
            },
            _ => return Vec::new(),
        };
        let counted: BTreeSet<&Digest> = approvals.iter().collect();
        let answers = self.history.answers(request);
        let counted = answers.filter(|(_, answer)| {
            let document = answer.document.as_ref();
            document.is_some_and(|document| counted.contains(document))
        });
        let people = counted.filter_map(|(_, answer)| answer.by.person.clone());
        people.collect()
    }
}
