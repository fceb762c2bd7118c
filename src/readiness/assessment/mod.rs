//! Whether a readiness packet holds: what can be recomputed is, what can't is called claimed.
//!
//! Four layers, each stricter than the one before:
//!
//! 1. The packet is read strictly: unknown or missing keys, duplicate keys and wrong types
//!    are blockers that name the place.
//! 2. The packet must agree with itself. Its artifacts are derived again from the few things
//!    that nothing else in the packet implies, and compared whole.
//! 3. If the pack is given, the artifacts are derived from the pack, every case is decided
//!    again, and the whole is compared, save for ids and times of decisions. The pack must be the
//!    candidate of the packet's `bundles`, and the previous policy is the one that they hold.
//! 4. The signed documents are verified by a trust file: the request, its approvals, and the
//!    shadow report, whose counts must meet the criteria of the request. Those must be at least as
//!    strict as the two policies require.
//!
//! Each check says which it is: *recomputed*, *verified by signature* or *claimed only*. Times are
//! judged as of the request and its approvals, so a packet that was ready stays ready.
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
//! Without the pack the third layer is *claimed only*, and without a trust file the fourth is:
//! enough for a sound contract, never enough to be ready for live use.

mod agreement;
mod bundles;
mod checks;
mod decisions;
mod digests;
mod dry_runs;
mod engine;
mod evidence;
mod export;
mod pack;
mod proof;

use std::collections::BTreeSet;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::basis::Basis;
use super::given_pack::GivenPack;
use super::packet::{self, EvidenceMode, PRODUCT, Packet, PacketError};
use crate::canonical::Digest;
use crate::decision::PolicyIdentity;
use crate::policy::promotion::Criteria;
use crate::trust::Trust;
use bundles::Joined;
use checks::Checks;

pub use export::export_readiness;
pub use proof::rehearsed::Rehearsal;
pub use proof::time::MAX_CLOCK_AHEAD;

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
    /// Whether the packet is about a real change, is sound, was recomputed from its own policies, and
    /// holds a signed request, enough approvals and a shadow report that count.
    pub ready_for_live_policy_lifecycle: bool,
    /// The result in one word.
    pub status: Status,
    /// How many checks are blockers.
    pub blocker_count: usize,
    /// How many checks are warnings.
    pub warning_count: usize,
    /// The time as of which signatures and approvals were judged, in UTC: that of the request or of
    /// its last approval. It is `null` if there is no request that can be read.
    pub as_of: Option<Timestamp>,
    /// The criteria that the two policies require. If the shadow report finds something loosened that
    /// the policies don't show, those of a change that loosens something apply. It is `null` if
    /// there are not two policies.
    pub criteria: Option<Criteria>,
    /// The digest of the trust file. It is `null` if there is none.
    pub trust_digest: Option<Digest>,
    /// Whether the trust file is the one of the example packet, which counts for nothing else.
    pub trust_is_example: bool,
    /// The ids of the people and services whose signatures count.
    pub signers: Vec<String>,
    /// The checks, in a fixed order.
    pub checks: Vec<Check>,
}

/// What a packet was judged by.
#[derive(Debug, Default)]
struct Judged {
    as_of: Option<Timestamp>,
    criteria: Option<Criteria>,
    trust_digest: Option<Digest>,
    trust_is_example: bool,
    signers: BTreeSet<String>,
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
    /// What the result rests on.
    pub basis: CheckBasis,
    /// What was found, for a person. It begins with `claimed only: ` if nothing could be
    /// recomputed.
    pub message: String,
}

impl Check {
    /// The message without the basis, which a table has in a column of its own.
    #[must_use]
    pub fn words(&self) -> &str {
        let words = self.message.strip_prefix(checks::CLAIMED_ONLY);
        words.unwrap_or(&self.message)
    }
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

/// What the result of a check rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CheckBasis {
    /// Anybody who has the packet can compute it again.
    Recomputed,
    /// People or services of the trust file have signed it.
    VerifiedBySignature,
    /// Only the packet says it.
    ClaimedOnly,
}

impl CheckBasis {
    /// The words for a person, such as `verified by signature`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Recomputed => "recomputed",
            Self::VerifiedBySignature => "verified by signature",
            Self::ClaimedOnly => "claimed only",
        }
    }
}

