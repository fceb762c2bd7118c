//! Why a command could not do what it was asked to do, and what a person can do about it.
//!
//! The errors of one part are in that part: packs in `packs/error.rs`, and those of `cavra shadow`,
//! `journal`, `serve`, `trust` and `lifecycle` in their folders below `commands/`, and those of
//! people's keys in `person_key/error.rs`; those of plans in `terraform/error.rs`.

use std::io;
use std::path::PathBuf;

use cavra_hook_config::ConfigError;

use super::commands::agents::error::AgentsError;
use super::commands::approvals::error::ApprovalsError;
use super::commands::evidence::error::EvidenceError;
use super::commands::hook::error::HookError;
use super::commands::journal::error::JournalError;
use super::commands::lifecycle::error::ChangeError;
use super::commands::serve::error::ServiceError;
use super::commands::shadow::error::ShadowError;
use super::commands::trust::error::TrustFileError;
use super::git::GitError;
use super::packs::error::PackError;
use super::person_key::error::PersonKeyError;
use super::terraform::error::TerraformError;
use crate::action::ActionError;
use crate::authority::admission::AdmissionError;
use crate::authority::gate::GateError;
use crate::authority::in_force::NotInForce;
use crate::authority::signing::SignError;
use crate::canonical::CanonicalError;
use crate::change::error::RequestError;
use crate::grpc::client::ClientError;
use crate::grpc::server::ServeError;
use crate::journal::prove::ProveError;
use crate::journal::query::QueryError;
use crate::journal::store::StoreError;
use crate::journal::writer::Unavailable;
use crate::keys::KeyError;
use crate::keys::file::KeyFileError;
use crate::library::LibraryError;
use crate::policy::effective::PolicyError;
use crate::shadow::compare::explanation::ExplanationError;
use crate::shadow::compare::sampling::SamplingError;
use crate::shadow::replay::ReplayError;
use crate::shadow::report::ConditionError;
use crate::shadow::runs::StartError;
use crate::traffic::TrafficError;
use crate::trust::error::TrustError;

/// Whether there was an answer.
fn asked(error: &ClientError) -> &'static str {
    match error {
        ClientError::Refused { .. } => "the service refused",
        _ => "the service can't be asked",
    }
}

