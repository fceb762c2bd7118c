//! A journal at work, in a process of its own: what other tests trace.

use std::env;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use cavra::authority::{Ask, Authority};
use cavra::engine::Policy;
use cavra::journal::record::{Decided, Entry, Latency, Recorder};
use cavra::journal::writer::{Journal, Mode, Old, Options};
use cavra::keys::SigningKey;
use cavra::library::Library;
use cavra::redaction::{Redaction, RedactionKey};
use futures::future::join_all;
use uuid::Uuid;

use super::load::action;
use super::random::Random;
use super::trace::TOLD_FILE;

/// The test that is the workload.
pub(crate) const NAME: &str = "workload::runs";
pub(crate) const DIRECTORY: &str = "CAVRA_WORKLOAD_DIRECTORY";
pub(crate) const KEY: &str = "CAVRA_WORKLOAD_KEY";
pub(crate) const COMMITS: &str = "CAVRA_WORKLOAD_COMMITS";
pub(crate) const CLOSES_ONE_IN: &str = "CAVRA_WORKLOAD_CLOSES_ONE_IN";
pub(crate) const SEED: &str = "CAVRA_WORKLOAD_SEED";

/// Records of a commit, at most.
const MAX_RECORDS: usize = 6;
/// Tries to open a journal whose disk fails now and then.
const MAX_TRIES: usize = 10;
const BETWEEN_TRIES: Duration = Duration::from_millis(250);

struct Workload {
    directory: PathBuf,
    key: SigningKey,
    decider: Decider,
    told: File,
}

/// Makes records of decisions.
pub(crate) struct Decider {
    authority: Authority,
    recorder: Recorder,
}

impl Decider {
    pub(crate) fn new() -> Self {
        let packs = Path::new(env!("CARGO_MANIFEST_DIR")).join("policy-packs");
        let pack = Library::open(&[packs]).unwrap();
        let pack = pack.effective("cavra-ai-agent-baseline").unwrap();
        Self {
            authority: Authority::new(Arc::new(Policy::compile(pack).unwrap()), None),
            recorder: Recorder::new(Redaction::built_in().unwrap(), RedactionKey([7; 32])),
        }
    }

    pub(crate) fn entry(&self) -> Entry {
        let answer = self
            .authority
            .decide(action(), Ask::comparing(false))
            .unwrap();
        let decided = Decided {
            decision: &answer.decision,
            facts: &answer.facts,
            candidate: None,
            latency: Latency::new(Duration::from_micros(9), Duration::MAX, None),
            approval: None,
            peer: None,
        };
        let active = Arc::clone(&self.authority.slot().active);
        let judge = |action: &_, facts: &_| active.judge(action, facts);
        self.recorder.entry(&decided, judge).unwrap()
    }
}

#[test]
#[ignore = "other tests run it as a process"]
fn runs() {
    let variable = |name| env::var(name).unwrap_or_else(|_| panic!("`{name}` is not set"));
    let number = |name| variable(name).parse::<u64>().unwrap();
    let directory = PathBuf::from(variable(DIRECTORY));
    let mut workload = Workload {
        told: File::create(directory.join(TOLD_FILE)).unwrap(),
        directory,
        key: variable(KEY).parse().unwrap(),
        decider: Decider::new(),
    };
    let random = Random::new(number(SEED));
    let work = workload.run(number(COMMITS), number(CLOSES_ONE_IN), random);
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(work);
}

impl Workload {
    async fn run(&mut self, commits: u64, closes_one_in: u64, mut random: Random) {
        let closes_one_in = usize::try_from(closes_one_in).unwrap();
        let mut journal = self.open().await;
        for _ in 0..commits {
            let entries: Vec<_> = (0..=random.below(MAX_RECORDS))
                .map(|_| self.decider.entry())
                .collect();
            let ids: Vec<_> = entries.iter().map(|entry| entry.id).collect();
            let written = join_all(entries.into_iter().map(|entry| journal.written(entry))).await;
            let mut last = None;
            for (id, position) in ids.into_iter().zip(written) {
                if let Ok(position) = position {
                    self.tell(id, position);
                    last = Some(position);
                }
            }
            let Some(last) = last else {
                tokio::time::sleep(BETWEEN_TRIES).await;
                continue;
            };
            // These fail where the disk does; nobody gets an answer then.
            if random.once_in(25) {
                drop(journal.checkpoint().await);
            }
            if random.once_in(80) {
                drop(
                    journal
                        .drop_contents(Old {
                            position: last / 2,
                            before: jiff::Timestamp::now(),
                            shortened_steps: None,
                        })
                        .await,
                );
            }
            if random.once_in(closes_one_in) {
                drop(journal);
                journal = self.open().await;
            }
        }
    }

    async fn open(&self) -> Journal {
        for _ in 0..MAX_TRIES {
            let options = Options {
                directory: self.directory.clone(),
                mode: Mode::Durable,
                key: self.key.clone(),
                checkpoint_directory: None,
                own_key: None,
            };
            match Journal::open(options) {
                Ok(journal) => return journal,
                Err(error) => println!("{error}"),
            }
            tokio::time::sleep(BETWEEN_TRIES).await;
        }
        panic!("the journal can't be opened")
    }

    fn tell(&mut self, id: Uuid, position: u64) {
        let line = [id.as_bytes(), &position.to_le_bytes()[..]].concat();
        self.told.write_all(&line).unwrap();
    }
}

/// The answers in one write of [`TOLD_FILE`].
pub(crate) fn told(bytes: &[u8]) -> (Uuid, u64) {
    let (id, position) = bytes.split_at(16);
    let position = u64::from_le_bytes(position.try_into().unwrap());
    (Uuid::from_slice(id).unwrap(), position)
}
