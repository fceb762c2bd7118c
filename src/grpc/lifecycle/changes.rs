//! What a change of what is enforced was, on the wire.

use super::digests::digest;
use crate::authority::gate::GateError;
use crate::authority::gate::changes::{ChangeMade, Recorded};
use crate::authority::gate::limits::MAX_DIFF_BYTES;
use crate::canonical::CanonicalError;
use crate::grpc::client::{Client, ClientError};
use crate::grpc::convert::FieldError;
use crate::grpc::wire;

impl Client {
    /// What the event at `position` changed. None if it changed nothing that is enforced.
    ///
    /// # Errors
    /// As [`Client::propose`].
    pub async fn lifecycle_change(
        &mut self,
        position: u64,
        with_diff: bool,
    ) -> Result<ChangeMade, ClientError> {
        let request = wire::DescribeChangeRequest {
            position,
            with_diff,
        };
        let calls = self.calls();
        let answer = calls
            .work(self.lifecycles().describe_change(request))
            .await?;
        Ok(read(position, answer.into_inner())?)
    }
}

/// The answer about the record at `position`.
pub(super) fn described(
    recorded: &Recorded,
    position: u64,
    with_diff: bool,
) -> Result<wire::DescribeChangeResponse, GateError> {
    let change = recorded.change(position, with_diff)?;
    let change = change.ok_or(GateError::NoChange(position))?;
    let json = change.diff.as_ref().map(serde_json::to_string).transpose();
    let diff_json = json.map_err(CanonicalError::from)?;
    let found = diff_json.as_ref().map_or(0, String::len);
    if found > MAX_DIFF_BYTES {
        return Err(GateError::DiffTooLong { found });
    }
    let ChangeMade {
        position: _,
        policy_id,
        policy_version,
        bundle_digest,
        replaced,
        approved_by,
        diff: _,
    } = change;
    Ok(wire::DescribeChangeResponse {
        policy_id,
        policy_version,
        bundle_digest: bundle_digest.to_string(),
        replaced,
        approved_by,
        diff_json,
    })
}

fn read(position: u64, answer: wire::DescribeChangeResponse) -> Result<ChangeMade, FieldError> {
    let wire::DescribeChangeResponse {
        policy_id,
        policy_version,
        bundle_digest,
        replaced,
        approved_by,
        diff_json,
    } = answer;
    let diff = diff_json
        .map(|json| serde_json::from_str(&json))
        .transpose();
    Ok(ChangeMade {
        position,
        policy_id,
        policy_version,
        bundle_digest: digest("bundle_digest", &bundle_digest)?,
        replaced,
        approved_by,
        diff: diff.map_err(|error| FieldError::new("diff_json", error.to_string()))?,
    })
}
