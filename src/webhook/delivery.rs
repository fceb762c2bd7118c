//! The thread that posts notices: tries, waits and drops.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use uuid::Uuid;

use super::endpoint::Endpoint;
use super::limits::{FIRST_WAIT, LONGEST_WAIT, MAX_RETRYING, MAX_TRIES};
use super::message::Message;
use crate::authority::approvals::Approvals;
use crate::authority::approvals::notice_queue::{Next, NoticeQueue};
use crate::authority::approvals::request::RequestState;
use crate::causes::in_line;
use crate::keys::SigningKey;

/// Posts notices until its queue is closed.
pub(super) struct Delivery {
    endpoint: Endpoint,
    key: SigningKey,
    approvals: Arc<Approvals>,
    queue: Arc<NoticeQueue>,
    /// When each request is tried again, and how often it was tried.
    retrying: BTreeMap<(Instant, Uuid), u32>,
    /// Notices that nobody got, since the start.
    dropped: u64,
}

impl Delivery {
    pub(super) fn new(
        endpoint: Endpoint,
        key: SigningKey,
        approvals: Arc<Approvals>,
        queue: Arc<NoticeQueue>,
    ) -> Self {
        Self {
            endpoint,
            key,
            approvals,
            queue,
            retrying: BTreeMap::new(),
            dropped: 0,
        }
    }

    pub(super) fn run(mut self) {
        loop {
            if let Some((id, tries)) = self.take_due() {
                self.post(id, tries);
            }
            // One new one between two that are due: neither keeps the other waiting.
            let until = self.retrying.first_key_value().map(|((at, _), _)| *at);
            let is_ready = self.retrying.len() < MAX_RETRYING;
            match self.queue.take(until, is_ready) {
                Next::Request(id) => self.post(id, 0),
                Next::Nothing => {}
                Next::Closed => return,
            }
            self.count_dropped();
        }
    }

    /// A request whose next try is due, and how often it was tried.
    fn take_due(&mut self) -> Option<(Uuid, u32)> {
        let first = self.retrying.first_entry()?;
        let (at, id) = *first.key();
        (at <= Instant::now()).then(|| (id, first.remove()))
    }

    /// Tries once. `tries` is how often it was tried before.
    fn post(&mut self, id: Uuid, tries: u32) {
        let Ok(shown) = self.approvals.get(id) else {
            return;
        };
        // Somebody answered already, or it was taken back.
        if shown.state != RequestState::Pending {
            return;
        }
        let message = match Message::sign(&shown.request, Timestamp::now(), &self.key) {
            Ok(message) => message,
            Err(error) => return self.drop_one(id, &in_line(&error)),
        };
        let Err(error) = self.endpoint.send(&message) else {
            tracing::debug!(approval_id = %id, "notice of a request for an approval sent");
            return;
        };
        let (tries, why) = (tries + 1, in_line(&error));
        if tries >= MAX_TRIES {
            return self.drop_one(id, &why);
        }
        let receiver = self.endpoint.url();
        tracing::warn!(
            approval_id = %id, %receiver, tries, error = why,
            "a notice of a request for an approval didn't arrive; it is tried again"
        );
        let at = Instant::now() + wait_after(tries);
        self.retrying.insert((at, id), tries);
    }

    fn drop_one(&mut self, id: Uuid, why: &str) {
        self.dropped = self.dropped.saturating_add(1);
        let (receiver, dropped) = (self.endpoint.url(), self.dropped);
        tracing::error!(
            approval_id = %id, %receiver, error = why, dropped,
            "a notice of a request for an approval was dropped; the request still waits"
        );
    }

    fn count_dropped(&mut self) {
        let dropped = self.queue.take_dropped();
        if dropped > 0 {
            self.dropped = self.dropped.saturating_add(dropped);
            tracing::error!(
                dropped = self.dropped,
                "too many notices of requests for approvals wait; some were dropped"
            );
        }
    }
}

/// The time to the next try after so many.
fn wait_after(tries: u32) -> Duration {
    let doubled = 2_u32.saturating_pow(tries.saturating_sub(1));
    FIRST_WAIT.saturating_mul(doubled).min(LONGEST_WAIT)
}
