//! What the readiness gate says, as in-toto Statements that other verifiers read: the verdict on a
//! packet that is ready for live use, and the result of its dry run.
//!
//! The verdict is a Simple Verification Result v0.2
//! (<https://github.com/in-toto/attestation/blob/main/spec/predicates/svr.md>), the dry run a test
//! result v0.1 (`test-result.md` beside it).

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::assessment::ReadinessResult;
use super::dry_run::DryRunReport;
use super::packet::Packet;
use super::packet::limits::MAX_STATEMENT_BYTES;
use crate::canonical::{CanonicalError, Digest, DocumentError, read_canonical, to_canonical_bytes};
use crate::change::approval::{SUBJECT_NAME, SubjectDigest};

pub use crate::change::approval::{MEDIA_TYPE, STATEMENT_TYPE};

/// The predicate type of the verdict.
pub const VERDICT_TYPE: &str = "https://in-toto.io/attestation/svr/v0.2";
/// The predicate type of the result of a dry run.
pub const TEST_RESULT_TYPE: &str = "https://in-toto.io/attestation/test-result/v0.1";
/// The name of the subject that is the packet: the digest is over its canonical form (RFC 8785).
pub const PACKET_SUBJECT: &str = "readiness-packet";
/// How the ids of gates begin. The id of the service in the trust file follows.
pub const GATE: &str = "urn:cavra:gate:";
/// What a verdict says of a packet. There is none of a packet that is not ready.
pub const PROPERTIES: [&str; 3] = ["CAVRA_READY", "CAVRA_SHADOW_MET", "CAVRA_APPROVALS_MET"];

/// A Statement (in-toto attestation framework, `spec/v1/statement.md`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement<P> {
    /// The type of the document.
    #[serde(rename = "_type")]
    pub statement_type: String,
    /// What the Statement is about.
    pub subject: Vec<Resource>,
    /// The type of the predicate.
    #[serde(rename = "predicateType")]
    pub predicate_type: String,
    /// What the Statement says.
    pub predicate: P,
}

/// A document by its name and digest (`spec/v1/resource_descriptor.md`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resource {
    /// The document's name.
    pub name: String,
    /// The document's digest.
    pub digest: SubjectDigest,
}

/// A verdict: the packet has every property that is named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Verdict {
    /// The gate, and what it judged by.
    pub verifier: Verifier,
    /// When the verdict was made, in UTC.
    pub time_created: Timestamp,
    /// What the gate found: [`PROPERTIES`].
    pub properties: Vec<String>,
}

/// Who verified, and by what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verifier {
    /// The gate: [`GATE`] and the id of its service in the trust file.
    pub id: String,
    /// What the gate judged by: the trust file, and the criteria that both policies require.
    pub policies: Vec<Resource>,
}

/// The result of a dry run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TestResult {
    /// `PASSED` or `FAILED`.
    pub result: String,
    /// What was run: the dry-run report, over its canonical form.
    pub configuration: Vec<Resource>,
    /// The ids of the cases that passed.
    pub passed_tests: Vec<String>,
    /// The ids of the cases that failed, and of required cases that were not there.
    pub failed_tests: Vec<String>,
}

/// Why there is no Statement.
#[derive(Debug, thiserror::Error)]
pub enum StatementError {
    /// The packet isn't ready, so there is nothing to say.
    #[error("the packet is not ready for live use")]
    NotReady,
    /// A part has no canonical form.
    #[error(transparent)]
    Canonical(#[from] CanonicalError),
    /// The bytes are no such Statement.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// The Statement is of another type.
    #[error("the Statement is a `{found}`, not a `{wanted}`")]
    OtherType {
        /// The type that was found.
        found: String,
        /// The type that was asked for.
        wanted: &'static str,
    },
}

impl Statement<Verdict> {
    /// The verdict of the gate `service` on a packet that is ready for live use.
    ///
    /// # Errors
    /// If it is not ready, or was not judged by a trust file.
    pub fn verdict(
        packet: &Packet,
        value: &Value,
        result: &ReadinessResult,
        service: &str,
        at: Timestamp,
    ) -> Result<Self, StatementError> {
        let trust = result.trust_digest;
        let (Some(trust), Some(criteria), true) = (
            trust,
            result.criteria,
            result.ready_for_live_policy_lifecycle,
        ) else {
            return Err(StatementError::NotReady);
        };
        let criteria = Digest::of(&to_canonical_bytes(&criteria)?);
        let effective = packet.version_manifest.effective_digest;
        let predicate = Verdict {
            verifier: Verifier {
                id: format!("{GATE}{service}"),
                policies: vec![
                    Resource::of("trust-file", trust),
                    Resource::of("promotion-criteria", criteria),
                ],
            },
            time_created: at,
            properties: PROPERTIES.map(str::to_owned).to_vec(),
        };
        let whole = Digest::of(&to_canonical_bytes(value)?);
        let subject = vec![
            Resource::of(SUBJECT_NAME, effective),
            Resource::of(PACKET_SUBJECT, whole),
        ];
        Ok(Self::of(VERDICT_TYPE, subject, predicate))
    }

