//! Files that agents may have prepared: links are not followed, and nothing is written by halves.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

use super::error::AgentsError;
use crate::agents::installed::{Installed, MAX_RECORD_BYTES};
use crate::canonical::Digest;
use crate::disk;

/// Bytes of a program.
const MAX_PROGRAM_BYTES: u64 = 512 * 1024 * 1024;
const FOLDER_MODE: u32 = 0o755;

/// The text of a file. None if there is no such file.
pub(in crate::cli::commands) fn read(
    path: &Path,
    limit: usize,
) -> Result<Option<String>, AgentsError> {
    match disk::read(path, limit) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(_) if is_link(path) => Err(AgentsError::Link(path.to_owned())),
        Err(cause) => Err(AgentsError::Unreadable {
            path: path.to_owned(),
            cause,
        }),
    }
}

fn is_link(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink())
}

/// Refuses a path on which a folder below `base`, or the file itself, is a link.
pub(in crate::cli::commands) fn refuse_links(base: &Path, path: &Path) -> Result<(), AgentsError> {
    let Ok(below) = path.strip_prefix(base) else {
        return Ok(());
    };
    let mut at = base.to_owned();
    for part in below.components() {
        at.push(part);
        if is_link(&at) {
            return Err(AgentsError::Link(at));
        }
    }
    Ok(())
}

/// Refuses a file of another user: it would become ours.
pub(super) fn refuse_of_another(path: &Path) -> Result<(), AgentsError> {
    let own = rustix::process::geteuid().as_raw();
    match fs::symlink_metadata(path) {
        Ok(found) if found.uid() != own => Err(AgentsError::OfAnother {
            path: path.to_owned(),
            owner: found.uid(),
        }),
        _ => Ok(()),
    }
}

/// Writes a file whole, in the mode that it has, else in `mode`.
pub(super) fn write(path: &Path, text: &str, mode: u32) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        let mut builder = DirBuilder::new();
        builder.recursive(true).mode(FOLDER_MODE).create(folder)?;
    }
    let kept = fs::symlink_metadata(path).map(|found| found.mode() & 0o777);
    disk::replace(path, text.as_bytes(), kept.unwrap_or(mode))
}

/// SHA-256 of a program that can be executed.
pub(super) fn program_digest(path: &Path) -> Result<Digest, AgentsError> {
    let problem = |problem| AgentsError::Program {
        path: path.to_owned(),
        problem,
    };
    let found = fs::metadata(path).map_err(|_| problem("is not there"))?;
    match found {
        _ if !found.is_file() => Err(problem("is not a file")),
        _ if found.mode() & 0o111 == 0 => Err(problem("is not executable")),
        _ if found.len() > MAX_PROGRAM_BYTES => Err(problem("is too large")),
        _ => {
            let bytes = fs::read(path).map_err(|_| problem("can't be read"))?;
            Ok(Digest::of(&bytes))
        }
    }
}

/// Whether others than root and this user can write a program, or put another in its place.
pub(super) fn is_writable_by_others(program: &Path) -> bool {
    let own = rustix::process::geteuid().as_raw();
    let loose = |path: &Path| {
        let found = fs::metadata(path);
        found.is_ok_and(|it| ![0, own].contains(&it.uid()) || it.mode() & 0o022 != 0)
    };
    program.ancestors().take(2).any(loose)
}

/// What is installed, by the record at `path`.
pub(super) fn installed(path: &Path) -> Result<Installed, AgentsError> {
    match read(path, MAX_RECORD_BYTES)? {
        None => Ok(Installed::default()),
        Some(text) => Installed::read(&text).map_err(|cause| AgentsError::Record {
            path: path.to_owned(),
            cause,
        }),
    }
}

/// A path as settings hold it.
pub(in crate::cli::commands) fn text_of(path: &Path) -> Result<String, AgentsError> {
    let text = path.to_str().map(str::to_owned);
    text.ok_or_else(|| AgentsError::NotText(PathBuf::from(path)))
}
