//! Calls whose messages need not be protobuf.

use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures::{Stream, StreamExt as _};
use http_body::Frame;
use prost::Message;
use prost::bytes::BufMut as _;
use tonic::client::Grpc;
use tonic::codec::{Codec, EncodeBuf, Encoder};
use tonic::codegen::http::uri::PathAndQuery;
use tonic::codegen::{Bytes, http};
use tonic::transport::Channel;
use tonic::{Request, Status};
use tonic_prost::ProstDecoder;
use tower::ServiceExt as _;

const DECIDE: &str = "/cavra.authority.v1.DecisionService/Decide";
const DECIDE_STREAM: &str = "/cavra.authority.v1.DecisionService/DecideStream";

use cavra::grpc::wire::{DecideResponse, DecideStreamResponse};

struct Raw<D>(PhantomData<D>);

impl<D> Default for Raw<D> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<D: Message + Default + 'static> Codec for Raw<D> {
    type Encode = Vec<u8>;
    type Decode = D;
    type Encoder = RawEncoder;
    type Decoder = ProstDecoder<D>;

    fn encoder(&mut self) -> RawEncoder {
        RawEncoder
    }

    fn decoder(&mut self) -> ProstDecoder<D> {
        ProstDecoder::default()
    }
}

struct RawEncoder;

impl Encoder for RawEncoder {
    type Item = Vec<u8>;
    type Error = Status;

    fn encode(&mut self, bytes: Vec<u8>, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put_slice(&bytes);
        Ok(())
    }
}

pub(crate) async fn decide(channel: Channel, bytes: Vec<u8>) -> Result<DecideResponse, Status> {
    let mut grpc = Grpc::new(channel);
    grpc.ready().await.expect("the service listens");
    let path = PathAndQuery::from_static(DECIDE);
    let response = grpc
        .unary(Request::new(bytes), path, Raw::default())
        .await?;
    Ok(response.into_inner())
}

pub(crate) async fn decide_stream(
    channel: Channel,
    messages: impl Stream<Item = Vec<u8>> + Send + 'static,
) -> Vec<Result<DecideStreamResponse, Status>> {
    let mut grpc = Grpc::new(channel);
    grpc.ready().await.expect("the service listens");
    let path = PathAndQuery::from_static(DECIDE_STREAM);
    let streaming = grpc
        .streaming(Request::new(messages), path, Raw::default())
        .await;
    streaming
        .expect("the stream opens")
        .into_inner()
        .collect()
        .await
}

/// A message of `size` bytes, of which the last one never comes.
struct Unfinished {
    begun: Option<Bytes>,
}

impl http_body::Body for Unfinished {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        match self.begun.take() {
            Some(begun) => Poll::Ready(Some(Ok(Frame::data(begun)))),
            None => Poll::Pending,
        }
    }
}

/// How a call ends that begins a message of `size` bytes and doesn't end it.
pub(crate) async fn unfinished(channel: Channel, size: usize) -> Status {
    let mut begun = vec![0];
    begun.extend(u32::try_from(size).unwrap().to_be_bytes());
    begun.resize(size + 4, 7);
    let begun = Some(begun.into());
    let request = http::Request::post(DECIDE)
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .body(tonic::body::Body::new(Unfinished { begun }))
        .unwrap();
    let response = channel.oneshot(request).await.expect("the service answers");
    Status::from_header_map(response.headers()).expect("the call fails at once")
}
