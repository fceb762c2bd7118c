//! Notices of requests for approvals, to a chat or a ticket system.
//!
//! One thread posts them, so no decision waits for a receiver. A notice only says that somebody should
//! look: answers are signed by people.
//!
//! | module | holds |
//! |---|---|
//! | [`endpoint`] | where notices go |
//! | `message` | one signed notice |
//! | `delivery` | the thread: tries, waits and drops |
//! | [`limits`] | every bound, by name |

pub mod endpoint;
pub mod limits;

mod delivery;
mod message;

use std::io;
use std::sync::Arc;
use std::thread;

use self::delivery::Delivery;
use self::endpoint::{Endpoint, Roots, WebhookUrl};
use self::limits::STACK_BYTES;
use crate::authority::approvals::Approvals;
use crate::authority::approvals::notice_queue::NoticeQueue;
use crate::keys::SigningKey;

/// The thread that posts notices. It ends when this is dropped; what it didn't post is posted after
/// the next start, if it still waits for answers then.
pub struct Webhook {
    queue: Arc<NoticeQueue>,
}

impl Webhook {
    /// Posts a notice of each request in `queue`, signed by `key`.
    ///
    /// # Errors
    /// If there can't be another thread.
    pub fn start(
        (url, roots): (WebhookUrl, Roots),
        key: SigningKey,
        approvals: Arc<Approvals>,
        queue: Arc<NoticeQueue>,
    ) -> io::Result<Self> {
        let endpoint = Endpoint::new(url, roots);
        let delivery = Delivery::new(endpoint, key, approvals, Arc::clone(&queue));
        let builder = thread::Builder::new().name("cavra-webhook".to_owned());
        builder
            .stack_size(STACK_BYTES)
            .spawn(move || delivery.run())?;
        Ok(Self { queue })
    }
}

impl Drop for Webhook {
    fn drop(&mut self) {
        self.queue.close();
    }
}
