//! The kinds of documents, by their content.

use clap::ValueEnum;
use serde::Serialize;
use serde_json::Value;

use crate::canonical::parse_strict;
use crate::change::{acknowledgement, approval, request};
use crate::keys::dsse::Envelope;
use crate::lifecycle::packet;
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
    /// A signed acknowledgement of what a line of the semantic diff loosens.
    Acknowledgement,
    /// A signed shadow report.
    ShadowReport,
    /// A signed explanation.
    Explanation,
    /// A readiness packet.
    Packet,
}

/// Documents in envelopes, by their media types.
const IN_ENVELOPES: [(&str, Kind); 4] = [
    (trust::MEDIA_TYPE, Kind::Trust),
    (request::MEDIA_TYPE, Kind::Request),
    (report::MEDIA_TYPE, Kind::ShadowReport),
    (explanation::MEDIA_TYPE, Kind::Explanation),
];

/// in-toto Statements in envelopes, by their predicate types.
const STATEMENTS: [(&str, Kind); 2] = [
    (approval::PREDICATE_TYPE, Kind::Approval),
    (acknowledgement::PREDICATE_TYPE, Kind::Acknowledgement),
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
            Self::Acknowledgement => "acknowledgement",
            Self::ShadowReport => "shadow-report",
            Self::Explanation => "explanation",
            Self::Packet => "packet",
        }
    }

    /// The kind of the document in an envelope.
    pub(super) fn in_envelope(envelope: &Envelope) -> Option<Self> {
        let found = envelope.payload_type();
        if found == approval::MEDIA_TYPE {
            return Self::of_statement(envelope);
        }
        named(&IN_ENVELOPES, found)
    }

    /// The kind of an in-toto Statement. What it says is verified later.
    fn of_statement(envelope: &Envelope) -> Option<Self> {
        let payload = envelope.unverified(approval::MEDIA_TYPE).ok()?;
        let statement = parse_strict(&payload).ok()?;
        named(&STATEMENTS, statement.get("predicateType")?.as_str()?)
    }

    /// The kind of a document that is not in an envelope.
    pub(super) fn of_plain(document: &Value) -> Option<Self> {
        named(&PLAIN, document.get("schema_version")?.as_str()?)
    }
}

fn named(kinds: &[(&str, Kind)], found: &str) -> Option<Kind> {
    let mut kinds = kinds.iter();
    kinds.find(|(name, _)| *name == found).map(|it| it.1)
}
