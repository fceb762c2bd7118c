//! A pack with everything that its lifecycle's artifacts are computed from.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use jiff::Timestamp;

use crate::action::Action;
use crate::authority::admission::AdmissionError;
use crate::authority::{Ask, Authority};
use crate::cli::commands::lifecycle::error::ChangeError;
use crate::cli::error::CliError;
use crate::cli::packs::{PackRef, Packs};
use crate::engine::{Policy, effective_digest, engine_digest};
use crate::library::versioning::{measure, source_at};
use crate::library::{Library, POLICY_FILE};
use crate::policy::bundle::{Bundle, BundleError};
use crate::policy::effective::FindError;
use crate::policy::lint::LintReport;
use crate::policy::origin::Origin;
use crate::policy::source::PackSource;
use crate::policy::versioning::{SourceRef, Versioning};
use crate::readiness::given_pack::{GivenPack, Previous, Repository, Shelf};
use crate::readiness::packet::Bundles;
use crate::readiness::plan::{Export, Request, plan};

/// What a plan is made with, beside the pack.
#[derive(Debug, Clone, Args)]
pub(crate) struct PlanArgs {
    /// The pack that was in force before, by its id or path: what a rollback returns to
    #[arg(long, value_name = "ID|PATH")]
    previous: Option<String>,
    /// Who asks: a person, team or service
    #[arg(
        long,
        value_name = "NAME",
        env = "CAVRA_REQUESTED_BY",
        default_value = "Policy Authors"
    )]
    requested_by: String,
    /// The time that goes into the artifacts, in UTC [default: now]
    #[arg(long, value_name = "RFC3339")]
    generated_at: Option<Timestamp>,
}

/// A pack, compiled, checked and measured.
pub(crate) struct Workbench {
    packs: Packs,
    /// Where the pack's parents come from.
    kin: Library,
    folder: PathBuf,
    source: PackSource,
    policy: Arc<Policy>,
    authority: Authority,
    lint: LintReport,
    versioning: Versioning,
}

/// Why no workbench is made of a bundle.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UnusableBundle {
    #[error(transparent)]
    Bundle(#[from] BundleError),
    #[error(transparent)]
    Source(#[from] FindError),
    #[error(transparent)]
    Policy(#[from] AdmissionError),
}

impl Workbench {
    pub(crate) fn open(packs: Packs, pack: &PackRef) -> Result<Self, CliError> {
        let source = packs.source(pack)?;
        let policy = packs.load_policy(pack)?;
        let folder = folder(&source);
        let kin = packs.kin(pack)?;
        Ok(Self {
            authority: Authority::new(Arc::clone(&policy), None),
            lint: packs.lint(pack)?,
            versioning: versioning(&source, &policy.pack().origin, &folder),
            packs,
            kin,
            folder,
            source,
            policy,
        })
    }

    /// The pack of a bundle, with nothing but the bundle. What git says is that of `beside`, if it
    /// is the same pack.
    ///
    /// # Errors
    /// If the bundle is unusable. It is somebody else's, so that is no fault of the call.
    pub(crate) fn of_bundle(
        packs: Packs,
        bundle: &Bundle,
        beside: Option<&PackRef>,
    ) -> Result<Self, UnusableBundle> {
        let kin = Library::of_bundle(bundle)?;
        let pack = bundle.effective()?;
        let source = kin.source(&bundle.pack_id)?;
        let policy = packs.load_effective(pack)?;
        let lint = packs.admission().lint(&kin, &source);
        let same = |other: &PackSource| {
            other.policy.text == source.policy.text
                && other.rules == source.rules
                && other.cases == source.cases
        };
        let other = beside.and_then(|pack| Some((packs.source(pack).ok()?, pack)));
        let other = other.filter(|(other, _)| same(other));
        let beside = other.and_then(|(other, pack)| {
            let folder = folder(&other);
            let origin = packs.effective(pack).ok()?.origin;
            Some((versioning(&other, &origin, &folder), folder))
        });
        let (versioning, folder) = beside.unwrap_or_else(|| {
            let reason = "the pack is the one in the packet, not one in a repository";
            (Versioning::unversioned(reason), PathBuf::from("."))
        });
        Ok(Self {
            authority: Authority::new(Arc::clone(&policy), None),
            lint,
            versioning,
            packs,
            kin,
            folder,
            source,
            policy,
        })
    }

    /// The pack and the previous one, whole.
    pub(crate) fn bundles(&self, args: &PlanArgs) -> Result<Bundles, CliError> {
        let candidate = Bundle::of(self.source.clone(), &mut |id| self.kin.source(id));
        Ok(Bundles {
            candidate: candidate.map_err(ChangeError::Bundle)?,
            replaced: self.previous(args)?,
        })
    }

    fn previous(&self, args: &PlanArgs) -> Result<Option<Bundle>, CliError> {
        let Some(previous) = args.previous.clone().map(PackRef::Either) else {
            return Ok(None);
        };
        let (source, kin) = (self.packs.source(&previous)?, self.packs.kin(&previous)?);
        let bundle = Bundle::of(source, &mut |id| kin.source(id));
        Ok(Some(bundle.map_err(ChangeError::Previous)?))
    }

    /// Does the work for which the pack must be available.
    pub(crate) fn with<R>(&self, work: impl FnOnce(&GivenPack<'_>) -> R) -> R {
        let decide = |action: &Arc<Action>| {
            let answer = self.authority.decide(Arc::clone(action), Ask::default())?;
            Ok(answer.decision)
        };
        let find = |id: &str| self.kin.source(id);
        let source_at = |source: &SourceRef| source_at(&self.folder, source);
        work(&GivenPack {
            source: &self.source,
            pack: self.policy.pack(),
            identity: self.policy.identity(),
            lint: &self.lint,
            decide: &decide,
            engine_digest: engine_digest(),
            repository: Repository {
                versioning: &self.versioning,
                source_at: &source_at,
            },
            shelf: Shelf {
                find: &find,
                effective_digest: &effective_digest,
            },
        })
    }

    /// Makes the nine artifacts.
    pub(crate) fn plan(&self, args: &PlanArgs) -> Result<Export, CliError> {
        let request = Request {
            requested_by: args.requested_by.clone(),
            generated_at: args.generated_at.unwrap_or_else(Timestamp::now),
        };
        let previous = self.previous(args)?;
        self.with(|given_pack| {
            let restore = |bundle: &Bundle| {
                Previous::of_bundle(bundle, &bundle.effective()?, given_pack.shelf)
            };
            let previous = previous.as_ref().map(restore).transpose();
            let previous = previous.map_err(ChangeError::Previous)?;
            Ok(plan(given_pack, previous.as_ref(), &request)?)
        })
    }
}

/// The folder that a pack was read from.
fn folder(source: &PackSource) -> PathBuf {
    match Path::new(&source.origin).parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// A policy file under a name of its own is a pack without a folder: what git says of the
/// folder is about something else.
fn versioning(source: &PackSource, origin: &Origin, folder: &Path) -> Versioning {
    if *origin == Origin::BuiltIn {
        Versioning::unversioned("the pack is the one in the binary, not one in a repository")
    } else if source.policy.path == POLICY_FILE {
        measure(folder)
    } else {
        Versioning::unversioned(format!(
            "the pack is a single file, not a folder with a `{POLICY_FILE}`"
        ))
    }
}
