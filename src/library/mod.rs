//! Packs: those on disk, and those that ship with the binary. The only place that reads them.
//!
//! A library is some folders that hold pack folders; a pack folder holds `policy.yaml` and
//! optionally `rules/*.rego` and `cases/*.yaml`. A broken pack doesn't hide the others: it is
//! listed with what is wrong. Two packs with one id are an error, because nobody could say
//! which of them decides. One exception: a copy of a shipped pack is used in its place if it decides
//! the same; one that decides otherwise can't be used under that id.

pub mod versioning;

mod built_in;
mod bundle;
mod folders;

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use crate::causes::in_line;
use crate::policy::effective::{EffectivePack, FindError, PolicyError, resolve, resolve_source};
use crate::policy::lint::{LintReport, lint};
use crate::policy::origin::{NamedBy, Origin};
use crate::policy::read;
use crate::policy::source::PackSource;

/// Pack folders in one library.
pub const MAX_PACKS: usize = 4096;
/// The file that makes a folder a pack.
pub const POLICY_FILE: &str = "policy.yaml";
/// What lies beside it.
const PACK_PARTS: [PackPart; 2] = [
    PackPart {
        folder: "rules",
        extensions: &["rego"],
    },
    PackPart {
        folder: "cases",
        extensions: &["yaml", "yml"],
    },
];

/// A folder in a pack, and the files in it that count.
struct PackPart {
    folder: &'static str,
    extensions: &'static [&'static str],
}

/// A folder of packs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shelf {
    /// Where it is.
    pub folder: PathBuf,
    /// Who said so.
    pub named_by: NamedBy,
}

/// Why packs can't be read from disk.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// A file or folder can't be read.
    #[error("`{}` can't be read", path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// The error of the file system.
        #[source]
        cause: std::io::Error,
    },
    /// A folder or file is not what a pack may hold.
    #[error("`{}` {problem}", path.display())]
    Refused {
        /// The file or folder.
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
    /// Where parents are looked for first.
    beside: Option<PathBuf>,
}

#[derive(Debug, Clone)]
struct Shelved {
    origin: Origin,
    /// Absent for a shipped pack.
    folder: Option<PathBuf>,
    /// The pack's files, or why they can't be used.
    source: Result<PackSource, Arc<Unusable>>,
}

/// Why the files of a pack can't be used.
#[derive(Debug, thiserror::Error)]
enum Unusable {
    #[error(transparent)]
    Files(#[from] LibraryError),
    #[error("the binary was built without it")]
    NotBuiltIn,
    #[error(
        "`{origin}` hides the shipped pack `{id}` and decides otherwise: give it another \
         `metadata.id`, or name it by its path with `--policy`"
    )]
    HidesShipped { id: String, origin: String },
}

impl From<&Unusable> for FindError {
    fn from(error: &Unusable) -> Self {
        Self::Unreadable(in_line(error))
    }
}

