//! Judging in this process, on every core, in order and in bounded memory.

use std::io::Write as _;
use std::num::NonZero;
use std::sync::Arc;
use std::thread;

use super::print::Printer;
use super::tally::Tally;
use super::{Answer, Answered};
use crate::action::{Action, ActionError};
use crate::authority::{Ask, Authority};
use crate::cli::error::CliError;
use crate::cli::input::{LineError, Record, Records, read_document};
use crate::cli::output::Output;
use crate::engine::limits::EVALUATION_STACK_BYTES;
use crate::policy::verdict::Verdict;

/// Documents that are judged before their answers are written.
const MAX_CHUNK_RECORDS: usize = 2048;
/// Bytes of such documents; one document more than this is a chunk of its own.
const MAX_CHUNK_BYTES: usize = 4 * 1024 * 1024;
/// Documents for which another thread is worth starting.
const MIN_SHARE_RECORDS: usize = 64;

/// Judges one action.
pub(crate) fn judge(
    authority: &Authority,
    action: Action,
    ask: Ask,
) -> Result<Answered, ActionError> {
    let answer = authority.decide(Arc::new(action), ask)?;
    Ok(Answered {
        decision: answer.decision,
        candidate: answer
            .candidate
            .map(|compared| (compared.decision, compared.change)),
    })
}

/// Judges every document, and writes the answers in the order of the input.
pub(crate) fn judge_all(
    authority: &Authority,
    ask: Ask,
    records: &mut Records,
    printer: &Printer,
    out: &mut Output,
    tally: &mut Tally,
) -> Result<(), CliError> {
    let mut written = 0;
    loop {
        let chunk = next_chunk(records)?;
        if chunk.is_empty() {
            return Ok(());
        }
        if written == 0 {
            out.write_all(printer.header().as_bytes())?;
        }
        written += chunk.len();
        for (text, verdict) in judge_chunk(authority, ask, &chunk, printer)? {
            tally.count(verdict);
            out.write_all(&text)?;
        }
        if records.would_wait() {
            out.flush()?;
        }
    }
}

fn next_chunk(records: &mut Records) -> Result<Vec<Record>, CliError> {
    let mut chunk = Vec::new();
    let mut bytes = 0;
    while chunk.len() < MAX_CHUNK_RECORDS && bytes < MAX_CHUNK_BYTES {
        let Some(record) = records.next_record()? else {
            break;
        };
        bytes += record.bytes.as_ref().map_or(0, Vec::len);
        chunk.push(record);
        if records.would_wait() {
            break;
        }
    }
    Ok(chunk)
}

/// A line of output, and what it counts as.
type Line = (Vec<u8>, Result<Verdict, ()>);

fn judge_chunk(
    authority: &Authority,
    ask: Ask,
    chunk: &[Record],
    printer: &Printer,
) -> Result<Vec<Line>, CliError> {
    let judge_share = |share: &[Record]| -> Result<Vec<Line>, CliError> {
        share
            .iter()
            .map(|record| line(authority, ask, record, printer))
            .collect()
    };
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let share = chunk.len().div_ceil(threads).max(MIN_SHARE_RECORDS);
    if chunk.len() <= share {
        return judge_share(chunk);
    }
    thread::scope(|scope| {
        let start = |share| {
            let builder = thread::Builder::new().stack_size(EVALUATION_STACK_BYTES);
            builder
                .spawn_scoped(scope, move || judge_share(share))
                .map_err(CliError::Thread)
        };
        let started: Vec<_> = chunk.chunks(share).map(start).collect::<Result<_, _>>()?;
        let mut lines = Vec::with_capacity(chunk.len());
        for thread in started {
            let share = thread
                .join()
                .map_err(|_| CliError::Thread(std::io::Error::other("it panicked")))?;
            lines.extend(share?);
        }
        Ok(lines)
    })
}

fn line(
    authority: &Authority,
    ask: Ask,
    record: &Record,
    printer: &Printer,
) -> Result<Line, CliError> {
    let answer: Answer = record
        .bytes
        .as_ref()
        .map_err(Clone::clone)
        .and_then(|bytes| judge(authority, read_document(bytes)?, ask))
        .map_err(|error| LineError::new(record.line, &error));
    let verdict = answer
        .as_ref()
        .map(|answered| answered.decision.verdict())
        .map_err(|_| ());
    Ok((printer.line(record.line, &answer)?, verdict))
}
