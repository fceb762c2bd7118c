//! Here-documents: announced on one line, read behind it.

use std::borrow::Cow;

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
            // Bash joins lines first, and strips the tabs of what they make then.
            let line = match document.strip_tabs {
                true => line.trim_start_matches('\t'),
                false => &*line,
            };
            if self.skipping
                && let Some(after) = line.strip_prefix(document.delimiter.as_str())
                && after.contains(')')
            {
                let raw = rest.get(..length).unwrap_or_default();
                let is_joined = raw.strip_suffix('\n').unwrap_or(raw).contains('\n');
                if !after.starts_with(')') || is_joined {
                    return Err(Unparsed::new(
                        "a here-document may end in the middle of a line",
                    ));
                }
                // `$(cat <<X … X)`: bash takes the delimiter in front of the closing bracket.
                self.at += length - after.len() - usize::from(rest.contains('\n'));
                return Ok(body);
            }
            self.at += length;
            if line == document.delimiter {
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

/// The first line of a text, and how many bytes it has with its end. Where a `\` is in front of the line's end,
/// bash joins the next one to it in a body that expands, before it looks for the delimiter.
fn line(text: &str, joins: bool) -> (Cow<'_, str>, usize) {
    let mut joined = Cow::Borrowed("");
    let mut at = 0;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let (part, end) = match rest.find('\n') {
            Some(length) => (rest.get(..length).unwrap_or_default(), at + length + 1),
            None => (rest, text.len()),
        };
        let escapes = part.bytes().rev().take_while(|b| *b == b'\\').count();
        let continues = joins && escapes % 2 == 1 && rest.len() > part.len();
        joined += match part.strip_suffix('\\') {
            Some(part) if continues => part,
            _ => part,
        };
        if !continues {
            return (joined, end);
        }
        at = end;
    }
}
