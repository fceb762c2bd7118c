//! A service under load that is killed, and started again on what it left.

use std::process::{Command, Stdio};
use std::time::Duration;

use uuid::Uuid;

use super::load::{Load, Told, runtime};
use super::oracle::Log;
use super::random::{Random, given, seed};
use super::rfc6962::Hash;
use super::service::Service;

const LONGEST_LOAD_MS: usize = 250;

/// How a round ends, and what is promised in it.
struct Round {
    is_durable: bool,
    load: Duration,
    end: End,
}

enum End {
    Kill,
    /// Killed this long after it was asked to stop.
    KillStopping(Duration),
    Stop,
}

impl Round {
    fn draw(random: &mut Random) -> Self {
        let end = match random.below(6) {
            0 => End::Stop,
            1 => End::KillStopping(Duration::from_micros(random.below(20_000) as u64)),
            _ => End::Kill,
        };
        Self {
            is_durable: !random.once_in(5),
            load: Duration::from_millis(random.below(LONGEST_LOAD_MS) as u64),
            end,
        }
    }

    fn mode(&self) -> &'static str {
        if self.is_durable {
            "durable"
        } else {
            "written-within=50"
        }
    }
}

/// What must be there in every round that follows.
#[derive(Default)]
struct Promised {
    records: Vec<(Uuid, u64)>,
    /// What the log was when it was last looked at.
    head: Option<(usize, Hash)>,
}

impl Promised {
    fn add(&mut self, told: Vec<Told>, is_durable: bool) {
        for (id, position) in told {
            assert_eq!(position.is_some(), is_durable, "`{id}`");
            self.records.extend(position.map(|position| (id, position)));
        }
    }

    fn check(&mut self, log: Result<Log, String>) -> Result<(), String> {
        let log = log?;
        log.keeps(&self.records)?;
        log.extends(self.head.as_slice())?;
        self.head = Some(log.head());
        Ok(())
    }
}

#[test]
fn a_killed_service_has_kept_every_decision_that_it_told() {
    let rounds = given("CAVRA_CRASH_ROUNDS", 14);
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut random = Random::new(seed());
    let mut promised = Promised::default();
    let runtime = runtime();
    for number in 0..rounds {
        let round = Round::draw(&mut random);
        let service = Service::start(&data, &["--journal", round.mode()]);
        let told = runtime.block_on(async {
            let load = Load::on(&service.endpoint).await;
            tokio::time::sleep(round.load).await;
            match round.end {
                End::Stop => {
                    load.let_go();
                    service.stop();
                }
                End::Kill => service.kill(),
                End::KillStopping(after) => {
                    service.signal("-TERM");
                    tokio::time::sleep(after).await;
                    service.kill();
                }
            }
            load.ended().await
        });
        promised.add(told, round.is_durable);
        let checked = promised.check(Log::read(&data));
        checked.unwrap_or_else(|error| panic!("round {number}, seed {}: {error}", seed()));
    }
    // The product's own check comes to the same.
    let verified = Command::new(env!("CARGO_BIN_EXE_cavra"))
        .args(["journal", "verify", "--data-dir"])
        .arg(&data)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&verified.stderr);
    assert!(verified.status.success(), "seed {}: {said}", seed());
    let records = promised.records.len();
    assert!(records as u64 > rounds * 10, "only {records} were told");
    println!(
        "{rounds} rounds, {records} acknowledged, log of {:?}",
        promised.head
    );
}

/// The first start makes a key and a database: neither half may stop the next start.
#[test]
fn a_service_killed_while_it_starts_can_be_started_again() {
    let rounds = given("CAVRA_CRASH_ROUNDS", 14);
    let mut random = Random::new(seed());
    for _ in 0..rounds {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let mut child = super::service::cavra(&data, &[])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(random.below(300) as u64));
        child.kill().unwrap();
        child.wait().unwrap();
        Service::start(&data, &[]).stop();
        assert!(Log::read(&data).unwrap().head().0 > 0);
    }
}
