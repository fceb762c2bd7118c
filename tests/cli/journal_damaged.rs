//! A journal that was changed, damaged or lost its key, from the outside.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::journal::Left;
use super::support::{cavra, command, run};

#[test]
fn a_changed_byte_is_found_and_the_record_named() {
    let left = Left::by_a_service(50);
    left.sql("UPDATE record SET body = replace(body, 'allow', 'allov') WHERE position = 17");
    let id = &left.ids[15];
    left.journal(&["verify"])
        .exits(2)
        .prints("is not intact")
        .prints(&format!("first problem: record 17 ({id})"));
    let report = left
        .journal(&["verify", "--output", "json"])
        .exits(2)
        .json();
    assert_eq!(report["first_problem"]["kind"], "edited");
    assert_eq!(report["first_problem"]["position"], 17);
    left.journal(&["prove", "--decision", id])
        .exits(2)
        .complains("the record was edited");
}

#[test]
fn what_can_t_be_read_is_not_what_is_wrong() {
    let left = Left::by_a_service(1);
    cavra(&["journal", "verify", "--data-dir", "no/such/folder"])
        .exits(1)
        .complains("there is no journal");
    left.journal(&["verify", "--journal-key", "no/such/key"])
        .exits(1);
    left.journal(&["verify", "--checkpoint", &left.path("journal.pub")])
        .exits(1)
        .complains("is not a checkpoint");
    left.journal(&["prove"]).exits(1);
    fs::remove_file(left.path("journal.pub")).unwrap();
    left.journal(&["verify"]).exits(1).complains("journal.pub");
    left.sql("DELETE FROM checkpoint");
    left.journal(&["checkpoint"])
        .exits(1)
        .complains("no checkpoint yet");
    left.journal(&["prove", "--decision", &left.ids[0]])
        .exits(1)
        .complains("within 10 s");
    assert!(!Path::new("no/such/folder").exists());
}

#[test]
fn a_damaged_database_is_not_intact() {
    // The header, pages in the middle, all of it gone: SQLite can read none, or a part.
    let damages: [fn(&mut Vec<u8>); 4] = [
        |bytes| {
            bytes
                .iter_mut()
                .skip(10)
                .take(200)
                .for_each(|byte| *byte ^= 0x5a)
        },
        |bytes| {
            bytes
                .iter_mut()
                .skip(4096)
                .take(9000)
                .for_each(|byte| *byte = 0xff)
        },
        |bytes| bytes.truncate(5000),
        Vec::clear,
    ];
    for damage in damages {
        let left = Left::by_a_service(3);
        // Pages that are still in the write-ahead log would take the place of damaged ones.
        left.sql("DELETE FROM checkpoint WHERE 0");
        let path = left.path("journal.db");
        let mut bytes = fs::read(&path).unwrap();
        damage(&mut bytes);
        fs::write(&path, bytes).unwrap();
        let run = left.journal(&["verify"]).exits(2).prints("not intact");
        assert!(
            !run.stdout.contains("cavra journal verify"),
            "{}",
            run.stdout
        );
        let report = left
            .journal(&["verify", "--output", "json"])
            .exits(2)
            .json();
        assert_eq!(report["intact"], false);
        assert!(report["first_problem"]["message"].is_string(), "{report}");
    }
}

#[test]
fn a_lost_key_is_called_lost_and_no_other_is_made() {
    let left = Left::by_a_service(1);
    fs::remove_file(left.path("journal.key")).unwrap();
    let public = fs::read(left.path("journal.pub")).unwrap();
    cavra(&[
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--data-dir",
        left.data(),
    ])
    .exits(1)
    .complains("has lost its signing key `journal.key`")
    .complains("put the key back from a backup or name it by `--signing-key KEY`");
    assert!(!Path::new(&left.path("journal.key")).exists());
    assert_eq!(fs::read(left.path("journal.pub")).unwrap(), public);
}

#[test]
fn another_folder_is_proposed_only_where_the_folder_is_at_fault() {
    let left = Left::by_a_service(1);
    let hint = "`--data-dir DIR` names another folder";
    let folder = tempfile::tempdir().unwrap();
    let nowhere = folder.path().join("none");
    let words = ["journal", "stats", "--data-dir", nowhere.to_str().unwrap()];
    cavra(&words).exits(1).complains(hint);
    let path = left.path("journal.db");
    fs::write(path, "no database").unwrap();
    let run = left.journal(&["stats"]).exits(1);
    assert!(!run.stderr.contains(hint), "{}", run.stderr);
    run.complains("`cavra journal verify` shows where");
}

/// The result of `cavra journal WORDS`, which must end in time.
fn in_time(left: &Left, words: &[&str]) -> super::support::Run {
    let mut command = command();
    command.arg("journal").args(words);
    command.args(["--data-dir", left.data()]);
    run(command.timeout(Duration::from_secs(60)))
}

fn pipe(path: &str) {
    drop(fs::remove_file(path));
    let made = Command::new("mkfifo").arg(path).status();
    assert!(made.unwrap().success());
}

#[test]
fn a_pipe_in_the_place_of_a_file_hangs_nothing() {
    for name in ["journal.db", "journal.db-wal", "journal.checkpoint"] {
        let left = Left::by_a_service(1);
        pipe(&left.path(name));
        in_time(&left, &["verify"]).exits(2).prints("not intact");
    }
    let left = Left::by_a_service(1);
    pipe(&left.path("journal.db"));
    in_time(&left, &["query"]).exits(1).complains("is a pipe");
    let left = Left::by_a_service(1);
    pipe(&left.path("journal.pub"));
    in_time(&left, &["verify"])
        .exits(1)
        .complains("not a regular file");
    let left = Left::by_a_service(1);
    let (kept, elsewhere) = (left.path("journal.checkpoint"), left.path("elsewhere"));
    fs::rename(&kept, &elsewhere).unwrap();
    symlink(&elsewhere, &kept).unwrap();
    in_time(&left, &["verify"])
        .exits(2)
        .prints("`journal.checkpoint` beside the database");
}

#[test]
fn what_no_record_has_brought_is_found_and_a_start_says_it() {
    let left = Left::by_a_service(3);
    left.sql("INSERT INTO content (content, digest) VALUES (9223372036854775807, x'00')");
    in_time(&left, &["verify"])
        .exits(2)
        .prints("content 9223372036854775807 was brought by no record");
    let serve = [
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--data-dir",
        left.data(),
    ];
    run(command().args(serve).timeout(Duration::from_secs(60)))
        .exits(1)
        .complains("a content with the id 9223372036854775807");
}
