//! A file's actions, judged by two policies on the same facts.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use super::Claims;
use crate::action::establish;
use crate::action::{Action, ActionError};
use crate::canonical::CanonicalError;
use crate::engine::limits::EVALUATION_STACK_BYTES;
use crate::shadow::compare::observation::{Observation, Position};
use crate::shadow::compare::sampling::PartsPerMillion;
use crate::shadow::compare::tally::Tally;
use crate::shadow::pair::Pair;
use crate::shadow::report::{Intake, Report, Source, SourceKind};
use crate::threads::Threads;

/// Documents that a worker takes at once.
const CHUNK_DOCUMENTS: usize = 1024;
/// Bytes of the documents in one chunk. The document that exceeds them is the last of the chunk.
const MAX_CHUNK_BYTES: usize = 4 * 1024 * 1024;
/// Bad lines that are named; the rest is counted.
pub const MAX_NAMED_LINES: usize = 20;

/// One document of a file, not yet understood.
#[derive(Debug)]
pub struct Document {
    /// The line that it begins on, from 1.
    pub line: u64,
    /// Its bytes, or why they were not kept.
    pub bytes: Result<Vec<u8>, ActionError>,
}

/// An action, and the time at which it happened, if its document has one.
pub type Understood = (Action, Option<Timestamp>);

/// How to go through a file.
#[derive(Clone, Copy)]
pub struct Wanted<'a> {
    /// Reads one document as an action.
    pub understand: &'a (dyn Fn(&[u8]) -> Result<Understood, ActionError> + Sync),
    /// Is called with how many bytes were taken since the call before.
    pub progress: &'a (dyn Fn(u64) + Sync),
    /// Examples of each group of divergences.
    pub examples: usize,
    /// The number of threads, at least one. The result doesn't depend on it.
    pub workers: usize,
    /// The documents say when they happened, by a clock that isn't real.
    pub timed: bool,
}

/// The result of going through a file.
pub struct Replayed {
    /// The comparisons, counted.
    pub tally: Tally,
    /// Documents, the bad ones included.
    pub seen: u64,
    /// Documents that hold no action that can be judged.
    pub bad: u64,
    /// The first [`MAX_NAMED_LINES`] bad ones, by line.
    pub named: BTreeMap<u64, ActionError>,
    /// The line on which the last document begins.
    pub last_line: u64,
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

/// Judges every action of a file.
///
/// # Errors
/// The first error of `documents`, or `thread` of why a thread can't be used. A document that
/// holds no action is counted instead.
pub fn replay<E: Send>(
    pair: &Pair,
    documents: impl Iterator<Item = Result<Document, E>> + Send,
    wanted: Wanted<'_>,
    thread: impl Fn(io::Error) -> E,
) -> Result<Replayed, E> {
    let feed = Mutex::new(Feed {
        documents: Some(documents),
        progress: wanted.progress,
    });
    let threads = Threads {
        count: wanted.workers,
        name: "cavra-replay",
        stack_bytes: EVALUATION_STACK_BYTES,
    };
    let mut all = Replayed::new(wanted.examples);
    for part in threads.run(|| work(pair, &feed, wanted), thread)? {
        all.merge(part);
    }
    Ok(all)
}

/// Documents, taken by whichever worker has none left.
struct Feed<'a, D> {
    /// None once the end was reached, or an error.
    documents: Option<D>,
    progress: &'a (dyn Fn(u64) + Sync),
}

impl<E, D: Iterator<Item = Result<Document, E>>> Feed<'_, D> {
    fn next_chunk(&mut self, chunk: &mut Vec<Document>) -> Result<(), E> {
        chunk.clear();
        let mut bytes = 0;
        while chunk.len() < CHUNK_DOCUMENTS && bytes < MAX_CHUNK_BYTES {
            let Some(documents) = &mut self.documents else {
                break;
            };
            match documents.next() {
                Some(Ok(document)) => {
                    // With its line feed.
                    bytes += document.bytes.as_ref().map_or(0, Vec::len) + 1;
                    chunk.push(document);
                }
                None => self.documents = None,
                Some(Err(error)) => {
                    self.documents = None;
                    return Err(error);
                }
            }
        }
        (self.progress)(bytes as u64);
        Ok(())
    }
}

fn work<E, D: Iterator<Item = Result<Document, E>>>(
    pair: &Pair,
    feed: &Mutex<Feed<'_, D>>,
    wanted: Wanted<'_>,
) -> Result<Replayed, E> {
    let mut replayed = Replayed::new(wanted.examples);
    let mut chunk = Vec::with_capacity(CHUNK_DOCUMENTS);
    loop {
        feed.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .next_chunk(&mut chunk)?;
        if chunk.is_empty() {
            return Ok(replayed);
        }
        for document in chunk.drain(..) {
            replayed.seen += 1;
            replayed.last_line = replayed.last_line.max(document.line);
            let line = document.line;
            if let Err(error) = compare(pair, document, wanted, &mut replayed.tally) {
                replayed.bad_line(line, error);
            }
        }
    }
}

fn compare(
    pair: &Pair,
    document: Document,
    wanted: Wanted<'_>,
    tally: &mut Tally,
) -> Result<(), ActionError> {
    let (action, at) = (wanted.understand)(&document.bytes?)?;
    let facts = establish(&action)?;
    let (active, candidate) = pair.judge(&action, &facts);
    tally.record(&Observation {
        position: Position {
            number: document.line,
            decision_id: None,
        },
        at: at.filter(|_| wanted.timed),
        agent_id: action.caller.agent_id.as_deref(),
        action: &action,
        facts: &facts,
        active: &active,
        candidate: &candidate,
    });
    Ok(())
}

/// The report on a file's actions. `name` is the file's, without its folder.
///
/// # Errors
/// If it has no canonical form.
pub fn report(
    pair: &Pair,
    name: Option<String>,
    replayed: &Replayed,
    claims: Claims<'_>,
) -> Result<Report, CanonicalError> {
    let intake = Intake {
        seen: replayed.seen,
        rate: PartsPerMillion::ALL,
        sampled: replayed.seen.saturating_sub(replayed.bad),
        dropped: 0,
        pending: 0,
        not_replayable: replayed.bad,
    };
    let source = Source {
        kind: SourceKind::Actions,
        name,
        run: None,
        first_position: Some(1),
        last_position: Some(replayed.last_line),
        checkpoint: None,
    };
    let policies = (&*pair.active, &*pair.candidate);
    claims.report(policies, &replayed.tally, source, intake)
}
