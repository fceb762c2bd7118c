//! Somebody writes into the data directory: the service doesn't start by what they wrote.

use std::fs;
use std::path::PathBuf;

use cavra::authority::gate::store::this_engine;
use cavra::canonical::Digest;
use cavra::journal::log::leaf_hash;
use cavra::journal::query::{EntryKind, Filter, Query, Scan};
use cavra::journal::record::lifecycle::{
    Activation, BrokeGlass, By, EngineChanged, Happened, LifecycleEvent, Promoted, ReplacedRef,
    RollbackCover, RolledBack, Seeded, TrustChanged, TrustRef,
};
use cavra::journal::record::refusal::Author;
use cavra::journal::record::{LifecycleRecord, Record, Recorder};
use cavra::journal::writer::{Journal, Mode, Options};
use cavra::keys::SigningKey;
use cavra::keys::file::KeySource;
use cavra::redaction::{Redaction, RedactionKey};
use rusqlite::Connection;

use super::promotion::{Desk, verdicts};
use super::support::{Run, cavra};

/// A store in which a promotion was undone. Nobody may put the promoted policy in force again.
pub(crate) struct Undone {
    pub(crate) desk: Desk,
    promoted: (u64, LifecycleRecord),
    rolled_back: u64,
    pub(crate) last: u64,
}

impl Undone {
    pub(crate) fn new() -> Self {
        let desk = Desk::new();
        let mut service = desk.start();
        let packs = ["next", "mine"];
        desk.propose("next");
        let until = ["--rollback-until", "2098-01-01"];
        let request = desk.request("request", packs, &until);
        let bo = desk.sign("bo", &request, packs);
        desk.promote(&[&request, &bo]).exits(0);
        desk.lifecycle(&["rollback", "--reason", "why"]).exits(0);
        assert_eq!(verdicts(&service), ["block", "allow"]);
        assert_eq!(service.stop("-KILL"), None);
        let records = records(&desk.0.path().join("data"));
        let last_of = |event: &str| {
            let mut newest = records.iter().rev();
            newest.find(|(_, it)| it.event.as_str() == event).unwrap()
        };
        let promoted = last_of("promoted").clone();
        let rolled_back = last_of("rolled_back").0;
        let last = records.last().unwrap().0;
        assert_eq!(last, rolled_back);
        Self {
            desk,
            promoted,
            rolled_back,
            last,
        }
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.desk.0.path().join("data")
    }

    fn database(&self) -> Connection {
        Connection::open(self.data().join("journal.db")).unwrap()
    }

    /// A start that must fail.
    pub(crate) fn refuses(&self) -> Run {
        self.refuses_with(&[])
    }

    /// The same with more options.
    pub(crate) fn refuses_with(&self, options: &[&str]) -> Run {
        let [data, pack, socket, trust] =
            ["data", "mine", "admin.sock", "trust.json"].map(|name| self.desk.path(name));
        let serve = ["serve", "--listen", "127.0.0.1:0", "--data-dir", &data];
        let more = ["--policy", &pack, "--admin-socket", &socket];
        let trust = ["--trust", &trust];
        cavra(&[&serve[..], &more, &trust, options].concat()).exits(1)
    }

    /// The promotion's record, as if it came after the last one.
    fn promoted_again(&self) -> Record {
        let mut again = self.promoted.1.clone();
        again.event_id = uuid::Uuid::now_v7();
        again.previous = Some(self.last);
        Record::Lifecycle(Box::new(again))
    }

    /// Appends a row, as somebody can who has no key. Gives its position.
    fn append(&self, record: &Record) -> i64 {
        let body = record.to_bytes().unwrap();
        let database = self.database();
        let sql = "INSERT INTO record (position, id, leaf, body) \
                   SELECT max(position) + 1, ?1, ?2, ?3 FROM record";
        let leaf = leaf_hash(&body);
        let text = std::str::from_utf8(&body).unwrap();
        let row = (
            record.id().as_bytes().to_vec(),
            leaf.as_bytes().to_vec(),
            text,
        );
        assert_eq!(database.execute(sql, row).unwrap(), 1);
        database.last_insert_rowid()
    }

    /// Records an event with the journal's own key.
    pub(crate) fn record(&self, event: LifecycleEvent, document: Option<Vec<u8>>) {
        self.record_at(event, document, jiff::Timestamp::now());
    }

    /// The same, as if it were at the time `at`.
    pub(crate) fn record_at(
        &self,
        event: LifecycleEvent,
        document: Option<Vec<u8>>,
        at: jiff::Timestamp,
    ) {
        let pack = match event.activation() {
            Some(activation) if *activation == self.active() => "next",
            _ => "mine",
        };
        self.record_of(pack, "ada", event, document, at);
    }

    /// The private key of the journal.
    pub(crate) fn log_key(&self) -> SigningKey {
        let key: KeySource = self.desk.path("data/journal.key").parse().unwrap();
        key.signing_key().unwrap()
    }

