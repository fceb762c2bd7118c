//! The result of the dry run, as a gate signed it. Live use doesn't need it, because the dry run is
//! recomputed; one that is there must be true.

use super::super::checks::Checks;
use super::{ProofContext, Signed};
use crate::causes::in_line;
use crate::keys::dsse::Envelope;
use crate::readiness::verdict::{MEDIA_TYPE, Statement};
use crate::trust::document::ServiceRole;

/// The name of the check.
const TEST_RESULT: &str = "test_result";

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
        Err(message) => checks.unproved(TEST_RESULT, message),
    }
}

/// The gates that signed the result, and where it is not what was recomputed.
fn verified(
    context: &ProofContext<'_>,
    envelope: &Envelope,
) -> Result<(Vec<String>, Vec<String>), String> {
    let signed = envelope.signed_by(MEDIA_TYPE, context.trust.keys());
    let signed = signed.map_err(|error| in_line(&error))?;
    let services = context.trust.services_with(ServiceRole::Gate, &signed.keys);
    if services.is_empty() {
        let message = "no service of the trust file with the role `gate` signed the result";
        return Err(message.to_owned());
    }
    let found = Statement::read_test_result(&signed.payload);
    let found = found.map_err(|error| in_line(&error))?;
    let recomputed = Statement::test_result(&context.subject.packet.dry_run_report);
    let recomputed = recomputed.map_err(|error| in_line(&error))?;
    let faults = (found != recomputed)
        .then(|| "it is not the result of the dry run in the packet".to_owned());
    let services = services.into_iter().map(|it| it.id.clone()).collect();
    Ok((services, faults.into_iter().collect()))
}
