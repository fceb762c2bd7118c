//! The readiness packet that a promotion may bring: what people looked at before the candidate came
//! into force. It is no substitute for anything that a promotion judges.

use std::sync::Arc;

use jiff::Timestamp;

use super::error::GateError;
use super::limits::{MAX_KEPT_PACKET_BYTES, MAX_PROMOTION_PACKET_BYTES};
use crate::action::Action;
use crate::authority::admission::Admission;
use crate::authority::{Ask, Authority};
use crate::canonical::{Digest, to_canonical_bytes};
use crate::change::request::MEDIA_TYPE;
use crate::change::requested::Requested;
use crate::engine::{Policy, effective_digest, engine_digest};
use crate::keys::dsse::Envelope;
use crate::library::Library;
use crate::policy::bundle::{Bundle, BundleError};
use crate::policy::versioning::Versioning;
use crate::readiness::assessment::{Given, ReadinessResult, Rehearsal, readiness};
use crate::readiness::given_pack::{GivenPack, Repository, Shelf};
use crate::readiness::packet::{self, Packet};
use crate::trust::Trust;

/// Blockers of a packet that one refusal names.
const MAX_BLOCKERS: usize = 5;

/// A packet that is about this promotion, and ready.
#[derive(Debug, Clone)]
pub(super) struct Looked {
    /// SHA-256 over the packet in its canonical form (RFC 8785).
    pub(super) digest: Digest,
    /// The packet in that form. None if it is too long to be kept.
    pub(super) document: Option<Box<[u8]>>,
}

/// What a packet must be about.
pub(super) struct About<'a> {
    pub(super) admission: &'a Admission,
    pub(super) bundle: &'a Bundle,
    pub(super) policy: &'a Arc<Policy>,
    pub(super) requested: &'a Requested,
    pub(super) trust: &'a Trust,
    /// The service's clock.
    pub(super) at: Timestamp,
    /// The rehearsed returns in the journal.
    pub(super) rehearsals: &'a [Rehearsal],
}

/// The packet, or why it isn't ready for this promotion.
///
/// # Errors
/// If it is too long, or the candidate's bundle can't be read.
pub(super) fn looked_at(
    bytes: &[u8],
    about: &About<'_>,
) -> Result<Result<Looked, Vec<String>>, GateError> {
    let found = bytes.len();
    if found > MAX_PROMOTION_PACKET_BYTES {
        return Err(GateError::TooLong {
            what: "packet",
            found,
            limit: MAX_PROMOTION_PACKET_BYTES,
        });
    }
    let (packet, value) = match packet::read(bytes) {
        Ok(read) => read,
        Err(errors) => {
            let errors = errors.iter().take(MAX_BLOCKERS);
            return Ok(Err(errors
                .map(|error| format!("the packet can't be read: {error}"))
                .collect()));
        }
    };
    let mut problems = other(&packet, about)?;
    if problems.is_empty() {
        let result = judged(bytes, about)?;
        problems.extend(unready(&result));
    }
    if !problems.is_empty() {
        return Ok(Err(problems));
    }
    let canonical = to_canonical_bytes(&value)?;
    Ok(Ok(Looked {
        digest: Digest::of(&canonical),
        document: (canonical.len() <= MAX_KEPT_PACKET_BYTES).then(|| canonical.into_boxed_slice()),
    }))
}

/// Where the packet is about another change.
fn other(packet: &Packet, about: &About<'_>) -> Result<Vec<String>, GateError> {
    let mut problems = Vec::new();
    let wanted = about.requested.request.candidate.bundle_digest;
    let bundle = packet.bundles.as_ref().map(|it| it.candidate.digest());
    match bundle.transpose()? {
        Some(found) if found == wanted => {}
        Some(found) => problems.push(format!(
            "the packet is about the bundle {found}, the request about {wanted}"
        )),
        None => problems.push("the packet is of an earlier version: it has no bundles".to_owned()),
    }
    let is_request = |envelope: &Envelope| {
        let payload = envelope.unverified(MEDIA_TYPE);
        payload.is_ok_and(|payload| Digest::of(&payload) == about.requested.digest)
    };
    let signed = packet.attestations.as_deref().unwrap_or_default();
    if !signed.iter().any(is_request) {
        problems.push("the packet doesn't hold the request".to_owned());
    }
    Ok(problems)
}

/// What the readiness gate says, with nothing but the packet, the candidate and the trust file.
fn judged(bytes: &[u8], about: &About<'_>) -> Result<ReadinessResult, GateError> {
    let bundle = about.bundle;
    let kin = Library::of_bundle(bundle)?;
    let source = bundle.source(&bundle.pack_id)?;
    let source = source.ok_or_else(|| BundleError::NoOwnPack(bundle.pack_id.clone()))?;
    let lint = about.admission.lint(&kin, &source);
    let authority = Authority::new(Arc::clone(about.policy), None);
    let decide = |action: &Arc<Action>| {
        let answer = authority.decide(Arc::clone(action), Ask::default())?;
        Ok(answer.decision)
    };
    let find = |id: &str| kin.source(id);
    let versioning = Versioning::unversioned("a service has no repository");
    let pack = GivenPack {
        source: &source,
        pack: about.policy.pack(),
        identity: about.policy.identity(),
        lint: &lint,
        decide: &decide,
        engine_digest: engine_digest(),
        repository: Repository {
            versioning: &versioning,
            source_at: &|_| None,
        },
        shelf: Shelf {
            find: &find,
            effective_digest: &effective_digest,
        },
    };
    Ok(readiness(
        bytes,
        &Given {
            given_pack: Some(&pack),
            trust: Some(about.trust),
            require_live: true,
            now: about.at,
            rehearsals: about.rehearsals,
            ..Given::default()
        },
    ))
}

/// What keeps a packet from being ready.
fn unready(result: &ReadinessResult) -> Vec<String> {
    if result.ready_for_live_policy_lifecycle {
        return Vec::new();
    }
    let blockers = result.blockers().take(MAX_BLOCKERS);
    let mut problems: Vec<String> = blockers
        .map(|check| {
            format!(
                "the packet isn't ready: `{}`: {}",
                check.name,
                check.words()
            )
        })
        .collect();
    if problems.is_empty() {
        problems.push("the packet isn't ready for live use".to_owned());
    }
    problems
}
