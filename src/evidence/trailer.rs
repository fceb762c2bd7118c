//! How a commit names the session that it was made in.

use super::limits::MAX_SESSION_BYTES;

/// The trailer of a commit's message (git-interpret-trailers(1)).
pub const TRAILER: &str = "Cavra-Session";

/// Whether a session's id can be a trailer: visible ASCII characters, at most [`MAX_SESSION_BYTES`].
#[must_use]
pub fn is_session(text: &str) -> bool {
    let is_visible = |byte: u8| byte.is_ascii_graphic();
    (1..=MAX_SESSION_BYTES).contains(&text.len()) && text.bytes().all(is_visible)
}
