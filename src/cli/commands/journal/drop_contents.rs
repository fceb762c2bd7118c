//! `cavra journal drop-contents`

use std::io::Write as _;
use std::str::FromStr;

use clap::{ArgGroup, Args};
use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};
use serde::Serialize;

use super::source::DataDirArgs;
use crate::cli::commands::keys::argument::private_key;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::OutputFormat;
use crate::cli::input::point_in_time;
use crate::cli::output::Output;
use crate::journal::store::Reader;
use crate::journal::writer::{Journal, Mode, Old, Options};
use crate::keys::file::KeySource;

const AFTER_HELP: &str = "\
Drops the contents of decisions before a time: the actions with their facts, and the findings.
Contents that later decisions share stay. The records stay too, with their verdicts, rules and
hashes, so the journal still verifies and every proof still holds. The drop is recorded in the
journal; contents that are missing without such a record are found by `cavra journal verify`.

Ages are measured from the newest record. More than an hour between two records counts as one
hour, so a service at rest or a clock that was set makes no record old. Dropped bytes are
overwritten in the files, and free pages are given back.

The authority must be stopped; a running one does the same every hour with
`cavra serve --keep-contents DAYS`.

Examples:
  cavra journal drop-contents --data-dir /var/lib/cavra --older-than 90d
  cavra journal drop-contents --data-dir /var/lib/cavra --before 2026-01-01T00:00:00Z

Exit codes:
  0  dropped, or there was nothing to drop
  1  the journal is in use, can't be written, or the command was called wrongly";

/// What to drop.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
#[command(group(ArgGroup::new("age").args(["before", "older_than"]).required(true)))]
pub(crate) struct DropContentsArgs {
    #[command(flatten)]
    data_dir: DataDirArgs,
    /// Of decisions before this time: RFC 3339, or a date (UTC)
    #[arg(long, value_name = "TIME", value_parser = point_in_time)]
    before: Option<Timestamp>,
    /// Of decisions older than this by the log's own time, such as `90d` or `12h`; a day has 24
    /// hours
    #[arg(long, value_name = "AGE")]
    older_than: Option<Age>,
    /// The private key that signs checkpoints: a file, `env:NAME` or `fd:N` [default:
    /// `journal.key` in the data directory]
    #[arg(long, value_name = "KEY")]
    signing_key: Option<KeySource>,
}

/// A span of time that is not negative.
#[derive(Debug, Clone, Copy)]
struct Age(SignedDuration);

impl FromStr for Age {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not an age; give one such as `90d`, `12h` or `1w`");
        let span: Span = text.parse().map_err(|_| wrong())?;
        let duration = span
            .to_duration(SpanRelativeTo::days_are_24_hours())
            .map_err(|_| wrong())?;
        match duration.is_negative() {
            true => Err(wrong()),
            false => Ok(Self(duration)),
        }
    }
}

#[derive(Serialize)]
struct Report {
    dropped: u64,
    /// Absent where no record is old.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<Timestamp>,
    before_position: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    shortened_steps: Option<u64>,
}

impl Report {
    fn show(&self, out: &mut Output) -> Result<(), CliError> {
        let (dropped, position) = (self.dropped, self.before_position);
        let Some(before) = self.before else {
            writeln!(out, "dropped 0 contents: no record is that old")?;
            return Ok(());
        };
        writeln!(
            out,
            "dropped {dropped} contents that only the {position} records before {before} name"
        )?;
        if let Some(steps @ 1..) = self.shortened_steps {
            writeln!(
                out,
                "{steps} steps between records were longer than an hour, and counted as one"
            )?;
        }
        Ok(())
    }
}

pub(crate) fn run(args: &DropContentsArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let directory = args.data_dir.directory()?;
    let old = args.old(&Reader::open(&directory)?)?;
    let key = match &args.signing_key {
        Some(source) => private_key(source, "--signing-key")?,
        None => KeySource::File(directory.join("journal.key")).signing_key()?,
    };
    let journal = Journal::open(Options {
        directory,
        mode: Mode::Durable,
        key,
        checkpoint_directory: None,
        own_key: None,
    })?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .map_err(CliError::Thread)?;
    let dropped = match old {
        Some(old) => runtime.block_on(journal.drop_contents(old))?,
        None => 0,
    };
    let report = Report {
        dropped,
        before: old.map(|old| old.before),
        before_position: old.map_or(0, |old| old.position),
        shortened_steps: old.and_then(|old| old.shortened_steps),
    };
    match out.format() {
        OutputFormat::Json => out.json(&report)?,
        OutputFormat::Table => report.show(out)?,
    }
    Ok(ExitStatus::Success)
}

impl DropContentsArgs {
    fn old(&self, reader: &Reader) -> Result<Option<Old>, CliError> {
        match (self.before, self.older_than) {
            (Some(time), _) => Ok(Some(Old::before(reader, time)?)),
            (None, Some(Age(age))) => Ok(Old::by_age(reader, age)?),
            // clap has refused this command line; this drops nothing.
            (None, None) => Ok(None),
        }
    }
}
