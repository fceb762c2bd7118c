//! What the documents of a change have in common: one canonical form, one signature of a person, and a
//! time from which they count.

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::{DocumentKind, RequestError, SignatureRefusal};
use crate::canonical::{Digest, DocumentError, read_canonical, to_canonical_bytes};
use crate::keys::dsse::Envelope;
use crate::trust::Trust;
use crate::trust::document::Person;
use crate::trust::signer::Signer;

/// What a document says of its own signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim<'a> {
    /// Who has to sign it.
    pub signer: Signer<'a>,
    /// When it was signed. None if the document doesn't say so.
    pub from: Option<Timestamp>,
    /// From when on it doesn't count any more. None if it doesn't end.
    pub until: Option<Timestamp>,
}

/// A document whose signature counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified<'t, D> {
    /// The document.
    pub document: D,
    /// SHA-256 over the bytes that were signed.
    pub digest: Digest,
    /// Who signed it.
    pub person: &'t Person,
}

/// A document of a change, which one person signs in an envelope of its own.
pub trait SignedDocument: Serialize + DeserializeOwned {
    /// The kind, as messages name it.
    const KIND: DocumentKind;
    /// The `payloadType` of the envelope.
    const MEDIA_TYPE: &'static str;
    /// Bytes of the document.
    const MAX_BYTES: usize;

    /// Whether each field has a value that it may have.
    ///
    /// # Errors
    /// With the first field that is wrong.
    fn check(&self) -> Result<(), RequestError>;

    /// Who has to sign the document, and when the signature counts.
    fn claim(&self) -> Claim<'_>;

    /// Reads a document as it is signed: in its RFC 8785 form.
    ///
    /// # Errors
    /// With the first field that is wrong.
    fn read(bytes: &[u8]) -> Result<Self, RequestError> {
        let document: Self = read_canonical(bytes, Self::MAX_BYTES)?;
        document.check()?;
        Ok(document)
    }

    /// The RFC 8785 bytes of a sound document: what is signed.
    ///
    /// # Errors
    /// With the first field that is wrong.
    fn to_signed_bytes(&self) -> Result<Vec<u8>, RequestError> {
        self.check()?;
        Ok(to_canonical_bytes(self).map_err(|_| DocumentError::NotCanonical)?)
    }

    /// The document in an envelope, and the person who signed it, as of the time `at`.
    ///
    /// # Errors
    /// With the first reason why nobody says anything by this envelope.
    fn verify_signature<'t>(
        envelope: &Envelope,
        trust: &'t Trust,
        at: Timestamp,
    ) -> Result<Verified<'t, Self>, SignatureRefusal> {
        let kind = Self::KIND;
        let signed = trust.open(envelope, Self::MEDIA_TYPE)?;
        let document = Self::read(&signed.payload)?;
        let Claim {
            signer,
            from,
            until,
        } = document.claim();
        let person = signed.signer(signer, at);
        let person = person.map_err(|problem| SignatureRefusal::Signer { kind, problem })?;
        if let Some(from) = from.filter(|from| *from > at) {
            return Err(SignatureRefusal::NotYet { kind, from });
        }
        if let Some(until) = until.filter(|until| at >= *until) {
            return Err(SignatureRefusal::Expired { kind, until });
        }
        Ok(Verified {
            digest: Digest::of(&signed.payload),
            document,
            person,
        })
    }
}
