//! Disks that refuse: decisions are refused with the reason, and come back by themselves.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use cavra::authority::Ask;
use cavra::grpc::client::{Client, ClientError, Patience};
use futures::future::join_all;
use rlimit::Resource;
use rusqlite::Connection;
use tonic::Code;
use tonic::transport::{Channel, Endpoint};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use super::load::{Told, action, decide, runtime};
use super::needs;
use super::oracle::Log;
use super::service::{PATIENCE, Service, cavra, words};
use super::shim::Watched;

/// Asked at once.
const CALLS: usize = 16;
/// So many rounds without a decision are an outage; in between, the journal is tried again.
const ROUNDS_OF_OUTAGE: usize = 10;
const BETWEEN_ROUNDS: Duration = Duration::from_millis(60);
/// What a full disk holds.
const ROOM_KIB: u64 = 512;

pub(crate) struct Asking {
    client: Client,
    health: HealthClient<Channel>,
    pub(crate) told: Vec<Told>,
    refused: Vec<ClientError>,
}

async fn health(service: &Service) -> HealthClient<Channel> {
    let endpoint = Endpoint::from_shared(service.endpoint.clone()).unwrap();
    HealthClient::new(endpoint.connect().await.unwrap())
}

impl Asking {
    pub(crate) async fn on(service: &Service) -> Self {
        let mut asking = Self {
            client: Client::connect(&service.endpoint, Patience::new(PATIENCE))
                .await
                .unwrap(),
            health: health(service).await,
            told: Vec::new(),
            refused: Vec::new(),
        };
        assert!(asking.ask().await > 0, "{:?}", asking.refused);
        asking
    }

    /// Asks some; answers how many were decided.
    pub(crate) async fn ask(&mut self) -> usize {
        let asked = (0..CALLS).map(|_| {
            let mut client = self.client.clone();
            async move { decide(&mut client).await }
        });
        let before = self.told.len();
        for answer in join_all(asked).await {
            match answer {
                Ok(decision) => self
                    .told
                    .push((decision.decision_id, decision.journal_position())),
                Err(error) => self.refused.push(error),
            }
        }
        self.told.len() - before
    }

    /// Asks until nothing is decided any longer.
    pub(crate) async fn until_refused(&mut self) {
        let (start, mut refusals) = (Instant::now(), 0);
        while refusals < ROUNDS_OF_OUTAGE {
            assert!(start.elapsed() < PATIENCE, "it is not refused");
            if self.ask().await > 0 {
                refusals = 0;
            } else {
                refusals += 1;
                tokio::time::sleep(BETWEEN_ROUNDS).await;
            }
        }
        assert_eq!(self.health().await, ServingStatus::NotServing);
        // A question without a record is not answered either.
        let ask = Ask::comparing(false);
        let refused = self.client.explain(action(), ask).await.unwrap_err();
        self.refused.push(refused);
    }

    /// Asks until all is decided again.
    async fn until_decided(&mut self) {
        let start = Instant::now();
        while self.ask().await < CALLS {
            let last = self.refused.last();
            assert!(start.elapsed() < PATIENCE, "still refused: {last:?}");
            tokio::time::sleep(BETWEEN_ROUNDS).await;
        }
        assert_eq!(self.health().await, ServingStatus::Serving);
    }

    /// What the service says of itself.
    pub(crate) async fn health(&mut self) -> ServingStatus {
        let request = HealthCheckRequest {
            service: String::new(),
        };
        let answer = self.health.check(request).await;
        answer.unwrap().into_inner().status()
    }

    /// Every refusal says that nothing can be recorded, and one of them says why.
    pub(crate) fn assert_said(&self, reason: &str) {
        let mut is_said = false;
        for error in &self.refused {
            let ClientError::Refused { code, message, .. } = error else {
                panic!("{error}");
            };
            assert_eq!(*code, Code::Unavailable, "{message}");
            assert!(message.contains("can't be recorded"), "{message}");
            is_said |= message.contains(reason);
        }
        assert!(is_said, "`{reason}` is not said: {:?}", self.refused.last());
    }

    /// Stops the service: all returned decisions are there.
    fn assert_kept(&self, service: Service, data: &Path) {
        service.stop();
        let log = Log::read(data).unwrap();
        for (id, position) in &self.told {
            let found = log.positions.get(id);
            assert!(found.is_some(), "`{id}` was told, and is not there");
            assert!(position.is_none_or(|position| found == Some(&position)));
        }
    }
}

/// Decides until `break_it` shows, then until `mend_it` does.
fn rides_out(
    service: Service,
    data: &Path,
    reason: &str,
    break_it: impl FnOnce(),
    mend_it: impl FnOnce(&Service),
) {
    let asking = runtime().block_on(async {
        let mut asking = Asking::on(&service).await;
        break_it();
        asking.until_refused().await;
        mend_it(&service);
        asking.until_decided().await;
        asking
    });
    asking.assert_said(reason);
    asking.assert_kept(service, data);
}

