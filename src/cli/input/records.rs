use std::io::{self, BufRead, Read};
use std::path::{Path, PathBuf};

use serde::Deserialize as _;
use serde::de::IgnoredAny;

use super::Document;
use super::replay::Replay;
use crate::action::ActionError;
use crate::action::limits::MAX_DOCUMENT_BYTES;
use crate::cli::error::CliError;

/// Documents, one a line; the first may stretch over several, as a pretty printer leaves it.
pub(crate) struct Records {
    reader: Replay,
    path: PathBuf,
    line: u64,
    first: bool,
}

impl Records {
    pub(crate) fn new(reader: Box<dyn Read + Send>, path: &Path) -> Self {
        Self {
            reader: Replay::new(reader),
            path: path.to_owned(),
            line: 0,
            first: true,
        }
    }

    /// The next document; none at the end of the input. Blank lines are counted and skipped.
    ///
    /// # Errors
    /// If the input can't be read. A document that is too large is not an error of the input.
    pub(crate) fn next_record(&mut self) -> Result<Option<Document>, CliError> {
        self.read_next().map_err(|cause| CliError::Input {
            path: self.path.clone(),
            cause,
        })
    }

    /// Whether reading the next document could block: before reading it, answer what was read,
    /// since the program that writes the input may be waiting for that.
    pub(crate) fn would_wait(&self) -> bool {
        !self.reader.buffered().contains(&b'\n')
    }

    fn read_next(&mut self) -> io::Result<Option<Document>> {
        while let Some(bytes) = self.read_line()? {
            let line = self.line;
            let bytes = bytes.map(|bytes| without_mark(line, bytes));
            let bytes = match bytes {
                Ok(bytes) if bytes.trim_ascii().is_empty() => continue,
                Ok(bytes) if self.first && is_incomplete(&bytes) => Ok(self.read_rest(bytes)?),
                other => other,
            };
            self.first = false;
            let trimmed = bytes.map(|mut bytes| {
                // Else an error at the end would name the line after it.
                bytes.truncate(bytes.trim_ascii_end().len());
                bytes
            });
            return Ok(Some(Document {
                line,
                bytes: trimmed,
            }));
        }
        Ok(None)
    }

    /// One line of at most [`MAX_DOCUMENT_BYTES`]; of a longer one, only that it was.
    fn read_line(&mut self) -> io::Result<Option<Result<Vec<u8>, ActionError>>> {
        let limit = MAX_DOCUMENT_BYTES as u64 + 1;
        let mut bytes = Vec::new();
        if self
            .reader
            .by_ref()
            .take(limit)
            .read_until(b'\n', &mut bytes)?
            == 0
        {
            return Ok(None);
        }
        self.line += 1;
        let ended = bytes.ends_with(b"\n");
        if !ended && bytes.len() > MAX_DOCUMENT_BYTES {
            self.reader.skip_until(b'\n')?;
            let problem =
                format!("the line is longer than the limit of {MAX_DOCUMENT_BYTES} bytes");
            return Ok(Some(Err(ActionError::Malformed(problem))));
        }
        Ok(Some(Ok(bytes)))
    }

    /// The whole of a document of which `start` is the first line. If the lines that follow
    /// don't complete it, they are given back, and `start` is a bad line of its own.
    fn read_rest(&mut self, start: Vec<u8>) -> io::Result<Vec<u8>> {
        let kept = start.len();
        let mut tee = Tee {
            reader: &mut self.reader,
            seen: Vec::new(),
        };
        let limit = MAX_DOCUMENT_BYTES.saturating_sub(kept) as u64;
        let document = start.as_slice().chain((&mut tee).take(limit));
        let complete =
            IgnoredAny::deserialize(&mut serde_json::Deserializer::from_reader(document));
        let mut seen = tee.seen;
        match complete {
            Ok(IgnoredAny) => {
                let limit = MAX_DOCUMENT_BYTES as u64;
                self.reader
                    .by_ref()
                    .take(limit)
                    .read_until(b'\n', &mut seen)?;
                self.line += lines(&seen);
                Ok([start, seen].concat())
            }
            Err(error) if error.is_io() => Err(error.into()),
            Err(_) => {
                self.reader.give_back(seen);
                Ok(start)
            }
        }
    }
}

impl Iterator for Records {
    type Item = Result<Document, CliError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_record().transpose()
    }
}

/// What editors on Windows put before UTF-8 text (RFC 8259 section 8.1 lets a reader ignore it).
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The input's first line without a byte order mark.
fn without_mark(line: u64, mut bytes: Vec<u8>) -> Vec<u8> {
    if line == 1 && bytes.starts_with(BYTE_ORDER_MARK) {
        bytes.drain(..BYTE_ORDER_MARK.len());
    }
    bytes
}

fn lines(bytes: &[u8]) -> u64 {
    let newlines = bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
    let unended = !bytes.is_empty() && !bytes.ends_with(b"\n");
    newlines + u64::from(unended)
}

/// Whether the text is the beginning of JSON and no more.
fn is_incomplete(bytes: &[u8]) -> bool {
    serde_json::from_slice::<IgnoredAny>(bytes).is_err_and(|error| error.is_eof())
}

/// Keeps what is read through it.
struct Tee<'a> {
    reader: &'a mut Replay,
    seen: Vec<u8>,
}

impl Read for Tee<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        self.seen.extend(buffer.iter().take(count));
        Ok(count)
    }
}
