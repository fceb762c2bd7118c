//! Many actions: in order, and in bounded memory.

use std::io::Write as _;

use super::judge::Judge;
use super::print::{Printer, show_one};
use super::tally::Tally;
use crate::cli::error::CliError;
use crate::cli::global::OutputFormat;
use crate::cli::input::{Document, Records};
use crate::cli::output::Output;

/// Documents that are judged before their answers are written.
const MAX_CHUNK_RECORDS: usize = 2048;
/// Bytes of such documents; the one that goes beyond is the chunk's last.
const MAX_CHUNK_BYTES: usize = 4 * 1024 * 1024;

/// Judges every document, and writes the answers in the order of the input.
pub(crate) fn judge_all(
    judge: &mut Judge,
    records: &mut Records,
    printer: &Printer,
    out: &mut Output,
    tally: &mut Tally,
) -> Result<(), CliError> {
    let mut first = true;
    // People see whether it is one or many; programs get each answer as soon as it is there.
    let least = match out.format() {
        OutputFormat::Table => 2,
        OutputFormat::Json => 1,
    };
    loop {
        let chunk = next_chunk(records, least)?;
        if chunk.is_empty() {
            return Ok(());
        }
        if let (true, OutputFormat::Table, [only]) = (first, out.format(), chunk.as_slice()) {
            return judge_only(judge, only, printer, out, tally);
        }
        if first {
            let header = printer.header(judge.policy().as_deref());
            out.write_all(header.as_bytes())?;
            first = false;
        }
        for (text, verdict) in judge.chunk(&chunk, printer)? {
            tally.count(verdict);
            out.write_all(&text)?;
        }
        if records.would_wait() {
            out.flush()?;
        }
    }
}

/// A table of one line tells less than there is room for.
fn judge_only(
    judge: &mut Judge,
    record: &Document,
    printer: &Printer,
    out: &mut Output,
    tally: &mut Tally,
) -> Result<(), CliError> {
    let answer = judge.answer(record)?;
    tally.count(
        answer
            .as_ref()
            .map(|answered| answered.decision.verdict())
            .map_err(|_| ()),
    );
    match &answer {
        Ok(answered) => show_one(out, answered),
        Err(_) => Ok(out.write_all(&printer.line(record.line, &answer)?)?),
    }
}

fn next_chunk(records: &mut Records, least: usize) -> Result<Vec<Document>, CliError> {
    let mut chunk = Vec::new();
    let mut bytes = 0;
    while chunk.len() < MAX_CHUNK_RECORDS && bytes < MAX_CHUNK_BYTES {
        let Some(record) = records.next_record()? else {
            break;
        };
        bytes += record.bytes.as_ref().map_or(0, Vec::len);
        chunk.push(record);
        if chunk.len() >= least && records.would_wait() {
            break;
        }
    }
    Ok(chunk)
}
