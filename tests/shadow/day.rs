//! The planted day in a real journal.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use cavra::action::Action;
use cavra::authority::recording::Recording;
use cavra::authority::rehearsal::rehearse;
use cavra::authority::{Ask, Authority};
use cavra::decision::Change;
use cavra::journal::record::refusal::Author;
use cavra::journal::record::{EventRecord, Record, Recorder};
use cavra::journal::store::Reader;
use cavra::journal::writer::{Journal, Mode, Options};
use cavra::keys::SigningKey;
use cavra::redaction::{Redaction, RedactionKey};
use cavra::shadow::replay::{Active, Claims, Replay, Replayed, replay, report};
use cavra::shadow::report::criteria::Thresholds;
use cavra::shadow::report::{FactsFrom, Report, Selection};
use cavra::shadow::verify::{Check, Evidence, verify};
use jiff::Timestamp;
use serde_json::Value;
use tempfile::TempDir;

use super::support::{PLANTED_ACTIONS, pair};
use cavra::shadow::pair::Pair;

/// A journal of the planted day, which the active policy decided.
pub(crate) struct Day {
    pub(crate) folder: TempDir,
    pub(crate) key: SigningKey,
    pub(crate) pair: Pair,
}

impl Day {
    /// Every action decided `times` times.
    pub(crate) fn new(times: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let key = SigningKey::generate("example.org/journal".parse().unwrap()).unwrap();
        let pair = pair();
        let day = Self { folder, key, pair };
        day.decide(&[Arc::clone(&day.pair.active)], times);
        day
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Goes through the planted day once for each policy, one authority for all.
    pub(crate) fn decide(&self, policies: &[Arc<cavra::engine::Policy>], times: usize) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let journal = Journal::open(Options {
                directory: self.path().to_owned(),
                mode: Mode::Durable,
                key: self.key.clone(),
                checkpoint_directory: None,
                own_key: None,
            });
            let recorder = Recorder::new(Redaction::built_in().unwrap(), RedactionKey([7; 32]));
            let recording = Recording::new(journal.unwrap(), recorder);
            let authority = Authority::new(Arc::clone(&policies[0]), None);
            let authority = authority.recorded_in(recording).await.unwrap();
            for (number, policy) in policies.iter().enumerate() {
                if number > 0 {
                    authority
                        .replace(Arc::clone(policy), None, Author::Hangup)
                        .await
                        .unwrap();
                }
                for line in (0..times).flat_map(|_| PLANTED_ACTIONS.lines()) {
                    let line: Value = serde_json::from_str(line).unwrap();
                    let action = Action::from_json(line["input"].to_string().as_bytes());
                    let decided =
                        authority.decide_to_record(Arc::new(action.unwrap()), Ask::default());
                    decided.unwrap().record().await.unwrap();
                }
            }
        });
    }

    /// Puts events into the journal, as an authority does.
    pub(crate) fn append(&self, events: impl Iterator<Item = EventRecord>) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let journal = Journal::open(Options {
                directory: self.path().to_owned(),
                mode: Mode::Durable,
                key: self.key.clone(),
                checkpoint_directory: None,
                own_key: None,
            });
            let journal = journal.unwrap();
            let recorder = Recorder::new(Redaction::built_in().unwrap(), RedactionKey([7; 32]));
            for event in events {
                journal
                    .written(recorder.event(event).unwrap())
                    .await
                    .unwrap();
            }
        });
    }

    pub(crate) fn replay<'a>(&'a self, selection: &'a Selection) -> Replay<'a> {
        Replay {
            directory: self.path(),
            positions: None,
            only: None,
            selection,
            active: Active::Recorded,
            candidate: Arc::clone(&self.pair.candidate),
            facts: FactsFrom::Journal,
            examples: 3,
            workers: 2,
        }
    }

    pub(crate) fn report(&self, wanted: &Replay<'_>) -> Report {
        let claims = Claims {
            thresholds: Thresholds::STANDARD,
            explained: &BTreeSet::new(),
            dry_run: rehearse(&self.pair.candidate),
            simulated_clock: false,
        };
        report(wanted, &run(wanted), &self.pair.active, claims).unwrap()
    }

    pub(crate) fn verify(&self, said: &Report) -> Vec<Check> {
        self.verify_with(said, &BTreeSet::new(), Thresholds::STANDARD)
    }

    pub(crate) fn verify_with(
        &self,
        said: &Report,
        explained: &BTreeSet<cavra::canonical::Digest>,
        thresholds: Thresholds,
    ) -> Vec<Check> {
        let evidence = Evidence {
            directory: self.path(),
            log_key: self.key.verifying_key(),
            active: Arc::clone(&self.pair.active),
            candidate: Arc::clone(&self.pair.candidate),
            thresholds,
            explained,
            dry_run: rehearse(&self.pair.candidate),
            workers: 1,
        };
        verify(said, &evidence, &|_, _| {}).unwrap()
    }

    /// The times of all decisions, in order.
    pub(crate) fn times(&self) -> Vec<(u64, Timestamp)> {
        let reader = Reader::open(self.path()).unwrap();
        let rows = reader.rows(0..u64::MAX).unwrap();
        let decided =
            rows.iter().filter_map(
                |row| match Record::from_bytes(row.body.as_bytes()).unwrap() {
                    Record::Decision(record) => Some((row.position, record.timestamp)),
                    Record::Event(_) | Record::Lifecycle(_) => None,
                },
            );
        decided.collect()
    }
}

pub(crate) fn run(wanted: &Replay<'_>) -> Replayed {
    replay(wanted, &|_, _| {}).unwrap()
}

pub(crate) fn counts(report: &Report) -> [u64; 5] {
    Change::ALL.map(|change| report.counts.of(change))
}

pub(crate) fn bytes(report: &Report) -> Vec<u8> {
    report.to_canonical_bytes().unwrap()
}
