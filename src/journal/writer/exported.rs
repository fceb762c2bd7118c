//! Checkpoints as files, from where they can be taken elsewhere.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use crate::journal::limits::MAX_CHECKPOINT_FILE_BYTES;
use crate::journal::log::{SignedCheckpoint, VerifyingKey, root_at};
use crate::journal::store::{Reader, StoreError};

const EXTENSION: &str = "note";

/// Writes a checkpoint into `directory`, under its size. Whoever watches the folder, or looks
/// into it after a power cut, finds all of it or nothing.
pub(super) fn write(directory: &Path, checkpoint: &SignedCheckpoint) -> io::Result<()> {
    fs::create_dir_all(directory)?;
    let name = format!("{:016}", checkpoint.unverified().size());
    let path = directory.join(name).with_extension(EXTENSION);
    let beside = path.with_extension("new");
    let mut file = File::create(&beside)?;
    file.write_all(checkpoint.as_str().as_bytes())?;
    file.sync_all()?;
    fs::rename(&beside, path)
}

/// Holds a journal against the last checkpoint in `directory`: it is written after the journal
/// has it, so a journal that lacks it was cut off or is an older copy, and going on with that
/// would sign a second history.
pub(super) fn check(
    directory: &Path,
    key: &VerifyingKey,
    reader: &Reader,
) -> Result<(), StoreError> {
    let unreadable = |cause| StoreError::Directory {
        path: directory.to_owned(),
        cause,
    };
    let Some(path) = last(directory).map_err(unreadable)? else {
        return Ok(());
    };
    let refused = |problem: String| StoreError::Exported {
        path: path.clone(),
        problem,
    };
    let text = read(&path).map_err(|error| refused(error.to_string()))?;
    let note: SignedCheckpoint = text.parse().map_err(|error| refused(format!("{error}")))?;
    let told = note.open(key).map_err(|error| refused(error.to_string()))?;
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
    Ok(())
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

fn read(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    let limit = MAX_CHECKPOINT_FILE_BYTES as u64;
    File::open(path)?.take(limit).read_to_string(&mut text)?;
    Ok(text)
}
