//! Where a command looks for the trust file. Never in a working directory, and never beside what
//! is to be verified: its author could put a trust file there too.

use std::env;
use std::path::{Path, PathBuf};

use clap::Args;
use etcetera::BaseStrategy as _;

use super::error::CliError;
use super::named_files;
use crate::canonical::Digest;
use crate::cli::commands::trust::error::TrustFileError;
use crate::trust::chain::{Link, Stored};
use crate::trust::limits::MAX_TRUST_FILE_BYTES;

/// Names the trust file for every command.
const VARIABLE: &str = "CAVRA_TRUST";
/// The trust file of the whole machine.
const SYSTEM_FILE: &str = "/etc/cavra/trust.json";
/// The trust file in a user's own configuration folder.
const USER_FILE: &str = "cavra/trust.json";

/// Which trust file counts.
#[derive(Debug, Clone, Args)]
pub(crate) struct TrustArgs {
    /// The trust file [default: `$CAVRA_TRUST`, else /etc/cavra/trust.json, else
    /// ~/.config/cavra/trust.json]
    #[arg(long, value_name = "FILE")]
    trust: Option<PathBuf>,
    /// Refuse a trust file that has another digest
    #[arg(long, value_name = "DIGEST")]
    trust_digest: Option<Digest>,
}

impl TrustArgs {
    /// Whether the command line names a trust file, or the digest of one.
    pub(crate) fn is_given(&self) -> bool {
        self.trust.is_some() || self.trust_digest.is_some()
    }

    /// The trust file that counts, if there is one. One that is there and can't be used is an
    /// error.
    pub(crate) fn find(&self) -> Result<Option<Link>, CliError> {
        match !self.is_given() && default_file()?.is_none() {
            true => Ok(None),
            false => self.load().map(Some),
        }
    }

    /// The trust file that counts. One in an envelope must be signed by enough of its own people.
    pub(crate) fn load(&self) -> Result<Link, CliError> {
        let path = match &self.trust {
            Some(path) => path.clone(),
            None => default_file()?.ok_or(TrustFileError::Missing)?,
        };
        let first = read(&path)?.first(self.trust_digest);
        Ok(first.map_err(|cause| TrustFileError::Unusable { path, cause })?)
    }

    /// The trust file as it is, if one is named or there, and the digest that the first one must
    /// have.
    pub(crate) fn find_stored(&self) -> Result<Option<(Stored, Option<Digest>)>, CliError> {
        let path = match &self.trust {
            Some(path) => Some(path.clone()),
            None => default_file()?,
        };
        let stored = path.map(|path| read(&path)).transpose()?;
        Ok(stored.map(|stored| (stored, self.trust_digest)))
    }
}

/// Reads one trust file, without believing it.
pub(crate) fn read(path: &Path) -> Result<Stored, CliError> {
    let bytes = named_files::read(path, MAX_TRUST_FILE_BYTES)?;
    let stored = Stored::read(&bytes);
    Ok(stored.map_err(|cause| TrustFileError::Unusable {
        path: path.to_owned(),
        cause,
    })?)
}

/// The trust file that no command line names. A variable without a value names nothing.
fn default_file() -> Result<Option<PathBuf>, CliError> {
    let named = env::var_os(VARIABLE).filter(|value| !value.is_empty());
    if let Some(path) = named.map(PathBuf::from) {
        return match path.is_absolute() {
            true => Ok(Some(path)),
            false => Err(TrustFileError::Relative(path).into()),
        };
    }
    let system = PathBuf::from(SYSTEM_FILE);
    let user = etcetera::choose_base_strategy().ok();
    let user = user.map(|strategy| strategy.config_dir().join(USER_FILE));
    let files = [Some(system), user.filter(|path| path.is_absolute())];
    // A file that is there and can't be read is no reason to take another one.
    let is_there = |path: &PathBuf| path.symlink_metadata().is_ok();
    Ok(files.into_iter().flatten().find(is_there))
}
