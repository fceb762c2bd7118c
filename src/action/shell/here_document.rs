//! Here-documents: announced on one line, read behind it.

use super::Unparsed;
use super::lexer::Lexer;
use super::texts::{CLOSE, HereDocument, OPEN, Text};

impl Lexer<'_> {
    /// Takes the bodies of the here-documents that the line before announced.
    pub(super) fn bodies(&mut self) -> Result<(), Unparsed> {
        for document in std::mem::take(&mut self.here_documents) {
            let body = self.body(&document)?;
            if let Some(text) = self.texts.0.get_mut(document.text) {
                text.raw = body;
            }
        }
        Ok(())
    }

    pub(super) fn body(&mut self, document: &HereDocument) -> Result<String, Unparsed> {
        let mut body = String::new();
        while self.at < self.text.len() {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let (line, length) = line(rest, document.expands);
            let line = if document.strip_tabs {
                line.trim_start_matches('\t')
            } else {
                line
            };
            if self.skipping
                && let Some(after) = line.strip_prefix(document.delimiter.as_str())
                && after.contains(')')
            {
                if !after.starts_with(')') {
                    return Err(Unparsed::new(
                        "a here-document may end in the middle of a line",
                    ));
                }
                // `$(cat <<X … X)`: bash takes the delimiter in front of the closing bracket.
                self.at += length - after.len() - usize::from(rest.contains('\n'));
                return Ok(body);
            }
            self.at += length;
            if is_delimiter(line, document) {
                return Ok(body);
            }
            body.push_str(line);
            body.push('\n');
        }
        // Bash warns and takes the end of the text for the delimiter.
        Ok(body)
    }

    pub(super) fn here_document(&mut self, operator: &str) -> Result<(), Unparsed> {
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
        let raw = self.take_word()?;
        if raw.is_empty() {
            return Err(Unparsed::new("a here-document has no delimiter"));
        }
        let (delimiter, quoted) = delimiter(&raw)?;
        self.push_operator(operator);
        let tag = self.texts.add(raw);
        self.texts.0.push(Text {
            raw: String::new(),
            expands: !quoted,
            whole: false,
        });
        let text = self.texts.0.len() - 1;
        self.push_word(tag.clone());
        self.push_word(format!("{OPEN}{text}{CLOSE}"));
        self.push_word(tag);
        self.here_documents.push(HereDocument {
            text,
            delimiter,
            expands: !quoted,
            strip_tabs: operator == "<<-",
        });
        Ok(())
    }
}

/// A delimiter without its quotes, and whether it has any.
///
/// Bash removes quotes from a delimiter by rules that differ from those for other words. Where
/// they could matter the delimiter is refused, because a body that seems to be longer than it is
/// would hide commands.
fn delimiter(raw: &str) -> Result<(String, bool), Unparsed> {
    // Bash takes the carriage return in front of a line's end for a part of the word.
    let unended = raw.strip_suffix('\r').filter(|raw| !raw.ends_with('\\'));
    let (raw, end) = unended.map_or((raw, ""), |raw| (raw, "\r"));
    let quoted = |mark| raw.strip_prefix(mark)?.strip_suffix(mark);
    let inner = quoted('\'').or_else(|| quoted('"'));
    let (text, is_quoted) = match inner.or_else(|| raw.strip_prefix('\\')) {
        Some(text) => (text, true),
        None => (raw, false),
    };
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"_.-+:,@%/=!~^\r".contains(&b);
    let is_plain = |b: u8| is_plain(b) || (inner.is_some() && b == b' ');
    if text.is_empty() || !text.bytes().all(is_plain) {
        return Err(Unparsed::new(
            "a here-document's delimiter has quotes or characters that are not followed",
        ));
    }
    Ok((format!("{text}{end}"), is_quoted))
}

/// The first line of a text, and how many bytes it has with its end. Bash joins the lines of a
/// body that expands, where a `\` is in front of the line's end, before it looks for the delimiter.
fn line(text: &str, joins: bool) -> (&str, usize) {
    let mut end = 0;
    loop {
        let rest = text.get(end..).unwrap_or_default();
        let Some(length) = rest.find('\n') else {
            return (text, text.len());
        };
        end += length;
        let line = text.get(..end).unwrap_or_default();
        let escapes = line.bytes().rev().take_while(|b| *b == b'\\').count();
        end += 1;
        if !joins || escapes % 2 == 0 {
            return (line, end);
        }
    }
}

/// Whether a line ends the body.
fn is_delimiter(line: &str, document: &HereDocument) -> bool {
    line == document.delimiter
        || (document.expands
            && line.contains("\\\n")
            && line.replace("\\\n", "") == document.delimiter)
}
