//! Which policy a command means.

pub(crate) mod error;

use std::env;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use self::error::{PackError, PackFlag};
use super::error::CliError;
use super::global::GlobalArgs;
use super::passed_cases::PassedCases;
use super::shelves::{self, Use};
use crate::authority::admission::{Admission, AdmissionError};
use crate::authority::in_force::{Checked, NotInForce};
use crate::decision::PolicyIdentity;
use crate::engine::{Policy, effective_digest};
use crate::library::{Library, load_file, origin_of};
use crate::policy::bundle::Bundle;
use crate::policy::effective::{EffectivePack, FindError, PolicyError};
use crate::policy::expected::ExpectedDigest;
use crate::policy::lint::LintReport;
use crate::policy::source::PackSource;

/// The pack that is meant when none is named: the strictest that ships.
pub(crate) const DEFAULT_PACK: &str = "cavra-ai-agent-baseline";

/// Which policy decides.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct PolicyArgs {
    /// The policy pack that decides, by its id [default: cavra-ai-agent-baseline]
    #[arg(long, value_name = "ID", conflicts_with = "policy")]
    pub(crate) policy_pack: Option<String>,
    /// The policy pack that decides, by the path of its folder or of its policy.yaml
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

/// Which policy a caller relies on.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct ExpectArgs {
    /// Refuse another policy than this one, by its policy digest or effective digest, or the
    /// first 12 hex digits of one or more
    #[arg(long, value_name = "DIGEST")]
    expect_digest: Option<ExpectedDigest>,
}

impl ExpectArgs {
    /// Whether a digest is given.
    pub(crate) fn is_given(&self) -> bool {
        self.expect_digest.is_some()
    }

    /// Refuses `policy` if another one is expected.
    pub(crate) fn check(&self, policy: &PolicyIdentity) -> Result<(), CliError> {
        match &self.expect_digest {
            Some(expected) if !expected.names(policy) => Err(PackError::Other {
                expected: expected.clone(),
                found: Box::new(policy.clone()),
            }
            .into()),
            _ => Ok(()),
        }
    }
}

/// What is let in force all the same.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(crate) struct LaxArgs {
    /// Decide by a pack that fails its required cases too, and say so each time
    #[arg(long)]
    allow_failed_cases: bool,
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
    /// By the id that a report or a journal names.
    Recorded { id: String, flag: PackFlag },
}

/// The packs that a command can see.
pub(crate) struct Packs {
    /// Every pack by its id.
    all: Library,
    admission: Admission,
}

impl Packs {
    /// For a command that judges: the shipped packs and the operator's, never those of the
    /// working directory, which may be a repository that the judged agent has cloned.
    pub(crate) fn to_judge(args: &GlobalArgs) -> Result<Self, CliError> {
        Self::open(args, Use::Judging)
    }

    /// For a command that helps to write packs: those of `./policy-packs` too, where no folder
    /// is named.
    pub(crate) fn to_author(args: &GlobalArgs) -> Result<Self, CliError> {
        Self::open(args, Use::Authoring)
    }

    fn open(args: &GlobalArgs, purpose: Use) -> Result<Self, CliError> {
        let library = Library::on(&shelves::of(args, purpose)?)?;
        let admission = Admission::by_this_program().map_err(CliError::ThisProgram)?;
        Ok(Self {
            all: library,
            admission,
        })
    }

    pub(crate) fn library(&self) -> &Library {
        &self.all
    }

    pub(crate) fn into_library(self) -> Library {
        self.all
    }

    /// The same packs, with what may be let in force all the same.
    pub(crate) fn letting(self, lax: LaxArgs) -> Self {
        Self {
            admission: self.admission.allowing_failed_cases(lax.allow_failed_cases),
            ..self
        }
    }

    /// What packs must pass.
    pub(crate) fn admission(&self) -> &Admission {
        &self.admission
    }

    /// A pack, compiled and checked for whether it may be put in force.
    pub(crate) fn check(&self, pack: &PackRef) -> Result<Checked, CliError> {
        let (kin, source) = (self.kin(pack)?, self.source(pack)?);
        Ok(self.admission.check(&kin, &source, self.effective(pack)?)?)
    }

    /// A pack as a policy that decides at once: it must decide its required cases as they
    /// expect. Where it brings its own Rego, that it did is remembered.
    pub(crate) fn load_to_decide(&self, pack: &PackRef) -> Result<Arc<Policy>, CliError> {
        let effective = self.effective(pack)?;
        let remembered = (!effective.rules.is_empty())
            .then(|| PassedCases::of(effective_digest(&effective)))
            .flatten();
        if remembered.as_ref().is_some_and(PassedCases::holds) {
            return Ok(Arc::new(self.admission.compile(effective)?));
        }
        let policy = self.admission.admit(effective)?;
        match self
            .admission
            .check_cases(&policy)
            .map_err(NotInForce::from)?
        {
            Some(failed) => {
                tracing::warn!("{failed}\nit decides all the same: `--allow-failed-cases`");
            }
            None => remembered.iter().for_each(PassedCases::keep),
        }
        Ok(policy)
    }

