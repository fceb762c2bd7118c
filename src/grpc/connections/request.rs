//! A call's request, within its limits.
//!
//! A message is decoded when its last byte is there, so until then it is in memory. The decoder
//! allocates memory for all of it when it has read the five bytes before it. So the length that
//! these bytes declare is counted, before the decoder sees them.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tonic::Status;
use tonic::codegen::{Bytes, StdError};

use super::call::{Ending, Held};
use super::message_limits::{MessageLimits, Messages};
use crate::grpc::status::Refusal;

/// Bytes before each message: a flag and the length (gRPC over HTTP/2, Length-Prefixed-Message).
const PREFIX_BYTES: usize = 5;

/// A request's body. It fails when a message is too large, too slow, or one too many.
pub(super) struct RequestBody {
    body: Incoming,
    limits: MessageLimits,
    message: Message,
    held: Arc<Held>,
    /// The declared length of the largest message so far, in bytes.
    largest: usize,
    /// The reason that is given to the decoder when everything before it was handed on.
    refusal: Option<Refusal>,
}

impl RequestBody {
    pub(super) fn new(body: Incoming, limits: MessageLimits, held: &Arc<Held>) -> Self {
        Self {
            body,
            limits,
            message: Message::default(),
            held: Arc::clone(held),
            largest: 0,
            refusal: None,
        }
    }

    /// Hands on what was received. Of a message that is refused it hands on nothing from which the
    /// decoder could read its length.
    fn take(&mut self, mut data: Bytes) -> Bytes {
        let received = self.message.take(&data, self.limits.bytes);
        if received.whole > 0 {
            self.held.call.received();
        }
        let taken = match received.too_large {
            Some(refusal) => Err(refusal),
            None => self.hold(),
        };
        if let Err(refusal) = taken {
            data.truncate(received.whole);
            self.refusal = Some(refusal);
        }
        data
    }

    /// Counts the memory of the largest message until the call ends: the decoder keeps it for the
    /// next message of a stream, and what was decoded takes about as much.
    fn hold(&mut self) -> Result<(), Refusal> {
        let declared = self.message.declared();
        if declared > self.largest {
            let more = declared - self.largest;
            self.largest = declared;
            self.held.take(more)?;
        }
        Ok(())
    }

    fn refused(&self, refusal: Refusal) -> StdError {
        self.held.connection.refuse();
        Status::from(refusal).into()
    }

    /// Whether the client must send more.
    fn is_awaited(&self) -> bool {
        self.limits.messages == Messages::One || self.message.taken > 0
    }

    /// Waits for the client, until the call is to end.
    fn wait(&self, context: &Context<'_>) -> Poll<Refusal> {
        let call = &self.held.call;
        if self.is_awaited() {
            call.wait(context.waker(), || self.held.connection.now());
        } else {
            call.register(context.waker());
        }
        match call.ending() {
            // Notified of a message that has come since.
            Some(Ending::TooSlow | Ending::ShuttingDown) if !self.is_awaited() => Poll::Pending,
            Some(ending) => Poll::Ready(ending.into()),
            None => Poll::Pending,
        }
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = StdError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, StdError>>> {
        let this = &mut *self;
        if let Some(refusal) = this.refusal.take() {
            return Poll::Ready(Some(Err(this.refused(refusal))));
        }
        match Pin::new(&mut this.body).poll_frame(context) {
            Poll::Pending => this
                .wait(context)
                .map(|refusal| Some(Err(this.refused(refusal)))),
            Poll::Ready(Some(Ok(frame))) => {
                let frame = match frame.into_data() {
                    Ok(data) => Frame::data(this.take(data)),
                    Err(trailers) => trailers,
                };
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(end) => {
                this.held.call.received();
                Poll::Ready(end.map(|frame| frame.map_err(Into::into)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// How far the message that is being received has come.
#[derive(Debug, Default)]
struct Message {
    prefix: [u8; PREFIX_BYTES],
    /// Bytes received of it, its prefix included; 0 between two messages.
    taken: usize,
}

/// What the bytes that were received last belong to.
#[derive(Debug, Default)]
struct Received {
    /// Up to the end of the last message that ended in them.
    whole: usize,
    /// Why the message after that is not read.
    too_large: Option<Refusal>,
}

impl Message {
    /// Goes on by what was received.
    fn take(&mut self, data: &[u8], limit: usize) -> Received {
        let mut received = Received::default();
        let mut rest = data;
        while let Some(byte) = rest.first() {
            if let Some(slot) = self.prefix.get_mut(self.taken) {
                *slot = *byte;
                self.taken += 1;
                rest = rest.get(1..).unwrap_or_default();
                if self.taken == PREFIX_BYTES && self.length() > limit {
                    let length = self.length();
                    received.too_large = Some(Refusal::TooLarge { length, limit });
                    break;
                }
            } else {
                let more = self.size().saturating_sub(self.taken).min(rest.len());
                self.taken += more;
                rest = rest.get(more..).unwrap_or_default();
            }
            if self.taken >= PREFIX_BYTES && self.taken >= self.size() {
                self.taken = 0;
                received.whole = data.len() - rest.len();
            }
        }
        received
    }

    /// Bytes that an unfinished message will have; 0 between two messages.
    fn declared(&self) -> usize {
        match self.taken {
            0 => 0,
            taken if taken < PREFIX_BYTES => PREFIX_BYTES,
            _ => self.size(),
        }
    }

    fn size(&self) -> usize {
        PREFIX_BYTES.saturating_add(self.length())
    }

    fn length(&self) -> usize {
        let [_, length @ ..] = self.prefix;
        usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: usize = 300;

    fn message(length: usize) -> Vec<u8> {
        let mut bytes = vec![0];
        bytes.extend(u32::try_from(length).unwrap().to_be_bytes());
        bytes.resize(PREFIX_BYTES + length, 7);
        bytes
    }

    #[test]
    fn what_is_unfinished_does_not_depend_on_how_it_is_cut() {
        let bytes = [message(0), message(3), message(300), message(40)].concat();
        let unfinished = bytes.len() - 40;
        for cut in 1..bytes.len() {
            let mut whole = Message::default();
            for piece in bytes.get(..unfinished).unwrap().chunks(cut) {
                assert!(whole.take(piece, LIMIT).too_large.is_none());
            }
            assert_eq!(whole.taken, PREFIX_BYTES, "in pieces of {cut}");
            assert_eq!(whole.declared(), PREFIX_BYTES + 40, "in pieces of {cut}");
        }
    }

    #[test]
    fn a_length_counts_when_it_is_declared() {
        for length in [1, LIMIT] {
            let mut begun = Message::default();
            let prefix = message(length);
            let received = begun.take(prefix.get(..5).unwrap(), LIMIT);
            assert_eq!(received.whole, 0);
            assert_eq!(begun.declared(), PREFIX_BYTES + length);
        }
        for length in [LIMIT + 1, u32::MAX as usize] {
            let mut bytes = message(7);
            bytes.push(0);
            bytes.extend(u32::try_from(length).unwrap().to_be_bytes());
            let received = Message::default().take(&bytes, LIMIT);
            assert_eq!(received.whole, message(7).len(), "{length}");
            assert!(received.too_large.is_some(), "{length}");
        }
    }
}
