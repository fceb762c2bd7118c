//! The trust file of a store: each version follows the one that the journal keeps.

use std::path::Path;
use std::sync::Arc;

use super::attempt::Attempt;
use super::error::GateError;
use super::history::History;
use super::store::PolicyStore;
use crate::authority::recording::Recording;
use crate::canonical::{Digest, to_canonical_bytes};
use crate::causes::in_line;
use crate::journal::query::kept_document;
use crate::journal::record::lifecycle::{By, Happened, LifecycleEvent, TrustChanged, TrustRef};
use crate::journal::store::Reader;
use crate::trust::Trust;
use crate::trust::chain::{ChainError, Stored};

impl PolicyStore {
    /// The trust file whose people allow `what`.
    ///
    /// # Errors
    /// If the store has none.
    pub(super) fn trust_for(&self, what: Attempt) -> Result<Arc<Trust>, GateError> {
        let trust = self.trust();
        trust.ok_or_else(|| {
            what.refused("the service has no trust file: start it with `--trust FILE`")
        })
    }

    /// Takes a trust file, if it is the recorded one, its successor, or the first. `digest` is what
    /// the first must have.
    ///
    /// # Errors
    /// If it is none of these, or the journal can't record it.
    pub async fn take_trust(
        &self,
        recording: &Recording,
        stored: Stored,
        digest: Option<Digest>,
        by: By,
    ) -> Result<(), GateError> {
        let current = self.trust();
        if let Some(current) = &current
            && is_recorded(current, stored.trust())?
        {
            return Ok(());
        }
        let document = match stored.envelope() {
            Some(envelope) => to_canonical_bytes(envelope)?,
            None => stored.trust().canonical().to_vec(),
        };
        let link = match &current {
            Some(current) => {
                let version = current.file().version;
                stored
                    .after(current)
                    .map_err(|cause| GateError::TrustChain {
                        current: version,
                        cause,
                    })?
            }
            None => {
                let link = stored.first(digest)?;
                link.trust.check_new_names().map_err(ChainError::from)?;
                link
            }
        };
        let happened = Happened {
            by,
            event: LifecycleEvent::TrustChanged(TrustChanged {
                trust: trust_ref(&link.trust),
            }),
            policy: None,
            document: Some(document.into_boxed_slice()),
            reason: None,
        };
        self.record(recording, happened).await?;
        self.set_trust(link.trust);
        Ok(())
    }
}

/// A trust file, as records name it.
pub(super) fn trust_ref(trust: &Trust) -> TrustRef {
    TrustRef {
        digest: trust.digest(),
        version: trust.file().version,
    }
}

/// Whether `given` is the recorded trust file; false if it may be its successor.
fn is_recorded(recorded: &Trust, given: &Trust) -> Result<bool, GateError> {
    let (found, version) = (given.file().version, recorded.file().version);
    if found < version {
        return Err(GateError::OldTrust {
            found,
            recorded: version,
        });
    }
    if found > version {
        return Ok(false);
    }
    match given.digest() == recorded.digest() {
        true => Ok(true),
        false => Err(GateError::OtherTrust {
            version,
            found: given.digest(),
            recorded: recorded.digest(),
        }),
    }
}

/// Every trust file that the journal keeps, each the successor of the one before it.
#[derive(Debug, Clone, Default)]
pub(super) struct TrustChain(Vec<(u64, Trust)>);

impl TrustChain {
    /// The trust file that counted when the record at `index` was written.
    pub(super) fn before(&self, index: u64) -> Option<&Trust> {
        let mut newest = self.0.iter().rev();
        let found = newest.find(|(position, _)| *position < index);
        found.map(|(_, trust)| trust)
    }

    /// The trust file that counts now.
    pub(super) fn into_last(mut self) -> Option<Trust> {
        self.0.pop().map(|(_, trust)| trust)
    }
}

/// The trust files that `history` names. The first is taken by the digest that its record names,
/// since an operator named it then; each other must be signed as a successor.
pub(super) fn trust_chain(directory: &Path, history: &History) -> Result<TrustChain, GateError> {
    let mut chain = TrustChain::default();
    for (position, record) in history.events() {
        let LifecycleEvent::TrustChanged(changed) = &record.event else {
            continue;
        };
        let stored = recorded_trust(directory, *position, changed.trust)?;
        let last = chain.0.last().map(|(_, trust)| trust);
        let link = stored.next(last, Some(changed.trust.digest));
        let link = link.map_err(|cause| GateError::Unreadable {
            what: "trust file",
            position: *position,
            problem: in_line(&cause),
        })?;
        chain.0.push((*position, link.trust));
    }
    Ok(chain)
}

/// The trust file that the record at `position` keeps, as it was given.
fn recorded_trust(directory: &Path, position: u64, wanted: TrustRef) -> Result<Stored, GateError> {
    let bytes = kept_document(&Reader::open(directory)?, position)?;
    let stored = Stored::read(&bytes)?;
    let found = trust_ref(stored.trust());
    match found == wanted {
        true => Ok(stored),
        false => Err(GateError::Unreadable {
            what: "trust file",
            position,
            problem: format!("it is version {} ({})", found.version, found.digest),
        }),
    }
}
