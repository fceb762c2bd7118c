//! Where a journal is read.

use std::env;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::thread::sleep;

use clap::Args;
use futures::StreamExt as _;
use tokio::runtime::Runtime;
use tonic::Code;

use crate::cli::error::CliError;
use crate::grpc::client::{Client, ClientError, Entries, JournalClient};
use crate::grpc::convert::{Start, TailQuery};
use crate::journal::limits::FOLLOW_INTERVAL;
use crate::journal::query::{
    self, DiskUse, Filter, Gathering, JournalEntry, LastFew, Order, Query, RecordRef, Scan, Stats,
};
use crate::journal::store::Reader;

/// The environment variable that `serve` takes too.
const DATA_DIR_VARIABLE: &str = "CAVRA_DATA_DIR";
/// Entries that are taken from a service together.
const REMOTE_CHUNK_ENTRIES: usize = 256;

/// Which journal is meant.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Which journal")]
pub(super) struct SourceArgs {
    /// The data directory, of an authority that runs or one that doesn't [env: CAVRA_DATA_DIR]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// A service that reads its own: `http://HOST:PORT` or `unix:PATH`
    #[arg(long, value_name = "URL", conflicts_with = "data_dir")]
    endpoint: Option<String>,
}

/// A journal to be read.
pub(super) enum Source {
    /// Here.
    Local(PathBuf),
    /// By a service.
    Remote(Box<Remote>),
}

/// A connection to a service, for code that waits.
pub(super) struct Remote {
    runtime: Runtime,
    journal: JournalClient,
}

/// Takes entries as they come; breaks when it has enough.
pub(super) type Visit<'a> =
    &'a mut dyn FnMut(Vec<JournalEntry>) -> Result<ControlFlow<()>, CliError>;

impl SourceArgs {
    pub(super) fn open(&self) -> Result<Source, CliError> {
        if let Some(endpoint) = &self.endpoint {
            return Ok(Source::Remote(Box::new(Remote::connect(endpoint)?)));
        }
        let variable = || env::var_os(DATA_DIR_VARIABLE).filter(|value| !value.is_empty());
        let directory = self.data_dir.clone().or_else(|| variable().map(Into::into));
        directory.map(Source::Local).ok_or(CliError::NoJournalNamed)
    }
}

impl Source {
    /// How many records there are, about.
    pub(super) fn size(&mut self) -> Result<u64, CliError> {
        match self {
            Self::Local(directory) => Ok(Reader::open(directory)?.size()?),
            Self::Remote(remote) => {
                let checkpoint = remote.runtime.block_on(remote.journal.checkpoint());
                match checkpoint {
                    Ok(checkpoint) => Ok(checkpoint.unverified().size()),
                    // None was signed yet: the journal is small.
                    Err(ClientError::Refused {
                        code: Code::FailedPrecondition,
                        ..
                    }) => Ok(0),
                    Err(error) => Err(error.into()),
                }
            }
        }
    }

    /// The records that are meant.
    pub(super) fn query(&mut self, query: Query, visit: Visit<'_>) -> Result<(), CliError> {
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
                query::find(&Reader::open(directory)?, record)?.ok_or(CliError::NoRecord(record))
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
    fn connect(endpoint: &str) -> Result<Self, CliError> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(CliError::Thread)?;
        let journal = runtime.block_on(Client::connect(endpoint))?.journal();
        Ok(Self { runtime, journal })
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
