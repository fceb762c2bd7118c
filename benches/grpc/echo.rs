//! A plain tonic unary and streamed echo: what the wire alone costs. The response has the
//! size of a decision, the request that of an action.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll};

use futures::future::BoxFuture;
use futures::stream::BoxStream;
use futures::{FutureExt as _, StreamExt as _};
use tonic::body::Body;
use tonic::codegen::http;
use tonic::server::{Grpc, NamedService, StreamingService, UnaryService};
use tonic::{Request, Response, Status, Streaming};
use tonic_prost::ProstCodec;

/// Some bytes.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Payload {
    #[prost(bytes = "bytes", tag = "1")]
    pub data: prost::bytes::Bytes,
}

/// Answers every request with this.
#[derive(Clone)]
pub struct Echo(pub Payload);

pub const UNARY: &str = "/bench.Echo/Unary";
pub const STREAM: &str = "/bench.Echo/Stream";

impl NamedService for Echo {
    const NAME: &'static str = "bench.Echo";
}

impl UnaryService<Payload> for Echo {
    type Response = Payload;
    type Future = Ready<Result<Response<Payload>, Status>>;

    fn call(&mut self, _: Request<Payload>) -> Self::Future {
        ready(Ok(Response::new(self.0.clone())))
    }
}

impl StreamingService<Payload> for Echo {
    type Response = Payload;
    type ResponseStream = BoxStream<'static, Result<Payload, Status>>;
    type Future = Ready<Result<Response<Self::ResponseStream>, Status>>;

    fn call(&mut self, request: Request<Streaming<Payload>>) -> Self::Future {
        let answer = self.0.clone();
        let answers = request
            .into_inner()
            .map(move |item| item.map(|_| answer.clone()));
        ready(Ok(Response::new(answers.boxed())))
    }
}

impl tower::Service<http::Request<Body>> for Echo {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let echo = self.clone();
        async move {
            let mut grpc = Grpc::new(ProstCodec::<Payload, Payload>::default());
            Ok(if request.uri().path() == STREAM {
                grpc.streaming(echo, request).await
            } else {
                grpc.unary(echo, request).await
            })
        }
        .boxed()
    }
}
