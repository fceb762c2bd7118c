//! DSSE v1.0 (secure-systems-lab/dsse, `protocol.md` and `envelope.md`): a payload as it is, its
//! type, and signatures over both. Nothing is canonicalised after signing, so what is read is
//! what was signed.

use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{SigningKey, VerifyingKey};

/// Bytes of a payload.
pub const MAX_PAYLOAD_BYTES: usize = 32 * 1024 * 1024;
/// Bytes of an envelope: a payload of [`MAX_PAYLOAD_BYTES`] in base64, with room for the rest.
pub const MAX_ENVELOPE_BYTES: usize = MAX_PAYLOAD_BYTES / 3 * 4 + 64 * 1024;
/// Signatures of one envelope.
pub const MAX_SIGNATURES: usize = 16;

/// What is signed begins so.
const PAE_PREFIX: &str = "DSSEv1";

/// Why an envelope can't be read, or not be believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DsseError {
    /// Not the JSON of an envelope.
    #[error("is not a DSSE envelope: {0}")]
    Malformed(String),
    /// The payload or a signature is not base64 (RFC 4648 section 4 or 5).
    #[error("the `{0}` of the envelope is not base64")]
    Base64(&'static str),
    /// Over a limit.
    #[error("the envelope has more than {limit} {unit}")]
    TooLarge {
        /// How many there may be.
        limit: usize,
        /// Of what.
        unit: &'static str,
    },
    /// Something else than the document that is wanted.
    #[error("the envelope holds `{found}`, not `{wanted}`")]
    OtherType {
        /// The payload's type.
        found: String,
        /// The one that was asked for.
        wanted: String,
    },
    /// The key has signed the envelope before.
    #[error("the envelope has a signature by this key already")]
    SignedBefore,
    /// Nobody known signed it.
    #[error("the envelope is not signed by any of the given keys, or was changed since")]
    NotSigned,
}

/// A payload, its type, and who signed both (DSSE v1.0).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "DsseEnvelope", deny_unknown_fields)]
pub struct Envelope {
    /// The document that is signed, in base64 (RFC 4648).
    payload: String,
    /// The media type of the document. It is signed too.
    #[serde(rename = "payloadType")]
    payload_type: String,
    /// The signatures, at most 16.
    signatures: Vec<Signature>,
    #[serde(skip)]
    #[schemars(skip)]
    found: FoundKey,
}

/// The key by which the only signature of an envelope was found good. A signature stays good, and to
/// try it takes tens of microseconds. It is no part of the envelope, so it is not compared.
#[derive(Debug, Clone, Default)]
struct FoundKey(OnceLock<Box<VerifyingKey>>);

impl PartialEq for FoundKey {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for FoundKey {}

/// One signature over the payload and its type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "DsseSignature", deny_unknown_fields)]
struct Signature {
    /// A hint, not signed: `NAME+ID` of the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    keyid: Option<String>,
    /// The Ed25519 signature (RFC 8032) in base64.
    sig: String,
}

/// A payload, and which of the given keys signed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed<'a> {
    /// The bytes that were signed.
    pub payload: Vec<u8>,
    /// The keys with a signature, each once, in the order of the signatures.
    pub keys: Vec<&'a VerifyingKey>,
}

/// A payload that one of the given keys signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened<'a> {
    /// The bytes that were signed.
    pub payload: Vec<u8>,
    /// Which of the keys.
    pub key: &'a VerifyingKey,
}

impl Envelope {
    /// Signs `payload` as a document of `payload_type`, a media type.
    ///
    /// # Errors
    /// If the payload has more than [`MAX_PAYLOAD_BYTES`].
    pub fn sign(payload_type: &str, payload: &[u8], key: &SigningKey) -> Result<Self, DsseError> {
        within(payload.len(), MAX_PAYLOAD_BYTES, "bytes")?;
        Ok(Self {
            payload: STANDARD.encode(payload),
            payload_type: payload_type.to_owned(),
            signatures: vec![Signature::of(payload_type, payload, key)],
            found: FoundKey::default(),
        })
    }

    /// Adds the signature of another key over the same payload and type.
    ///
    /// # Errors
    /// If the key has signed already, the envelope has [`MAX_SIGNATURES`], or it can't be read.
    pub fn add_signature(&mut self, key: &SigningKey) -> Result<(), DsseError> {
        within(self.signatures.len() + 1, MAX_SIGNATURES, "signatures")?;
        let payload = decode(&self.payload, "payload")?;
        let signed = self.signed_by(&self.payload_type, [key.verifying_key()])?;
        if !signed.keys.is_empty() {
            return Err(DsseError::SignedBefore);
        }
        self.signatures
            .push(Signature::of(&self.payload_type, &payload, key));
        self.found = FoundKey::default();
        Ok(())
    }

