//! What the lifecycle's tests share: the shipped packs, and an authority over each.
#![allow(dead_code, reason = "no single test uses all of it")]

use std::path::PathBuf;
use std::sync::Arc;

use cavra::action::{Action, ActionError};
use cavra::authority::{Ask, Authority};
use cavra::engine::Policy;
use cavra::library::Library;
use cavra::policy::decision::{Decision, PolicyIdentity};
use cavra::policy::effective::EffectivePack;

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
