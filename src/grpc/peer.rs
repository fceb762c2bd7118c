//! The peer of a call. Fairness, quotas and records of changes depend on it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use tonic::Request;

/// The bits of an IPv6 address that its network gives; the rest is its host's to choose
/// (RFC 4291 section 2.5.1).
const NETWORK_BITS: u32 = 64;

/// The other end of a connection. Every request carries it among its extensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Peer {
    /// Who it is, as far as the kernel can tell. Several connections may have the same.
    pub key: PeerKey,
    /// The process that connected, where the kernel tells it.
    pub process: Option<u32>,
    /// The number of the connection, unique in the service's life.
    pub connection: u64,
}

/// The identity of a peer: its user, or the address that it calls from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PeerKey {
    /// The user on the other end of a Unix socket (`SO_PEERCRED`, unix(7)). An id in somebody's range of
    /// subordinate ids (subuid(5)) is theirs.
    User(u32),
    /// The remote address of a TCP connection, of IPv6 its network. Everybody on this machine
    /// who comes by loopback is one peer, by whichever of its 16 million addresses (RFC 1122 section
    /// 3.2.1.3).
    Address(IpAddr),
}

impl PeerKey {
    pub(super) fn of_address(address: IpAddr) -> Self {
        Self::Address(match address.to_canonical() {
            address if address.is_loopback() => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(address) => {
                let network = u128::from(address) >> NETWORK_BITS << NETWORK_BITS;
                Ipv6Addr::from(network).into()
            }
            address => address,
        })
    }

    /// Whether several people have this key: everybody on loopback does.
    pub(super) fn is_shared(self) -> bool {
        matches!(self, Self::Address(address) if address.is_loopback())
    }
}

impl Peer {
    /// The peer that sent `request`; none if it didn't come by a listener of this service.
    #[must_use]
    pub fn of<T>(request: &Request<T>) -> Option<Self> {
        request.extensions().get().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(address: &str) -> PeerKey {
        PeerKey::of_address(address.parse().unwrap())
    }

    #[test]
    fn a_host_is_one_peer_whichever_of_its_addresses_it_uses() {
        assert_eq!(key("127.0.0.1"), key("::ffff:127.0.0.1"));
        assert_eq!(key("2001:db8::1"), key("2001:db8::ffff:1"));
        assert_ne!(key("2001:db8::1"), key("2001:db8:0:1::1"));
        assert_ne!(key("192.0.2.1"), key("192.0.2.2"));
        assert_ne!(key("::1"), key("::2"));
        for loopback in ["127.0.0.2", "127.255.255.254", "::1", "::ffff:127.9.9.9"] {
            assert_eq!(key(loopback), key("127.0.0.1"), "{loopback}");
        }
        assert_ne!(key("128.0.0.1"), key("127.0.0.1"));
    }
}
