//! Holds the active policy and the candidate, and decides.

pub mod admission;
pub mod approvals;
pub mod conditions;
pub mod established;
pub mod gate;
pub mod in_force;
mod judging;
pub mod last_policy;
mod memory;
pub mod recording;
mod refusals;
pub mod rehearsal;
pub mod shadowing;
pub mod signing;
pub mod workers;

use std::sync::Arc;

use arc_swap::ArcSwap;
use jiff::Timestamp;
use tokio::sync::Mutex;

use self::approvals::Approvals;
use self::conditions::{Aspect, Conditions};
use self::gate::unratified::BreakGlassWatch;
use self::gate::{InForce, PolicyStore};
use self::judging::judge;
use self::memory::Memory;
use self::recording::Recording;
use self::refusals::Quota;
use crate::action::Action;
use crate::action::facts::Facts;
use crate::action::patterns::RootPatterns;
use crate::approval::asker::Asker;
use crate::decision::{Change, Decision, PolicyState};
use crate::engine::Policy;
use crate::journal::record::decision::PeerRecord;
use crate::journal::record::event::PolicyOperation;
use crate::journal::record::refusal::Author;
use crate::journal::writer::Unavailable;
use crate::shadow::runs::Shadows;

/// The policies that are in force, hot-swapped as one value: no decision mixes two.
#[derive(Clone)]
pub struct Slot {
    /// What is enforced.
    pub active: Arc<Policy>,
    /// What is judged beside it when a caller asks, without being enforced.
    pub candidate: Option<Arc<Policy>>,
    /// Why nobody should rely on how `active` came into force, as every answer says.
    pub state: Option<PolicyState>,
}

/// What a caller may ask for beside the decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ask {
    /// The candidate's decision too, if there is a candidate.
    pub compare: bool,
    /// Who asks, where the kernel tells it: only they can get the action approved.
    pub asker: Option<Asker>,
    /// Whether an approval that could be used is kept.
    pub keep_approvals: bool,
    /// The process of the one who asks, where the kernel tells it. It is recorded.
    pub process: Option<u32>,
}

impl Ask {
    /// Asks for the candidate's decision too, if `compare` says so.
    #[must_use]
    pub const fn comparing(compare: bool) -> Self {
        Self {
            compare,
            asker: None,
            process: None,
            keep_approvals: false,
        }
    }

    /// Uses no approval if `keep` says so.
    #[must_use]
    pub const fn keeping_approvals(self, keep: bool) -> Self {
        Self {
            keep_approvals: keep,
            ..self
        }
    }

    /// Names who asks.
    #[must_use]
    pub const fn by(self, asker: Option<Asker>) -> Self {
        Self { asker, ..self }
    }

    /// Names the process of the one who asks.
    #[must_use]
    pub const fn of_process(self, process: Option<u32>) -> Self {
        Self { process, ..self }
    }

    /// Who asks, as records say it.
    fn peer(self) -> Option<PeerRecord> {
        self.asker.map(|Asker::User(uid)| PeerRecord {
            pid: self.process,
            uid,
        })
    }
}

/// The answer to one action.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The decision to enforce.
    pub decision: Decision,
    /// What the candidate would have said, if that was asked for and there is one.
    pub candidate: Option<Compared>,
    /// What both were judged on.
    pub facts: Arc<Facts>,
}

/// A candidate's decision beside the active one.
#[derive(Debug, Clone)]
pub struct Compared {
    /// The candidate's decision. Never enforced.
    pub decision: Decision,
    /// What would change.
    pub change: Change,
}

/// Decides what agents may do. Share it in an [`Arc`]; every method takes `&self`.
pub struct Authority {
    slot: ArcSwap<Slot>,
    recording: Option<Arc<Recording>>,
    roots: RootPatterns,
    shadows: Arc<Shadows>,
    conditions: Conditions,
    /// Held while the policies in force change: what is recorded is what happens.
    changing: Mutex<()>,
    refusals: Quota,
    /// The bundles and events that the journal keeps. Absent without a journal and in development.
    store: Option<PolicyStore>,
    break_glass: BreakGlassWatch,
    /// Absent where nobody can approve.
    approvals: Option<Arc<Approvals>>,
    memory: Memory,
}

impl Authority {
    /// An authority that enforces `active`.
    #[must_use]
    pub fn new(active: Arc<Policy>, candidate: Option<Arc<Policy>>) -> Self {
        Self {
            slot: ArcSwap::from_pointee(Slot {
                active,
                candidate,
                state: None,
            }),
            recording: None,
            roots: RootPatterns::default(),
            shadows: Arc::default(),
            conditions: Conditions::default(),
            changing: Mutex::default(),
            refusals: Quota::default(),
            store: None,
            break_glass: BreakGlassWatch::default(),
            approvals: None,
            memory: Memory::default(),
        }
    }

