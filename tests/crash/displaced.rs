//! Journal files that are removed, replaced or cut off while a service writes them: it decides
//! nothing more, says why, and the returned decisions are there after a restart, or the restart is refused.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Instant;

use tempfile::TempDir;
use tonic_health::pb::health_check_response::ServingStatus;

use super::faults::Asking;
use super::load::runtime;
use super::oracle::Log;
use super::service::{PATIENCE, Service, cavra};

/// A service that was attacked and has stopped.
struct Attacked {
    _folder: TempDir,
    data: PathBuf,
    asking: Asking,
    log: String,
}

/// The database of another service, which is closed.
fn stranger(folder: &Path) -> PathBuf {
    let data = folder.join("stranger");
    let service = Service::start(&data, &[]);
    runtime().block_on(async { drop(Asking::on(&service).await) });
    service.stop();
    data.join("journal.db")
}

impl Attacked {
    /// Attacks a service that decides all the time, until it decides nothing any longer.
    fn by(attack: impl FnOnce(&Path)) -> Self {
        Self::when(attack, async |asking| asking.until_refused().await)
    }

    /// Attacks a service that nobody asks, and waits until its health says so.
    fn in_silence(attack: impl FnOnce(&Path)) -> Self {
        Self::when(attack, async |asking| {
            let start = Instant::now();
            while asking.health().await == ServingStatus::Serving {
                assert!(start.elapsed() < PATIENCE, "it goes on");
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
            assert_eq!(asking.ask().await, 0);
        })
    }

    fn when(attack: impl FnOnce(&Path), until: impl AsyncFnOnce(&mut Asking)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let service = Service::start(&data, &[]);
        let asking = runtime().block_on(async {
            let mut asking = Asking::on(&service).await;
            attack(&data);
            until(&mut asking).await;
            asking
        });
        service.signal("-TERM");
        let log = service.ended();
        Self {
            _folder: folder,
            data,
            asking,
            log,
        }
    }

    /// The file and what happened to it are named, to callers and in the log.
    #[track_caller]
    fn names(self, file: &str, change: &str) -> Self {
        let said = format!("{file}` {change}");
        self.asking.assert_said(&said);
        assert!(self.log.contains(&said), "`{said}` is not in: {}", self.log);
        self
    }

    /// A restart has all returned decisions, and goes on.
    #[track_caller]
    fn keeps_all(self) {
        let service = Service::start(&self.data, &[]);
        runtime().block_on(async { drop(Asking::on(&service).await) });
        service.stop();
        Log::read(&self.data).unwrap().keeps(&self.told()).unwrap();
    }

    /// A restart says that records are gone, and doesn't begin.
    #[track_caller]
    fn refuses_to_go_on(self, why: &str) {
        let Output { status, stderr, .. } = cavra(&self.data, &[]).output().unwrap();
        let said = String::from_utf8_lossy(&stderr);
        assert!(!status.success());
        assert!(said.contains(why), "`{why}` is not in: {said}");
    }

    fn told(&self) -> Vec<(uuid::Uuid, u64)> {
        let told = self.asking.told.iter();
        told.filter_map(|(id, position)| position.map(|position| (*id, position)))
            .collect()
    }
}

fn cut_off(path: &Path) {
    File::options()
        .write(true)
        .open(path)
        .unwrap()
        .set_len(0)
        .unwrap();
}

#[test]
fn a_removed_database_is_put_back() {
    let attack = |data: &Path| fs::remove_file(data.join("journal.db")).unwrap();
    let by = Attacked::by(attack);
    by.names("journal.db", "was removed").keeps_all();
    Attacked::in_silence(attack).keeps_all();
}

#[test]
fn a_removed_write_ahead_log_takes_nothing_with_it() {
    let attack = |data: &Path| fs::remove_file(data.join("journal.db-wal")).unwrap();
    let by = Attacked::by(attack);
    by.names("journal.db-wal", "was removed").keeps_all();
    Attacked::in_silence(attack).keeps_all();
}

#[test]
fn removed_shared_memory_is_noticed() {
    let attack = |data: &Path| fs::remove_file(data.join("journal.db-shm")).unwrap();
    let by = Attacked::by(attack);
    by.names("journal.db-shm", "was removed").keeps_all();
    Attacked::in_silence(attack).keeps_all();
}

#[test]
fn a_removed_lock_is_noticed() {
    let attack = |data: &Path| fs::remove_file(data.join("journal.lock")).unwrap();
    let by = Attacked::by(attack);
    by.names("journal.lock", "was removed").keeps_all();
}

#[test]
fn a_database_under_another_is_put_back_and_the_other_kept() {
    let folder = tempfile::tempdir().unwrap();
    let other = stranger(folder.path());
    let bytes = fs::read(&other).unwrap();
    let attack = |data: &Path| fs::rename(&other, data.join("journal.db")).unwrap();
    let attacked = Attacked::by(attack).names("journal.db", "was replaced by another file");
    let aside = fs::read_dir(&attacked.data).unwrap().filter_map(|entry| {
        let path = entry.unwrap().path();
        let name = path.file_name()?.to_str()?.to_owned();
        name.starts_with("journal.db.aside-").then_some(path)
    });
    let aside: Vec<_> = aside.collect();
    assert_eq!(fs::read(&aside[0]).unwrap(), bytes);
    attacked.keeps_all();
}

#[test]
fn a_pipe_under_its_name_is_set_aside_and_a_restart_goes_on() {
    let attack = |data: &Path| {
        let database = data.join("journal.db");
        fs::remove_file(&database).unwrap();
        let made = Command::new("mkfifo").arg(&database).status();
        assert!(made.unwrap().success());
    };
    Attacked::by(attack)
        .names("journal.db", "was replaced by another file")
        .keeps_all();
    Attacked::in_silence(attack).keeps_all();
}

#[test]
fn a_removed_directory_is_put_back_with_its_key() {
    Attacked::by(remove_all)
        .names("", "was removed")
        .keeps_all();
    Attacked::in_silence(remove_all).keeps_all();
}

/// The service may put a file into the directory while it is being emptied.
fn remove_all(data: &Path) {
    for _ in 0..100 {
        match fs::remove_dir_all(data) {
            Err(error) if error.kind() == ErrorKind::DirectoryNotEmpty => {}
            removed => return removed.unwrap(),
        }
    }
    panic!("{} can't be emptied", data.display());
}

#[test]
fn a_cut_off_database_refuses_to_go_on() {
    let attack = |data: &Path| cut_off(&data.join("journal.db"));
    let by = Attacked::by(attack);
    by.names("journal.db", "was cut off")
        .refuses_to_go_on("is gone: `journal.db` is missing or empty");
    Attacked::in_silence(attack).refuses_to_go_on("is missing or empty");
}

#[test]
fn a_cut_off_write_ahead_log_refuses_to_go_on() {
    let attack = |data: &Path| cut_off(&data.join("journal.db-wal"));
    let by = Attacked::by(attack);
    by.names("journal.db-wal", "was cut off")
        .refuses_to_go_on("the journal was cut off");
    Attacked::in_silence(attack).refuses_to_go_on("the journal was cut off");
}

#[test]
fn another_database_in_its_bytes_refuses_to_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let other = stranger(folder.path());
    let attack = |data: &Path| {
        fs::copy(&other, data.join("journal.db")).unwrap();
    };
    let by = Attacked::in_silence(attack);
    by.refuses_to_go_on("the journal");
}

#[test]
fn an_older_copy_in_its_bytes_refuses_to_go_on() {
    let attack = |data: &Path| {
        let database = data.join("journal.db");
        let older = fs::read(&database).unwrap();
        fs::write(&database, older).unwrap();
    };
    let by = Attacked::by(attack);
    by.names("journal.db", "was written by somebody else");
}
