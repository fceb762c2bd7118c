//! What the lifecycle's tests share: the shipped packs, and an authority over each.
#![allow(dead_code, reason = "no single test uses all of it")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use cavra::action::{Action, ActionError};
use cavra::authority::{Ask, Authority};
use cavra::engine::{Policy, effective_digest};
use cavra::library::{Library, load_file};
use cavra::lifecycle::pack_at_hand::{PackAtHand, Previous, Repository, Shelf};
use cavra::lifecycle::plan::{Export, Request, plan};
use cavra::policy::decision::{Decision, PolicyIdentity};
use cavra::policy::effective::EffectivePack;
use cavra::policy::lint::{LintReport, lint};
use cavra::policy::source::PackSource;
use cavra::policy::versioning::{SourceRef, Versioning};

pub const BASELINE: &str = "cavra-ai-agent-baseline";

pub fn library() -> Library {
    Library::open(&[PathBuf::from("policy-packs")]).unwrap()
}

/// A pack and the authority that enforces it.
pub struct Enforced {
    pub pack: EffectivePack,
    pub identity: Arc<PolicyIdentity>,
    authority: Authority,
}

impl Enforced {
    pub fn new(pack: EffectivePack) -> Self {
        let policy = Arc::new(Policy::compile(pack.clone()).unwrap());
        let identity = Arc::clone(policy.identity());
        let authority = Authority::new(policy, None);
        Self {
            pack,
            identity,
            authority,
        }
    }

    pub fn shipped(id: &str) -> Self {
        Self::new(library().effective(id).unwrap())
    }

    pub fn decide(&self, action: &Arc<Action>) -> Result<Decision, ActionError> {
        let answer = self.authority.decide(Arc::clone(action), Ask::default())?;
        Ok(answer.decision)
    }
}

pub const PREVIOUS: &str = "examples/policy-lifecycle/previous/cavra-ai-agent-baseline";
pub const COMMIT: &str = "4f1d0c2b8a9e7d6c5b4a39281706f5e4d3c2b1a0";

/// A shipped pack with everything that a plan needs.
pub struct Bench {
    pub library: Library,
    pub enforced: Enforced,
    pub source: PackSource,
    pub lint: LintReport,
    pub versioning: Versioning,
    /// What the repository holds at [`COMMIT`].
    pub committed: Option<PackSource>,
}

impl Bench {
    pub fn new(id: &str) -> Self {
        let library = library();
        let source = library.source(id).unwrap();
        Self::of(library, source)
    }

    /// A pack that isn't in the library.
    pub fn of(library: Library, source: PackSource) -> Self {
        let pack = library.effective_of(source.clone()).unwrap();
        let id = pack.id().to_owned();
        Self {
            lint: lint(&source, &mut |id| library.source(id)),
            enforced: Enforced::new(pack),
            versioning: Versioning {
                source: Some(SourceRef {
                    commit: COMMIT.to_owned(),
                    folder: format!("policy-packs/{id}"),
                }),
                reason: "every file is tracked and as it was committed".to_owned(),
            },
            committed: Some(source.clone()),
            library,
            source,
        }
    }

    pub fn with<R>(&self, run: impl FnOnce(&PackAtHand<'_>) -> R) -> R {
        let find = |id: &str| self.library.source(id);
        let source_at = |_: &SourceRef| self.committed.clone();
        let decide = |action: &Arc<Action>| self.enforced.decide(action);
        run(&PackAtHand {
            source: &self.source,
            pack: &self.enforced.pack,
            identity: &self.enforced.identity,
            lint: &self.lint,
            decide: &decide,
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

    pub fn previous(&self) -> Previous {
        let source = load_file(Path::new(PREVIOUS)).unwrap();
        self.with(|at_hand| Previous::read(source, at_hand.shelf).unwrap())
    }

    pub fn export(&self, previous: Option<&Previous>) -> Export {
        self.with(|at_hand| plan(at_hand, previous, &request()).unwrap())
    }
}

pub fn request() -> Request {
    Request {
        requested_by: "Platform Security".to_owned(),
        generated_at: "2026-11-20T09:30:00Z".parse().unwrap(),
    }
}
