//! The journal as a running authority has it.

mod asked;
mod checkpoint_files;
mod lost;
mod mode;
mod outage;
mod retention;
mod thread;

pub use lost::KeyFiles;
pub use mode::{Mode, ModeError};
pub use retention::Old;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{Semaphore, mpsc, oneshot, watch};
use tokio::time::timeout;

use self::thread::{Status, Writer};
use super::index::Indexer;
use super::limits::{MAX_COMMIT_WAIT, MAX_QUEUED_RECORDS, MAX_WAITING_RECORDS};
use super::merkle_log::{Checkpoint, SignedCheckpoint};
use super::record::Entry;
use super::store::{Forgotten, Lock, Store, StoreError};
use crate::causes::in_line;
use crate::keys::SigningKey;

/// Where and how to keep a journal.
pub struct Options {
    /// The data directory; made if it isn't there.
    pub directory: PathBuf,
    /// What is promised of an answered decision.
    pub mode: Mode,
    /// Signs the checkpoints; its name is the log's.
    pub key: SigningKey,
    /// Where each checkpoint is also written as a file, so that it can be taken elsewhere. The
    /// last one that is there when a journal is opened must be of its own past.
    pub checkpoint_directory: Option<PathBuf>,
    /// Where `key` is kept, if that is in the data directory: put there again if the folder is
    /// removed while the journal is written.
    pub own_key: Option<KeyFiles>,
}

/// A record could not be written. The decision must not be returned to its caller.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unavailable {
    /// The disk doesn't take it.
    #[error("the decision can't be recorded: {0}")]
    Failed(Arc<str>),
    /// The record was not on disk in time.
    #[error("the decision could not be recorded within {} s", .0.as_secs())]
    TooSlow(Duration),
    /// The queue is full, and too many wait for room in it.
    #[error("{MAX_WAITING_RECORDS} decisions wait to be recorded; ask again later")]
    Full,
    /// The authority stops.
    #[error("the journal is closed")]
    Closed,
}

/// Writes what is recorded; share it in an [`Arc`]. When the last one is dropped, what is
/// queued is written, a checkpoint is signed, and the thread ends.
pub struct Journal {
    mode: Mode,
    directory: PathBuf,
    log: Arc<str>,
    goes_on_from: Vec<Checkpoint>,
    queue: mpsc::Sender<Task>,
    /// Places of those who wait for room in the queue.
    waiting: Arc<Semaphore>,
    health: Health,
    unwritten: Arc<AtomicUsize>,
    thread: Option<JoinHandle<()>>,
    /// Absent if it could not be started.
    indexer: Option<Indexer>,
}

/// Why the writer doesn't write at the moment, if it doesn't. A service that can't record can't
/// decide, so its health shows the reason.
pub type Health = watch::Receiver<Option<Arc<str>>>;

/// What the writer is asked to do.
enum Task {
    Append {
        entry: Box<Entry>,
        /// Who waits for it, in the durable mode.
        done: Option<Done>,
    },
    Checkpoint(oneshot::Sender<Result<Option<SignedCheckpoint>, Unavailable>>),
    /// Signs one for all who ask at about that time.
    CheckpointInTime(oneshot::Sender<Result<Option<SignedCheckpoint>, Unavailable>>),
    /// From now on, records name contents that are stored after this.
    ForgetContents(oneshot::Sender<Result<Forgotten, Unavailable>>),
    EmptyContents {
        ids: Vec<i64>,
        done: oneshot::Sender<Result<(), Unavailable>>,
    },
    /// Gives some empty pages back; answers whether there are more.
    GiveBack(oneshot::Sender<Result<bool, Unavailable>>),
    /// Empties the write-ahead log, which is begun or asked after; answers whether that is done.
    Erase {
        begin: bool,
        done: oneshot::Sender<Result<bool, Unavailable>>,
    },
}

type Done = oneshot::Sender<Result<u64, Unavailable>>;

impl Journal {
    /// Opens the journal and starts its writer.
    ///
    /// # Errors
    /// If it can't be written now, belongs to another key or process, or contradicts itself or
    /// the last checkpoint beside it or in [`Options::checkpoint_directory`].
    pub fn open(options: Options) -> Result<Self, StoreError> {
        let lock = Lock::take(&options.directory)?;
        let orphaned = checkpoint_files::is_orphaned(&options.directory);
        if orphaned.map_err(|cause| StoreError::Directory {
            path: options.directory.clone(),
            cause,
        })? {
            return Err(StoreError::DatabaseLost {
                path: options.directory,
            });
        }
        let key = options.key.verifying_key();
        let store = Store::open(&options.directory, &lock, key)?;
        let goes_on_from = checkpoint_files::check(
            &options.directory,
            options.checkpoint_directory.as_deref(),
            key,
        )?;
        let (queue, tasks) = mpsc::channel(MAX_QUEUED_RECORDS);
        let (told, health) = watch::channel(None);
        let (mode, directory) = (options.mode, options.directory.clone());
        let log = options.key.verifying_key().name().as_str().into();
        let unwritten = Arc::default();
        let status = Status {
            health: told,
            unwritten: Arc::clone(&unwritten),
        };
        let writer = Writer::new(options, lock, store, tasks, status);
        let thread = writer.start().map_err(|cause| StoreError::Directory {
            path: directory.clone(),
            cause,
        })?;
        let indexer = Indexer::start(&directory);
        let indexer = indexer.inspect_err(|error| {
            tracing::warn!(
                error = in_line(error),
                "no index is kept: queries look at all records"
            );
        });
        Ok(Self {
            indexer: indexer.ok(),
            mode,
            directory,
            log,
            goes_on_from,
            queue,
            waiting: Arc::new(Semaphore::new(MAX_WAITING_RECORDS)),
            health,
            unwritten,
            thread: Some(thread),
        })
    }

