//! Who changed the policies in force, and who was refused it: the record says it, once for each
//! change that happened.

use std::collections::HashMap;
use std::process;

use cavra::authority::Authority;
use cavra::grpc::server::JournalReads;
use cavra::grpc::wire::lifecycle_service_client::LifecycleServiceClient;
use cavra::grpc::wire::policy_service_client::PolicyServiceClient;
use cavra::grpc::wire::{PromoteRequest, StageCandidateRequest, stage_candidate_request};
use cavra::journal::query::{Query, Scan};
use cavra::journal::record::refusal::RefusalRecord;
use cavra::journal::record::{EventRecord, Record};
use futures::future::join_all;
use tempfile::TempDir;
use tonic::transport::Channel;

use crate::support::{BASELINE, OTHER, Service};

/// Calls at once.
const CALLS: usize = 60;

async fn recorded() -> (Service, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let directory = folder.path().join("data");
    let socket = Some(folder.path().join("admin.sock"));
    let service = Service::start_recorded(&directory, socket, JournalReads::Everybody).await;
    (service, folder)
}

fn events(authority: &Authority) -> Vec<EventRecord> {
    let directory = authority.recording().unwrap().journal().directory();
    let mut scan = Scan::open(directory, Query::default()).unwrap();
    let mut events = Vec::new();
    while let Some(records) = scan.next_records().unwrap() {
        events.extend(records.into_iter().filter_map(|(_, record)| match record {
            Record::Event(event) => Some(event),
            Record::Decision(_) | Record::Lifecycle(_) => None,
        }));
    }
    events
}

/// How many changes the record has, by who made them.
fn changes(authority: &Authority) -> HashMap<String, usize> {
    let mut found = HashMap::new();
    for event in events(authority) {
        if let EventRecord::PolicyChange(change) = event {
            *found.entry(change.by.unwrap()).or_default() += 1;
        }
    }
    found
}

fn refusals(authority: &Authority) -> Vec<RefusalRecord> {
    let refused = |event| match event {
        EventRecord::Refusal(refusal) => Some(refusal),
        _ => None,
    };
    events(authority).into_iter().filter_map(refused).collect()
}

async fn stage(mut policies: PolicyServiceClient<Channel>, id: &str) -> bool {
    let pack = stage_candidate_request::Pack::PolicyId(id.to_owned());
    let request = StageCandidateRequest { pack: Some(pack) };
    policies.stage_candidate(request).await.is_ok()
}

async fn promote(channel: Channel) -> bool {
    let mut lifecycles = LifecycleServiceClient::new(channel);
    let promoted = lifecycles.promote(PromoteRequest::default()).await;
    promoted.is_ok()
}

/// This process, as the kernel names it to the other end of a socket.
fn own_name() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let uid = status.lines().find_map(|line| line.strip_prefix("Uid:"));
    let uid = uid.unwrap().split_whitespace().next().unwrap();
    format!("uid {uid}, pid {}", process::id())
}

#[tokio::test(flavor = "multi_thread")]
async fn each_change_is_recorded_once_with_who_made_it() {
    let (service, _folder) = recorded().await;
    let policies = service.admin_policies().await;
    let calls = (0..CALLS).map(|number| {
        let policies = policies.clone();
        async move {
            match number % 3 {
                0 => stage(policies, OTHER).await,
                1 => stage(policies, BASELINE).await,
                _ => stage(policies, "no-such-pack").await,
            }
        }
    });
    let happened = join_all(calls).await.into_iter().filter(|it| *it).count();
    assert!(happened > 0);
    let found = changes(&service.authority);
    assert_eq!(found.get("start"), Some(&1));
    assert_eq!(found.get(&own_name()), Some(&happened), "{found:?}");
    service.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_was_begun_happens_if_and_only_if_it_is_recorded() {
    let (service, _folder) = recorded().await;
    let policies = service.admin_policies().await;
    // The caller is gone before there is an answer, at any moment.
    for number in 0..CALLS {
        let asked = tokio::spawn(stage(policies.clone(), OTHER));
        let pause = std::time::Duration::from_micros(number as u64 * 100);
        tokio::time::sleep(pause).await;
        asked.abort();
    }
    // It waits for those before it.
    assert!(stage(policies.clone(), BASELINE).await);
    let last = events(&service.authority).into_iter().rev();
    let last = last.filter_map(|event| match event {
        EventRecord::PolicyChange(change) => change.candidate,
        _ => None,
    });
    let in_force = service.authority.slot().candidate.clone().unwrap();
    assert_eq!(
        last.map(|it| it.effective_digest).next(),
        Some(in_force.identity().effective_digest)
    );
    service.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_changes_are_recorded_with_who_was_refused_and_why() {
    let (service, _folder) = recorded().await;
    assert!(!promote(service.admin_channel().await).await);
    assert!(!stage(service.admin_policies().await, "no-such-pack").await);
    assert!(!promote(service.channel().await).await);
    let found = refusals(&service.authority);
    let told: Vec<_> = found
        .iter()
        .map(|it| (it.method.as_str(), it.by.as_str()))
        .collect();
    let own = own_name();
    assert_eq!(
        told,
        [
            ("Promote", own.as_str()),
            ("StageCandidate", own.as_str()),
            ("Promote", "127.0.0.1"),
        ]
    );
    assert!(found[0].reason.contains("`documents` is required"));
    assert!(found[1].reason.contains("no-such-pack"));
    assert!(found[2].reason.contains("admin socket only"));
    assert_eq!(changes(&service.authority).len(), 1);
    service.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_refused_often_does_not_fill_the_disk() {
    let (service, _folder) = recorded().await;
    let channel = service.channel().await;
    let calls = (0..5 * CALLS).map(|_| promote(channel.clone()));
    assert!(join_all(calls).await.into_iter().all(|done| !done));
    let recorded = refusals(&service.authority).len();
    assert!((1..=2 * CALLS).contains(&recorded), "{recorded} records");
    service.stop().await.unwrap();
}
