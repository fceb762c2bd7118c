//! Signed answers: a process that takes a dead service's address can't answer in its place.
//!
//! A caller sends a nonce; the answer is signed over it by the service's own key, which the key
//! of the journal certifies for a day at a time. A caller trusts one of the two keys. What it
//! checks the answer that it received against the signed one: an answer that was replayed, swapped or
//! not signed is refused.

use std::fmt;
use std::sync::Arc;

use arc_swap::ArcSwap;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::canonical::{CanonicalError, Digest, to_canonical_bytes};
use crate::decision::{Decision, PolicyState, Verdict};
use crate::keys::dsse::{DsseError, Envelope};
use crate::keys::{SigningKey, VerifyingKey};

/// The payload type of a signed answer. It is part of what is signed, so no signature over
/// another kind of document can pass for one.
const ANSWER_TYPE: &str = "application/vnd.cavra.answer.v1+json";
/// The payload type of a certificate.
const CERTIFICATE_TYPE: &str = "application/vnd.cavra.server-key.v1+json";
/// Bytes of a [`Nonce`].
pub const NONCE_BYTES: usize = 32;
/// How long a certificate holds. A key that was stolen from a service's memory is of use for so
/// long.
const CERTIFICATE_LIFETIME: SignedDuration = SignedDuration::from_hours(24);
/// How much of that must be left when an answer is signed.
const CERTIFICATE_RENEWAL: SignedDuration = SignedDuration::from_hours(12);
/// By how much the clocks of a service and its caller may differ.
const MAX_CLOCK_SKEW: SignedDuration = SignedDuration::from_mins(5);

/// What a caller sends to know an answer to *this* question: random, and used once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nonce([u8; NONCE_BYTES]);

impl Nonce {
    /// A new one, from the operating system's randomness.
    ///
    /// # Errors
    /// If the operating system has none.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; NONCE_BYTES];
        getrandom::fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// The one that has these bytes, if there are [`NONCE_BYTES`].
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; NONCE_BYTES] {
        &self.0
    }
}

impl fmt::Display for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STANDARD.encode(self.0))
    }
}

/// A signed answer as it is sent: two DSSE envelopes as JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedAnswer {
    /// What was answered, signed by the service's key.
    pub answer: Vec<u8>,
    /// Whose key that is, signed by the journal's.
    pub certificate: Arc<[u8]>,
}

/// Why an answer can't be signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// Part of it has no canonical form.
    #[error(transparent)]
    Canonical(#[from] CanonicalError),
    /// The envelope can't be written.
    #[error(transparent)]
    Envelope(#[from] DsseError),
    /// The envelope can't be written as JSON.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

/// Why an answer is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ForgedAnswer {
    /// There is no signature.
    #[error(
        "the answer is not signed: the process that answers there is not the service that you trust"
    )]
    Unsigned,
    /// The certificate is not signed by the trusted key, or damaged.
    #[error("the certificate of the service's key can't be believed")]
    Certificate(#[source] DsseError),
    /// The certificate's time is over, or has not come.
    #[error("the certificate of the service's key holds from {from} until {until}")]
    Expired {
        /// When it was issued.
        from: Timestamp,
        /// When it ends.
        until: Timestamp,
    },
    /// The answer is not signed by the service's key, or damaged.
    #[error("the answer's signature can't be believed")]
    Answer(#[source] DsseError),
    /// What was signed is no statement that this version knows.
    #[error("what was signed can't be read: {0}")]
    Unreadable(String),
    /// The signed answer differs from the received one, or answers another question.
    #[error("the signature is over another `{0}` than that of this answer")]
    Other(&'static str),
}

/// What is signed of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Statement {
    action: Digest,
    decision: Verdict,
    decision_id: Uuid,
    effective_digest: Digest,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    journal_position: Option<u64>,
    nonce: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    policy_state: Option<PolicyState>,
    rule_id: Arc<str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    approval_id: Option<Uuid>,
}

impl Statement {
    fn of(decision: &Decision, nonce: &Nonce) -> Result<Self, CanonicalError> {
        Ok(Self {
            action: decision.action.digest()?,
            decision: decision.verdict(),
            decision_id: decision.decision_id,
            effective_digest: decision.policy.effective_digest,
            journal_position: decision.journal_position(),
            nonce: nonce.to_string(),
            policy_state: decision.policy_state,
            rule_id: decision.rule_id().into(),
            approval_id: decision.approval_id(),
        })
    }

    /// The first field in which the two differ.
    fn differs_from(&self, other: &Self) -> Option<&'static str> {
        let fields = [
            ("nonce", self.nonce == other.nonce),
            ("action", self.action == other.action),
            ("decision", self.decision == other.decision),
            ("decision_id", self.decision_id == other.decision_id),
            (
                "effective_digest",
                self.effective_digest == other.effective_digest,
            ),
            (
                "journal_position",
                self.journal_position == other.journal_position,
            ),
            ("policy_state", self.policy_state == other.policy_state),
            ("rule_id", self.rule_id == other.rule_id),
            ("approval_id", self.approval_id == other.approval_id),
        ];
        fields
            .into_iter()
            .find(|(_, same)| !same)
            .map(|(name, _)| name)
    }
}

/// What is signed of a service's key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Certificate {
    expires_at: Timestamp,
    issued_at: Timestamp,
    key: String,
    log: String,
}

