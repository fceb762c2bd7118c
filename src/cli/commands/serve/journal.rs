//! The journal that a service keeps.

use std::env;
use std::net::SocketAddr;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::{Args, ValueEnum};
use jiff::Timestamp;
use serde::{Serialize, Serializer};

use crate::approval::mac::MacKey;
use crate::authority::recording::Recording;
use crate::authority::signing::AnswerKey;
use crate::cli::commands::journal::error::JournalError;
use crate::cli::commands::journal::source::usual_data_directory;
use crate::cli::commands::keys::argument::private_key;
use crate::cli::commands::serve::error::ServiceError;
use crate::cli::error::CliError;
use crate::cli::logging;
use crate::cli::named_files;
use crate::grpc::server::JournalReads;
use crate::journal::record::Recorder;
use crate::journal::store::{DATABASE_FILE, Lock, Reader, StoreError, check_directory};
use crate::journal::writer::{Journal, KeyFiles, Mode, ModeError, Options};
use crate::keys::file as key_file;
use crate::keys::file::KeySource;
use crate::keys::{SigningKey, VerifyingKey, derived};
use crate::redaction::limits::MAX_RULES_FILE_BYTES;
use crate::redaction::{Redaction, RedactionKey, TextRedactor};
use crate::shadow::compare::sampling::SamplingKey;

/// The private key's file in the data directory.
const KEY_FILE: &str = "journal.key";
/// The public key's file beside it.
const PUBLIC_KEY_FILE: &str = "journal.pub";

#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Journal")]
pub(super) struct JournalArgs {
    /// Where the journal is kept [default: `$CAVRA_DATA_DIR`, else a folder for this address in
    /// `$XDG_STATE_HOME/cavra`]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// When a returned decision is on disk: `durable` is on disk before it is returned,
    /// `written-within=MS` is on disk MS milliseconds later, `off` keeps no journal
    #[arg(long, value_name = "MODE", default_value = "durable")]
    journal: Keeping,
    /// The private key that signs checkpoints: a file, `env:NAME` or `fd:N` [default:
    /// `journal.key` in the data directory, made if it isn't there]
    #[arg(long, value_name = "KEY")]
    signing_key: Option<KeySource>,
    /// The private key that signs answers for callers who ask for that, certified by the one
    /// that signs checkpoints: a file, `env:NAME` or `fd:N` [default: one that is made for this
    /// run]
    #[arg(long, value_name = "KEY")]
    answer_key: Option<KeySource>,
    /// A folder in which each checkpoint is also put as a file, to be taken elsewhere; a journal
    /// that doesn't go on from the last one there is not written
    #[arg(long, value_name = "DIR")]
    checkpoint_dir: Option<PathBuf>,
    /// Who may read what was recorded: everybody who reaches the service, or who can open the
    /// admin socket, with the reports of shadow runs; checkpoints and proofs are everybody's
    #[arg(long, value_name = "WHO", default_value = "everybody")]
    journal_reads: Readers,
    /// Rules for secrets to keep out of the journal, beside the built-in ones: a YAML file
    /// with `rules: [{name, pattern}]`
    #[arg(long, value_name = "FILE", conflicts_with = "no_redaction")]
    redact: Option<PathBuf>,
    /// Record everything as it is, secrets too
    #[arg(long)]
    no_redaction: bool,
    /// Drop what decisions older than this were about, every hour; their records stay
    #[arg(long, value_name = "DAYS")]
    keep_contents: Option<NonZero<u16>>,
}

/// Who may read what was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Readers {
    Everybody,
    Admin,
}

/// `off`, or what is promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Keeping(Option<Mode>);

impl FromStr for Keeping {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "off" => Ok(Self(None)),
            mode => mode
                .parse()
                .map(|mode| Self(Some(mode)))
                .map_err(|error: ModeError| format!("{error}, `off`")),
        }
    }
}

/// What is said of a journal when calls can be made.
#[derive(Debug, Serialize)]
pub(super) struct Kept {
    pub(super) data_dir: PathBuf,
    #[serde(serialize_with = "as_text")]
    pub(super) mode: Mode,
    /// What checks its checkpoints.
    pub(super) verifying_key: String,
}

/// A journal that is open, and what else its key makes possible.
pub(super) struct Opened {
    pub(super) recording: Recording,
    pub(super) kept: Kept,
    /// What verifies its checkpoints.
    pub(super) log_key: VerifyingKey,
    pub(super) sampling_key: SamplingKey,
    pub(super) answer_key: AnswerKey,
    /// The key of the hashes by which records name what needs approval.
    pub(super) mac_key: MacKey,
    /// The log's own key, by which notices of requests are signed.
    pub(super) webhook_key: SigningKey,
    /// How many records it had when it was opened.
    pub(super) size: u64,
}

fn as_text<S: Serializer>(mode: &Mode, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(mode)
}

impl JournalArgs {
    pub(super) fn reads(&self) -> JournalReads {
        match self.journal_reads {
            Readers::Everybody => JournalReads::Everybody,
            Readers::Admin => JournalReads::Admin,
        }
    }

    /// How long contents are kept, in days; for ever if that isn't said.
    pub(super) fn keep_contents(&self) -> Option<NonZero<u16>> {
        self.keep_contents
    }

