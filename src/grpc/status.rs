//! The one table from errors to statuses.

use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};

use super::codec::Undecodable;
use super::convert::FieldError;
use super::limits::MAX_MESSAGE_TIME;
use super::wire;
use crate::authority::admission::AdmissionError;
use crate::authority::approvals::answering::ApprovalError;
use crate::authority::gate::GateError;
use crate::authority::in_force::NotInForce;
use crate::authority::shadowing::RunError;
use crate::causes::in_line;
use crate::journal::prove::ProveError;
use crate::journal::query::{QueryError, RecordRef};
use crate::journal::store::StoreError;
use crate::journal::writer::Unavailable;
use crate::policy::effective::PolicyError;
use crate::shadow::runs::StartError;

/// Why a call, or one item of a stream, is not answered.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The message itself can't be read.
    #[error(transparent)]
    Undecodable(#[from] Undecodable),
    /// A field of the request is wrong.
    #[error(transparent)]
    Field(#[from] FieldError),
    /// A pack of the library can't be used.
    #[error(transparent)]
    Library(PolicyError),
    /// A pack of the library doesn't compile.
    #[error(transparent)]
    Admission(AdmissionError),
    /// A pack of the library must not be put in force.
    #[error("the policy is not put in force")]
    NotInForce(#[source] NotInForce),
    /// The pack that came with the request can't be used.
    #[error("`bundle` can't be used: {0}")]
    Bundle(String),
    /// There is no such shadow run.
    #[error("there is no shadow run `{0}`")]
    NoRun(uuid::Uuid),
    /// A shadow run can't be started.
    #[error(transparent)]
    Shadow(#[from] StartError),
    /// There is no candidate to look at.
    #[error("no candidate is staged")]
    NoCandidate,
    /// The store can't be used, or a change of what is enforced is refused.
    #[error(transparent)]
    Gate(#[from] GateError),
    /// An approval can't be given, shown or taken back.
    #[error(transparent)]
    Approval(#[from] ApprovalError),
    /// A peer answers too often.
    #[error("too many answers were given, try again later")]
    TooManyAnswers,
    /// The journal can't record it.
    #[error(transparent)]
    Unrecorded(#[from] Unavailable),
    /// The service keeps no journal.
    #[error("the service keeps no journal: it was started with `--journal off`")]
    NoJournal,
    /// There is no key to sign answers with.
    #[error("the service can't sign its answers: it keeps no journal, whose key would certify it")]
    NoAnswerKey,
    /// The journal can't be read.
    #[error(transparent)]
    Journal(StoreError),
    /// What was recorded can't be read.
    #[error(transparent)]
    Unreadable(QueryError),
    /// There is no such record.
    #[error("there is no record `{0}` in the journal")]
    NoRecord(RecordRef),
    /// What was asked for can't be proved.
    #[error(transparent)]
    Unproved(ProveError),
    /// Too many calls read the journal.
    #[error("too many calls read the journal, try again later")]
    BusyReads,
    /// Too many calls wait for an approval, or watch.
    #[error("too many calls wait or watch, try again later")]
    BusyWaits,
    /// The call's share was given to another connection on loopback.
    #[error(
        "the call had its place longest among those on loopback, and another connection took it; call again"
    )]
    GaveWay,
    /// A peer asks too often what would be decided.
    #[error("too many explanations, lint reports and dry runs were asked for, try again later")]
    TooManyInquiries,
    /// Served on the admin socket only.
    #[error("`{method}` is served on the admin socket only{}", at(.socket.as_deref()))]
    AdminOnly {
        /// The method's name.
        method: &'static str,
        /// Where the admin socket is, if there is one.
        socket: Option<String>,
    },
    /// Not served on the agents' socket.
    #[error(
        "`{method}` is not served on the agents' socket, which decides and lets agents wait; the service's \
         own socket or address (`serve --socket`, `--listen`) serves it"
    )]
    NotForAgents {
        /// The method's name.
        method: &'static str,
    },
    /// Too much slow work is under way.
    #[error("too many slow evaluations are under way, try again later")]
    Busy,
    /// Calls hold too much memory.
    #[error("the calls in flight hold too much memory, try again later")]
    Crowded,
    /// A message declares more bytes than the method reads.
    #[error("the message has {length} bytes; more than {limit} are not read")]
    TooLarge {
        /// The length that the message declares, in bytes.
        length: usize,
        /// The greatest length that the method reads, in bytes.
        limit: usize,
    },
    /// A message didn't become whole in time.
    #[error("the message was not whole {} s after it began", MAX_MESSAGE_TIME.as_secs())]
    TooSlow,
    /// The service is draining.
    #[error("the service is shutting down")]
    ShuttingDown,
    /// An error of this program. The cause is in the log.
    #[error("internal error")]
    Internal,
}

fn at(socket: Option<&str>) -> String {
    match socket {
        Some(socket) => format!(": `unix:{socket}`"),
        None => ", and this service has none".to_owned(),
    }
}

impl Refusal {
    /// Logs what the caller doesn't get to see.
    pub fn internal(cause: &dyn std::error::Error) -> Self {
        tracing::error!(cause = in_line(cause), "internal error");
        Self::Internal
    }

    /// The gRPC code.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::Undecodable(_) | Self::Field(_) | Self::Bundle(_) => Code::InvalidArgument,
            Self::Library(PolicyError::NotFound { chain, .. }) if chain.len() < 2 => Code::NotFound,
            Self::NoCandidate | Self::NoRun(_) => Code::NotFound,
            Self::Shadow(error) => of_start(error),
            Self::Admission(AdmissionError::Unavailable { .. }) => Code::Unavailable,
            Self::Unrecorded(_) => Code::Unavailable,
            Self::Gate(error) => of_gate(error),
            Self::Approval(error) => of_approval(error),
            Self::Library(_) | Self::Admission(_) => Code::FailedPrecondition,
            Self::NotInForce(_) | Self::NoJournal | Self::NoAnswerKey => Code::FailedPrecondition,
            Self::NoRecord(_) | Self::Unproved(ProveError::NoSuchRecord(_)) => Code::NotFound,
            Self::Unproved(error) if error.is_contradiction() => Code::DataLoss,
            Self::Unproved(_) => Code::FailedPrecondition,
            Self::Journal(StoreError::Damaged(_)) | Self::Unreadable(_) => Code::DataLoss,
            Self::Journal(_) => Code::Unavailable,
            Self::BusyReads | Self::BusyWaits | Self::GaveWay => Code::ResourceExhausted,
            Self::TooManyInquiries | Self::TooManyAnswers => Code::ResourceExhausted,
            Self::AdminOnly { .. } | Self::NotForAgents { .. } => Code::PermissionDenied,
            Self::Busy | Self::Crowded => Code::ResourceExhausted,
            Self::TooLarge { .. } => Code::OutOfRange,
            Self::TooSlow => Code::DeadlineExceeded,
            Self::ShuttingDown => Code::Unavailable,
            Self::Internal => Code::Internal,
        }
    }

    /// The path of the field at fault, if one is.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Field(error) => Some(&error.field),
            Self::Bundle(_) => Some("bundle"),
            Self::Shadow(StartError::Setting { setting, .. }) => Some(setting),
            _ => None,
        }
    }
}

