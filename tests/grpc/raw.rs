//! Calls whose messages need not be protobuf.

use std::marker::PhantomData;

use futures::{Stream, StreamExt as _};
use prost::Message;
use prost::bytes::BufMut as _;
use tonic::client::Grpc;
use tonic::codec::{Codec, EncodeBuf, Encoder};
use tonic::codegen::http::uri::PathAndQuery;
use tonic::transport::Channel;
use tonic::{Request, Status};
use tonic_prost::ProstDecoder;

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
