//! What agents ask for again: the facts and judgements of actions that were decided before.
//!
//! Agents repeat themselves (`git status`, `cargo test`). Facts follow from an action alone, and the
//! judgement of base rules from facts and a policy, so both are the same the second time.

use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::action::establish::{establish_counted, establish_within, uncounted};
use crate::action::facts::Facts;
use crate::action::limits::QUICK_WORK;
use crate::action::{Action, ActionError};
use crate::approval::mac::{ActionHashes, MacKey};
use crate::canonical::CanonicalError;
use crate::decision::{Judgement, PolicyIdentity};
use crate::engine::Policy;

/// What is remembered at most, in bytes: actions, facts and judgements of about 4,000 usual commands.
const MAX_BYTES: u64 = 32 * 1024 * 1024;
/// What one remembered action takes beside its texts, in bytes.
const ENTRY_BYTES: usize = 4 * 1024;
/// About how many actions there is room for.
const USUAL_ENTRIES: usize = 4_096;
/// Policies whose judgements of one action are remembered: the active one and a candidate.
const MAX_POLICIES: usize = 2;

/// The facts of an action, and how policies judged it.
#[derive(Default)]
pub(super) struct Known {
    pub(super) facts: Arc<Facts>,
    judged: Mutex<Vec<(Arc<PolicyIdentity>, Arc<Judgement>)>>,
    hashes: OnceLock<ActionHashes>,
}

impl Known {
    pub(super) fn of(facts: Facts) -> Self {
        Self {
            facts: Arc::new(facts),
            ..Self::default()
        }
    }

    /// How `policy` judges the action, which has these facts.
    pub(super) fn judged_by(&self, policy: &Policy, action: &Action) -> Arc<Judgement> {
        if !policy.is_remembered() {
            return Arc::new(policy.judge(action, &self.facts));
        }
        if let Some(judgement) = self.remembered(policy.identity()) {
            return judgement;
        }
        let judgement = Arc::new(policy.judge(action, &self.facts));
        let mut judged = self.judged.lock().unwrap_or_else(PoisonError::into_inner);
        if judged.len() >= MAX_POLICIES {
            judged.remove(0);
        }
        judged.push((Arc::clone(policy.identity()), Arc::clone(&judgement)));
        judgement
    }

    /// The hashes of the action, which is the one that these facts are of. The key is always the same.
    ///
    /// # Errors
    /// As [`MacKey::hashes`].
    pub(super) fn hashes(
        &self,
        action: &Action,
        key: &MacKey,
    ) -> Result<ActionHashes, CanonicalError> {
        if let Some(hashes) = self.hashes.get() {
            return Ok(*hashes);
        }
        let hashes = key.hashes(action)?;
        Ok(*self.hashes.get_or_init(|| hashes))
    }

    /// Two policies never share an identity, even if they were compiled from one pack: the `Arc` is
    /// compared, and kept, so that no other policy gets its address.
    fn remembered(&self, policy: &Arc<PolicyIdentity>) -> Option<Arc<Judgement>> {
        let judged = self.judged.lock().unwrap_or_else(PoisonError::into_inner);
        let mut judged = judged.iter();
        let found = judged.find(|(identity, _)| Arc::ptr_eq(identity, policy));
        found.map(|(_, judgement)| Arc::clone(judgement))
    }
}

/// What is known of actions that were decided before.
pub(super) struct Memory(Cache<BareAction, Remembered, Weights>);

impl Default for Memory {
    fn default() -> Self {
        Self(Cache::with_weighter(USUAL_ENTRIES, MAX_BYTES, Weights))
    }
}

impl Memory {
    /// The facts of an action, and what else is known of it.
    ///
    /// # Errors
    /// As [`establish_counted`].
    pub(super) fn establish(&self, action: &Arc<Action>) -> Result<Arc<Known>, ActionError> {
        if let Some(known) = self.of(action) {
            return Ok(known);
        }
        let (facts, spent) = establish_counted(action)?;
        let all = uncounted(action).map(|uncounted| spent.saturating_add(uncounted));
        Ok(self.kept(action, facts, all.unwrap_or(usize::MAX)))
    }

    /// The facts of an action, if they take fewer than `work` units of work. None if they may take more.
    ///
    /// # Errors
    /// As [`establish_within`].
    pub(super) fn establish_within(
        &self,
        action: &Arc<Action>,
        work: usize,
    ) -> Result<Option<Arc<Known>>, ActionError> {
        if let Some(known) = self.of(action) {
            return Ok(Some(known));
        }
        let established = establish_within(action, work)?;
        Ok(established.map(|(facts, spent)| self.kept(action, facts, spent)))
    }

    fn of(&self, action: &Arc<Action>) -> Option<Arc<Known>> {
        let found = self.0.get(&BareAction(Arc::clone(action)));
        found.map(|remembered| remembered.known)
    }

    /// Remembers facts, unless they took much work: then they are large too.
    fn kept(&self, action: &Arc<Action>, facts: Facts, work: usize) -> Arc<Known> {
        let known = Arc::new(Known::of(facts));
        if work < QUICK_WORK {
            let remembered = Remembered {
                known: Arc::clone(&known),
                bytes: work + ENTRY_BYTES,
            };
            self.0.insert(BareAction(Arc::clone(action)), remembered);
        }
        known
    }
}

/// What the memory holds of one action.
#[derive(Clone)]
struct Remembered {
    known: Arc<Known>,
    /// About what it takes in memory. A unit of work is at least a byte that is kept.
    bytes: usize,
}

/// An action as its facts depend on it: all of it but who asks.
#[derive(Clone)]
struct BareAction(Arc<Action>);

impl PartialEq for BareAction {
    fn eq(&self, other: &Self) -> bool {
        let (one, other) = (&*self.0, &*other.0);
        one.request == other.request
            && one.place == other.place
            && one.terraform_plan == other.terraform_plan
    }
}

impl Eq for BareAction {}

impl Hash for BareAction {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.request.hash(state);
        self.0.place.hash(state);
        self.0.terraform_plan.hash(state);
    }
}

/// What an entry takes in memory.
#[derive(Clone)]
struct Weights;

impl Weighter<BareAction, Remembered> for Weights {
    fn weight(&self, _: &BareAction, remembered: &Remembered) -> u64 {
        u64::try_from(remembered.bytes).unwrap_or(MAX_BYTES)
    }
}
