//! Where a journal is read.

use std::env;
use std::fs;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::thread::sleep;

use clap::Args;
use futures::StreamExt as _;
use tokio::runtime::Runtime;
use uuid::Uuid;

use crate::cli::commands::journal::error::JournalError;
use crate::cli::commands::keys::argument::KeyArgument;
use crate::cli::commands::serve;
use crate::cli::error::CliError;
use crate::cli::named_files;
use crate::cli::service::TimeoutArgs;
use crate::grpc::client::{Client, ClientError, Patience};
use crate::grpc::journal::{Entries, JournalClient};
use crate::grpc::journal::{Start, TailQuery};
use crate::journal::limits::{FOLLOW_INTERVAL, MAX_CHECKPOINT_FILE_BYTES};
use crate::journal::merkle_log::{ConsistencyProof, InclusionProof, SignedCheckpoint};
use crate::journal::prove;
use crate::journal::query::{
    self, DiskUse, Filter, Gathering, JournalEntry, LastFew, Order, Query, RecordRef, Scan, Stats,
};
use crate::journal::store::{Reader, StoreError};
use crate::keys::VerifyingKey;
use crate::keys::file::{KeyFileError, KeySource};

/// Names the data directory for every command.
const DATA_DIR_VARIABLE: &str = "CAVRA_DATA_DIR";
/// Entries that are taken from a service together.
const REMOTE_CHUNK_ENTRIES: usize = 256;

/// A data directory, of a stopped or a running authority.
#[derive(Debug, Clone, Args)]
pub(crate) struct DataDirArgs {
    /// Where the journal is [default: `$CAVRA_DATA_DIR`, else where `cavra serve` keeps it without
    /// `--listen`]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

impl DataDirArgs {
    pub(crate) fn directory(&self) -> Result<PathBuf, CliError> {
        match self.data_dir.clone().or_else(usual_data_directory) {
            Some(directory) => Ok(directory),
            None => serve::default_data_directory(),
        }
    }
}

/// The data directory that the environment names. clap doesn't read the variable: it is no command
/// line, so it contradicts none that names a service or no journal. Without a value it names nothing.
pub(crate) fn usual_data_directory() -> Option<PathBuf> {
    let named = env::var_os(DATA_DIR_VARIABLE).filter(|value| !value.is_empty());
    named.map(PathBuf::from)
}

/// The public key that verifies the journal in `directory`: the one of `--journal-key`, else the
/// one beside the journal.
///
/// # Errors
/// If there is no journal, which says more than that it has no key, or the key can't be read.
pub(crate) fn log_key(
    directory: &Path,
    given: Option<&KeyArgument>,
) -> Result<VerifyingKey, CliError> {
    if let Err(error @ StoreError::Missing { .. }) = Reader::open(directory) {
        return Err(error.into());
    }
    if let Some(key) = given {
        return key.public("--journal-key");
    }
    let path = directory.join("journal.pub");
    let source = KeySource::File(path.clone());
    // To open a pipe would wait for ever.
    let key = match fs::metadata(&path) {
        Ok(found) if !found.is_file() => Err(KeyFileError::Unreadable {
            source_of_key: source,
            cause: io::Error::other("it is not a regular file"),
        }),
        _ => source.verifying_key(),
    };
    key.map_err(|cause| JournalError::LogKey(cause).into())
}

/// Which journal is meant.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Which journal")]
pub(crate) struct SourceArgs {
    #[command(flatten)]
    data_dir: DataDirArgs,
    /// A service that reads its own, instead: `http://HOST:PORT` or `unix:PATH`
    #[arg(long, value_name = "URL", conflicts_with = "data_dir")]
    endpoint: Option<String>,
    #[command(flatten)]
    timeout: TimeoutArgs,
}

/// A journal to be read.
pub(crate) enum Source {
    /// Of a data directory on this machine.
    Local(PathBuf),
    /// Of a service.
    Remote(Box<Remote>),
}

/// A connection to a service, for code that waits.
pub(crate) struct Remote {
    runtime: Runtime,
    journal: JournalClient,
}

/// Takes entries as they come; breaks when it has enough.
pub(in crate::cli::commands) type Visit<'a> =
    &'a mut dyn FnMut(Vec<JournalEntry>) -> Result<ControlFlow<()>, CliError>;

impl SourceArgs {
    pub(crate) fn open(&self) -> Result<Source, CliError> {
        match &self.endpoint {
            Some(endpoint) => Ok(Source::Remote(Box::new(Remote::connect(
                endpoint,
                self.timeout.patience(),
            )?))),
            None => Ok(Source::Local(self.data_dir.directory()?)),
        }
    }
}

impl Source {
    /// The proof that the record of `id` is in the log.
    pub(crate) fn inclusion(&self, id: Uuid) -> Result<InclusionProof, CliError> {
        match self {
            Self::Local(directory) => Ok(prove::inclusion(&Reader::open(directory)?, id)?),
            Self::Remote(remote) => {
                remote.ask(async |mut journal| journal.prove_inclusion(RecordRef::Id(id)).await)
            }
        }
    }

    /// The proof that the log continues that of `from`.
    pub(crate) fn consistency(
        &self,
        from: &SignedCheckpoint,
    ) -> Result<ConsistencyProof, CliError> {
        match self {
            Self::Local(directory) => Ok(prove::consistency(&Reader::open(directory)?, from)?),
            Self::Remote(remote) => {
                remote.ask(async |mut journal| journal.prove_consistency(from).await)
            }
        }
    }

