//! `cavra journal export`

mod bundle;
mod columns;
mod csv_file;
mod parquet_file;

use std::io::Write as _;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use super::filter::FilterArgs;
use super::source::SourceArgs;
use crate::cli::commands::journal::error::JournalError;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::OutputFormat;
use crate::cli::named_files::Streamed;
use crate::cli::output::{Output, counted, printable};
use crate::journal::query::{EntryKind, JournalEntry, Query, RecordRef};
use columns::Row;
use csv_file::CsvFile;
use parquet_file::ParquetFile;

const INTRODUCTION: &str = "\
Writes one row or line for each decision that matches the filters. The file appears under its
name only when it is complete, and replaces an older file of that name.

`jsonl`: each line is a `cavra.journal.entry.v1`, the record and its contents exactly as they
are stored. `csv` (RFC 4180, UTF-8) and `parquet` have the columns below; in CSV, a text that a
spreadsheet could take for a formula (it begins with = + - @, a tab or a carriage return) has an
apostrophe before it.

With `--proofs` it writes a bundle instead, `cavra.evidence-bundle.v1`: the decisions of one session
and the answers to its requests for approvals, each with its proof, and the signed checkpoint. `cavra
evidence check` takes it. The last checkpoint must count the session's records: a running authority
signs one within 10 s.

Columns:
";

const EXAMPLES: &str = "
Examples:
  cavra journal export --format parquet --out decisions.parquet --data-dir /var/lib/cavra
  cavra journal export --format csv --out blocked.csv --decision block --since 24h --endpoint
    http://127.0.0.1:50051
  cavra journal export --format jsonl --out all.jsonl --data-dir d
  cavra journal export --session s1 --proofs --out s1.json --data-dir /var/lib/cavra

Exit codes:
  0  written
  1  there is no journal, it can't be read, or the file can't be written";

/// What to write, and where.
#[derive(Debug, Args)]
#[command(after_help = format!("{INTRODUCTION}{}{EXAMPLES}", columns::described()))]
pub(crate) struct ExportArgs {
    /// The form of the file
    #[arg(long, value_name = "FORMAT", required_unless_present = "proofs")]
    format: Option<Format>,
    /// Write the records of one session with proofs instead
    #[arg(long, conflicts_with = "format")]
    proofs: bool,
    /// The file
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    source: SourceArgs,
    #[command(flatten)]
    filter: FilterArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// JSON Lines.
    Jsonl,
    /// Comma-separated values.
    Csv,
    /// Apache Parquet.
    Parquet,
}

/// What was written.
#[derive(Serialize)]
struct Report<'a> {
    rows: u64,
    file: &'a Path,
}

pub(crate) fn run(args: &ExportArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let (rows, noun) = match args.format {
        Some(format) => (args.rows(format)?, "decision"),
        None => (args.bundle()?, "record"),
    };
    let report = Report {
        rows,
        file: &args.out,
    };
    match out.format() {
        OutputFormat::Json => out.json(&report)?,
        OutputFormat::Table => {
            let file = printable(&args.out.display().to_string());
            writeln!(out, "{} in {file}", counted(rows, noun))?;
        }
    }
    Ok(ExitStatus::Success)
}

impl ExportArgs {
    /// Writes the records of one session with proofs, and counts them.
    fn bundle(&self) -> Result<u64, CliError> {
        let session = self.filter.only_session().ok_or(JournalError::Filtered)?;
        let mut source = self.source.open()?;
        let (bytes, records) = bundle::of_session(&mut source, &session)?;
        let mut file = Streamed::create(&self.out)?;
        Streamed::write_all(&mut file, &bytes)?;
        Streamed::write_all(&mut file, b"\n")?;
        file.finish()?;
        Ok(records)
    }

    /// Writes each decision that matches, and counts them.
    fn rows(&self, format: Format) -> Result<u64, CliError> {
        let mut source = self.source.open()?;
        let (log, size) = source.log()?;
        let progress = progress(size);
        let query = Query {
            filter: self.filter.filter(Some(EntryKind::Decision))?,
            ..Query::default()
        };
        let mut sheet = Sheet::of(format, Streamed::create(&self.out)?)?;
        let mut rows = 0;
        source.query(query, &mut |entries| {
            for entry in &entries {
                sheet.write(entry, &log)?;
                rows += 1;
                progress.set_position(entry.position() + 1);
            }
            Ok(ControlFlow::Continue(()))
        })?;
        sheet.finish()?.finish()?;
        progress.finish_and_clear();
        Ok(rows)
    }
}

/// On standard error, where a person watches.
fn progress(size: u64) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(size), ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template("{wide_bar} {percent}%  {elapsed} of {duration}");
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

enum Sheet {
    Jsonl(Streamed),
    Csv(Box<CsvFile<Streamed>>),
    Parquet(Box<ParquetFile<Streamed>>),
}

impl Sheet {
    fn of(format: Format, file: Streamed) -> Result<Self, CliError> {
        Ok(match format {
            Format::Jsonl => Self::Jsonl(file),
            Format::Csv => Self::Csv(Box::new(CsvFile::new(file)?)),
            Format::Parquet => Self::Parquet(Box::new(ParquetFile::new(file)?)),
        })
    }

    fn write(&mut self, entry: &JournalEntry, log: &str) -> Result<(), CliError> {
        let row = || -> Result<Row<'_>, CliError> {
            // The filter lets decisions through only.
            let record = RecordRef::Position(entry.position());
            Ok(Row::of(entry, log)?.ok_or(JournalError::NoRecord(record))?)
        };
        match self {
            Self::Jsonl(file) => {
                serde_json::to_writer(&mut *file, entry)?;
                file.write_all(b"\n")
            }
            Self::Csv(file) => file.write(&row()?),
            Self::Parquet(file) => file.write(&row()?),
        }
    }

    fn finish(self) -> Result<Streamed, CliError> {
        match self {
            Self::Jsonl(file) => Ok(file),
            Self::Csv(file) => file.finish(),
            Self::Parquet(file) => file.finish(),
        }
    }
}
