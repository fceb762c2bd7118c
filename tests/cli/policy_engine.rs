//! A store under another engine: the policy in force is proved again, or isn't proved.

use std::path::Path;

use cavra::authority::gate::store::{Packed, this_engine};
use cavra::authority::recording::Recording;
use cavra::canonical::Digest;
use cavra::engine::{Policy, identity};
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

use super::admission::health;
use super::policy_store::Place;
use super::policy_store::{LAX, decision};
use super::support::cavra;

/// The pack of `place` with its ancestors.
pub(crate) fn bundle(place: &Place) -> Bundle {
    let library = Library::built_in();
    let source = load_file(Path::new(&place.text("mine"))).unwrap();
    Bundle::of(source, &mut |id| library.source(id)).unwrap()
}

/// A new journal in `place`, signed by `log.key` there.
pub(crate) fn recording(place: &Place) -> Recording {
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

pub(crate) fn written(recording: &Recording, entry: Entry) {
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
