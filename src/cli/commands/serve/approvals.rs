//! The approvals that a service gives.

use jiff::Timestamp;

use crate::approval::mac::MacKey;
use crate::authority::Authority;
use crate::authority::approvals::Approvals;
use crate::cli::error::CliError;

/// The same authority, whose decisions can be approved if its policies are kept in the journal. What
/// waited or could be used before the start is taken up again.
pub(super) fn with_approvals(authority: Authority, key: MacKey) -> Result<Authority, CliError> {
    let (Some(store), Some(recording)) = (authority.store(), authority.recording()) else {
        return Ok(authority);
    };
    let origin = recording.journal().log();
    let approvals = Approvals::restore(key, origin.clone(), store, Timestamp::now())?;
    Ok(authority.with_approvals(approvals))
}
