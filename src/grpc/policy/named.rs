//! The pack that a caller means: one of the library, or one that came with the request.

use std::sync::Arc;

use super::Given;
use crate::authority::admission::{Admission, AdmissionError};
use crate::authority::gate::store::Packed;
use crate::authority::in_force::{NotInForce, Passed, is_same_pack};
use crate::causes::in_line;
use crate::decision::PolicyIdentity;
use crate::engine::Policy;
use crate::grpc::status::Refusal;
use crate::library::Library;
use crate::policy::bundle::Bundle;
use crate::policy::effective::{FindError, PolicyError};
use crate::policy::source::PackSource;

/// Makes a policy of the pack that a caller means.
pub(in crate::grpc) fn compile(
    admission: &Admission,
    library: &Library,
    given: Given,
) -> Result<Arc<Policy>, Refusal> {
    match given {
        Given::Pack(id) => {
            let pack = library.effective(&id).map_err(Refusal::Library)?;
            admission.admit(pack).map_err(Refusal::Admission)
        }
        Given::Bundle(source) => {
            let bundle = |error: &dyn std::error::Error| Refusal::Bundle(in_line(error));
            let pack = library.effective_of(source).map_err(|e| bundle(&e))?;
            admission.admit(pack).map_err(|error| match error {
                AdmissionError::Unavailable { .. } => Refusal::Admission(error),
                refused => bundle(&refused),
            })
        }
    }
}

/// Compiles the pack that a caller means, and makes a bundle of its files. What it fails is found
/// when it is promoted.
pub(in crate::grpc) fn packed(
    admission: &Admission,
    library: &Library,
    given: Given,
) -> Result<Packed, Refusal> {
    let source = source(library, given.clone())?;
    let policy = compile(admission, library, given)?;
    let bundle = Bundle::of(source, &mut |id| library.source(id));
    let bundle = bundle.map_err(|error| Refusal::Bundle(in_line(&error)))?;
    Packed::of(bundle, policy.identity()).map_err(Refusal::Gate)
}

/// Makes a policy of the pack that a caller means, if it may be put in force, and a bundle of its
/// files.
pub(super) fn put_in_force(
    admission: &Admission,
    library: &Library,
    given: Given,
    active: &PolicyIdentity,
) -> Result<(Passed, Packed), Refusal> {
    let is_bundle = matches!(given, Given::Bundle(_));
    let refused = |error: NotInForce| match error {
        NotInForce::Admission(error @ AdmissionError::Unavailable { .. }) => {
            Refusal::Admission(error)
        }
        error if is_bundle => Refusal::Bundle(in_line(&error)),
        NotInForce::Admission(error) => Refusal::Admission(error),
        error => Refusal::NotInForce(error),
    };
    let (source, pack) = match given {
        Given::Pack(id) => {
            let pack = library.effective(&id).map_err(Refusal::Library)?;
            (source(library, Given::Pack(id))?, pack)
        }
        Given::Bundle(source) => {
            let pack = library.effective_of(source.clone());
            (
                source,
                pack.map_err(|error| Refusal::Bundle(in_line(&error)))?,
            )
        }
    };
    let bundle = Bundle::of(source.clone(), &mut |id| library.source(id));
    let bundle = bundle.map_err(|error| Refusal::Bundle(in_line(&error)))?;
    let checked = admission.check(library, &source, pack);
    let checked = checked.map_err(|error| refused(error.into()))?;
    let was_in_force = is_same_pack(checked.identity(), active);
    let passed = checked.pass(admission, was_in_force).map_err(refused)?;
    let packed = Packed::of(bundle, passed.policy.identity()).map_err(Refusal::Gate)?;
    Ok((passed, packed))
}

/// The files of a pack of the library, or those that came along.
pub(super) fn source(library: &Library, given: Given) -> Result<PackSource, Refusal> {
    let id = match given {
        Given::Bundle(source) => return Ok(source),
        Given::Pack(id) => id,
    };
    library.source(&id).map_err(|error| {
        Refusal::Library(match error {
            FindError::NotFound => PolicyError::NotFound {
                chain: vec![id.clone()],
                id,
            },
            FindError::Unreadable(problem) => PolicyError::Unreadable { id, problem },
        })
    })
}
