//! Reasons as people give them.

use crate::change::limits::MAX_REASON_BYTES;

/// A reason that says something, within the limit of what a document or a record keeps.
pub(crate) fn reason(text: &str) -> Result<String, String> {
    if text.trim().is_empty() {
        return Err("the reason is empty; say in a few words why".to_owned());
    }
    match text.len() {
        found if found > MAX_REASON_BYTES => Err(format!(
            "the reason has {found} bytes; the limit is {MAX_REASON_BYTES}"
        )),
        _ => Ok(text.to_owned()),
    }
}