    /// Reads a verdict as it is signed: in its RFC 8785 form.
    ///
    /// # Errors
    /// If the bytes are no such Statement.
    pub fn read_verdict(bytes: &[u8]) -> Result<Self, StatementError> {
        Self::read(bytes, VERDICT_TYPE)
    }
}

impl Statement<TestResult> {
    /// The result of a dry run.
    ///
    /// # Errors
    /// Never in practice: a report has a canonical form.
    pub fn test_result(report: &DryRunReport) -> Result<Self, StatementError> {
        let with = |passed: bool| {
            let results = report.results.iter().filter(|it| it.passed == passed);
            results.map(|it| it.case_id.clone()).collect()
        };
        let digest = Digest::of(&to_canonical_bytes(report)?);
        let predicate = TestResult {
            result: if report.passed { "PASSED" } else { "FAILED" }.to_owned(),
            configuration: vec![Resource::of("dry-run-report", digest)],
            passed_tests: with(true),
            failed_tests: with(false),
        };
        let subject = vec![Resource::of(SUBJECT_NAME, report.effective_digest)];
        Ok(Self::of(TEST_RESULT_TYPE, subject, predicate))
    }

    /// Reads the result of a dry run as it is signed: in its RFC 8785 form.
    ///
    /// # Errors
    /// If the bytes are no such Statement.
    pub fn read_test_result(bytes: &[u8]) -> Result<Self, StatementError> {
        Self::read(bytes, TEST_RESULT_TYPE)
    }
}

impl<P: Serialize + DeserializeOwned> Statement<P> {
    fn of(predicate_type: &str, subject: Vec<Resource>, predicate: P) -> Self {
        Self {
            statement_type: STATEMENT_TYPE.to_owned(),
            subject,
            predicate_type: predicate_type.to_owned(),
            predicate,
        }
    }

    fn read(bytes: &[u8], wanted: &'static str) -> Result<Self, StatementError> {
        let statement: Self = read_canonical(bytes, MAX_STATEMENT_BYTES)?;
        for (found, wanted) in [
            (&statement.statement_type, STATEMENT_TYPE),
            (&statement.predicate_type, wanted),
        ] {
            if found != wanted {
                let found = found.clone();
                return Err(StatementError::OtherType { found, wanted });
            }
        }
        Ok(statement)
    }

    /// The RFC 8785 bytes: what is signed.
    ///
    /// # Errors
    /// Never in practice: a Statement holds texts and times only.
    pub fn to_signed_bytes(&self) -> Result<Vec<u8>, StatementError> {
        Ok(to_canonical_bytes(self)?)
    }

    /// The digest of the subject with this name.
    #[must_use]
    pub fn subject(&self, name: &str) -> Option<Digest> {
        let mut subjects = self.subject.iter();
        let found = subjects.find(|it| it.name == name)?;
        format!("sha256:{}", found.digest.sha256).parse().ok()
    }
}

impl Resource {
    /// A document with this digest.
    #[must_use]
    pub fn of(name: &str, digest: Digest) -> Self {
        let text = digest.to_string();
        let hex = text.strip_prefix("sha256:").unwrap_or(&text);
        Self {
            name: name.to_owned(),
            digest: SubjectDigest {
                sha256: hex.to_owned(),
            },
        }
    }
}
