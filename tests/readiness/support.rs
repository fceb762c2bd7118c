//! What the lifecycle's tests share: the shipped packs, and an authority over each.
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cavra::action::{Action, ActionError};
use cavra::authority::{Ask, Authority};
use cavra::decision::{Decision, PolicyIdentity};
use cavra::engine::{Policy, effective_digest, engine_digest};
use cavra::library::{Library, load_file};
use cavra::policy::effective::EffectivePack;
use cavra::policy::lint::{LintReport, lint};
use cavra::policy::source::{PackSource, SourceFile};
use cavra::policy::versioning::{SourceRef, Versioning};
use cavra::readiness::assessment::{Given, ReadinessResult, readiness};
use cavra::readiness::given_pack::{GivenPack, Previous, Repository, Shelf};
use cavra::readiness::packet::{self, EvidenceMode, OperatingEvidence};
use cavra::readiness::plan::{Export, Request, plan};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::cast::{Papers, cast};

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
    /// The folder of the previous pack.
    pub(crate) previous: &'static str,
    /// Cases of the previous pack, beside those in its folder.
    pub(crate) previous_cases: Vec<SourceFile>,
}

impl Bench {
    pub(crate) fn new(id: &str) -> Self {
        let library = library();
        let source = library.source(id).unwrap();
        Self::of(library, source)
    }

    /// A pack with one entry of each kind: a packet about it has every kind of leaf, and is judged a
    /// hundred times while one about the baseline is judged once.
    pub(crate) fn small() -> Self {
        let source = load_file(Path::new("tests/data/readiness/small")).unwrap();
        Self {
            previous: "tests/data/readiness/small-previous",
            ..Self::of(library(), source)
        }
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
            previous: PREVIOUS,
            previous_cases: Vec::new(),
            library,
            source,
        }
    }

    pub(crate) fn with<R>(&self, run: impl FnOnce(&GivenPack<'_>) -> R) -> R {
        let find = |id: &str| self.library.source(id);
        let source_at = |at: &SourceRef| self.committed.clone().filter(|_| at.commit == COMMIT);
        let decide = |action: &Arc<Action>| self.enforced.decide(action);
        run(&GivenPack {
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

    pub(crate) fn previous_source(&self) -> PackSource {
        let mut source = load_file(Path::new(self.previous)).unwrap();
        source.cases.extend(self.previous_cases.iter().cloned());
        source
    }

    pub(crate) fn previous(&self) -> Previous {
        let source = self.previous_source();
        self.with(|given_pack| Previous::read(source, given_pack.shelf).unwrap())
    }

    pub(crate) fn export(&self, previous: Option<&Previous>) -> Export {
        self.with(|given_pack| plan(given_pack, previous, &request()).unwrap())
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

/// A packet with everything that a live one needs; a sample has no signed documents.
pub(crate) fn packet_of(bench: &Bench, mode: EvidenceMode) -> Value {
    let papers = Papers::of(bench);
    match mode {
        EvidenceMode::Live => papers.packet(bench, mode),
        EvidenceMode::Sample => papers.packet_with(bench, mode, Vec::new()),
    }
}

/// A packet as an earlier version wrote it, without policies and signed documents.
pub(crate) fn earlier(mut packet: Value) -> Value {
    let fields = packet.as_object_mut().unwrap();
    fields.remove("bundles");
    fields.remove("attestations");
    sealed(packet)
}

pub(crate) fn sealed(mut packet: Value) -> Value {
    packet["packet_digest"] = Value::from(packet::digest(&packet).unwrap().to_string());
    packet
}

/// A verifier's clock: answers are given some hours after a request.
pub(crate) fn tomorrow() -> Timestamp {
    Timestamp::now() + SignedDuration::from_hours(24)
}

/// The gate, with the pack of `bench` and everybody's trust file.
pub(crate) fn judge(bench: &Bench, packet: &Value, require_live: bool) -> ReadinessResult {
    judge_bytes(bench, packet.to_string().as_bytes(), require_live)
}

/// The gate on any bytes, with the pack of `bench` and everybody's trust file.
pub(crate) fn judge_bytes(bench: &Bench, packet: &[u8], require_live: bool) -> ReadinessResult {
    bench.with(|given_pack| {
        let given = Given {
            given_pack: Some(given_pack),
            trust: Some(&cast().trust),
            now: tomorrow(),
            require_live,
            ..Given::default()
        };
        readiness(packet, &given)
    })
}

/// The gate with the packet alone.
pub(crate) fn claims(packet: &Value, require_live: bool) -> ReadinessResult {
    let given = Given {
        require_live,
        ..Given::default()
    };
    readiness(packet.to_string().as_bytes(), &given)
}

/// What blocks, by name.
pub(crate) fn names(result: &ReadinessResult) -> Vec<&str> {
    result.blockers().map(|check| check.name.as_str()).collect()
}

pub(crate) fn blockers(result: &ReadinessResult) -> Vec<String> {
    result
        .blockers()
        .map(|check| format!("{}: {}", check.name, check.message))
        .collect()
}

pub(crate) fn message(result: &ReadinessResult, name: &str) -> String {
    let check = result.checks.iter().find(|check| check.name == name);
    check
        .unwrap_or_else(|| panic!("no check `{name}`"))
        .message
        .clone()
}

/// The baseline with few cases of its own.
pub(crate) fn small() -> Bench {
    let library = library();
    let mut source = library.source(BASELINE).unwrap();
    source.cases.retain(|file| file.path == "cases/mcp.yaml");
    Bench::of(library, source)
}
