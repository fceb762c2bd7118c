//! Requests for approvals on the wire.

use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use crate::action::ActionType;
use crate::approval::answer::Binding;
use crate::authority::approvals::Shown;
use crate::authority::approvals::answering;
use crate::authority::approvals::request::{Given, RequestState};
use crate::decision::{ApprovalRequirement, Severity};
use crate::grpc::convert::field::FieldError;
use crate::grpc::convert::names::known;
use crate::grpc::convert::time::{time, timestamp};
use crate::grpc::wire;

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ShownState {
    /// It waits for answers.
    Pending,
    /// The action may be done once.
    Approved,
    /// The action must not be done.
    Denied,
    /// The action was done, or nobody knows whether it was.
    Used,
    /// The asker or a person took the request back.
    Cancelled,
    /// Its time is over.
    Ended,
}

impl ShownState {
    /// Whether nothing can become of the request any more.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Used | Self::Cancelled | Self::Ended)
    }

    /// The name in documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Denied => "denied",
            Self::Used => "used",
            Self::Cancelled => "cancelled",
            Self::Ended => "ended",
        }
    }
}

/// A request as a client sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownApproval {
    /// What became of it.
    pub state: ShownState,
    /// Until when that holds; of one that is over, since when.
    pub state_time: Timestamp,
    /// Who asked, such as `uid:1000`.
    pub asker: String,
    /// The names by which the asker may be known.
    pub asker_names: Vec<String>,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// Until when it may be answered.
    pub expires_at: Timestamp,
    /// The kind of action.
    pub action_type: ActionType,
    /// The action's target without secrets, cut.
    pub summary: String,
    /// The rule that decided.
    pub rule_id: String,
    /// How much harm the action could do.
    pub severity: Severity,
    /// What is needed, all of it.
    pub requirements: Vec<ApprovalRequirement>,
    /// The answers that were given.
    pub answers: Vec<ShownAnswer>,
    /// What an answer must be bound to.
    pub binding: Binding,
}

/// An answer as a client sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownAnswer {
    /// The person.
    pub person: String,
    /// Whether it denies.
    pub denies: bool,
    /// When it was given.
    pub decided_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// An answer that a service took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answered {
    /// The request after it.
    pub approval: ShownApproval,
    /// The person who answered.
    pub person: String,
    /// False if the person had given the same answer before.
    pub is_new: bool,
    /// The groups that still must approve, in words. Empty if none must.
    pub missing: String,
}

impl From<RequestState> for ShownState {
    fn from(state: RequestState) -> Self {
        match state {
            RequestState::Pending => Self::Pending,
            RequestState::Approved(_) => Self::Approved,
            RequestState::Denied(_) => Self::Denied,
            RequestState::Used(_) => Self::Used,
            RequestState::Cancelled(_) => Self::Cancelled,
            RequestState::Ended(_) => Self::Ended,
        }
    }
}

impl From<ShownState> for wire::ApprovalState {
    fn from(state: ShownState) -> Self {
        match state {
            ShownState::Pending => Self::Pending,
            ShownState::Approved => Self::Approved,
            ShownState::Denied => Self::Denied,
            ShownState::Used => Self::Used,
            ShownState::Cancelled => Self::Cancelled,
            ShownState::Ended => Self::Ended,
        }
    }
}

impl TryFrom<wire::ApprovalState> for ShownState {
    type Error = FieldError;

    fn try_from(state: wire::ApprovalState) -> Result<Self, FieldError> {
        Ok(match state {
            wire::ApprovalState::Unspecified => {
                return Err(FieldError::new("state", "is not specified"));
            }
            wire::ApprovalState::Pending => Self::Pending,
            wire::ApprovalState::Approved => Self::Approved,
            wire::ApprovalState::Denied => Self::Denied,
            wire::ApprovalState::Used => Self::Used,
            wire::ApprovalState::Cancelled => Self::Cancelled,
            wire::ApprovalState::Ended => Self::Ended,
        })
    }
}

