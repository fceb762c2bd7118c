//! Whether the signed documents of a packet count: the request, its approvals, the shadow report
//! and the explanations.
//!
//! | module | holds |
//! |---|---|
//! | `policies` | the two policies, and what they require |
//! | `request` | the request, and whether it is about these policies |
//! | `report` | the shadow report, and whether its counts meet the criteria |
//! | `explained` | which groups of the report somebody has explained |
//! | `removed` | which cases are gone, and who acknowledges that |
//! | `approvals` | who approved |
//! | `tested` | the result of the dry run, as a gate signed it |
//! | [`rehearsed`] | whether the way back was rehearsed, if it must be |
//! | [`time`] | the time as of which is judged |

mod approvals;
mod explained;
mod policies;
pub(super) mod rehearsed;
mod removed;
mod report;
mod request;
mod tested;
pub(super) mod time;

use jiff::Timestamp;

use super::Subject;
use super::checks::Checks;
use crate::keys::dsse::Envelope;
use crate::readiness::packet::attestation::{AttestationKind, is_sorted};
use crate::trust::Trust;
use policies::Policies;

/// The check of the request.
const REQUEST: &str = "change_request";
/// The check of the shadow report.
const REPORT: &str = "shadow_report";
/// The check of the approvals.
const APPROVALS: &str = "approvals";
/// What live use needs.
const NEEDED: [&str; 3] = [REQUEST, REPORT, APPROVALS];

/// The signed documents, by kind.
#[derive(Default)]
struct Signed<'a> {
    requests: Vec<&'a Envelope>,
    approvals: Vec<Envelope>,
    reports: Vec<&'a Envelope>,
    explanations: Vec<&'a Envelope>,
    acknowledgements: Vec<&'a Envelope>,
    test_results: Vec<&'a Envelope>,
}

/// What the signed documents are judged by.
struct ProofContext<'a> {
    subject: &'a Subject<'a>,
    policies: &'a Policies<'a>,
    trust: &'a Trust,
    at: Timestamp,
}

pub(super) fn check(subject: &Subject<'_>, checks: &mut Checks) {
    let policies = Policies::of(subject, checks);
    let Some(attestations) = &subject.packet.attestations else {
        let message = "the packet holds no signed documents";
        return lacks(subject, checks, message);
    };
    let signed = sorted(attestations, checks);
    trust_file(subject, checks);
    let missing = missing(&signed);
    for (name, message) in &missing {
        subject.lacks(checks, name, message);
    }
    let there = |name: &&&str| !missing.iter().any(|(missing, _)| missing == *name);
    let (Some(policies), Some(trust)) = (policies, subject.trust) else {
        let message = match subject.trust {
            None => "no trust file says whose signatures count; name one with `--trust`",
            Some(_) => "there are not two policies that the signed documents could be about",
        };
        for name in NEEDED.iter().filter(there) {
            subject.lacks_given_pack(checks, name, message);
        }
        return;
    };
    let at = time::check(&signed, subject.now, checks);
    checks.judged.as_of = at;
    let context = ProofContext {
        subject,
        policies: &policies,
        trust,
        at: at.unwrap_or(subject.now),
    };
    let asked = request::check(&context, &signed, checks);
    let requested = asked.as_ref().map(|asked| &asked.requested);
    report::check(&context, &signed, requested, checks);
    removed::check(&context, &signed, checks);
    approvals::check(&context, &signed, asked.as_ref(), checks);
    tested::check(&context, &signed, checks);
    rehearsed::check(&context, requested, checks);
}

fn lacks(subject: &Subject<'_>, checks: &mut Checks, message: &str) {
    for name in NEEDED {
        subject.lacks(checks, name, message);
    }
}

/// What the packet itself hasn't got.
fn missing(signed: &Signed<'_>) -> Vec<(&'static str, &'static str)> {
    let found = [
        (
            REQUEST,
            "the packet holds no signed change request",
            signed.requests.len(),
        ),
        (
            REPORT,
            "the packet holds no signed shadow report: nobody has seen what the candidate changes",
            signed.reports.len(),
        ),
        (
            APPROVALS,
            "the packet holds no approval",
            signed.approvals.len(),
        ),
    ];
    let missing = found.into_iter().filter(|(_, _, count)| *count == 0);
    missing.map(|(name, message, _)| (name, message)).collect()
}

/// Sorts the documents, and checks that there is nothing else and nothing twice.
fn sorted<'a>(attestations: &'a [Envelope], checks: &mut Checks) -> Signed<'a> {
    let mut signed = Signed::default();
    let mut faults = Vec::new();
    for (index, envelope) in attestations.iter().enumerate() {
        match AttestationKind::of(envelope) {
            Some(AttestationKind::Request) => signed.requests.push(envelope),
            Some(AttestationKind::Approval) => signed.approvals.push(envelope.clone()),
            Some(AttestationKind::ShadowReport) => signed.reports.push(envelope),
            Some(AttestationKind::Explanation) => signed.explanations.push(envelope),
            Some(AttestationKind::Acknowledgement) => signed.acknowledgements.push(envelope),
            Some(AttestationKind::TestResult) => signed.test_results.push(envelope),
            None => faults.push(format!(
                "`/attestations/{index}` is none of the documents that a packet may hold"
            )),
        }
    }
    if !is_sorted(attestations) {
        faults.push("`/attestations` is not in its order, or holds a document twice".to_owned());
    }
    for (name, count) in [
        ("change requests", signed.requests.len()),
        ("shadow reports", signed.reports.len()),
        ("results of the dry run", signed.test_results.len()),
    ] {
        if count > 1 {
            faults.push(format!("there are {count} {name}"));
        }
    }
    let count = attestations.len();
    checks.faults(
        "attestations",
        &faults,
        format!("{count} signed documents, in order"),
    );
    signed
}

fn trust_file(subject: &Subject<'_>, checks: &mut Checks) {
    let name = "trust_file";
    match subject.trust {
        None => checks.claimed(name, "there is no trust file, so no signature counts"),
        Some(trust) => {
            checks.judged.trust_digest = Some(trust.digest());
            checks.judged.trust_is_example = subject.trust_is_example;
            let digest = trust.digest();
            let message = match subject.trust_is_example {
                true => format!("the example's own, which counts for nothing else: {digest}"),
                false => format!("it says whose signatures count: {digest}"),
            };
            checks.pass(name, message);
        }
    }
}
