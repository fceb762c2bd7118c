//! When a trust file may follow another.
//!
//! The first trust file of a chain is taken by its digest. Version n+1 is signed by at least
//! `min_signers` of version n's people with the role `trust`, and by at least `min_signers` of its
//! own. So a file can't lower the bar for itself, and nobody gets a key into a file without
//! having it. An expired version may still sign its successor.

use super::checked::Trust;
use super::document::{MEDIA_TYPE, PersonRole};
use super::error::TrustError;
use super::limits::MAX_TRUST_FILE_BYTES;
use crate::canonical::{Digest, DocumentError, parse_strict};
use crate::keys::dsse::{DsseError, Envelope};

/// Why a trust file can't be a part of a chain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// The document is no trust file.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// The envelope can't be read.
    #[error(transparent)]
    Envelope(#[from] DsseError),
    /// The first file is another one.
    #[error("the first trust file has the digest {found}, not {wanted}")]
    OtherFirst {
        /// The digest of the first file.
        found: Digest,
        /// The one that was asked for.
        wanted: Digest,
    },
    /// A successor without an envelope.
    #[error("the trust file is not signed; only the first one of a chain may be a plain document")]
    NotSigned,
    /// A version is left out, or comes twice.
    #[error("`/version` is {found}; the successor of version {current} has {}", u64::from(*.current) + 1)]
    Version {
        /// The version of the file.
        found: u32,
        /// The version before it.
        current: u32,
    },
    /// Too few people of the version before it have signed.
    #[error(
        "signed by {found} of the people with the role `trust` in version {version}; its `min_signers` is {needed}"
    )]
    CurrentSigners {
        /// The people who have.
        found: usize,
        /// The `min_signers` of the version before it.
        needed: u32,
        /// That version.
        version: u32,
    },
    /// Too few people of the file itself have signed.
    #[error(
        "signed by {found} of the people with the role `trust` in the file itself; its `min_signers` is {needed}"
    )]
    OwnSigners {
        /// The people who have.
        found: usize,
        /// The `min_signers` of the file.
        needed: u32,
    },
}

/// A trust file as it is kept: a plain document, or the envelope that it was signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    trust: Trust,
    envelope: Option<Envelope>,
}

/// A trust file that has its place in a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The trust file.
    pub trust: Trust,
    /// The ids of the people of the version before it who signed.
    pub by_current: Vec<String>,
    /// The ids of its own people who signed.
    pub by_own: Vec<String>,
}

impl Stored {
    /// Reads a trust file, without believing it. A document in an envelope must be in its RFC 8785
    /// form.
    ///
    /// # Errors
    /// If the bytes are neither a trust file nor an envelope with one.
    pub fn read(bytes: &[u8]) -> Result<Self, ChainError> {
        let (found, limit) = (bytes.len(), MAX_TRUST_FILE_BYTES);
        if found > limit {
            return Err(TrustError::from(DocumentError::TooLarge { found, limit }).into());
        }
        let value = parse_strict(bytes);
        let is_envelope = value.is_ok_and(|value| value.get("payloadType").is_some());
        if !is_envelope {
            let trust = Trust::read(bytes)?;
            let envelope = None;
            return Ok(Self { trust, envelope });
        }
        let envelope = Envelope::read(bytes)?;
        let trust = Trust::read_signed(&envelope.unverified(MEDIA_TYPE)?)?;
        Ok(Self {
            trust,
            envelope: Some(envelope),
        })
    }

    /// The trust file.
    #[must_use]
    pub fn trust(&self) -> &Trust {
        &self.trust
    }

    /// The envelope, if the file is in one.
    #[must_use]
    pub fn envelope(&self) -> Option<&Envelope> {
        self.envelope.as_ref()
    }

    /// The ids of the people with the role `trust` in `by` who signed this file.
    ///
    /// # Errors
    /// If the envelope can't be read.
    pub fn signers(&self, by: &Trust) -> Result<Vec<String>, DsseError> {
        let Some(envelope) = &self.envelope else {
            return Ok(Vec::new());
        };
        let signed = envelope.signed_by(MEDIA_TYPE, by.keys())?;
        let people = by.people_with(PersonRole::Trust, &signed.keys);
        Ok(people.into_iter().map(|person| person.id.clone()).collect())
    }

    /// The trust file as the first one that is believed. A plain document needs no signature; an
    /// envelope must have enough of them.
    ///
    /// # Errors
    /// If it has another digest than `digest`, or too few of its own people signed its envelope.
    pub fn first(self, digest: Option<Digest>) -> Result<Link, ChainError> {
        let found = self.trust.digest();
        if let Some(wanted) = digest.filter(|wanted| *wanted != found) {
            return Err(ChainError::OtherFirst { found, wanted });
        }
        let by_own = self.signers(&self.trust)?;
        if self.envelope.is_some() {
            enough_of_own(&self.trust, by_own.len())?;
        }
        Ok(Link {
            trust: self.trust,
            by_current: Vec::new(),
            by_own,
        })
    }

    /// The trust file as the next one of a chain: after `last`, or as the first.
    ///
    /// # Errors
    /// As [`Self::after`] and [`Self::first`].
    pub fn next(self, last: Option<&Trust>, digest: Option<Digest>) -> Result<Link, ChainError> {
        match last {
            Some(last) => self.after(last),
            None => self.first(digest),
        }
    }

    /// The trust file as the successor of `current`.
    ///
    /// # Errors
    /// If it is not the next version, or too few people of `current` or of its own signed it.
    pub fn after(self, current: &Trust) -> Result<Link, ChainError> {
        if self.envelope.is_none() {
            return Err(ChainError::NotSigned);
        }
        let (found, version) = (self.trust.file().version, current.file().version);
        if version.checked_add(1) != Some(found) {
            let current = version;
            return Err(ChainError::Version { found, current });
        }
        let by_current = self.signers(current)?;
        let needed = current.file().min_signers;
        if !is_enough(by_current.len(), needed) {
            return Err(ChainError::CurrentSigners {
                found: by_current.len(),
                needed,
                version,
            });
        }
        let by_own = self.signers(&self.trust)?;
        enough_of_own(&self.trust, by_own.len())?;
        Ok(Link {
            trust: self.trust,
            by_current,
            by_own,
        })
    }
}

fn enough_of_own(trust: &Trust, found: usize) -> Result<(), ChainError> {
    let needed = trust.file().min_signers;
    match is_enough(found, needed) {
        true => Ok(()),
        false => Err(ChainError::OwnSigners { found, needed }),
    }
}

fn is_enough(found: usize, needed: u32) -> bool {
    u32::try_from(found).is_ok_and(|found| found >= needed)
}
