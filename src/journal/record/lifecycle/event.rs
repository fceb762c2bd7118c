//! What can happen to policies under one authority.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::shadow::{ShadowEnded, ShadowStarted};
use crate::canonical::Digest;

/// An event in the lifecycle of policies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LifecycleEvent {
    /// The first policy of a store came into force, without evidence. The record keeps its bundle.
    Seeded(Seeded),
    /// A bundle was put into the store as a candidate. The record keeps the bundle.
    Proposed(Proposed),
    /// A candidate was taken back: its bundle stays in the journal, and takes no room in the store. Or
    /// a requester took a request back, which ends it: the record keeps the signed withdrawal.
    Withdrawn(Withdrawn),
    /// A candidate began to be compared with the policy in force.
    ShadowStarted(ShadowStarted),
    /// A shadow run of a candidate ended.
    ShadowEnded(ShadowEnded),
    /// A person asked for a change. The record keeps the signed request.
    Requested(RequestGiven),
    /// A person approved a request. The record keeps the signed approval.
    Approved(AnswerGiven),
    /// A person rejected a request, which ends it. The record keeps the signed rejection.
    Rejected(AnswerGiven),
    /// A person answered for what a line of the semantic diff loosens. The record keeps the signed
    /// acknowledgement.
    Acknowledged(Acknowledged),
    /// A candidate came into force. The record consumes the request, and keeps the readiness packet
    /// if there was one that isn't too long.
    Promoted(Promoted),
    /// A policy that was in force before returned. The record consumes what covered the return.
    RolledBack(RolledBack),
    /// A person put a policy in force in an emergency. The record keeps the signed statement.
    BrokeGlass(BrokeGlass),
    /// People approved that a policy stays in force that came into force by break-glass. The record
    /// consumes the request.
    Ratified(Ratified),
    /// A return to a policy was tried without being made.
    Rehearsed(Rehearsed),
    /// Another engine compiled the policy in force: a new version of the program.
    EngineChanged(EngineChanged),
    /// Another trust file counts from now on. The record keeps it.
    TrustChanged(TrustChanged),
}

impl LifecycleEvent {
    /// The name in records.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Seeded(_) => "seeded",
            Self::Proposed(_) => "proposed",
            Self::Withdrawn(_) => "withdrawn",
            Self::ShadowStarted(_) => "shadow_started",
            Self::ShadowEnded(_) => "shadow_ended",
            Self::Requested(_) => "requested",
            Self::Approved(_) => "approved",
            Self::Rejected(_) => "rejected",
            Self::Acknowledged(_) => "acknowledged",
            Self::Promoted(_) => "promoted",
            Self::RolledBack(_) => "rolled_back",
            Self::BrokeGlass(_) => "broke_glass",
            Self::Ratified(_) => "ratified",
            Self::Rehearsed(_) => "rehearsed",
            Self::EngineChanged(_) => "engine_changed",
            Self::TrustChanged(_) => "trust_changed",
        }
    }

    /// Whether it changes what is enforced, or whether anybody should rely on that.
    #[must_use]
    pub fn is_change(&self) -> bool {
        self.activation().is_some() || matches!(self, Self::Ratified(_))
    }

    /// The policy that came into force by this event, if one did.
    #[must_use]
    pub fn activation(&self) -> Option<&Activation> {
        match self {
            Self::Seeded(event) => Some(&event.active),
            Self::Promoted(event) => Some(&event.active),
            Self::RolledBack(event) => Some(&event.active),
            Self::BrokeGlass(event) => Some(&event.active),
            Self::Proposed(_)
            | Self::Withdrawn(_)
            | Self::ShadowStarted(_)
            | Self::ShadowEnded(_)
            | Self::Requested(_)
            | Self::Approved(_)
            | Self::Rejected(_)
            | Self::Ratified(_)
            | Self::Acknowledged(_)
            | Self::Rehearsed(_)
            | Self::EngineChanged(_)
            | Self::TrustChanged(_) => None,
        }
    }
}

/// A bundle, by the digests of its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundleRef {
    /// SHA-256 over the names and digests of all files of the pack and its ancestors.
    pub bundle_digest: Digest,
    /// SHA-256 over the names and digests of the pack's `cases/*.yaml`.
    pub cases_digest: Digest,
    /// SHA-256 over everything that decides, by the engine that recorded it.
    pub effective_digest: Digest,
    /// SHA-256 over the canonical JSON of the pack's own `policy.yaml`.
    pub policy_digest: Digest,
}

/// An engine: the part of every effective digest that no pack holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EngineRef {
    /// SHA-256 over the base rules, the library `cavra.lib` and the version of the facts.
    pub base_rules_digest: Digest,
    /// The version of CAVRA.
    pub cavra_version: String,
    /// The version of the facts.
    pub facts_version: String,
}

/// A policy that came into force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Activation {
    /// The bundle. A record of the same store keeps it.
    pub bundle: BundleRef,
    /// The engine that compiled it.
    pub engine: EngineRef,
}

/// The first policy of a store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seeded {
    /// The policy.
    pub active: Activation,
    /// Whether an operator took another policy than the earlier records name, for the `reason`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub adopted: bool,
    /// The index of the record of before that names the policy in force then. Absent in a new
    /// journal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_record: Option<u64>,
}