    /// The checkpoint over so many records.
    pub(crate) fn checkpoint_of(&self, size: u64) -> Result<SignedCheckpoint, CliError> {
        match self {
            Self::Local(directory) => Ok(prove::checkpoint_of(&Reader::open(directory)?, size)?),
            Self::Remote(remote) => {
                remote.ask(async |mut journal| journal.checkpoint_of(size).await)
            }
        }
    }

    /// The last checkpoint.
    pub(crate) fn last_checkpoint(&self) -> Result<SignedCheckpoint, CliError> {
        match self {
            Self::Local(directory) => Ok(prove::last_checkpoint(&Reader::open(directory)?)?),
            Self::Remote(remote) => remote.ask(async |mut journal| journal.checkpoint().await),
        }
    }

    /// The log's name, and how many records there are.
    pub(super) fn log(&self) -> Result<(String, u64), CliError> {
        match self {
            Self::Local(directory) => {
                let reader = Reader::open(directory)?;
                Ok((reader.log()?.origin, reader.size()?))
            }
            Self::Remote(remote) => remote.ask(async |mut journal| journal.log().await),
        }
    }

    /// The records that are meant.
    pub(in crate::cli::commands) fn query(
        &mut self,
        query: Query,
        visit: Visit<'_>,
    ) -> Result<(), CliError> {
        match self {
            Self::Local(directory) => {
                let mut scan = Scan::open(directory, query)?;
                while let Some(chunk) = scan.next_chunk()? {
                    if visit(chunk)?.is_break() {
                        break;
                    }
                }
                Ok(())
            }
            Self::Remote(remote) => {
                let entries = remote.runtime.block_on(remote.journal.query(&query))?;
                remote.take(entries, visit)
            }
        }
    }

    /// The last few records that are meant, the newest last; then, forever, those that come.
    pub(super) fn follow(
        &mut self,
        filter: Filter,
        last: u64,
        visit: Visit<'_>,
    ) -> Result<(), CliError> {
        match self {
            Self::Local(directory) => {
                let query = Query {
                    filter,
                    order: Order::NewestFirst,
                    start: None,
                    limit: Some(last),
                    without_index: false,
                };
                let mut few = LastFew::of(Scan::open(directory, query)?);
                while few.look()? {}
                follow(few.found()?, visit)
            }
            Self::Remote(remote) => {
                let query = TailQuery {
                    filter,
                    start: Start::Last(last),
                };
                let entries = remote.runtime.block_on(remote.journal.tail(&query))?;
                remote.take(entries, visit)
            }
        }
    }

    /// One record.
    pub(super) fn record(&mut self, record: RecordRef) -> Result<JournalEntry, CliError> {
        match self {
            Self::Local(directory) => {
                let found = query::find(&Reader::open(directory)?, record)?;
                Ok(found.ok_or(JournalError::NoRecord(record))?)
            }
            Self::Remote(remote) => Ok(remote.runtime.block_on(remote.journal.record(record))?),
        }
    }

    /// How many of what.
    pub(super) fn stats(&mut self, filter: Filter) -> Result<Stats, CliError> {
        match self {
            Self::Local(directory) => {
                let query = Query {
                    filter,
                    ..Query::default()
                };
                let mut scan = Scan::open(directory, query)?;
                let disk = DiskUse::of(directory, scan.reader())?;
                let mut gathering = Gathering::new(disk)?;
                while gathering.step(&mut scan)? {}
                Ok(gathering.finish())
            }
            Self::Remote(remote) => Ok(remote.runtime.block_on(remote.journal.stats(&filter))?),
        }
    }
}

fn follow(mut scan: Scan, visit: Visit<'_>) -> Result<(), CliError> {
    loop {
        match scan.next_chunk()? {
            Some(chunk) if chunk.is_empty() => {}
            Some(chunk) => {
                if visit(chunk)?.is_break() {
                    return Ok(());
                }
            }
            None => {
                sleep(FOLLOW_INTERVAL);
                scan.extend()?;
            }
        }
    }
}

impl Remote {
    fn connect(endpoint: &str, patience: Patience) -> Result<Self, CliError> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(CliError::Thread)?;
        let journal = runtime
            .block_on(Client::connect(endpoint, patience))?
            .journal();
        Ok(Self { runtime, journal })
    }

    fn ask<T>(
        &self,
        question: impl AsyncFnOnce(JournalClient) -> Result<T, ClientError>,
    ) -> Result<T, CliError> {
        Ok(self.runtime.block_on(question(self.journal.clone()))?)
    }

    fn take(&self, entries: Entries, visit: Visit<'_>) -> Result<(), CliError> {
        let mut chunks = entries.ready_chunks(REMOTE_CHUNK_ENTRIES);
        while let Some(chunk) = self.runtime.block_on(chunks.next()) {
            let mut taken = Vec::with_capacity(chunk.len());
            let mut failed = None;
            for entry in chunk {
                match entry {
                    Ok(entry) => taken.push(entry),
                    Err(error) => failed = Some(error),
                }
            }
            if visit(taken)?.is_break() {
                return Ok(());
            }
            if let Some(error) = failed {
                return Err(error.into());
            }
        }
        Ok(())
    }
}

/// A checkpoint from a file, or from standard input for `-`.
pub(crate) fn read_checkpoint(path: &Path) -> Result<SignedCheckpoint, CliError> {
    let bytes = named_files::read(path, MAX_CHECKPOINT_FILE_BYTES)?;
    let text = String::from_utf8_lossy(&bytes);
    let parsed = text.parse();
    Ok(parsed.map_err(|cause| JournalError::Checkpoint {
        path: path.to_owned(),
        cause,
    })?)
}
