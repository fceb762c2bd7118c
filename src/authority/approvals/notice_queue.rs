//! Requests whose notice waits to be posted.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use uuid::Uuid;

use super::Approvals;
use super::limits::MAX_SPOOLED;
use super::request::RequestState;

/// The ids of recorded requests, the oldest first, until one thread takes them. To add one never waits.
#[derive(Default)]
pub struct NoticeQueue {
    waiting: Mutex<Waiting>,
    added: Condvar,
}

#[derive(Default)]
struct Waiting {
    ids: VecDeque<Uuid>,
    dropped: u64,
    is_closed: bool,
}

/// What a look into the queue finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// A request.
    Request(Uuid),
    /// Nothing until the time was over.
    Nothing,
    /// Nothing is to be taken any more.
    Closed,
}

impl NoticeQueue {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        // The lock can't be poisoned: nothing panics while it is held.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a request. A full queue drops and counts it.
    pub(super) fn add(&self, id: Uuid) {
        let mut waiting = self.waiting();
        match waiting.ids.len() < MAX_SPOOLED {
            true => waiting.ids.push_back(id),
            false => waiting.dropped = waiting.dropped.saturating_add(1),
        }
        drop(waiting);
        self.added.notify_one();
    }

    /// The next request, waiting for one until `until`, or for ever. `is_ready` says whether one may be
    /// taken at all; else this only waits.
    #[must_use]
    pub fn take(&self, until: Option<Instant>, is_ready: bool) -> Next {
        let mut waiting = self.waiting();
        loop {
            if waiting.is_closed {
                return Next::Closed;
            }
            if is_ready && let Some(id) = waiting.ids.pop_front() {
                return Next::Request(id);
            }
            waiting = match until {
                None => (self.added.wait(waiting)).unwrap_or_else(PoisonError::into_inner),
                Some(until) => {
                    let left = until.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return Next::Nothing;
                    }
                    let woken = self.added.wait_timeout(waiting, left);
                    woken.unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    }

    /// How many were dropped since the last look.
    #[must_use]
    pub fn take_dropped(&self) -> u64 {
        std::mem::take(&mut self.waiting().dropped)
    }

    /// Lets who takes from it stop.
    pub fn close(&self) {
        self.waiting().is_closed = true;
        self.added.notify_all();
    }
}

impl Approvals {
    /// Puts each request into `queue` once it is recorded. What waits for answers
    /// already is put there at once.
    #[must_use]
    pub fn queued(self, queue: Arc<NoticeQueue>) -> Self {
        for entry in self.remembered().all() {
            if entry.state == RequestState::Pending {
                queue.add(entry.request.id());
            }
        }
        Self {
            notices: Some(queue),
            ..self
        }
    }
}
