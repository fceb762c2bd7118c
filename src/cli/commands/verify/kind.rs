//! The kinds of documents, by their content.

use clap::ValueEnum;
use serde::Serialize;
use serde_json::Value;

use crate::change::{acknowledgement, approval, break_glass, request, withdrawal};
use crate::keys::dsse::Envelope;
use crate::lifecycle::packet::attestation::predicate_type;
use crate::lifecycle::{packet, verdict};
use crate::shadow::compare::explanation;
use crate::shadow::report;
use crate::trust::document as trust;

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Kind {
    /// A trust file, signed or not.
    Trust,
    /// A signed change request.
    Request,
    /// A signed approval or rejection.
    Approval,
    /// A signed break-glass statement.
    BreakGlass,
    /// A requester's signed withdrawal of a request.
    Withdrawal,
    /// A signed acknowledgement of what a line of the semantic diff loosens.
    Acknowledgement,
    /// A signed shadow report.
    ShadowReport,
    /// A signed explanation.
    Explanation,
    /// A readiness packet.
    Packet,
    /// A readiness gate's signed verdict on a packet.
    Verdict,
    /// The signed result of a dry run.
    TestResult,
}

/// Documents in envelopes, by their media types.
const IN_ENVELOPES: [(&str, Kind); 5] = [
    (trust::MEDIA_TYPE, Kind::Trust),
    (request::MEDIA_TYPE, Kind::Request),
    (break_glass::MEDIA_TYPE, Kind::BreakGlass),
    (report::MEDIA_TYPE, Kind::ShadowReport),
    (explanation::MEDIA_TYPE, Kind::Explanation),
];

/// in-toto Statements in envelopes, by their predicate types.
const STATEMENTS: [(&str, Kind); 5] = [
    (approval::PREDICATE_TYPE, Kind::Approval),
    (withdrawal::PREDICATE_TYPE, Kind::Withdrawal),
    (acknowledgement::PREDICATE_TYPE, Kind::Acknowledgement),
    (verdict::VERDICT_TYPE, Kind::Verdict),
    (verdict::TEST_RESULT_TYPE, Kind::TestResult),
];

/// Documents that are plain JSON, by their versions.
const PLAIN: [(&str, Kind); 2] = [
    (trust::SCHEMA_VERSION, Kind::Trust),
    (packet::SCHEMA_VERSION, Kind::Packet),
];

impl Kind {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Trust => "trust",
            Self::Request => "request",
            Self::Approval => "approval",
            Self::BreakGlass => "break-glass",
            Self::Withdrawal => "withdrawal",
            Self::Acknowledgement => "acknowledgement",
            Self::ShadowReport => "shadow-report",
            Self::Explanation => "explanation",
            Self::Packet => "packet",
            Self::Verdict => "verdict",
            Self::TestResult => "test-result",
        }
    }

    /// The kind of the document in an envelope.
    pub(super) fn in_envelope(envelope: &Envelope) -> Option<Self> {
        let found = envelope.payload_type();
        match found == approval::MEDIA_TYPE {
            true => named(&STATEMENTS, &predicate_type(envelope)?),
            false => named(&IN_ENVELOPES, found),
        }
    }

    /// The kind of a document that is not in an envelope.
    pub(super) fn of_plain(document: &Value) -> Option<Self> {
        named(&PLAIN, document.get("schema_version")?.as_str()?)
    }
}

fn named(kinds: &[(&str, Kind)], found: &str) -> Option<Kind> {
    let mut kinds = kinds.iter();
    kinds
        .find(|(name, _)| *name == found)
        .map(|(_, kind)| *kind)
}
