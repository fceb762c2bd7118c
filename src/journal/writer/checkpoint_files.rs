//! Checkpoints as files: beside the database, and where they can be taken elsewhere.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::causes::in_line;
use crate::disk;
use crate::disk::PRIVATE_MODE;
use crate::journal::limits::MAX_CHECKPOINT_FILE_BYTES;
use crate::journal::merkle_log::{Checkpoint, SignedCheckpoint, root_at};
use crate::journal::store::{CHECKPOINT_FILE, Reader, StoreError, is_database_empty};
use crate::keys::VerifyingKey;

const EXTENSION: &str = "note";
/// The user who copies them elsewhere may be another one.
const EXPORT_MODE: u32 = 0o644;

/// Writes a checkpoint into `directory`, under its size. A program that watches the folder, or looks
/// into it after a power cut, finds all of it or nothing.
pub(super) fn write(directory: &Path, checkpoint: &SignedCheckpoint) -> io::Result<()> {
    fs::create_dir_all(directory)?;
    let name = format!("{:016}", checkpoint.unverified().size());
    let path = directory.join(name).with_extension(EXTENSION);
    disk::replace(&path, checkpoint.as_str().as_bytes(), EXPORT_MODE)
}

/// Keeps a checkpoint in the data directory, in the place of the one before.
pub(super) fn keep(directory: &Path, checkpoint: &SignedCheckpoint) -> io::Result<()> {
    let path = directory.join(CHECKPOINT_FILE);
    disk::replace(&path, checkpoint.as_str().as_bytes(), PRIVATE_MODE)
}

/// Whether the data directory has a checkpoint, and no database that could hold what it counts.
/// Opening that one would begin another log.
pub(super) fn is_orphaned(directory: &Path) -> io::Result<bool> {
    let path = directory.join(CHECKPOINT_FILE);
    Ok(path.symlink_metadata().is_ok() && is_database_empty(directory)?)
}

/// Compares a journal with the checkpoint beside it, and with the last one in `exported`, and gives
/// both. Each was written after the journal has had it, so a journal that lacks it was cut off or is
/// an older copy, and going on with that would sign a second history.
pub(super) fn check(
    directory: &Path,
    exported: Option<&Path>,
    key: &VerifyingKey,
) -> Result<Vec<Checkpoint>, StoreError> {
    let reader = Reader::open(directory)?;
    let mut known = Vec::new();
    let kept = directory.join(CHECKPOINT_FILE);
    if kept.symlink_metadata().is_ok() {
        known.push(goes_on_from(&kept, key, &reader)?);
    }
    let Some(exported) = exported else {
        return Ok(known);
    };
    let last = last(exported).map_err(|cause| StoreError::Directory {
        path: exported.to_owned(),
        cause,
    })?;
    if let Some(path) = last {
        known.push(goes_on_from(&path, key, &reader)?);
    }
    Ok(known)
}

fn goes_on_from(
    path: &Path,
    key: &VerifyingKey,
    reader: &Reader,
) -> Result<Checkpoint, StoreError> {
    let refused = |problem: String| StoreError::Exported {
        path: path.to_owned(),
        problem,
    };
    let text = disk::read(path, MAX_CHECKPOINT_FILE_BYTES);
    let text = text.map_err(|error| refused(in_line(&error)))?;
    let note: SignedCheckpoint = text.parse().map_err(|error| refused(format!("{error}")))?;
    let told = note.open(key).map_err(|error| refused(in_line(&error)))?;
    let (wanted, found) = (told.size(), reader.size()?);
    if found < wanted {
        return Err(refused(format!(
            "it counts {wanted} records, and the journal has {found}: the journal was cut off, or \
             is an older copy"
        )));
    }
    if root_at(reader, wanted)? != told.root() {
        return Err(refused(format!(
            "the first {wanted} records of the journal are not those that it counts"
        )));
    }
    Ok(told.clone())
}

/// The checkpoint of the greatest size, by its name.
fn last(directory: &Path) -> io::Result<Option<PathBuf>> {
    let entries = match fs::read_dir(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        entries => entries?,
    };
    let mut last: Option<(u64, PathBuf)> = None;
    for entry in entries {
        let path = entry?.path();
        let size = path
            .file_stem()
            .and_then(|stem| stem.to_str()?.parse().ok());
        let is_note = path.extension().is_some_and(|it| it == EXTENSION);
        if let Some(size) = size.filter(|_| is_note)
            && last.as_ref().is_none_or(|(most, _)| size > *most)
        {
            last = Some((size, path));
        }
    }
    Ok(last.map(|(_, path)| path))
}
