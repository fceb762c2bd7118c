//! Which policy a command means.

use std::env;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::args::GlobalArgs;
use super::error::CliError;
use crate::authority::admission::Admission;
use crate::engine::Policy;
use crate::library::{Library, load_file};
use crate::policy::effective::{EffectivePack, FindError, PolicyError};
use crate::policy::lint::LintReport;
use crate::policy::source::PackSource;

/// The pack that is meant when none is named: the strictest that ships.
pub(crate) const DEFAULT_PACK: &str = "cavra-ai-agent-baseline";
/// The folder of packs that is looked for when none is named.
const DEFAULT_FOLDER: &str = "policy-packs";

/// Which policy decides.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct PolicyArgs {
    /// The policy pack that decides, by its id [default: cavra-ai-agent-baseline]
    #[arg(long, value_name = "ID", conflicts_with = "policy")]
    pub(crate) policy_pack: Option<String>,
    /// A policy pack that lies anywhere: its folder or its policy.yaml
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
}

impl PolicyArgs {
    /// The pack that is named, else the default one.
    pub(crate) fn pack_ref(&self) -> PackRef {
        match (&self.policy, &self.policy_pack) {
            (Some(path), _) => PackRef::Path(path.clone()),
            (None, Some(id)) => PackRef::Id(id.clone()),
            (None, None) => PackRef::Id(DEFAULT_PACK.to_owned()),
        }
    }

    /// Whether either is given.
    pub(crate) fn is_given(&self) -> bool {
        self.policy.is_some() || self.policy_pack.is_some()
    }
}

/// A pack as a person names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PackRef {
    /// By id, in the library.
    Id(String),
    /// By its folder or policy file.
    Path(PathBuf),
    /// By id, or else by path: `--candidate ID|PATH`.
    Either(String),
}

/// The packs that a command can see.
pub(crate) struct Packs {
    library: Library,
    admission: Admission,
}

impl Packs {
    /// Opens the folders of `--packs`, or the nearest `policy-packs`. Without either the
    /// library is empty: a pack named by its path needs none.
    pub(crate) fn open(args: &GlobalArgs) -> Result<Self, CliError> {
        let folders = if args.packs.is_empty() {
            nearest(DEFAULT_FOLDER).into_iter().collect()
        } else {
            args.packs.clone()
        };
        let library = Library::open(&folders)?;
        let admission = Admission::by_this_program().map_err(CliError::ThisProgram)?;
        Ok(Self { library, admission })
    }

    pub(crate) fn library(&self) -> &Library {
        &self.library
    }

    pub(crate) fn into_library(self) -> Library {
        self.library
    }

    /// A pack's files.
    pub(crate) fn source(&self, pack: &PackRef) -> Result<PackSource, CliError> {
        match pack {
            PackRef::Id(id) => self.library.source(id).map_err(|error| match error {
                FindError::NotFound => CliError::NoSuchPack(id.clone()),
                FindError::Unreadable(problem) => CliError::Policy(PolicyError::Unreadable {
                    id: id.clone(),
                    problem,
                }),
            }),
            PackRef::Path(path) => load_file(path).map_err(CliError::PackFile),
            PackRef::Either(name) => self.source(&self.told_apart(name)?),
        }
    }

    /// A pack joined with its parents.
    pub(crate) fn effective(&self, pack: &PackRef) -> Result<EffectivePack, CliError> {
        match pack {
            PackRef::Id(id) => Ok(self.library.effective(id)?),
            PackRef::Path(_) => Ok(self.library.effective_of(self.source(pack)?)?),
            PackRef::Either(name) => self.effective(&self.told_apart(name)?),
        }
    }

    /// A pack as a policy that can judge. Every compilation goes through here.
    pub(crate) fn load_policy(&self, pack: &PackRef) -> Result<Arc<Policy>, CliError> {
        Ok(self.admission.admit(self.effective(pack)?)?)
    }

    /// What is wrong with a pack, its Rego included.
    pub(crate) fn lint(&self, source: &PackSource) -> LintReport {
        self.admission.lint(&self.library, source)
    }

    /// As [`Self::load_policy`], where there may be none.
    pub(crate) fn load_optional(
        &self,
        pack: Option<&PackRef>,
    ) -> Result<Option<Arc<Policy>>, CliError> {
        pack.map(|pack| self.load_policy(pack)).transpose()
    }

    fn told_apart(&self, name: &str) -> Result<PackRef, CliError> {
        if self.library.folder(name).is_some() {
            Ok(PackRef::Id(name.to_owned()))
        } else if Path::new(name).exists() {
            Ok(PackRef::Path(PathBuf::from(name)))
        } else {
            Err(CliError::NoSuchPack(name.to_owned()))
        }
    }
}

/// `name` in the working directory or the nearest directory above that has it.
pub(crate) fn nearest(name: &str) -> Option<PathBuf> {
    let here = env::current_dir().ok()?;
    let found = here
        .ancestors()
        .map(|folder| folder.join(name))
        .find(|path| path.exists())?;
    // A path below the working directory reads better when it is relative.
    Some(
        found
            .strip_prefix(&here)
            .map_or(found.clone(), Path::to_owned),
    )
}
