//! Power cuts: what was synced is on the disk, of the rest anything may be.
//!
//! A workload runs in a process of its own whose writes and syncs are traced. From the trace
//! every disk can be made that a cut at any moment could leave; every decision that was returned
//! before the cut has to be on all of them.

use std::collections::{BTreeSet, HashMap};
use std::env;
use std::process::{Command, Stdio};

use cavra::journal::store::{Lock, Store};
use cavra::keys::{SigningKey, VerifyingKey};
use uuid::Uuid;

use super::disk::{Disk, Image, restore};
use super::oracle::Log;
use super::random::{Random, given, seed};
use super::service::{Service, cavra};
use super::shim::{Watched, in_memory};
use super::trace::{Event, Operation, TOLD_FILE, events};
use super::workload;

/// What a workload did, and which answers it got when.
struct Traced<'a> {
    events: Vec<Event<'a>>,
    log_key: VerifyingKey,
}

/// Runs the workload of `commits` commits and answers its trace.
fn trace(commits: u64, closes_one_in: u64, faults: &[(&str, &str)]) -> (Vec<u8>, VerifyingKey) {
    let watched = Watched::new();
    let key = SigningKey::generate("crash-test".parse().unwrap()).unwrap();
    let mut child = Command::new(env::current_exe().unwrap());
    child
        .args(["--exact", workload::NAME, "--ignored", "--nocapture"])
        .env(workload::DIRECTORY, watched.data())
        .env(workload::KEY, key.to_text().as_str())
        .env(workload::COMMITS, commits.to_string())
        .env(workload::CLOSES_ONE_IN, closes_one_in.to_string())
        .env(workload::SEED, seed().to_string())
        .envs(faults.iter().copied())
        .stdin(Stdio::null());
    let ran = watched.over(&mut child).output().unwrap();
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{said}");
    (watched.trace(), key.verifying_key().clone())
}

impl Traced<'_> {
    /// Cuts the power at `cuts` moments of those that `is_likely` finds; answers how many of
    /// the disks are at fault, and the first fault.
    fn faults(&self, cuts: usize, is_likely: impl Fn(&Event<'_>) -> bool) -> Vec<String> {
        let mut random = Random::new(seed());
        let likely: Vec<usize> = (0..self.events.len())
            .filter(|at| is_likely(&self.events[*at]))
            .collect();
        let moments: BTreeSet<usize> = (0..cuts)
            .map(|_| likely[random.below(likely.len())])
            .collect();
        let mut disk = Disk::default();
        let mut told = HashMap::new();
        let mut told_file = None;
        let mut faults = Vec::new();
        for (at, event) in self.events.iter().enumerate() {
            if moments.contains(&at) {
                let image = disk.cut(&mut random);
                if let Err(fault) = self.survives(&image, &told) {
                    faults.push(format!("cut before event {at}, seed {}: {fault}", seed()));
                }
            }
            match event.operation {
                Operation::Create(TOLD_FILE) => told_file = Some(event.file),
                Operation::Write { bytes, .. } if told_file == Some(event.file) => {
                    let (id, position) = workload::told(bytes);
                    told.insert(id, position);
                }
                _ => disk.apply(event, &mut random),
            }
        }
        assert!(told.len() > 100, "only {} records were told", told.len());
        faults
    }

    fn survives(&self, image: &Image, told: &HashMap<Uuid, u64>) -> Result<(), String> {
        if !image.contains_key("journal.db") {
            return match told.len() {
                0 => Ok(()),
                many => Err(format!("{many} records were told, and there is no journal")),
            };
        }
        let folder = in_memory();
        restore(image, folder.path());
        let lock = Lock::take(folder.path()).map_err(|error| error.to_string())?;
        let opened = Store::open(folder.path(), &lock, &self.log_key);
        drop(opened.map_err(|error| error.to_string())?);
        let log = Log::read(folder.path())?;
        let told: Vec<_> = told.iter().map(|(id, position)| (*id, *position)).collect();
        log.keeps(&told)
    }
}

