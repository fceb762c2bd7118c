//! What the authority answers.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};
use uuid::Uuid;

use super::verdict::{Severity, Verdict};
use crate::action::Action;
use crate::action::facts::FACTS_VERSION;
use crate::canonical::{Digest, cut};

/// Bytes of JSON of a target in a decision's JSON. More than a command line takes that isn't made
/// of control characters, so that a decision stays below 1 MiB.
const MAX_ECHOED_BYTES: usize = 256 * 1024;

/// How a judgement was reached. The three outcomes stay distinct on the wire and in every record.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A rule matched and decided.
    RuleMatched,
    /// No rule matched, so the action needs approval.
    NothingMatched,
    /// A rule failed, ran out of time or returned something malformed, and no other rule
    /// returned a stricter verdict. The action needs approval.
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// The rule's id, such as `filesystem.read.block`.
    pub rule_id: Arc<str>,
    /// The verdict that the rule asks for.
    pub decision: Verdict,
    /// How much harm the action could do.
    pub severity: Severity,
    /// Why the rule matched, for a person.
    pub reason: String,
    /// The pattern, name or branch in the pack that matched. Absent if the rule has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<Arc<str>>,
    /// What the rule matched on: a path, a command, a ref or a server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matched_on: Option<String>,
    /// The id of the pack that the pattern or the rule is from; `cavra-base` if no pack asked
    /// for it.
    pub origin: Arc<str>,
    /// The groups that approve, in order, if `decision` is `require_approval`.
    #[serde(default, skip_serializing_if = "no_groups")]
    pub approver_groups: Arc<[Arc<str>]>,
    /// References to the evidence that the finding is based on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence_refs: Vec<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields so")]
pub(crate) fn is_zero(count: &usize) -> bool {
    *count == 0
}

fn no_groups(groups: &Arc<[Arc<str>]>) -> bool {
    groups.is_empty()
}

/// The judgement of one policy about one action: every finding, and the strictest verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// The verdict to enforce.
    pub decision: Verdict,
    /// The real verdict, where the pack is in audit mode.
    pub would_be: Option<Verdict>,
    /// How the judgement was reached.
    pub outcome: Outcome,
    /// The findings, the deciding one first. The list is never empty. If one rule has many
    /// findings, only the first of them are listed.
    pub findings: Vec<Finding>,
    /// How many findings are not listed.
    pub matched_rules_left_out: usize,
}

impl Judgement {
    /// The finding that decided.
    #[must_use]
    pub fn deciding(&self) -> Option<&Finding> {
        self.findings.first()
    }

    /// How much harm the action could do, by the finding that decided.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.deciding()
            .map_or(Severity::High, |finding| finding.severity)
    }
}

/// The policy that made a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PolicyIdentity {
    /// The pack's id.
    pub id: Arc<str>,
    /// The pack's `metadata.version`.
    pub version: Arc<str>,
    /// SHA-256 over the canonical JSON of the pack's own `policy.yaml`: `docs/formats.md`,
    /// "Digests".
    pub policy_digest: Digest,
    /// SHA-256 over everything that decides. Every binding is to this digest.
    pub effective_digest: Digest,
}

/// A decision, as the caller gets it. Its JSON is a
/// [`DecisionDocument`](super::decision_document::DecisionDocument).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// UUIDv7 (RFC 9562): sorts by time.
    pub decision_id: Uuid,
    /// When the decision was made, in UTC.
    pub timestamp: Timestamp,
    /// The policy that decided.
    pub policy: Arc<PolicyIdentity>,
    /// The action that was decided.
    pub action: Arc<Action>,
    /// The policy's judgement.
    pub judgement: Judgement,
    /// Where the decision's record is in the journal. Absent if there is no journal, or if the
    /// decision was returned before its record was written.
    pub recorded: Option<RecordPlace>,
    /// Where the deciding pack came from: `built-in`, `packs:/srv/packs/mine`; see
    /// [`super::origin::Origin`]. Absent if a service did not return it.
    pub policy_source: Option<Arc<str>>,
}

/// Where a record is in a journal. Its text is `journal:LOG/POSITION`, which evidence can refer to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordPlace {
    /// The log's name: its origin in checkpoints.
    pub log: Arc<str>,
    /// The record's index in it, from 0.
    pub position: u64,
}

