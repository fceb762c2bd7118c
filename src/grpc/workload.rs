//! Keeps slow work from starving quick work.

use std::sync::Arc;

use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::Semaphore;
use tokio::task::block_in_place;
use tokio::time::timeout;

use super::limits::MAX_SLOW_WAIT;
use super::status::Refusal;

/// The turns of slow work. Clones share them.
#[derive(Debug, Clone)]
pub(super) struct Workload {
    turns: Arc<Semaphore>,
}

impl Workload {
    pub(super) fn of(turns: usize) -> Self {
        Self {
            turns: Arc::new(Semaphore::new(turns)),
        }
    }

    /// Does `work` where it holds up nobody else, when its turn comes.
    ///
    /// # Errors
    /// [`Refusal::Busy`] if it doesn't come in time.
    pub(super) async fn run<T>(&self, work: impl FnOnce() -> T) -> Result<T, Refusal> {
        let _turn = match self.turns.try_acquire() {
            Ok(turn) => turn,
            Err(_) => match timeout(MAX_SLOW_WAIT, self.turns.acquire()).await {
                Ok(Ok(turn)) => turn,
                Ok(Err(_)) | Err(_) => return Err(Refusal::Busy),
            },
        };
        Ok(match Handle::current().runtime_flavor() {
            // A runtime of one thread has no other to go on with.
            RuntimeFlavor::CurrentThread => work(),
            _ => block_in_place(work),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn work_that_gets_no_turn_is_refused_and_the_next_is_done() {
        let workload = Workload::of(1);
        let turn = workload.turns.acquire().await.unwrap();
        let refused = workload.run(|| "done").await;
        assert!(matches!(refused, Err(Refusal::Busy)), "{refused:?}");
        drop(turn);
        assert!(matches!(workload.run(|| "done").await, Ok("done")));
    }

    #[tokio::test]
    async fn work_is_done_on_a_runtime_of_one_thread() {
        assert!(matches!(Workload::of(1).run(|| 7).await, Ok(7)));
    }
}
