//! The runtimes of a service, and its end.
//!
//! What answers calls has a runtime, and what watches over that has another: the admin door,
//! signals, reloading and the time limits of stopping. A call that holds up every thread of the
//! first doesn't hold up the second.

use std::io;
use std::sync::atomic::Ordering;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use tokio::runtime::{Handle, Runtime};
use tokio::time::timeout_at;

use crate::authority::Authority;
use crate::causes::in_line;
use crate::grpc::limits::STOP_TIME_LIMIT;
use crate::grpc::server;
use crate::journal::writer::Mode;

/// Of [`STOP_TIME_LIMIT`], what is left to the journal whatever else takes time.
const CLOSING_TIME: Duration = Duration::from_secs(1);

/// Both of them.
pub(super) struct Runtimes {
    pub(super) control: Runtime,
    public: Runtime,
}

impl Runtimes {
    /// # Errors
    /// If threads can't be started.
    pub(super) fn start() -> io::Result<Self> {
        Ok(Self {
            control: server::control_runtime()?,
            public: server::runtime()?,
        })
    }

    pub(super) fn public(&self) -> Handle {
        self.public.handle().clone()
    }

    /// Ends what still runs, and closes the journal. Waits for nothing that doesn't end by
    /// itself: work under way is left behind with its threads, for the process to end.
    pub(super) fn end(self, stopping: Stopping) -> Written {
        let Stopping {
            authority,
            deadline,
        } = stopping;
        // The results of comparisons are recorded before the journal is closed.
        self.control.block_on(async {
            let deadline = tokio::time::Instant::from_std(deadline - CLOSING_TIME);
            if timeout_at(deadline, authority.stop_shadows())
                .await
                .is_err()
            {
                tracing::warn!("shadow runs have not ended in time");
            }
        });
        self.public.shutdown_background();
        self.control.block_on(written(&authority, deadline));
        self.control.shutdown_background();
        close(authority, deadline)
    }
}

/// How the journal ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// Every decision that was answered is written.
    All,
    /// Some may not be. The log says which.
    NotAll,
}

/// A service that takes no more calls.
pub(super) struct Stopping {
    pub(super) authority: Arc<Authority>,
    /// When the process is to be gone.
    deadline: Instant,
}

impl Stopping {
    /// A signal asked it to stop at `since`.
    pub(super) fn new(authority: Arc<Authority>, since: Instant) -> Self {
        Self {
            authority,
            deadline: since + STOP_TIME_LIMIT,
        }
    }
}

/// Has every queued record written and covered by a checkpoint, where work
/// that was left behind keeps it from being closed.
async fn written(authority: &Arc<Authority>, deadline: Instant) {
    let Some(recording) = authority.recording() else {
        return;
    };
    if Arc::strong_count(authority) == 1 {
        return;
    }
    let deadline = tokio::time::Instant::from_std(deadline);
    match timeout_at(deadline, recording.journal().checkpoint()).await {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => tracing::warn!(error = in_line(&error), "the journal was not closed"),
        Err(_) => tracing::warn!("the journal was not closed in time"),
    }
}

/// Drops the authority, and with it the journal, unless that takes too long.
fn close(authority: Arc<Authority>, deadline: Instant) -> Written {
    let journal = authority.recording().map(|recording| recording.journal());
    let is_durable = journal.is_none_or(|journal| journal.mode() == Mode::Durable);
    let unwritten = journal.map(|journal| journal.unwritten());
    let (tell, closed) = mpsc::channel();
    thread::spawn(move || {
        drop(authority);
        // Nobody listens any more if it took too long.
        let _ = tell.send(());
    });
    let left = deadline.saturating_duration_since(Instant::now());
    if closed.recv_timeout(left).is_err() {
        tracing::warn!("the journal was not closed in time");
        // A durable journal has every answered decision.
        return match is_durable {
            true => Written::All,
            false => Written::NotAll,
        };
    }
    match unwritten.is_some_and(|unwritten| unwritten.load(Ordering::Relaxed) > 0) {
        true => Written::NotAll,
        false => Written::All,
    }
}

/// Has as many descriptors as this process may (getrlimit(2)); how many that is.
pub(super) fn raise_descriptors() -> u64 {
    rlimit::increase_nofile_limit(u64::MAX).unwrap_or_else(|error| {
        tracing::warn!(%error, "the limit on open files is not known");
        0
    })
}
