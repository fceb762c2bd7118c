//! `cavra journal …`: the record of decisions.

mod check_proof;
mod checkpoint;
mod drop_contents;
pub(crate) mod error;
mod export;
pub(crate) mod filter;
mod friction;
mod lines;
mod prove;
mod query;
mod show;
pub(crate) mod source;
mod stats;
mod tail;
mod verify;

use clap::Subcommand;

use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::output::Output;

/// What to do with the record of decisions.
#[derive(Debug, Subcommand)]
pub(crate) enum JournalCommand {
    /// Show the last records, and those that come
    Tail(Box<tail::TailArgs>),
    /// Show the records that match the filters
    Query(Box<query::QueryArgs>),
    /// Show one record with all that it names
    Show(show::ShowArgs),
    /// Count what was decided, by what, how fast, and what it takes on disk
    Stats(Box<stats::StatsArgs>),
    /// Write decisions to a file: JSON Lines, CSV or Parquet
    Export(Box<export::ExportArgs>),
    /// Check the whole journal: every record, content, hash and signature
    Verify(verify::VerifyArgs),
    /// Prove that a decision is in the journal, or that the journal only grew
    Prove(prove::ProveArgs),
    /// Check a proof offline, with the public key alone
    CheckProof(check_proof::CheckProofArgs),
    /// Print the last checkpoint, to be kept elsewhere
    Checkpoint(checkpoint::CheckpointArgs),
    /// Drop what old decisions were about, and keep their hashes
    DropContents(drop_contents::DropContentsArgs),
}

pub(crate) fn run(command: JournalCommand, out: &mut Output) -> Result<ExitStatus, CliError> {
    match command {
        JournalCommand::Tail(args) => tail::run(&args, out),
        JournalCommand::Query(args) => query::run(&args, out),
        JournalCommand::Show(args) => show::run(&args, out),
        JournalCommand::Stats(args) => stats::run(&args, out),
        JournalCommand::Export(args) => export::run(&args, out),
        JournalCommand::Verify(args) => verify::run(&args, out),
        JournalCommand::Prove(args) => prove::run(&args, out),
        JournalCommand::CheckProof(args) => check_proof::run(&args, out),
        JournalCommand::Checkpoint(args) => checkpoint::run(&args, out),
        JournalCommand::DropContents(args) => drop_contents::run(&args, out),
    }
}