/// Why a command could not do what it was asked to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    #[error(transparent)]
    Pack(#[from] PackError),
    #[error(transparent)]
    Shadow(#[from] ShadowError),
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error(transparent)]
    Service(#[from] ServiceError),
    #[error(transparent)]
    Trust(#[from] TrustFileError),
    #[error(transparent)]
    Change(#[from] ChangeError),
    #[error(transparent)]
    Agents(#[from] AgentsError),
    #[error(transparent)]
    Approvals(#[from] ApprovalsError),
    #[error("no service is named")]
    NoService,
    #[error(transparent)]
    HookConfig(#[from] ConfigError),
    #[error(transparent)]
    Terraform(#[from] TerraformError),
    #[error(transparent)]
    Git(#[from] GitError),
    #[error(transparent)]
    Hook(#[from] HookError),
    #[error(transparent)]
    Evidence(#[from] EvidenceError),
    #[error("both a service and a pack are named; give one of them")]
    TwoJudges,
    #[error(transparent)]
    Gate(#[from] GateError),
    #[error("{}", asked(.0))]
    Client(#[from] ClientError),
    #[error("the service has another version of the facts than this version of `cavra`")]
    OtherFacts,
    #[error(transparent)]
    KeyFile(#[from] KeyFileError),
    #[error("the key of `{option}` can't be used")]
    PublicKey {
        option: &'static str,
        #[source]
        cause: KeyFileError,
    },
    #[error("`{}` is no key and can't be read as a file", path.display())]
    NoKey {
        path: PathBuf,
        #[source]
        cause: io::Error,
    },
    #[error("the key of `{option}` can't be used")]
    PrivateKey {
        option: &'static str,
        #[source]
        cause: KeyFileError,
    },
    #[error(transparent)]
    PersonKey(#[from] PersonKeyError),
    #[error("the key can't be used")]
    Key(#[from] KeyError),
    #[error("traffic can't be made with these options")]
    Traffic(#[from] TrafficError),
    /// An action that was given by flags.
    #[error("the action can't be judged")]
    Action(#[from] ActionError),
    #[error("there is no action to judge")]
    NoAction,
    #[error("the input holds more than one action; `cavra decide` takes many")]
    ManyActions,
    #[error("`{}` can't be read", path.display())]
    Input {
        path: PathBuf,
        #[source]
        cause: io::Error,
    },
    #[error("`{}` has more than {limit} bytes", path.display())]
    TooLarge { path: PathBuf, limit: usize },
    #[error("`{}` is not a folder", .0.display())]
    NotAFolder(PathBuf),
    #[error("there is no folder `{}`", .0.display())]
    NoFolder(PathBuf),
    #[error("`{}` is not JSON", path.display())]
    NotJson {
        path: PathBuf,
        #[source]
        cause: serde_json::Error,
    },
    #[error("`--socket-owner` is about who serves a Unix socket, and `{0}` is none")]
    OwnerOfNoSocket(String),
    #[error("`{}` can't be written", path.display())]
    Write {
        path: PathBuf,
        #[source]
        cause: io::Error,
    },
    #[error("this command prints a table or JSON only")]
    NotAReport,
    #[error("`cavra evaluate` is started by `cavra serve` and needs a socket as standard input")]
    NotAWorker,
    #[error("the output can't be written")]
    Output(#[from] io::Error),
    #[error("the output can't be written")]
    Json(#[from] serde_json::Error),
    #[error("a document can't be made")]
    Document(#[from] CanonicalError),
    #[error("a thread can't be started")]
    Thread(#[source] io::Error),
    #[error("the path of this program can't be found")]
    ThisProgram(#[source] io::Error),
}

/// What a person can do about a private key that can't be used.
fn hint_of_private_key(cause: &KeyFileError) -> Option<&'static str> {
    match cause {
        KeyFileError::Unreadable { .. } | KeyFileError::Key { .. } => Some(
            "name the file that holds it; `cavra keys generate --name NAME --out FILE` makes a new one",
        ),
        _ => None,
    }
}

/// Makes `?` turn a cause into the error of its group, and that into a [`CliError`].
macro_rules! grouped {
    ($($cause:ty => $group:ty,)*) => {
        $(impl From<$cause> for CliError {
            fn from(cause: $cause) -> Self {
                <$group>::from(cause).into()
            }
        })*
    };
}

grouped! {
    LibraryError => PackError,
    PolicyError => PackError,
    AdmissionError => PackError,
    NotInForce => PackError,
    StartError => ShadowError,
    SamplingError => ShadowError,
    ReplayError => ShadowError,
    ConditionError => ShadowError,
    ExplanationError => ShadowError,
    StoreError => JournalError,
    QueryError => JournalError,
    ProveError => JournalError,
    parquet::errors::ParquetError => JournalError,
    csv::Error => JournalError,
    ServeError => ServiceError,
    SignError => ServiceError,
    Unavailable => ServiceError,
    TrustError => TrustFileError,
    RequestError => ChangeError,
}

impl CliError {
    /// What a person can do about it.
    pub(crate) fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Pack(error) => error.hint(),
            Self::Shadow(error) => error.hint(),
            Self::Journal(error) => error.hint(),
            Self::Service(error) => error.hint(),
            Self::Trust(error) => error.hint(),
            Self::Agents(error) => error.hint(),
            Self::PersonKey(error) => error.hint(),
            Self::NoService => Some(
                "give `--endpoint`, or name the service in /etc/cavra/hook.json or \
                 ~/.config/cavra/hook.json: {\"endpoint\": \"unix:/run/cavra/agents.sock\"}",
            ),
            Self::Client(ClientError::Connect { .. }) => {
                Some("`cavra serve` starts a service; it prints where it listens")
            }
            Self::Client(ClientError::TimedOut(_)) => {
                Some("a greater `--timeout`, such as `10s`, waits longer; nothing was allowed")
            }
            Self::Client(ClientError::Endpoint { endpoint }) if endpoint.starts_with("https:") => {
                Some("there is no TLS: give `http://HOST:PORT` of this machine, or `unix:PATH`")
            }
            Self::NoFolder(_) => Some("make the folder, or name a file in another one"),
            Self::OwnerOfNoSocket(_) => {
                Some("leave out `--socket-owner`, or give a `unix:` endpoint")
            }
            Self::OtherFacts => Some("explain with the version that serves"),
            Self::PublicKey { .. } | Self::NoKey { .. } => {
                Some("give the public key itself, or the file that holds it")
            }
            Self::PrivateKey { cause, .. } => hint_of_private_key(cause),
            Self::NoAction => Some(
                "give a FILE, pipe documents into standard input, or use a flag such as \
                 `--command 'terraform plan'`",
            ),
            Self::NotAReport => Some("use `--output table` or `--output json`"),
            _ => None,
        }
    }

    /// Whether the reader of standard output went away.
    pub(crate) fn is_broken_pipe(&self) -> bool {
        let kind = match self {
            Self::Output(error) => Some(error.kind()),
            Self::Json(error) => error.io_error_kind(),
            _ => None,
        };
        kind == Some(io::ErrorKind::BrokenPipe)
    }
}
