//! From what was written to a place in the file system.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::directory::{Directory, Origin};
use super::links;
use crate::action::ActionError;
use crate::action::limits::{MAX_PATH_BYTES, MAX_PATH_SEGMENTS};

/// Spellings of the home directory at the beginning of a path, by shells of all systems.
const HOME: &[&str] = &[
    "$HOME",
    "${HOME}",
    "%USERPROFILE%",
    "%HOME%",
    "$env:USERPROFILE",
    "$env:HOME",
];
/// Spellings of the working directory at the beginning of a path.
const WORKING_DIRECTORY: &[&str] = &["$PWD", "${PWD}", "~+", "%CD%"];

/// Finds `written` from `base`, where the process was started in `start`.
pub(super) fn locate(
    written: &str,
    base: &Directory,
    start: &Directory,
    field: &'static str,
) -> Result<Directory, ActionError> {
    check(written, field)?;
    let text = from_uri(written, field)?;
    let (mut found, rest) = beginning(&text, base);
    // Those that the path still has in the end: `./` and `a/../` pad without making it deeper.
    let mut segments: usize = 0;
    for segment in rest.split(['/', '\\']) {
        match segment {
            "" | "." => {}
            ".." => {
                segments = segments.saturating_sub(1);
                found.leave();
            }
            _ => {
                segments += 1;
                links::step(&mut found, segment, start);
            }
        }
    }
    links::settle(&mut found);
    if segments > MAX_PATH_SEGMENTS {
        return Err(ActionError::TooLarge {
            field,
            unit: "segments",
            actual: segments,
            limit: MAX_PATH_SEGMENTS,
        });
    }
    Ok(found)
}

fn check(written: &str, field: &'static str) -> Result<(), ActionError> {
    if written.is_empty() {
        return Err(ActionError::Missing { field });
    }
    if written.len() > MAX_PATH_BYTES {
        return Err(ActionError::TooLarge {
            field,
            unit: "bytes",
            actual: written.len(),
            limit: MAX_PATH_BYTES,
        });
    }
    if written.contains('\0') {
        return Err(ActionError::invalid(field, "holds a NUL byte"));
    }
    Ok(())
}

/// Whether the text is read as a `file:` URI.
pub(super) fn is_uri(written: &str) -> bool {
    behind_scheme(written).is_some()
}

fn behind_scheme(written: &str) -> Option<&str> {
    let (scheme, rest) = written.split_once(':')?;
    scheme.eq_ignore_ascii_case("file").then_some(rest)
}

/// The path of a `file:` URI (RFC 8089), decoded; any other text as it is.
fn from_uri<'a>(written: &'a str, field: &'static str) -> Result<Cow<'a, str>, ActionError> {
    let Some(rest) = behind_scheme(written) else {
        return Ok(Cow::Borrowed(written));
    };
    let path = match rest.strip_prefix("//") {
        Some(with_host) => with_host.split_once('/').map_or("/", |(_, path)| path),
        None => rest,
    };
    let path = path.split(['?', '#']).next().unwrap_or(path);
    let decoded = percent_decode_str(path)
        .decode_utf8()
        .map_err(|_| ActionError::invalid(field, "is a URI that does not decode to UTF-8"))?;
    let decoded = format!("/{decoded}");
    if decoded.contains('\0') {
        return Err(ActionError::invalid(field, "holds a NUL byte"));
    }
    Ok(Cow::Owned(decoded))
}

/// Where a path begins, and what is left of it to walk.
fn beginning<'a>(text: &'a str, base: &Directory) -> (Directory, &'a str) {
    if text.starts_with(['/', '\\']) {
        return (Directory::new(Origin::Rooted), text);
    }
    if let Some((drive, rest)) = drive(text) {
        return (Directory::rooted_at(&drive.to_ascii_lowercase()), rest);
    }
    if !text.starts_with(['~', '$', '%']) {
        return (base.clone(), text);
    }
    if let Some(rest) = after_any(text, WORKING_DIRECTORY) {
        return (base.clone(), rest);
    }
    if let Some(rest) = after_any(text, HOME) {
        return (Directory::rooted_at("~"), rest);
    }
    match text.strip_prefix('~').map(|_| head(text)) {
        Some((home, rest)) if is_home(home) => (Directory::rooted_at(home), rest),
        _ => (base.clone(), text),
    }
}

/// `C:` in front of a Windows path.
fn drive(text: &str) -> Option<(&str, &str)> {
    let bytes = text.as_bytes();
    let is_drive =
        bytes.first().is_some_and(u8::is_ascii_alphabetic) && bytes.get(1) == Some(&b':');
    is_drive.then(|| text.split_at(2))
}

/// Splits a path after its first segment.
fn head(text: &str) -> (&str, &str) {
    text.find(['/', '\\'])
        .map_or((text, ""), |at| text.split_at(at))
}

fn after_any<'a>(text: &'a str, spellings: &[&str]) -> Option<&'a str> {
    let (first, rest) = head(text);
    spellings
        .iter()
        .any(|spelling| first.eq_ignore_ascii_case(spelling))
        .then_some(rest)
}

/// `~` and `~user`, not a file name such as `~$report.docx`.
fn is_home(segment: &str) -> bool {
    segment
        .chars()
        .skip(1)
        .all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-'))
}
