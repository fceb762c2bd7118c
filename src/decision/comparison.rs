//! Two judgements of the same facts, compared.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::judgement::{Judgement, Outcome};

/// What a candidate would change about one decision.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// The candidate's verdict is less strict. This is the dangerous direction.
    Loosened,
    /// The candidate could not be evaluated.
    CandidateError,
    /// The candidate's verdict is stricter.
    Tightened,
    /// The verdict is the same, but the rule, the severity or the approver groups differ.
    ReasonChanged,
    /// Verdict, rule, severity and approver groups are the same.
    Same,
}

impl Change {
    /// Every change, the dangerous ones first.
    pub const ALL: [Self; 5] = [
        Self::Loosened,
        Self::CandidateError,
        Self::Tightened,
        Self::ReasonChanged,
        Self::Same,
    ];

    /// The name in documents, such as `reason_changed`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Loosened => "loosened",
            Self::CandidateError => "candidate_error",
            Self::Tightened => "tightened",
            Self::ReasonChanged => "reason_changed",
            Self::Same => "same",
        }
    }

    /// Compares two judgements of the same facts.
    #[must_use]
    pub fn between(active: &Judgement, candidate: &Judgement) -> Self {
        if candidate.outcome == Outcome::NotEvaluated {
            return Self::CandidateError;
        }
        match candidate.decision.cmp(&active.decision) {
            std::cmp::Ordering::Less => Self::Loosened,
            std::cmp::Ordering::Greater => Self::Tightened,
            std::cmp::Ordering::Equal if why(active) == why(candidate) => Self::Same,
            std::cmp::Ordering::Equal => Self::ReasonChanged,
        }
    }
}

/// Rule, severity and approver groups of the deciding finding.
fn why(judgement: &Judgement) -> Option<(&str, &str, Vec<&str>)> {
    judgement.deciding().map(|finding| {
        let groups = finding.approver_groups.iter().map(AsRef::as_ref);
        (
            finding.rule_id.as_ref(),
            finding.severity.as_str(),
            groups.collect(),
        )
    })
}
