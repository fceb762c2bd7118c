//! Which methods change the authority, and so have their refusals recorded.

use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures::future::{BoxFuture, FutureExt as _};
use tonic::body::Body;
use tonic::codegen::Service;
use tonic::codegen::http::{Request, Response};
use tonic::server::NamedService;
use tonic::{Code, Extensions, Status};

use super::peer::{Peer, PeerKey};
use super::status::Refusal;
use crate::authority::Authority;
use crate::journal::record::refusal::Author;

/// The methods that change the authority.
const CHANGES: [&str; 13] = [
    "StageCandidate",
    "Propose",
    "Withdraw",
    "Submit",
    "Promote",
    "RollBack",
    "BreakGlass",
    "Ratify",
    "StartShadow",
    "StopShadow",
    "Approve",
    "Deny",
    "Cancel",
];

/// A service whose refusals of changes are recorded.
#[derive(Clone)]
pub(super) struct Refusals<S> {
    service: S,
    authority: Arc<Authority>,
}

impl<S> Refusals<S> {
    /// Records them where `authority` keeps its journal.
    pub(super) fn of(service: S, authority: &Arc<Authority>) -> Self {
        Self {
            service,
            authority: Arc::clone(authority),
        }
    }
}

impl<S: NamedService> NamedService for Refusals<S> {
    const NAME: &'static str = S::NAME;
}

impl<S> Service<Request<Body>> for Refusals<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.service.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let method = request.uri().path().rsplit('/').next();
        let method = CHANGES.into_iter().find(|it| Some(*it) == method);
        let by = author(request.extensions());
        let answered = self.service.call(request);
        let Some(method) = method else {
            return answered.boxed();
        };
        let authority = Arc::clone(&self.authority);
        async move {
            let answer = answered.await?;
            // A refusal of one message comes in the headers alone.
            if let Some(status) = Status::from_header_map(answer.headers())
                && status.code() != Code::Ok
            {
                authority.refused(by, method, status.message()).await;
            }
            Ok(answer)
        }
        .boxed()
    }
}

/// Who is on the other end of a connection.
pub(super) fn author(extensions: &Extensions) -> Author {
    match extensions.get::<Peer>() {
        Some(peer) => match peer.key {
            PeerKey::User(uid) => Author::User {
                uid,
                pid: peer.process,
            },
            PeerKey::Address(address) => Author::Address(address),
        },
        None => Author::Unknown,
    }
}

/// Does `work` to its end, even if the caller goes away: a change that is recorded must happen.
pub(super) async fn to_its_end<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
) -> Result<T, Refusal> {
    let done = tokio::spawn(work).await;
    done.map_err(|error| Refusal::internal(&error))
}
