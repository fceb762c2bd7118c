use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::directory::{Base, Directory, Origin};
use crate::action::facts::Anchor;
use crate::action::limits::{MAX_PATH_BYTES, MAX_PATH_SEGMENTS};
use crate::action::{ActionError, Place};

/// Resolves what an agent wrote to the path that would be touched.
#[derive(Debug, Clone)]
pub struct Resolver {
    start: Directory,
    root: Option<Directory>,
}

/// A path that would be touched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// See [`crate::action::facts::PathAccess::path`].
    pub path: String,
    /// Where patterns are anchored.
    pub anchor: Anchor,
    /// The path lies outside a known workspace root.
    pub outside_workspace: bool,
    /// The path is relative to a directory that is not known: `path` holds only its end.
    pub unknown_base: bool,
}

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

impl Resolver {
    /// Prepares for paths that are written at `place`.
    ///
    /// A `workspace_root` that is relative, or is the file system's root, says
    /// nothing about where patterns are anchored and counts as unknown.
    ///
    /// # Errors
    /// If `cwd` or `workspace_root` holds a NUL byte or is over a limit.
    pub fn new(place: &Place) -> Result<Self, ActionError> {
        let nowhere = Directory::new(Origin::Floating);
        let locate = |text: &Option<String>, from: &Directory, field| match text {
            Some(text) if !text.is_empty() => locate(text, from, from, field).map(Some),
            _ => Ok(None),
        };
        let root = locate(&place.workspace_root, &nowhere, "workspace_root")?
            .filter(|root| root.origin == Origin::Rooted && !root.path.is_empty());
        let above = root.clone().unwrap_or(nowhere);
        let mut start = locate(&place.cwd, &above, "cwd")?.unwrap_or(above);
        if start.origin == Origin::Floating && !start.path.is_empty() {
            // Relative to a root that nobody named: any of its directories could be it.
            start.origin = Origin::Climbed;
        }
        Ok(Self { start, root })
    }

    /// The directory that relative paths start from.
    #[must_use]
    pub fn start(&self) -> Base {
        Base::Known(self.start.clone())
    }

    /// The directory after `cd dir` from `base`.
    #[must_use]
    pub fn change(&self, base: &Base, dir: &str) -> Base {
        match self.find(dir, base) {
            Ok((found, false)) => Base::Known(found),
            Ok((_, true)) | Err(_) => Base::Unknown,
        }
    }

    /// Whether `base` is known to lie inside the workspace (inside the directory that
    /// relative paths start from, if no root is known).
    #[must_use]
    pub fn is_inside(&self, base: &Base) -> bool {
        match base {
            Base::Known(directory) => {
                let workspace = self.root.as_ref().unwrap_or(&self.start);
                directory.below(workspace).is_some()
            }
            Base::Unknown => false,
        }
    }

    /// Whether `base` is the workspace root itself (the directory that relative paths start
    /// from, if no root is known): what belongs to the repository is known of no other.
    #[must_use]
    pub fn is_root(&self, base: &Base) -> bool {
        let root = self.root.as_ref().unwrap_or(&self.start);
        matches!(base, Base::Known(directory) if directory == root)
    }

    /// The path that `written` would touch from `base`.
    ///
    /// # Errors
    /// Naming `target`, if `written` is empty, holds a NUL byte, is a URI that isn't
    /// UTF-8, or is over [`MAX_PATH_BYTES`] or [`MAX_PATH_SEGMENTS`].
    pub fn resolve(&self, written: &str, base: &Base) -> Result<Resolved, ActionError> {
        let (found, unknown_base) = self.find(written, base)?;
        let inside = (self.root.as_ref()).map(|root| found.below(root).map(str::to_owned));
        let outside_workspace = inside == Some(None) && !unknown_base;
        let (path, anchor) = match inside {
            Some(Some(path)) if !unknown_base => (path, Anchor::Workspace),
            None if found.origin == Origin::Floating => (found.path, Anchor::Workspace),
            _ => (found.path, Anchor::AnyDirectory),
        };
        Ok(Resolved {
            path,
            anchor,
            outside_workspace,
            unknown_base,
        })
    }

    /// The place, and whether it is relative to an unknown base.
    fn find(&self, written: &str, base: &Base) -> Result<(Directory, bool), ActionError> {
        match base {
            Base::Known(base) => Ok((locate(written, base, &self.start, "target")?, false)),
            Base::Unknown => {
                let nowhere = Directory::new(Origin::Climbed);
                let found = locate(written, &nowhere, &self.start, "target")?;
                let unknown = found.origin != Origin::Rooted;
                Ok((found, unknown))
            }
        }
    }
}

/// Finds `written` from `base`, where the process was started in `start`.
fn locate(
    written: &str,
    base: &Directory,
    start: &Directory,
    field: &'static str,
) -> Result<Directory, ActionError> {
    check(written, field)?;
    let text = from_uri(written, field)?;
    let (mut found, rest) = beginning(&text, base);
    let mut segments = 0;
    for segment in rest.split(['/', '\\']) {
        segments += 1;
        match segment {
            "" | "." => {}
            ".." => found.leave(),
            _ => step(&mut found, segment, start),
        }
    }
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

/// The path of a `file:` URI (RFC 8089), decoded; any other text as it is.
fn from_uri<'a>(written: &'a str, field: &'static str) -> Result<Cow<'a, str>, ActionError> {
    let Some((scheme, rest)) = written.split_once(':') else {
        return Ok(Cow::Borrowed(written));
    };
    if !scheme.eq_ignore_ascii_case("file") {
        return Ok(Cow::Borrowed(written));
    }
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

/// Enters `segment`, through the links that every Linux system has (proc(5)).
fn step(found: &mut Directory, segment: &str, start: &Directory) {
    if found.origin == Origin::Rooted && found.path.is_empty() {
        if segment == "?" {
            return; // `\\?\C:\…`
        }
        if drive(segment).is_some_and(|(_, rest)| rest.is_empty()) {
            found.enter(&segment.to_ascii_lowercase());
            return;
        }
    }
    if found.origin == Origin::Rooted && is_process(&found.path) {
        match segment {
            "root" => *found = Directory::new(Origin::Rooted),
            "cwd" => *found = start.clone(),
            _ => found.enter(segment),
        }
        return;
    }
    found.enter(segment);
}

/// `proc/self`, `proc/thread-self`, `proc/PID`, and `…/task/TID` below them.
fn is_process(path: &str) -> bool {
    let Some(rest) = path.strip_prefix("proc/") else {
        return false;
    };
    let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let mut parts = rest.split('/');
    let process = parts
        .next()
        .is_some_and(|name| matches!(name, "self" | "thread-self" | "$$") || number(name));
    match (parts.next(), parts.next(), parts.next()) {
        (None, _, _) => process,
        (Some("task"), Some(thread), None) => process && number(thread),
        _ => false,
    }
}
