//! The thread that writes: gathers what waits, commits it at once, tells who waited.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};

use jiff::Timestamp;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep, sleep_until, timeout_at};

use super::asked::Asked;
use super::lost::{Known, Lost};
use super::{Done, Mode, Options, Task, Unavailable, checkpoint_files};
use crate::causes::in_line;
use crate::journal::limits::{
    CHECKPOINT_INTERVAL, CHECKPOINT_RECORDS, FILES_CHECK_INTERVAL, GATHER_PAUSE, GIVEN_BACK_PAGES,
    LAST_WRITES_TIME, MAX_GROUP_RECORDS, REOPEN_PAUSE,
};
use crate::journal::merkle_log::SignedCheckpoint;
use crate::journal::record::Entry;
use crate::journal::store::{Appended, Lock, Store};

pub(super) struct Writer {
    pub(super) options: Options,
    pub(super) lock: Lock,
    /// Absent after a failure, until the journal could be opened again.
    pub(super) store: Option<Store>,
    /// The log when the journal failed. All of it must be there when the journal is opened again.
    pub(super) known: Known,
    /// What was written may be gone: nothing more is, until a restart.
    pub(super) lost: Option<Lost>,
    tasks: mpsc::Receiver<Task>,
    pub(super) health: watch::Sender<Option<Arc<str>>>,
    unwritten: Arc<AtomicUsize>,
    /// When it was last logged that the journal can't be written. A disk that is nearly full
    /// takes one commit and refuses the next.
    pub(super) complained: Option<Instant>,
    /// Whether the end of the failure is still to be logged.
    pub(super) owes_relief: bool,
    /// Accepted without anyone waiting, and not on disk yet.
    #[expect(clippy::vec_box, reason = "they come in boxes, and are moved in them")]
    pub(super) owed: Vec<Box<Entry>>,
    pub(super) last_try: Instant,
    last_checkpoint: Instant,
    /// When a checkpoint was last kept outside the database.
    last_kept: Option<Instant>,
    /// Who waits for a checkpoint.
    asked: Asked,
}

/// What the writer says of itself to those who share the journal.
pub(super) struct Status {
    pub(super) health: watch::Sender<Option<Arc<str>>>,
    /// See [`Journal::unwritten`](super::Journal::unwritten).
    pub(super) unwritten: Arc<AtomicUsize>,
}

impl Writer {
    pub(super) fn new(
        options: Options,
        lock: Lock,
        store: Store,
        tasks: mpsc::Receiver<Task>,
        status: Status,
    ) -> Self {
        let now = Instant::now();
        let Status { health, unwritten } = status;
        Self {
            options,
            known: Known::nothing(),
            lost: None,
            lock,
            store: Some(store),
            tasks,
            health,
            unwritten,
            complained: None,
            owes_relief: false,
            owed: Vec::new(),
            last_try: now,
            last_checkpoint: now,
            last_kept: None,
            asked: Asked::nobody(),
        }
    }

