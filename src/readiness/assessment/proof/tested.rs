//! The result of the dry run, as a gate signed it. Live use doesn't need it, because the dry run is
//! recomputed; one that is there must be true.

use super::super::checks::Checks;
use super::{ProofContext, Signed};
use crate::causes::in_line;
use crate::keys::dsse::{DsseError, Envelope};
use crate::readiness::verdict::{MEDIA_TYPE, Statement, StatementError};
use crate::trust::document::ServiceRole;

/// The name of the check.
const TEST_RESULT: &str = "test_result";

/// Why a signed result doesn't count.
#[derive(Debug, thiserror::Error)]
enum NotCounted {
    /// Its signature doesn't verify.
    #[error(transparent)]
    Signature(#[from] DsseError),
    /// No service that signed it may.
    #[error("no service of the trust file with the role `gate` signed the result")]
    Nobody,
    /// It is no result, or none can be made of the packet's dry run.
    #[error(transparent)]
    Statement(#[from] StatementError),
}

pub(super) fn check(context: &ProofContext<'_>, signed: &Signed<'_>, checks: &mut Checks) {
    let [envelope] = signed.test_results.as_slice() else {
        return;
    };
    match verified(context, envelope) {
        Ok((services, faults)) => {
            let sound = format!("`{}` says what was recomputed", services.join(", "));
            checks.judged.signers.extend(services);
            checks.signed_faults(TEST_RESULT, &faults, sound);
        }
        Err(error) => checks.unproved(TEST_RESULT, in_line(&error)),
    }
}

/// The gates that signed the result, and where it is not what was recomputed.
fn verified(
    context: &ProofContext<'_>,
    envelope: &Envelope,
) -> Result<(Vec<String>, Vec<String>), NotCounted> {
    let signed = envelope.signed_by(MEDIA_TYPE, context.trust.keys())?;
    let services = context.trust.services_with(ServiceRole::Gate, &signed.keys);
    if services.is_empty() {
        return Err(NotCounted::Nobody);
    }
    let found = Statement::read_test_result(&signed.payload)?;
    let recomputed = Statement::test_result(&context.subject.packet.dry_run_report)?;
    let faults = (found != recomputed)
        .then(|| "it is not the result of the dry run in the packet".to_owned());
    let services = services.into_iter().map(|it| it.id.clone()).collect();
    Ok((services, faults.into_iter().collect()))
}
