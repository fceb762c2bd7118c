//! The time as of which signed documents are judged: the latest that the request, an answer to it or
//! the shadow report names.
//!
//! It does not move with the clock, so a packet that was ready stays ready. Putting the policy
//! into force is judged by the clock.

use jiff::Timestamp;

use super::Signed;
use crate::change::acknowledgement::AcknowledgementStatement;
use crate::change::approval::{self, ApprovalStatement};
use crate::change::request::{self, ChangeRequest};
use crate::keys::dsse::Envelope;
use crate::shadow::report::{self, Report};

/// The latest time that the request, an answer to it, an acknowledgement or the shadow report names.
/// People can date back what they sign, but not before what a service saw. None if there is no
/// request that can be read. Nothing is verified yet: a document whose signature doesn't count blocks by itself.
pub(super) fn as_of(signed: &Signed<'_>) -> Option<Timestamp> {
    let asked = signed.requests.first().and_then(|it| asked_at(it))?;
    let answered = signed.approvals.iter().filter_map(answered_at);
    let acknowledged = signed.acknowledgements.iter();
    let acknowledged = acknowledged.filter_map(|it| acknowledged_at(it));
    let seen = signed.reports.iter().filter_map(|it| seen_at(it));
    answered
        .chain(acknowledged)
        .chain(seen)
        .chain([asked])
        .max()
}

/// A request's id is a UUID of version 7, which holds the time in milliseconds (RFC 9562).
fn asked_at(envelope: &Envelope) -> Option<Timestamp> {
    let payload = envelope.unverified(request::MEDIA_TYPE).ok()?;
    let request = ChangeRequest::read(&payload).ok()?;
    let (seconds, nanoseconds) = request.request_id.get_timestamp()?.to_unix();
    let (seconds, nanoseconds) = (
        i64::try_from(seconds).ok()?,
        i32::try_from(nanoseconds).ok()?,
    );
    Timestamp::new(seconds, nanoseconds).ok()
}

fn answered_at(envelope: &Envelope) -> Option<Timestamp> {
    let payload = envelope.unverified(approval::MEDIA_TYPE).ok()?;
    let statement = ApprovalStatement::read(&payload).ok()?;
    Some(statement.predicate.decided_at)
}

fn acknowledged_at(envelope: &Envelope) -> Option<Timestamp> {
    let payload = envelope.unverified(approval::MEDIA_TYPE).ok()?;
    let statement = AcknowledgementStatement::read(&payload).ok()?;
    Some(statement.predicate.acknowledged_at)
}

/// When the report was made, or when it saw the last decision if it doesn't say.
fn seen_at(envelope: &Envelope) -> Option<Timestamp> {
    let payload = envelope.unverified(report::MEDIA_TYPE).ok()?;
    let report: Report = serde_json::from_slice(&payload).ok()?;
    report.generated_at.max(report.observation.last_at)
}
