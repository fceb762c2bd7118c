//! `cavra journal export`

mod columns;
mod csv_file;
mod parquet_file;

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;
use uuid::Uuid;

use super::filter::FilterArgs;
use super::source::SourceArgs;
use crate::cli::args::OutputFormat;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::output::{Output, printable};
use crate::journal::query::{EntryKind, JournalEntry, Query};
use columns::Row;
use csv_file::CsvFile;
use parquet_file::ParquetFile;

const INTRODUCTION: &str = "\
Writes one row or line for each decision that the filters mean. The file takes its name only
when it is whole; what had that name is replaced.

`jsonl`: each line is a `cavra.journal.entry.v1`, the record and its contents exactly as they
are stored. `csv` (RFC 4180, UTF-8) and `parquet` have the columns below; in CSV, a text that a
spreadsheet could take for a formula (it begins with = + - @, a tab or a carriage return) has an
apostrophe before it.

Columns:
";

const EXAMPLES: &str = "
Examples:
  cavra journal export --format parquet --out decisions.parquet --data-dir /var/lib/cavra
  cavra journal export --format csv --out blocked.csv --decision block --since 24h --endpoint
    http://127.0.0.1:50051
  cavra journal export --format jsonl --out all.jsonl --data-dir d

Exit codes:
  0  written
  1  there is no journal, it can't be read, or the file can't be written";

/// What to write, and where.
#[derive(Debug, Args)]
#[command(after_help = format!("{INTRODUCTION}{}{EXAMPLES}", columns::described()))]
pub(crate) struct ExportArgs {
    /// The form of the file
    #[arg(long, value_name = "FORMAT")]
    format: Format,
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
    bytes: u64,
    file: &'a Path,
}

pub(crate) fn run(args: &ExportArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let mut source = args.source.open()?;
    let progress = progress(source.size()?);
    let query = Query {
        filter: args.filter.filter(Some(EntryKind::Decision)),
        ..Query::default()
    };
    let new = NewFile::beside(&args.out)?;
    let mut sheet = Sheet::of(args.format, new.writer()?)?;
    let mut rows = 0;
    source.query(query, &mut |entries| {
        for entry in &entries {
            sheet.write(entry)?;
            rows += 1;
            progress.set_position(entry.position() + 1);
        }
        Ok(ControlFlow::Continue(()))
    })?;
    let file = sheet.finish()?;
    let bytes = new.take_its_name(file)?;
    progress.finish_and_clear();
    let report = Report {
        rows,
        bytes,
        file: &args.out,
    };
    match out.format() {
        OutputFormat::Json => out.json(&report)?,
        OutputFormat::Table => {
            let file = printable(&args.out.display().to_string());
            writeln!(out, "{rows} decisions in {file} ({bytes} bytes)")?;
        }
    }
    Ok(ExitStatus::Success)
}

/// On standard error, where a person watches.
fn progress(size: u64) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(size), ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template("{wide_bar} {percent}%  {elapsed} of {duration}");
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

enum Sheet {
    Jsonl(BufWriter<File>),
    Csv(Box<CsvFile<BufWriter<File>>>),
    Parquet(Box<ParquetFile<BufWriter<File>>>),
}

impl Sheet {
    fn of(format: Format, file: BufWriter<File>) -> Result<Self, CliError> {
        Ok(match format {
            Format::Jsonl => Self::Jsonl(file),
            Format::Csv => Self::Csv(Box::new(CsvFile::new(file)?)),
            Format::Parquet => Self::Parquet(Box::new(ParquetFile::new(file)?)),
        })
    }

    fn write(&mut self, entry: &JournalEntry) -> Result<(), CliError> {
        let row = || {
            // The filter lets decisions through only.
            Row::of(entry)?.ok_or(CliError::NoRecord(
                crate::journal::query::RecordRef::Position(entry.position()),
            ))
        };
        match self {
            Self::Jsonl(file) => {
                serde_json::to_writer(&mut *file, entry)?;
                Ok(file.write_all(b"\n")?)
            }
            Self::Csv(file) => file.write(&row()?),
            Self::Parquet(file) => file.write(&row()?),
        }
    }

    fn finish(self) -> Result<BufWriter<File>, CliError> {
        match self {
            Self::Jsonl(file) => Ok(file),
            Self::Csv(file) => file.finish(),
            Self::Parquet(file) => file.finish(),
        }
    }
}

/// A file that takes its name when it is whole, and goes if that never comes.
struct NewFile<'a> {
    target: &'a Path,
    path: PathBuf,
}

impl<'a> NewFile<'a> {
    fn beside(target: &'a Path) -> Result<Self, CliError> {
        let failed = |cause| CliError::Write {
            path: target.to_owned(),
            cause,
        };
        if target.file_name().is_none() || target.is_dir() {
            return Err(failed(std::io::ErrorKind::IsADirectory.into()));
        }
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        let name = format!(".cavra-{}", Uuid::now_v7().simple());
        Ok(Self {
            target,
            path: target.with_file_name(name),
        })
    }

    fn failed(&self, cause: std::io::Error) -> CliError {
        CliError::Write {
            path: self.target.to_owned(),
            cause,
        }
    }

    fn writer(&self) -> Result<BufWriter<File>, CliError> {
        let file = File::create_new(&self.path).map_err(|cause| self.failed(cause))?;
        Ok(BufWriter::new(file))
    }

    /// Answers how many bytes there are.
    fn take_its_name(&self, file: BufWriter<File>) -> Result<u64, CliError> {
        let file = file
            .into_inner()
            .map_err(|error| self.failed(error.into_error()))?;
        file.sync_all().map_err(|cause| self.failed(cause))?;
        fs::rename(&self.path, self.target).map_err(|cause| self.failed(cause))?;
        Ok(file.metadata().map_err(|cause| self.failed(cause))?.len())
    }
}

impl Drop for NewFile<'_> {
    fn drop(&mut self) {
        // It is gone if it took its name.
        drop(fs::remove_file(&self.path));
    }
}