impl From<Shown> for wire::Approval {
    fn from(shown: Shown) -> Self {
        let Shown {
            request,
            state,
            given,
        } = shown;
        let state_time = match state {
            RequestState::Pending => request.expires_at,
            RequestState::Approved(at)
            | RequestState::Denied(at)
            | RequestState::Used(at)
            | RequestState::Cancelled(at)
            | RequestState::Ended(at) => at,
        };
        let requirements = request.requirements.iter().cloned();
        Self {
            approval_id: request.id().to_string(),
            state: wire::ApprovalState::from(ShownState::from(state)).into(),
            state_time: Some(timestamp(state_time)),
            asker: request.asker.to_string(),
            asker_names: request.names.clone(),
            asked_at: Some(timestamp(request.asked_at)),
            expires_at: Some(timestamp(request.expires_at)),
            action_type: wire::ActionType::from(request.action_type).into(),
            summary: request.summary.clone(),
            rule_id: request.rule_id.to_string(),
            severity: wire::Severity::from(request.severity).into(),
            requirements: requirements.map(Into::into).collect(),
            answers: given.into_iter().map(Into::into).collect(),
            binding: Some(wire::ApprovalBinding {
                journal_origin: request.binding.journal_origin.clone(),
                action: request.binding.action.to_string(),
                effective_digest: request.binding.effective_digest.to_string(),
                facts_version: request.binding.facts_version.clone(),
            }),
        }
    }
}

impl From<Given> for wire::ApprovalAnswer {
    fn from(given: Given) -> Self {
        let Given {
            envelope: _,
            denies,
            person,
            decided_at,
            expires_at,
        } = given;
        Self {
            person,
            denies,
            decided_at: Some(timestamp(decided_at)),
            expires_at: Some(timestamp(expires_at)),
        }
    }
}

impl From<answering::Answered> for wire::ApproveResponse {
    fn from(answered: answering::Answered) -> Self {
        let answering::Answered {
            shown,
            person,
            is_new,
            missing,
        } = answered;
        Self {
            approval: Some(shown.into()),
            person,
            is_new,
            missing,
        }
    }
}

impl TryFrom<wire::Approval> for ShownApproval {
    type Error = FieldError;

    fn try_from(approval: wire::Approval) -> Result<Self, FieldError> {
        let wire::Approval {
            approval_id,
            state,
            state_time,
            asker,
            asker_names,
            asked_at,
            expires_at,
            action_type,
            summary,
            rule_id,
            severity,
            requirements,
            answers,
            binding,
        } = approval;
        let wire::ApprovalBinding {
            journal_origin,
            action,
            effective_digest,
            facts_version,
        } = binding.ok_or(FieldError::missing("approval.binding"))?;
        let answers = answers.into_iter().map(TryInto::try_into);
        Ok(Self {
            state: known::<wire::ApprovalState, _>("approval.state", state)?,
            state_time: given_time("approval.state_time", state_time)?,
            asker,
            asker_names,
            asked_at: given_time("approval.asked_at", asked_at)?,
            expires_at: given_time("approval.expires_at", expires_at)?,
            action_type: known::<wire::ActionType, _>("approval.action_type", action_type)?,
            summary,
            rule_id,
            severity: known::<wire::Severity, _>("approval.severity", severity)?,
            requirements: requirements.into_iter().map(Into::into).collect(),
            answers: answers.collect::<Result<_, _>>()?,
            binding: Binding {
                approval_id: id("approval.approval_id", &approval_id)?,
                journal_origin,
                action: parsed("approval.binding.action", &action)?,
                effective_digest: parsed("approval.binding.effective_digest", &effective_digest)?,
                facts_version,
            },
        })
    }
}

impl TryFrom<wire::ApprovalAnswer> for ShownAnswer {
    type Error = FieldError;

    fn try_from(answer: wire::ApprovalAnswer) -> Result<Self, FieldError> {
        let wire::ApprovalAnswer {
            person,
            denies,
            decided_at,
            expires_at,
        } = answer;
        Ok(Self {
            person,
            denies,
            decided_at: given_time("approval.answers.decided_at", decided_at)?,
            expires_at: given_time("approval.answers.expires_at", expires_at)?,
        })
    }
}

fn given_time(
    field: &'static str,
    found: Option<prost_types::Timestamp>,
) -> Result<Timestamp, FieldError> {
    time(field, found)?.ok_or(FieldError::missing(field))
}

/// The id of a request.
pub(super) fn id(field: &'static str, text: &str) -> Result<Uuid, FieldError> {
    parsed(field, text)
}

fn parsed<T: std::str::FromStr>(field: &'static str, text: &str) -> Result<T, FieldError> {
    text.parse()
        .map_err(|_| FieldError::new(field, format!("is `{text}`, which is malformed")))
}
