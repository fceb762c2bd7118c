use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use super::packs::PackFlag;
use crate::action::ActionError;
use crate::authority::admission::AdmissionError;
use crate::authority::in_force::NotInForce;
use crate::authority::signing::SignError;
use crate::canonical::{CanonicalError, Digest};
use crate::change::error::{RequestError, RequestRefusal};
use crate::decision::PolicyIdentity;
use crate::grpc::client::ClientError;
use crate::grpc::server::ServeError;
use crate::journal::log::{CheckpointError, ProofFormatError};
use crate::journal::prove::ProveError;
use crate::journal::query::{QueryError, RecordRef};
use crate::journal::store::StoreError;
use crate::journal::writer::Unavailable;
use crate::keys::KeyError;
use crate::keys::dsse::DsseError;
use crate::keys::file::KeyFileError;
use crate::library::LibraryError;
use crate::policy::effective::PolicyError;
use crate::policy::expected::ExpectedDigest;
use crate::redaction::RedactionError;
use crate::shadow::compare::explanation::ExplanationError;
use crate::shadow::compare::sampling::SamplingError;
use crate::shadow::replay::ReplayError;
use crate::shadow::report::ConditionError;
use crate::shadow::runs::StartError;
use crate::traffic::TrafficError;
use crate::trust::chain::ChainError;
use crate::trust::error::TrustError;

