//! What an expired break-glass, a watched policy and kills leave: health and decisions say it.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use cavra::authority::gate::History;
use cavra::journal::query::{EntryKind, Filter, Query, Scan};
use cavra::journal::record::Record;
use jiff::{SignedDuration, Timestamp};

use super::admission::health;
use super::break_glass_desk::{
    CONDITION, PACKS, POLICY, desk, in_seconds, proposed, send, sign, state,
};
use super::desk::{Desk, reads, resigned, verdicts};
use super::kills::Kills;
use super::serve::{PATIENCE, Service};
use super::support::cavra;

/// Waits until the health of the policy in force is `serving`.
fn wait_for_policy(service: &Service, serving: bool) -> Vec<String> {
    let start = Instant::now();
    loop {
        let (found, reasons) = health(service, POLICY);
        if found == serving {
            return reasons;
        }
        assert!(start.elapsed() < PATIENCE, "{}", service.log());
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn after_its_time_health_says_so_until_it_is_undone() {
    let desk = desk();
    let mut service = desk.start();
    let next = proposed(&desk, "next");
    let until = Timestamp::now() + SignedDuration::from_secs(14);
    let statement = sign(
        &desk,
        "fay",
        "glass",
        &next,
        &["--expires", &until.to_string()],
    );
    send(&desk, &statement).exits(0);
    let (serving, reasons) = health(&service, POLICY);
    assert!(serving || Timestamp::now() >= until, "{reasons:?}");
    let reasons = wait_for_policy(&service, false);
    assert!(Timestamp::now() >= until);
    let said = |reasons: &[String]| {
        reasons
            .iter()
            .any(|it| it.starts_with("break_glass: ") && it.contains("expired at"))
    };
    assert!(said(&reasons), "{reasons:?}");
    service.wait_for_log("nobody has ratified it");
    // Nothing returns by itself.
    assert_eq!(verdicts(&service), ["block", "block"]);
    assert_eq!(state(&service).as_deref(), Some("break_glass"));
    let status = desk.lifecycle(&["status"]).exits(2).json();
    assert_eq!(status["break_glass"]["is_expired"], true);

    assert_eq!(service.stop("-KILL"), None);
    let mut service = desk.start();
    let (serving, reasons) = health(&service, POLICY);
    assert!(!serving && said(&reasons), "{reasons:?}");
    assert!(!health(&service, CONDITION).0);
    assert_eq!(verdicts(&service), ["block", "block"]);
    assert_eq!(state(&service).as_deref(), Some("break_glass"));
    desk.lifecycle(&["rollback", "--reason", "why"]).exits(0);
    wait_for_policy(&service, true);
    assert_eq!(
        (verdicts(&service), state(&service)),
        (["block", "allow"].map(Into::into), None)
    );
    assert_eq!(service.stop("-TERM"), Some(0));
    desk.verify();
}

/// What the lifecycle records say.
fn recorded(desk: &Desk) -> History {
    let filter = Filter {
        kind: Some(EntryKind::Lifecycle),
        ..Filter::default()
    };
    let query = Query {
        filter,
        ..Query::default()
    };
    let mut scan = Scan::open(Path::new(&desk.path("data")), query).unwrap();
    let mut history = History::default();
    while let Some(records) = scan.next_records().unwrap() {
        for (position, record) in records {
            if let Record::Lifecycle(record) = record {
                history.add(position, *record).unwrap();
            }
        }
    }
    history
}

/// The command that comes next, after what is signed for it: break-glass from the one policy to the
/// other, and then by turns a ratification and the return.
fn next_command(desk: &Desk, round: u64, bundles: &[String; 2]) -> Vec<String> {
    let history = recorded(desk);
    let in_force = history.in_force().unwrap();
    let active = in_force.activation.bundle.bundle_digest.to_string();
    let at = usize::from(active == bundles[1]);
    let words: Vec<String> = match in_force.unratified() {
        None => {
            let statement = sign(desk, "fay", "kill", &bundles[1 - at], &[]);
            vec!["break-glass".into(), "send".into(), statement]
        }
        Some(_) if round.is_multiple_of(2) => {
            ["rollback", "--reason", "why"].map(String::from).to_vec()
        }
        Some(_) => {
            let packs = ["mine", "next"];
            let packs = [packs[at], packs[1 - at]];
            let request = desk.request("kill-request", packs, &["--ratification"]);
            let bo = desk.sign("bo", &request, packs);
            vec!["ratify".into(), request, bo]
        }
    };
    words
}

#[test]
fn after_a_kill_decisions_say_what_the_last_record_says() {
    let mut kills = Kills::of(10);
    let desk = desk();
    let mut service = desk.start();
    let next = proposed(&desk, "next");
    let mine = desk.lifecycle(&["status"]).json()["bundle_digest"].clone();
    let bundles = [mine.as_str().unwrap().to_owned(), next];
    for round in 0..kills.count {
        let words = next_command(&desk, round, &bundles);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let said = |history: &History| history.in_force().cloned();
        let before = said(&recorded(&desk));
        let answered = kills.during(&desk, &mut service, &words);
        let last = said(&recorded(&desk));
        service = desk.start();
        let decided = reads(&service, "one.txt");
        let in_force = last.clone().unwrap();
        let effective = in_force.activation.bundle.effective_digest.to_string();
        let what = format!("round {round}: {words:?}");
        assert_eq!(decided["effective_digest"], effective, "{what}");
        let expected = in_force.unratified().map(|_| "break_glass".to_owned());
        assert_eq!(state(&service), expected, "{what}");
        kills.took(last != before, answered, &what);
    }
    kills.end();
    assert_eq!(service.stop("-TERM"), Some(0));
    desk.verify();
}

/// A pack whose changes are watched for two hours.
fn watched(desk: &Desk, folder: &str, files: &str) {
    let text = format!(
        "metadata: {{id: mine, inherits: cavra-ai-agent-baseline}}\n\
         filesystem: {{block_read: [{files}]}}\n\
         promotion: {{when_nothing_loosened: {{watch_hours: 2}}}}\n"
    );
    fs::create_dir_all(desk.path(folder)).unwrap();
    fs::write(desk.path(folder) + "/policy.yaml", text).unwrap();
}

#[test]
fn who_watches_a_policy_can_go_back() {
    let desk = desk();
    watched(&desk, "mine", "'one.txt'");
    watched(&desk, "next", "'one.txt', 'two.txt'");
    let mut service = desk.start();
    desk.propose("next");
    let (index, log) = (desk.activation_index(), desk.path("data/journal.pub"));
    let [candidate, replaces, key, out] =
        ["next", "mine", "ada.key", "none.dsse.json"].map(|name| desk.path(name));
    let request = [
        "lifecycle",
        "request",
        "--candidate",
        &candidate,
        "--replaces",
        &replaces,
    ];
    let rest = [
        "--requested-by",
        "ada",
        "--reason",
        "r",
        "--expires",
        "2099-01-01",
    ];
    let files = [
        "--journal-key",
        &log,
        "--activation-index",
        &index,
        "--signing-key",
        &key,
        "--out",
        &out,
    ];
    let asked = |more: &[&str]| cavra(&[&request[..], &rest, &files, more].concat());
    let soon = in_seconds(3_600);
    for more in [&[][..], &["--rollback-until", &soon]] {
        asked(more)
            .exits(1)
            .complains("`watch_hours` is 2, so people watch until");
    }
    let until = ["--rollback-until", "2098-01-01"];
    let good = desk.request("request", PACKS, &until);
    for (covered, why) in [
        (None, "the request covers no return"),
        (
            Some(soon.parse().unwrap()),
            "the request covers a return until",
        ),
    ] {
        let early = resigned(&desk, &good, "ada", |it| it.rollback_until = covered);
        let bo = desk.sign("bo", &early, PACKS);
        desk.promote(&[&early, &bo])
            .exits(1)
            .complains("`watch_hours` is 2, so people watch until")
            .complains(why);
    }
    let bo = desk.sign("bo", &good, PACKS);
    desk.promote(&[&good, &bo]).exits(0);
    let status = desk.lifecycle(&["status"]).exits(0).json();
    let watched: Timestamp = status["watch_until"].as_str().unwrap().parse().unwrap();
    let left = watched.duration_since(Timestamp::now());
    assert!(
        left > SignedDuration::from_mins(115) && left <= SignedDuration::from_hours(2),
        "{left}"
    );
    desk.lifecycle(&["rollback", "--reason", "why"]).exits(0);
    let status = desk.lifecycle(&["status"]).exits(0).json();
    assert_eq!(status.get("watch_until"), None);
    assert_eq!(service.stop("-TERM"), Some(0));
    desk.verify();
}