/// A candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proposed {
    /// The bundle.
    pub bundle: BundleRef,
    /// The length of the bundle as it is kept, in bytes.
    pub bytes: u64,
}

/// What was taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Withdrawn {
    /// A candidate.
    Candidate(CandidateWithdrawn),
    /// A request, by its requester.
    Request(AnswerGiven),
}

/// A candidate that was taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CandidateWithdrawn {
    /// The digest of its bundle.
    pub bundle_digest: Digest,
}

/// A signed request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestGiven {
    /// SHA-256 over the bytes of the request that were signed.
    pub request_digest: Digest,
    /// The request's id.
    pub request_id: Uuid,
    /// The trust file by which the signature was verified.
    pub trust: TrustRef,
}

/// A signed acknowledgement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acknowledged {
    /// SHA-256 over the bytes that were signed.
    pub acknowledgement_digest: Digest,
    /// The effective digest of the policy that is replaced.
    pub from_effective_digest: Digest,
    /// The path of the line of the semantic diff, at most 4,352 bytes.
    pub line: String,
    /// The effective digest of the candidate.
    pub to_effective_digest: Digest,
    /// The trust file by which the signature was verified.
    pub trust: TrustRef,
}

/// A signed approval, rejection or withdrawal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerGiven {
    /// SHA-256 over the bytes of the request that is answered or withdrawn.
    pub request_digest: Digest,
    /// The trust file by which the signature was verified.
    pub trust: TrustRef,
}

/// A trust file, by its version and digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrustRef {
    /// SHA-256 over the canonical form (RFC 8785) of the trust file.
    pub digest: Digest,
    /// The version of the trust file.
    pub version: u32,
}

/// A promotion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Promoted {
    /// The policy that came into force.
    pub active: Activation,
    /// The contents with the approvals that counted.
    pub approvals: Vec<Digest>,
    /// The index of the first record that was not judged any more.
    pub judged_up_to: u64,
    /// SHA-256 over the readiness packet in its canonical form (RFC 8785). Absent if nobody brought
    /// one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub packet: Option<Digest>,
    /// The activation that ended.
    pub replaced: ReplacedRef,
    /// SHA-256 over the signed shadow report, as the request names it. Absent if none was needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<Digest>,
    /// The request that this record consumes.
    pub request_digest: Digest,
    /// Until when the approvals cover one return to the replaced policy, in UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rollback_until: Option<Timestamp>,
    /// The trust file by which everything was verified.
    pub trust: TrustRef,
    /// Until when people watch what the policy decides, in UTC. Absent if the criteria of the
    /// request ask for no hours of that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watch_until: Option<Timestamp>,
}

/// The activation that a change ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReplacedRef {
    /// The index of the record that had put the policy in force.
    pub activation_index: u64,
    /// The effective digest of the policy, as it was enforced at the end.
    pub effective_digest: Digest,
}

/// A return to a policy that was in force before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RolledBack {
    /// The policy that came into force.
    pub active: Activation,
    /// What allowed the return.
    pub cover: RollbackCover,
    /// The activation that ended.
    pub replaced: ReplacedRef,
}

/// A change of the policy in force in an emergency, by one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BrokeGlass {
    /// The policy that came into force.
    pub active: Activation,
    /// Until when the policy should be ratified, in UTC. It stays in force after that.
    pub expires_at: Timestamp,
    /// What happened, as the statement names it, redacted: at most 256 bytes before that.
    pub incident: String,
    /// The activation that ended.
    pub replaced: ReplacedRef,
    /// SHA-256 over the bytes of the statement that were signed. It counts once.
    pub statement_digest: Digest,
    /// The trust file by which the signature was verified.
    pub trust: TrustRef,
}

/// A ratification: a policy that came into force by break-glass stays in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ratified {
    /// The index of the record that is ratified.
    pub activation_index: u64,
    /// The contents with the approvals that counted.
    pub approvals: Vec<Digest>,
    /// The request that this record consumes.
    pub request_digest: Digest,
    /// The trust file by which everything was verified.
    pub trust: TrustRef,
}

/// A return that was tried: everything but its record and the change itself was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rehearsed {
    /// The policy that would come into force.
    pub active: Activation,
    /// What would end.
    pub replaced: ReplacedRef,
}

/// What allowed a return.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum RollbackCover {
    /// The `rollback_until` of the promotion that is undone, once.
    Promotion {
        /// The index of the promotion's record.
        promotion_index: u64,
    },
    /// A request of its own, which this record consumes.
    Request {
        /// The contents with the approvals that counted.
        approvals: Vec<Digest>,
        /// SHA-256 over the bytes of the request.
        request_digest: Digest,
        /// The trust file by which everything was verified.
        trust: TrustRef,
    },
    /// The policy that is undone came into force by break-glass, and nobody had ratified it.
    BreakGlass {
        /// The index of the record of the break-glass.
        activation_index: u64,
    },
}

/// The policy in force, under another engine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EngineChanged {
    /// The policy in force, as the new engine compiles it.
    pub active: Activation,
    /// What the policy fails under the new engine, at most 64 lines of 512 bytes: cases and what
    /// lint blocks. Empty if it was proved again.
    pub failed: Vec<String>,
    /// The engine before.
    pub from: EngineRef,
}

/// Another trust file counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrustChanged {
    /// The trust file that counts from now on.
    pub trust: TrustRef,
}
