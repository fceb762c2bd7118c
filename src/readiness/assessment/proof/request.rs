//! The request: signed by its requester, about these policies, and strict enough.

use std::collections::BTreeSet;

use super::super::checks::Checks;
use super::policies::{Policies, laxer};
use super::{ProofContext, REQUEST, Signed};
use crate::action::facts::FACTS_VERSION;
use crate::canonical::Digest;
use crate::causes::in_line;
use crate::change::request::{CandidateDigests, ChangeKind, ChangeRequest};
use crate::change::requested::{Expected, Requested};
use crate::keys::dsse::Envelope;
use crate::shadow::report;

/// The name by which a request names the shadow report among its evidence.
pub(super) const SHADOW_REPORT: &str = "shadow_report";

/// A request that its requester signed.
pub(super) struct Asked {
    pub(super) requested: Requested,
    /// Whether it is about these policies and this evidence.
    pub(super) is_about_this: bool,
}

/// The request, if it counts. It may still be about something else, which blocks.
pub(super) fn check(
    context: &ProofContext<'_>,
    signed: &Signed<'_>,
    checks: &mut Checks,
) -> Option<Asked> {
    let [envelope] = signed.requests.as_slice() else {
        return None;
    };
    let verified = Requested::verify(envelope, context.trust, Expected::default(), context.at);
    let requested = match verified {
        Ok(requested) => requested,
        Err(error) => {
            let message = format!("the request doesn't count: {}", in_line(&error));
            checks.unproved(REQUEST, message);
            return None;
        }
    };
    checks.judged.signers.insert(requested.requester.clone());
    let faults = faults(context, &requested.request, signed.reports.first().copied());
    let (by, at) = (&requested.requester, context.at);
    let sound = format!("`{by}` asks for this change, as of {at}");
    let is_about_this = faults.is_empty();
    checks.signed_faults(REQUEST, &faults, sound);
    let faults = laxer(
        &requested.request.criteria,
        &context.policies.required(false),
    );
    let sound = "the criteria of the request are as strict as both policies require".to_owned();
    checks.signed_faults("change_request_criteria", &faults, sound);
    Some(Asked {
        requested,
        is_about_this,
    })
}

fn faults(
    context: &ProofContext<'_>,
    request: &ChangeRequest,
    report: Option<&Envelope>,
) -> Vec<String> {
    let mut faults = candidate(&request.candidate, &context.policies.digests);
    let (found, wanted) = (
        request.replaces.effective_digest,
        context.policies.replaced_digest,
    );
    if found != wanted {
        faults.push(format!(
            "it replaces the policy {found}, `/bundles/replaced` is {wanted}"
        ));
    }
    if request.kind != ChangeKind::Promotion {
        faults.push(format!("it asks for a {}", request.kind.as_str()));
    }
    faults.extend(
        request
            .check_rollback_covered(context.at)
            .err()
            .map(|it| it.to_string()),
    );
    faults.extend(engine(context, request));
    faults.extend(removed_cases(request, context.policies));
    faults.extend(evidence(request, report));
    faults
}

fn candidate(found: &CandidateDigests, wanted: &CandidateDigests) -> Vec<String> {
    found
        .differences(wanted)
        .map(|(name, found, wanted)| {
            format!("its candidate has the `{name}` {found}, `/bundles/candidate` has {wanted}")
        })
        .collect()
}

/// The request names each case that the candidate lost, and no case that it still has.
fn removed_cases(request: &ChangeRequest, policies: &Policies<'_>) -> Option<String> {
    let named: BTreeSet<&String> = request.removed_cases.iter().collect();
    let lacking: BTreeSet<&String> = policies.lacking.iter().collect();
    let is_right = named.is_subset(&lacking) && policies.lost.iter().all(|it| named.contains(it));
    let fault = "its `removed_cases` are not those that the candidate lacks and decides otherwise";
    (!is_right).then(|| fault.to_owned())
}

/// The version of the program may be another: the rules and the facts decide.
fn engine(context: &ProofContext<'_>, request: &ChangeRequest) -> Vec<String> {
    let mut faults = Vec::new();
    let found = &request.engine;
    let ours = context.subject.given_pack.map(|it| it.engine_digest);
    if Some(found.base_rules_digest) != ours {
        let digest = found.base_rules_digest;
        faults.push(format!("it was made by another engine ({digest})"));
    }
    if found.facts_version != FACTS_VERSION {
        let version = &found.facts_version;
        faults.push(format!("it was made with other facts (`{version}`)"));
    }
    faults
}

/// Approvals cover the evidence that the request names, so it must name the report of the packet.
fn evidence(request: &ChangeRequest, report: Option<&Envelope>) -> Option<String> {
    let payload = report?.unverified(report::MEDIA_TYPE).ok()?;
    let digest = Digest::of(&payload);
    let mut named = request.evidence.iter();
    let is_named = named.any(|it| it.name == SHADOW_REPORT && it.digest == digest);
    (!is_named)
        .then(|| format!("its evidence doesn't name the shadow report of the packet ({digest})"))
}
