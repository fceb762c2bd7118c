//! What messages of streams hold between their decoding and their answer.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::limits::{MAX_STREAM_AHEAD_BYTES, SMALL_MESSAGE_BYTES};

/// Bytes of one permit.
const UNIT_BYTES: usize = 1024;

/// Room for large messages, which all streams share. Clones share it.
#[derive(Debug, Clone)]
pub(super) struct StreamRoom(Arc<Semaphore>);

impl StreamRoom {
    pub(super) fn new() -> Self {
        Self(Arc::new(Semaphore::new(
            MAX_STREAM_AHEAD_BYTES / UNIT_BYTES,
        )))
    }

    /// Waits for room for a message of so many bytes, those who came first before; what is
    /// small needs none.
    pub(super) async fn take(&self, bytes: usize) -> Option<OwnedSemaphorePermit> {
        if bytes <= SMALL_MESSAGE_BYTES {
            return None;
        }
        let units = bytes.min(MAX_STREAM_AHEAD_BYTES) / UNIT_BYTES;
        let units = u32::try_from(units).unwrap_or(u32::MAX);
        // It is never closed.
        Arc::clone(&self.0).acquire_many_owned(units).await.ok()
    }
}
