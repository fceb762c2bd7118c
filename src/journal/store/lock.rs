use std::fs::{File, TryLockError};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use rustix::fs::OFlags;

use super::StoreError;
use crate::disk::PRIVATE_MODE;

/// Who holds it writes the journal beside it.
pub(super) const LOCK_FILE: &str = "journal.lock";

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
    /// If another process holds it, or the directory can't be written or is not its owner's alone.
    pub fn take(directory: &Path) -> Result<Self, StoreError> {
        let unusable = |cause| StoreError::Directory {
            path: directory.to_owned(),
            cause,
        };
        super::check_directory(directory)?;
        super::make_directory(directory).map_err(unusable)?;
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
        let file = File::options()
            .create(true)
            .append(true)
            .mode(PRIVATE_MODE)
            .custom_flags(flags.bits().cast_signed())
            .open(directory.join(LOCK_FILE))
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
