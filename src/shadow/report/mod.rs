//! `cavra.shadow.report.v1`: what a candidate would change, and whether that is enough to
//! know. Its bytes are the RFC 8785 form of the JSON.
//!
//! | module | holds |
//! |---|---|
//! | `build` | the report of a tally |
//! | `numbers` | counts, denominators and bounds |
//! | [`criteria`] | what must hold before a candidate may be promoted |
//! | `check` | what must be true of a report by itself |
//! | `scope` | what of a journal was replayed, and how |

mod build;
mod check;
pub mod criteria;
mod numbers;
mod scope;

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::group::{Example, GroupKey};
use super::ledger::Rule;
use super::live::EndReason;
use super::observation::Position;
use super::timeline::TimelineReport;
use crate::canonical::{CanonicalError, Digest, to_canonical_bytes};
use crate::policy::comparison::Change;
use crate::policy::decision::PolicyIdentity;
use crate::policy::verdict::{Severity, Verdict};

pub use build::{Compared, Intake, ReportInput};
use criteria::Criterion;
pub use numbers::{Bounds, Counts, Denominators, Divergences, Failures, Observed};
pub use scope::{
    Condition, ConditionError, FactsFrom, RecordedPolicy, ReplayScope, ReplayedActive, Selection,
};

/// The report's `schema_version`.
pub const SCHEMA_VERSION: &str = "cavra.shadow.report.v1";
/// The report's media type: the `payloadType` of its DSSE envelope.
pub const MEDIA_TYPE: &str = "application/vnd.cavra.shadow-report+json";

/// What shadow mode found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// [`SCHEMA_VERSION`]
    pub schema_version: String,
    /// Always true: nothing that the candidate said was enforced.
    pub non_enforcing: bool,
    /// Whether every promotion criterion is met.
    pub status: Status,
    /// When the report was made, where that is wanted: without it, equal traffic gives
    /// equal bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generated_at: Option<Timestamp>,
    /// What was compared.
    pub source: Source,
    /// How a journal was replayed; only then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replay: Option<ReplayScope>,
    /// The times are not those of the clock on the wall. Such a report is evidence of nothing
    /// but itself.
    pub simulated_clock: bool,
    /// The version of the facts that both policies judged.
    pub facts_version: String,
    /// What is enforced.
    pub active: PolicyRef,
    /// What is looked at.
    pub candidate: PolicyRef,
    /// Comparisons by class.
    pub counts: Counts,
    /// Of how many.
    pub denominators: Denominators,
    /// Over how long.
    pub observation: Observed,
    /// How much more there may be than was seen.
    pub bounds: Bounds,
    /// Comparisons in which something of the candidate failed, also where a stricter rule
    /// decided all the same.
    pub candidate_failures: Failures,
    /// Comparisons in which the active policy could not be evaluated.
    pub active_not_evaluated: u64,
    /// What must hold before a promotion.
    pub criteria: Vec<Criterion>,
    /// What the traffic never tried.
    pub never_exercised: NeverExercised,
    /// The required decision classes, and how often the traffic exercised each.
    pub required_classes: Vec<ClassReport>,
    /// Divergences, the dangerous groups first, then the largest.
    pub groups: Vec<GroupReport>,
    /// Divergences in groups beyond the limit, which are not in `groups`.
    pub group_overflow: Divergences,
    /// Verdicts against verdicts; pairs that didn't occur are left out.
    pub matrix: Vec<MatrixCell>,
    /// What the rules did.
    pub ledger: Ledgers,
    /// When there was traffic.
    pub timeline: TimelineReport,
    /// Which numbers can be computed again from the records, and which are this process's word.
    pub labels: Vec<Label>,
}

/// Whether a candidate may be promoted, as far as shadow mode goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Every criterion is met.
    Ready,
    /// At least one isn't. Without traffic, none that counts is.
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

/// Where the compared actions came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// What kind of source.
    pub kind: SourceKind,
    /// The file's name, without its folder; or the journal's: the origin of its log. None for
    /// standard input, and where no journal is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Which live run; only then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<RunRef>,
    /// The least position that was read: a journal index, or a line (from 1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_position: Option<u64>,
    /// The greatest position that was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_position: Option<u64>,
    /// The journal's checkpoint, as a C2SP signed note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkpoint: Option<String>,
}

/// A live run, as its report names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunRef {
    /// UUIDv7 (RFC 9562).
    pub id: Uuid,
    /// Why it ended. None if the report was made before that, or before the journal had recorded
    /// all that was compared: such a report is not evidence, because nobody can recompute it.
    pub ended: Option<EndReason>,
}

