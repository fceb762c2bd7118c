//! The documents of a change on the wire.

use super::digests::digest;
use super::reason::{given_reason, needed_reason};
use crate::authority::gate::documents::Given as Documents;
use crate::authority::gate::rollback::Return;
use crate::grpc::convert::field::FieldError;
use crate::grpc::wire;

impl From<wire::ChangeDocuments> for Documents {
    fn from(documents: wire::ChangeDocuments) -> Self {
        let wire::ChangeDocuments {
            request,
            answers,
            report,
            acknowledgements,
            packet,
        } = documents;
        Self {
            request,
            answers,
            report,
            acknowledgements,
            packet,
        }
    }
}

impl From<Documents> for wire::ChangeDocuments {
    fn from(documents: Documents) -> Self {
        let Documents {
            request,
            answers,
            report,
            acknowledgements,
            packet,
        } = documents;
        Self {
            request,
            answers,
            report,
            acknowledgements,
            packet,
        }
    }
}

pub(super) fn wanted_return(request: wire::RollBackRequest) -> Result<Return, FieldError> {
    let wire::RollBackRequest {
        bundle_digest,
        documents,
        reason,
        rehearse,
    } = request;
    let bundle_digest = match bundle_digest.as_str() {
        "" => None,
        text => Some(digest("bundle_digest", text)?),
    };
    // A request has a reason of its own, and a rehearsal changes nothing.
    let reason = match documents.is_some() || rehearse {
        true => given_reason(reason)?,
        false => Some(needed_reason(reason)?),
    };
    Ok(Return {
        bundle_digest,
        documents: documents.map(Into::into),
        reason,
        rehearse,
    })
}
