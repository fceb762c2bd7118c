//! TCP and Unix listeners, and who is on the other end.

use std::io;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};

use super::subordinates;
use crate::grpc::peer::PeerKey;

/// The peer at the other end of a socket, and its process if that is known.
pub(super) type Identified<S> = (S, PeerKey, Option<u32>);

/// A listener that accepts connections.
pub(in crate::grpc) trait Listener {
    /// A connection.
    type Socket: AsyncRead + AsyncWrite + Unpin + Send + 'static;

    /// Waits for the next connection.
    async fn next(&self) -> io::Result<Identified<Self::Socket>>;
}

impl Listener for TcpListener {
    type Socket = TcpStream;

    async fn next(&self) -> io::Result<Identified<TcpStream>> {
        let (socket, address) = self.accept().await?;
        socket.set_nodelay(true)?;
        Ok((socket, PeerKey::of_address(address.ip()), None))
    }
}

impl Listener for UnixListener {
    type Socket = UnixStream;

    async fn next(&self) -> io::Result<Identified<UnixStream>> {
        let (socket, _) = self.accept().await?;
        let peer = socket.peer_cred()?;
        let process = peer.pid().and_then(|pid| u32::try_from(pid).ok());
        let user = subordinates::owner(peer.uid()).await;
        Ok((socket, PeerKey::User(user), process))
    }
}