    /// A pack's files.
    pub(crate) fn source(&self, pack: &PackRef) -> Result<PackSource, CliError> {
        match pack {
            PackRef::Id(id) | PackRef::Recorded { id, .. } => {
                self.all.source(id).map_err(|error| match error {
                    FindError::NotFound => no_such_pack(pack, id).into(),
                    FindError::Unreadable(problem) => CliError::from(PolicyError::Unreadable {
                        id: id.clone(),
                        problem,
                    }),
                })
            }
            PackRef::Path(path) => Ok(load_file(path).map_err(PackError::File)?),
            PackRef::Either(name) => self.source(&self.told_apart(pack, name)?),
        }
    }

    /// A pack and its ancestors as one document.
    pub(crate) fn bundle(&self, pack: &PackRef) -> Result<Bundle, CliError> {
        let (own, kin) = (self.source(pack)?, self.kin(pack)?);
        Ok(Bundle::of(own, &mut |id| kin.source(id)).map_err(PackError::Bundle)?)
    }

    /// A pack joined with its parents.
    pub(crate) fn effective(&self, pack: &PackRef) -> Result<EffectivePack, CliError> {
        match pack {
            PackRef::Id(id) | PackRef::Recorded { id, .. } => match self.all.holds(id) {
                true => Ok(self.all.effective(id)?),
                false => Err(no_such_pack(pack, id).into()),
            },
            PackRef::Path(path) => {
                let source = self.source(pack)?;
                let mut effective = self.kin(pack)?.effective_of(source)?;
                effective.origin = origin_of(path);
                Ok(effective)
            }
            PackRef::Either(name) => self.effective(&self.told_apart(pack, name)?),
        }
    }

    /// The packs among which the parents of `pack` are looked for.
    pub(crate) fn kin(&self, pack: &PackRef) -> Result<Library, CliError> {
        match pack {
            PackRef::Id(_) | PackRef::Recorded { .. } => Ok(self.all.clone()),
            PackRef::Path(path) => Ok(self.all.beside(path).map_err(PackError::File)?),
            PackRef::Either(name) => self.kin(&self.told_apart(pack, name)?),
        }
    }

    /// A pack as a policy that can judge. Every compilation goes through here.
    pub(crate) fn load_policy(&self, pack: &PackRef) -> Result<Arc<Policy>, CliError> {
        Ok(self.load_effective(self.effective(pack)?)?)
    }

    /// The pack of a bundle as a policy that can judge.
    pub(crate) fn load_effective(
        &self,
        pack: EffectivePack,
    ) -> Result<Arc<Policy>, AdmissionError> {
        self.admission.admit(pack)
    }

    /// What is wrong with a pack, its Rego included.
    pub(crate) fn lint(&self, pack: &PackRef) -> Result<LintReport, CliError> {
        Ok(self.admission.lint(&self.kin(pack)?, &self.source(pack)?))
    }

    /// As [`Self::load_policy`], where there may be none.
    pub(crate) fn load_optional(
        &self,
        pack: Option<&PackRef>,
    ) -> Result<Option<Arc<Policy>>, CliError> {
        pack.map(|pack| self.load_policy(pack)).transpose()
    }

    /// Whether `name`, by which `pack` is named, is an id or a path.
    fn told_apart(&self, pack: &PackRef, name: &str) -> Result<PackRef, CliError> {
        if self.all.holds(name) {
            Ok(PackRef::Id(name.to_owned()))
        } else if Path::new(name).exists() {
            Ok(PackRef::Path(PathBuf::from(name)))
        } else {
            Err(no_such_pack(pack, name).into())
        }
    }
}

/// The error if there is no pack called `name`, by which `pack` is named. It gives the folder if the
/// pack is in one where this command doesn't look.
fn no_such_pack(pack: &PackRef, name: &str) -> PackError {
    let id = name.to_owned();
    match (shelves::overlooked(name), pack) {
        (_, PackRef::Recorded { flag, .. }) => PackError::NotHere { id, flag: *flag },
        (Some(path), _) => PackError::Overlooked { id, path },
        (None, PackRef::Id(_)) => PackError::NoSuchId(id),
        (None, PackRef::Either(_) | PackRef::Path(_)) => PackError::NoSuch(id),
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
