//! The kinds of documents, by their content.

use clap::ValueEnum;
use serde::Serialize;
use serde_json::Value;

use crate::change::{approval, request};
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
    /// A signed shadow report.
    ShadowReport,
    /// A signed explanation.
    Explanation,
    /// A readiness packet.
    Packet,
}

/// Documents in envelopes, by their media types.
const IN_ENVELOPES: [(&str, Kind); 5] = [
    (trust::MEDIA_TYPE, Kind::Trust),
    (request::MEDIA_TYPE, Kind::Request),
    (approval::MEDIA_TYPE, Kind::Approval),
    (report::MEDIA_TYPE, Kind::ShadowReport),
    (explanation::MEDIA_TYPE, Kind::Explanation),
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
            Self::ShadowReport => "shadow-report",
            Self::Explanation => "explanation",
            Self::Packet => "packet",
        }
    }

    /// The kind of the document in an envelope.
    pub(super) fn in_envelope(envelope: &Envelope) -> Option<Self> {
        let found = envelope.payload_type();
        let kinds = IN_ENVELOPES.into_iter();
        kinds
            .filter(|(name, _)| *name == found)
            .map(|it| it.1)
            .next()
    }

    /// The kind of a document that is not in an envelope.
    pub(super) fn of_plain(document: &Value) -> Option<Self> {
        let found = document.get("schema_version")?.as_str()?;
        let kinds = PLAIN.into_iter();
        kinds
            .filter(|(name, _)| *name == found)
            .map(|it| it.1)
            .next()
    }
}
