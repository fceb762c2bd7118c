//! Which packs have passed their required cases before, for `cavra decide`.
//!
//! Trying out a pack's own Rego takes a child process each time, longer than all the rest. So
//! that it passed is remembered: an empty file in the user's cache folder, whose name follows
//! from the pack's effective digest and from the binary. Only packs with Rego of their own are
//! remembered; the cases of others take less time than to look.

use std::env;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;
use rustix::process::geteuid;

use crate::canonical::Digest;

/// The folder in a user's own cache folder.
const FOLDER: &str = "cavra/admitted";
/// For its owner alone.
const FOLDER_MODE: u32 = 0o700;
const FILE_MODE: u32 = 0o600;
/// What others may do with a file.
const OTHERS: u32 = 0o077;
/// Files that are kept. When there are so many, all are forgotten.
const MAX_REMEMBERED: usize = 1024;

/// The place for what is remembered of one pack.
pub(super) struct PassedCases {
    file: PathBuf,
}

impl PassedCases {
    /// The memory of the pack with this effective digest, for the running binary. None if there is
    /// no cache folder.
    pub(super) fn of(effective_digest: Digest) -> Option<Self> {
        let cache = etcetera::choose_base_strategy().ok()?.cache_dir();
        let folder = Some(cache.join(FOLDER)).filter(|folder| folder.is_absolute())?;
        let key = format!("{effective_digest}\n{}", binary().ok()?);
        let name = Digest::of(key.as_bytes()).to_string();
        let name = name.rsplit(':').next()?;
        Some(Self {
            file: folder.join(name),
        })
    }

    /// Whether the pack has passed. A file that others could have made proves nothing.
    pub(super) fn holds(&self) -> bool {
        let is_ours = |path: &Path| {
            let found = fs::symlink_metadata(path).ok();
            found.filter(|it| it.uid() == geteuid().as_raw() && it.mode() & OTHERS == 0)
        };
        let folder = self.file.parent().and_then(is_ours);
        let file = is_ours(&self.file);
        folder.is_some_and(|it| it.is_dir()) && file.is_some_and(|it| it.is_file())
    }

    /// Remembers that the pack has passed. If that can't be written, it is tried out again the
    /// next time, so it is no error.
    pub(super) fn keep(&self) {
        if let Err(error) = self.write() {
            let file = self.file.display();
            tracing::debug!(%error, %file, "not remembered that the pack has passed");
        }
    }

    fn write(&self) -> io::Result<()> {
        let folder = self.file.parent().unwrap_or(Path::new("/"));
        let make = || {
            let mut folders = DirBuilder::new();
            folders.recursive(true).mode(FOLDER_MODE).create(folder)
        };
        make()?;
        if fs::read_dir(folder)?.take(MAX_REMEMBERED).count() == MAX_REMEMBERED {
            fs::remove_dir_all(folder)?;
            make()?;
        }
        let mut file = OpenOptions::new();
        let made = file.write(true).create_new(true).mode(FILE_MODE);
        made.open(&self.file).map(drop)
    }
}

/// The binary that runs, as far as a look at its file tells: another build is another file.
fn binary() -> io::Result<String> {
    let file = fs::metadata(env::current_exe()?)?;
    let (place, written) = ((file.dev(), file.ino()), (file.mtime(), file.mtime_nsec()));
    let version = env!("CARGO_PKG_VERSION");
    Ok(format!("{version} {place:?} {written:?} {}", file.len()))
}
