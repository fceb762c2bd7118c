//! Questions that nobody acts on: who asks them is recorded, and nobody asks without end.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::limits::{INQUIRY_INTERVAL, MAX_INQUIRIES_AT_ONCE, MAX_INQUIRY_PEERS};
use super::peer::PeerKey;
use super::status::Refusal;
use crate::action::Caller;
use crate::authority::Authority;
use crate::authority::recording::Inquiry;
use crate::canonical::{Digest, to_canonical_bytes};
use crate::journal::record::event::InquiryMethod;

/// How often each peer has asked, on whatever door.
#[derive(Debug, Default)]
pub(super) struct Inquiries {
    /// For each peer, the time when all its questions are paid for, at one question an interval.
    paid: Mutex<HashMap<PeerKey, Instant>>,
}

impl Inquiries {
    /// Records a question of `peer`, if it may ask at this moment.
    ///
    /// # Errors
    /// [`Refusal::TooManyInquiries`], or if it can't be recorded: then there is no answer.
    pub(super) async fn admit(
        &self,
        authority: &Authority,
        peer: PeerKey,
        method: InquiryMethod,
        question: &Value,
        caller: Caller,
    ) -> Result<(), Refusal> {
        if !self.may_ask(peer, Instant::now()) {
            return Err(Refusal::TooManyInquiries);
        }
        let question = to_canonical_bytes(question).map_err(|error| Refusal::internal(&error))?;
        let inquiry = Inquiry {
            method,
            asked_by: Some(name(peer)),
            caller,
            question: Digest::of(&question),
        };
        Ok(authority.record_inquiry(inquiry).await?)
    }

    /// Whether a peer may ask at this moment; if so, that is counted.
    pub(super) fn may_ask(&self, peer: PeerKey, now: Instant) -> bool {
        // Nothing panics while it is held.
        let mut paid = self.paid.lock().unwrap_or_else(PoisonError::into_inner);
        if paid.len() >= MAX_INQUIRY_PEERS && !paid.contains_key(&peer) {
            paid.retain(|_, until| *until > now);
            if paid.len() >= MAX_INQUIRY_PEERS {
                return false;
            }
        }
        let until = paid.entry(peer).or_insert(now);
        let start = now.max(*until);
        let ahead: Duration = INQUIRY_INTERVAL * MAX_INQUIRIES_AT_ONCE;
        let may = start + INQUIRY_INTERVAL <= now + ahead;
        if may {
            *until = start + INQUIRY_INTERVAL;
        }
        may
    }
}

/// A peer as records name it.
fn name(peer: PeerKey) -> String {
    match peer {
        PeerKey::User(uid) => format!("uid:{uid}"),
        PeerKey::Address(address) => address.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peer_asks_so_many_times_at_once_and_then_one_an_interval() {
        let (inquiries, start) = (Inquiries::default(), Instant::now());
        let peer = PeerKey::User;
        let at_once = |peer, now| (0..1000).filter(|_| inquiries.may_ask(peer, now)).count();
        let most = usize::try_from(MAX_INQUIRIES_AT_ONCE).unwrap();
        assert_eq!(at_once(peer(1), start), most);
        assert_eq!(at_once(peer(2), start), most, "another peer");
        assert_eq!(at_once(peer(1), start + INQUIRY_INTERVAL), 1);
        assert_eq!(at_once(peer(1), start + 5 * INQUIRY_INTERVAL), 4);
        let later = start + 2 * INQUIRY_INTERVAL * MAX_INQUIRIES_AT_ONCE;
        assert_eq!(at_once(peer(1), later), most);
    }

    #[test]
    fn no_more_peers_are_remembered_than_may_be() {
        let (inquiries, now) = (Inquiries::default(), Instant::now());
        let ask = |number, now| inquiries.may_ask(PeerKey::User(number), now);
        let most = u32::try_from(MAX_INQUIRY_PEERS).unwrap();
        assert!((0..most).all(|number| ask(number, now)));
        assert!(!ask(most, now));
        assert!(ask(0, now), "who is known may go on");
        assert!(
            ask(most, now + 3 * INQUIRY_INTERVAL),
            "the others are forgotten"
        );
    }
}
