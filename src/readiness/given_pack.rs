//! The pack that artifacts are made from and checked against, and the pack before it.

use std::sync::Arc;

use serde_json::Value;

use super::Decide;
use crate::canonical::Digest;
use crate::decision::PolicyIdentity;
use crate::policy::bundle::{Bundle, BundleError};
use crate::policy::effective::{EffectivePack, FindError, PolicyError, resolve_source};
use crate::policy::lint::LintReport;
use crate::policy::read;
use crate::policy::source::{PackSource, SourceFile};
use crate::policy::versioning::{SourceRef, Versioning};

/// A pack with everything that its artifacts are computed from.
#[derive(Clone, Copy)]
pub struct GivenPack<'a> {
    /// The pack's own files.
    pub source: &'a PackSource,
    /// The pack, joined with its parents.
    pub pack: &'a EffectivePack,
    /// Which policy it compiles to.
    pub identity: &'a PolicyIdentity,
    /// What is wrong or doubtful about it.
    pub lint: &'a LintReport,
    /// Decides under it.
    pub decide: Decide<'a>,
    /// The digest of the engine that decides: its base rules and the version of its facts.
    pub engine_digest: Digest,
    /// What version control says of it.
    pub repository: Repository<'a>,
    /// Names and finds packs.
    pub shelf: Shelf<'a>,
}

/// What version control says of a pack.
#[derive(Clone, Copy)]
pub struct Repository<'a> {
    /// Of the pack as it lies there.
    pub versioning: &'a Versioning,
    /// The files of the pack at a commit; absent if the repository hasn't got that commit,
    /// as in a shallow clone or an exported tree.
    pub source_at: &'a dyn Fn(&SourceRef) -> Option<PackSource>,
}

/// Names and finds packs.
#[derive(Clone, Copy)]
pub struct Shelf<'a> {
    /// The files of the pack with this id, for a previous pack's parents.
    pub find: &'a dyn Fn(&str) -> Result<PackSource, FindError>,
    /// The effective digest of a pack.
    pub effective_digest: &'a dyn Fn(&EffectivePack) -> Digest,
}

/// The pack that was in force before, whole: what a rollback returns to.
#[derive(Debug, Clone)]
pub struct Previous {
    /// The pack, joined with its parents.
    pub pack: EffectivePack,
    /// Which policy it compiles to.
    pub identity: PolicyIdentity,
    /// The parsed `policy.yaml`, before inheritance: what its digest is over.
    pub document: Value,
    /// Its other files: `rules/*.rego` and `cases/*.yaml`.
    pub files: Vec<SourceFile>,
}

impl Previous {
    /// Joins a previous pack with its parents.
    ///
    /// # Errors
    /// As [`resolve_source`].
    pub fn read(source: PackSource, shelf: Shelf<'_>) -> Result<Self, PolicyError> {
        let pack = resolve_source(source.clone(), &mut |id| (shelf.find)(id))?;
        Ok(Self::of(source, pack, shelf))
    }

    /// A pack from a bundle, and from the policy that it makes.
    ///
    /// # Errors
    /// If a file of the bundle can't be part of a pack.
    pub fn of_bundle(
        bundle: &Bundle,
        pack: &EffectivePack,
        shelf: Shelf<'_>,
    ) -> Result<Self, BundleError> {
        let own = bundle.source(&bundle.pack_id)?;
        let own = own.ok_or_else(|| BundleError::NoOwnPack(bundle.pack_id.clone()))?;
        Ok(Self::of(own, pack.clone(), shelf))
    }

    fn of(source: PackSource, pack: EffectivePack, shelf: Shelf<'_>) -> Self {
        let node = read::read(&source.policy).node;
        let document = node.map_or(Value::Null, |node| node.to_json());
        let files = source.rules.into_iter().chain(source.cases).collect();
        Self {
            identity: identify(&pack, shelf),
            pack,
            document,
            files,
        }
    }

    /// A pack from what a rollback plan carries.
    ///
    /// # Errors
    /// As [`resolve_source`].
    pub fn restore(
        document: &Value,
        files: &[SourceFile],
        shelf: Shelf<'_>,
    ) -> Result<Self, PolicyError> {
        // JSON is YAML 1.2, so the pack's one reader reads it too.
        let policy = SourceFile {
            path: "policy.yaml".to_owned(),
            text: document.to_string(),
        };
        let under = |folder: &str| {
            let files = files.iter().filter(|file| file.path.starts_with(folder));
            files.cloned().collect()
        };
        let source = PackSource {
            origin: "previous_policy".to_owned(),
            policy,
            rules: under("rules/"),
            cases: under("cases/"),
        };
        Self::read(source, shelf)
    }
}

/// Which policy a pack compiles to.
#[must_use]
pub fn identify(pack: &EffectivePack, shelf: Shelf<'_>) -> PolicyIdentity {
    PolicyIdentity {
        id: Arc::from(pack.id()),
        version: Arc::from(pack.content.metadata.version.as_str()),
        policy_digest: pack.policy_digest,
        effective_digest: (shelf.effective_digest)(pack),
    }
}
