//! The time as of which signed documents are judged: the latest that the request, an answer to it or
//! the shadow report names.
//!
//! It does not move with the clock, so a packet that was ready stays ready. Putting the policy
//! into force is judged by the clock. The clock is only asked whether a document is from the future.

use jiff::{SignedDuration, Timestamp};

use super::super::checks::Checks;
use super::Signed;
use crate::change::acknowledgement::AcknowledgementStatement;
use crate::change::approval::{self, ApprovalStatement};
use crate::change::request::{self, ChangeRequest};
use crate::change::signed::SignedDocument;
use crate::keys::dsse::Envelope;
use crate::shadow::compare::explanation::{self, Explanation};
use crate::shadow::report::{self, Report};

/// How far the clock of somebody who signed may be ahead of the verifier's, in minutes.
pub const MAX_CLOCK_AHEAD: SignedDuration = SignedDuration::from_mins(5);

/// The time as of which is judged, and a check that no document is from the verifier's future: a
/// date in the future would decide what has expired. None if there is no request that can be read, or
/// it is from the future.
pub(super) fn check(signed: &Signed<'_>, now: Timestamp, checks: &mut Checks) -> Option<Timestamp> {
    let latest = now.checked_add(MAX_CLOCK_AHEAD).unwrap_or(Timestamp::MAX);
    let all = times(signed);
    let early = all.iter().filter(|(_, at)| *at > latest);
    let faults: Vec<String> = early
        .map(|(what, at)| format!("{what} is from {at}, and it is {now}: its time has not come"))
        .collect();
    let is_asked = all
        .iter()
        .any(|(what, at)| *what == REQUEST && *at <= latest);
    let as_of = all
        .iter()
        .map(|(_, at)| *at)
        .filter(|at| *at <= latest)
        .max();
    if !faults.is_empty() {
        checks.blocker("as_of", faults.join("; "));
    }
    as_of.filter(|_| is_asked)
}

const REQUEST: &str = "the request";

/// The times that the request, the answers to it, the acknowledgements and the shadow report name.
/// People can date back what they sign, but not before what a service saw. Nothing is verified yet:
/// a document whose signature doesn't count blocks by itself.
fn times(signed: &Signed<'_>) -> Vec<(&'static str, Timestamp)> {
    let named = |what: &'static str| move |at: Timestamp| (what, at);
    let requests = signed.requests.iter().filter_map(|it| asked_at(it));
    let answers = signed.approvals.iter().filter_map(answered_at);
    let acknowledgements = signed.acknowledgements.iter();
    let acknowledgements = acknowledgements.filter_map(|it| acknowledged_at(it));
    let explanations = signed.explanations.iter().filter_map(|it| explained_at(it));
    let reports = signed.reports.iter().filter_map(|it| seen_at(it));
    requests
        .map(named(REQUEST))
        .chain(answers.map(named("an answer to the request")))
        .chain(acknowledgements.map(named("an acknowledgement")))
        .chain(explanations.map(named("an explanation")))
        .chain(reports.map(named("the shadow report")))
        .collect()
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

fn explained_at(envelope: &Envelope) -> Option<Timestamp> {
    let payload = envelope.unverified(explanation::MEDIA_TYPE).ok()?;
    Some(Explanation::read(&payload).ok()?.at)
}

/// When the report was made, or when it saw the last decision if it doesn't say.
fn seen_at(envelope: &Envelope) -> Option<Timestamp> {
    let payload = envelope.unverified(report::MEDIA_TYPE).ok()?;
    let report: Report = serde_json::from_slice(&payload).ok()?;
    report.generated_at.max(report.observation.last_at)
}
