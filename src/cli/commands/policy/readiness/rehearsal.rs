//! Proofs that an authority's journal holds a rehearsal of the way back.

use std::path::{Path, PathBuf};

use crate::cli::commands::journal::error::{JournalError, NoRehearsal};
use crate::cli::error::CliError;
use crate::cli::named_files;
use crate::journal::merkle_log::{InclusionProof, MAX_PROOF_BYTES, Proof};
use crate::journal::record::Record;
use crate::journal::record::lifecycle::LifecycleEvent;
use crate::readiness::assessment::Rehearsal;
use crate::trust::Trust;
use crate::trust::document::ServiceRole;

/// The rehearsals that the proofs in `paths` show. A service of the trust file with the role
/// `checkpoint` must have signed the checkpoint of each.
///
/// # Errors
/// If a proof can't be read, doesn't hold, or shows something else.
pub(super) fn read(paths: &[PathBuf], trust: Option<&Trust>) -> Result<Vec<Rehearsal>, CliError> {
    paths.iter().map(|path| one(path, trust)).collect()
}

fn one(path: &Path, trust: Option<&Trust>) -> Result<Rehearsal, CliError> {
    let bytes = named_files::read(path, MAX_PROOF_BYTES)?;
    let proof = Proof::parse(&bytes).map_err(|cause| JournalError::Proof {
        path: path.to_owned(),
        cause,
    })?;
    let shown = match &proof {
        Proof::Inclusion(proof) => shown(proof, trust),
        Proof::Consistency(_) => Err(NoRehearsal::Consistency),
    };
    shown.map_err(|cause| {
        let path = path.to_owned();
        JournalError::NoRehearsal { path, cause }.into()
    })
}

fn shown(proof: &InclusionProof, trust: Option<&Trust>) -> Result<Rehearsal, NoRehearsal> {
    let trust = trust.ok_or(NoRehearsal::UnknownKey)?;
    let mut held = trust
        .keys()
        .filter_map(|key| Some((key, proof.check(key).ok()?)));
    let (key, checked) = held.next().ok_or(NoRehearsal::UnknownKey)?;
    if trust
        .services_with(ServiceRole::Checkpoint, &[key])
        .is_empty()
    {
        return Err(NoRehearsal::NoService);
    }
    let Record::Lifecycle(record) = Record::from_bytes(proof.record().as_bytes())? else {
        return Err(NoRehearsal::NoEvent);
    };
    match record.event {
        LifecycleEvent::Rehearsed(rehearsed) => Ok(Rehearsal {
            journal_origin: checked.checkpoint.origin().to_string(),
            log_key_id: format!("{:08x}", key.id()),
            index: checked.position,
            bundle_digest: rehearsed.active.bundle.bundle_digest,
        }),
        other => Err(NoRehearsal::OtherEvent(other.as_str())),
    }
}
