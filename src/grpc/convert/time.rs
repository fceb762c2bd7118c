//! Times.

use jiff::Timestamp;

use super::field::FieldError;

pub(in crate::grpc) fn timestamp(time: Timestamp) -> prost_types::Timestamp {
    prost_types::Timestamp {
        seconds: time.as_second(),
        nanos: time.subsec_nanosecond(),
    }
}

pub(in crate::grpc) fn time(
    field: &'static str,
    time: Option<prost_types::Timestamp>,
) -> Result<Option<Timestamp>, FieldError> {
    time.map(|time| {
        Timestamp::new(time.seconds, time.nanos)
            .map_err(|error| FieldError::new(field, format!("is not a time: {error}")))
    })
    .transpose()
}

pub(in crate::grpc) fn short(
    field: &'static str,
    text: &str,
    limit: usize,
) -> Result<(), FieldError> {
    match text.len() > limit {
        true => Err(FieldError::too_large(field, text.len(), "bytes", limit)),
        false => Ok(()),
    }
}
