//! The trust file of the live example packet. It is in the binary, so that the example can be
//! checked without an argument, and it counts for nothing but the two policies of the example.
//!
//! Only readiness and `cavra verify` use it. No command that puts a policy into force does.

use serde::Deserialize;

use crate::canonical::Digest;
use crate::readiness::packet::Packet;
use crate::trust::Trust;

/// The trust file, as `examples/policy-lifecycle/regenerate` wrote it.
const TRUST: &[u8] = include_bytes!("../../examples/policy-lifecycle/live-trust.json");
/// The effective digests of the two policies.
const POLICIES: &[u8] = include_bytes!("../../examples/policy-lifecycle/live-policies.json");

/// The policies of the example.
#[derive(Deserialize)]
struct Policies {
    candidate: Digest,
    replaced: Digest,
}

/// The example's trust file, if the packet is about the example's policies. The digests are those
/// that the packet claims: readiness recomputes them, and blocks if they are others.
pub(crate) fn of(packet: &Packet) -> Option<Trust> {
    let policies: Policies = serde_json::from_slice(POLICIES).ok()?;
    let manifest = &packet.version_manifest;
    let is_about = manifest.effective_digest == policies.candidate
        && manifest.previous_effective_digest == Some(policies.replaced);
    is_about.then(|| Trust::read(TRUST).ok()).flatten()
}
