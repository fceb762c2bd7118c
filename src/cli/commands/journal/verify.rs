//! `cavra journal verify`

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use super::source::{DataDirArgs, log_key, read_checkpoint};
use crate::cli::commands::keys::argument::KeyArgument;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::OutputFormat;
use crate::cli::output::{Output, counted, printable, style};
use crate::journal::verify::{Against, Problem, ProblemKind, Progress, Verification, verify};

/// Times a second that the progress is drawn, at most.
const PROGRESS_HZ: u8 = 10;

const AFTER_HELP: &str = "\
Compares every record with its hash, the hashes with the Merkle tree (RFC 6962), the tree with
every checkpoint, each checkpoint with the key, every content with its digest, and the schema
with the one that the journal creates. Runs SQLite's check of pages and indexes, and checks the
checkpoint beside the database and the header of the write-ahead log. The first record that is
not as it was written is named, or a range of records if no single one can be found.

Records after the last checkpoint are protected only by the next one; they are counted. Someone
who can write the database can also cut it off before its last checkpoints, and someone who has
the private key can rewrite all of it. Against both, keep checkpoints elsewhere
(`cavra serve --checkpoint-dir`, `cavra journal checkpoint`) and give them here: each must be an
earlier state of this journal. For the same reason a `--journal-key` that you kept elsewhere
proves more than the `journal.pub` in the data directory.

An authority may go on writing the journal.

Examples:
  cavra journal verify --data-dir /var/lib/cavra
  cavra journal verify --data-dir /var/lib/cavra --journal-key journal.pub \\
      --checkpoint kept-elsewhere.note
  cavra journal verify --data-dir /var/lib/cavra --output json

Exit codes:
  0  the journal is intact
  1  the journal, the key or a checkpoint can't be read
  2  the journal is not intact";

/// What to verify, and by what.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    data_dir: DataDirArgs,
    /// The public key of the journal (`journal.pub`), or the file that holds it [default: the one in
    /// the data directory, which proves less]
    #[arg(long, value_name = "KEY|FILE")]
    journal_key: Option<KeyArgument>,
    /// A checkpoint that was kept elsewhere; may be repeated
    #[arg(long, value_name = "FILE")]
    checkpoint: Vec<PathBuf>,
}

#[derive(Serialize)]
struct Report<'a> {
    #[serde(flatten)]
    found: &'a Verification,
    key: String,
    /// The key is the one beside the journal: a person who changed the journal could change it too.
    key_from_data_dir: bool,
}

pub(crate) fn run(args: &VerifyArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let directory = args.data_dir.directory()?;
    let key = log_key(&directory, args.journal_key.as_ref())?;
    let given = args.checkpoint.iter().map(|path| read_checkpoint(path));
    let given = given.collect::<Result<Vec<_>, _>>()?;
    let against = Against {
        key: &key,
        given: &given,
    };
    let found = with_progress(&directory, against)?;
    let report = Report {
        found: &found,
        key: key.to_string(),
        key_from_data_dir: args.journal_key.is_none(),
    };
    match out.format() {
        OutputFormat::Json => out.json(&report)?,
        OutputFormat::Table => show(out, &report)?,
    }
    Ok(ExitStatus::of_check(found.intact))
}

/// The progress is drawn on standard error, if that is a terminal.
fn with_progress(directory: &Path, against: Against<'_>) -> Result<Verification, CliError> {
    let target = ProgressDrawTarget::stderr_with_hz(PROGRESS_HZ);
    let bar = ProgressBar::with_draw_target(None, target);
    if let Ok(style) = ProgressStyle::with_template(
        "{wide_bar} {human_pos} of {human_len} records, {per_sec}, {eta} left",
    ) {
        bar.set_style(style);
    }
    let found = verify(directory, against, |Progress { done, records }| {
        bar.set_length(records);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    Ok(found?)
}

fn show(out: &mut Output, report: &Report<'_>) -> Result<(), CliError> {
    let found = report.found;
    let other_log = |problem: &Problem| problem.kind == ProblemKind::OtherLog;
    let verdict = match found.intact {
        true => "intact",
        false if found.first_problem.as_ref().is_some_and(other_log) => "not that of this key",
        false => "not intact",
    };
    let verdict = style::paint(style::passed(found.intact), verdict);
    if found.origin.is_empty() {
        writeln!(out, "the journal is {verdict}: nothing in it can be read")?;
        return show_problems(out, found);
    }
    writeln!(
        out,
        "the journal `{}` is {verdict}",
        printable(&found.origin)
    )?;
    let root = found.root.map_or_else(
        || "unknown: not all records are the logged ones".to_owned(),
        |root| root.to_string(),
    );
    writeln!(out, "  records      {}, root {root}", found.records)?;
    writeln!(
        out,
        "  checkpoints  {} hold, the last over {} records; {} records after it are protected by the next one",
        found.checkpoints, found.last_checkpoint_size, found.after_last_checkpoint
    )?;
    if found.given_checkpoints > 0 {
        let given = found.given_checkpoints;
        writeln!(out, "  given        {given} checkpoints hold")?;
    }
    writeln!(
        out,
        "  contents     {} hold, {} dropped by retention",
        found.contents, found.dropped_contents
    )?;
    writeln!(out, "  key          {}", printable(&report.key))?;
    if report.key_from_data_dir {
        let hint = "the key is the one in the data directory: `--journal-key` with a copy from \
                    elsewhere proves more";
        writeln!(out, "  {}", style::paint(style::QUIET, hint))?;
    }
    show_problems(out, found)
}

fn show_problems(out: &mut Output, found: &Verification) -> Result<(), CliError> {
    let Some(first) = &found.first_problem else {
        return Ok(());
    };
    writeln!(out, "\nfirst problem: {}", sentence(first))?;
    if found.problem_count > 1 {
        let more = counted(found.problem_count - 1, "further problem");
        writeln!(out, "{more}:")?;
        let mut problems = found.problems.iter().collect::<Vec<_>>();
        if let Some(at) = problems.iter().position(|problem| *problem == first) {
            problems.remove(at);
        }
        for problem in problems {
            writeln!(out, "  {}", sentence(problem))?;
        }
        let listed = u64::try_from(found.problems.len()).unwrap_or(u64::MAX);
        if found.problem_count > listed {
            writeln!(out, "  and {} more", found.problem_count - listed)?;
        }
    }
    Ok(())
}

fn sentence(problem: &Problem) -> String {
    let message = printable(&problem.message);
    match (problem.position, problem.last_position, problem.id) {
        (Some(first), Some(last), _) => format!("records {first} to {last}: {message}"),
        (Some(position), None, Some(id)) => format!("record {position} ({id}): {message}"),
        (Some(position), None, None) => format!("record {position}: {message}"),
        (None, ..) => message,
    }
}
