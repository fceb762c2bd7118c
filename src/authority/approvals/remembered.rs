//! The requests that are remembered: those that wait for answers, and those that ended lately.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::Arc;

use foldhash::{HashMap, HashMapExt as _};
use jiff::Timestamp;
use uuid::Uuid;

use super::limits::{
    MAX_ENDED_AT_ONCE, MAX_PENDING, MAX_PENDING_OF_ASKER, MAX_REMEMBERED, REMEMBERED_AFTER,
};
use super::request::{Given, Intent, Question, Request, RequestState};
use crate::approval::asker::Asker;
use crate::approval::mac::Mac;

/// Every request that is remembered. Its times are those of the decisions and answers, so what it says
/// follows from the journal.
pub(super) struct RememberedRequests {
    /// In the order of their ids: that of their times.
    entries: BTreeMap<Uuid, Entry>,
    /// The last request of each question.
    questions: HashMap<Question, Uuid>,
    /// The last approved request of each bare action.
    approved: HashMap<Mac, Uuid>,
    /// The last denied request of each intent.
    denied: HashMap<Intent, Uuid>,
    /// When each entry changes by itself: it ends, and later it is forgotten.
    changes: BTreeSet<(Timestamp, Uuid)>,
    pending: HashMap<Asker, usize>,
    all_pending: usize,
}

/// A request with the answers to it.
#[derive(Clone)]
pub(super) struct Entry {
    pub(super) request: Arc<Request>,
    pub(super) given: Vec<Given>,
    pub(super) state: RequestState,
    /// Somebody denies it or takes it back. The record of that may be on disk, so it isn't used, whether
    /// or not that can be recorded.
    pub(super) is_withheld: bool,
    changes_at: Timestamp,
}

/// Why one more request is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Full {
    /// The asker has too many.
    #[error(
        "{MAX_PENDING_OF_ASKER} requests of the same user wait for answers already, so none is added"
    )]
    Asker,
    /// All together have too many.
    #[error("{MAX_PENDING} requests wait for answers already, so none is added")]
    All,
}

impl RememberedRequests {
    pub(super) fn new() -> Self {
        Self {
            entries: BTreeMap::new(),
            questions: HashMap::new(),
            approved: HashMap::new(),
            denied: HashMap::new(),
            changes: BTreeSet::new(),
            pending: HashMap::new(),
            all_pending: 0,
        }
    }

    /// A request.
    pub(super) fn entry(&self, id: Uuid) -> Option<&Entry> {
        self.entries.get(&id)
    }

    /// Every request, the oldest first.
    pub(super) fn all(&self) -> impl Iterator<Item = &Entry> {
        self.entries.values()
    }

    /// The last request of a question.
    pub(super) fn asked(&self, question: Question) -> Option<&Entry> {
        self.entries.get(self.questions.get(&question)?)
    }

    /// The last request of a bare action that people approved.
    pub(super) fn approved(&self, bare_action: Mac) -> Option<&Entry> {
        self.entries.get(self.approved.get(&bare_action)?)
    }

    /// The last request of an intent that people denied.
    pub(super) fn denied(&self, intent: Intent) -> Option<&Entry> {
        self.entries.get(self.denied.get(&intent)?)
    }

    /// The requests before `before`, the newest first.
    pub(super) fn back_from(&self, before: Option<Uuid>) -> impl Iterator<Item = &Entry> {
        let before = before.map_or(Bound::Unbounded, Bound::Excluded);
        let range = self.entries.range((Bound::Unbounded, before));
        range.rev().map(|(_, entry)| entry)
    }

    /// Whether one more request of the asker may wait for answers.
    pub(super) fn has_room(&self, asker: Asker) -> Result<(), Full> {
        if self.all_pending >= MAX_PENDING {
            return Err(Full::All);
        }
        match self.pending.get(&asker) {
            Some(pending) if *pending >= MAX_PENDING_OF_ASKER => Err(Full::Asker),
            _ => Ok(()),
        }
    }

    /// Adds a request, which waits for answers.
    pub(super) fn add(&mut self, request: Request) {
        let (id, ends) = (request.id(), request.expires_at);
        self.remove(id);
        self.questions.insert(request.question(), id);
        *self.pending.entry(request.asker).or_default() += 1;
        self.all_pending += 1;
        self.changes.insert((ends, id));
        let entry = Entry {
            request: Arc::new(request),
            given: Vec::new(),
            state: RequestState::Pending,
            is_withheld: false,
            changes_at: ends,
        };
        self.entries.insert(id, entry);
    }

