//! Whether the way back was rehearsed, if the policies or the request ask for that.
//!
//! A rehearsal is a record of the authority's journal. A packet doesn't hold one, so the verifier brings
//! the rehearsals that it has found and verified. Without one the packet is not ready for live use.

use super::super::checks::Checks;
use super::ProofContext;
use crate::canonical::Digest;
use crate::change::requested::Requested;

/// The check of the rehearsal.
const REHEARSED: &str = "rollback_rehearsed";

/// A rehearsed return in a journal. The verifier has checked that the journal holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rehearsal {
    /// The name of the journal.
    pub journal_origin: String,
    /// The id of the key that signed the journal's checkpoint, 8 hexadecimal digits.
    pub log_key_id: String,
    /// The index of the record, from 0.
    pub index: u64,
    /// The bundle to which the return was rehearsed.
    pub bundle_digest: Digest,
}

/// A rehearsal counts if it is of the return to the replaced policy, in the journal of the request,
/// and after that policy came into force.
pub(super) fn check(
    context: &ProofContext<'_>,
    requested: Option<&Requested>,
    checks: &mut Checks,
) {
    let asked = requested.map(|it| &it.request);
    let is_required = context.policies.required(false).rollback_rehearsed
        || asked.is_some_and(|it| it.criteria.rollback_rehearsed);
    if !is_required {
        return;
    }
    let subject = context.subject;
    let replaced = subject.packet.bundles.as_ref();
    let replaced = replaced.and_then(|it| it.replaced.as_ref()?.digest().ok());
    let (Some(asked), Some(bundle)) = (asked, replaced) else {
        let message = "there is no request that says where the way back must have been rehearsed";
        return subject.lacks(checks, REHEARSED, message);
    };
    let wanted = &asked.replaces;
    let found = subject.rehearsals.iter().find(|it| {
        it.journal_origin == wanted.journal_origin
            && it.log_key_id == wanted.log_key_id
            && it.index > wanted.activation_index
            && it.bundle_digest == bundle
    });
    match found {
        Some(rehearsal) => {
            let (index, origin) = (rehearsal.index, &rehearsal.journal_origin);
            let message = format!("record {index} of the journal `{origin}` is the rehearsal");
            checks.signed(REHEARSED, message);
        }
        None => {
            let message = format!(
                "no rehearsal of the return to {bundle} is known; a proof by `cavra journal prove` of the \
                 authority's `rehearsed` record shows one (`--rehearsal FILE`)"
            );
            subject.lacks_given_pack(checks, REHEARSED, &message);
        }
    }
}
