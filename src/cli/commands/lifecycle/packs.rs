//! The two policies that a request is about.

use std::sync::Arc;

use clap::Args;

use super::error::ChangeError;
use crate::action::facts::FACTS_VERSION;
use crate::change::request::{CandidateDigests, EngineIdentity};
use crate::cli::error::CliError;
use crate::cli::global::GlobalArgs;
use crate::cli::packs::{PackRef, Packs};
use crate::engine::{Policy, effective_digest, engine_digest};
use crate::policy::bundle::{Bundle, cases_digest};
use crate::policy::effective::EffectivePack;
use crate::policy::promotion::Criteria;
use crate::policy::promotion::required::{nothing_loosened, required};

/// The policies by their packs.
#[derive(Debug, Clone, Args)]
pub(super) struct PackArgs {
    /// The pack that is to come into force, or that a ratification lets stay, by its id or path
    #[arg(long, value_name = "ID|PATH")]
    candidate: String,
    /// The pack that it replaces, by its id or path: the one in force, or the one that break-glass
    /// replaced
    #[arg(long, value_name = "ID|PATH")]
    replaces: String,
}

/// The packs, joined with their parents.
pub(super) struct Pair {
    pub(super) candidate: EffectivePack,
    pub(super) replaced: EffectivePack,
}

impl Pair {
    /// Whether both are the same policy with the same cases.
    pub(super) fn is_no_change(&self) -> bool {
        let (replaced, candidate) = (&self.replaced, &self.candidate);
        replaced.policy_digest == candidate.policy_digest
            && effective_digest(replaced) == effective_digest(candidate)
            && replaced.cases == candidate.cases
    }

    /// What a change from the one to the other has to show.
    pub(super) fn criteria(&self) -> Criteria {
        let (replaced, candidate) = (&self.replaced, &self.candidate);
        required(replaced, candidate).criteria_of(nothing_loosened(replaced, candidate))
    }
}

impl PackArgs {
    pub(super) fn of(candidate: String, replaces: String) -> Self {
        Self {
            candidate,
            replaces,
        }
    }

    pub(super) fn load(&self, packs: &Packs) -> Result<Pair, CliError> {
        let load = |name: &String| packs.effective(&PackRef::Either(name.clone()));
        Ok(Pair {
            candidate: load(&self.candidate)?,
            replaced: load(&self.replaces)?,
        })
    }

    /// The candidate, compiled: it can decide cases.
    pub(super) fn policy(&self, packs: &Packs) -> Result<Arc<Policy>, CliError> {
        packs.load_policy(&PackRef::Either(self.candidate.clone()))
    }

    pub(super) fn open(global: &GlobalArgs) -> Result<Packs, CliError> {
        Packs::to_author(global)
    }

    /// The digests of the candidate, its files and its ancestors' files.
    pub(super) fn digests(&self, packs: &Packs, pair: &Pair) -> Result<CandidateDigests, CliError> {
        let named = PackRef::Either(self.candidate.clone());
        let (own, kin) = (packs.source(&named)?, packs.kin(&named)?);
        let cases_digest = cases_digest(&own)?;
        let bundle = Bundle::of(own, &mut |id| kin.source(id)).map_err(ChangeError::Bundle)?;
        Ok(CandidateDigests {
            bundle_digest: bundle.digest()?,
            policy_digest: pair.candidate.policy_digest,
            effective_digest: effective_digest(&pair.candidate),
            cases_digest,
        })
    }
}

/// This engine, as requests name it.
pub(super) fn this_engine() -> EngineIdentity {
    EngineIdentity {
        cavra_version: env!("CARGO_PKG_VERSION").to_owned(),
        base_rules_digest: engine_digest(),
        facts_version: FACTS_VERSION.to_owned(),
    }
}
