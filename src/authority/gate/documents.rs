//! The signed documents that a caller brings for a change.

use super::error::GateError;
use super::limits::{MAX_ACKNOWLEDGEMENTS, MAX_REPORT_FILE_BYTES};
use crate::canonical::{Digest, to_canonical_bytes};
use crate::change::approval::{self, Answer, Approval, ApprovalStatement};
use crate::change::limits::{MAX_APPROVALS, MAX_CHANGE_FILE_BYTES};
use crate::change::signed::SignedDocument;
use crate::keys::dsse::Envelope;

/// The documents as they are sent: DSSE envelopes as JSON.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// The request.
    pub request: Vec<u8>,
    /// Approvals and rejections. Those that were recorded before count too.
    pub answers: Vec<Vec<u8>>,
    /// The shadow report.
    pub report: Option<Vec<u8>>,
    /// Acknowledgements of groups in the report.
    pub acknowledgements: Vec<Vec<u8>>,
    /// The readiness packet that people looked at: JSON, not an envelope.
    pub packet: Option<Vec<u8>>,
}

/// One envelope, and its canonical JSON.
#[derive(Debug, Clone)]
pub(super) struct Signed {
    pub(super) envelope: Envelope,
    pub(super) bytes: Box<[u8]>,
    /// SHA-256 over `bytes`.
    pub(super) digest: Digest,
}

/// The documents, read.
#[derive(Debug, Clone)]
pub(super) struct Documents {
    pub(super) request: Signed,
    pub(super) answers: Vec<Signed>,
    pub(super) report: Option<Signed>,
    pub(super) acknowledgements: Vec<Signed>,
}

impl Documents {
    pub(super) fn read(given: &Given) -> Result<Self, GateError> {
        few("approvals", given.answers.len(), MAX_APPROVALS)?;
        few(
            "acknowledgements",
            given.acknowledgements.len(),
            MAX_ACKNOWLEDGEMENTS,
        )?;
        let answer = |bytes: &Vec<u8>| Signed::read("approval", bytes, MAX_CHANGE_FILE_BYTES);
        let acknowledgement =
            |bytes: &Vec<u8>| Signed::read("acknowledgement", bytes, MAX_CHANGE_FILE_BYTES);
        let report = |bytes: &Vec<u8>| Signed::read("shadow report", bytes, MAX_REPORT_FILE_BYTES);
        Ok(Self {
            request: Signed::read("request", &given.request, MAX_CHANGE_FILE_BYTES)?,
            answers: given.answers.iter().map(answer).collect::<Result<_, _>>()?,
            report: given.report.as_ref().map(report).transpose()?,
            acknowledgements: given
                .acknowledgements
                .iter()
                .map(acknowledgement)
                .collect::<Result<_, _>>()?,
        })
    }
}

impl Signed {
    /// SHA-256 over what is signed, whatever hints the envelope has beside it and however it writes
    /// the payload: base64 has two alphabets.
    pub(super) fn said(&self) -> Digest {
        let payload = self.envelope.unverified(self.envelope.payload_type());
        match payload {
            Ok(payload) => Digest::of(&payload),
            Err(_) => Digest::of(self.envelope.payload().as_bytes()),
        }
    }

    pub(super) fn read(what: &'static str, bytes: &[u8], limit: usize) -> Result<Self, GateError> {
        let found = bytes.len();
        if found > limit {
            return Err(GateError::TooLong { what, found, limit });
        }
        let envelope = Envelope::read(bytes);
        let envelope = envelope.map_err(|cause| GateError::Envelope { what, cause })?;
        let bytes = to_canonical_bytes(&envelope)?.into_boxed_slice();
        Ok(Self {
            digest: Digest::of(&bytes),
            envelope,
            bytes,
        })
    }
}

impl Signed {
    /// Whether the Statement in the envelope approves or rejects, without believing it.
    pub(super) fn decision(&self) -> Option<Answer> {
        Some(self.answer()?.decision)
    }

    fn answer(&self) -> Option<Approval> {
        let payload = self.envelope.unverified(approval::MEDIA_TYPE).ok()?;
        Some(ApprovalStatement::read(&payload).ok()?.predicate)
    }
}

fn few(what: &'static str, found: usize, limit: usize) -> Result<(), GateError> {
    match found > limit {
        true => Err(GateError::TooMany { what, found, limit }),
        false => Ok(()),
    }
}
