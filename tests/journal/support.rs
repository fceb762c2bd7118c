//! A real journal in a folder of its own, and its database to tamper with.

use std::path::Path;
use std::sync::Arc;

use cavra::action::{Action, Caller, Place, Request};
use cavra::authority::recording::Recording;
use cavra::authority::{Ask, Authority};
use cavra::engine::Policy;
use cavra::journal::merkle_log::SignedCheckpoint;
use cavra::journal::record::Recorder;
use cavra::journal::verify::{Against, Verification, verify};
use cavra::journal::writer::{Journal, Mode, Old, Options};
use cavra::keys::{SigningKey, VerifyingKey};
use cavra::library::Library;
use cavra::redaction::{Redaction, RedactionKey};
use futures::future::join_all;
use jiff::Timestamp;
use rusqlite::{Connection, Params};
use tempfile::TempDir;

/// Decisions that are asked for at once.
const AT_ONCE: usize = 500;

/// A journal that nobody writes.
pub(crate) struct Kept {
    pub(crate) folder: TempDir,
    pub(crate) key: SigningKey,
    /// The checkpoints that were signed after each part, and at the end.
    pub(crate) checkpoints: Vec<SignedCheckpoint>,
}

/// An authority that keeps a journal in `folder`.
pub(crate) async fn authority(folder: &Path, key: &SigningKey) -> Authority {
    let packs = Path::new(env!("CARGO_MANIFEST_DIR")).join("policy-packs");
    let pack = Library::open(&[packs])
        .unwrap()
        .effective("cavra-ai-agent-baseline")
        .unwrap();
    let policy = Arc::new(Policy::compile(pack).unwrap());
    let journal = Journal::open(Options {
        directory: folder.to_owned(),
        mode: Mode::Durable,
        key: key.clone(),
        checkpoint_directory: None,
        own_key: None,
    });
    let recorder = Recorder::new(Redaction::none(), RedactionKey([7; 32]));
    let recording = Recording::new(journal.unwrap(), recorder);
    let authority = Authority::new(Arc::clone(&policy), Some(policy));
    authority.recorded_in(recording).await.unwrap()
}

fn action(number: usize) -> Arc<Action> {
    // Every third is asked for again and again, the others once.
    let request = match number % 3 {
        0 => Request::ReadFile {
            path: ".env".to_owned(),
        },
        1 => Request::WriteFile {
            path: format!("src/{number}.rs"),
        },
        _ => Request::ExecuteCommand {
            command_line: format!("terraform plan -out=plan{number}"),
        },
    };
    Arc::new(Action {
        request,
        caller: Caller::default(),
        place: Place::default(),
        terraform_plan: None,
    })
}

/// Decides and records `count` actions, from the `first`.
pub(crate) async fn decide(authority: &Authority, first: usize, count: usize) {
    let ask = Ask::comparing(true);
    let numbers: Vec<usize> = (first..first + count).collect();
    for some in numbers.chunks(AT_ONCE) {
        let recorded = some.iter().map(|number| {
            let decided = authority.decide_to_record(action(*number), ask).unwrap();
            decided.record()
        });
        for answer in join_all(recorded).await {
            answer.unwrap();
        }
    }
}

/// All records before `position`, as old ones.
pub(crate) fn old(position: u64) -> Old {
    Old {
        position,
        before: Timestamp::now(),
        shortened_steps: None,
    }
}

/// A journal with a checkpoint after each of `parts`, and `rest` decisions after the last one
/// that no checkpoint covers.
pub(crate) fn journal(parts: &[usize], rest: usize) -> Kept {
    let folder = tempfile::tempdir().unwrap();
    let key = SigningKey::generate("example.org/journal".parse().unwrap()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let checkpoints = runtime.block_on(async {
        let authority = authority(folder.path(), &key).await;
        let mut checkpoints = Vec::new();
        let mut first = 0;
        for part in parts {
            decide(&authority, first, *part).await;
            first += part;
            let journal = authority.recording().unwrap().journal();
            checkpoints.push(journal.checkpoint().await.unwrap().unwrap());
        }
        decide(&authority, first, rest).await;
        checkpoints
    });
    let kept = Kept {
        folder,
        key,
        checkpoints,
    };
    // It counts what tests take away.
    std::fs::remove_file(kept.path().join("journal.checkpoint")).unwrap();
    // The one that is signed at the end.
    if rest > 0 {
        let last = &kept.checkpoints.last().unwrap();
        let size = last.unverified().size().to_string();
        kept.sql("DELETE FROM checkpoint WHERE size > ?1", [size]);
    }
    kept
}

impl Kept {
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn database(&self) -> Connection {
        Connection::open(self.path().join("journal.db")).unwrap()
    }

    /// The last record before `position` whose subject no other record names. Decisions that
    /// are made together are recorded in any order.
    pub(crate) fn unshared_before(&self, position: u64) -> u64 {
        let sql = "SELECT max(position) FROM record WHERE position < ?1 AND subject IN \
                   (SELECT subject FROM record GROUP BY subject HAVING count(*) = 1)";
        let found = self
            .database()
            .query_row(sql, [position.cast_signed()], |row| row.get::<_, i64>(0));
        found.unwrap().cast_unsigned()
    }

    /// Changes the database as somebody with `sqlite3` could.
    pub(crate) fn sql(&self, sql: &str, parameters: impl Params) -> usize {
        self.database().execute(sql, parameters).unwrap()
    }

    /// Copies of the journal can be tampered with one after the other.
    pub(crate) fn copy(&self) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("journal.db");
        let backup = self
            .database()
            .execute("VACUUM INTO ?1", [to.to_str().unwrap()]);
        backup.unwrap();
        Self {
            folder,
            key: self.key.clone(),
            checkpoints: self.checkpoints.clone(),
        }
    }

    pub(crate) fn key(&self) -> &VerifyingKey {
        self.key.verifying_key()
    }

    pub(crate) fn verify(&self) -> Verification {
        self.verify_given(&[])
    }

    pub(crate) fn verify_given(&self, given: &[SignedCheckpoint]) -> Verification {
        let key = self.key();
        verify(self.path(), Against { key, given }, |_| {}).unwrap()
    }
}
