//! Recorded actions, through two policies, on every core.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::{fs, io, thread};

use indicatif::{ProgressBar, ProgressStyle};

use crate::action::ActionError;
use crate::action::facts::establish;
use crate::authority::comparison::Pair;
use crate::cli::error::CliError;
use crate::cli::input::{Record, Records, open_records, read_timed_document};
use crate::engine::limits::EVALUATION_STACK_BYTES;
use crate::shadow::observation::{Observation, Position};
use crate::shadow::tally::Tally;

/// Documents that a worker takes at once.
const CHUNK_RECORDS: usize = 1024;
/// Bytes of such documents; the one that goes beyond is the chunk's last.
const MAX_CHUNK_BYTES: usize = 4 * 1024 * 1024;
/// Bad lines that are named; the rest is counted.
pub(crate) const MAX_NAMED_LINES: usize = 20;
/// Threads that may be asked for.
pub(crate) const MAX_WORKERS: usize = 256;

/// How to go through a file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    /// Examples of each group.
    pub(crate) examples: usize,
    /// Threads.
    pub(crate) workers: usize,
    /// The documents say when they happened, by a clock that isn't real.
    pub(crate) timed: bool,
}

/// The result of replaying a file.
pub(crate) struct Replayed {
    pub(crate) tally: Tally,
    /// Documents, the bad ones included.
    pub(crate) seen: u64,
    pub(crate) bad: u64,
    /// The first [`MAX_NAMED_LINES`] bad ones, by line.
    pub(crate) named: BTreeMap<u64, ActionError>,
    /// The line on which the last document begins.
    pub(crate) last_line: u64,
}

impl Replayed {
    fn new(examples: usize) -> Self {
        Self {
            tally: Tally::new(examples),
            seen: 0,
            bad: 0,
            named: BTreeMap::new(),
            last_line: 0,
        }
    }

    fn merge(&mut self, other: Self) {
        self.tally.merge(other.tally);
        self.seen += other.seen;
        self.bad += other.bad;
        self.named.extend(other.named);
        self.last_line = self.last_line.max(other.last_line);
        self.bound();
    }

    fn bad_line(&mut self, line: u64, error: ActionError) {
        self.bad += 1;
        self.named.insert(line, error);
        self.bound();
    }

    fn bound(&mut self) {
        while self.named.len() > MAX_NAMED_LINES {
            self.named.pop_last();
        }
    }
}

/// Judges every action of a file. What comes out doesn't depend on the number of workers.
pub(crate) fn replay(
    pair: &Pair,
    path: &Path,
    wanted: Wanted,
    progress: &ProgressBar,
) -> Result<Replayed, CliError> {
    let feed = Mutex::new(Feed {
        records: Some(open_records(path)?),
        progress,
    });
    let work = || work(pair, &feed, wanted);
    if wanted.workers == 1 {
        return work();
    }
    thread::scope(|scope| {
        let start = |_| {
            let builder = thread::Builder::new().stack_size(EVALUATION_STACK_BYTES);
            builder.spawn_scoped(scope, work).map_err(CliError::Thread)
        };
        let started: Vec<_> = (0..wanted.workers).map(start).collect::<Result<_, _>>()?;
        let mut all = Replayed::new(wanted.examples);
        for thread in started {
            let panicked = |_| CliError::Thread(io::Error::other("it panicked"));
            all.merge(thread.join().map_err(panicked)??);
        }
        Ok(all)
    })
}

/// As many workers as there are cores.
pub(crate) fn cores() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

/// A bar over the bytes of a file, on standard error.
pub(crate) fn progress_bar(path: &Path) -> ProgressBar {
    let length = fs::metadata(path).ok().filter(fs::Metadata::is_file);
    let (bar, template) = match length {
        Some(file) => (
            ProgressBar::new(file.len()),
            "{spinner} replaying {wide_bar} {bytes}/{total_bytes} {binary_bytes_per_sec} {eta}",
        ),
        None => (
            ProgressBar::no_length(),
            "{spinner} replaying {bytes} {binary_bytes_per_sec}",
        ),
    };
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// Documents, taken by whichever worker has none left.
struct Feed<'a> {
    /// None once the end was reached, or an error.
    records: Option<Records>,
    progress: &'a ProgressBar,
}

impl Feed<'_> {
    fn next_chunk(&mut self, chunk: &mut Vec<Record>) -> Result<(), CliError> {
        chunk.clear();
        let mut bytes = 0;
        while chunk.len() < CHUNK_RECORDS && bytes < MAX_CHUNK_BYTES {
            let Some(records) = &mut self.records else {
                break;
            };
            match records.next_record() {
                Ok(Some(record)) => {
                    // With its line feed.
                    bytes += record.bytes.as_ref().map_or(0, Vec::len) + 1;
                    chunk.push(record);
                }
                Ok(None) => self.records = None,
                Err(error) => {
                    self.records = None;
                    return Err(error);
                }
            }
        }
        self.progress.inc(bytes as u64);
        Ok(())
    }
}

fn work(pair: &Pair, feed: &Mutex<Feed<'_>>, wanted: Wanted) -> Result<Replayed, CliError> {
    let mut replayed = Replayed::new(wanted.examples);
    let mut chunk = Vec::with_capacity(CHUNK_RECORDS);
    loop {
        feed.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .next_chunk(&mut chunk)?;
        if chunk.is_empty() {
            return Ok(replayed);
        }
        for record in chunk.drain(..) {
            replayed.seen += 1;
            replayed.last_line = replayed.last_line.max(record.line);
            let line = record.line;
            if let Err(error) = compare(pair, record, wanted.timed, &mut replayed.tally) {
                replayed.bad_line(line, error);
            }
        }
    }
}

fn compare(pair: &Pair, record: Record, timed: bool, tally: &mut Tally) -> Result<(), ActionError> {
    let (action, at) = read_timed_document(&record.bytes?)?;
    let facts = establish(&action)?;
    let (active, candidate) = pair.judge(&action, &facts);
    tally.record(&Observation {
        position: Position {
            number: record.line,
            decision_id: None,
        },
        at: at.filter(|_| timed),
        agent_id: action.caller.agent_id.as_deref(),
        action: &action,
        facts: &facts,
        active: &active,
        candidate: &candidate,
    });
    Ok(())
}
