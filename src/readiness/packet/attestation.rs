//! The signed documents of a packet, by what they are.

use serde_json::Value;

use super::limits::MAX_STATEMENT_BYTES;
use crate::canonical::parse_strict;
use crate::change::{acknowledgement, approval, request};
use crate::keys::dsse::Envelope;
use crate::readiness::verdict::TEST_RESULT_TYPE;
use crate::shadow::compare::explanation;
use crate::shadow::report;

/// What a signed document of a packet is. The order is that of a packet's `attestations`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AttestationKind {
    /// The request that the policy comes into force.
    Request,
    /// An approval or a rejection of the request.
    Approval,
    /// What the candidate would have changed.
    ShadowReport,
    /// Why a group of divergences is intended.
    Explanation,
    /// Why a line of the semantic diff is intended, and which groups it causes.
    Acknowledgement,
    /// The result of the candidate's dry run.
    TestResult,
}

impl AttestationKind {
    /// What an envelope holds, as its payload says. No signature is checked.
    #[must_use]
    pub fn of(envelope: &Envelope) -> Option<Self> {
        match envelope.payload_type() {
            request::MEDIA_TYPE => Some(Self::Request),
            report::MEDIA_TYPE => Some(Self::ShadowReport),
            explanation::MEDIA_TYPE => Some(Self::Explanation),
            approval::MEDIA_TYPE => match predicate_type(envelope)?.as_str() {
                approval::PREDICATE_TYPE => Some(Self::Approval),
                acknowledgement::PREDICATE_TYPE => Some(Self::Acknowledgement),
                TEST_RESULT_TYPE => Some(Self::TestResult),
                _ => None,
            },
            _ => None,
        }
    }
}

/// The predicate type of the Statement in an envelope. No signature is checked.
#[must_use]
pub fn predicate_type(envelope: &Envelope) -> Option<String> {
    if envelope.payload_len() > MAX_STATEMENT_BYTES {
        return None;
    }
    let payload = envelope.unverified(approval::MEDIA_TYPE).ok()?;
    let statement: Value = parse_strict(&payload).ok()?;
    Some(statement.get("predicateType")?.as_str()?.to_owned())
}

/// Puts envelopes into the order that a packet has: by kind, then by payload. What is of no known
/// kind is last.
pub fn sort(envelopes: &mut [Envelope]) {
    envelopes.sort_by(|one, two| place(one).cmp(&place(two)));
}

/// Whether envelopes are in the order that a packet has, each payload once.
#[must_use]
pub fn is_sorted(envelopes: &[Envelope]) -> bool {
    let places: Vec<_> = envelopes.iter().map(place).collect();
    let mut pairs = places.iter().zip(places.iter().skip(1));
    pairs.all(|(one, two)| one < two)
}

fn place(envelope: &Envelope) -> (bool, Option<AttestationKind>, &str) {
    let kind = AttestationKind::of(envelope);
    (kind.is_none(), kind, envelope.payload())
}
