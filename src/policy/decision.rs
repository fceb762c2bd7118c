//! What the authority answers.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use super::verdict::{Severity, Verdict};
use crate::action::{ActionType, Caller};
use crate::canonical::Digest;

/// How a judgement came about. The three stay distinct on the wire and in every record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A rule matched and decided.
    RuleMatched,
    /// No rule had anything to say.
    NothingMatched,
    /// A rule failed, ran out of time or returned something malformed, and nothing
    /// stricter was found by the others.
    NotEvaluated,
}

impl Outcome {
    /// The name in documents, such as `rule_matched`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RuleMatched => "rule_matched",
            Self::NothingMatched => "nothing_matched",
            Self::NotEvaluated => "not_evaluated",
        }
    }
}

/// One rule that matched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Such as `filesystem.read.block`.
    pub rule_id: Arc<str>,
    /// What the rule asks for.
    pub decision: Verdict,
    /// How bad it would be.
    pub severity: Severity,
    /// Why, for a person.
    pub reason: Arc<str>,
    /// The pattern, name or branch in the pack that matched; absent where the rule has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern: Option<Arc<str>>,
    /// What it matched on: a path, a command, a ref, a server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matched_on: Option<Arc<str>>,
    /// The pack that the pattern or the rule came from.
    pub origin: Arc<str>,
    /// The groups that approve, if `decision` is `require_approval`.
    #[serde(skip_serializing_if = "no_groups")]
    pub approver_groups: Arc<[Arc<str>]>,
    /// References to evidence that the finding rests on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub evidence_refs: Vec<String>,
}

fn no_groups(groups: &Arc<[Arc<str>]>) -> bool {
    groups.is_empty()
}

/// What one policy says of one action: every finding, and the strictest of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// The verdict to enforce.
    pub decision: Verdict,
    /// The real verdict, where the pack is in audit mode.
    pub would_be: Option<Verdict>,
    /// How it came about.
    pub outcome: Outcome,
    /// Every rule that matched, the deciding one first. Never empty.
    pub findings: Vec<Finding>,
}

/// The policy that made a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PolicyIdentity {
    /// The pack's id.
    pub id: Arc<str>,
    /// The pack's `metadata.version`.
    pub version: Arc<str>,
    /// SHA-256 over the pack's own `policy.yaml`, see `formats.md`.
    pub policy_digest: Digest,
    /// SHA-256 over everything that decides. Every binding is to this one.
    pub effective_digest: Digest,
}

/// A decision, as the caller gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// UUIDv7 (RFC 9562): sorts by time.
    pub decision_id: Uuid,
    /// When, in UTC.
    pub timestamp: Timestamp,
    /// By which policy.
    pub policy: Arc<PolicyIdentity>,
    /// Of what type the action was.
    pub action_type: ActionType,
    /// The action's `target`.
    pub target: Arc<str>,
    /// The action's `requested_operation`.
    pub requested_operation: Arc<str>,
    /// Who asked.
    pub caller: Arc<Caller>,
    /// What was judged.
    pub judgement: Arc<Judgement>,
}
