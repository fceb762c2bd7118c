//! How a service ends: open streams are closed, and calls that are still open are counted.

use std::future::Future;
use std::io;
use std::task::Poll;

use futures::stream::{self, BoxStream};
use futures::{FutureExt as _, Stream, StreamExt as _};
use tokio::sync::watch;
use tonic::Status;

use super::status::Refusal;

/// Why the service can't run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The descriptions of the services can't be read.
    #[error("the service can't offer reflection")]
    Reflection(#[from] tonic_reflection::server::Error),
    /// The system gives no threads for what takes long.
    #[error("the service's threads can't be started")]
    Threads(#[from] io::Error),
    /// The listener can't be taken over, or its loop has failed.
    #[error("the listening address can't be served")]
    Listener(#[source] io::Error),
}

/// How a service ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drained {
    /// Every call was answered.
    All,
    /// Calls were still open at [`DRAIN_TIME_LIMIT`](super::limits::DRAIN_TIME_LIMIT).
    TimedOut,
}

/// Tells open streams when to end.
#[derive(Debug, Clone)]
pub(super) struct Closing(watch::Receiver<bool>);

impl Closing {
    /// Streams end when `closing` is true, or its sender is gone.
    pub(super) fn of(closing: watch::Receiver<bool>) -> Self {
        Self(closing)
    }

    pub(super) fn is_closed(&self) -> bool {
        *self.0.borrow()
    }

    pub(super) async fn wait(mut self) {
        // An error means that the service is gone, and its streams with it.
        let _ = self.0.wait_for(|closed| *closed).await;
    }
}

/// Goes on until the call's share is given to another party, then ends as `RESOURCE_EXHAUSTED`.
pub(super) fn until_given_way<T: Send + 'static>(
    answers: impl Stream<Item = Result<T, Status>> + Send + 'static,
    given_way: impl Future<Output = ()> + Send + 'static,
) -> BoxStream<'static, Result<T, Status>> {
    let mut answers = Box::pin(answers);
    let mut given_way = Box::pin(given_way.fuse());
    let mut is_over = false;
    stream::poll_fn(move |context| {
        is_over |= given_way.poll_unpin(context).is_ready();
        match is_over {
            true => Poll::Ready(Some(Err(Status::from(Refusal::GaveWay)))),
            false => answers.poll_next_unpin(context),
        }
    })
    .boxed()
}

/// Goes on until the service closes its streams, then ends as `UNAVAILABLE`.
pub(super) fn until_closed<T: Send + 'static>(
    answers: impl Stream<Item = Result<T, Status>> + Send + 'static,
    closing: Closing,
) -> BoxStream<'static, Result<T, Status>> {
    let mut answers = Box::pin(answers);
    let mut closed = Box::pin(closing.clone().wait());
    let refuse = || Some(Err(Status::from(Refusal::ShuttingDown)));
    stream::poll_fn(move |context| {
        if closing.is_closed() {
            return Poll::Ready(refuse());
        }
        match answers.poll_next_unpin(context) {
            Poll::Ready(answer) => Poll::Ready(answer),
            // Only an idle stream needs to be woken.
            Poll::Pending => closed.poll_unpin(context).map(|()| refuse()),
        }
    })
    .boxed()
}
