//! Texts cut to a size that they have in JSON, where one character can take six bytes.

use std::borrow::Cow;
use std::fmt;

/// Bytes that the mark of a cut takes at most: `… [N bytes left out]`.
const MARK_BYTES: usize = 44;
/// Bytes that are taken before the first is written.
const FIRST_BYTES: usize = 128;
/// How that mark ends.
const MARK_END: &str = " bytes left out]";
/// Bytes that one byte of a text takes at most in JSON: `\u001b` (RFC 8259 section 7).
pub const MAX_ESCAPED_BYTES: usize = 6;

/// Bytes of `text` as a JSON string, without its quotation marks.
#[must_use]
pub fn json_len(text: &str) -> usize {
    text.bytes().map(escaped_len).sum()
}

fn escaped_len(byte: u8) -> usize {
    match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 0x08 | 0x0c => 2,
        0..0x20 => MAX_ESCAPED_BYTES,
        _ => 1,
    }
}

/// `text`, or so much of its beginning that it takes at most `limit` bytes of JSON together with
/// a mark that says how much was left out.
#[must_use]
pub fn cut(text: &str, limit: usize) -> Cow<'_, str> {
    let fits = text.len() <= limit / MAX_ESCAPED_BYTES || json_len(text) <= limit;
    if fits {
        return Cow::Borrowed(text);
    }
    let mut cut = Cut::new(limit);
    cut.push(text);
    Cow::Owned(cut.finish())
}

/// Whether `text` holds the mark of a cut, or what looks like one.
#[must_use]
pub fn is_cut(text: &str) -> bool {
    text.contains(MARK_END)
}

/// A text that is written in pieces and cut like [`cut`] does: what is over the limit is counted
/// and takes no memory.
#[derive(Debug)]
pub struct Cut {
    text: String,
    limit: usize,
    /// Bytes of `text` whose JSON is counted. None are, as long as all of it fits whatever it is.
    counted: usize,
    /// Bytes of JSON that they take.
    taken: usize,
    /// Bytes that were not added.
    left_out: usize,
}

impl Cut {
    /// Nothing, that takes at most `limit` bytes of JSON.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self {
            text: String::with_capacity(limit.min(FIRST_BYTES)),
            limit,
            counted: 0,
            taken: 0,
            left_out: 0,
        }
    }

    /// Adds `text`, as far as it fits.
    pub fn push(&mut self, text: &str) {
        if self.left_out == 0 && self.text.len() + text.len() <= self.limit / MAX_ESCAPED_BYTES {
            self.text.push_str(text);
            return;
        }
        self.taken += json_len(self.text.get(self.counted..).unwrap_or(""));
        let fitting = match self.left_out {
            0 => fitting(text, self.limit.saturating_sub(self.taken)),
            _ => 0,
        };
        let (head, rest) = text.split_at_checked(fitting).unwrap_or(("", text));
        self.counted = self.text.len();
        self.text.push_str(head);
        self.left_out += rest.len();
    }

    /// Adds each of `texts`, with `between` two of them.
    pub fn join<'a>(&mut self, texts: impl IntoIterator<Item = &'a str>, between: &str) {
        for (index, text) in texts.into_iter().enumerate() {
            if index > 0 {
                self.push(between);
            }
            self.push(text);
        }
    }

    /// The text, marked if something was left out.
    #[must_use]
    pub fn finish(mut self) -> String {
        if self.left_out == 0 {
            return self.text;
        }
        let kept = fitting(&self.text, self.limit.saturating_sub(MARK_BYTES));
        let left_out = self.left_out + self.text.len() - kept;
        self.text.truncate(kept);
        self.text.push_str(&format!("… [{left_out}{MARK_END}"));
        self.text
    }
}

impl fmt::Write for Cut {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push(text);
        Ok(())
    }
}

/// Bytes of the longest beginning of `text` that takes at most `room` bytes of JSON.
fn fitting(text: &str, room: usize) -> usize {
    let mut taken = 0;
    let over = text.bytes().position(|byte| {
        taken += escaped_len(byte);
        taken > room
    });
    over.map_or(text.len(), |end| text.floor_char_boundary(end))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_cut_text_fits_and_says_how_much_is_left_out(
            text in "([a-zß€😀]|[\\x00-\\x1f\"\\\\]){0,300}",
            limit in MARK_BYTES..400_usize,
        ) {
            let short = cut(&text, limit);
            let as_json = serde_json::to_string(&short).unwrap();
            prop_assert!(as_json.len() - 2 <= limit);
            prop_assert_eq!(json_len(&short), as_json.len() - 2);
            match short {
                Cow::Borrowed(whole) => prop_assert_eq!(whole, &text),
                Cow::Owned(short) => {
                    let (head, mark) = short.rsplit_once("… [").unwrap();
                    let left_out: usize = mark.split(' ').next().unwrap().parse().unwrap();
                    prop_assert!(text.starts_with(head));
                    prop_assert_eq!(head.len() + left_out, text.len());
                }
            }
        }

        #[test]
        fn pieces_are_cut_like_the_whole(
            pieces in prop::collection::vec("[a-z\\x01€]{0,20}", 0..20),
            limit in MARK_BYTES..200_usize,
        ) {
            let mut cut_in_pieces = Cut::new(limit);
            cut_in_pieces.join(pieces.iter().map(String::as_str), "");
            prop_assert_eq!(cut_in_pieces.finish(), cut(&pieces.concat(), limit).into_owned());
        }
    }
}