    /// Lets answers say that nobody should rely on how the active policy came into
    /// force, if `state` is given.
    #[must_use]
    pub fn in_state(self, state: Option<PolicyState>) -> Self {
        let slot = Slot {
            state,
            ..Slot::clone(&self.slot())
        };
        self.slot.store(Arc::new(slot));
        self.conditions
            .set(Aspect::Proof, state.map(|it| it.meaning().to_owned()));
        self
    }

    /// Lets policies come into force through `store` from now on. A break-glass that
    /// waits for a ratification is said with each decision.
    #[must_use]
    pub fn with_store(mut self, store: PolicyStore) -> Self {
        let history = store.history();
        let break_glass = history.in_force().and_then(InForce::unratified);
        if break_glass.is_some() {
            let slot = Slot {
                state: Some(PolicyState::BreakGlass),
                ..Slot::clone(&self.slot())
            };
            self.slot.store(Arc::new(slot));
        }
        self.tell_break_glass(&history);
        self.store = Some(store);
        self
    }

    /// The bundles and events that the journal keeps, if the policies come into force through them.
    #[must_use]
    pub fn store(&self) -> Option<&PolicyStore> {
        self.store.as_ref()
    }

    /// Names the roots of workspaces that the operator gives: what lies above such a root
    /// is not looked at.
    #[must_use]
    pub fn with_roots(mut self, roots: RootPatterns) -> Self {
        self.roots = roots;
        self
    }

    /// The action with the operator's word about its roots.
    fn placed(&self, mut action: Arc<Action>) -> Arc<Action> {
        if !self.roots.agree_with(&action.place) {
            self.roots.mark(&mut Arc::make_mut(&mut action).place);
        }
        action
    }

    /// Records everything from now on, the policies first.
    ///
    /// # Errors
    /// If the journal can't record them.
    pub async fn recorded_in(mut self, recording: Recording) -> Result<Self, Unavailable> {
        recording
            .policies(PolicyOperation::Started, &self.slot(), Author::Start)
            .await?;
        self.recording = Some(Arc::new(recording));
        Ok(self)
    }

    /// The journal, if there is one.
    #[must_use]
    pub fn recording(&self) -> Option<&Arc<Recording>> {
        self.recording.as_ref()
    }

    /// What is wrong with the service at this moment.
    #[must_use]
    pub fn conditions(&self) -> &Conditions {
        &self.conditions
    }

    /// The policies in force at this moment.
    #[must_use]
    pub fn slot(&self) -> Arc<Slot> {
        self.slot.load_full()
    }

    /// Makes `policy` the candidate; answers the one that it replaces.
    ///
    /// Once it is begun, it must not be dropped before its end: what is recorded must happen.
    ///
    /// # Errors
    /// If the journal can't record it.
    pub async fn stage(
        &self,
        policy: Option<Arc<Policy>>,
        by: Author,
    ) -> Result<Option<Arc<Policy>>, Unavailable> {
        let _changing = self.changing.lock().await;
        let slot = self.slot();
        let next = Slot {
            candidate: policy,
            ..Slot::clone(&slot)
        };
        self.put(PolicyOperation::Staged, next, by).await?;
        Ok(slot.candidate.clone())
    }

    /// Replaces both policies at once, as a reload does where no store keeps the active one. As
    /// [`Authority::stage`], it must come to its end.
    ///
    /// # Errors
    /// If the journal can't record it.
    pub async fn replace(
        &self,
        active: Arc<Policy>,
        candidate: Option<Arc<Policy>>,
        by: Author,
    ) -> Result<(), Unavailable> {
        let _changing = self.changing.lock().await;
        let next = Slot {
            active,
            candidate,
            state: self.slot().state,
        };
        self.put(PolicyOperation::Reloaded, next, by).await
    }

    /// Replaces the candidate, as a reload does where a store keeps the active policy. As
    /// [`Authority::stage`], it must come to its end.
    ///
    /// # Errors
    /// If the journal can't record it.
    pub async fn reload_candidate(
        &self,
        candidate: Option<Arc<Policy>>,
        by: Author,
    ) -> Result<(), Unavailable> {
        let _changing = self.changing.lock().await;
        let next = Slot {
            candidate,
            ..Slot::clone(&self.slot())
        };
        self.put(PolicyOperation::Reloaded, next, by).await
    }

    /// Records `next` and puts it in force.
    async fn put(
        &self,
        operation: PolicyOperation,
        next: Slot,
        by: Author,
    ) -> Result<(), Unavailable> {
        // Nothing is enforced that the journal doesn't know.
        if let Some(recording) = &self.recording {
            recording.policies(operation, &next, by).await?;
        }
        self.swap(next);
        Ok(())
    }

    /// Puts what was recorded in force.
    fn swap(&self, next: Slot) {
        let active = next.active.identity().effective_digest;
        let replaced = self.slot.swap(Arc::new(next));
        self.shadows.end_others(active);
        if replaced.active.identity().effective_digest != active
            && let Some(approvals) = &self.approvals
        {
            approvals.end_open(Timestamp::now());
        }
    }
}
