//! `JournalService` as its clients see it.

use std::time::Duration;

use cavra::authority::Ask;
use cavra::decision::Verdict;
use cavra::grpc::client::{Client, ClientError};
use cavra::grpc::journal::{Entries, JournalClient};
use cavra::grpc::journal::{Start, TailQuery};
use cavra::grpc::server::{Drained, JournalReads};
use cavra::grpc::wire;
use cavra::journal::query::{Filter, JournalEntry, Order, Query, RecordRef};
use cavra::shadow::runs::report::Asked;
use futures::StreamExt as _;
use tempfile::TempDir;
use tokio::time::timeout;
use tonic::Code;
use uuid::Uuid;

use crate::support::{self, BASELINE, Service, journal_key, read};

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(20);

struct Recorded {
    service: Service,
    client: Client,
    journal: JournalClient,
    folder: TempDir,
}

impl Recorded {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let directory = folder.path().join("data");
        let service = Service::start_recorded(&directory, None, JournalReads::Everybody).await;
        let client = service.client().await;
        Self {
            journal: client.journal(),
            client,
            service,
            folder,
        }
    }

    /// Decides on each path; answers the ids.
    async fn decide(&mut self, paths: &[&str]) -> Vec<Uuid> {
        let mut ids = Vec::new();
        for path in paths {
            let answered = self.client.decide(read(path), Ask::comparing(true)).await;
            ids.push(answered.unwrap().decision.decision_id);
        }
        ids
    }

    async fn checkpoint(&self) {
        let recording = self.service.authority.recording().unwrap();
        recording.journal().checkpoint().await.unwrap().unwrap();
    }
}

fn ids(entries: &[JournalEntry]) -> Vec<Uuid> {
    entries.iter().map(|it| it.record().id()).collect()
}

async fn all(entries: Entries) -> Vec<JournalEntry> {
    entries.map(Result::unwrap).collect().await
}

async fn next(entries: &mut Entries) -> Result<JournalEntry, ClientError> {
    timeout(PATIENCE, entries.next()).await.unwrap().unwrap()
}

fn blocked() -> Filter {
    Filter {
        decisions: vec![Verdict::Block],
        ..Filter::default()
    }
}

