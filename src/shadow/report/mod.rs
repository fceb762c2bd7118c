//! `cavra.shadow.report.v1`: what a candidate would change, and whether enough was compared to
//! promote it. The report's bytes are the RFC 8785 form of its JSON.
//!
//! | module | holds |
//! |---|---|
//! | [`answer`] | which lines of the semantic diff cause which groups |
//! | `build` | the report of a tally |
//! | `numbers` | counts, denominators and bounds |
//! | [`criteria`] | what must be true before a candidate may be promoted |
//! | `check` | what must be true of a report, whatever its records are |
//! | `scope` | which part of a journal was replayed, and how |
//! | [`unclear`] | decisions of a live run that the journal can't replay |
//! | `source` | where the compared actions are from |
//! | [`evidence`] | whether a report is evidence for a change |
//! | [`signed`] | opening a report that a service signed |

pub mod answer;
mod build;
mod check;
pub mod criteria;
pub mod evidence;
mod numbers;
mod scope;
pub mod signed;
mod source;
pub mod unclear;

use std::sync::Arc;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::canonical::{CanonicalError, Digest, to_canonical_bytes};
use crate::decision::{Change, PolicyIdentity, Severity, Verdict};
use crate::shadow::compare::group::{AgentCount, Example, GroupKey};
use crate::shadow::compare::observation::Position;
use crate::shadow::compare::rule_counts::Rule;
use crate::shadow::compare::timeline::TimelineReport;

pub use build::{Compared, Intake, ReportInput};
use criteria::Criterion;
pub use numbers::{Bounds, Counts, Denominators, Divergences, Failures, Observed};
pub use scope::{
    Condition, ConditionError, FactsFrom, RecordedPolicy, ReplayScope, ReplayedActive, Selection,
};
pub use source::{RunRef, Source, SourceKind};
use unclear::UnclearReport;

/// The report's `schema_version`.
pub const SCHEMA_VERSION: &str = "cavra.shadow.report.v1";
/// The report's media type: the `payloadType` of its DSSE envelope.
pub const MEDIA_TYPE: &str = "application/vnd.cavra.shadow-report+json";

/// What a candidate would have decided differently from the active policy, and whether enough was
/// compared to promote it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ShadowReport")]
pub struct Report {
    /// The document's version.
    #[schemars(extend("const" = SCHEMA_VERSION))]
    pub schema_version: String,
    /// Always `true`: no decision of the candidate was enforced.
    pub non_enforcing: bool,
    /// Whether every promotion criterion is met. The report of a run that is still on is not ready,
    /// whatever its criteria say.
    pub status: Status,
    /// When the report was made, in UTC. Absent unless it was asked for, so that equal traffic
    /// gives equal bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generated_at: Option<Timestamp>,
    /// Where the compared actions are from.
    pub source: Source,
    /// How a journal was replayed. Absent if no journal was replayed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replay: Option<ReplayScope>,
    /// Whether the times are simulated instead of read from the system's clock. A report with
    /// simulated times is no evidence for a promotion.
    pub simulated_clock: bool,
    /// The version of the facts that both policies judged, such as `cavra.facts.v3`.
    pub facts_version: String,
    /// SHA-256 over the base rules and the version of the facts that judged for both policies.
    /// Absent in reports of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engine_digest: Option<Digest>,
    /// The policy that is enforced.
    pub active: PolicyRef,
    /// The policy that is compared with it.
    pub candidate: PolicyRef,
    /// How many comparisons had each result.
    pub counts: Counts,
    /// How many decisions were seen, sampled, compared and dropped.
    pub denominators: Denominators,
    /// How long traffic was observed.
    pub observation: Observed,
    /// How frequent each kind of divergence may be in all traffic, not only in what was compared.
    pub bounds: Bounds,
    /// How many comparisons had a failing rule of the candidate. They count even if a stricter
    /// rule decided.
    pub candidate_failures: Failures,
    /// How many comparisons had an active policy that could not be evaluated.
    pub active_not_evaluated: u64,
    /// What must be true before the candidate may be promoted.
    pub criteria: Vec<Criterion>,
    /// What the traffic did not exercise.
    pub never_exercised: NeverExercised,
    /// The required decision classes, and how many comparisons exercised each.
    pub required_classes: Vec<ClassReport>,
    /// Groups of similar divergences, at most 2,000: the dangerous groups first, those from `block`
    /// to `allow` before all.
    pub groups: Vec<GroupReport>,
    /// How many divergences are not in `groups` because there are too many groups.
    pub group_overflow: Divergences,
    /// Decisions of a live run that the journal can't replay. Absent if there were none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unclear: Option<UnclearReport>,
    /// How often each verdict of the active policy met each verdict of the candidate. Pairs that
    /// did not occur are left out.
    pub matrix: Vec<MatrixCell>,
    /// Which rules fired, and which decided.
    pub ledger: RuleCountReports,
    /// When there was traffic.
    pub timeline: TimelineReport,
    /// Which numbers can be recomputed from the records, and which only this process can attest.
    pub labels: Vec<Label>,
}

/// Whether shadow mode has found enough to promote the candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "PromotionStatus")]
pub enum Status {
    /// Every criterion is met, and the run has ended if the report is of one.
    Ready,
    /// At least one criterion is not met, or the run is still on.
    NotReady,
}

