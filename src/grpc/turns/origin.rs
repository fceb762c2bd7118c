//! Where work comes from.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::{AtomicU64, Ordering};

use tonic::Request;

use crate::grpc::peer::{Peer, PeerKey};

/// Peers take turns; so do the connections of a peer, and the calls of a connection.
pub(super) const LEVELS: usize = 3;

/// A caller that didn't come by a listener of this service.
const ELSEWHERE: Peer = Peer {
    key: PeerKey::Address(IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
    process: None,
    connection: 0,
};

/// The key of one flow of work among its neighbours under the same parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Flow {
    Peer(PeerKey),
    Connection(u64),
    Call(u64),
}

impl Flow {
    /// The older connection comes first if all else is equal. Peers have no age.
    pub(super) fn seniority(self) -> u64 {
        match self {
            Self::Peer(_) => 0,
            Self::Connection(number) | Self::Call(number) => number,
        }
    }
}

/// Those who share bounds: a peer, or on loopback one connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::grpc) struct Party(Flow);

/// The call that asks for work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::grpc) struct Origin {
    peer: PeerKey,
    process: Option<u32>,
    path: [Flow; LEVELS],
    party_level: usize,
}

impl Origin {
    /// A call of `peer` that has not been seen before.
    pub(in crate::grpc) fn of_call(peer: Peer) -> Self {
        static CALLS: AtomicU64 = AtomicU64::new(0);
        let call = CALLS.fetch_add(1, Ordering::Relaxed);
        let is_shared = peer.key.is_shared();
        Self {
            peer: peer.key,
            process: peer.process,
            path: [
                Flow::Peer(peer.key),
                Flow::Connection(peer.connection),
                Flow::Call(call),
            ],
            party_level: usize::from(is_shared),
        }
    }

    /// The call that `request` began. All that came by no listener of this service are one peer.
    pub(in crate::grpc) fn of<T>(request: &Request<T>) -> Self {
        Self::of_call(Peer::of(request).unwrap_or(ELSEWHERE))
    }

    /// The peer that made the call.
    pub(in crate::grpc) fn peer(&self) -> PeerKey {
        self.peer
    }

    /// Whether several parties have this peer: everybody on loopback does.
    pub(in crate::grpc) fn is_of_shared_peer(&self) -> bool {
        self.party_level > 0
    }

    /// The process that made the call, where the kernel tells it.
    pub(in crate::grpc) fn process(&self) -> Option<u32> {
        self.process
    }

    pub(super) fn path(&self) -> &[Flow] {
        &self.path
    }

    /// At which level of the path those are that have bounds and a reserved turn of their own:
    /// peers, or on loopback connections.
    pub(super) fn party_level(&self) -> usize {
        self.party_level
    }

    pub(in crate::grpc) fn party(&self) -> Party {
        let [peer, connection, _] = self.path;
        Party(match self.party_level {
            0 => peer,
            _ => connection,
        })
    }
}