    /// Whether it can be written, from now on.
    #[must_use]
    pub fn health(&self) -> Health {
        self.health.clone()
    }

    /// The number of answered decisions that could not be written. Known when the journal is closed.
    #[must_use]
    pub fn unwritten(&self) -> Arc<AtomicUsize> {
        Arc::clone(&self.unwritten)
    }

    /// What an answered decision is promised: to be on disk, or to be there within a time.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// The log's name.
    #[must_use]
    pub fn log(&self) -> &Arc<str> {
        &self.log
    }

    /// The checkpoints outside the database that the journal continued when it was opened: the one
    /// beside it, and the last one in [`Options::checkpoint_directory`].
    #[must_use]
    pub fn goes_on_from(&self) -> &[Checkpoint] {
        &self.goes_on_from
    }

    /// The data directory, for a [`super::store::Reader`].
    #[must_use]
    pub fn directory(&self) -> &std::path::Path {
        &self.directory
    }

    /// Records `entry`. In the durable mode it is on disk when this returns, and its position
    /// is known; in the written-within mode it is queued.
    ///
    /// # Errors
    /// If the promise can't be kept. Then the decision must not be returned.
    pub async fn record(&self, entry: Entry) -> Result<Option<u64>, Unavailable> {
        match self.mode {
            Mode::Durable => self.written(entry).await.map(Some),
            Mode::WrittenWithin(_) => self.queued(entry).await.map(|()| None),
        }
    }

    /// Records `entry` and waits until it is on disk, whatever the mode; answers its position.
    ///
    /// # Errors
    /// If it could not be written.
    pub async fn written(&self, entry: Entry) -> Result<u64, Unavailable> {
        let (done, written) = oneshot::channel();
        let task = Task::Append {
            entry: Box::new(entry),
            done: Some(done),
        };
        self.ask(task, written).await
    }

    async fn queued(&self, entry: Entry) -> Result<(), Unavailable> {
        if let Some(cause) = &*self.health.borrow() {
            return Err(Unavailable::Failed(Arc::clone(cause)));
        }
        // The promise begins when the caller hears the decision: it waits for room.
        self.put(Task::Append {
            entry: Box::new(entry),
            done: None,
        })
        .await
    }

    /// Puts a task into the queue, and waits for room in it. A task of the runtime waits, because the
    /// caller may be a stream whose answers nobody reads: nobody would poll it, and the room that it was
    /// given would be nobody's.
    async fn put(&self, task: Task) -> Result<(), Unavailable> {
        let task = match self.queue.try_send(task) {
            Ok(()) => return Ok(()),
            Err(TrySendError::Closed(_)) => return Err(Unavailable::Closed),
            Err(TrySendError::Full(task)) => task,
        };
        let place = Arc::clone(&self.waiting).try_acquire_owned();
        let place = place.map_err(|_| Unavailable::Full)?;
        let queue = self.queue.clone();
        let sending = tokio::spawn(async move {
            let _place = place;
            timeout(MAX_COMMIT_WAIT, queue.send(task)).await
        });
        match sending.await {
            Ok(Ok(Ok(()))) => Ok(()),
            Ok(Err(_)) => Err(Unavailable::TooSlow(MAX_COMMIT_WAIT)),
            Ok(Ok(Err(_))) | Err(_) => Err(Unavailable::Closed),
        }
    }

    /// Signs a checkpoint over all that is written, and answers it; none if there is no record.
    ///
    /// # Errors
    /// If it could not be written.
    pub async fn checkpoint(&self) -> Result<Option<SignedCheckpoint>, Unavailable> {
        let (done, signed) = oneshot::channel();
        self.ask(Task::Checkpoint(done), signed).await
    }

    /// As [`Self::checkpoint`], for callers who may ask without end: those who ask often wait, and
    /// get one together.
    ///
    /// # Errors
    /// If it could not be written.
    pub async fn checkpoint_in_time(&self) -> Result<Option<SignedCheckpoint>, Unavailable> {
        let (done, signed) = oneshot::channel();
        self.ask(Task::CheckpointInTime(done), signed).await
    }

    async fn ask<T>(
        &self,
        task: Task,
        answer: oneshot::Receiver<Result<T, Unavailable>>,
    ) -> Result<T, Unavailable> {
        let asked = async {
            self.put(task).await?;
            answer.await.map_err(|_| Unavailable::Closed)?
        };
        timeout(MAX_COMMIT_WAIT, asked)
            .await
            .unwrap_or(Err(Unavailable::TooSlow(MAX_COMMIT_WAIT)))
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        // Who closes the database last moves its write-ahead log: that must be the writer.
        drop(self.indexer.take());
        // The writer ends when nobody can send it anything.
        let (closed, _) = mpsc::channel(1);
        drop(std::mem::replace(&mut self.queue, closed));
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the journal's writer ended by a panic");
        }
    }
}