    /// Adds what a request shows, which is known once it is recorded.
    pub(super) fn summarize(&mut self, id: Uuid, recorded: Request) {
        if let Some(entry) = self.entries.get_mut(&id) {
            entry.request = Arc::new(recorded);
        }
    }

    /// Adds an answer, after which the request is in this state until `until`.
    pub(super) fn answer(&mut self, id: Uuid, given: Given, state: RequestState, until: Timestamp) {
        let Some(entry) = self.entries.get_mut(&id) else {
            return;
        };
        // The last word of a person counts.
        entry.given.retain(|before| !before.is_same_word(&given));
        entry.given.push(given);
        match state {
            RequestState::Approved(_) => {
                self.approved.insert(entry.request.bare_action, id);
            }
            RequestState::Denied(_) => {
                self.denied.insert(entry.request.intent(), id);
            }
            _ => {}
        }
        self.set(id, state, until);
    }

    /// Lets nobody use a request any more.
    pub(super) fn withhold(&mut self, id: Uuid) {
        if let Some(entry) = self.entries.get_mut(&id) {
            entry.is_withheld = true;
        }
    }

    /// Lets a request end now, by what it came to.
    pub(super) fn end(&mut self, id: Uuid, state: RequestState, at: Timestamp) {
        self.set(id, state, later(at));
    }

    /// Lets every request end that waits or could be used, since it was asked for under a policy that is
    /// no longer in force. Denials go on. The ids of those that end.
    pub(super) fn end_open(&mut self, at: Timestamp) -> Vec<Uuid> {
        let is_open = |entry: &&Entry| {
            matches!(
                entry.state,
                RequestState::Pending | RequestState::Approved(_)
            )
        };
        let open: Vec<Uuid> = self
            .all()
            .filter(is_open)
            .map(|it| it.request.id())
            .collect();
        for id in &open {
            self.end(*id, RequestState::Ended(at), at);
        }
        open
    }

    /// Forgets a request.
    pub(super) fn remove(&mut self, id: Uuid) {
        let Some(entry) = self.entries.remove(&id) else {
            return;
        };
        self.changes.remove(&(entry.changes_at, id));
        if counts(entry.state) {
            self.release(entry.request.asker);
        }
        let question = entry.request.question();
        if self.questions.get(&question) == Some(&id) {
            self.questions.remove(&question);
        }
        let bare = entry.request.bare_action;
        if self.approved.get(&bare) == Some(&id) {
            self.approved.remove(&bare);
        }
        let intent = entry.request.intent();
        if self.denied.get(&intent) == Some(&id) {
            self.denied.remove(&intent);
        }
    }

    /// Does what is due at the time `now`: some requests end, and some are forgotten.
    pub(super) fn tend(&mut self, now: Timestamp) {
        for _ in 0..MAX_ENDED_AT_ONCE {
            let Some((at, id)) = self.changes.first().copied() else {
                return;
            };
            let is_over = self.entries.len() > MAX_REMEMBERED;
            if at > now && !is_over {
                return;
            }
            match self.entries.get(&id).map(|entry| entry.state) {
                Some(state) if counts(state) && !is_over => {
                    self.end(id, RequestState::Ended(at), at);
                }
                _ => self.remove(id),
            }
        }
    }

    fn set(&mut self, id: Uuid, state: RequestState, changes_at: Timestamp) {
        let Some(entry) = self.entries.get_mut(&id) else {
            return;
        };
        self.changes.remove(&(entry.changes_at, id));
        let counted = counts(entry.state);
        entry.state = state;
        entry.changes_at = changes_at;
        let asker = entry.request.asker;
        self.changes.insert((changes_at, id));
        if counted && !counts(state) {
            self.release(asker);
        }
    }

    fn release(&mut self, asker: Asker) {
        self.all_pending = self.all_pending.saturating_sub(1);
        if let Some(pending) = self.pending.get_mut(&asker) {
            *pending = pending.saturating_sub(1);
            if *pending == 0 {
                self.pending.remove(&asker);
            }
        }
    }
}

/// Whether a request in this state takes one of the places of its asker.
fn counts(state: RequestState) -> bool {
    matches!(
        state,
        RequestState::Pending | RequestState::Approved(_) | RequestState::Denied(_)
    )
}

/// When a request that ended at `at` is forgotten.
fn later(at: Timestamp) -> Timestamp {
    at.saturating_add(REMEMBERED_AFTER).unwrap_or(at)
}
