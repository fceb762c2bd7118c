//! Here-documents: announced on one line, read behind it.

use super::Unparsed;
use super::lexer::Lexer;
use super::names;
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
            let (line, length) = match rest.split_once('\n') {
                Some((line, _)) => (line, line.len() + 1),
                None => (rest, rest.len()),
            };
            let line = if document.strip_tabs {
                line.trim_start_matches('\t')
            } else {
                line
            };
            if self.skipping && line.len() > document.delimiter.len() {
                // `$(cat <<X … X)`: bash takes the delimiter in front of the closing bracket.
                if let Some(after) = line.strip_prefix(document.delimiter.as_str())
                    && after.starts_with(')')
                {
                    self.at += length - after.len() - usize::from(rest.contains('\n'));
                    return Ok(body);
                }
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
        let quoted = raw.contains(['\'', '"', '\\']);
        let delimiter = if quoted {
            names::unquote(&raw)
        } else {
            raw.clone()
        };
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
            strip_tabs: operator == "<<-",
        });
        Ok(())
    }
}
