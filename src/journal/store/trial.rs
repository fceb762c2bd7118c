//! Whether a disk has room.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

use super::StoreError;
use crate::journal::limits::TRIAL_BYTES;

/// The file that is written and removed.
const TRIAL_FILE: &str = "journal.trial";

/// Writes [`TRIAL_BYTES`] to `directory`, waits until they are on disk, and removes them.
pub(super) fn write(directory: &Path) -> Result<(), StoreError> {
    let path = directory.join(TRIAL_FILE);
    let written = fill(&path);
    // Left behind, the file is written over the next time.
    let _ = fs::remove_file(&path);
    written.map_err(|cause| match cause.kind() {
        io::ErrorKind::StorageFull => StoreError::Full,
        _ => StoreError::Directory {
            path: directory.to_owned(),
            cause,
        },
    })
}

fn fill(path: &Path) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(&vec![0; TRIAL_BYTES])?;
    file.sync_all()
}
