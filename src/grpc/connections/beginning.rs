//! How the calls of one connection begin: a few at a time, so that a connection that begins hundreds
//! at once doesn't put them all before the next call of another one.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures::future::BoxFuture;
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};
use tonic::body::Body;
use tonic::codegen::Service as _;
use tonic::codegen::http::{Request, Response};
use tonic::service::Routes;

use super::request::RequestBody;

type Routed = <Routes as tonic::codegen::Service<Request<RequestBody>>>::Future;
type Turn = Result<OwnedSemaphorePermit, AcquireError>;

/// A call that begins in its turn, and is then answered.
pub(super) enum Beginning {
    /// Others of its connection are beginning.
    Waiting {
        turn: BoxFuture<'static, Turn>,
        /// Taken once.
        call: Option<(Routes, Request<RequestBody>)>,
    },
    /// It is being answered.
    Begun {
        answer: Routed,
        /// Given back after the first step.
        turn: Option<Turn>,
    },
}

impl Beginning {
    /// Begins a call at once if one of the `turns` of its connection is free.
    pub(super) fn new(
        turns: &Arc<Semaphore>,
        routes: &Routes,
        request: Request<RequestBody>,
    ) -> Self {
        let turns = Arc::clone(turns);
        // A router is always ready, and `call` takes it mutably.
        let mut routes = routes.clone();
        match Arc::clone(&turns).try_acquire_owned() {
            Ok(turn) => Self::Begun {
                answer: routes.call(request),
                turn: Some(Ok(turn)),
            },
            Err(_) => Self::Waiting {
                turn: Box::pin(turns.acquire_owned()),
                call: Some((routes, request)),
            },
        }
    }
}

impl Future for Beginning {
    type Output = Result<Response<Body>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if let Self::Waiting { turn, call } = &mut *self {
            // The turns are never closed.
            let Poll::Ready(turn) = turn.as_mut().poll(context) else {
                return Poll::Pending;
            };
            if let Some((mut routes, request)) = call.take() {
                let (answer, turn) = (routes.call(request), Some(turn));
                *self = Self::Begun { answer, turn };
            }
        }
        match &mut *self {
            Self::Waiting { .. } => Poll::Pending,
            Self::Begun { answer, turn } => {
                let answered = Pin::new(answer).poll(context);
                *turn = None;
                answered
            }
        }
    }
}
