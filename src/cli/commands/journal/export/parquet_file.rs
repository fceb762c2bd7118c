//! Decisions as Parquet.

use std::fmt::Write as _;
use std::io::Write;
use std::sync::Arc;

use parquet::basic::Compression;
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::parser::parse_message_type;

use super::columns::{COLUMNS, Kind, Row, Value};
use crate::cli::error::CliError;

/// Rows of one row group.
const GROUP_ROWS: usize = 65_536;
/// Bytes of texts that one row group holds, about.
const GROUP_BYTES: usize = 64 * 1024 * 1024;
/// Definition levels of a column that may be empty.
const EMPTY: i16 = 0;
const THERE: i16 = 1;

/// Writes rows, a row group at a time.
pub(super) struct ParquetFile<W: Write + Send> {
    writer: SerializedFileWriter<W>,
    columns: Vec<Buffer>,
    rows: usize,
    bytes: usize,
}

/// The values of one column that wait to be written.
enum Buffer {
    Text(Vec<ByteArray>, Vec<i16>),
    Integer(Vec<i64>, Vec<i16>),
    Time(Vec<i64>),
    Flag(Vec<bool>),
}

impl<W: Write + Send> ParquetFile<W> {
    pub(super) fn new(file: W) -> Result<Self, CliError> {
        let schema = Arc::new(parse_message_type(&schema())?);
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(concat!("cavra ", env!("CARGO_PKG_VERSION")).to_owned())
            .build();
        Ok(Self {
            writer: SerializedFileWriter::new(file, schema, Arc::new(properties))?,
            columns: COLUMNS
                .iter()
                .map(|column| Buffer::of(column.kind))
                .collect(),
            rows: 0,
            bytes: 0,
        })
    }

    pub(super) fn write(&mut self, row: &Row<'_>) -> Result<(), CliError> {
        for (column, buffer) in COLUMNS.iter().zip(&mut self.columns) {
            self.bytes += buffer.push((column.value)(row));
        }
        self.rows += 1;
        if self.rows >= GROUP_ROWS || self.bytes >= GROUP_BYTES {
            self.flush()?;
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<W, CliError> {
        self.flush()?;
        Ok(self.writer.into_inner()?)
    }

    fn flush(&mut self) -> Result<(), CliError> {
        if self.rows == 0 {
            return Ok(());
        }
        let mut group = self.writer.next_row_group()?;
        for buffer in &mut self.columns {
            let Some(mut column) = group.next_column()? else {
                break;
            };
            buffer.drain(&mut column)?;
            column.close()?;
        }
        group.close()?;
        (self.rows, self.bytes) = (0, 0);
        Ok(())
    }
}

fn schema() -> String {
    let mut schema = "message decision {\n".to_owned();
    for column in COLUMNS {
        let name = column.name;
        // Writing to a string can't fail.
        let _ = match column.kind {
            Kind::Text => writeln!(schema, "OPTIONAL BYTE_ARRAY {name} (UTF8);"),
            Kind::Integer => writeln!(schema, "OPTIONAL INT64 {name};"),
            Kind::Time => writeln!(schema, "REQUIRED INT64 {name} (TIMESTAMP(MICROS,true));"),
            Kind::Flag => writeln!(schema, "REQUIRED BOOLEAN {name};"),
        };
    }
    schema.push('}');
    schema
}

impl Buffer {
    fn of(kind: Kind) -> Self {
        match kind {
            Kind::Text => Self::Text(Vec::new(), Vec::new()),
            Kind::Integer => Self::Integer(Vec::new(), Vec::new()),
            Kind::Time => Self::Time(Vec::new()),
            Kind::Flag => Self::Flag(Vec::new()),
        }
    }

    /// Answers how many bytes it takes, about.
    fn push(&mut self, value: Value<'_>) -> usize {
        match (self, value) {
            (Self::Text(values, levels), Value::Text(text)) => {
                levels.push(if text.is_some() { THERE } else { EMPTY });
                let Some(text) = text else { return 0 };
                let bytes = text.len();
                values.push(text.into_owned().into_bytes().into());
                bytes
            }
            (Self::Integer(values, levels), Value::Integer(value)) => {
                levels.push(if value.is_some() { THERE } else { EMPTY });
                values.extend(value);
                size_of::<i64>()
            }
            (Self::Time(values), Value::Time(value)) => {
                values.push(value);
                size_of::<i64>()
            }
            (Self::Flag(values), Value::Flag(value)) => {
                values.push(value);
                size_of::<bool>()
            }
            // A column's values are of its kind; the row group would not close otherwise.
            _ => 0,
        }
    }

    fn drain(&mut self, column: &mut SerializedColumnWriter<'_>) -> Result<(), ParquetError> {
        match self {
            Self::Text(values, levels) => {
                let column = column.typed::<ByteArrayType>();
                column.write_batch(values, Some(levels), None)?;
                values.clear();
                levels.clear();
            }
            Self::Integer(values, levels) => {
                let column = column.typed::<Int64Type>();
                column.write_batch(values, Some(levels), None)?;
                values.clear();
                levels.clear();
            }
            Self::Time(values) => {
                column
                    .typed::<Int64Type>()
                    .write_batch(values, None, None)?;
                values.clear();
            }
            Self::Flag(values) => {
                column.typed::<BoolType>().write_batch(values, None, None)?;
                values.clear();
            }
        }
        Ok(())
    }
}
