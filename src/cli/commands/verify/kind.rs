//! The kinds of documents, by their content.

use clap::ValueEnum;
use serde::Serialize;
use serde_json::Value;

use crate::approval::answer::{self as action, ActionApproval};
use crate::change::approval::{Answer, ApprovalStatement};
use crate::change::signed::SignedDocument;
use crate::change::{acknowledgement, approval, break_glass, request, withdrawal};
use crate::keys::dsse::Envelope;
use crate::readiness::packet::attestation::predicate_type;
use crate::readiness::{packet, verdict};
use crate::shadow::compare::explanation;
use crate::shadow::report;
use crate::trust::document as trust;

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    /// A trust file, signed or not.
    Trust,
    /// A signed change request.
    Request,
    /// A signed approval.
    Approval,
    /// A signed rejection.
    Rejection,
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
    /// A readiness packet with live evidence.
    Packet,
    /// A readiness packet with sample evidence: nobody needs to have signed anything in it.
    SamplePacket,
    /// A readiness gate's signed verdict on a packet.
    Verdict,
    /// The signed result of a dry run.
    TestResult,
    /// A signed approval of an action.
    ActionApproval,
    /// A signed denial of an action.
    ActionDenial,
    /// A signed document that takes a request for an action back.
    ActionCancellation,
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

/// The `evidence_mode` of a packet about a real change.
const LIVE: &str = "live";

impl Kind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Trust => "trust",
            Self::Request => "request",
            Self::Approval => "approval",
            Self::Rejection => "rejection",
            Self::BreakGlass => "break-glass",
            Self::Withdrawal => "withdrawal",
            Self::Acknowledgement => "acknowledgement",
            Self::ShadowReport => "shadow-report",
            Self::Explanation => "explanation",
            Self::Packet => "packet",
            Self::SamplePacket => "sample-packet",
            Self::Verdict => "verdict",
            Self::TestResult => "test-result",
            Self::ActionApproval => "action-approval",
            Self::ActionDenial => "action-denial",
            Self::ActionCancellation => "action-cancellation",
        }
    }

    /// The kind of the document in an envelope.
    pub(crate) fn in_envelope(envelope: &Envelope) -> Option<Self> {
        let found = envelope.payload_type();
        if found == action::MEDIA_TYPE {
            return Some(of_answer(envelope));
        }
        if found != approval::MEDIA_TYPE {
            return named(&IN_ENVELOPES, found);
        }
        let kind = named(&STATEMENTS, &predicate_type(envelope)?)?;
        let rejects = kind == Self::Approval && rejects(envelope);
        Some(if rejects { Self::Rejection } else { kind })
    }

    /// The kind of a document that is not in an envelope.
    pub(super) fn of_plain(document: &Value) -> Option<Self> {
        let kind = named(&PLAIN, document.get("schema_version")?.as_str()?)?;
        let mode = document.get("evidence_mode").and_then(Value::as_str);
        let is_sample = kind == Self::Packet && mode != Some(LIVE);
        Some(if is_sample { Self::SamplePacket } else { kind })
    }
}

/// What an answer to a request for an action says, without believing it.
fn of_answer(envelope: &Envelope) -> Kind {
    let answer = ActionApproval::unverified(envelope);
    match answer.map(|answer| answer.decision) {
        Ok(action::Answer::Deny) => Kind::ActionDenial,
        Ok(action::Answer::Cancel) => Kind::ActionCancellation,
        // The verifier says what is wrong with one that can't be read.
        Ok(action::Answer::Approve) | Err(_) => Kind::ActionApproval,
    }
}

/// Whether the Statement in the envelope says that it rejects, without believing it.
fn rejects(envelope: &Envelope) -> bool {
    let payload = envelope.unverified(approval::MEDIA_TYPE).ok();
    let statement = payload.and_then(|payload| ApprovalStatement::read(&payload).ok());
    statement.is_some_and(|statement| statement.predicate.decision == Answer::Reject)
}

fn named(kinds: &[(&str, Kind)], found: &str) -> Option<Kind> {
    let mut kinds = kinds.iter();
    kinds
        .find(|(name, _)| *name == found)
        .map(|(_, kind)| *kind)
}
