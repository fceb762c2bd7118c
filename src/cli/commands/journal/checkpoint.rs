//! `cavra journal checkpoint`

use std::io::Write as _;

use clap::Args;
use serde::Serialize;

use super::source::SourceArgs;
use crate::canonical::Digest;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::OutputFormat;
use crate::cli::output::Output;

const AFTER_HELP: &str = "\
A checkpoint is a signed note (C2SP): the log's name, how many records it holds, their root
hash, the time, and the log's signature. Anyone who keeps one elsewhere can check later whether any
of these records was changed or removed, even by someone who has the log's key:
`cavra journal verify --checkpoint FILE`. `cavra serve --checkpoint-dir DIR` puts each there.

Examples:
  cavra journal checkpoint --data-dir /var/lib/cavra > kept-elsewhere.note
  cavra journal checkpoint --data-dir /var/lib/cavra --output json

Exit codes:
  0  printed
  1  there is no checkpoint or journal, or it can't be read";

/// Of which journal.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct CheckpointArgs {
    #[command(flatten)]
    source: SourceArgs,
}

#[derive(Serialize)]
struct Report<'a> {
    origin: &'a str,
    size: u64,
    root: Digest,
    time: Option<String>,
    note: &'a str,
}

pub(crate) fn run(args: &CheckpointArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let note = args.source.open()?.last_checkpoint()?;
    let said = note.unverified();
    match out.format() {
        OutputFormat::Table => write!(out, "{}", note.as_str())?,
        OutputFormat::Json => out.json(&Report {
            origin: said.origin().as_str(),
            size: said.size(),
            root: said.root(),
            time: said.time().map(|time| time.to_string()),
            note: note.as_str(),
        })?,
    }
    Ok(ExitStatus::Success)
}