/// What a packet is checked with.
#[derive(Clone, Copy, Default)]
pub struct Given<'a> {
    /// The candidate, compiled. A packet with bundles is checked with the candidate from there.
    pub given_pack: Option<&'a GivenPack<'a>>,
    /// Why the candidate of the packet's bundles can't be compiled, if it can't.
    pub unusable: Option<&'a str>,
    /// The trust file, never one from the packet.
    pub trust: Option<&'a Trust>,
    /// Whether the trust file is the one of the example packet, which counts for nothing else.
    pub trust_is_example: bool,
    /// Whether the packet must be ready for live use.
    pub require_live: bool,
    /// The verifier's clock. No document of the packet counts that names a later time, save for
    /// [`MAX_CLOCK_AHEAD`]. The default is 1970, by which no signed document counts.
    pub now: Timestamp,
    /// The rehearsed returns that the verifier has found in a journal.
    pub rehearsals: &'a [Rehearsal],
}

/// A packet on its way through the checks.
struct Subject<'a> {
    packet: &'a Packet,
    value: &'a Value,
    given_pack: Option<&'a GivenPack<'a>>,
    unusable: Option<&'a str>,
    trust: Option<&'a Trust>,
    trust_is_example: bool,
    require_live: bool,
    /// The policies of the packet; absent in a packet of an earlier version.
    joined: Option<Joined>,
    now: Timestamp,
    rehearsals: &'a [Rehearsal],
    /// Another engine than this one made the packet.
    is_by_another_engine: bool,
    /// Which policy the packet must be about: that of the given pack. Without a pack it is what the
    /// packet claims, and so is the effective digest that another engine made.
    identity: PolicyIdentity,
}

impl<'a> Subject<'a> {
    fn new(packet: &'a Packet, value: &'a Value, given: Given<'a>) -> Self {
        let given_pack = given.given_pack;
        let claimed = Basis::claimed(packet).identity;
        let is_by_another_engine = given_pack.is_some_and(|it| engine::is_another(packet, it));
        let identity = match given_pack {
            None => claimed,
            Some(given_pack) if is_by_another_engine => PolicyIdentity {
                effective_digest: claimed.effective_digest,
                ..given_pack.identity.clone()
            },
            Some(given_pack) => given_pack.identity.clone(),
        };
        Self {
            packet,
            value,
            given_pack,
            unusable: given.unusable,
            trust: given.trust,
            trust_is_example: given.trust_is_example,
            require_live: given.require_live,
            now: given.now,
            rehearsals: given.rehearsals,
            joined: packet.bundles.as_ref().map(Joined::of),
            is_by_another_engine,
            identity,
        }
    }

    /// Whether the verdicts could be recomputed.
    fn is_recomputed(&self) -> bool {
        self.given_pack.is_some() && !self.is_by_another_engine
    }

    fn is_live(&self) -> bool {
        self.packet.evidence_mode == EvidenceMode::Live
    }

    /// Whether the packet is of a version that had neither policies nor signed documents.
    fn is_of_earlier_version(&self) -> bool {
        self.packet.bundles.is_none() && self.packet.attestations.is_none()
    }

    /// Says what the packet lacks for live use. A sample may lack it: that is under its one warning.
    fn lacks(&self, checks: &mut Checks, name: &str, message: &str) {
        let blocks = self.require_live || !self.is_of_earlier_version();
        self.lacks_unless(checks, name, message, blocks);
    }

    /// Says what the verifier lacks, which is no fault of the packet.
    fn lacks_given_pack(&self, checks: &mut Checks, name: &str, message: &str) {
        self.lacks_unless(checks, name, message, self.require_live);
    }

    fn lacks_unless(&self, checks: &mut Checks, name: &str, message: &str, blocks: bool) {
        match self.is_live() {
            true => checks.lacks_for_live(name, message.to_owned(), blocks),
            false => checks.claimed(name, message),
        }
    }
}

/// Checks a packet.
#[must_use]
pub fn readiness(packet: &[u8], given: &Given<'_>) -> ReadinessResult {
    let (packet, value) = match packet::read(packet) {
        Ok(read) => read,
        Err(errors) => return unreadable(&errors),
    };
    let subject = Subject::new(&packet, &value, *given);
    let mut checks = Checks::default();
    evidence::check(&subject, &mut checks);
    digests::check(&subject, &mut checks);
    dry_runs::check(&subject, &mut checks);
    agreement::check(&subject, &mut checks);
    pack::check(&subject, &mut checks);
    bundles::check(&subject, &mut checks);
    proof::check(&subject, &mut checks);
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
