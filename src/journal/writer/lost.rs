//! What is done for a journal whose files were changed by somebody else while it was written.

use std::io;
use std::path::PathBuf;
use std::thread::{self, JoinHandle};

use jiff::Timestamp;

use super::{Options, checkpoint_files};
use crate::causes::in_line;
use crate::journal::merkle_log::{LastLifecycle, Tree};
use crate::journal::store::{Store, StoreError, sign};
use crate::keys::SigningKey;
use crate::keys::file as key_file;
use crate::keys::file::KeyFileError;

/// The thread that saves what was written: it reads all of it, and meanwhile callers must get
/// the answer that nothing is recorded.
pub(super) struct Lost(Option<JoinHandle<()>>);

/// What saving a lost journal needs.
struct Saving {
    directory: PathBuf,
    checkpoint_directory: Option<PathBuf>,
    own_key: Option<KeyFiles>,
    key: SigningKey,
    known: Known,
}

/// The log, as far as it was written.
#[derive(Clone)]
pub(super) struct Known {
    pub(super) tree: Tree,
    pub(super) lifecycle: LastLifecycle,
}

impl Known {
    /// The log that holds nothing.
    pub(super) fn nothing() -> Self {
        Self {
            tree: Tree::new(),
            lifecycle: LastLifecycle::None,
        }
    }

    /// The log of `store`.
    pub(super) fn of(store: &Store) -> Self {
        Self {
            tree: store.tree().clone(),
            lifecycle: store.lifecycle(),
        }
    }
}

/// Where a journal keeps its own key.
#[derive(Debug, Clone)]
pub struct KeyFiles {
    /// The private key.
    pub private: PathBuf,
    /// The public key.
    pub public: PathBuf,
}

impl Lost {
    /// Begins to save what `store` has open, which holds the records of `known`.
    pub(super) fn begin(options: &Options, known: Known, store: Option<Store>) -> Self {
        let saving = Saving {
            directory: options.directory.clone(),
            checkpoint_directory: options.checkpoint_directory.clone(),
            own_key: options.own_key.clone(),
            key: options.key.clone(),
            known,
        };
        let thread = thread::Builder::new()
            .name("cavra-journal-save".to_owned())
            .spawn(move || saving.run(store));
        Self(thread.map_err(|error| log_failure(&error)).ok())
    }

    /// Waits until it is done.
    pub(super) fn end(self) {
        if self.0.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("saving the journal ended by a panic");
        }
    }
}

fn log_failure(error: &dyn std::error::Error) {
    tracing::error!(
        error = in_line(error),
        "records of the journal may be lost: restore it from a backup"
    );
}

impl Saving {
    fn run(self, store: Option<Store>) {
        match store.map(Store::rescue) {
            Some(Ok(())) => {
                let records = self.known.tree.size();
                tracing::warn!(records, "the journal was saved: a restart goes on with it");
            }
            Some(Err(error)) => log_failure(&error),
            None => {}
        }
        if let Err(error) = self.restore_key() {
            tracing::error!(
                error = in_line(&error),
                "the journal's key was not put back"
            );
        }
        if let Err(error) = self.sign_what_was_written() {
            tracing::error!(
                error = in_line(&error),
                "checkpoint not kept beside the journal"
            );
        }
    }

    /// A key that was removed with the folder.
    fn restore_key(&self) -> Result<(), KeyFileError> {
        let Some(KeyFiles { private, public }) = &self.own_key else {
            return Ok(());
        };
        if !public.exists() {
            key_file::replace_public(public, self.key.verifying_key())?;
        }
        match private.exists() {
            true => Ok(()),
            false => key_file::replace_private(private, &self.key),
        }
    }

    /// Signs what was written, outside the database: a restart refuses one that holds less.
    fn sign_what_was_written(&self) -> Result<(), StoreError> {
        let Known { tree, lifecycle } = &self.known;
        if tree.size() == 0 {
            return Ok(());
        }
        let checkpoint = sign(tree, *lifecycle, &self.key, Timestamp::now())?;
        let unwritable = |path: &PathBuf, cause: io::Error| StoreError::Directory {
            path: path.clone(),
            cause,
        };
        if let Some(directory) = &self.checkpoint_directory {
            let exported = checkpoint_files::write(directory, &checkpoint);
            exported.map_err(|cause| unwritable(directory, cause))?;
        }
        let kept = checkpoint_files::keep(&self.directory, &checkpoint);
        kept.map_err(|cause| unwritable(&self.directory, cause))
    }
}