fn code<T: std::fmt::Debug>(result: Result<T, ClientError>) -> Code {
    match result.unwrap_err() {
        ClientError::Refused { code, .. } => code,
        other => panic!("{other}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_answers_what_was_decided_as_the_disk_has_it() {
    let mut recorded = Recorded::start().await;
    let decided = recorded
        .decide(&[".env", "README.md", ".env", "Cargo.toml"])
        .await;
    let found = all(recorded.journal.query(&Query::default()).await.unwrap()).await;
    // The first record tells which policies began.
    assert_eq!(found[0].kind(), "policy_change");
    assert_eq!(ids(&found[1..]), decided);

    let query = Query {
        filter: blocked(),
        order: Order::NewestFirst,
        start: None,
        limit: Some(1),
        without_index: false,
    };
    let found = all(recorded.journal.query(&query).await.unwrap()).await;
    assert_eq!(ids(&found), [decided[2]]);

    let one = recorded
        .journal
        .record(RecordRef::Id(decided[1]))
        .await
        .unwrap();
    assert_eq!(one.position(), 2);
    assert_eq!(one.target().unwrap(), "README.md");
    let same = recorded
        .journal
        .record(RecordRef::Position(2))
        .await
        .unwrap();
    assert_eq!(same, one);
    let missing = RecordRef::Id(Uuid::now_v7());
    assert_eq!(code(recorded.journal.record(missing).await), Code::NotFound);

    let stats = recorded.journal.stats(&Filter::default()).await.unwrap();
    assert_eq!((stats.decisions, stats.events), (4, 1));
    assert_eq!(stats.by_decision.names["block"], 2);
    assert_eq!(stats.by_change.names["same"], 4);
    assert_eq!(stats.disk.records, 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tail_goes_from_what_was_to_what_comes_and_ends_with_the_service() {
    let mut recorded = Recorded::start().await;
    let before = recorded.decide(&[".env", "README.md", ".env"]).await;
    let query = TailQuery {
        filter: blocked(),
        start: Start::Last(1),
    };
    let mut tail = recorded.journal.tail(&query).await.unwrap();
    let position = TailQuery {
        filter: Filter::default(),
        start: Start::Position(2),
    };
    let mut from_two = recorded.journal.tail(&position).await.unwrap();
    let mut live = recorded.journal.tail(&TailQuery::default()).await.unwrap();
    assert_eq!(next(&mut tail).await.unwrap().record().id(), before[2]);
    for id in &before[1..] {
        assert_eq!(next(&mut from_two).await.unwrap().record().id(), *id);
    }
    let after = recorded.decide(&["src/main.rs", ".env"]).await;
    assert_eq!(next(&mut tail).await.unwrap().record().id(), after[1]);
    for id in &after {
        assert_eq!(next(&mut from_two).await.unwrap().record().id(), *id);
        assert_eq!(next(&mut live).await.unwrap().record().id(), *id);
    }
    let Recorded {
        service, client, ..
    } = recorded;
    let served = service.stop();
    assert_eq!(code(next(&mut live).await), Code::Unavailable);
    drop((client, tail, from_two, live));
    assert_eq!(served.await.unwrap(), Drained::All);
}

#[tokio::test(flavor = "multi_thread")]
async fn proofs_hold_by_the_public_key_alone() {
    let mut recorded = Recorded::start().await;
    let key = journal_key();
    let decided = recorded.decide(&["a"]).await;
    assert_eq!(
        code(recorded.journal.checkpoint().await),
        Code::FailedPrecondition
    );
    recorded.checkpoint().await;
    let earlier = recorded.journal.checkpoint().await.unwrap();
    assert_eq!(earlier.open(key.verifying_key()).unwrap().size(), 2);

    let later = recorded.decide(&["b", ".env"]).await;
    let too_early = recorded
        .journal
        .prove_inclusion(RecordRef::Id(later[0]))
        .await;
    assert_eq!(code(too_early), Code::FailedPrecondition);
    recorded.checkpoint().await;
    for (record, position) in [
        (RecordRef::Id(decided[0]), 1),
        (RecordRef::Position(0), 0),
        (RecordRef::Id(later[1]), 3),
    ] {
        let proof = recorded.journal.prove_inclusion(record).await.unwrap();
        let checked = proof.check(key.verifying_key()).unwrap();
        assert_eq!((checked.position, checked.checkpoint.size()), (position, 4));
    }
    let proof = recorded.journal.prove_consistency(&earlier).await.unwrap();
    let checked = proof.check(key.verifying_key()).unwrap();
    assert_eq!((checked.from.size(), checked.to.size()), (2, 4));

    let by_size = |size| wire::ProveConsistencyRequest {
        from: Some(wire::prove_consistency_request::From::Size(size)),
    };
    let wire = recorded.journal.wire();
    let same = wire
        .prove_consistency(by_size(2))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(same.from, earlier.as_str());
    let none = wire.prove_consistency(by_size(3)).await.unwrap_err();
    assert_eq!(none.code(), Code::FailedPrecondition);
    assert!(none.message().contains("over 2 and 4"), "{none}");
    let missing = recorded
        .journal
        .prove_inclusion(RecordRef::Position(99))
        .await;
    assert_eq!(code(missing), Code::NotFound);
    drop(recorded.folder);
}

#[tokio::test(flavor = "multi_thread")]
async fn records_can_be_kept_to_the_administrator() {
    let folder = tempfile::tempdir().unwrap();
    let (directory, socket) = (folder.path().join("data"), folder.path().join("admin.sock"));
    let service =
        Service::start_recorded(&directory, Some(socket.clone()), JournalReads::Admin).await;
    let recording = service.authority.recording().unwrap();
    recording.journal().checkpoint().await.unwrap();

    let mut public = service.client().await.journal();
    let refused = [
        public.query(&Query::default()).await.err().unwrap(),
        public.tail(&TailQuery::default()).await.err().unwrap(),
        public.record(RecordRef::Position(0)).await.unwrap_err(),
        public.stats(&Filter::default()).await.unwrap_err(),
    ];
    for error in refused {
        let ClientError::Refused { code, message, .. } = error else {
            panic!("{error}");
        };
        assert_eq!(code, Code::PermissionDenied);
        assert!(message.contains("admin.sock"), "{message}");
    }
    let mut shadows = service.client().await;
    let run = Uuid::now_v7();
    let report = shadows.shadow_report(run, Asked::default()).await;
    let watched = shadows.watch_divergences(run).await;
    for error in [report.err().unwrap(), watched.err().unwrap()] {
        let ClientError::Refused { code, .. } = error else {
            panic!("{error}");
        };
        assert_eq!(
            code,
            Code::PermissionDenied,
            "their examples are of records"
        );
    }
    // What proves is everybody's, without the record's text.
    let checkpoint = public.checkpoint().await.unwrap();
    assert_eq!(checkpoint.unverified().size(), 1);
    let request = wire::ProveInclusionRequest {
        record: Some(RecordRef::Position(0).into()),
    };
    let proof = public
        .wire()
        .prove_inclusion(request.clone())
        .await
        .unwrap();
    let public_proof = proof.into_inner();
    assert_eq!(public_proof.record_json, None);

    let admin = Client::connect(&format!("unix:{}", socket.display()), support::PATIENCE)
        .await
        .unwrap();
    let mut admin = admin.journal();
    let found = all(admin.query(&Query::default()).await.unwrap()).await;
    assert_eq!(found.len(), 1);
    let proof = admin
        .wire()
        .prove_inclusion(request)
        .await
        .unwrap()
        .into_inner();
    assert!(proof.record_json.is_some());
    assert_eq!(proof.leaf_hash, public_proof.leaf_hash);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_asked_is_said() {
    let service = Service::start(BASELINE, None).await;
    let mut journal = service.client().await.journal();
    let refused = journal.query(&Query::default()).await.err().unwrap();
    assert!(
        refused.to_string().contains("keeps no journal"),
        "{refused}"
    );
    assert_eq!(code(journal.checkpoint().await), Code::FailedPrecondition);

    let mut recorded = Recorded::start().await;
    let wire = recorded.journal.wire();
    let query = |filter| wire::QueryRequest {
        filter: Some(filter),
        ..Default::default()
    };
    let malformed = [
        (
            wire::JournalFilter {
                decisions: vec![99],
                ..Default::default()
            },
            "decisions",
        ),
        (
            wire::JournalFilter {
                decisions: vec![0],
                ..Default::default()
            },
            "decisions",
        ),
        (
            wire::JournalFilter {
                rules: vec!["a*b".to_owned()],
                ..Default::default()
            },
            "rules",
        ),
        (
            wire::JournalFilter {
                rules: vec!["a".to_owned(); 65],
                ..Default::default()
            },
            "rules",
        ),
        (
            wire::JournalFilter {
                kind: 7,
                ..Default::default()
            },
            "kind",
        ),
        (
            wire::JournalFilter {
                target: Some("x".repeat(1 << 17)),
                ..Default::default()
            },
            "target",
        ),
    ];
    for (filter, field) in malformed {
        let status = wire.query(query(filter)).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument, "{field}");
        assert!(
            status.message().contains(&format!("`filter.{field}`")),
            "{status}"
        );
    }
    let nothing = wire::GetRecordRequest { record: None };
    let status = wire.get_record(nothing).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
    let note = wire::ProveConsistencyRequest {
        from: Some(wire::prove_consistency_request::From::Checkpoint(
            "x".to_owned(),
        )),
    };
    let status = wire.prove_consistency(note).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
}
