//! The signals that a service obeys: SIGTERM and SIGINT stop it, SIGHUP makes it read its packs again.

use std::future::Future;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use tokio::signal::unix::{Signal, SignalKind, signal};

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
