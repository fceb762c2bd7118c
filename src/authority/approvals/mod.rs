//! Approvals of actions: who may ask for one, who answers, and the one use.
//!
//! A decision that needs approval is its own request: its record is the pending request. Answers are
//! records of their own. A use is part of the record of the decision that uses it, so that no crash
//! can separate the two.
//!
//! | module | holds |
//! |---|---|
//! | [`request`] | one request, and what became of it |
//! | `remembered` | the requests that are remembered |
//! | `ended` | those of them that are over |
//! | `asking` | a decision asks for an approval, or uses one |
//! | `claim` | what a decision holds of an approval until it is recorded |
//! | [`answering`] | people answer, and askers take back |
//! | `notes` | what askers are shown of approvals that don't count |
//! | `restoring` | the requests of a journal, at a start |
//! | [`notice_queue`] | requests that somebody outside is to hear of |
//! | [`limits`] | every bound, by name |

pub mod answering;
pub mod limits;
pub mod notice_queue;
mod places;
pub mod request;

mod asking;
mod claim;
mod ended;
mod notes;
mod remembered;
mod restoring;

pub(super) use claim::Claim;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, timeout_at};
use uuid::Uuid;

use self::answering::ApprovalError;
use self::notice_queue::NoticeQueue;
use self::remembered::{Entry, RememberedRequests};
use self::request::{Given, Request, RequestState};
use super::Authority;
use crate::approval::mac::MacKey;

/// The approvals of one authority. Share it; every method takes `&self`.
pub struct Approvals {
    remembered: Mutex<RememberedRequests>,
    key: MacKey,
    journal_origin: Arc<str>,
    /// Says which request changed.
    changed: broadcast::Sender<Uuid>,
    /// Where requests go that somebody outside is to hear of.
    notices: Option<Arc<NoticeQueue>>,
}

/// A request as it is shown.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The request.
    pub request: Arc<Request>,
    /// What became of it.
    pub state: RequestState,
    /// The answers that were given.
    pub given: Vec<Given>,
}

impl From<&Entry> for Shown {
    fn from(entry: &Entry) -> Self {
        Self {
            request: Arc::clone(&entry.request),
            state: entry.state,
            given: entry.given.clone(),
        }
    }
}

impl Approvals {
    fn new(key: MacKey, journal_origin: Arc<str>) -> Self {
        Self {
            remembered: Mutex::new(RememberedRequests::new()),
            key,
            journal_origin,
            changed: broadcast::Sender::new(limits::MAX_UNREAD_CHANGES),
            notices: None,
        }
    }

    /// Nothing panics while it is held.
    fn remembered(&self) -> MutexGuard<'_, RememberedRequests> {
        self.remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The remembered requests, after what is due at `now` was done.
    fn remembered_at(&self, now: Timestamp) -> MutexGuard<'_, RememberedRequests> {
        let mut remembered = self.remembered();
        remembered.tend(now);
        remembered
    }

    /// Lets every request end that waits or could be used, because another policy came into force. It
    /// doesn't count again if its policy returns.
    pub(in crate::authority) fn end_open(&self, now: Timestamp) {
        for id in self.remembered_at(now).end_open(now) {
            self.changed(id);
        }
    }

    fn changed(&self, id: Uuid) {
        // Nobody may be listening.
        drop(self.changed.send(id));
    }

    /// A receiver of the ids of requests that change from now on.
    #[must_use]
    pub fn changes(&self) -> broadcast::Receiver<Uuid> {
        self.changed.subscribe()
    }

    /// The requests before `before` that `wanted` chooses, the newest first, and where to go on.
    #[must_use]
    pub fn page(
        &self,
        before: Option<Uuid>,
        wanted: impl Fn(RequestState) -> bool,
    ) -> (Vec<Shown>, Option<Uuid>) {
        let remembered = self.remembered_at(Timestamp::now());
        let (mut page, mut last) = (Vec::new(), before);
        let requests = remembered.back_from(before).enumerate();
        for (index, entry) in requests {
            if page.len() >= limits::MAX_LISTED || index >= limits::MAX_LOOKED_AT {
                return (page, last);
            }
            last = Some(entry.request.id());
            if wanted(entry.state) {
                page.push(Shown::from(entry));
            }
        }
        (page, None)
    }

    /// A request.
    ///
    /// # Errors
    /// If it isn't remembered.
    pub fn get(&self, id: Uuid) -> Result<Shown, ApprovalError> {
        self.get_at(id, Timestamp::now())
    }

    fn get_at(&self, id: Uuid, now: Timestamp) -> Result<Shown, ApprovalError> {
        let remembered = self.remembered_at(now);
        let entry = remembered.entry(id).ok_or(ApprovalError::Unknown(id))?;
        Ok(Shown::from(entry))
    }

    /// The state of a request, once it isn't pending any more, or after `wait`.
    ///
    /// # Errors
    /// If it isn't remembered.
    pub async fn wait(&self, id: Uuid, wait: Duration) -> Result<RequestState, ApprovalError> {
        let until = Instant::now() + wait.min(limits::MAX_WAIT);
        let mut changes = self.changes();
        loop {
            let shown = self.get(id)?;
            if shown.state != RequestState::Pending {
                return Ok(shown.state);
            }
            let ends = until_end(shown.request.expires_at);
            let changed = change_of(id, &mut changes);
            let woken = timeout_at(until.min(Instant::now() + ends), changed).await;
            // The time is over: of the call, or of the request.
            if woken.is_err() && Instant::now() >= until {
                return Ok(self.get(id)?.state);
            }
        }
    }
}

/// Ends when the request may have changed.
async fn change_of(id: Uuid, changes: &mut broadcast::Receiver<Uuid>) {
    loop {
        match changes.recv().await {
            Ok(changed) if changed != id => {}
            Ok(_) | Err(RecvError::Lagged(_) | RecvError::Closed) => return,
        }
    }
}

/// The time until a request ends, and a moment, so that it has ended then.
fn until_end(at: Timestamp) -> Duration {
    let left = at.duration_since(Timestamp::now());
    Duration::try_from(left).unwrap_or_default() + Duration::from_millis(10)
}

impl Authority {
    /// Lets decisions be approved from now on.
    #[must_use]
    pub fn with_approvals(mut self, approvals: Arc<Approvals>) -> Self {
        self.approvals = Some(approvals);
        self
    }

    /// The approvals of actions. None where nobody can approve: without a journal, and in development.
    #[must_use]
    pub fn approvals(&self) -> Option<&Arc<Approvals>> {
        self.approvals.as_ref()
    }
}
