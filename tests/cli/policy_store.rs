//! What is enforced is what the journal keeps: started, restarted, hung up, under another engine.

use std::fs;
use std::path::PathBuf;

use cavra::decision::PolicyState;
use cavra::engine::identity;
use cavra::journal::record::event::{PolicyChanged, PolicyOperation};
use cavra::journal::record::refusal::Author;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::admission::health;
use super::desk::Desk;
use super::people;
use super::policy_engine::{bundle, recording, written};
use super::serve::Service;
use super::support::cavra;

const SUCCESSION: &str = "cavra.condition.succession";

/// It is well-formed and fails a required case.
pub(crate) const LAX: &str = "metadata: {id: mine}\ncommands: {allow: ['terraform apply*']}\n";

/// A pack, a data directory and a socket, each in its place.
pub(crate) struct Place(pub(crate) TempDir);

impl Place {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn text(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    /// The pack `mine`, which blocks reading `file`.
    pub(crate) fn blocks(&self, file: &str) {
        self.put(&format!(
            "metadata: {{id: mine, inherits: cavra-ai-agent-baseline}}\nfilesystem: {{block_read: ['{file}']}}\n"
        ));
    }

    pub(crate) fn put(&self, text: &str) {
        fs::create_dir_all(self.path("mine")).unwrap();
        fs::write(self.path("mine/policy.yaml"), text).unwrap();
    }

    pub(crate) fn args(&self) -> Vec<String> {
        let [data, pack, socket] = ["data", "mine", "admin.sock"].map(|name| self.text(name));
        let args = [
            "--data-dir",
            &data,
            "--policy",
            &pack,
            "--admin-socket",
            &socket,
        ];
        args.map(str::to_owned).to_vec()
    }

    pub(crate) fn start(&self, more: &[&str]) -> Service {
        let args = self.args();
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        // Without a journal there is no `--data-dir`, the first option.
        let args = match more.contains(&"off") {
            true => &args[2..],
            false => &args[..],
        };
        Service::start(&[args, more].concat())
    }

    /// A start that fails.
    pub(crate) fn refused(&self, more: &[&str]) -> super::support::Run {
        let args = self.args();
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let serve = ["serve", "--listen", "127.0.0.1:0"];
        cavra(&[&serve[..], &args, more].concat()).exits(1)
    }

    pub(crate) fn lifecycle(&self, args: &[&str]) -> super::support::Run {
        let endpoint = format!("unix:{}", self.text("admin.sock"));
        let more = ["--endpoint", &endpoint, "--output", "json"];
        cavra(&[&["lifecycle"][..], args, &more].concat())
    }

    pub(crate) fn history(&self) -> Vec<Value> {
        let listed = self.lifecycle(&["history"]).exits(0).json();
        listed.as_array().unwrap().clone()
    }
}

pub(crate) fn decision(service: &Service, file: &str) -> Value {
    let args = ["decide", "--endpoint", service.endpoint(), "--read", file];
    cavra(&[&args[..], &["--output", "json"]].concat()).json()
}

#[test]
fn a_restart_and_a_hangup_keep_what_was_in_force() {
    let place = Place::new();
    place.blocks("one.txt");
    let mut first = place.start(&[]);
    assert_eq!(decision(&first, "one.txt")["decision"], "block");
    assert_eq!(first.stop("-KILL"), None);

    // The pack on disk has changed, and nothing else is asked.
    place.blocks("two.txt");
    let mut second = place.start(&[]);
    let one = decision(&second, "one.txt");
    assert_eq!(
        (&one["decision"], &one["policy_source"]),
        (&"block".into(), &"store".into())
    );
    assert_eq!(one.get("policy_state"), None);
    assert_eq!(decision(&second, "two.txt")["decision"], "allow");
    second.wait_for_log("it is not enforced");
    let (serving, reasons) = health(&second, SUCCESSION);
    assert!(
        !serving && reasons[0].contains("cavra lifecycle promote"),
        "{reasons:?}"
    );
    let status = place.lifecycle(&["status"]).exits(2).json();
    assert_eq!(status["active"]["id"], "mine");
    assert_eq!(status["activation_index"], 0);

    second.signal("-HUP");
    second.wait_for_log("packs reloaded");
    assert_eq!(decision(&second, "one.txt")["decision"], "block");
    assert_eq!(decision(&second, "two.txt")["decision"], "allow");

    // The pack as it was, and read again: nothing is wrong any more.
    place.blocks("one.txt");
    second.signal("-HUP");
    for _ in 0..200 {
        if health(&second, SUCCESSION).0 {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    place.lifecycle(&["status"]).exits(0);
    let events = place.history();
    assert_eq!(events.len(), 1, "{events:?}");
    assert_eq!(events[0]["record"]["by"]["peer"], "start");
    assert_eq!(second.stop("-TERM"), Some(0));

    // A pack that can't even be read keeps nobody from starting.
    place.put("filesistem: {}");
    let mut third = place.start(&[]);
    assert_eq!(decision(&third, "one.txt")["decision"], "block");
    third.wait_for_log("can't be read");
    assert_eq!(third.stop("-TERM"), Some(0));
    let data = place.text("data");
    cavra(&["journal", "verify", "--data-dir", &data]).exits(0);
    let kinds = cavra(&[
        "journal",
        "query",
        "--data-dir",
        &data,
        "--kind",
        "lifecycle",
    ]);
    kinds.exits(0).prints("seeded by start");
}

#[test]
fn without_a_store_every_answer_says_so() {
    let place = Place::new();
    place.blocks("one.txt");
    for args in [&["--journal", "off"][..], &["--development"]] {
        let mut service = place.start(args);
        assert_eq!(service.ready["policy_state"], "unproved");
        let answer = decision(&service, "one.txt");
        assert_eq!(answer["policy_state"], "unproved");
        assert_eq!(answer["decision"], "block");
        assert!(!health(&service, "cavra.policy").0);
        assert!(health(&service, "").0, "it decides all the same");
        place
            .lifecycle(&["status"])
            .exits(1)
            .complains("no store of policies");
        assert_eq!(service.stop("-TERM"), Some(0));
    }
    // Signed answers cover it.
    let service = place.start(&["--development"]);
    let key = place.text("data/journal.pub");
    let args = [
        "decide",
        "--endpoint",
        service.endpoint(),
        "--server-key",
        &key,
        "--read",
        "a",
    ];
    cavra(&args).exits(0).prints(", unproved");
}

/// Leaves a journal in `place` as an earlier version wrote it: it names the pack there as the policy
/// in force, and has no lifecycle records.
fn started_before(place: &Place, state: Option<PolicyState>) {
    let recording = recording(place);
    let active = identity(&bundle(place).effective().unwrap());
    let changed = PolicyChanged {
        event_id: uuid::Uuid::now_v7(),
        timestamp: jiff::Timestamp::now(),
        operation: PolicyOperation::Started,
        active: &active,
        candidate: None,
        state,
        by: Author::Start,
    };
    written(&recording, changed.entry().unwrap());
}

#[test]
fn a_journal_of_before_names_the_first_policy() {
    let place = Place::new();
    let key = place.text("log.key");
    place.blocks("one.txt");
    started_before(&place, None);
    place.blocks("two.txt");
    let signed = ["--signing-key", key.as_str()];
    let refused = place.refused(&signed);
    refused.complains("whose files nobody kept");
    let adopt = ["--adopt", "the old pack is lost"];
    let mut adopted = place.start(&[signed, adopt].concat());
    assert_eq!(decision(&adopted, "two.txt")["decision"], "block");
    let seeded = &place.history()[0]["record"];
    assert_eq!(seeded["event"]["seeded"]["adopted"], true);
    assert_eq!(seeded["event"]["seeded"]["from_record"], 0);
    assert_eq!(seeded["reason"], "the old pack is lost");
    assert_eq!(adopted.stop("-TERM"), Some(0));

    let same = Place::new();
    same.blocks("one.txt");
    started_before(&same, None);
    let mut service = same.start(&["--signing-key", &same.text("log.key")]);
    let seeded = &same.history()[0]["record"]["event"]["seeded"];
    assert_eq!(seeded["from_record"], 0);
    assert_eq!(seeded.get("adopted"), None);
    assert_eq!(service.stop("-TERM"), Some(0));
}

/// What was in force for development is no policy that a start may go on with.
#[test]
fn a_start_for_development_leaves_nothing_to_go_on_with() {
    let place = Place::new();
    place.blocks("one.txt");
    started_before(&place, None);
    let signed = ["--signing-key", &place.text("log.key")];
    place.blocks("two.txt");
    let mut tried = place.start(&[&signed[..], &["--development"]].concat());
    decision(&tried, "two.txt");
    assert_eq!(tried.stop("-TERM"), Some(0));
    let refused = place.refused(&signed);
    refused.complains("whose files nobody kept");
    place.blocks("one.txt");
    let mut service = place.start(&signed);
    assert_eq!(decision(&service, "one.txt")["decision"], "block");
    let seeded = &place.history()[0]["record"]["event"]["seeded"];
    assert_eq!(seeded["from_record"], 0);
    assert_eq!(service.stop("-TERM"), Some(0));
}

#[test]
fn the_store_takes_sixteen_candidates_and_more_when_one_is_withdrawn() {
    let place = Place::new();
    place.blocks("one.txt");
    let mut service = place.start(&[]);
    let next = place.path("next");
    fs::create_dir_all(&next).unwrap();
    let propose = |number: usize| {
        let text = format!(
            "metadata: {{id: mine, inherits: cavra-ai-agent-baseline}}\nfilesystem: {{block_read: ['{number}']}}\n"
        );
        fs::write(next.join("policy.yaml"), text).unwrap();
        place.lifecycle(&["propose", next.to_str().unwrap(), "--reason", "a try"])
    };
    let first = propose(0).exits(0).json();
    assert_eq!(propose(0).exits(0).json()["is_new"], false);
    for number in 1..16 {
        assert_eq!(propose(number).exits(0).json()["is_new"], true);
    }
    propose(16).exits(1).complains("16 candidates");
    let first = first["bundle_digest"].as_str().unwrap();
    place
        .lifecycle(&["withdraw", first, "--reason", "room"])
        .exits(0);
    propose(16).exits(0);
    place
        .lifecycle(&["withdraw", first, "--reason", "room"])
        .exits(1)
        .complains("no bundle");
    // The events survive, and so do the limits.
    assert_eq!(service.stop("-KILL"), None);
    let mut service = place.start(&[]);
    propose(17).exits(1).complains("16 candidates");
    let status = place.lifecycle(&["status"]).exits(0).json();
    assert_eq!(status["candidates"].as_array().unwrap().len(), 16);
    assert_eq!(service.stop("-TERM"), Some(0));
}

/// Nobody has signed the first trust file, so the start looks at its names.
#[test]
fn a_first_trust_file_with_a_name_that_seems_to_be_another_is_not_taken() {
    let desk = Desk::new();
    people::edit_trust(desk.0.path(), |file| {
        file["people"][0]["aliases"] = json!(["UID:0"]);
    });
    let [data, pack, trust] = ["data", "mine", "trust.json"].map(|name| desk.path(name));
    let start = ["serve", "--data-dir", &data, "--policy", &pack];
    let listen = ["--listen", "127.0.0.1:0", "--trust", &trust];
    cavra(&[&start[..], &listen].concat())
        .exits(1)
        .complains("`/people/0/aliases/0` is not `uid:` and the number of a user");
}
