//! Packs on disk. The only place that reads them.
//!
//! A library is one or more folders that hold pack folders; a pack folder holds
//! `policy.yaml` and optionally `rules/*.rego` and `cases/*.yaml`. A broken pack
//! doesn't hide the others: it is listed with what is wrong. Two packs with one id are
//! an error, because nobody could say which of them decides.

pub mod versioning;

mod disk;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::policy::effective::{EffectivePack, FindError, PolicyError, resolve, resolve_source};
use crate::policy::lint::{LintReport, lint};
use crate::policy::read;
use crate::policy::source::PackSource;

/// Pack folders in one library.
pub const MAX_PACKS: usize = 4096;
/// The file that makes a folder a pack.
pub const POLICY_FILE: &str = "policy.yaml";

/// Why packs can't be read from disk.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// A file or folder can't be read.
    #[error("`{}` can't be read: {cause}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        cause: std::io::Error,
    },
    /// A folder or file is not what a pack may hold.
    #[error("`{}` {problem}", path.display())]
    Refused {
        /// Which.
        path: PathBuf,
        /// Why, to be read after the path.
        problem: String,
    },
    /// Two packs have one id.
    #[error("two policy packs have the id `{id}`: `{}` and `{}`", first.display(), second.display())]
    DuplicateId {
        /// The id.
        id: String,
        /// The pack found first.
        first: PathBuf,
        /// The other one.
        second: PathBuf,
    },
}

/// The packs of some folders, as they were when it was opened.
#[derive(Debug, Clone, Default)]
pub struct Library {
    packs: BTreeMap<String, Shelved>,
}

#[derive(Debug, Clone)]
struct Shelved {
    folder: PathBuf,
    /// The pack's files, or why they can't be read.
    source: Result<PackSource, String>,
}

/// One pack of a library, as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The pack's id; the folder's name if the pack has none.
    pub id: String,
    /// The pack's folder.
    pub folder: PathBuf,
    /// `metadata.title`, empty if it can't be read.
    pub title: String,
    /// `metadata.version`, empty if it can't be read.
    pub version: String,
    /// `metadata.inherits`
    pub inherits: Vec<String>,
    /// Why the pack can't be used, if it can't.
    pub error: Option<String>,
}

impl Library {
    /// Reads every pack below `folders`.
    ///
    /// # Errors
    /// If a folder can't be read, holds too many packs, or if two packs have one id.
    /// What is wrong with single packs is kept with them, see [`Library::list`].
    pub fn open(folders: &[PathBuf]) -> Result<Self, LibraryError> {
        let mut library = Self::default();
        for folder in folders {
            for pack in disk::pack_folders(folder)? {
                library.shelve(pack)?;
            }
        }
        Ok(library)
    }

    fn shelve(&mut self, folder: PathBuf) -> Result<(), LibraryError> {
        if self.packs.len() >= MAX_PACKS {
            let problem = format!("is one pack too many; the limit is {MAX_PACKS}");
            return Err(LibraryError::Refused {
                path: folder,
                problem,
            });
        }
        let source = disk::load(&folder).map_err(|error| error.to_string());
        let id = source
            .as_ref()
            .map(|source| read::read(&source.policy).pack.metadata.id)
            .ok()
            .filter(|id| !id.is_empty())
            .unwrap_or_else(|| disk::name(&folder));
        if let Some(first) = self.packs.get(&id) {
            return Err(LibraryError::DuplicateId {
                id,
                first: first.folder.clone(),
                second: folder,
            });
        }
        self.packs.insert(id, Shelved { folder, source });
        Ok(())
    }

    /// Every pack, by id, with what keeps it from being used.
    #[must_use]
    pub fn list(&self) -> Vec<Listing> {
        self.packs
            .iter()
            .map(|(id, shelved)| self.listing(id, shelved))
            .collect()
    }

    fn listing(&self, id: &str, shelved: &Shelved) -> Listing {
        let metadata = match &shelved.source {
            Ok(source) => read::read(&source.policy).pack.metadata,
            Err(_) => Default::default(),
        };
        Listing {
            id: id.to_owned(),
            folder: shelved.folder.clone(),
            title: metadata.title,
            version: metadata.version,
            inherits: metadata.inherits,
            error: self.effective(id).err().map(|error| error.to_string()),
        }
    }

    /// The ids of every pack, in order.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.packs.keys().map(String::as_str)
    }

    /// The folder of the pack `id`.
    #[must_use]
    pub fn folder(&self, id: &str) -> Option<&Path> {
        self.packs.get(id).map(|shelved| shelved.folder.as_path())
    }

    /// The files of the pack `id`.
    ///
    /// # Errors
    /// If there is no such pack, or its files can't be read.
    pub fn source(&self, id: &str) -> Result<PackSource, FindError> {
        match self.packs.get(id) {
            None => Err(FindError::NotFound),
            Some(shelved) => shelved.source.clone().map_err(FindError::Unreadable),
        }
    }

    /// The pack `id`, joined with its parents.
    ///
    /// # Errors
    /// As [`resolve`].
    pub fn effective(&self, id: &str) -> Result<EffectivePack, PolicyError> {
        resolve(id, &mut |id| self.source(id))
    }

    /// A pack from anywhere, joined with its parents from this library.
    ///
    /// # Errors
    /// As [`resolve_source`].
    pub fn effective_of(&self, source: PackSource) -> Result<EffectivePack, PolicyError> {
        resolve_source(source, &mut |id| self.source(id))
    }

    /// What is wrong or doubtful about a pack from anywhere, its parents looked up here.
    #[must_use]
    pub fn lint_of(&self, source: &PackSource) -> LintReport {
        lint(source, &mut |id| self.source(id))
    }
}

/// Reads the pack at `path`: its folder, or its `policy.yaml` under any name. `rules/` and
/// `cases/` are read beside it.
///
/// # Errors
/// If a file can't be read, isn't UTF-8, is over a limit, or leads out of the pack's folder.
pub fn load_file(path: &Path) -> Result<PackSource, LibraryError> {
    disk::load(path)
}