fn disks(default: u64) -> usize {
    usize::try_from(given("CAVRA_CRASH_DISKS", default)).unwrap()
}

fn assert_none(faults: &[String]) {
    assert!(faults.is_empty(), "{} disks: {}", faults.len(), faults[0]);
}

fn is_any(_: &Event<'_>) -> bool {
    true
}

#[test]
fn a_power_cut_loses_nothing_that_was_told() {
    let (bytes, log_key) = trace(250, 40, &[]);
    let events = events(&bytes);
    let traced = Traced { events, log_key };
    assert_none(&traced.faults(disks(150), is_any));
}

/// The write-ahead log is moved by a thread of its own while commits go on; most of the cuts
/// are within that.
#[test]
fn a_power_cut_while_the_log_is_moved_loses_nothing_that_was_told() {
    let (bytes, log_key) = trace(800, u64::MAX, &[]);
    let events = events(&bytes);
    let database = events
        .iter()
        .find(|event| matches!(event.operation, Operation::Create("journal.db")))
        .map(|event| event.file);
    let is_moving = |event: &Event<'_>| Some(event.file) == database;
    let moved = events.iter().filter(|event| is_moving(event)).count();
    assert!(
        moved > 200,
        "the log was moved: {moved} writes of the database"
    );
    let traced = Traced { events, log_key };
    assert_none(&traced.faults(disks(30), is_moving));
}

/// After a failed sync the system takes what was lost for written; later syncs say nothing.
#[test]
fn failed_syncs_and_a_power_cut_lose_nothing_that_was_told() {
    let (bytes, log_key) = trace(250, 60, &[("UNSYNCED_FAIL_EVERY", "41")]);
    let events = events(&bytes);
    let failed = |event: &&Event<'_>| matches!(event.operation, Operation::FailedSync);
    let failures = events.iter().filter(failed).count();
    assert!(failures > 3, "{failures} syncs failed");
    let traced = Traced { events, log_key };
    assert_none(&traced.faults(disks(100), is_any));
}

/// Shows that the tests above can fail: where no sync does anything, and where only those of
/// the write-ahead log don't, so that nothing but the last commits is lost.
#[test]
fn a_disk_that_only_says_that_it_syncs_is_found_out() {
    for forgotten in ["", "-wal"] {
        let (bytes, log_key) = trace(100, 40, &[("UNSYNCED_FORGET", forgotten)]);
        let events = events(&bytes);
        let traced = Traced { events, log_key };
        let faults = traced.faults(40, is_any);
        println!("`{forgotten}`: {} disks are at fault", faults.len());
        assert!(faults.len() > 5, "`{forgotten}`: {} faults", faults.len());
    }
}

/// The first start makes a key and a database. A key that is half there would stop every start
/// that follows.
#[test]
fn a_power_cut_at_the_first_start_leaves_what_can_be_started() {
    let watched = Watched::new();
    let data = watched.data();
    Service::of(watched.over(&mut cavra(&data, &[])), &data).stop();
    let bytes = watched.trace();
    let mut random = Random::new(seed());
    let mut disk = Disk::default();
    // What the database can be is seen above.
    let mut images: BTreeSet<Image> = BTreeSet::new();
    for event in events(&bytes) {
        images.extend((0..4).map(|_| {
            let mut image = disk.cut(&mut random);
            image.retain(|name, _| {
                name.starts_with("journal.key") || name.starts_with("journal.pub")
            });
            image
        }));
        disk.apply(&event, &mut random);
    }
    assert!(images.len() > 3, "{images:?}");
    for image in &images {
        let folder = in_memory();
        let data = folder.path().join("data");
        std::fs::create_dir(&data).unwrap();
        restore(image, &data);
        Service::start(&data, &[]).stop();
        assert!(data.join("journal.pub").exists(), "{image:?}");
    }
}