/// Why a command could not do what it was asked to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    #[error("the packs can't be read")]
    Library(#[from] LibraryError),
    #[error("the pack can't be read")]
    PackFile(#[source] LibraryError),
    #[error(transparent)]
    Policy(#[from] PolicyError),
    #[error(transparent)]
    Admission(#[from] AdmissionError),
    #[error("this program can't find itself")]
    ThisProgram(#[source] io::Error),
    /// An action that was given by flags.
    #[error("the action can't be judged")]
    Action(#[from] ActionError),
    #[error("`{}` can't be read", path.display())]
    Input {
        path: PathBuf,
        #[source]
        cause: io::Error,
    },
    #[error("`{}` can't be written", path.display())]
    Write {
        path: PathBuf,
        #[source]
        cause: io::Error,
    },
    #[error("no shadow run is named, and the service doesn't have exactly one")]
    WhichRun,
    #[error(
        "the thresholds of a saved report can't be changed; `cavra shadow replay` makes a report with others"
    )]
    SavedCriteria,
    #[error("the shadow run can't be started")]
    Shadow(#[from] StartError),
    #[error("the sampling key can't be used")]
    SamplingKey(#[from] SamplingError),
    #[error("traffic can't be made with these options")]
    Traffic(#[from] TrafficError),
    #[error("`{}` is not a shadow report; `cavra shadow replay --output json` makes one", path.display())]
    Report {
        path: PathBuf,
        #[source]
        cause: serde_json::Error,
    },
    #[error("`{}` contradicts itself: {}", path.display(), problems.join("; "))]
    Contradiction {
        path: PathBuf,
        problems: Vec<String>,
    },
    #[error("the journal can't be replayed")]
    Replay(#[from] ReplayError),
    #[error("the decisions can't be filtered by these conditions")]
    Condition(#[from] ConditionError),
    #[error("the report can't be signed")]
    Sign(#[source] DsseError),
    #[error("`{}` can't be relied on", path.display())]
    Envelope {
        path: PathBuf,
        #[source]
        cause: DsseError,
    },
    #[error("the group can't be explained")]
    Explain(#[from] ExplanationError),
    #[error("`{}` is not a signed explanation that counts; `cavra shadow explain` makes one", path.display())]
    Explanation {
        path: PathBuf,
        #[source]
        cause: ExplanationError,
    },
    #[error("`{}` is not a trust file that can be used", path.display())]
    Trust {
        path: PathBuf,
        #[source]
        cause: ChainError,
    },
    #[error("the trust file can't be made")]
    NewTrust(#[from] TrustError),
    #[error("`{0}` is no person of the trust file")]
    NoPerson(String),
    #[error(
        "`{0}` is no role of a person; the roles are `approve`, `explain`, `break_glass` and `trust`"
    )]
    NoRole(String),
    #[error("there is no trust file")]
    NoTrust,
    #[error("`CAVRA_TRUST` names `{}`, which is another file in each working directory", .0.display())]
    RelativeTrust(PathBuf),
    #[error("the trust file can't be signed")]
    SignTrust(#[source] DsseError),
    #[error("the request can't be made")]
    NewChange(#[from] RequestError),
    #[error("`{}` is not a request that counts", path.display())]
    ChangeRequest {
        path: PathBuf,
        #[source]
        cause: RequestRefusal,
    },
    #[error(
        "the request replaces the policy {wanted}, but the pack of `--replaces` has the effective digest {found}"
    )]
    OtherReplaced { found: Digest, wanted: Digest },
    #[error("`{}` is not strict JSON", path.display())]
    Evidence {
        path: PathBuf,
        #[source]
        cause: serde_json::Error,
    },
    #[error("`{0}` is the key of no person of the trust file")]
    NobodysKey(String),
    #[error("the document can't be signed")]
    SignChange(#[source] DsseError),
    #[error("there is no action to judge")]
    NoAction,
    #[error("this command prints a table or JSON only")]
    NotAReport,
    #[error("the {what} can't be distinguished: {problem}")]
    Ambiguous { what: &'static str, problem: String },
    #[error("the policy is not put in force")]
    NotInForce(#[from] NotInForce),
    #[error("another policy would decide: {expected} is the start of neither digest of `{}` {}, whose policy digest is {} and whose effective digest is {}", found.id, found.version, found.policy_digest, found.effective_digest)]
    OtherPolicy {
        expected: ExpectedDigest,
        found: Box<PolicyIdentity>,
    },
    #[error("there is no policy pack with the id `{0}`")]
    NoSuchId(String),
    #[error("there is no policy pack or file `{0}`")]
    NoSuchPack(String),
    /// A report or a journal names the pack.
    #[error("the {} is `{id}`, and there is no policy pack with that id", flag.role())]
    NoRecordedPack { id: String, flag: PackFlag },
    #[error("there is no policy pack `{id}` among those that this command uses, only `{}` in the working directory", path.display())]
    OverlookedPack { id: String, path: PathBuf },
    #[error("`{}` has more than {limit} bytes", path.display())]
    TooLarge { path: PathBuf, limit: usize },
    #[error("an artifact can't be made")]
    Artifact(#[from] CanonicalError),
    #[error("output failed")]
    Output(#[from] io::Error),
    #[error("output failed")]
    Json(#[from] serde_json::Error),
    #[error("a thread can't be started")]
    Thread(#[source] io::Error),
    #[error("`{address}` can't be listened on")]
    Listen {
        address: SocketAddr,
        #[source]
        cause: io::Error,
    },
    #[error("signals can't be handled")]
    Signal(#[source] io::Error),
    #[error("the socket `{}` can't be made", path.display())]
    UnixSocket {
        path: PathBuf,
        #[source]
        cause: io::Error,
    },
    #[error(transparent)]
    Serve(#[from] ServeError),
    #[error("the service can't be asked")]
    Client(#[from] ClientError),
    #[error(transparent)]
    KeyFile(#[from] KeyFileError),
    #[error("the key can't be used")]
    Key(#[from] KeyError),
    /// No answer can be signed.
    #[error("answers can't be signed")]
    SignAnswers(#[from] SignError),
    /// A server key without a journal's key.
    #[error("`--server-key` needs a journal, whose key certifies it")]
    UncertifiedKey,
    #[error("`{}` is not a proof; `cavra journal prove` makes one", path.display())]
    Proof {
        path: PathBuf,
        #[source]
        cause: ProofFormatError,
    },
    #[error("`{}` is not a checkpoint; `cavra journal checkpoint` prints one", path.display())]
    Checkpoint {
        path: PathBuf,
        #[source]
        cause: CheckpointError,
    },
    #[error(transparent)]
    Prove(#[from] ProveError),
    #[error("the service establishes other facts than this version of `cavra`")]
    OtherFacts,
    #[error("the journal can't be used")]
    Journal(#[from] StoreError),
    #[error(transparent)]
    Query(#[from] QueryError),
    #[error("there is no record `{0}` in the journal")]
    NoRecord(RecordRef),
    #[error("the Parquet file can't be written")]
    Parquet(#[from] parquet::errors::ParquetError),
    #[error("the CSV file can't be written")]
    Csv(#[from] csv::Error),
    #[error("the built-in redaction rules can't be used")]
    BuiltInRedaction(#[source] RedactionError),
    #[error("the redaction rules in `{}` can't be used", path.display())]
    Redaction {
        path: PathBuf,
        #[source]
        cause: RedactionError,
    },
    #[error("`{0}` has no folder to keep a journal in")]
    NoStateDirectory(&'static str),
    #[error(transparent)]
    Unrecorded(#[from] Unavailable),
    /// On reload.
    #[error("an administrator has changed the policies in force since they were read")]
    ChangedMeanwhile,
}

/// What a person can do about a journal.
fn of_store(error: &StoreError) -> Option<&'static str> {
    match error {
        StoreError::Directory { .. } | StoreError::Missing { .. } => {
            Some("`--data-dir DIR` names another folder")
        }
        StoreError::Damaged(_) => Some("`cavra journal verify` shows where"),
        StoreError::KeyLost { .. } => Some(
            "put the key back from a backup or name it by `--signing-key KEY`; if it is gone for good, \
             `--data-dir DIR` begins a new journal",
        ),
        _ => None,
    }
}

impl CliError {
    /// What a person can do about it.
    pub(crate) fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Library(LibraryError::Unreadable { .. }) => {
                Some("name the folders that hold packs with `--packs DIR` or `CAVRA_PACKS`")
            }
            Self::Library(LibraryError::DuplicateId { .. }) => {
                Some("give one of them another `metadata.id`, or name fewer folders with `--packs`")
            }
            Self::Policy(PolicyError::NotFound { .. }) => Some(
                "put the folder of the missing pack beside the pack that inherits from it, or name a \
                 folder of packs that has it by `--packs DIR`",
            ),
            Self::NoSuchId(_) => Some(
                "`cavra policy list` shows the packs; `--packs DIR` names another folder of packs, \
                 `--policy PATH` a pack in any other place",
            ),
            Self::NoSuchPack(_) => Some(
                "`cavra policy list` shows the packs; `--packs DIR` names another folder of packs; a \
                 pack in any other place is named by the path of its folder",
            ),
            Self::NoRecordedPack { flag, .. } => Some(flag.hint()),
            Self::OtherPolicy { .. } => Some(
                "`cavra policy show` shows both digests of a pack; give `--expect-digest` the one that you mean",
            ),
            Self::NotInForce(NotInForce::Cases(_)) => Some(
                "mend the pack; where it means to be stricter than a required case, say so by a case of \
                 that id in its `cases/`. `cavra policy dry-run` shows every case, and \
                 `--allow-failed-cases` decides by the pack all the same",
            ),
            Self::OverlookedPack { .. } => Some(
                "a repository may bring packs of its own, so what judges doesn't look there; if you \
                 mean it, give its path instead of its id (`--policy PATH` for the policy that \
                 decides), or name its folder by `--packs DIR`",
            ),
            Self::Policy(PolicyError::Invalid { .. })
            | Self::Admission(_)
            | Self::NotInForce(_) => {
                Some("`cavra policy lint` lists everything that is wrong with a pack")
            }
            Self::PackFile(LibraryError::Unreadable { .. }) => {
                Some("a pack is a folder with a `policy.yaml` in it, or that file")
            }
            Self::UnixSocket { .. } => Some(
                "`--socket` and `--admin-socket` take a path in a folder that is there and that you may write to",
            ),
            Self::NoAction => Some(
                "give a FILE, pipe documents into standard input, or use a flag such as \
                 `--command 'terraform plan'`",
            ),
            Self::NoTrust => Some(
                "name it by `--trust FILE` or `CAVRA_TRUST`, or put it at /etc/cavra/trust.json; \
                 `cavra trust new` makes the first one",
            ),
            Self::RelativeTrust(_) => Some("give an absolute path"),
            Self::NotAReport => Some("use `--output table` or `--output json`"),
            Self::Listen { .. } => Some("`--listen 127.0.0.1:0` takes a free port"),
            Self::WhichRun => {
                Some("`cavra shadow status --endpoint URL` lists the runs with their ids")
            }
            Self::SavedCriteria => Some(
                "make it anew: by `cavra shadow replay`, or with `--endpoint` while the service has the run",
            ),
            Self::OtherFacts => Some("explain with the version that serves"),
            Self::Client(ClientError::Connect { .. }) => {
                Some("`cavra serve` starts a service; it prints where it listens")
            }
            Self::Client(ClientError::TimedOut(_)) => {
                Some("a greater `--timeout`, such as `10s`, waits longer; nothing was allowed")
            }
            Self::NoStateDirectory(_) => {
                Some("name one with `--data-dir DIR`, or keep none with `--journal off`")
            }
            Self::Journal(error)
            | Self::Replay(ReplayError::Store(error))
            | Self::Query(QueryError::Store(error)) => of_store(error),
            Self::Replay(ReplayError::OtherActive { .. }) => Some(
                "name the folder that holds that version of the pack by `--packs`, or compare with \
                 another policy by `--active`",
            ),
            Self::KeyFile(KeyFileError::Unreadable { .. }) => Some(
                "name the file that holds it; `cavra keys generate --name NAME --out FILE` makes a new one",
            ),
            Self::Input { .. } => Some("`-` reads standard input"),
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
