//! A data directory that others could have prepared is not used, and nothing waits for a pipe.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use cavra::journal::store::StoreError;
use cavra::journal::writer::{Journal, Mode, Options};
use cavra::keys::SigningKey;
use tempfile::TempDir;

use super::common::{authority, built_in, command, record};

struct Place {
    folder: TempDir,
    key: SigningKey,
}

impl Place {
    /// A journal with one record, that is closed.
    fn new() -> Self {
        let place = Self {
            folder: tempfile::tempdir().unwrap(),
            key: SigningKey::generate("folder-test".parse().unwrap()).unwrap(),
        };
        place.write("ls");
        place
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn notes(&self) -> PathBuf {
        self.folder.path().join("notes")
    }

    fn open(&self) -> Result<Journal, StoreError> {
        Journal::open(Options {
            directory: self.data(),
            mode: Mode::Durable,
            key: self.key.clone(),
            checkpoint_directory: Some(self.notes()),
            own_key: None,
        })
    }

    fn write(&self, line: &str) {
        let journal = self.open().unwrap();
        let entry = record(&built_in(), &authority(), &command(line));
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(journal.written(entry)).unwrap();
    }

    #[track_caller]
    fn refuses(&self, why: &str) {
        let error = self.open().map(drop).unwrap_err().to_string();
        assert!(error.contains(why), "`{why}` is not in: {error}");
    }
}

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[test]
fn what_others_may_write_is_not_used() {
    let place = Place::new();
    for written_by_others in [0o777, 0o770, 0o702] {
        mode(&place.data(), written_by_others);
        place.refuses("may be written by others than its owner");
    }
    mode(&place.data(), 0o755);
    let database = place.data().join("journal.db");
    mode(&database, 0o660);
    place.refuses("journal.db` may be written by others");
    mode(&database, 0o600);
    drop(place.open().unwrap());
}

#[test]
fn links_in_place_of_its_files_are_not_followed() {
    for name in [
        "journal.db",
        "journal.db-wal",
        "journal.lock",
        "journal.trial",
        "journal.key",
    ] {
        let place = Place::new();
        let (path, elsewhere) = (
            place.data().join(name),
            place.folder.path().join("elsewhere"),
        );
        match path.exists() {
            true => fs::rename(&path, &elsewhere).unwrap(),
            false => fs::write(&elsewhere, "").unwrap(),
        }
        let before = fs::read(&elsewhere).unwrap();
        symlink(&elsewhere, &path).unwrap();
        place.refuses(&format!("{name}` is a symbolic link"));
        assert_eq!(fs::read(&elsewhere).unwrap(), before);
    }
}

#[test]
fn pipes_are_refused_and_not_waited_for() {
    for name in [
        "journal.db",
        "journal.lock",
        "journal.checkpoint",
        "journal.key",
    ] {
        let place = Place::new();
        let path = place.data().join(name);
        drop(fs::remove_file(&path));
        pipe(&path);
        place.refuses(&format!("{name}` is a pipe"));
    }
    let place = Place::new();
    pipe(&place.notes().join("0000000000000009.note"));
    place.refuses("it is not a regular file");
}

#[test]
fn a_rollback_journal_is_not_played_back() {
    let place = Place::new();
    fs::write(place.data().join("journal.db-journal"), "x").unwrap();
    place.refuses("it would undo what was written");
}

#[test]
fn what_is_its_owners_own_may_lie_there() {
    let place = Place::new();
    fs::write(place.data().join("readme"), "x").unwrap();
    symlink("/", place.data().join("root")).unwrap();
    drop(place.open().unwrap());
}

#[test]
fn an_exported_checkpoint_follows_no_link() {
    let place = Place::new();
    let elsewhere = place.folder.path().join("elsewhere");
    fs::write(&elsewhere, "untouched").unwrap();
    // The next checkpoint's own name, and every name that it had on the way in earlier versions.
    for name in ["0000000000000002.note", "0000000000000002.new"] {
        symlink(&elsewhere, place.notes().join(name)).unwrap();
    }
    // A link is no checkpoint to go on from, so it is put there while the journal is open.
    let journal = {
        let link = place.notes().join("0000000000000002.note");
        fs::remove_file(&link).unwrap();
        let journal = place.open().unwrap();
        symlink(&elsewhere, link).unwrap();
        journal
    };
    let entry = record(&built_in(), &authority(), &command("make"));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(journal.written(entry)).unwrap();
    drop(journal);
    assert_eq!(fs::read(&elsewhere).unwrap(), b"untouched");
    let note = fs::read_to_string(place.notes().join("0000000000000002.note")).unwrap();
    assert!(note.starts_with("folder-test\n2\n"), "{note}");
    drop(place.open().unwrap());
}
