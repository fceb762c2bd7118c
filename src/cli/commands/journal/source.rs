//! Where a journal is read from.

use std::path::{Path, PathBuf};

use clap::Args;
use uuid::Uuid;

use crate::cli::commands::serve;
use crate::cli::error::CliError;
use crate::cli::files;
use crate::journal::log::{ConsistencyProof, InclusionProof, SignedCheckpoint};
use crate::journal::prove;
use crate::journal::store::Reader;

/// Bytes of a file that holds a checkpoint.
const MAX_CHECKPOINT_FILE_BYTES: usize = 64 * 1024;

/// A data directory, of a stopped or a running authority.
#[derive(Debug, Clone, Args)]
pub(crate) struct DataDirArgs {
    /// Where the journal is [default: where `cavra serve` keeps it without `--listen`]
    #[arg(long, value_name = "DIR", env = "CAVRA_DATA_DIR")]
    data_dir: Option<PathBuf>,
}

impl DataDirArgs {
    pub(crate) fn directory(&self) -> Result<PathBuf, CliError> {
        match &self.data_dir {
            Some(directory) => Ok(directory.clone()),
            None => serve::default_data_directory(),
        }
    }
}

/// Which journal to ask.
#[derive(Debug, Clone, Args)]
pub(crate) struct SourceArgs {
    #[command(flatten)]
    data_dir: DataDirArgs,
}

impl SourceArgs {
    pub(crate) fn open(&self) -> Result<Source, CliError> {
        Ok(Source::Directory(Reader::open(
            &self.data_dir.directory()?,
        )?))
    }
}

/// A journal that can be asked.
pub(crate) enum Source {
    Directory(Reader),
}

impl Source {
    pub(crate) fn inclusion(&self, id: Uuid) -> Result<InclusionProof, CliError> {
        match self {
            Self::Directory(reader) => Ok(prove::inclusion(reader, id)?),
        }
    }

    pub(crate) fn consistency(
        &self,
        from: &SignedCheckpoint,
    ) -> Result<ConsistencyProof, CliError> {
        match self {
            Self::Directory(reader) => Ok(prove::consistency(reader, from)?),
        }
    }

    pub(crate) fn checkpoint_of(&self, size: u64) -> Result<SignedCheckpoint, CliError> {
        match self {
            Self::Directory(reader) => Ok(prove::checkpoint_of(reader, size)?),
        }
    }

    pub(crate) fn last_checkpoint(&self) -> Result<SignedCheckpoint, CliError> {
        match self {
            Self::Directory(reader) => Ok(prove::last_checkpoint(reader)?),
        }
    }
}

/// A checkpoint from a file, or from standard input for `-`.
pub(crate) fn read_checkpoint(path: &Path) -> Result<SignedCheckpoint, CliError> {
    let bytes = files::read(path, MAX_CHECKPOINT_FILE_BYTES)?;
    let text = String::from_utf8_lossy(&bytes);
    text.parse().map_err(|cause| CliError::Checkpoint {
        path: path.to_owned(),
        cause,
    })
}
