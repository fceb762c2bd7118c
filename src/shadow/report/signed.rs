//! Signed reports: opening one, and believing who signed it.

use super::{MEDIA_TYPE, Report};
use crate::canonical::{CanonicalError, Digest, parse_strict};
use crate::keys::dsse::{DsseError, Envelope};
use crate::trust::Trust;
use crate::trust::document::ServiceRole;

/// A report that a service with the role `shadow_report` signed.
#[derive(Debug, Clone)]
pub struct SignedReport {
    /// The report.
    pub report: Report,
    /// The SHA-256 of the report's bytes.
    pub digest: Digest,
    /// The ids of the services that signed, in the order of the trust file.
    pub services: Vec<String>,
}

/// Why an envelope holds no report that counts.
#[derive(Debug, thiserror::Error)]
pub enum SignedReportError {
    /// It holds another document, or no key of the trust file signed it.
    #[error(transparent)]
    Envelope(#[from] DsseError),
    /// Only keys without the role signed it.
    #[error("no service with the role `shadow_report` signed the report")]
    Role,
    /// The signed bytes are not strict JSON of a report.
    #[error("the signed document can't be read as a shadow report")]
    Malformed(#[from] serde_json::Error),
    /// The report holds a number that RFC 8785 can't write.
    #[error("the shadow report has no canonical form (RFC 8785)")]
    NoCanonicalForm(#[from] CanonicalError),
    /// The report is signed in other bytes than those of its canonical form.
    #[error("the shadow report is not in its canonical form (RFC 8785)")]
    NotCanonical,
}

impl SignedReport {
    /// Opens the report in `envelope`, which a service of `trust` must have signed.
    ///
    /// # Errors
    /// If no service that may sign reports signed it, or if it isn't the canonical form of a report.
    pub fn open(envelope: &Envelope, trust: &Trust) -> Result<Self, SignedReportError> {
        let signed = envelope.signed_by(MEDIA_TYPE, trust.keys())?;
        let services = trust.services_with(ServiceRole::ShadowReport, &signed.keys);
        if services.is_empty() {
            return Err(SignedReportError::Role);
        }
        let report: Report = serde_json::from_value(parse_strict(&signed.payload)?)?;
        if report.to_canonical_bytes()? != signed.payload {
            return Err(SignedReportError::NotCanonical);
        }
        Ok(Self {
            report,
            digest: Digest::of(&signed.payload),
            services: services.into_iter().map(|it| it.id.clone()).collect(),
        })
    }
}
