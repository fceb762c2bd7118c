use std::fs::{File, TryLockError};
use std::path::Path;

use super::StoreError;

/// The right to write a journal. Held by one process at a time; the system gives it back when
/// the process ends, however it ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock of `directory`, which is made if it isn't there.
    ///
    /// # Errors
    /// If another process holds it, or the directory can't be written.
    pub fn take(directory: &Path) -> Result<Self, StoreError> {
        let unusable = |cause| StoreError::Directory {
            path: directory.to_owned(),
            cause,
        };
        super::make_directory(directory).map_err(unusable)?;
        let file = File::options()
            .create(true)
            .append(true)
            .open(directory.join("journal.lock"))
            .map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(StoreError::InUse {
                path: directory.to_owned(),
            }),
            Err(TryLockError::Error(cause)) => Err(unusable(cause)),
        }
    }
}
