//! A writer that can't write: it refuses, and tries again where that can help.

use std::sync::Arc;

use tokio::time::Instant;

use super::Unavailable;
use super::lost::{Known, Lost};
use super::thread::Writer;
use crate::causes::in_line;
use crate::journal::limits::{COMPLAINT_INTERVAL, REOPEN_PAUSE};
use crate::journal::store::{Store, StoreError};

impl Writer {
    /// Does `work`, opening the journal again if it failed before. After a failure the
    /// connection is given up: what a failed sync left in it can't be trusted.
    pub(super) fn with_store<T>(
        &mut self,
        work: impl FnOnce(&mut Store) -> Result<T, StoreError>,
    ) -> Result<T, Unavailable> {
        let done = self.open().and_then(work);
        match done {
            Ok(done) => Ok(done),
            Err(error) => Err(self.fail(&error)),
        }
    }

    pub(super) fn open(&mut self) -> Result<&mut Store, StoreError> {
        if self.store.is_none() {
            if self.lost.is_some() || self.last_try.elapsed() < REOPEN_PAUSE {
                return Err(StoreError::NotYet);
            }
            self.last_try = Instant::now();
            let key = self.options.key.verifying_key();
            let known = &self.known.tree;
            let mut store = Store::open_again(&self.options.directory, &self.lock, key, known)?;
            store.try_writing()?;
            // A commit may be in the write-ahead log although its sync failed.
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

    pub(super) fn fail(&mut self, error: &StoreError) -> Unavailable {
        let known = self.health.borrow().clone();
        if let Some(cause) = known.filter(|_| matches!(error, StoreError::NotYet)) {
            return Unavailable::Failed(cause);
        }
        if error.is_lasting() {
            return self.lose(error);
        }
        let cause: Arc<str> = in_line(error).into();
        if let Some(store) = self.store.take() {
            self.known = Known::of(&store);
            self.last_try = Instant::now();
            self.complain(error);
        }
        self.health.send_replace(Some(Arc::clone(&cause)));
        Unavailable::Failed(cause)
    }

    /// Gives up until a restart; what was written is saved beside.
    fn lose(&mut self, error: &StoreError) -> Unavailable {
        let store = self.store.take();
        if let Some(store) = &store {
            self.known = Known::of(store);
        }
        let error = in_line(error);
        let cause: Arc<str> = format!("{error}; stop the service and start it again").into();
        tracing::error!(
            error,
            "the journal is not written any more: decisions are refused until a restart"
        );
        self.health.send_replace(Some(Arc::clone(&cause)));
        self.lost = Some(Lost::begin(&self.options, self.known.clone(), store));
        Unavailable::Failed(cause)
    }

    fn complain(&mut self, error: &StoreError) {
        let lately = |at: Instant| at.elapsed() < COMPLAINT_INTERVAL;
        if !self.complained.is_some_and(lately) {
            self.complained = Some(Instant::now());
            self.owes_relief = true;
            tracing::error!(
                error = in_line(error),
                "the journal can't be written: decisions are refused"
            );
        }
    }
}
