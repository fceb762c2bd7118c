//! Those who hold what they have got: sockets, calls, messages, answers.

use std::net::SocketAddr;
use std::time::Duration;

use cavra::grpc::limits::MAX_FRAME_BYTES;
use h2::client::Builder;
use prost::Message as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::{sleep, timeout};
use tonic::codegen::Bytes;

use crate::honest::command;
use crate::raw::{self, DECIDE, DECIDE_STREAM, GREETING, HOLD};

/// Calls that one attacker begins on one connection.
const CALLS: usize = 200;

/// Says nothing.
pub(crate) async fn silent_socket(address: SocketAddr) {
    if let Some(mut socket) = raw::socket(address).await {
        // Until it is closed.
        let _ = timeout(HOLD, socket.read(&mut [0; 64])).await;
    }
}

/// Greets a byte at a time.
pub(crate) async fn slow_preface(address: SocketAddr) {
    if let Some(mut socket) = raw::socket(address).await {
        for byte in GREETING {
            if socket.write_all(&[*byte]).await.is_err() {
                return;
            }
            sleep(Duration::from_millis(400)).await;
        }
    }
}

/// Begins headers, and sends them a byte at a time.
pub(crate) async fn dripped_headers(address: SocketAddr) {
    let Some(mut socket) = raw::greeted(address).await else {
        return;
    };
    // 8,000 bytes of headers on stream 1 that don't end in this frame.
    let header = [0, 0x1f, 0x40, 0x1, 0, 0, 0, 0, 1];
    let _ = socket.write_all(&header).await;
    while socket.write_all(&[0x82]).await.is_ok() {
        sleep(Duration::from_millis(300)).await;
    }
}

/// Greets, and never calls.
pub(crate) async fn greeting_only(address: SocketAddr) {
    if let Some(mut socket) = raw::greeted(address).await {
        let mut buffer = [0; 256];
        while matches!(
            timeout(HOLD, socket.read(&mut buffer)).await,
            Ok(Ok(count)) if count > 0
        ) {}
    }
}

/// Sends of many calls five bytes, which declare as much as is read at all.
pub(crate) async fn declared_lengths(address: SocketAddr) {
    let prefix = Bytes::from(raw::prefix(MAX_FRAME_BYTES));
    begin_calls(address, DECIDE_STREAM, &prefix).await;
}

/// Sends of many calls a message but its end.
pub(crate) async fn unfinished_messages(address: SocketAddr) {
    let mut begun = raw::prefix(MAX_FRAME_BYTES);
    begun.resize(512 * 1024, 7);
    begin_calls(address, DECIDE, &begun.into()).await;
}

/// Sends of many calls the headers only.
pub(crate) async fn calls_without_a_body(address: SocketAddr) {
    begin_calls(address, DECIDE, &Bytes::new()).await;
}

async fn begin_calls(address: SocketAddr, path: &str, begun: &Bytes) {
    let Some(mut sender) = raw::http2(address, &Builder::new()).await else {
        return;
    };
    let mut calls = Vec::new();
    for _ in 0..CALLS {
        let Ok(Ok(ready)) = timeout(HOLD, sender.ready()).await else {
            return;
        };
        sender = ready;
        let Ok((response, mut body)) = sender.send_request(raw::call(address, path), false) else {
            return;
        };
        if !begun.is_empty() && body.send_data(begun.clone(), false).is_err() {
            return;
        }
        calls.push((response, body));
    }
    // Holds them until the first is ended.
    if let Some((response, _)) = calls.first_mut() {
        let _ = timeout(HOLD, response).await;
    }
}

/// Asks a lot by streams, and takes nothing of the answers.
pub(crate) async fn unread_answers(address: SocketAddr) {
    leave_unread(address, "cat .env; terraform apply", 100).await;
}

/// Asks as much by long lines, for whose decisions all streams share room.
pub(crate) async fn unread_large_answers(address: SocketAddr) {
    let line = format!("cat .env; terraform apply; {}", "ls src; ".repeat(3_000));
    leave_unread(address, &line, 20).await;
}

async fn leave_unread(address: SocketAddr, line: &str, asked: usize) {
    let mut builder = Builder::new();
    builder.initial_window_size(0);
    let Some(mut sender) = raw::http2(address, &builder).await else {
        return;
    };
    let question = raw::framed(&command(line).encode_to_vec());
    let questions = Bytes::from(question.repeat(asked));
    let mut calls = Vec::new();
    for _ in 0..20 {
        let Ok(Ok(ready)) = timeout(HOLD, sender.ready()).await else {
            return;
        };
        sender = ready;
        let call = sender.send_request(raw::call(address, DECIDE_STREAM), false);
        let Ok((response, mut body)) = call else {
            return;
        };
        if body.send_data(questions.clone(), false).is_err() {
            return;
        }
        calls.push((response, body));
    }
    sleep(HOLD).await;
}