impl fmt::Display for RecordPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "journal:{}/{}", self.log, self.position)
    }
}

/// A text that is not a reference to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is not `journal:LOG/POSITION`")]
pub struct NoRecordPlace;

impl FromStr for RecordPlace {
    type Err = NoRecordPlace;

    fn from_str(text: &str) -> Result<Self, NoRecordPlace> {
        let place = text.strip_prefix("journal:").ok_or(NoRecordPlace)?;
        // The name of a log may hold slashes.
        let (log, position) = place.rsplit_once('/').ok_or(NoRecordPlace)?;
        Ok(Self {
            log: log.into(),
            position: position.parse().map_err(|_| NoRecordPlace)?,
        })
    }
}

impl Decision {
    /// The verdict to enforce.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.judgement.decision
    }

    /// The index of the decision's record in the journal, from 0. None if it is not known.
    #[must_use]
    pub fn journal_position(&self) -> Option<u64> {
        self.recorded.as_ref().map(|place| place.position)
    }

    /// References to the evidence that the decision is based on, and to its own record.
    #[must_use]
    pub fn evidence_refs(&self) -> Vec<String> {
        let deciding = self.judgement.deciding();
        let refs = deciding.map_or(&[][..], |finding| &finding.evidence_refs);
        let recorded = self.recorded.as_ref().map(ToString::to_string);
        refs.iter().cloned().chain(recorded).collect()
    }
}

impl Serialize for Decision {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (action, caller) = (&self.action, &self.action.caller);
        let deciding = self.judgement.deciding();
        DecisionDocument {
            decision_id: self.decision_id,
            session_id: caller.session_id.as_deref(),
            agent_id: caller.agent_id.as_deref(),
            actor: caller.actor.as_deref(),
            action_type: action.action_type().as_str(),
            target: &cut(action.target(), MAX_ECHOED_BYTES),
            requested_operation: &cut(action.requested_operation(), MAX_ECHOED_BYTES),
            policy_pack: &self.policy.id,
            policy_id: &self.policy.id,
            rule_id: deciding.map_or("", |finding| &finding.rule_id),
            decision: self.judgement.decision,
            would_be: self.judgement.would_be,
            severity: self.judgement.severity(),
            reason: deciding.map_or("", |finding| &finding.reason),
            evidence_refs: self.evidence_refs(),
            approver_group: deciding
                .and_then(|f| f.approver_groups.first())
                .map(AsRef::as_ref),
            approver_groups: deciding.map_or(&[], |finding| &finding.approver_groups),
            timestamp: self.timestamp,
            correlation_id: caller.correlation_id.as_deref(),
            policy_version: &self.policy.version,
            policy_digest: self.policy.policy_digest,
            effective_digest: self.policy.effective_digest,
            facts_version: FACTS_VERSION,
            outcome: self.judgement.outcome,
            matched_rules: &self.judgement.findings,
            matched_rules_left_out: self.judgement.matched_rules_left_out,
            journal_position: self.journal_position(),
            policy_source: self.policy_source.as_deref(),
        }
        .serialize(serializer)
    }
}

#[derive(Serialize)]
struct DecisionDocument<'a> {
    decision_id: Uuid,
    session_id: Option<&'a str>,
    agent_id: Option<&'a str>,
    actor: Option<&'a str>,
    action_type: &'a str,
    target: &'a str,
    requested_operation: &'a str,
    policy_pack: &'a str,
    policy_id: &'a str,
    rule_id: &'a str,
    decision: Verdict,
    #[serde(skip_serializing_if = "Option::is_none")]
    would_be: Option<Verdict>,
    severity: Severity,
    reason: &'a str,
    evidence_refs: Vec<String>,
    approver_group: Option<&'a str>,
    approver_groups: &'a [Arc<str>],
    timestamp: Timestamp,
    correlation_id: Option<&'a str>,
    policy_version: &'a str,
    policy_digest: Digest,
    effective_digest: Digest,
    facts_version: &'a str,
    outcome: Outcome,
    matched_rules: &'a [Finding],
    #[serde(skip_serializing_if = "is_zero")]
    matched_rules_left_out: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    journal_position: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy_source: Option<&'a str>,
}
