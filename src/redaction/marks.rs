//! The marks that replace secrets: `[NAME:HEX16]`.

use std::ops::Range;

use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::RedactionKey;

/// Hex digits of a mark.
const MARK_DIGITS: usize = 16;

/// The mark that replaces a secret: `[NAME:HEX16]`, with a keyed hash of the secret, so that equal secrets have
/// equal marks.
pub(super) fn mark(key: &RedactionKey, name: &str, secret: &str) -> String {
    use std::fmt::Write as _;
    let mut out = format!("[{name}:");
    // HMAC takes a key of any length.
    if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&key.0) {
        mac.update(secret.as_bytes());
        for byte in mac.finalize().into_bytes().iter().take(8) {
            // Writing to a string can't fail.
            if write!(out, "{byte:02x}").is_err() {
                break;
            }
        }
    }
    out.push(']');
    out
}

/// The ranges of marks in a text, and the brackets that escape one in a glob.
pub(super) fn spans(text: &str) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find('[')) {
        let start = from + at;
        match text.get(start..).and_then(length) {
            Some(length) => {
                spans.push(start..start + length);
                from = start + length;
            }
            None => from = start + 1,
        }
    }
    spans
}

/// The bytes of the mark that a text begins with.
fn length(text: &str) -> Option<usize> {
    let (text, open, close) = match text.strip_prefix("[[]") {
        Some(inner) => (inner, 3, "[]]"),
        None => (text.strip_prefix('[')?, 1, "]"),
    };
    let colon = text.find(|c: char| !matches!(c, 'a'..='z' | '0'..='9' | '-'))?;
    let rest = text.get(colon..)?.strip_prefix(':')?;
    let (digits, end) = rest.split_at_checked(MARK_DIGITS)?;
    let is_mark = colon > 0
        && digits
            .bytes()
            .all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        && end.starts_with(close);
    is_mark.then_some(open + colon + 1 + MARK_DIGITS + close.len())
}
