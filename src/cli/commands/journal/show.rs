//! `cavra journal show`

use std::io::Write as _;

use clap::Args;
use serde_json::Value;

use super::lines::happened;
use super::source::SourceArgs;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::OutputFormat;
use crate::cli::output::{Output, printable, style};
use crate::journal::query::{JournalEntry, RecordRef, Resolved};

const AFTER_HELP: &str = "\
Examples:
  cavra journal show 0192f0c4-7a50-7e01-9c1e-3d1f0a9b5c22 --data-dir /var/lib/cavra
  cavra journal show 41 --endpoint http://127.0.0.1:50051 --output json

Exit codes:
  0  shown
  1  there is no such record or journal, or it can't be read";

/// What to show.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ShowArgs {
    /// The id of a decision or event, or a position in the log
    #[arg(value_name = "ID|POSITION")]
    record: RecordRef,
    #[command(flatten)]
    source: SourceArgs,
}

pub(crate) fn run(args: &ShowArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let entry = args.source.open()?.record(args.record)?;
    match out.format() {
        OutputFormat::Json => {
            serde_json::to_writer(&mut *out, &entry)?;
            writeln!(out)?;
        }
        OutputFormat::Table => show(&entry, out)?,
    }
    Ok(ExitStatus::Success)
}

fn show(entry: &JournalEntry, out: &mut Output) -> Result<(), CliError> {
    writeln!(out, "position   {}", entry.position())?;
    writeln!(out, "what       {}", happened(entry.record()))?;
    writeln!(out, "time       {}", entry.timestamp())?;
    writeln!(out, "leaf hash  {}", entry.leaf_hash())?;
    section(out, "record", entry.parts().record.get())?;
    for (name, content) in entry.parts().named() {
        match content {
            None => {}
            Some(Resolved::Kept(text)) => section(out, name, text.get())?,
            Some(Resolved::Dropped) => {
                writeln!(out, "\n{}", style::paint(style::HEADING, name))?;
                writeln!(out, "  no longer kept: the record holds its digest")?;
            }
        }
    }
    Ok(())
}

/// JSON over several lines, each of them safe for a terminal.
fn section(out: &mut Output, name: &str, json: &str) -> Result<(), CliError> {
    writeln!(out, "\n{}", style::paint(style::HEADING, name))?;
    let value: Value = serde_json::from_str(json)?;
    for line in format!("{value:#}").lines() {
        writeln!(out, "  {}", printable(line))?;
    }
    Ok(())
}
