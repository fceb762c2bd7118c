//! A desk with a change that was made and undone, and what its journal says.

use std::path::PathBuf;

use cavra::journal::merkle_log::leaf_hash;
use cavra::journal::query::{EntryKind, Filter, Query, Scan};
use cavra::journal::record::lifecycle::{
    Activation, By, Happened, LifecycleEvent, Promoted, ReplacedRef,
};
use cavra::journal::record::refusal::Author;
use cavra::journal::record::{LifecycleRecord, Record, Recorder};
use cavra::journal::writer::{Journal, Mode, Options};
use cavra::keys::SigningKey;
use cavra::keys::file::KeySource;
use cavra::redaction::{Redaction, RedactionKey};
use rusqlite::Connection;

use super::desk::{Desk, verdicts};
use super::support::{Run, cavra};

/// A store in which a promotion was undone. Nobody may put the promoted policy in force again.
pub(crate) struct Undone {
    pub(crate) desk: Desk,
    pub(crate) promoted: (u64, LifecycleRecord),
    pub(crate) rolled_back: u64,
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

    pub(crate) fn database(&self) -> Connection {
        Connection::open(self.data().join("journal.db")).unwrap()
    }

    /// A start that must fail.
    pub(crate) fn refuses(&self) -> Run {
        self.refuses_with(&[])
    }

    /// A start with more options that must fail.
    pub(crate) fn refuses_with(&self, options: &[&str]) -> Run {
        let [data, pack, socket, trust] =
            ["data", "mine", "admin.sock", "trust.json"].map(|name| self.desk.path(name));
        let serve = ["serve", "--listen", "127.0.0.1:0", "--data-dir", &data];
        let more = ["--policy", &pack, "--admin-socket", &socket];
        let trust = ["--trust", &trust];
        cavra(&[&serve[..], &more, &trust, options].concat()).exits(1)
    }

    /// The promotion's record, as if it came after the last one.
    pub(crate) fn promoted_again(&self) -> Record {
        let mut again = self.promoted.1.clone();
        again.event_id = uuid::Uuid::now_v7();
        again.previous = Some(self.last);
        Record::Lifecycle(Box::new(again))
    }

    /// Appends a row, as somebody can who has no key. Gives its position.
    pub(crate) fn append(&self, record: &Record) -> i64 {
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

    /// Records an event with the journal's own key, as if it were at the time `at`.
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

    /// Records an event in the name of `person`. If the event puts a policy in force, it is that of `pack`.
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
    pub(crate) fn active(&self) -> Activation {
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