    /// The same, in the name of `person`. If the event puts a policy in force, it is that of `pack`.
    pub(crate) fn record_of(
        &self,
        pack: &str,
        person: &str,
        event: LifecycleEvent,
        document: Option<Vec<u8>>,
        at: jiff::Timestamp,
    ) {
        let journal = Journal::open(Options {
            directory: self.data(),
            mode: Mode::Durable,
            key: self.log_key(),
            checkpoint_directory: None,
            own_key: None,
        });
        let journal = journal.unwrap();
        let recorder = Recorder::new(Redaction::none(), RedactionKey([7; 32]));
        let active = self.desk.identity(pack);
        let happened = Happened {
            by: By {
                person: Some(person.to_owned()),
                ..By::from(Author::Start)
            },
            policy: event.activation().map(|_| &active),
            event,
            document: document.map(Vec::into_boxed_slice),
            reason: None,
        };
        let entry = recorder.lifecycle(happened, Some(self.last), at);
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(journal.written(entry.unwrap())).unwrap();
    }

    pub(crate) fn promotion(&self) -> Promoted {
        match &self.promoted.1.event {
            LifecycleEvent::Promoted(promoted) => promoted.clone(),
            other => panic!("it is a promotion: {other:?}"),
        }
    }

    /// What is in force, as a change names what it replaces.
    pub(crate) fn in_force(&self) -> ReplacedRef {
        ReplacedRef {
            activation_index: self.rolled_back,
            effective_digest: self.promotion().replaced.effective_digest,
        }
    }

    /// The policy that the promotion put in force.
    fn active(&self) -> Activation {
        self.promoted.1.event.activation().unwrap().clone()
    }
}

pub(crate) fn records(data: &std::path::Path) -> Vec<(u64, LifecycleRecord)> {
    let query = Query {
        filter: Filter {
            kind: Some(EntryKind::Lifecycle),
            ..Filter::default()
        },
        ..Query::default()
    };
    let mut scan = Scan::open(data, query).unwrap();
    let mut all = Vec::new();
    while let Some(records) = scan.next_records().unwrap() {
        for (position, record) in records {
            if let Record::Lifecycle(record) = record {
                all.push((position, *record));
            }
        }
    }
    all
}

#[test]
fn without_the_key_no_record_can_be_added_changed_or_left_out() {
    let undone = Undone::new();
    let saved = tempfile::tempdir().unwrap();
    let copy = |from: &std::path::Path, to: &std::path::Path| {
        for entry in fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    };
    copy(&undone.data(), saved.path());
    let again = || {
        fs::remove_dir_all(undone.data()).unwrap();
        let mut folder = fs::DirBuilder::new();
        std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
        folder.create(undone.data()).unwrap();
        copy(saved.path(), &undone.data());
    };

    // A record is added.
    let added = undone.append(&undone.promoted_again());
    let refused = undone.refuses();
    refused.complains(&format!(
        "no checkpoint counts the lifecycle record at position {added}"
    ));

    // The last one is left out: with all that follows it, or with nothing.
    for sql in [
        "DELETE FROM record WHERE position >= ?1",
        "DELETE FROM record WHERE position = ?1",
    ] {
        again();
        let row = [undone.rolled_back.cast_signed()];
        assert!(undone.database().execute(sql, row).unwrap() > 0);
        undone.refuses().complains("the journal is damaged");
    }

    // So are the checkpoints that count it; one that was kept elsewhere still does.
    again();
    let database = undone.database();
    for sql in [
        "DELETE FROM record WHERE position >= ?1",
        "DELETE FROM checkpoint WHERE size > ?1",
    ] {
        database
            .execute(sql, [undone.rolled_back.cast_signed()])
            .unwrap();
    }
    drop(database);
    undone.refuses().complains("the journal was cut off");

    // It is changed, and its hash with it.
    again();
    let database = undone.database();
    let body = undone.promoted_again().to_bytes().unwrap();
    let sql = "UPDATE record SET body = ?2, leaf = ?3 WHERE position = ?1";
    let text = std::str::from_utf8(&body).unwrap();
    let row = (
        undone.rolled_back.cast_signed(),
        text,
        leaf_hash(&body).as_bytes().to_vec(),
    );
    assert_eq!(database.execute(sql, row).unwrap(), 1);
    drop(database);
    undone.refuses();

    // The checkpoint says that another record is the last one.
    again();
    let database = undone.database();
    let sql = "UPDATE checkpoint SET note = replace(note, ?1, ?2)";
    let lines = [undone.rolled_back, undone.promoted.0].map(|at| format!("lifecycle {at}\n"));
    assert!(database.execute(sql, lines).unwrap() > 0);
    drop(database);
    undone.refuses().complains("can't be believed");

    // Nothing of that was in the copy: with it, the policy that returned is in force.
    again();
    assert_eq!(verdicts(&undone.desk.start()), ["block", "allow"]);
}

