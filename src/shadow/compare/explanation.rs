//! `cavra.shadow.explanation.v1`: a named person explains a group of divergences.
//!
//! It is bound to the group's id, and by that to the effective digests of both policies: a
//! change of either voids it. What makes it more than a text is its signature, which is checked
//! elsewhere.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::canonical::{CanonicalError, Digest, to_canonical_bytes};
use crate::shadow::report::Report;

/// The document's `schema_version`.
pub const SCHEMA_VERSION: &str = "cavra.shadow.explanation.v1";
/// The document's media type: the `payloadType` of its DSSE envelope.
pub const MEDIA_TYPE: &str = "application/vnd.cavra.shadow-explanation+json";
/// Bytes of a name.
pub const MAX_NAME_BYTES: usize = 256;
/// Bytes of a reason.
pub const MAX_REASON_BYTES: usize = 4_096;

/// Why there can be no such explanation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExplanationError {
    /// The report has no such group.
    #[error("the report has no group `{0}`: `cavra shadow report --output json` lists their ids")]
    NoSuchGroup(Digest),
    /// A name or reason that is empty or too long.
    #[error("the {what} has {found} bytes; give 1 to {limit}")]
    Length {
        /// The name of the field.
        what: &'static str,
        /// How many bytes.
        found: usize,
        /// How many there may be.
        limit: usize,
    },
    /// Not such a document.
    #[error("is not an explanation of this version: {0}")]
    Malformed(String),
}

/// An explanation of one group of divergences, by a named person. It counts only if it is signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ShadowExplanation")]
pub struct Explanation {
    /// The document's version.
    #[schemars(extend("const" = SCHEMA_VERSION))]
    pub schema_version: String,
    /// The id of the group in the shadow report.
    pub group: Digest,
    /// The effective digest of the active policy. It is for people: the group's id depends on it
    /// already.
    pub active: Digest,
    /// The effective digest of the candidate.
    pub candidate: Digest,
    /// Who explains the group, 1 to 256 bytes.
    pub by: String,
    /// Why the divergences are intended, 1 to 4,096 bytes.
    pub reason: String,
    /// When the explanation was given, in UTC.
    pub at: Timestamp,
}

impl Explanation {
    /// An explanation of the group `id` of `report`.
    ///
    /// # Errors
    /// If the report has no such group, or the texts are empty or too long.
    pub fn of(
        report: &Report,
        id: Digest,
        by: &str,
        reason: &str,
        at: Timestamp,
    ) -> Result<Self, ExplanationError> {
        if !report.has_group(id) {
            return Err(ExplanationError::NoSuchGroup(id));
        }
        let explanation = Self {
            schema_version: SCHEMA_VERSION.to_owned(),
            group: id,
            active: report.active.effective_digest,
            candidate: report.candidate.effective_digest,
            by: by.to_owned(),
            reason: reason.to_owned(),
            at,
        };
        explanation.check()?;
        Ok(explanation)
    }

    /// Reads an explanation.
    ///
    /// # Errors
    /// If `bytes` are none.
    pub fn read(bytes: &[u8]) -> Result<Self, ExplanationError> {
        let explanation: Self = serde_json::from_slice(bytes)
            .map_err(|error| ExplanationError::Malformed(error.to_string()))?;
        if explanation.schema_version != SCHEMA_VERSION {
            let problem = format!("it is `{}`", explanation.schema_version);
            return Err(ExplanationError::Malformed(problem));
        }
        explanation.check()?;
        Ok(explanation)
    }

    /// The RFC 8785 bytes: what is signed.
    ///
    /// # Errors
    /// Never in practice: it holds texts only.
    pub fn to_canonical_bytes(&self) -> Result<Vec<u8>, CanonicalError> {
        to_canonical_bytes(self)
    }

    fn check(&self) -> Result<(), ExplanationError> {
        length("name", &self.by, MAX_NAME_BYTES)?;
        length("reason", &self.reason, MAX_REASON_BYTES)
    }
}

fn length(what: &'static str, text: &str, limit: usize) -> Result<(), ExplanationError> {
    let found = text.len();
    if text.trim().is_empty() || found > limit {
        return Err(ExplanationError::Length { what, found, limit });
    }
    Ok(())
}