impl Status {
    /// The name in documents, such as `not_ready`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::NotReady => "not_ready",
        }
    }
}

/// A policy, by its id, version and digests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyRef {
    /// The pack's id.
    pub id: Arc<str>,
    /// The pack's `metadata.version`.
    pub version: Arc<str>,
    /// SHA-256 over the canonical JSON of the pack's own `policy.yaml`.
    pub policy_digest: Digest,
    /// SHA-256 over everything that decides.
    pub effective_digest: Digest,
}

impl From<&PolicyIdentity> for PolicyRef {
    fn from(identity: &PolicyIdentity) -> Self {
        Self {
            id: Arc::clone(&identity.id),
            version: Arc::clone(&identity.version),
            policy_digest: identity.policy_digest,
            effective_digest: identity.effective_digest,
        }
    }
}

/// What the traffic did not exercise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NeverExercised {
    /// The ids of required cases whose decision class did not occur.
    pub required_classes: Vec<String>,
    /// How many rules of the candidate never fired.
    pub candidate_rules: u64,
    /// The rules that only the candidate has and that never fired: changes that were not tried.
    pub new_candidate_rules: Vec<Rule>,
}

/// One required decision class: the decisions that are like the one of a required case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClassReport {
    /// The id of the required case.
    pub case_id: String,
    /// How the ids of the rules of this class begin.
    pub rules: String,
    /// The verdict of the class.
    pub decision: Verdict,
    /// The least severity of the class.
    pub severity: Severity,
    /// How many comparisons were of the class.
    pub samples: u64,
}

/// A group of similar divergences.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupReport {
    /// SHA-256 over the two effective digests and the key. An explanation is bound to it.
    pub id: Digest,
    /// What the divergences have in common.
    pub key: GroupKey,
    /// How many divergences the group has.
    pub count: u64,
    /// Whether a signed explanation covers the group.
    pub explained: bool,
    /// How many divergences each agent has, at most 16 agents. `count` has those of further agents
    /// too. Empty in reports of earlier versions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agents: Vec<AgentCount>,
    /// Where the first divergence is.
    pub first_position: Position,
    /// Where the last divergence is.
    pub last_position: Position,
    /// When the first divergence was decided. It is `null` if that is not known.
    pub first_at: Option<Timestamp>,
    /// When the last divergence was decided. It is `null` if that is not known.
    pub last_at: Option<Timestamp>,
    /// The first divergences of the group, as many as were asked for (3 unless asked otherwise,
    /// at most 20).
    pub examples: Vec<Example>,
}

/// How often one pair of verdicts occurred.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MatrixCell {
    /// The verdict of the active policy.
    pub active: Verdict,
    /// The verdict of the candidate. It is `null` if the candidate could not be evaluated.
    pub candidate: Option<Verdict>,
    /// How often the pair occurred.
    pub count: u64,
}

/// Which rules of both policies fired and decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Ledgers")]
pub struct RuleCountReports {
    /// The rules of the active policy.
    pub active: RuleCountReport,
    /// The rules of the candidate.
    pub candidate: RuleCountReport,
}

/// Which rules of one policy fired and decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "LedgerReport")]
pub struct RuleCountReport {
    /// Every rule that exists or fired, in order, at most 20,000 that fired.
    pub rules: Vec<RuleReport>,
    /// How many rules exist and never fired.
    pub never_fired: u64,
    /// How many rules fired and never decided.
    pub always_masked: u64,
    /// How often rules fired that are not in `rules` because there are too many.
    pub overflow: u64,
}

/// How often one rule fired and decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleReport {
    /// The rule.
    pub rule: Rule,
    /// How many actions it fired on.
    pub fired: u64,
    /// How many actions it decided.
    pub decisive: u64,
    /// How many actions it fired on that another rule decided.
    pub masked: u64,
    /// The rules that decided instead, at most 8 of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub masked_by: Vec<Masking>,
    /// Whether the other policy lacks the rule.
    pub only_here: bool,
    /// The first action that it fired on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<FirstFired>,
}

/// A rule that decided an action on which another rule fired too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Masking {
    /// The rule that decided.
    pub rule: Rule,
    /// How many actions it decided.
    pub count: u64,
}

/// The first action that a rule fired on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FirstFired {
    /// Where the action is.
    pub position: Position,
    /// The action as text, without its values.
    pub text: String,
}

/// How a number can be verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Anybody who has the records and the packs can recompute it.
    Recomputed,
    /// Only the process that made the report knows it.
    Attested,
}

/// How one field of the report can be verified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// The field's path in the report, with dots between the names.
    pub field: String,
    /// How it can be verified.
    pub basis: Basis,
}

impl Report {
    /// Whether every criterion is met, by a report that doesn't change any more.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.status == Status::Ready && !self.source.is_still_on()
    }

    /// The RFC 8785 bytes: what is digested and signed.
    ///
    /// # Errors
    /// Never in practice: a report holds no number that JSON can't.
    pub fn to_canonical_bytes(&self) -> Result<Vec<u8>, CanonicalError> {
        to_canonical_bytes(self)
    }

    /// Groups of one class, the most dangerous first.
    pub fn groups_of(&self, change: Change) -> impl Iterator<Item = &GroupReport> {
        self.groups
            .iter()
            .filter(move |group| group.key.change == change)
    }
}