/// An approved request that somebody rejected is used by a record that the journal's key signed.
#[test]
fn with_the_journals_key_nobody_uses_a_rejected_request() {
    let mut undone = Undone::new();
    let desk = &undone.desk;
    let mut service = desk.start();
    let packs = ["next", "mine"];
    let request = desk.request("second", packs, &[]);
    let approval = desk.sign("bo", &request, packs);
    let rejection = desk.answer("reject", "cy", &request, packs);
    let rejection = rejection.unwrap_or_else(|run| panic!("{}", run.stderr));
    for document in [&request, &approval, &rejection] {
        desk.lifecycle(&["submit", document]).exits(0);
    }
    assert_eq!(service.stop("-KILL"), None);
    let records = records(&undone.data());
    let asked = records.iter().rev().find_map(|(_, it)| match &it.event {
        LifecycleEvent::Requested(given) => Some(given.request_digest),
        _ => None,
    });
    undone.last = records.last().unwrap().0;
    let promoted = Promoted {
        replaced: undone.in_force(),
        request_digest: asked.unwrap(),
        report: None,
        ..undone.promotion()
    };
    undone.record(LifecycleEvent::Promoted(promoted), None);
    let refused = undone.refuses();
    refused.complains("have not signed for it: `cy` rejected the request");
}

/// The journal's key is often kept beside the journal. It signs no approval.
#[test]
fn with_the_journals_key_nobody_approves_a_change() {
    let promoted_again = |undone: &Undone| undone.record(undone.promoted.1.event.clone(), None);
    let request_used_again = |undone: &Undone| {
        let mut promoted = undone.promotion();
        promoted.replaced = undone.in_force();
        undone.record(LifecycleEvent::Promoted(promoted), None);
    };
    let nobody_asked = |undone: &Undone| {
        let mut promoted = undone.promotion();
        promoted.replaced = undone.in_force();
        promoted.request_digest = Digest::of(b"nobody asked");
        undone.record(LifecycleEvent::Promoted(promoted), None);
    };
    let returned_unasked = |undone: &Undone| {
        let cover = RollbackCover::Promotion {
            promotion_index: undone.rolled_back,
        };
        let event = LifecycleEvent::RolledBack(RolledBack {
            active: undone.active(),
            cover,
            replaced: undone.in_force(),
        });
        undone.record(event, None);
    };
    let glass_broken_by_nobody = |undone: &Undone| {
        let event = LifecycleEvent::BrokeGlass(BrokeGlass {
            active: undone.active(),
            expires_at: jiff::Timestamp::MAX,
            incident: "none".to_owned(),
            replaced: undone.in_force(),
            statement_digest: Digest::of(b"nobody signed"),
            trust: undone.promotion().trust,
        });
        let path = undone.desk.path("request.dsse.json");
        let document: serde_json::Value =
            serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        let document = serde_json_canonicalizer::to_vec(&document).unwrap();
        undone.record(event, Some(document));
    };
    let return_from_no_glass = |undone: &Undone| {
        let event = LifecycleEvent::RolledBack(RolledBack {
            active: undone.active(),
            cover: RollbackCover::BreakGlass {
                activation_index: undone.rolled_back,
            },
            replaced: undone.in_force(),
        });
        undone.record(event, None);
    };
    let seeded_again = |undone: &Undone| {
        let event = LifecycleEvent::Seeded(Seeded {
            active: undone.active(),
            adopted: false,
            from_record: None,
        });
        undone.record(event, None);
    };
    let another_engine = |undone: &Undone| {
        let mut from = this_engine();
        from.cavra_version = "0.0.1".to_owned();
        let event = LifecycleEvent::EngineChanged(EngineChanged {
            active: undone.active(),
            failed: Vec::new(),
            from,
        });
        undone.record(event, None);
    };
    let another_trust_file = |undone: &Undone| {
        let text = fs::read_to_string(undone.desk.path("trust.json")).unwrap();
        let mut file: serde_json::Value = serde_json::from_str(&text).unwrap();
        file["version"] = 2.into();
        let bytes = serde_json_canonicalizer::to_vec(&file).unwrap();
        let trust = TrustRef {
            digest: Digest::of(&bytes),
            version: 2,
        };
        let event = LifecycleEvent::TrustChanged(TrustChanged { trust });
        undone.record(event, Some(bytes));
    };
    type Forgery<'a> = (&'a dyn Fn(&Undone), &'a str);
    let forgeries: [Forgery<'_>; 9] = [
        (
            &promoted_again,
            "replaces another policy than the one that was in force",
        ),
        (&request_used_again, "was allowed once, and was made before"),
        (
            &nobody_asked,
            "have not signed for it: its request is missing",
        ),
        (
            &returned_unasked,
            "have not signed for it: it names no promotion that covers it",
        ),
        (&glass_broken_by_nobody, "have not signed for it"),
        (
            &return_from_no_glass,
            "was allowed once, and was made before",
        ),
        (&seeded_again, "seeds a store that has a policy in force"),
        (&another_engine, "another bundle in force as another engine"),
        (&another_trust_file, "the trust file is not signed"),
    ];
    for (forge, why) in forgeries {
        let undone = Undone::new();
        forge(&undone);
        undone.refuses().complains(why);
    }
}
