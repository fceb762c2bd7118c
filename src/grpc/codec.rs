//! Protobuf in and out of the server.
//!
//! Differs from tonic's own codec in two things: a message that is too large or isn't
//! protobuf is the caller's `INVALID_ARGUMENT`, not `OUT_OF_RANGE` or `INTERNAL`; and where a
//! stream asks for [`Received`], it is an item of the stream and not the stream's end.

use std::marker::PhantomData;

use prost::bytes::Buf as _;
use prost::{DecodeError, Message};
use tonic::Status;
use tonic::codec::{BufferSettings, DecodeBuf, Decoder, EncodeBuf, Encoder};

use super::limits::{CALL_BUFFER_BYTES, MAX_REQUEST_BYTES, STREAM_CHUNK_BYTES};
use super::status::Refusal;

/// A message of a stream, or why there is none.
#[derive(Debug)]
pub struct Received<T>(pub Result<T, Undecodable>);

/// Why a message can't be decoded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Undecodable {
    /// The message is larger than [`MAX_REQUEST_BYTES`].
    #[error("the message has {actual} bytes; the limit is {MAX_REQUEST_BYTES}")]
    TooLarge {
        /// The size found.
        actual: usize,
    },
    /// It isn't the protobuf message that it should be; invalid UTF-8 is one reason.
    #[error("the message is malformed")]
    Malformed(#[from] DecodeError),
}

/// What one frame of a call is decoded into.
pub trait FromFrame: Sized {
    /// Decodes one whole message.
    ///
    /// # Errors
    /// What ends the call.
    fn from_frame(frame: &mut DecodeBuf<'_>) -> Result<Self, Status>;
}

impl<T: Message + Default> FromFrame for T {
    fn from_frame(frame: &mut DecodeBuf<'_>) -> Result<Self, Status> {
        decode(frame).map_err(|error| Refusal::Undecodable(error).into())
    }
}

impl<T: Message + Default> FromFrame for Received<T> {
    fn from_frame(frame: &mut DecodeBuf<'_>) -> Result<Self, Status> {
        let received = decode(frame);
        // The next message begins where this one ends, however far decoding came.
        frame.advance(frame.remaining());
        Ok(Self(received))
    }
}

fn decode<T: Message + Default>(frame: &mut DecodeBuf<'_>) -> Result<T, Undecodable> {
    let actual = frame.remaining();
    if actual > MAX_REQUEST_BYTES {
        return Err(Undecodable::TooLarge { actual });
    }
    Ok(T::decode(frame)?)
}

/// The codec of every service here.
#[derive(Debug)]
pub struct Codec<E, D>(PhantomData<(E, D)>);

impl<E, D> Default for Codec<E, D> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<E, D> tonic::codec::Codec for Codec<E, D>
where
    E: Message + 'static,
    D: FromFrame + Send + 'static,
{
    type Encode = E;
    type Decode = D;
    type Encoder = Protobuf<E>;
    type Decoder = Protobuf<D>;

    fn encoder(&mut self) -> Self::Encoder {
        Protobuf(PhantomData)
    }

    fn decoder(&mut self) -> Self::Decoder {
        Protobuf(PhantomData)
    }
}

/// One direction of a [`Codec`].
#[derive(Debug)]
pub struct Protobuf<T>(PhantomData<T>);

impl<T: Message> Encoder for Protobuf<T> {
    type Item = T;
    type Error = Status;

    fn encode(&mut self, message: T, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        message
            .encode(buffer)
            .map_err(|error| Refusal::internal(&error).into())
    }

    fn buffer_settings(&self) -> BufferSettings {
        buffer_settings()
    }
}

impl<T: FromFrame> Decoder for Protobuf<T> {
    type Item = T;
    type Error = Status;

    fn decode(&mut self, frame: &mut DecodeBuf<'_>) -> Result<Option<T>, Status> {
        T::from_frame(frame).map(Some)
    }

    fn buffer_settings(&self) -> BufferSettings {
        buffer_settings()
    }
}

fn buffer_settings() -> BufferSettings {
    BufferSettings::new(CALL_BUFFER_BYTES, STREAM_CHUNK_BYTES)
}