/// One pack of a library, as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The pack's id; the folder's name if the pack has none.
    pub id: String,
    /// Where the pack came from.
    pub origin: Origin,
    /// The pack's folder; absent for a shipped pack.
    pub folder: Option<PathBuf>,
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
    /// The packs that ship with the binary.
    #[must_use]
    pub fn built_in() -> Self {
        let mut library = Self::default();
        library.add_built_in();
        library
    }

    /// Reads every pack below `folders`. Shipped packs are not among them.
    ///
    /// # Errors
    /// If a folder can't be read, holds too many packs, or if two packs have one id.
    /// What is wrong with single packs is kept with them, see [`Library::list`].
    pub fn open(folders: &[PathBuf]) -> Result<Self, LibraryError> {
        let mut library = Self::default();
        for folder in folders {
            for pack in folders::pack_folders(folder)? {
                library.shelve(pack, NamedBy::Flag)?;
            }
        }
        Ok(library)
    }

    /// The shipped packs, and every pack on `shelves`. A pack that has the id of a shipped one
    /// and decides otherwise is listed with that as its error.
    ///
    /// # Errors
    /// As [`Library::open`].
    pub fn on(shelves: &[Shelf]) -> Result<Self, LibraryError> {
        let mut library = Self::default();
        for shelf in shelves {
            for pack in folders::pack_folders(&shelf.folder)? {
                library.shelve(pack, shelf.named_by)?;
            }
        }
        library.refuse_hiding();
        library.add_built_in();
        Ok(library)
    }

    /// The same packs for a pack at `path`: its parents are looked for beside it first, each in
    /// a folder that has its id as name.
    ///
    /// # Errors
    /// If there is nothing at `path`.
    pub fn beside(&self, path: &Path) -> Result<Self, LibraryError> {
        Ok(Self {
            packs: self.packs.clone(),
            beside: folders::beside(path)?,
        })
    }

    fn add_built_in(&mut self) {
        for id in built_in::ids() {
            let source = built_in::source(id);
            self.packs.entry(id.to_owned()).or_insert_with(|| Shelved {
                origin: Origin::BuiltIn,
                folder: None,
                source: source.ok_or_else(|| Arc::new(Unusable::NotBuiltIn)),
            });
        }
    }

    fn refuse_hiding(&mut self) {
        for (id, shelved) in &mut self.packs {
            if let Ok(source) = &shelved.source
                && let Err(error) = may_stand_for_shipped(id, source)
            {
                shelved.source = Err(Arc::new(error));
            }
        }
    }

    fn shelve(&mut self, folder: PathBuf, named_by: NamedBy) -> Result<(), LibraryError> {
        if self.packs.len() >= MAX_PACKS {
            let problem = format!("is one pack too many; the limit is {MAX_PACKS}");
            return Err(LibraryError::Refused {
                path: folder,
                problem,
            });
        }
        let source = folders::load(&folder).map_err(|error| Arc::new(error.into()));
        let id = source
            .as_ref()
            .map(|source| read::read(&source.policy).pack.metadata.id)
            .ok()
            .filter(|id| !id.is_empty())
            .unwrap_or_else(|| folders::name(&folder));
        if let Some(first) = self.packs.get(&id) {
            return Err(LibraryError::DuplicateId {
                id,
                first: first.folder.clone().unwrap_or_default(),
                second: folder,
            });
        }
        let shelved = Shelved {
            origin: Origin::Folder {
                named_by,
                path: folders::absolute(&folder),
            },
            folder: Some(folder),
            source,
        };
        self.packs.insert(id, shelved);
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
            origin: shelved.origin.clone(),
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

    /// Whether there is a pack `id`, whatever may be wrong with it.
    #[must_use]
    pub fn holds(&self, id: &str) -> bool {
        self.packs.contains_key(id)
    }

    /// The files of the pack `id`.
    ///
    /// # Errors
    /// If there is no such pack, or its files can't be read.
    pub fn source(&self, id: &str) -> Result<PackSource, FindError> {
        if let Some(found) = self.source_beside(id) {
            return found.map_err(|error| (&error).into());
        }
        match self.packs.get(id) {
            None => Err(FindError::NotFound),
            Some(shelved) => shelved
                .source
                .clone()
                .map_err(|error| error.as_ref().into()),
        }
    }

    fn source_beside(&self, id: &str) -> Option<Result<PackSource, Unusable>> {
        let beside = self.beside.as_ref()?;
        // An id with a `/` would lead elsewhere.
        let mut parts = Path::new(id).components();
        let (Some(Component::Normal(_)), None) = (parts.next(), parts.next()) else {
            return None;
        };
        let folder = beside.join(id);
        if !folders::is_pack(&folder) {
            return None;
        }
        let source = folders::load(&folder).map_err(Unusable::from);
        Some(source.and_then(|source| {
            may_stand_for_shipped(id, &source)?;
            Ok(source)
        }))
    }

    /// The pack `id`, joined with its parents.
    ///
    /// # Errors
    /// As [`resolve`].
    pub fn effective(&self, id: &str) -> Result<EffectivePack, PolicyError> {
        let mut pack = resolve(id, &mut |id| self.source(id))?;
        if let Some(shelved) = self.packs.get(id) {
            pack.origin = shelved.origin.clone();
        }
        Ok(pack)
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
    folders::load(path)
}

/// The folder or file at `path`, as an answer says where its pack came from.
#[must_use]
pub fn origin_of(path: &Path) -> Origin {
    Origin::Path(folders::absolute(path))
}

/// Whether a pack that was found under the id of a shipped one may be used under it.
fn may_stand_for_shipped(id: &str, source: &PackSource) -> Result<(), Unusable> {
    match built_in::is_same(id, source) {
        None | Some(true) => Ok(()),
        Some(false) => Err(Unusable::HidesShipped {
            id: id.to_owned(),
            origin: source.origin.clone(),
        }),
    }
}
