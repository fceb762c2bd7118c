//! Nonces and signed answers.

use crate::authority::signing::{NONCE_BYTES, Nonce, SignedAnswer};
use crate::grpc::convert::FieldError;
use crate::grpc::wire;

/// The nonce of a request, if it has one.
pub(in crate::grpc) fn nonce(bytes: Option<&[u8]>) -> Result<Option<Nonce>, FieldError> {
    let wrong = |actual: usize| {
        let problem = format!("has {actual} bytes; a nonce has {NONCE_BYTES}");
        FieldError::new("nonce", problem)
    };
    bytes
        .map(|bytes| Nonce::from_bytes(bytes).ok_or_else(|| wrong(bytes.len())))
        .transpose()
}

impl From<SignedAnswer> for wire::SignedAnswer {
    fn from(signed: SignedAnswer) -> Self {
        let SignedAnswer {
            answer,
            certificate,
        } = signed;
        Self {
            answer,
            certificate: certificate.to_vec(),
        }
    }
}

impl From<wire::SignedAnswer> for SignedAnswer {
    fn from(signed: wire::SignedAnswer) -> Self {
        let wire::SignedAnswer {
            answer,
            certificate,
        } = signed;
        Self {
            answer,
            certificate: certificate.into(),
        }
    }
}