    pub(super) fn start(self) -> io::Result<JoinHandle<()>> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()?;
        thread::Builder::new()
            .name("cavra-journal".to_owned())
            .spawn(move || runtime.block_on(self.run()))
    }

    async fn run(mut self) {
        let mut tasks = Vec::with_capacity(MAX_GROUP_RECORDS);
        loop {
            let wake = self.wake();
            let received = timeout_at(wake, self.tasks.recv_many(&mut tasks, MAX_GROUP_RECORDS));
            match received.await {
                // Nobody can send any more.
                Ok(0) => break,
                Ok(_) => {
                    self.gather(&mut tasks).await;
                    self.work(tasks.drain(..));
                }
                Err(_) => {
                    self.check_files();
                    self.work(std::iter::empty());
                }
            }
        }
        self.write_owed().await;
        // Said at once: what follows may take longer than the stop waits.
        if !self.owed.is_empty() {
            let records = self.owed.len();
            self.unwritten.store(records, Ordering::Relaxed);
            tracing::error!(records, "answered decisions were not written");
        }
        // A failure is logged. The caller that asked for the end waits for no answer.
        drop(self.checkpoint());
        self.end();
    }

    /// Writes what was answered before: again and again for a while, since nothing comes after it.
    async fn write_owed(&mut self) {
        let end = Instant::now() + LAST_WRITES_TIME;
        loop {
            self.write(Vec::new());
            if self.owed.is_empty() || Instant::now() >= end {
                return;
            }
            sleep(REOPEN_PAUSE).await;
        }
    }

    /// In the written-within mode, waits for more, as long as half the promise allows.
    async fn gather(&mut self, tasks: &mut Vec<Task>) {
        let Mode::WrittenWithin(limit) = self.options.mode else {
            return;
        };
        let end = Instant::now() + limit / 2;
        while tasks.len() < MAX_GROUP_RECORDS && !self.tasks.is_closed() {
            let now = Instant::now();
            if now >= end {
                return;
            }
            // Asleep, it costs nobody the price of waking it for each record.
            sleep_until(end.min(now + GATHER_PAUSE)).await;
            while tasks.len() < MAX_GROUP_RECORDS
                && let Ok(task) = self.tasks.try_recv()
            {
                tasks.push(task);
            }
        }
    }

    /// When to look after things although nobody asks.
    fn wake(&self) -> Instant {
        if self.store.is_none() {
            return match self.lost {
                Some(_) => Instant::now() + CHECKPOINT_INTERVAL,
                None => self.last_try + REOPEN_PAUSE,
            };
        }
        let next_check = Instant::now() + FILES_CHECK_INTERVAL;
        let next = next_check.min(self.last_checkpoint + CHECKPOINT_INTERVAL);
        self.asked.due().map_or(next, |due| due.min(next))
    }

    fn work(&mut self, tasks: impl Iterator<Item = Task>) {
        let mut waiting = Vec::new();
        let mut others = Vec::new();
        for task in tasks {
            match task {
                Task::Append { entry, done: None } => self.owed.push(entry),
                Task::Append {
                    entry,
                    done: Some(done),
                } => waiting.push((entry, done)),
                other => others.push(other),
            }
        }
        self.write(waiting);
        for task in others {
            self.serve(task);
        }
        self.answer_asked();
        self.look_after();
    }

    /// Gives those who asked for a checkpoint the last one, after signing what is new.
    fn answer_asked(&mut self) {
        let Some(due) = self.asked.due() else { return };
        let has_new = |store: &Store| store.tree().size() != store.checkpoint_size();
        let has_new = self.store.as_ref().is_some_and(has_new);
        if !has_new || due <= Instant::now() {
            let checkpoint = self.checkpoint();
            self.asked.answer(&checkpoint, has_new);
        }
    }

    fn serve(&mut self, task: Task) {
        // If the receiver was dropped, the answer is discarded.
        match task {
            Task::Append { .. } => {}
            Task::Checkpoint(done) => drop(done.send(self.checkpoint())),
            Task::CheckpointInTime(done) => self.asked.add(done),
            Task::ForgetContents(done) => {
                drop(done.send(self.with_store(|store| Ok(store.forget_contents()))));
            }
            Task::EmptyContents { ids, done } => {
                let emptied = self.with_store(|store| store.empty_contents(&ids));
                drop(done.send(emptied));
            }
            Task::GiveBack(done) => {
                let given = self.with_store(|store| store.give_back(GIVEN_BACK_PAGES));
                drop(done.send(given));
            }
            Task::Erase { begin, done } => {
                drop(done.send(self.with_store(|store| store.erase(begin))));
            }
        }
    }

    /// One commit for all that is owed and all who wait.
    fn write(&mut self, waiting: Vec<(Box<Entry>, Done)>) {
        if self.owed.is_empty() && waiting.is_empty() && self.store.is_some() {
            return;
        }
        // Opening finds out what of it is written already.
        let opened = self.open().map(drop);
        let owed = std::mem::take(&mut self.owed);
        let entries = owed.iter().chain(waiting.iter().map(|(entry, _)| entry));
        let written = match opened {
            Ok(()) => {
                let key = self.options.key.clone();
                self.with_store(|store| {
                    store.append(entries.map(|entry| &**entry), &key, Timestamp::now())
                })
            }
            Err(error) => Err(self.fail(&error)),
        };
        match written {
            Ok(appended) => {
                let Appended {
                    positions,
                    checkpoint,
                } = appended;
                if let Some(checkpoint) = &checkpoint {
                    self.export(checkpoint);
                    self.keep_now(checkpoint);
                }
                let positions = positions.skip(owed.len());
                for ((_, done), position) in waiting.into_iter().zip(positions) {
                    // If the receiver was dropped, the answer is discarded; the record is kept.
                    drop(done.send(Ok(position)));
                }
            }
            Err(error) => {
                // What was answered already is still to be written.
                self.owed = owed;
                for (_, done) in waiting {
                    drop(done.send(Err(error.clone())));
                }
            }
        }
    }

    /// A commit looks by itself; this is for when there is none.
    fn check_files(&mut self) {
        if let Some(store) = &mut self.store
            && let Err(error) = store.check_files()
        {
            self.fail(&error);
        }
    }

    /// What is due when nothing more is asked.
    fn end(&mut self) {
        self.check_files();
        if let Some(lost) = self.lost.take() {
            lost.end();
        }
    }

    /// What is due beside the commits: checkpoints, and a write-ahead log that grew long.
    fn look_after(&mut self) {
        let Some(store) = &mut self.store else { return };
        if let Err(error) = store.tend_log() {
            self.fail(&error);
            return;
        }
        let new = store.tree().size() - store.checkpoint_size();
        let is_due = self.last_checkpoint.elapsed() >= CHECKPOINT_INTERVAL;
        if new >= CHECKPOINT_RECORDS || is_due {
            // A failure is logged, and stops the decisions.
            drop(self.checkpoint());
        }
    }

    /// Signs what is written and isn't signed yet; answers the last checkpoint.
    fn checkpoint(&mut self) -> Result<Option<SignedCheckpoint>, Unavailable> {
        self.last_checkpoint = Instant::now();
        let key = self.options.key.clone();
        let signed = self.with_store(|store| {
            if store.tree().size() == store.checkpoint_size() {
                return store.last_checkpoint().map(|last| (last, false));
            }
            Ok((Some(store.add_checkpoint(&key, Timestamp::now())?), true))
        });
        let (checkpoint, is_new) = signed?;
        if let (Some(checkpoint), true) = (&checkpoint, is_new) {
            self.export(checkpoint);
            self.keep(checkpoint);
        }
        Ok(checkpoint)
    }

    /// Keeps a checkpoint outside the database, now and then: at a start, the database must go
    /// on from it.
    fn keep(&mut self, checkpoint: &SignedCheckpoint) {
        let lately = |at: Instant| at.elapsed() < CHECKPOINT_INTERVAL;
        if self.last_kept.is_some_and(lately) && !self.tasks.is_closed() {
            return;
        }
        self.keep_now(checkpoint);
    }

    fn keep_now(&mut self, checkpoint: &SignedCheckpoint) {
        self.last_kept = Some(Instant::now());
        if let Err(error) = checkpoint_files::keep(&self.options.directory, checkpoint) {
            tracing::error!(
                error = in_line(&error),
                "checkpoint not kept beside the journal"
            );
        }
    }

    /// Puts a checkpoint where it can be taken elsewhere. That this fails loses nothing that
    /// the journal promises, so decisions go on.
    fn export(&self, checkpoint: &SignedCheckpoint) {
        let Some(directory) = &self.options.checkpoint_directory else {
            return;
        };
        if let Err(error) = checkpoint_files::write(directory, checkpoint) {
            let directory = directory.display();
            tracing::error!(error = in_line(&error), %directory, "checkpoint not exported");
        }
    }
}
