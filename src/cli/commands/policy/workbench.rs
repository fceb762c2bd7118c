//! A pack with everything that its lifecycle's artifacts are computed from.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use jiff::Timestamp;

use crate::action::Action;
use crate::authority::{Ask, Authority};
use crate::cli::error::CliError;
use crate::cli::packs::{PackRef, Packs};
use crate::engine::{Policy, effective_digest, engine_digest};
use crate::library::versioning::{measure, source_at};
use crate::library::{Library, POLICY_FILE};
use crate::lifecycle::pack_at_hand::{PackAtHand, Previous, Repository, Shelf};
use crate::lifecycle::plan::{Export, Request, plan};
use crate::policy::lint::LintReport;
use crate::policy::origin::Origin;
use crate::policy::source::PackSource;
use crate::policy::versioning::{SourceRef, Versioning};

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

    /// Does the work for which the pack must be available.
    pub(crate) fn with<R>(&self, work: impl FnOnce(&PackAtHand<'_>) -> R) -> R {
        let decide = |action: &Arc<Action>| {
            let answer = self.authority.decide(Arc::clone(action), Ask::default())?;
            Ok(answer.decision)
        };
        let find = |id: &str| self.kin.source(id);
        let source_at = |source: &SourceRef| source_at(&self.folder, source);
        work(&PackAtHand {
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
        let previous = args.previous.clone().map(PackRef::Either);
        let previous = previous.map(|pack| self.packs.source(&pack)).transpose()?;
        self.with(|at_hand| {
            let previous = previous
                .map(|source| Previous::read(source, at_hand.shelf))
                .transpose()?;
            Ok(plan(at_hand, previous.as_ref(), &request)?)
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
