//! `ApprovalService`: requests for approvals, and the answers to them.

mod client;
mod convert;
pub(super) mod service;
mod stats;

pub use convert::{Answered, ShownAnswer, ShownApproval, ShownState};

use crate::approval::asker::Asker;
use crate::grpc::peer::PeerKey;

/// Who asks, if the kernel tells it.
pub(super) fn asker(peer: PeerKey) -> Option<Asker> {
    match peer {
        PeerKey::User(uid) => Some(Asker::User(uid)),
        PeerKey::Address(_) => None,
    }
}
