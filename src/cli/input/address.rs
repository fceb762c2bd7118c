//! Addresses as people give them.

use std::net::SocketAddr;

/// An IP address and a port.
pub(crate) fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| {
        "give IP:PORT, such as `127.0.0.1:50051`; names are not resolved, and a port is at most 65535"
            .to_owned()
    })
}