    /// The one of `keys` by which the only signature was found good before.
    fn found_again<'a>(&self, keys: &[&'a VerifyingKey]) -> Option<&'a VerifyingKey> {
        let found = self.found.0.get()?;
        keys.iter().copied().find(|key| **key == **found)
    }

    /// The number of signatures, without checking them.
    #[must_use]
    pub fn signature_count(&self) -> usize {
        self.signatures.len()
    }

    /// Reads an envelope, without believing it. Fields that DSSE doesn't know are ignored, as
    /// `envelope.md` asks.
    ///
    /// # Errors
    /// If `bytes` are no envelope, or over a limit.
    pub fn read(bytes: &[u8]) -> Result<Self, DsseError> {
        within(bytes.len(), MAX_ENVELOPE_BYTES, "bytes")?;
        let envelope: Self = serde_json::from_slice(bytes)
            .map_err(|error| DsseError::Malformed(error.to_string()))?;
        within(envelope.signatures.len(), MAX_SIGNATURES, "signatures")?;
        Ok(envelope)
    }

    /// The media type of the payload, without checking a signature.
    #[must_use]
    pub fn payload_type(&self) -> &str {
        &self.payload_type
    }

    /// The payload in base64, without checking a signature.
    #[must_use]
    pub fn payload(&self) -> &str {
        &self.payload
    }

    /// Bytes of the payload in base64.
    #[must_use]
    pub fn payload_len(&self) -> usize {
        self.payload.len()
    }

    /// The payload, without checking a signature: to be shown, not to be relied on.
    ///
    /// # Errors
    /// If it is not base64, or is of another type than `payload_type`.
    pub fn unverified(&self, payload_type: &str) -> Result<Vec<u8>, DsseError> {
        if self.payload_type != payload_type {
            return Err(DsseError::OtherType {
                found: self.payload_type.clone(),
                wanted: payload_type.to_owned(),
            });
        }
        decode(&self.payload, "payload")
    }

    /// The payload, and all of `keys` that signed it as a document of `payload_type`. There may be
    /// none. The key ids in the envelope are hints that anybody could write: every signature is tried
    /// by every key, the one that it names first.
    ///
    /// # Errors
    /// If the payload is of another type, or the envelope can't be read.
    pub fn signed_by<'a>(
        &self,
        payload_type: &str,
        keys: impl IntoIterator<Item = &'a VerifyingKey>,
    ) -> Result<Signed<'a>, DsseError> {
        let payload = self.unverified(payload_type)?;
        let mut unused: Vec<&VerifyingKey> = keys.into_iter().collect();
        if let Some(key) = self.found_again(&unused) {
            let keys = vec![key];
            return Ok(Signed { payload, keys });
        }
        let signed = pre_authentication_encoding(payload_type, &payload);
        let mut keys = Vec::new();
        for signature in &self.signatures {
            signature.named_first(&mut unused);
            let bytes = decode(&signature.sig, "sig")?;
            let at = unused.iter().position(|key| key.verify(&signed, &bytes));
            keys.extend(at.map(|at| unused.swap_remove(at)));
        }
        if let (&[key], 1) = (keys.as_slice(), self.signatures.len()) {
            let found = || Box::new(VerifyingKey::clone(key));
            self.found.0.get_or_init(found);
        }
        Ok(Signed { payload, keys })
    }

    /// The payload, if one of `keys` signed it as a document of `payload_type`. The key ids in
    /// the envelope are hints that anybody could write: every signature is tried by every key.
    ///
    /// # Errors
    /// If none of the keys signed it, it is of another type, or it can't be read.
    pub fn open<'a>(
        &self,
        payload_type: &str,
        keys: &'a [VerifyingKey],
    ) -> Result<Opened<'a>, DsseError> {
        let payload = self.unverified(payload_type)?;
        let signed = pre_authentication_encoding(payload_type, &payload);
        for signature in &self.signatures {
            let signature = decode(&signature.sig, "sig")?;
            if let Some(key) = keys.iter().find(|key| key.verify(&signed, &signature)) {
                return Ok(Opened { payload, key });
            }
        }
        Err(DsseError::NotSigned)
    }
}

impl Signature {
    fn of(payload_type: &str, payload: &[u8], key: &SigningKey) -> Self {
        let signature = key.sign(&pre_authentication_encoding(payload_type, payload));
        let verifying = key.verifying_key();
        Self {
            keyid: Some(key_id(verifying)),
            sig: STANDARD.encode(signature),
        }
    }

    /// Puts the key that the signature names in front: to try a key takes tens of microseconds.
    fn named_first(&self, keys: &mut [&VerifyingKey]) {
        let Some(name) = &self.keyid else { return };
        if let Some(at) = keys.iter().position(|key| key_id(key) == *name) {
            keys.swap(0, at);
        }
    }
}

/// How an envelope names a key.
fn key_id(key: &VerifyingKey) -> String {
    format!("{}+{:08x}", key.name(), key.id())
}

/// PAE of `protocol.md`: no payload and type give the bytes of any other.
#[must_use]
pub fn pre_authentication_encoding(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let head = format!(
        "{PAE_PREFIX} {} {payload_type} {} ",
        payload_type.len(),
        payload.len()
    );
    [head.as_bytes(), payload].concat()
}

/// Both alphabets: `envelope.md` says that a verifier must accept either.
fn decode(text: &str, field: &'static str) -> Result<Vec<u8>, DsseError> {
    STANDARD
        .decode(text)
        .or_else(|_| URL_SAFE.decode(text))
        .map_err(|_| DsseError::Base64(field))
}

fn within(count: usize, limit: usize, unit: &'static str) -> Result<(), DsseError> {
    match count > limit {
        true => Err(DsseError::TooLarge { limit, unit }),
        false => Ok(()),
    }
}
