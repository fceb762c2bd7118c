//! The service that the calls of a connection are given to.

use std::convert::Infallible;
use std::future::{Future, Ready, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures::future::Either;
use hyper::body::Incoming;
use tokio::time::{Sleep, sleep};
use tonic::Status;
use tonic::body::Body;
use tonic::codegen::Service as _;
use tonic::codegen::http::{Request, Response};
use tonic::service::Routes;

use super::answer::AnswerBody;
use super::call::Held;
use super::connection::Connection;
use super::memory::Memory;
use super::request::RequestBody;
use super::{deadline, message_limits};

/// Gives the calls of one connection to the services of its door.
pub(super) struct CallService {
    pub(super) routes: Routes,
    pub(super) connection: Arc<Connection>,
    pub(super) memory: Arc<Memory>,
}

type Routed = <Routes as tonic::codegen::Service<Request<RequestBody>>>::Future;
type Refused = Ready<Result<Response<Body>, Infallible>>;

impl hyper::service::Service<Request<Incoming>> for CallService {
    type Response = Response<AnswerBody>;
    type Error = Infallible;
    type Future = Answering;

    fn call(&self, mut request: Request<Incoming>) -> Answering {
        let (held, begun) = Held::begin(&self.connection, &self.memory);
        if let Err(refusal) = begun {
            self.connection.refuse();
            let refused = Status::from(refusal).into_http();
            let answer = Either::Right(ready(Ok(refused)));
            let deadline = None;
            return Answering {
                answer,
                held,
                deadline,
            };
        }
        let deadline = deadline::of(request.headers()).map(|time| Box::pin(sleep(time)));
        request.extensions_mut().insert(self.connection.peer);
        let limits = message_limits::of(request.uri().path());
        let request = request.map(|body| RequestBody::new(body, limits, &held));
        // A router is always ready, and `call` takes it mutably.
        let answer = Either::Left(self.routes.clone().call(request));
        Answering {
            answer,
            held,
            deadline,
        }
    }
}

/// A call that is being answered.
pub(super) struct Answering {
    answer: Either<Routed, Refused>,
    held: Arc<Held>,
    deadline: Option<Pin<Box<Sleep>>>,
}

impl Future for Answering {
    type Output = Result<Response<AnswerBody>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let mut answered = Pin::new(&mut this.answer).poll(context);
        if answered.is_pending()
            && let Some(deadline) = &mut this.deadline
            && deadline.as_mut().poll(context).is_ready()
        {
            let passed = Status::deadline_exceeded("the caller's time is over");
            let passed = ready(Ok(passed.into_http()));
            // The call that ran is dropped, which ends it.
            this.answer = Either::Right(passed);
            answered = Pin::new(&mut this.answer).poll(context);
        }
        answered.map_ok(|answer| answer.map(|body| AnswerBody::new(body, &this.held)))
    }
}
