//! What messages that have begun and not ended may hold.
//!
//! A message is decoded when its last byte is there, so until then it lies in memory; HTTP/2
//! windows don't bound that, since every byte that was taken opens them again. Without the
//! bounds here, one connection that begins [`MAX_CONCURRENT_STREAMS`] messages of
//! [`MAX_FRAME_BYTES`] and ends none would hold 16 GiB for as long as it likes.
//!
//! [`MAX_CONCURRENT_STREAMS`]: super::limits::MAX_CONCURRENT_STREAMS
//! [`MAX_FRAME_BYTES`]: super::limits::MAX_FRAME_BYTES

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};

use http_body::{Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep};
use tonic::Status;
use tonic::body::Body;
use tonic::codegen::http::{Request, Response};
use tonic::codegen::{Bytes, Service};
use tonic::server::NamedService;

use super::limits::{MAX_MESSAGE_TIME, MAX_UNFINISHED_BYTES};
use super::status::Refusal;

/// Bytes before each message: a flag and the length (gRPC over HTTP/2, Length-Prefixed-Message).
const PREFIX_BYTES: usize = 5;

/// A service whose callers' unfinished messages are bounded together. Clones share the bound.
#[derive(Debug, Clone)]
pub(super) struct Bounded<S> {
    service: S,
    held: Arc<AtomicUsize>,
}

impl<S> Bounded<S> {
    /// `held` counts the bytes of all services that share it.
    pub(super) fn new(service: S, held: &Arc<AtomicUsize>) -> Self {
        let held = Arc::clone(held);
        Self { service, held }
    }
}

impl<S: NamedService> NamedService for Bounded<S> {
    const NAME: &'static str = S::NAME;
}

impl<S> Service<Request<Body>> for Bounded<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.service.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> S::Future {
        let held = Arc::clone(&self.held);
        self.service.call(request.map(|body| {
            Body::new(Metered {
                body,
                message: Message::default(),
                share: Share { held, bytes: 0 },
                deadline: None,
            })
        }))
    }
}

/// A request's body, which fails when its unfinished message is too much or too slow.
struct Metered {
    body: Body,
    message: Message,
    share: Share,
    /// While more of an unfinished message is waited for.
    deadline: Option<Pin<Box<Sleep>>>,
}

impl http_body::Body for Metered {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let this = &mut *self;
        let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(context) else {
            if this.message.taken == 0 {
                return Poll::Pending;
            }
            let begin = || Box::pin(sleep(MAX_MESSAGE_TIME));
            let deadline = this.deadline.get_or_insert_with(begin);
            ready!(deadline.as_mut().poll(context));
            return Poll::Ready(Some(Err(Refusal::TooSlow.into())));
        };
        if let Some(Ok(frame)) = &frame
            && let Some(data) = frame.data_ref()
            && let Err(refusal) = this.take(data)
        {
            return Poll::Ready(Some(Err(refusal.into())));
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Metered {
    fn take(&mut self, data: &[u8]) -> Result<(), Refusal> {
        let ended = self.message.take(data);
        // Past the deadline with data at hand: it is not the data that came late, but the
        // caller who did not read our answers for so long.
        let late = |deadline: &Pin<Box<Sleep>>| deadline.deadline() <= Instant::now();
        if ended || self.deadline.as_ref().is_some_and(late) {
            self.deadline = None;
        }
        self.share.resize(self.message.taken)
    }
}

/// How far the message that is being received has come.
#[derive(Debug, Default)]
struct Message {
    prefix: [u8; PREFIX_BYTES],
    /// Bytes received of it, its prefix included; 0 between two messages.
    taken: usize,
}

impl Message {
    /// Goes on by what was received; whether a message ended in it.
    fn take(&mut self, mut data: &[u8]) -> bool {
        let mut ended = false;
        while let Some(byte) = data.first() {
            if let Some(slot) = self.prefix.get_mut(self.taken) {
                *slot = *byte;
                self.taken += 1;
                data = data.get(1..).unwrap_or_default();
            } else {
                let rest = self.size().saturating_sub(self.taken).min(data.len());
                self.taken += rest;
                data = data.get(rest..).unwrap_or_default();
            }
            if self.taken >= PREFIX_BYTES && self.taken >= self.size() {
                self.taken = 0;
                ended = true;
            }
        }
        ended
    }

    fn size(&self) -> usize {
        let [_, length @ ..] = self.prefix;
        PREFIX_BYTES
            .saturating_add(usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX))
    }
}

/// One call's part of what is held.
struct Share {
    held: Arc<AtomicUsize>,
    bytes: usize,
}

impl Share {
    fn resize(&mut self, bytes: usize) -> Result<(), Refusal> {
        let before = std::mem::replace(&mut self.bytes, bytes);
        if bytes <= before {
            self.held.fetch_sub(before - bytes, Ordering::Relaxed);
            return Ok(());
        }
        let more = bytes - before;
        let held = self.held.fetch_add(more, Ordering::Relaxed);
        if held.saturating_add(more) > MAX_UNFINISHED_BYTES {
            return Err(Refusal::Crowded);
        }
        Ok(())
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.held.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
                whole.take(piece);
            }
            assert_eq!(whole.taken, PREFIX_BYTES, "in pieces of {cut}");
        }
    }

    #[test]
    fn a_share_is_given_back_and_no_more_than_all_is_held() {
        let held = Arc::new(AtomicUsize::new(0));
        let share = || Share {
            held: Arc::clone(&held),
            bytes: 0,
        };
        let (mut first, mut second) = (share(), share());
        assert!(first.resize(MAX_UNFINISHED_BYTES).is_ok());
        assert!(matches!(second.resize(1), Err(Refusal::Crowded)));
        drop(first);
        assert!(second.resize(2).is_ok());
        drop(second);
        assert_eq!(held.load(Ordering::Relaxed), 0);
    }
}
