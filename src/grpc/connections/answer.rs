//! A call's answer, counted until it is sent.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use http_body::{Frame, SizeHint};
use tonic::Status;
use tonic::body::Body;
use tonic::codegen::Bytes;

use super::call::{Held, Share};
use crate::grpc::limits::{ANSWER_PIECE_BYTES, SMALL_ANSWER_BYTES};

/// An answer's body. It is handed out in pieces, each when the connection has room for it, and
/// what is not sent yet counts as held by the call.
pub(super) struct AnswerBody {
    body: Body,
    /// The remaining bytes of a message that is being sent.
    rest: Bytes,
    held: Arc<Held>,
    /// The memory that the message holds.
    share: Option<Arc<Share>>,
    is_begun: bool,
}

/// A piece on its way; counted until it is sent or thrown away.
struct Piece {
    bytes: Bytes,
    _held: Arc<Held>,
    _share: Option<Arc<Share>>,
}

impl AsRef<[u8]> for Piece {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl AnswerBody {
    pub(super) fn new(body: Body, held: &Arc<Held>) -> Self {
        held.call.answer();
        Self {
            body,
            rest: Bytes::new(),
            held: Arc::clone(held),
            share: None,
            is_begun: false,
        }
    }

    fn piece(&mut self) -> Frame<Bytes> {
        let size = self.rest.len().min(ANSWER_PIECE_BYTES);
        let piece = Piece {
            bytes: self.rest.split_to(size),
            _held: Arc::clone(&self.held),
            _share: self.share.clone(),
        };
        let now = self.held.connection.now();
        self.held.connection.touch(now);
        self.held.call.owes(now);
        Frame::data(Bytes::from_owner(piece))
    }

    fn message(&mut self, bytes: Bytes) -> Result<Frame<Bytes>, Status> {
        // A small first message is what a call is taken to hold in any case.
        self.share = if self.is_begun || bytes.len() > SMALL_ANSWER_BYTES {
            Some(Arc::new(Share::hold(&self.held, bytes.len())?))
        } else {
            None
        };
        self.is_begun = true;
        self.held.connection.prove();
        self.rest = bytes;
        Ok(self.piece())
    }
}

impl http_body::Body for AnswerBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let this = &mut *self;
        // The connection asks for more when it has room for it.
        this.held.call.owes(0);
        if !this.rest.is_empty() {
            return Poll::Ready(Some(Ok(this.piece())));
        }
        Poll::Ready(match ready!(Pin::new(&mut this.body).poll_frame(context)) {
            Some(Ok(frame)) => Some(match frame.into_data() {
                Ok(bytes) => this.message(bytes),
                Err(trailers) => Ok(trailers),
            }),
            end => end,
        })
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        if self.rest.is_empty() {
            return self.body.size_hint();
        }
        SizeHint::default()
    }
}

impl Drop for AnswerBody {
    fn drop(&mut self) {
        self.held.call.owes(0);
    }
}
