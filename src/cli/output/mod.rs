//! Standard output and standard error: one buffered writer, and the forms that are written to it.

pub(crate) mod approval;
pub(crate) mod cases;
pub(crate) mod facts;
pub(crate) mod shadow;
pub(crate) mod style;
pub(crate) mod table;

use std::fmt::Display;
use std::io::{self, BufWriter, IsTerminal as _, Write};

use serde::Serialize;

use super::error::CliError;
use super::global::{GlobalArgs, OutputFormat, ReportFormat};
use crate::canonical::is_invisible;

/// Bytes that are collected before they are written.
const BUFFER_BYTES: usize = 64 * 1024;

/// Standard output, or what people read on standard error.
pub(crate) struct Output {
    format: Option<OutputFormat>,
    terminal: bool,
    writer: BufWriter<Box<dyn Write>>,
}

impl Output {
    pub(crate) fn new(args: &GlobalArgs) -> Self {
        // What programs read never holds colour codes, so nothing need look for them.
        let stream: Box<dyn Write> = match args.output {
            Some(ReportFormat::Json | ReportFormat::Junit | ReportFormat::Html) => {
                Box::new(io::stdout().lock())
            }
            _ => Box::new(anstream::stdout().lock()),
        };
        Self {
            format: args.output.and_then(ReportFormat::common),
            terminal: io::stdout().is_terminal(),
            writer: BufWriter::with_capacity(BUFFER_BYTES, stream),
        }
    }

    /// Standard error, for people.
    pub(crate) fn to_stderr() -> Self {
        Self {
            format: None,
            terminal: io::stderr().is_terminal(),
            writer: BufWriter::with_capacity(BUFFER_BYTES, Box::new(anstream::stderr().lock())),
        }
    }

    /// The form that was asked for; a table if none was.
    pub(crate) fn format(&self) -> OutputFormat {
        self.format.unwrap_or(OutputFormat::Table)
    }

    /// As [`Self::format`], for what programs read more often than people.
    pub(crate) fn format_or_json(&self) -> OutputFormat {
        self.format.unwrap_or(OutputFormat::Json)
    }

    /// Whether a person watches. If not, tables are as wide as their content.
    pub(crate) fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// One JSON document over several lines.
    pub(crate) fn json<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), CliError> {
        serde_json::to_writer_pretty(&mut self.writer, value)?;
        self.writer.write_all(b"\n")?;
        Ok(())
    }

    /// Bytes as they are. What is written for people loses its escape codes and a few control
    /// characters where it isn't for a terminal.
    pub(crate) fn exactly(&mut self, bytes: &[u8]) -> Result<(), CliError> {
        self.finish()?;
        let mut stdout = io::stdout().lock();
        stdout.write_all(bytes)?;
        Ok(stdout.flush()?)
    }

    /// What was written so far, to the other side.
    pub(crate) fn finish(&mut self) -> Result<(), CliError> {
        Ok(self.writer.flush()?)
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// A document for a file: sorted keys, two spaces, a line feed at the end.
pub(crate) fn document<T: Serialize>(value: &T) -> Result<String, CliError> {
    Ok(format!("{:#}\n", serde_json::to_value(value)?))
}

/// `1 case`, `2 cases`.
pub(crate) fn counted<N: Display + PartialEq + From<u8>>(count: N, noun: &str) -> String {
    let ending = if count == N::from(1) { "" } else { "s" };
    format!("{count} {noun}{ending}")
}

/// Text from outside, for a line of output: what could move the cursor or forge another
/// line (control characters, bidirectional overrides), what nobody sees, and blanks that look like
/// another one are shown as their escapes.
pub(crate) fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        let is_blank = character.is_whitespace() && character != ' ';
        let is_unseen = character.is_control() || is_invisible(character) || is_blank;
        if is_unseen || is_no_character(character) {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    shown
}

/// The two that XML 1.0 can't hold, even escaped (section 2.2).
fn is_no_character(character: char) -> bool {
    matches!(character, '\u{fffe}' | '\u{ffff}')
}
