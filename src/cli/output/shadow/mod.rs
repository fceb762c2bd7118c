//! Shadow reports: for people, programs, CI, and a board.

mod charts;
mod html;
mod junit;
mod table;
mod words;

use std::io::Write as _;
use std::path::Path;

use anstream::adapter::strip_str;

use super::{Output, document};
use crate::cli::error::CliError;
use crate::cli::global::ReportFormat;
use crate::cli::named_files;
use crate::shadow::report::Report;

/// Writes a report to `file`, or to standard output.
pub(crate) fn write(
    report: &Report,
    format: ReportFormat,
    file: Option<&Path>,
    out: &mut Output,
) -> Result<(), CliError> {
    let text = match format {
        ReportFormat::Table => table::text(report, out),
        ReportFormat::Json => document(report)?,
        ReportFormat::Junit => junit::text(report),
        ReportFormat::Html => html::text(report),
    };
    match file {
        // Colours are for terminals.
        Some(path) if format == ReportFormat::Table => {
            named_files::write(path, &strip_str(&text).to_string())
        }
        Some(path) => named_files::write(path, &text),
        None => Ok(out.write_all(text.as_bytes())?),
    }
}