/// The kinds of [`Source`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// Decisions as they were made.
    Live,
    /// Decisions that a journal recorded.
    Journal,
    /// A file of action documents, both policies judging now.
    Actions,
}

impl SourceKind {
    /// The name in documents, such as `live`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Journal => "journal",
            Self::Actions => "actions",
        }
    }
}

/// A policy, by everything that names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyRef {
    /// The pack's id.
    pub id: Arc<str>,
    /// The pack's `metadata.version`.
    pub version: Arc<str>,
    /// Over the pack's own `policy.yaml`.
    pub policy_digest: Digest,
    /// Over everything that decides.
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

/// What the traffic never tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NeverExercised {
    /// Required cases whose decision class didn't occur.
    pub required_classes: Vec<String>,
    /// Rules of the candidate that never fired.
    pub candidate_rules: u64,
    /// Of these, the ones that the active policy doesn't have: changes that nobody has seen.
    pub new_candidate_rules: Vec<Rule>,
}

/// One required decision class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassReport {
    /// The required case.
    pub case_id: String,
    /// How the ids of the rules begin that speak.
    pub rules: String,
    /// What they ask for.
    pub decision: Verdict,
    /// How bad it is at least.
    pub severity: Severity,
    /// Comparisons of the class.
    pub samples: u64,
}

/// Divergences that are alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupReport {
    /// SHA-256 over the two effective digests and the key: what an explanation is bound to.
    pub id: Digest,
    /// What they have in common.
    pub key: GroupKey,
    /// How many.
    pub count: u64,
    /// Somebody has answered for it.
    pub explained: bool,
    /// The least position.
    pub first_position: Position,
    /// The greatest position.
    pub last_position: Position,
    /// When the first was decided, where that is known.
    pub first_at: Option<Timestamp>,
    /// When the last was decided, where that is known.
    pub last_at: Option<Timestamp>,
    /// Those with the least positions.
    pub examples: Vec<Example>,
}

/// One pair of verdicts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MatrixCell {
    /// What was decided.
    pub active: Verdict,
    /// What the candidate decides; none if it was not evaluated.
    pub candidate: Option<Verdict>,
    /// How often.
    pub count: u64,
}

/// What the rules of both policies did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ledgers {
    /// The ledger of the active policy.
    pub active: LedgerReport,
    /// The ledger of the candidate.
    pub candidate: LedgerReport,
}

/// What the rules of one policy did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LedgerReport {
    /// Every rule that exists or fired, in order.
    pub rules: Vec<RuleReport>,
    /// Rules that exist and never fired.
    pub never_fired: u64,
    /// Rules that fired and never decided.
    pub always_masked: u64,
    /// Firings of rules beyond the limit, which are not in `rules`.
    pub overflow: u64,
}

/// What one rule did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleReport {
    /// The rule.
    pub rule: Rule,
    /// Actions that it matched.
    pub fired: u64,
    /// Of these, those that it decided.
    pub decisive: u64,
    /// Of these, those that another rule decided.
    pub masked: u64,
    /// Which others, some of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub masked_by: Vec<Masking>,
    /// The other policy doesn't have it.
    pub only_here: bool,
    /// The first action about which it spoke.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<FirstFired>,
}

/// A rule that decided where another spoke too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Masking {
    /// The one that decided.
    pub rule: Rule,
    /// How often.
    pub count: u64,
}

/// The first action that a rule matched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FirstFired {
    /// Its index in its source.
    pub position: Position,
    /// The action, without its values.
    pub text: String,
}

/// The basis of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Anyone who has the records and the packs can recompute it.
    Recomputed,
    /// Only the process that was running knows it.
    Attested,
}

/// The basis of one field of the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// The field, with dots between the names.
    pub field: String,
    /// Its basis.
    pub basis: Basis,
}

impl Report {
    /// The RFC 8785 bytes: what is digested and signed.
    ///
    /// # Errors
    /// Never in practice: a report holds no number that JSON can't.
    pub fn to_canonical_bytes(&self) -> Result<Vec<u8>, CanonicalError> {
        to_canonical_bytes(self)
    }

    /// Groups of one class, the largest first.
    pub fn groups_of(&self, change: Change) -> impl Iterator<Item = &GroupReport> {
        self.groups
            .iter()
            .filter(move |group| group.key.change == change)
    }
}