#[test]
fn a_file_that_may_not_grow_refuses_decisions_until_it_may() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    // The limit is inherited; SQLite gets `EFBIG`, because the service survives the signal.
    let script = format!("ulimit -S -f {ROOM_KIB}; exec \"$0\" \"$@\"");
    let mut limited = Command::new("bash");
    limited
        .args(["-c", &script, env!("CARGO_BIN_EXE_cavra")])
        .args(words(&data, &[]))
        .env_remove("CAVRA_PACKS");
    let service = Service::of(&mut limited, &data);
    rides_out(
        service,
        &data,
        "the journal's disk failed",
        || {},
        |service| {
            let id = service.id().try_into().unwrap();
            let unlimited = (rlimit::INFINITY, rlimit::INFINITY);
            rlimit::prlimit(id, Resource::FSIZE, Some(unlimited), None).unwrap();
        },
    );
}

/// A file system in memory; unmounted at the end.
struct Mounted(PathBuf);

fn mount(options: &str, path: &Path) -> Result<(), String> {
    let path = path.to_str().unwrap();
    as_root(&["mount", "-t", "tmpfs", "-o", options, "none", path])
}

/// Runs `command`, by `sudo` where this user may not and needs no password for it.
fn as_root(command: &[&str]) -> Result<(), String> {
    let run = |words: &[&str]| {
        let ran = Command::new(words[0]).args(&words[1..]).output();
        let ran = ran.map_err(|error| error.to_string())?;
        match ran.status.success() {
            true => Ok(()),
            false => Err(String::from_utf8_lossy(&ran.stderr).into_owned()),
        }
    };
    run(command).or_else(|reason| run(&[&["sudo", "-n"], command].concat()).map_err(|_| reason))
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let unmounted = as_root(&["umount", self.0.to_str().unwrap()]);
        assert!(unmounted.is_ok() || std::thread::panicking());
    }
}

#[test]
fn a_full_disk_refuses_decisions_until_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let disk = folder.path().join("disk");
    fs::create_dir(&disk).unwrap();
    if let Err(reason) = mount(&format!("size={ROOM_KIB}k"), &disk) {
        return needs::skip(&format!("a file system can't be mounted here: {reason}"));
    }
    let mounted = Mounted(disk);
    let data = mounted.0.join("data");
    // What the service says goes elsewhere: beside the data there is no room.
    let service = Service::start_saying(&data, &[], &folder.path().join("log"));
    rides_out(
        service,
        &data,
        "the disk is full",
        || {},
        |_| {
            mount("remount,size=64m", &mounted.0).unwrap();
        },
    );
}

#[test]
fn a_locked_journal_refuses_decisions_until_it_is_released() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let service = Service::start(&data, &[]);
    let other = Connection::open(data.join("journal.db")).unwrap();
    rides_out(
        service,
        &data,
        "locked by another process",
        || other.execute_batch("BEGIN IMMEDIATE").unwrap(),
        |_| other.execute_batch("ROLLBACK").unwrap(),
    );
}

/// What was answered before the record was written is written at the end, as soon as that goes again; if it
/// doesn't, the exit code says so.
#[test]
fn a_stop_writes_what_was_answered_or_fails() {
    for released in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let service = Service::start(&data, &["--journal", "written-within=5000"]);
        let other = Connection::open(data.join("journal.db")).unwrap();
        let runtime = runtime();
        let mut asking = runtime.block_on(Asking::on(&service));
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        assert_eq!(runtime.block_on(asking.ask()), CALLS);
        service.signal("-TERM");
        if released {
            std::thread::sleep(Duration::from_secs(1));
            other.execute_batch("ROLLBACK").unwrap();
        }
        let (code, log) = service.ended_with();
        assert_eq!(code, Some(i32::from(!released)), "{log}");
        assert_eq!(log.contains("were not written"), !released, "{log}");
    }
}

#[test]
fn a_disk_that_fails_refuses_decisions_until_it_works() {
    for mode in ["durable", "written-within=50"] {
        for dead in [Watched::dead, Watched::dead_syncs] {
            let watched = Watched::new();
            let (data, dead) = (watched.data(), dead(&watched));
            let mut command = cavra(&data, &["--journal", mode]);
            let service = Service::of(watched.over(&mut command), &data);
            rides_out(
                service,
                &data,
                "the journal's disk failed",
                || drop(File::create(&dead).unwrap()),
                |_| fs::remove_file(&dead).unwrap(),
            );
        }
    }
}
