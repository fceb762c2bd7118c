//! A write-ahead log that is cut or changed: what is left is a beginning of what was written,
//! and a checkpoint that went elsewhere shows what is missing.

use std::fs;
use std::path::Path;

use cavra::journal::merkle_log::SignedCheckpoint;
use cavra::journal::store::{Lock, Store};
use cavra::journal::writer::{Journal, Mode, Options};
use cavra::keys::SigningKey;
use futures::future::join_all;

use super::disk::{Image, restore};
use super::load::runtime;
use super::oracle::Log;
use super::random::{Random, given, seed};
use super::shim::in_memory;
use super::workload::Decider;

const COMMITS: usize = 60;
/// After which a checkpoint is exported.
const CHECKPOINT_AT: usize = 40;

/// A journal as it was when the process ended, whose records are all in the write-ahead log.
fn killed(key: &SigningKey, directory: &Path, checkpoints: &Path) -> Image {
    let journal = Journal::open(Options {
        directory: directory.to_owned(),
        mode: Mode::Durable,
        key: key.clone(),
        checkpoint_directory: Some(checkpoints.to_owned()),
        own_key: None,
    })
    .unwrap();
    let decider = Decider::new();
    runtime().block_on(async {
        for number in 0..COMMITS {
            let group = (0..=number % 5).map(|_| journal.written(decider.entry()));
            for written in join_all(group).await {
                written.unwrap();
            }
            if number == CHECKPOINT_AT {
                journal.checkpoint().await.unwrap().unwrap();
            }
        }
    });
    // Nothing is written any more; closing it would tidy up.
    let files = ["journal.db", "journal.db-wal"];
    let image = files.map(|name| (name.to_owned(), fs::read(directory.join(name)).unwrap()));
    image.into()
}

fn opened(image: &Image, key: &SigningKey) -> Log {
    let folder = in_memory();
    restore(image, folder.path());
    let lock = Lock::take(folder.path()).unwrap();
    drop(Store::open(folder.path(), &lock, key.verifying_key()).unwrap());
    Log::read(folder.path()).unwrap()
}

/// Cuts or changes the write-ahead log, by turns.
fn damage(log: &mut Vec<u8>, number: usize, random: &mut Random) {
    let at = random.below(log.len());
    if number.is_multiple_of(2) {
        log.truncate(at);
        return;
    }
    for _ in 0..=random.below(3) {
        let at = random.below(log.len());
        log[at] ^= 1 << random.below(8);
    }
}

#[test]
fn a_damaged_write_ahead_log_leaves_a_beginning_and_a_checkpoint_shows_the_loss() {
    let folder = in_memory();
    let checkpoints = folder.path().join("checkpoints");
    let key = SigningKey::generate("crash-test".parse().unwrap()).unwrap();
    let whole = killed(&key, &folder.path().join("data"), &checkpoints);
    let all = opened(&whole, &key);

    let exported = fs::read_dir(&checkpoints).unwrap();
    let notes = exported.map(|file| fs::read_to_string(file.unwrap().path()).unwrap());
    let notes: Vec<SignedCheckpoint> = notes.map(|text| text.parse().unwrap()).collect();
    let first = notes.iter().map(SignedCheckpoint::unverified);
    let first = first.min_by_key(|told| told.size()).unwrap();
    let told = (
        usize::try_from(first.size()).unwrap(),
        *first.root().as_bytes(),
    );
    assert!(told.0 > 50 && told.0 < all.leaves.len());
    all.extends(&[told]).unwrap();

    let mut random = Random::new(seed());
    let (mut found_out, mut harmless) = (0, 0);
    for number in 0..given("CAVRA_CRASH_DISKS", 100) {
        let mut image = whole.clone();
        let log = image.get_mut("journal.db-wal").unwrap();
        damage(log, usize::try_from(number).unwrap(), &mut random);
        let left = opened(&image, &key);
        let size = left.leaves.len();
        assert_eq!(
            left.leaves,
            all.leaves[..size],
            "damage {number}, seed {}",
            seed()
        );
        let is_lost = size < told.0;
        assert_eq!(left.extends(&[told]).is_err(), is_lost);
        found_out += usize::from(is_lost);
        harmless += usize::from(!is_lost);
    }
    assert!(found_out > 10 && harmless > 10, "{found_out} {harmless}");
}
