//! Who approved which policy, why, and what it changed: the journal alone says so.

use std::fs;

use serde_json::{Value, json};

use super::desk::Desk;
use super::support::{Run, cavra};

/// `mine` replaced by `next`, and back by the promotion's own cover.
fn changed() -> (Desk, super::serve::Service) {
    let desk = Desk::new();
    let service = desk.start();
    desk.propose("next");
    let packs = ["next", "mine"];
    let more = ["--approvals", "2", "--rollback-until", "2098-01-01"];
    let request = desk.request("request", packs, &more);
    let answers = ["bo", "cy"].map(|who| desk.sign(who, &request, packs));
    desk.promote(&[&request, &answers[0], &answers[1]]).exits(0);
    let back = ["rollback", "--reason", "agents are blocked"];
    desk.lifecycle(&back).exits(0);
    (desk, service)
}

fn offline(desk: &Desk, more: &[&str]) -> Run {
    let data = desk.path("data");
    cavra(&[&["lifecycle", "history", "--data-dir", &data], more].concat())
}

fn diff_of(change: &Value) -> (Vec<&str>, Vec<&str>) {
    let paths = |name: &str| {
        let lines = change["diff"][name].as_array().unwrap().iter();
        lines.map(|it| it["path"].as_str().unwrap()).collect()
    };
    (paths("added"), paths("removed"))
}

#[test]
fn each_change_says_who_approved_it_and_what_it_changed() {
    let (desk, mut service) = changed();
    let asked = desk.lifecycle(&["history", "--changes", "--diff"]);
    let asked = asked.exits(0).json();
    let events = asked.as_array().unwrap();
    assert_eq!(events.len(), 3);
    let [seeded, promoted, back] = [0, 1, 2].map(|at| &events[at]["change"]);
    let index = |at: usize| &events[at]["position"];
    assert_eq!(seeded["policy_id"], "mine");
    assert_eq!(seeded["approved_by"], json!([]));
    assert_eq!((seeded.get("diff"), seeded.get("replaced")), (None, None));
    assert_eq!(promoted["approved_by"], json!(["bo", "cy"]));
    assert_eq!(&promoted["replaced"], index(0));
    assert_eq!(
        diff_of(promoted),
        (vec!["filesystem.block_read[two.txt]"], vec![])
    );
    // The approvals of the promotion covered the return.
    assert_eq!(back["approved_by"], json!(["bo", "cy"]));
    assert_eq!(&back["replaced"], index(1));
    assert_eq!(
        diff_of(back),
        (vec![], vec!["filesystem.block_read[two.txt]"])
    );
    assert_eq!(back["bundle_digest"], seeded["bundle_digest"]);
    assert_ne!(promoted["bundle_digest"], seeded["bundle_digest"]);
    for event in events {
        let active = event["record"]["event"].as_object().unwrap();
        let active = &active.values().next().unwrap()["active"];
        let bundle = &active["bundle"]["bundle_digest"];
        assert_eq!(&event["change"]["bundle_digest"], bundle);
    }
    // Without the service, while it writes and after its end, the answer is the same.
    let json = ["--changes", "--diff", "--output", "json"];
    assert_eq!(offline(&desk, &json).exits(0).json(), asked);
    assert_eq!(service.stop("-KILL"), None);
    assert_eq!(offline(&desk, &json).exits(0).json(), asked);
    // The packs on disk are not asked.
    for folder in ["mine", "next"] {
        fs::remove_dir_all(desk.path(folder)).unwrap();
    }
    assert_eq!(offline(&desk, &json).exits(0).json(), asked);
    offline(&desk, &["--diff"])
        .exits(0)
        .prints("policy     mine")
        .prints("approved   bo, cy")
        .prints(", which bo, cy approved")
        .prints("why        agents are blocked")
        .prints("+ tightens  filesystem.block_read[two.txt]")
        .prints("- loosens   filesystem.block_read[two.txt]");
    let brief = offline(&desk, &["--output", "json"]).exits(0).json();
    let all = brief.as_array().unwrap();
    assert!(all.len() > 5);
    assert!(all.iter().all(|it| it["change"].get("diff").is_none()));
    let changes = all.iter().filter(|it| it.get("change").is_some());
    assert_eq!(changes.count(), 3);
}

#[test]
fn a_history_is_of_a_journal_or_of_a_service() {
    cavra(&["lifecycle", "history"])
        .exits(1)
        .complains("name a service by `--endpoint` or a journal by `--data-dir`");
    let both = ["lifecycle", "history", "--endpoint", "unix:x"];
    cavra(&[&both[..], &["--data-dir", "x"]].concat())
        .exits(1)
        .complains("cannot be used with");
    let empty = tempfile::tempdir().unwrap();
    let empty = empty.path().to_str().unwrap();
    cavra(&["lifecycle", "history", "--data-dir", empty]).exits(1);
}

/// What a bundle was is known by its digest: other bytes are no history.
#[test]
fn a_changed_bundle_is_no_history() {
    let (desk, mut service) = changed();
    assert_eq!(service.stop("-TERM"), Some(0));
    let database = rusqlite::Connection::open(desk.path("data/journal.db")).unwrap();
    let sql = "UPDATE content SET body = replace(body, 'two.txt', 'six.txt') WHERE body LIKE '%two.txt%' AND body LIKE '%pack_id%'";
    assert!(database.execute(sql, []).unwrap() > 0);
    drop(database);
    offline(&desk, &["--diff"])
        .exits(1)
        .complains("has the digest");
}
