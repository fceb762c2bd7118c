//! What the lifecycle's tests share: the shipped packs, and an authority over each.
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cavra::action::{Action, ActionError};
use cavra::authority::{Ask, Authority};
use cavra::decision::{Decision, PolicyIdentity};
use cavra::engine::{Policy, effective_digest, engine_digest};
use cavra::library::{Library, load_file};
use cavra::lifecycle::pack_at_hand::{PackAtHand, Previous, Repository, Shelf};
use cavra::lifecycle::packet::{EvidenceMode, OperatingEvidence, Packet};
use cavra::lifecycle::plan::{Export, Request, plan};
use cavra::policy::effective::EffectivePack;
use cavra::policy::lint::{LintReport, lint};
use cavra::policy::source::PackSource;
use cavra::policy::versioning::{SourceRef, Versioning};
use serde_json::Value;

pub(crate) const BASELINE: &str = "cavra-ai-agent-baseline";

pub(crate) fn library() -> Library {
    Library::open(&[PathBuf::from("policy-packs")]).unwrap()
}

/// A pack and the authority that enforces it.
pub(crate) struct Enforced {
    pub(crate) pack: EffectivePack,
    pub(crate) identity: Arc<PolicyIdentity>,
    authority: Authority,
}

impl Enforced {
    pub(crate) fn new(pack: EffectivePack) -> Self {
        let policy = Arc::new(Policy::compile(pack.clone()).unwrap());
        let identity = Arc::clone(policy.identity());
        let authority = Authority::new(policy, None);
        Self {
            pack,
            identity,
            authority,
        }
    }

    pub(crate) fn shipped(id: &str) -> Self {
        Self::new(library().effective(id).unwrap())
    }

    pub(crate) fn decide(&self, action: &Arc<Action>) -> Result<Decision, ActionError> {
        let answer = self.authority.decide(Arc::clone(action), Ask::default())?;
        Ok(answer.decision)
    }
}

pub(crate) const PREVIOUS: &str = "examples/policy-lifecycle/previous/cavra-ai-agent-baseline";
pub(crate) const COMMIT: &str = "4f1d0c2b8a9e7d6c5b4a39281706f5e4d3c2b1a0";

/// A shipped pack with everything that a plan needs.
pub(crate) struct Bench {
    pub(crate) library: Library,
    pub(crate) enforced: Enforced,
    pub(crate) source: PackSource,
    pub(crate) lint: LintReport,
    pub(crate) versioning: Versioning,
    /// What the repository holds at [`COMMIT`].
    pub(crate) committed: Option<PackSource>,
}

impl Bench {
    pub(crate) fn new(id: &str) -> Self {
        let library = library();
        let source = library.source(id).unwrap();
        Self::of(library, source)
    }

    /// A shipped pack, if it compiles.
    pub(crate) fn compiled(id: &str) -> Option<Self> {
        Policy::compile(library().effective(id).ok()?).ok()?;
        Some(Self::new(id))
    }

    /// A pack that isn't in the library.
    pub(crate) fn of(library: Library, source: PackSource) -> Self {
        let pack = library.effective_of(source.clone()).unwrap();
        let id = pack.id().to_owned();
        Self {
            lint: lint(&source, &mut |id| library.source(id)),
            enforced: Enforced::new(pack),
            versioning: Versioning::versioned(SourceRef {
                commit: COMMIT.to_owned(),
                folder: format!("policy-packs/{id}"),
            }),
            committed: Some(source.clone()),
            library,
            source,
        }
    }

    pub(crate) fn with<R>(&self, run: impl FnOnce(&PackAtHand<'_>) -> R) -> R {
        let find = |id: &str| self.library.source(id);
        let source_at = |at: &SourceRef| self.committed.clone().filter(|_| at.commit == COMMIT);
        let decide = |action: &Arc<Action>| self.enforced.decide(action);
        run(&PackAtHand {
            source: &self.source,
            pack: &self.enforced.pack,
            identity: &self.enforced.identity,
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

    pub(crate) fn previous(&self) -> Previous {
        let source = load_file(Path::new(PREVIOUS)).unwrap();
        self.with(|at_hand| Previous::read(source, at_hand.shelf).unwrap())
    }

    pub(crate) fn export(&self, previous: Option<&Previous>) -> Export {
        self.with(|at_hand| plan(at_hand, previous, &request()).unwrap())
    }
}

pub(crate) fn request() -> Request {
    Request {
        requested_by: "Platform Security".to_owned(),
        generated_at: "2026-11-20T09:30:00Z".parse().unwrap(),
    }
}

pub(crate) fn evidence(mode: EvidenceMode) -> OperatingEvidence {
    let place = match mode {
        EvidenceMode::Sample => "sample",
        EvidenceMode::Live => "cavra",
    };
    OperatingEvidence {
        ci_run_ref: format!("ci-run://{place}/policy-lifecycle/1847"),
        policy_review_ref: format!("policy-review://{place}/pull-request/212"),
        ui_validation_ref: format!("ui-validation://{place}/policy-authoring/31"),
    }
}

pub(crate) fn packet_of(bench: &Bench, mode: EvidenceMode) -> Value {
    let previous = bench.previous();
    let packet = Packet::assemble(&bench.export(Some(&previous)), mode, evidence(mode)).unwrap();
    serde_json::from_str(&packet.text().unwrap()).unwrap()
}
