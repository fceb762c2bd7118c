//! Connections below gRPC: HTTP/2 as the `h2` crate speaks it, and bare bytes.

use std::net::SocketAddr;
use std::time::Duration;

use h2::client::{Builder, SendRequest};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tonic::codegen::Bytes;
use tonic::codegen::http::Request;

pub(crate) const DECIDE: &str = "/cavra.authority.v1.DecisionService/Decide";
pub(crate) const DECIDE_STREAM: &str = "/cavra.authority.v1.DecisionService/DecideStream";

/// What a client says first, and its settings without any (RFC 9113 section 3.4).
pub(crate) const GREETING: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

/// How long an attacker holds what it has got.
pub(crate) const HOLD: Duration = Duration::from_secs(30);

/// A bare connection; none if it is refused.
pub(crate) async fn socket(address: SocketAddr) -> Option<TcpStream> {
    timeout(HOLD, TcpStream::connect(address)).await.ok()?.ok()
}

/// A connection that has greeted.
pub(crate) async fn greeted(address: SocketAddr) -> Option<TcpStream> {
    let mut socket = socket(address).await?;
    socket.write_all(GREETING).await.ok()?;
    Some(socket)
}

/// A connection that speaks HTTP/2, and has received the service's settings.
pub(crate) async fn http2(address: SocketAddr, builder: &Builder) -> Option<SendRequest<Bytes>> {
    let socket = socket(address).await?;
    let (sender, connection) = builder.handshake(socket).await.ok()?;
    tokio::spawn(async move { drop(connection.await) });
    sender.ready().await.ok()
}

/// A gRPC call's headers.
pub(crate) fn call(address: SocketAddr, path: &str) -> Request<()> {
    Request::post(format!("http://{address}{path}"))
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .body(())
        .unwrap()
}

/// A message with the prefix that gRPC puts before it.
pub(crate) fn framed(message: &[u8]) -> Bytes {
    let mut bytes = prefix(message.len());
    bytes.extend(message);
    bytes.into()
}

/// A prefix that declares `length` bytes.
pub(crate) fn prefix(length: usize) -> Vec<u8> {
    let mut bytes = vec![0];
    bytes.extend(u32::try_from(length).unwrap().to_be_bytes());
    bytes
}
