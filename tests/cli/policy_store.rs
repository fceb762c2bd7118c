//! What is enforced is what the journal keeps: started, restarted, hung up, under another engine.

use std::fs;
use std::path::{Path, PathBuf};

use cavra::authority::gate::store::{Packed, this_engine};
use cavra::authority::recording::Recording;
use cavra::canonical::Digest;
use cavra::decision::PolicyState;
use cavra::engine::{Policy, identity};
use cavra::journal::record::event::{PolicyChanged, PolicyOperation};
use cavra::journal::record::lifecycle::{
    Activation, By, EngineRef, Happened, LifecycleEvent, Seeded,
};
use cavra::journal::record::refusal::Author;
use cavra::journal::record::{Entry, Recorder};
use cavra::journal::writer::{Journal, Mode, Options};
use cavra::keys::file::KeySource;
use cavra::library::{Library, load_file};
use cavra::policy::bundle::Bundle;
use cavra::redaction::{Redaction, RedactionKey};
use serde_json::Value;
use tempfile::TempDir;

use super::admission::health;
use super::serve::Service;
use super::support::cavra;

const SUCCESSION: &str = "cavra.condition.succession";
/// It is well-formed and fails a required case.
const LAX: &str = "metadata: {id: mine}\ncommands: {allow: ['terraform apply*']}\n";

/// A pack, a data directory and a socket, each in its place.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    /// The pack `mine`, which blocks reading `file`.
    fn blocks(&self, file: &str) {
        self.put(&format!(
            "metadata: {{id: mine, inherits: cavra-ai-agent-baseline}}\nfilesystem: {{block_read: ['{file}']}}\n"
        ));
    }

    fn put(&self, text: &str) {
        fs::create_dir_all(self.path("mine")).unwrap();
        fs::write(self.path("mine/policy.yaml"), text).unwrap();
    }

    fn args(&self) -> Vec<String> {
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

    fn start(&self, more: &[&str]) -> Service {
        let args = self.args();
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        Service::start(&[&args[..], more].concat())
    }

    /// A start that fails.
    fn refused(&self, more: &[&str]) -> super::support::Run {
        let args = self.args();
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let serve = ["serve", "--listen", "127.0.0.1:0"];
        cavra(&[&serve[..], &args, more].concat()).exits(1)
    }

    fn lifecycle(&self, args: &[&str]) -> super::support::Run {
        let endpoint = format!("unix:{}", self.text("admin.sock"));
        let more = ["--endpoint", &endpoint, "--output", "json"];
        cavra(&[&["lifecycle"][..], args, &more].concat())
    }

    fn history(&self) -> Vec<Value> {
        let listed = self.lifecycle(&["history"]).exits(0).json();
        listed.as_array().unwrap().clone()
    }
}

fn decision(service: &Service, file: &str) -> Value {
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

/// The pack of `place` with its ancestors.
fn bundle(place: &Place) -> Bundle {
    let library = Library::built_in();
    let source = load_file(Path::new(&place.text("mine"))).unwrap();
    Bundle::of(source, &mut |id| library.source(id)).unwrap()
}

/// A new journal in `place`, signed by `log.key` there.
fn recording(place: &Place) -> Recording {
    let key = place.text("log.key");
    let named = [
        "keys",
        "generate",
        "--name",
        "example.org/log",
        "--out",
        &key,
    ];
    cavra(&named).exits(0);
    let key: KeySource = key.parse().unwrap();
    let journal = Journal::open(Options {
        directory: place.path("data"),
        mode: Mode::Durable,
        key: key.signing_key().unwrap(),
        checkpoint_directory: None,
        own_key: None,
    });
    let recorder = Recorder::new(Redaction::none(), RedactionKey([7; 32]));
    Recording::new(journal.unwrap(), recorder)
}

fn written(recording: &Recording, entry: Entry) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime
        .block_on(recording.journal().written(entry))
        .unwrap();
}