/// What a service signs its answers with.
pub struct AnswerKey {
    key: SigningKey,
    certifier: SigningKey,
    certificate: ArcSwap<Certified>,
}

/// A certificate as it is sent.
struct Certified {
    envelope: Arc<[u8]>,
    expires_at: Timestamp,
}

impl AnswerKey {
    /// Signs by `key`, which `certifier`, the key of the journal, certifies from `now` on.
    ///
    /// # Errors
    /// If the certificate can't be written.
    pub fn new(key: SigningKey, certifier: SigningKey, now: Timestamp) -> Result<Self, SignError> {
        let certificate = certify(&key, &certifier, now)?;
        Ok(Self {
            key,
            certifier,
            certificate: ArcSwap::from_pointee(certificate),
        })
    }

    /// Signs what was decided, for the caller that sent `nonce`.
    ///
    /// # Errors
    /// If it can't be written as JSON.
    pub fn sign(
        &self,
        decision: &Decision,
        nonce: &Nonce,
        now: Timestamp,
    ) -> Result<SignedAnswer, SignError> {
        let statement = to_canonical_bytes(&Statement::of(decision, nonce)?)?;
        let envelope = Envelope::sign(ANSWER_TYPE, &statement, &self.key)?;
        Ok(SignedAnswer {
            answer: serde_json::to_vec(&envelope)?,
            certificate: self.certificate(now)?,
        })
    }

    fn certificate(&self, now: Timestamp) -> Result<Arc<[u8]>, SignError> {
        let held = self.certificate.load();
        if held.expires_at.duration_since(now) > CERTIFICATE_RENEWAL {
            return Ok(Arc::clone(&held.envelope));
        }
        let renewed = certify(&self.key, &self.certifier, now)?;
        let envelope = Arc::clone(&renewed.envelope);
        self.certificate.store(Arc::new(renewed));
        Ok(envelope)
    }
}

fn certify(
    key: &SigningKey,
    certifier: &SigningKey,
    now: Timestamp,
) -> Result<Certified, SignError> {
    let expires_at = now
        .saturating_add(CERTIFICATE_LIFETIME)
        .unwrap_or(Timestamp::MAX);
    let certificate = Certificate {
        expires_at,
        issued_at: now,
        key: key.verifying_key().to_string(),
        log: certifier.verifying_key().name().to_string(),
    };
    let payload = to_canonical_bytes(&certificate)?;
    let envelope = Envelope::sign(CERTIFICATE_TYPE, &payload, certifier)?;
    Ok(Certified {
        envelope: serde_json::to_vec(&envelope)?.into(),
        expires_at,
    })
}

/// Checks a service's answers.
#[derive(Debug, Clone)]
pub struct AnswerVerifier {
    trusted: [VerifyingKey; 1],
}

impl AnswerVerifier {
    /// Believes what `trusted` signed, and the keys that it certifies: the key of the journal,
    /// or the service's own.
    #[must_use]
    pub fn new(trusted: VerifyingKey) -> Self {
        Self { trusted: [trusted] }
    }

    /// Checks that the service answered `decision` to the question with `nonce`, and nothing else.
    ///
    /// # Errors
    /// If it did not, or that can't be known.
    pub fn check(
        &self,
        decision: &Decision,
        nonce: &Nonce,
        signed: &SignedAnswer,
        now: Timestamp,
    ) -> Result<(), ForgedAnswer> {
        let statement = self.statement(signed, now)?;
        let told = Statement::of(decision, nonce)
            .map_err(|error| ForgedAnswer::Unreadable(error.to_string()))?;
        match statement.differs_from(&told) {
            None => Ok(()),
            Some(field) => Err(ForgedAnswer::Other(field)),
        }
    }

    fn statement(&self, signed: &SignedAnswer, now: Timestamp) -> Result<Statement, ForgedAnswer> {
        let envelope = Envelope::read(&signed.answer).map_err(ForgedAnswer::Answer)?;
        let by_trusted = envelope.open(ANSWER_TYPE, &self.trusted);
        let payload = match by_trusted {
            Ok(opened) => opened.payload,
            Err(_) => {
                let certified = [self.certified(&signed.certificate, now)?];
                let opened = envelope.open(ANSWER_TYPE, &certified);
                opened.map_err(ForgedAnswer::Answer)?.payload
            }
        };
        read(&payload)
    }

    /// The key that the trusted one certifies.
    fn certified(&self, certificate: &[u8], now: Timestamp) -> Result<VerifyingKey, ForgedAnswer> {
        let envelope = Envelope::read(certificate).map_err(ForgedAnswer::Certificate)?;
        let opened = envelope
            .open(CERTIFICATE_TYPE, &self.trusted)
            .map_err(ForgedAnswer::Certificate)?;
        let Certificate {
            expires_at,
            issued_at,
            key,
            log: _,
        } = read(&opened.payload)?;
        let early = issued_at.duration_since(now) > MAX_CLOCK_SKEW;
        let late = now.duration_since(expires_at) > MAX_CLOCK_SKEW;
        if early || late {
            return Err(ForgedAnswer::Expired {
                from: issued_at,
                until: expires_at,
            });
        }
        key.parse()
            .map_err(|error| ForgedAnswer::Unreadable(format!("`key`: {error}")))
    }
}

fn read<'a, T: Deserialize<'a>>(payload: &'a [u8]) -> Result<T, ForgedAnswer> {
    serde_json::from_slice(payload).map_err(|error| ForgedAnswer::Unreadable(error.to_string()))
}
