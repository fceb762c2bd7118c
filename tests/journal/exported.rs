//! A journal goes on only from the checkpoints that it has exported.

use std::fs;
use std::path::Path;

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
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            key: SigningKey::generate("exported-test".parse().unwrap()).unwrap(),
        }
    }

    fn open(&self, data: &str, checkpoints: &str) -> Result<Journal, StoreError> {
        Journal::open(Options {
            directory: self.folder.path().join(data),
            mode: Mode::Durable,
            key: self.key.clone(),
            checkpoint_directory: Some(self.folder.path().join(checkpoints)),
            own_key: None,
        })
    }

    /// Writes a record; the journal is closed then, so that it exports a checkpoint.
    fn write(&self, data: &str, line: &str) {
        let journal = self.open(data, "notes").unwrap();
        let entry = record(&built_in(), &authority(), &command(line));
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(journal.written(entry)).unwrap();
    }

    fn copy(&self, from: &str, to: &str) {
        let (from, to) = (self.folder.path().join(from), self.folder.path().join(to));
        fs::create_dir(&to).unwrap();
        for file in fs::read_dir(from).unwrap() {
            let file = file.unwrap();
            fs::copy(file.path(), to.join(file.file_name())).unwrap();
        }
    }

    #[track_caller]
    fn refuses(&self, data: &str, checkpoints: &str, text: &str) {
        match self.open(data, checkpoints) {
            Err(error @ StoreError::Exported { .. }) => {
                assert!(error.to_string().contains(text), "{error}");
            }
            Err(error) => panic!("{error}"),
            Ok(_) => panic!("it was opened"),
        }
    }
}

fn notes(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn an_older_copy_of_a_journal_is_not_gone_on_with() {
    let place = Place::new();
    place.write("data", "ls");
    place.copy("data", "older");
    place.write("data", "make");
    let exported = place.folder.path().join("notes");
    assert_eq!(
        notes(&exported),
        ["0000000000000001.note", "0000000000000002.note"]
    );
    place.refuses("older", "notes", "has 1: the journal was cut off");
    drop(place.open("data", "notes").unwrap());
    // Without the folder nobody can know.
    drop(place.open("older", "others").unwrap());
}

#[test]
fn another_history_is_not_gone_on_with() {
    let place = Place::new();
    place.write("data", "ls");
    place.copy("data", "branch");
    place.write("data", "make");
    let notes = place.folder.path().join("notes");
    fs::rename(notes.join("0000000000000002.note"), notes.join("kept")).unwrap();
    place.write("branch", "make test");
    place.write("branch", "make clean");
    fs::remove_file(notes.join("0000000000000003.note")).unwrap();
    fs::rename(notes.join("kept"), notes.join("0000000000000002.note")).unwrap();
    place.refuses("branch", "notes", "are not those that it counts");
    place.write("data", "ls -l");
}

#[test]
fn what_is_no_checkpoint_of_this_log_is_refused() {
    let place = Place::new();
    place.write("data", "ls");
    let folder = place.folder.path().join("notes");
    let last = folder.join("0000000000000009.note");
    fs::write(&last, "").unwrap();
    place.refuses("data", "notes", "0000000000000009.note");
    let stranger = Place::new();
    stranger.write("data", "ls");
    let theirs = stranger.folder.path().join("notes/0000000000000001.note");
    fs::copy(theirs, &last).unwrap();
    place.refuses("data", "notes", "0000000000000009.note");
    fs::remove_file(&last).unwrap();
    // What is not named like a checkpoint is somebody's own.
    fs::write(folder.join("readme.note"), "").unwrap();
    fs::write(folder.join("0000000000000009.new"), "").unwrap();
    drop(place.open("data", "notes").unwrap());
}
