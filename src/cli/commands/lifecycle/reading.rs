//! Requests and answers as files.

use std::path::Path;

use jiff::Timestamp;

use super::packs::{Pair, this_engine};
use crate::change::limits::MAX_CHANGE_FILE_BYTES;
use crate::change::request::CandidateDigests;
use crate::change::requested::{Expected, Requested};
use crate::cli::commands::lifecycle::error::ChangeError;
use crate::cli::error::CliError;
use crate::cli::named_files;
use crate::engine::effective_digest;
use crate::keys::dsse::Envelope;
use crate::trust::Trust;

/// The envelope in a file, not opened.
pub(super) fn envelope(path: &Path) -> Result<Envelope, CliError> {
    let bytes = named_files::read(path, MAX_CHANGE_FILE_BYTES)?;
    Ok(
        Envelope::read(&bytes).map_err(|cause| ChangeError::Envelope {
            path: path.to_owned(),
            cause,
        })?,
    )
}

/// A request that counts, for these policies, files and cases under this engine.
pub(super) fn about(
    pair: &Pair,
    candidate: &CandidateDigests,
    path: &Path,
    trust: &Trust,
    at: Timestamp,
) -> Result<Requested, CliError> {
    let engine = this_engine();
    let expected = Expected {
        candidate: Some(candidate),
        replaces: None,
        engine: Some(&engine),
        criteria: Some(pair.criteria()),
    };
    let requested = requested(path, trust, expected, at)?;
    let (found, wanted) = (
        effective_digest(&pair.replaced),
        requested.request.replaces.effective_digest,
    );
    match found == wanted {
        true => Ok(requested),
        false => Err(ChangeError::OtherReplaced { found, wanted }.into()),
    }
}

/// A request that counts.
pub(super) fn requested(
    path: &Path,
    trust: &Trust,
    expected: Expected<'_>,
    at: Timestamp,
) -> Result<Requested, CliError> {
    let requested = Requested::verify(&envelope(path)?, trust, expected, at);
    Ok(requested.map_err(|cause| ChangeError::Request {
        path: path.to_owned(),
        cause,
    })?)
}
