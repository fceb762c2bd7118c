//! The documents of a change on the wire.

use super::digests::digest;
use super::reason::{given_reason, needed_reason};
use crate::authority::gate::documents::Given as Documents;
use crate::authority::gate::rollback::Return;
use crate::grpc::convert::field::FieldError;
use crate::grpc::convert::same_fields::same_fields;
use crate::grpc::wire;

same_fields!(Documents as ChangeDocuments: request, answers, report, acknowledgements, packet);

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
