//! One action under two policies.

use std::panic::{AssertUnwindSafe, catch_unwind};

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::action::Action;
use crate::action::facts::Facts;
use crate::decision::{Change, Finding, Judgement, Outcome};
use crate::policy::base_rule::BaseRule;
use crate::shadow::limits::MAX_FAILURE_BYTES;

/// Where an action is in its source.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(deny_unknown_fields)]
pub struct Position {
    /// The index of its record in the journal, from 0, or its line in a file, from 1.
    pub number: u64,
    /// The id of its decision. Absent if there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision_id: Option<Uuid>,
}

/// How a candidate failed to judge.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// A rule ended in an error.
    Error,
    /// A rule reached a limit on its evaluation.
    TimedOut,
    /// A rule returned something that is not a finding.
    Malformed,
    /// The evaluation panicked.
    Panicked,
}

impl FailureKind {
    /// Every kind, in the order of the documentation.
    pub const ALL: [Self; 4] = [Self::Error, Self::TimedOut, Self::Malformed, Self::Panicked];

    /// The name in documents, such as `timed_out`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::TimedOut => "timed_out",
            Self::Malformed => "malformed",
            Self::Panicked => "panicked",
        }
    }

    fn of(finding: &Finding) -> Option<Self> {
        match BaseRule::from_id(&finding.rule_id)? {
            BaseRule::RuntimeEvaluationRequireApprovalFailed => Some(Self::Error),
            BaseRule::RuntimeEvaluationRequireApprovalTimedOut => Some(Self::TimedOut),
            BaseRule::RuntimeEvaluationRequireApprovalMalformed => Some(Self::Malformed),
            _ => None,
        }
    }
}

/// A candidate's answer about an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CandidateAnswer {
    /// The candidate judged. Its findings may include that some of its rules failed.
    Judged(Judgement),
    /// The candidate panicked.
    Panicked {
        /// The message of the panic.
        message: String,
    },
}

impl CandidateAnswer {
    /// Runs an evaluation. A panic becomes an answer instead of reaching the caller.
    pub fn of(judge: impl FnOnce() -> Judgement) -> Self {
        match catch_unwind(AssertUnwindSafe(judge)) {
            Ok(judgement) => Self::Judged(judgement),
            Err(panic) => {
                let text = panic
                    .downcast_ref::<&str>()
                    .copied()
                    .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
                    .unwrap_or("it panicked");
                Self::Panicked {
                    message: cut(text, MAX_FAILURE_BYTES).to_owned(),
                }
            }
        }
    }

    /// The judgement, unless the evaluation panicked.
    #[must_use]
    pub fn judgement(&self) -> Option<&Judgement> {
        match self {
            Self::Judged(judgement) => Some(judgement),
            Self::Panicked { .. } => None,
        }
    }

    /// The worst that went wrong while the candidate judged, whether or not it decided: a
    /// rule that failed behind a stricter finding failed nonetheless.
    #[must_use]
    pub fn failure(&self) -> Option<Failure<'_>> {
        match self {
            Self::Panicked { message } => Some(Failure {
                kind: FailureKind::Panicked,
                reason: message,
            }),
            Self::Judged(judgement) => Failure::in_judgement(judgement),
        }
    }
}

/// Why a candidate failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failure<'a> {
    /// The kind of failure.
    pub kind: FailureKind,
    /// For a person, at most [`MAX_FAILURE_BYTES`].
    pub reason: &'a str,
}

impl<'a> Failure<'a> {
    /// The worst that went wrong while a policy judged.
    #[must_use]
    pub fn in_judgement(judgement: &'a Judgement) -> Option<Self> {
        judgement.findings.iter().find_map(|finding| {
            FailureKind::of(finding).map(|kind| Self {
                kind,
                reason: cut(&finding.reason, MAX_FAILURE_BYTES),
            })
        })
    }
}

/// One action, judged by the active policy and by a candidate.
#[derive(Debug, Clone, Copy)]
pub struct Observation<'a> {
    /// Where the action is in its source.
    pub position: Position,
    /// The time of the decision. None if the source has no times.
    pub at: Option<Timestamp>,
    /// The agent that asked.
    pub agent_id: Option<&'a str>,
    /// The action. Its caller is ignored: `agent_id` is used instead.
    pub action: &'a Action,
    /// The facts that both policies judged.
    pub facts: &'a Facts,
    /// What was, or would have been, enforced.
    pub active: &'a Judgement,
    /// The candidate's answer.
    pub candidate: &'a CandidateAnswer,
}

impl Observation<'_> {
    /// What the candidate would change.
    #[must_use]
    pub fn change(&self) -> Change {
        match self.candidate {
            CandidateAnswer::Judged(judgement) => Change::between(self.active, judgement),
            CandidateAnswer::Panicked { .. } => Change::CandidateError,
        }
    }

    /// The candidate's judgement, if it is one: an evaluation that failed has none.
    pub(in crate::shadow) fn judged(&self) -> Option<&Judgement> {
        self.candidate
            .judgement()
            .filter(|judgement| judgement.outcome != Outcome::NotEvaluated)
    }
}

/// The longest beginning of `text` that has at most `limit` bytes.
pub(in crate::shadow) fn cut(text: &str, limit: usize) -> &str {
    text.get(..text.floor_char_boundary(limit)).unwrap_or(text)
}
