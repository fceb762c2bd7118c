//! Whether a readiness packet holds: what can be recomputed is, what can't is called claimed.
//!
//! Three layers, each stricter than the one before:
//!
//! 1. The packet is read strictly: unknown or missing keys, duplicate keys and wrong types
//!    are blockers that name the place.
//! 2. The packet must agree with itself. Its artifacts are derived again from the few things
//!    that nothing else in the packet implies, and compared whole.
//! 3. If the pack is given, the artifacts are derived from the pack, every case is decided
//!    again, and the whole is compared, save for ids and times of decisions.
//!
//! Ids, codes, verdicts, digests and counts are compared, and the pack's own texts. The words of
//! sentences for people are not, so that better English voids nothing.
//!
//! A packet that another engine made (other base rules, or another version of the facts) is
//! recomputed from the pack except for its verdicts, its lint issues and its effective digests.
//! Those checks say *not recomputed, another engine*, and the packet is never ready for live use.
//!
//! What even the pack can't tell stays a claim and says so: which policy was in force before
//! (its digests are recomputed from the copy in the packet, not looked up), who asked, what the
//! references to other systems lead to, and a commit that the repository hasn't got.
//!
//! Without the pack the third layer is *claimed only*: enough for a sound contract, never
//! enough to be ready for live use.

mod agreement;
mod checks;
mod decisions;
mod digests;
mod dry_runs;
mod engine;
mod evidence;
mod export;
mod pack;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::basis::Basis;
use super::pack_at_hand::PackAtHand;
use super::packet::{self, EvidenceMode, PRODUCT, Packet, PacketError};
use crate::decision::PolicyIdentity;
use checks::Checks;

pub use export::export_readiness;

/// The result's `schema_version`.
pub const SCHEMA_VERSION: &str = "cavra.policy-lifecycle.readiness-result.v1";

/// The result of checking a readiness packet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ReadinessResult {
    /// The document's version.
    #[schemars(extend("const" = SCHEMA_VERSION))]
    pub schema_version: &'static str,
    /// Always `CAVRA`.
    #[schemars(extend("const" = PRODUCT))]
    pub product: &'static str,
    /// The packet's `evidence_mode`. It is `null` if the packet can't be read.
    pub evidence_mode: Option<EvidenceMode>,
    /// Whether the packet is sound, whatever it is used for.
    pub ready_for_policy_lifecycle_contract: bool,
    /// Whether the packet is about a real change, is sound, and was recomputed from the pack.
    pub ready_for_live_policy_lifecycle: bool,
    /// The result in one word.
    pub status: Status,
    /// How many checks are blockers.
    pub blocker_count: usize,
    /// How many checks are warnings.
    pub warning_count: usize,
    /// The checks, in a fixed order.
    pub checks: Vec<Check>,
}

/// The result of checking a packet in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "ReadinessStatus")]
pub enum Status {
    /// There are neither blockers nor warnings.
    Ready,
    /// There are warnings, but no blockers.
    ReadyWithWarnings,
    /// There is at least one blocker.
    Blocked,
}

/// One thing that was checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Check {
    /// A stable name in snake case.
    pub name: String,
    /// The result of the check.
    pub status: CheckStatus,
    /// What was found, for a person. It begins with `claimed only: ` if nothing could be
    /// recomputed.
    pub message: String,
}

/// The result of one check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CheckStatus {
    /// Nothing is wrong.
    Pass,
    /// Nothing is wrong, but somebody should look at it.
    Warn,
    /// Something is wrong.
    Blocker,
}

/// A packet on its way through the checks.
struct Subject<'a> {
    packet: &'a Packet,
    value: &'a Value,
    at_hand: Option<&'a PackAtHand<'a>>,
    require_live: bool,
    /// Another engine than this one made the packet.
    is_by_another_engine: bool,
    /// Which policy the packet must be about: that of the given pack. Without a pack it is what the
    /// packet claims, and so is the effective digest that another engine made.
    identity: PolicyIdentity,
}

impl<'a> Subject<'a> {
    fn new(
        packet: &'a Packet,
        value: &'a Value,
        at_hand: Option<&'a PackAtHand<'a>>,
        require_live: bool,
    ) -> Self {
        let claimed = Basis::claimed(packet).identity;
        let is_by_another_engine = at_hand.is_some_and(|it| engine::is_another(packet, it));
        let identity = match at_hand {
            None => claimed,
            Some(at_hand) if is_by_another_engine => PolicyIdentity {
                effective_digest: claimed.effective_digest,
                ..at_hand.identity.clone()
            },
            Some(at_hand) => at_hand.identity.clone(),
        };
        Self {
            packet,
            value,
            at_hand,
            require_live,
            is_by_another_engine,
            identity,
        }
    }

    /// Whether the verdicts could be recomputed.
    fn is_recomputed(&self) -> bool {
        self.at_hand.is_some() && !self.is_by_another_engine
    }

    fn is_live(&self) -> bool {
        self.packet.evidence_mode == EvidenceMode::Live
    }
}

/// Checks a packet. `require_live` asks whether it may carry a real change.
#[must_use]
pub fn readiness(
    packet: &[u8],
    at_hand: Option<&PackAtHand<'_>>,
    require_live: bool,
) -> ReadinessResult {
    let (packet, value) = match packet::read(packet) {
        Ok(read) => read,
        Err(errors) => return unreadable(&errors),
    };
    let subject = Subject::new(&packet, &value, at_hand, require_live);
    let mut checks = Checks::default();
    evidence::check(&subject, &mut checks);
    digests::check(&subject, &mut checks);
    dry_runs::check(&subject, &mut checks);
    agreement::check(&subject, &mut checks);
    pack::check(&subject, &mut checks);
    checks.result(Some(packet.evidence_mode), subject.is_recomputed())
}

fn unreadable(errors: &[PacketError]) -> ReadinessResult {
    let mut checks = Checks::default();
    for error in errors {
        let name = error.part().unwrap_or("packet").to_owned();
        checks.blocker(name, error.to_string());
    }
    checks.result(None, false)
}

impl ReadinessResult {
    /// The checks that block.
    pub fn blockers(&self) -> impl Iterator<Item = &Check> {
        let checks = self.checks.iter();
        checks.filter(|check| check.status == CheckStatus::Blocker)
    }
}
