//! The approvals that a service gives.

use jiff::Timestamp;

use super::webhook::WebhookArgs;
use crate::approval::mac::MacKey;
use crate::authority::Authority;
use crate::authority::approvals::Approvals;
use crate::cli::error::CliError;
use crate::keys::SigningKey;
use crate::webhook::Webhook;

/// The same authority, whose decisions can be approved if its policies are kept in the journal. What
/// waited or could be used before the start is taken up again. If there is a receiver of notices, it
/// hears of what waits.
pub(super) fn with_approvals(
    authority: Authority,
    key: MacKey,
    webhook: &WebhookArgs,
    log_key: SigningKey,
) -> Result<(Authority, Option<Webhook>), CliError> {
    let (Some(store), Some(recording)) = (authority.store(), authority.recording()) else {
        return Ok((webhook.without(authority)?, None));
    };
    let origin = recording.journal().log();
    let approvals = Approvals::restore(key, origin.clone(), store, Timestamp::now())?;
    webhook.begin(authority, approvals, log_key)
}
