//! Room for large messages of streams, from their decoding to their decision.

use std::future::Future;
use std::sync::Arc;

use tokio::sync::{Semaphore, oneshot};
use tokio::task::JoinSet;

use super::limits::MAX_STREAM_AHEAD_BYTES;
use super::status::Refusal;

/// Bytes of one permit.
const UNIT_BYTES: usize = 1024;

/// Room that all streams share. Clones share it.
#[derive(Debug, Clone)]
pub(super) struct StreamRoom(Arc<Semaphore>);

/// Work on a large message, in a task of its own. Dropping it ends the work.
///
/// Nobody polls the answers of a stream while its client takes none of them. If they held the
/// room, that one client would keep it from all others.
pub(super) struct Apart<T>(JoinSet<T>);

impl StreamRoom {
    pub(super) fn new() -> Self {
        Self(Arc::new(Semaphore::new(
            MAX_STREAM_AHEAD_BYTES / UNIT_BYTES,
        )))
    }

    /// Waits for room for a message of so many bytes, those who came first before. Then `work` on
    /// it goes on by itself, and gives the room back at its end.
    pub(super) async fn spawn<T: Send + 'static>(
        &self,
        bytes: usize,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Apart<T> {
        let units = bytes.min(MAX_STREAM_AHEAD_BYTES) / UNIT_BYTES;
        let units = u32::try_from(units).unwrap_or(u32::MAX);
        let room = Arc::clone(&self.0);
        let (has_room, waiting) = oneshot::channel();
        let mut task = JoinSet::new();
        task.spawn(async move {
            // The semaphore is never closed.
            let _taken = room.acquire_many_owned(units).await;
            // Nobody waits any more if the stream has ended.
            let _ = has_room.send(());
            work.await
        });
        // An error is a task that failed, and its answer says so.
        let _ = waiting.await;
        Apart(task)
    }
}

impl<T> Apart<Result<T, Refusal>>
where
    T: Send + 'static,
{
    /// # Errors
    /// Those of the work; [`Refusal::Internal`] if it failed by an error of this program.
    pub(super) async fn answer(mut self) -> Result<T, Refusal> {
        let done = self.0.join_next().await;
        done.and_then(Result::ok).ok_or(Refusal::Internal)?
    }
}
