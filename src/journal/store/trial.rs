//! Whether a disk has room.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use super::StoreError;
use crate::disk::PRIVATE_MODE;
use crate::journal::limits::TRIAL_BYTES;

/// The file that is written and removed.
const TRIAL_FILE: &str = "journal.trial";

/// Writes [`TRIAL_BYTES`] to `directory`, waits until they are on disk, and removes them.
pub(super) fn write(directory: &Path) -> Result<(), StoreError> {
    let path = directory.join(TRIAL_FILE);
    // Left behind by a crash.
    let _ = fs::remove_file(&path);
    let written = fill(&path);
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
    let mut options = File::options();
    // What a crash left behind is in the way; a link there is not followed (open(2)).
    let options = options.write(true).create_new(true).mode(PRIVATE_MODE);
    let mut file = options.open(path)?;
    file.write_all(&vec![0; TRIAL_BYTES])?;
    file.sync_all()
}