/// Leaves a journal in `place` that an engine seeded with the pack there: `engine` and the effective
/// digest are as that engine would have written them.
fn seeded_by(place: &Place, engine: &EngineRef, effective: Option<Digest>) {
    let recording = recording(place);
    let bundle = bundle(place);
    let policy = Policy::compile(bundle.effective().unwrap()).unwrap();
    let mut active = identity(policy.pack());
    let packed = Packed::of(bundle, &active).unwrap();
    let mut digests = packed.digests;
    if let Some(effective) = effective {
        digests.effective_digest = effective;
        active.effective_digest = effective;
    }
    let happened = Happened {
        by: By::from(Author::Start),
        event: LifecycleEvent::Seeded(Seeded {
            active: Activation {
                bundle: digests,
                engine: engine.clone(),
            },
            adopted: false,
            from_record: None,
        }),
        policy: Some(&active),
        document: Some(packed.document().into()),
        reason: None,
    };
    let recorder = Recorder::new(Redaction::none(), RedactionKey([7; 32]));
    let entry = recorder
        .lifecycle(happened, None, jiff::Timestamp::now())
        .unwrap();
    written(&recording, entry);
}

fn other_engine() -> EngineRef {
    EngineRef {
        cavra_version: "0.0.1".to_owned(),
        base_rules_digest: Digest::of(b"other rules"),
        ..this_engine()
    }
}

#[test]
fn another_engine_proves_the_policy_again_or_says_that_it_is_not_proved() {
    let before = Some(Digest::of(b"as the other engine had it"));
    let proved = Place::new();
    proved.blocks("one.txt");
    seeded_by(&proved, &other_engine(), before);
    let key = proved.text("log.key");
    let mut service = proved.start(&["--signing-key", &key, "--require-proved"]);
    let answer = decision(&service, "one.txt");
    assert_eq!(
        (&answer["decision"], answer.get("policy_state")),
        (&"block".into(), None)
    );
    let events = proved.history();
    let changed = &events[1]["record"]["event"]["engine_changed"];
    assert_eq!(changed["failed"], Value::Array(Vec::new()));
    assert_eq!(changed["from"]["cavra_version"], "0.0.1");
    assert_eq!(
        changed["active"]["bundle"]["effective_digest"],
        answer["effective_digest"]
    );
    proved.lifecycle(&["status"]).exits(0);
    assert_eq!(service.stop("-TERM"), Some(0));
    // Recorded once.
    let mut again = proved.start(&["--signing-key", &key]);
    assert_eq!(proved.history().len(), 2);
    assert_eq!(again.stop("-TERM"), Some(0));

    let failing = Place::new();
    failing.put(LAX);
    seeded_by(&failing, &other_engine(), before);
    let key = failing.text("log.key");
    failing
        .refused(&["--signing-key", &key, "--require-proved"])
        .complains("not re-proved")
        .complains("block_terraform_apply");
    for round in 0..2 {
        let mut service = failing.start(&["--signing-key", &key]);
        assert_eq!(
            decision(&service, "a")["policy_state"],
            "not_reproved",
            "round {round}"
        );
        assert!(!health(&service, "cavra.policy").0);
        assert!(health(&service, "").0, "it decides all the same");
        let status = failing.lifecycle(&["status"]).exits(2).json();
        assert_eq!(status["policy_state"], "not_reproved");
        let problem = status["problems"]["policy"].as_str().unwrap();
        assert!(problem.contains("block_terraform_apply"), "{problem}");
        assert_eq!(failing.history().len(), 2);
        assert_eq!(service.stop("-TERM"), Some(0));
    }
}

#[test]
fn under_the_same_engine_other_bytes_stop_the_start() {
    let place = Place::new();
    place.blocks("one.txt");
    seeded_by(&place, &this_engine(), Some(Digest::of(b"another")));
    let key = place.text("log.key");
    place
        .refused(&["--signing-key", &key])
        .complains("gives the effective digest");

    // The stored bytes were changed: the digest in the record says so.
    let place = Place::new();
    place.blocks("one.txt");
    let mut service = place.start(&[]);
    assert_eq!(service.stop("-TERM"), Some(0));
    let database = rusqlite::Connection::open(place.path("data/journal.db")).unwrap();
    let sql =
        "UPDATE content SET body = replace(body, 'one.txt', 'six.txt') WHERE body LIKE '%one.txt%'";
    assert!(database.execute(sql, []).unwrap() > 0);
    drop(database);
    place.refused(&[]).complains("has the digest");
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
