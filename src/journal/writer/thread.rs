//! The thread that writes: gathers what waits, commits it at once, tells who waited.

use std::io;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use jiff::Timestamp;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep_until, timeout_at};

use super::{Done, Mode, Options, Task, Unavailable, exported};
use crate::journal::limits::{
    CHECKPOINT_INTERVAL, CHECKPOINT_RECORDS, COMPLAINT_INTERVAL, GATHER_PAUSE, MAX_GROUP_RECORDS,
    REOPEN_PAUSE,
};
use crate::journal::log::{Checkpoint, SignedCheckpoint};
use crate::journal::record::Entry;
use crate::journal::store::{Lock, Mover, Store, StoreError};

pub(super) struct Writer {
    options: Options,
    lock: Lock,
    /// Absent after a failure, until it could be opened anew.
    store: Option<Store>,
    mover: Mover,
    tasks: mpsc::Receiver<Task>,
    health: watch::Sender<Option<Arc<str>>>,
    /// When it was last logged that the journal can't be written. A disk that is nearly full
    /// takes one commit and refuses the next.
    complained: Option<Instant>,
    /// Whether the end of the failure is still to be logged.
    owes_relief: bool,
    /// Accepted without anyone waiting, and not on disk yet.
    #[expect(clippy::vec_box, reason = "they come in boxes, and are moved in them")]
    owed: Vec<Box<Entry>>,
    last_try: Instant,
    last_checkpoint: Instant,
}

impl Writer {
    pub(super) fn new(
        options: Options,
        lock: Lock,
        store: Store,
        tasks: mpsc::Receiver<Task>,
        health: watch::Sender<Option<Arc<str>>>,
    ) -> Self {
        let now = Instant::now();
        Self {
            mover: Mover::new(&options.directory),
            options,
            lock,
            store: Some(store),
            tasks,
            health,
            complained: None,
            owes_relief: false,
            owed: Vec::new(),
            last_try: now,
            last_checkpoint: now,
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
                Err(_) => self.work(std::iter::empty()),
            }
        }
        self.write(Vec::new());
        // A failure is logged; whoever asked for the end doesn't wait for an answer.
        drop(self.checkpoint());
        if !self.owed.is_empty() {
            tracing::error!(
                records = self.owed.len(),
                "answered decisions were not written"
            );
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
            return self.last_try + REOPEN_PAUSE;
        }
        self.last_checkpoint + CHECKPOINT_INTERVAL
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
        self.look_after();
    }

    fn serve(&mut self, task: Task) {
        // Who doesn't wait any longer isn't told.
        match task {
            Task::Append { .. } => {}
            Task::Checkpoint(done) => drop(done.send(self.checkpoint())),
            Task::ForgetContents(done) => {
                drop(done.send(self.with_store(|store| Ok(store.forget_contents()))));
            }
            Task::EmptyContents { places, done } => {
                let emptied = self.with_store(|store| store.empty_contents(&places));
                drop(done.send(emptied));
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
            Ok(()) => self.with_store(|store| store.append(entries.map(|entry| &**entry))),
            Err(error) => Err(self.fail(&error)),
        };
        match written {
            Ok(positions) => {
                let positions = positions.skip(owed.len());
                for ((_, done), position) in waiting.into_iter().zip(positions) {
                    // Who doesn't wait any longer isn't told; the record stands.
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

    /// Does `work`, opening the journal anew if it failed before. After a failure the
    /// connection is given up: what a failed sync left in it can't be trusted.
    fn with_store<T>(
        &mut self,
        work: impl FnOnce(&mut Store) -> Result<T, StoreError>,
    ) -> Result<T, Unavailable> {
        let done = self.open().and_then(work);
        match done {
            Ok(done) => Ok(done),
            Err(error) => Err(self.fail(&error)),
        }
    }

    fn open(&mut self) -> Result<&mut Store, StoreError> {
        if self.store.is_none() {
            if self.last_try.elapsed() < REOPEN_PAUSE {
                return Err(StoreError::NotYet);
            }
            self.last_try = Instant::now();
            let name = self.options.key.verifying_key().name();
            let mut store = Store::open(&self.options.directory, &self.lock, name)?;
            store.try_writing()?;
            // A commit whose sync failed may be in the write-ahead log all the same.
            let held = self.owed.iter().map(|entry| store.holds(entry));
            let held: Vec<_> = held.collect::<Result<_, _>>()?;
            let mut held = held.into_iter();
            self.owed.retain(|_| held.next() == Some(false));
            if std::mem::take(&mut self.owes_relief) {
                tracing::info!("the journal is written again");
            }
            self.health.send_replace(None);
            self.store = Some(store);
        }
        self.store.as_mut().ok_or(StoreError::NotYet)
    }

    fn fail(&mut self, error: &StoreError) -> Unavailable {
        let known = self.health.borrow().clone();
        if let Some(cause) = known.filter(|_| matches!(error, StoreError::NotYet)) {
            return Unavailable::Failed(cause);
        }
        let cause: Arc<str> = error.to_string().into();
        if self.store.take().is_some() {
            self.last_try = Instant::now();
            self.complain(error);
        }
        self.health.send_replace(Some(Arc::clone(&cause)));
        Unavailable::Failed(cause)
    }

    fn complain(&mut self, error: &StoreError) {
        let lately = |at: Instant| at.elapsed() < COMPLAINT_INTERVAL;
        if !self.complained.is_some_and(lately) {
            self.complained = Some(Instant::now());
            self.owes_relief = true;
            tracing::error!(%error, "the journal can't be written: decisions are refused");
        }
    }

    /// What is due beside the commits: checkpoints, and a write-ahead log that grew long.
    fn look_after(&mut self) {
        let Some(store) = &mut self.store else { return };
        if let Err(error) = self.mover.tend(store) {
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
            let tree = store.tree();
            if tree.size() == store.checkpoint_size() {
                return store.last_checkpoint().map(|last| (last, false));
            }
            let told = Checkpoint::new(
                key.verifying_key().name().clone(),
                tree.size(),
                tree.root(),
                Timestamp::now(),
            );
            let signed = told.sign(&key).map_err(StoreError::Sign)?;
            store.add_checkpoint(&signed)?;
            Ok((Some(signed), true))
        });
        let (checkpoint, is_new) = signed?;
        if let (Some(checkpoint), true) = (&checkpoint, is_new) {
            self.export(checkpoint);
        }
        Ok(checkpoint)
    }

    /// Puts a checkpoint where it can be taken elsewhere. That this fails loses nothing that
    /// the journal promises, so decisions go on.
    fn export(&self, checkpoint: &SignedCheckpoint) {
        let Some(directory) = &self.options.checkpoint_directory else {
            return;
        };
        if let Err(error) = exported::write(directory, checkpoint) {
            let directory = directory.display();
            tracing::error!(%error, %directory, "checkpoint not exported");
        }
    }
}