impl From<RunError> for Refusal {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Start(error) => Self::Shadow(error),
            RunError::Gate(error) => Self::Gate(error),
        }
    }
}

fn of_gate(error: &GateError) -> Code {
    match error {
        GateError::Unrecorded(_) | GateError::Interrupted(_) => Code::Unavailable,
        GateError::Admission(AdmissionError::Unavailable { .. }) => Code::Unavailable,
        GateError::Query(_)
        | GateError::Store(_)
        | GateError::History(_)
        | GateError::Unreadable { .. } => Code::DataLoss,
        GateError::TooManyCandidates
        | GateError::CandidatesTooLarge { .. }
        | GateError::WithdrawnTooLarge { .. }
        | GateError::BundleTooLarge { .. }
        | GateError::TooManyRuns { .. }
        | GateError::TooManyRequests => Code::ResourceExhausted,
        GateError::NoSuchBundle(_) | GateError::NoChange(_) => Code::NotFound,
        GateError::Canonical(_) | GateError::Bundle(_) => Code::InvalidArgument,
        _ => Code::FailedPrecondition,
    }
}

fn of_approval(error: &ApprovalError) -> Code {
    match error {
        ApprovalError::Unknown(_) => Code::NotFound,
        ApprovalError::TooLarge { .. } | ApprovalError::OtherAnswer(_) => Code::InvalidArgument,
        ApprovalError::TooMany => Code::ResourceExhausted,
        ApprovalError::NotTheAsker => Code::PermissionDenied,
        ApprovalError::Unrecorded(_) => Code::Unavailable,
        ApprovalError::NoApprovals
        | ApprovalError::NoTrust
        | ApprovalError::Over { .. }
        | ApprovalError::Refused(_) => Code::FailedPrecondition,
    }
}

fn of_start(error: &StartError) -> Code {
    match error {
        StartError::TooMany => Code::ResourceExhausted,
        StartError::Setting { .. } => Code::InvalidArgument,
        StartError::Unrecorded(_) | StartError::System(_) => Code::Unavailable,
        StartError::Sampling(_) => Code::Internal,
    }
}

impl From<Refusal> for Status {
    fn from(refusal: Refusal) -> Self {
        let message = in_line(&refusal);
        match refusal.field() {
            None => Self::new(refusal.code(), message),
            Some(field) => {
                let details = ErrorDetails::with_bad_request_violation(field, &message);
                Self::with_error_details(refusal.code(), message, details)
            }
        }
    }
}

impl From<Refusal> for wire::ItemError {
    fn from(refusal: Refusal) -> Self {
        Self {
            code: refusal.code().into(),
            message: in_line(&refusal),
            field: refusal.field().unwrap_or_default().to_owned(),
        }
    }
}
