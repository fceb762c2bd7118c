//! The layer in C that writes down what a process does to its files.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use tempfile::TempDir;

static LIBRARY: LazyLock<(TempDir, PathBuf)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let library = folder.path().join("unsynced.so");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/crash/unsynced.c");
    let compiled = Command::new("cc")
        .args([
            "-O1", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o",
        ])
        .args([&library, &source])
        .status();
    assert!(compiled.unwrap().success(), "`cc` compiles `unsynced.c`");
    (folder, library)
});

/// A data directory whose files are watched.
pub(crate) struct Watched {
    folder: TempDir,
}

impl Watched {
    pub(crate) fn new() -> Self {
        let folder = in_memory();
        std::fs::create_dir(folder.path().join("data")).unwrap();
        Self { folder }
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join("data")
    }

    pub(crate) fn trace(&self) -> Vec<u8> {
        std::fs::read(self.trace_file()).unwrap()
    }

    fn trace_file(&self) -> PathBuf {
        self.folder.path().join("trace")
    }

    /// While this file is there, the disk is dead.
    pub(crate) fn dead(&self) -> PathBuf {
        self.folder.path().join("dead")
    }

    /// While this file is there, the disk takes writes and doesn't sync them.
    pub(crate) fn dead_syncs(&self) -> PathBuf {
        self.folder.path().join("dead-syncs")
    }

    /// Has `command` watched.
    pub(crate) fn over<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command
            .env("LD_PRELOAD", &LIBRARY.1)
            .env("UNSYNCED_DIR", self.data())
            .env("UNSYNCED_TRACE", self.trace_file())
            .env("UNSYNCED_DEAD", self.dead())
            .env("UNSYNCED_DEAD_SYNCS", self.dead_syncs())
    }
}

/// A folder in memory where the system has such, since hundreds of disks are written.
pub(crate) fn in_memory() -> TempDir {
    let memory = tempfile::tempdir_in("/dev/shm");
    memory.or_else(|_| tempfile::tempdir()).unwrap()
}