    /// Whether there is a journal of before, for a service on `address`. Where that isn't known, no.
    pub(super) fn is_begun(&self, address: SocketAddr) -> bool {
        let is_kept = self.journal != Keeping(None);
        let directory = self.directory(address).ok().filter(|_| is_kept);
        directory.is_some_and(|it| it.join(DATABASE_FILE).exists())
    }

    fn directory(&self, address: SocketAddr) -> Result<PathBuf, CliError> {
        match self.data_dir.clone().or_else(usual_data_directory) {
            Some(directory) => Ok(directory),
            None => state_directory(address),
        }
    }

    /// Opens the journal, if one is to be kept, for a service on `address`.
    pub(super) fn open(&self, address: SocketAddr) -> Result<Option<Opened>, CliError> {
        let Keeping(Some(mode)) = self.journal else {
            if self.answer_key.is_some() {
                return Err(ServiceError::UncertifiedKey.into());
            }
            if self.data_dir.is_some() {
                return Err(ServiceError::NoJournal.into());
            }
            tracing::warn!("no journal is kept: decisions leave no record");
            return Ok(None);
        };
        let directory = self.directory(address)?;
        check_directory(&directory)?;
        let key = match &self.signing_key {
            Some(source) => private_key(source, "--signing-key")?,
            None => own_key(&directory)?,
        };
        let kept = Kept {
            data_dir: directory.clone(),
            mode,
            verifying_key: key.verifying_key().to_string(),
        };
        let log_key = key.verifying_key().clone();
        let sampling_key = SamplingKey::new(&derived::sampling_key(&key))?;
        let answer_key = self.answer_key(&key)?;
        let mac_key = MacKey::new(derived::approval_key(&key));
        let redaction = self.redaction()?;
        let marks_key = RedactionKey(derived::redaction_key(&key));
        if !self.no_redaction {
            let rules = TextRedactor::new(redaction.clone(), marks_key.clone());
            logging::redact_with(rules);
        }
        let recorder = Recorder::new(redaction, marks_key);
        let webhook_key = key.clone();
        let own_key = self.signing_key.is_none().then(|| KeyFiles {
            private: directory.join(KEY_FILE),
            public: directory.join(PUBLIC_KEY_FILE),
        });
        let journal = Journal::open(Options {
            own_key,
            directory,
            mode,
            key,
            checkpoint_directory: self.checkpoint_dir.clone(),
        })?;
        let size = Reader::open(journal.directory())?.size()?;
        Ok(Some(Opened {
            size,
            recording: Recording::new(journal, recorder),
            kept,
            log_key,
            sampling_key,
            answer_key,
            mac_key,
            webhook_key,
        }))
    }

    fn answer_key(&self, journal: &SigningKey) -> Result<AnswerKey, CliError> {
        let key = match &self.answer_key {
            Some(source) => private_key(source, "--answer-key")?,
            None => SigningKey::generate(journal.verifying_key().name().clone())?,
        };
        Ok(AnswerKey::new(key, journal.clone(), Timestamp::now())?)
    }

    fn redaction(&self) -> Result<Redaction, CliError> {
        if self.no_redaction {
            tracing::warn!("secrets in command lines are recorded as they are");
            return Ok(Redaction::none());
        }
        let built_in = Redaction::built_in().map_err(ServiceError::BuiltInRedaction)?;
        let Some(path) = &self.redact else {
            return Ok(built_in);
        };
        let bytes = named_files::read(path, MAX_RULES_FILE_BYTES)?;
        let rules = built_in.with_file(&String::from_utf8_lossy(&bytes));
        Ok(rules.map_err(|cause| ServiceError::Redaction {
            path: path.clone(),
            cause,
        })?)
    }
}

/// A folder of its own for each address, because a journal has one writer.
pub(super) fn state_directory(address: SocketAddr) -> Result<PathBuf, CliError> {
    let given = |name| env::var_os(name).filter(|value| !value.is_empty());
    let state = given("XDG_STATE_HOME")
        .map(PathBuf::from)
        .or_else(|| given("HOME").map(|home| Path::new(&home).join(".local/state")))
        .ok_or(JournalError::NoStateDirectory)?;
    let name = address.to_string().replace([':', '[', ']'], "-");
    Ok(state.join("cavra").join(name))
}

/// The data directory's own key. It proves nothing to someone who doubts those who can read the
/// data directory: then give one with `--signing-key`, and send checkpoints elsewhere.
fn own_key(directory: &Path) -> Result<SigningKey, CliError> {
    let path = directory.join(KEY_FILE);
    if !path.exists() {
        if directory.join(DATABASE_FILE).exists() {
            return Err(CliError::from(StoreError::KeyLost {
                path: directory.to_owned(),
                file: KEY_FILE,
            }));
        }
        make_key(directory)?;
    }
    Ok(KeySource::File(path).signing_key()?)
}

/// Each file is written beside its place and then moved there, because half a key would stop
/// every start that follows. The private key comes last: with it, both are there.
fn make_key(directory: &Path) -> Result<(), CliError> {
    // Two services that start at once must not make two keys.
    let _lock = Lock::take(directory)?;
    let (private, public) = (directory.join(KEY_FILE), directory.join(PUBLIC_KEY_FILE));
    if private.exists() {
        return Ok(());
    }
    let name = format!("cavra-journal-{}", uuid::Uuid::now_v7().simple()).parse()?;
    let key = SigningKey::generate(name)?;
    key_file::replace_public(&public, key.verifying_key())?;
    Ok(key_file::replace_private(&private, &key)?)
}
