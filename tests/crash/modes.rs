//! What each mode promises, and that a journal has one writer.

use std::process::Command;
use std::time::{Duration, Instant};

use cavra::grpc::client::{Client, Patience};

use super::load::{decide, runtime};
use super::oracle::Log;
use super::service::{PATIENCE, Service, cavra};

#[test]
fn without_a_journal_a_decision_has_no_position_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut command = Command::new(env!("CARGO_BIN_EXE_cavra"));
    command
        .args(["serve", "--listen", "127.0.0.1:0", "--output", "json"])
        .args(["--journal", "off"])
        .env("CAVRA_DATA_DIR", &data)
        .env_remove("CAVRA_PACKS");
    let service = Service::of(&mut command, &data);
    runtime().block_on(async {
        let mut client = Client::connect(&service.endpoint, Patience::new(PATIENCE))
            .await
            .unwrap();
        let decision = decide(&mut client).await.unwrap();
        assert_eq!(decision.journal_position(), None);
    });
    service.stop();
    assert!(!data.exists());
}

#[test]
fn what_is_written_within_a_time_is_told_before_and_found_after() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let service = Service::start(&data, &["--journal", "written-within=100"]);
    let decision = runtime().block_on(async {
        let mut client = Client::connect(&service.endpoint, Patience::new(PATIENCE))
            .await
            .unwrap();
        decide(&mut client).await.unwrap()
    });
    assert_eq!(decision.journal_position(), None);
    // Nothing more is asked, so nothing but the promise writes it.
    let told = Instant::now();
    while !Log::read(&data)
        .unwrap()
        .positions
        .contains_key(&decision.decision_id)
    {
        assert!(told.elapsed() < PATIENCE, "not written: {}", service.log());
        std::thread::sleep(Duration::from_millis(20));
    }
    service.kill();
}

#[test]
fn a_second_writer_is_refused_and_the_first_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let first = Service::start(&data, &[]);
    let second = cavra(&data, &[]).output().unwrap();
    let said = String::from_utf8_lossy(&second.stderr);
    assert_eq!(second.status.code(), Some(1), "{said}");
    assert!(
        said.contains("another authority writes the journal"),
        "{said}"
    );
    assert!(second.stdout.is_empty(), "it doesn't listen");
    let decision = runtime().block_on(async {
        let mut client = Client::connect(&first.endpoint, Patience::new(PATIENCE))
            .await
            .unwrap();
        decide(&mut client).await.unwrap()
    });
    first.stop();
    let promised = (decision.decision_id, decision.journal_position().unwrap());
    Log::read(&data).unwrap().keeps([&promised]).unwrap();
}
