//! Decisions as CSV (RFC 4180).

use std::borrow::Cow;
use std::io::Write;

use jiff::Timestamp;

use super::columns::{COLUMNS, Row, Value};
use crate::cli::error::CliError;

/// What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection).
const FORMULA_STARTS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Writes rows.
pub(super) struct CsvFile<W: Write> {
    writer: csv::Writer<W>,
}

impl<W: Write> CsvFile<W> {
    pub(super) fn new(file: W) -> Result<Self, CliError> {
        let mut writer = csv::Writer::from_writer(file);
        writer.write_record(COLUMNS.iter().map(|column| column.name))?;
        Ok(Self { writer })
    }

    pub(super) fn write(&mut self, row: &Row<'_>) -> Result<(), CliError> {
        for column in COLUMNS {
            let text = match (column.value)(row) {
                Value::Text(text) => text.map_or(Cow::Borrowed(""), harmless),
                Value::Integer(value) => {
                    value.map_or(Cow::Borrowed(""), |it| it.to_string().into())
                }
                Value::Time(microseconds) => time(microseconds).into(),
                Value::Flag(flag) => Cow::Borrowed(if flag { "true" } else { "false" }),
            };
            self.writer.write_field(&*text)?;
        }
        Ok(self.writer.write_record(None::<&[u8]>)?)
    }

    pub(super) fn finish(self) -> Result<W, CliError> {
        self.writer
            .into_inner()
            .map_err(|error| CliError::Output(error.into_error()))
    }
}

/// Agents choose targets and ids: an apostrophe keeps a spreadsheet from running them.
fn harmless(text: Cow<'_, str>) -> Cow<'_, str> {
    match text.starts_with(FORMULA_STARTS) {
        true => format!("'{text}").into(),
        false => text,
    }
}

fn time(microseconds: i64) -> String {
    match Timestamp::from_microsecond(microseconds) {
        Ok(time) => format!("{time:.6}"),
        // It came from a time, so it is one.
        Err(_) => String::new(),
    }
}
