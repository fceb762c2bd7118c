//! The signals that a service obeys: SIGTERM and SIGINT stop it, SIGHUP makes it read its packs again.

use std::future::Future;
use std::process;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Instant;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinHandle;

use super::error::ServiceError;

/// Receives SIGHUP.
pub(super) fn hangups() -> Result<Signal, ServiceError> {
    signal(SignalKind::hangup()).map_err(ServiceError::Signal)
}

/// A write beyond the limit on the size of files (setrlimit(2), `RLIMIT_FSIZE`) fails from now on, as
/// on a full disk. By default, its signal ends the process.
pub(super) fn survive_file_size_limit() -> Result<(), ServiceError> {
    let kind = SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw());
    signal(kind).map(drop).map_err(ServiceError::Signal)
}

/// While it is there, the service starts, and SIGTERM or SIGINT end the process at once: nothing was
/// answered yet, and what was written is as after a kill, from which a start goes on.
pub(super) struct Starting {
    /// Whether it has started. It is locked while the process ends.
    has_started: Arc<Mutex<bool>>,
    watch: JoinHandle<()>,
}

impl Starting {
    /// Begins to watch, on the runtime of the caller.
    pub(super) fn watched() -> Result<Self, ServiceError> {
        let has_started = Arc::new(Mutex::new(false));
        let seen = Arc::clone(&has_started);
        let stop = stop_signal(Arc::default())?;
        let watch = tokio::spawn(async move {
            stop.await;
            let has_started = seen.lock().unwrap_or_else(PoisonError::into_inner);
            if !*has_started {
                tracing::info!("stopped before the start was complete");
                process::exit(0);
            }
        });
        Ok(Self { has_started, watch })
    }

    /// The doors are about to open: from now on, calls in flight are answered.
    pub(super) fn ends(self) {
        *self
            .has_started
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = true;
        self.watch.abort();
    }
}

/// Ends at SIGTERM or SIGINT, and notes when that was.
pub(super) fn stop_signal(
    at: Arc<OnceLock<Instant>>,
) -> Result<impl Future<Output = ()> + Send + 'static, ServiceError> {
    let mut terminate = signal(SignalKind::terminate()).map_err(ServiceError::Signal)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(ServiceError::Signal)?;
    Ok(async move {
        let name = tokio::select! {
            _ = terminate.recv() => "SIGTERM",
            _ = interrupt.recv() => "SIGINT",
        };
        at.get_or_init(Instant::now);
        tracing::info!(signal = name, "draining");
    })
}
