//! The requests that are remembered: those that wait for answers, and those that ended lately.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::Arc;

use foldhash::{HashMap, HashMapExt as _};
use jiff::Timestamp;
use uuid::Uuid;

use super::ended::{EndNumber, Ended};
use super::limits::{
    MAX_ENDED_AT_ONCE, MAX_PENDING, MAX_PENDING_BYTES, MAX_PENDING_OF_ASKER, REMEMBERED_AFTER,
};
use super::places::ByAge;
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
    /// The denied request of each intent whose denial holds the longest.
    denied: HashMap<Intent, Uuid>,
    /// When each entry changes by itself: it ends, and later it is forgotten.
    changes: BTreeSet<(Timestamp, Uuid)>,
    /// What takes one of the places of its asker.
    places: ByAge,
    /// Bytes of the requests that take places.
    placed_bytes: usize,
    /// What is over.
    ended: Ended,
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
    /// About how much memory it takes.
    bytes: usize,
    /// Its number among those that ended, if it did.
    ended: Option<EndNumber>,
}

impl Entry {
    /// Whether it can be answered: it waits, or was approved and not used.
    pub(super) fn is_open(&self) -> bool {
        matches!(
            self.state,
            RequestState::Pending | RequestState::Approved(_)
        )
    }
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
    #[error(
        "{MAX_PENDING} requests, or {} MiB of them, wait for answers already, so none is added",
        MAX_PENDING_BYTES / 1024 / 1024
    )]
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
            places: ByAge::default(),
            placed_bytes: 0,
            ended: Ended::default(),
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

    /// The request of an intent whose denial holds the longest, if one holds.
    pub(super) fn denied(&self, intent: Intent) -> Option<&Entry> {
        let entry = self.entries.get(self.denied.get(&intent)?)?;
        matches!(entry.state, RequestState::Denied(_)).then_some(entry)
    }

    /// The requests before `before`, the newest first.
    pub(super) fn back_from(&self, before: Option<Uuid>) -> impl Iterator<Item = &Entry> {
        let before = before.map_or(Bound::Unbounded, Bound::Excluded);
        let range = self.entries.range((Bound::Unbounded, before));
        range.rev().map(|(_, entry)| entry)
    }

    /// Whether one more request of the asker may wait for answers.
    pub(super) fn has_room(&self, asker: Asker) -> Result<(), Full> {
        if self.places.count(asker) >= MAX_PENDING_OF_ASKER {
            return Err(Full::Asker);
        }
        if self.is_full(0) && self.gives_way_to(asker).is_none() {
            return Err(Full::All);
        }
        Ok(())
    }

    /// Whether all places are taken, or there is no room for so many bytes more.
    fn is_full(&self, bytes: usize) -> bool {
        self.places.all() >= MAX_PENDING || self.placed_bytes + bytes > MAX_PENDING_BYTES
    }

    /// The request that ends so that one of `asker` has a place, where all are taken: the newest that
    /// waits of whom has the most, if they keep as many as `asker` then has. So nobody fills the places
    /// of all, by however many users.
    fn gives_way_to(&self, asker: Asker) -> Option<Uuid> {
        let (most, richest) = self.places.most()?;
        if most <= self.places.count(asker) + 1 {
            return None;
        }
        let mut newest_first = self.places.of(richest).rev();
        newest_first.find(|id| {
            let entry = self.entries.get(id);
            entry.is_some_and(|it| it.state == RequestState::Pending)
        })
    }

    /// Adds a request, which waits for answers. The ids of the requests that ended for it, because there was
    /// no room.
    pub(super) fn add(&mut self, request: Request) -> Vec<Uuid> {
        let (id, ends, asker) = (request.id(), request.expires_at, request.asker);
        self.remove(id);
        let (at, bytes) = (request.asked_at, request.bytes());
        let mut ended = Vec::new();
        while self.is_full(bytes)
            && let Some(id) = self.gives_way_to(asker)
        {
            self.end(id, RequestState::Ended(at), at);
            ended.push(id);
        }
        self.questions.insert(request.question(), id);
        self.places.take(asker, id);
        self.placed_bytes += bytes;
        self.changes.insert((ends, id));
        let entry = Entry {
            request: Arc::new(request),
            given: Vec::new(),
            state: RequestState::Pending,
            is_withheld: false,
            changes_at: ends,
            bytes,
            ended: None,
        };
        self.entries.insert(id, entry);
        ended
    }

    /// Adds what a request shows, which is known once it is recorded.
    pub(super) fn summarize(&mut self, id: Uuid, recorded: Request) {
        if let Some(entry) = self.entries.get_mut(&id) {
            entry.request = Arc::new(recorded);
        }
    }

    /// Adds an answer, after which the request is in this state until `until`. Of a denial, the ids of
    /// the open requests of the same intent, which end at the time `at`: what waits or was approved in
    /// another session is no way around it.
    pub(super) fn answer(
        &mut self,
        id: Uuid,
        given: Given,
        (state, until): (RequestState, Timestamp),
        at: Timestamp,
    ) -> Vec<Uuid> {
        let Some(entry) = self.entries.get_mut(&id) else {
            return Vec::new();
        };
        // The last word of a person counts.
        entry.given.retain(|before| !before.is_same_word(&given));
        entry.given.push(given);
        let request = Arc::clone(&entry.request);
        self.set(id, state, until);
        match state {
            RequestState::Approved(_) => {
                self.approved.insert(request.bare_action, id);
            }
            RequestState::Denied(_) => return self.deny(&request, until, at),
            _ => {}
        }
        Vec::new()
    }

    /// Lets a denial of `request` hold for its intent until `until`.
    fn deny(&mut self, request: &Request, until: Timestamp, at: Timestamp) -> Vec<Uuid> {
        let intent = request.intent();
        let longest = self.denied(intent).map(|entry| entry.state);
        if !matches!(longest, Some(RequestState::Denied(other)) if other >= until) {
            self.denied.insert(intent, request.id());
        }
        let same = self.open_of(request);
        for id in &same {
            self.end(*id, RequestState::Ended(at), at);
        }
        same
    }

    /// The open requests of the same intent as `request`, in whatever session.
    pub(super) fn open_of(&self, request: &Request) -> Vec<Uuid> {
        let intent = request.intent();
        let same = self.places.of(request.asker).filter(|id| {
            let entry = self.entries.get(id);
            entry.is_some_and(|it| it.is_open() && it.request.intent() == intent)
        });
        same.collect()
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
        let open = self.all().filter(|entry| entry.is_open());
        let open: Vec<Uuid> = open.map(|it| it.request.id()).collect();
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
        let asker = entry.request.asker;
        match entry.ended {
            Some(number) => self.ended.remove(asker, (number, id), entry.bytes),
            None => self.release(asker, id, entry.bytes),
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
            if at > now {
                return;
            }
            match self.entries.get(&id).map(|entry| entry.state) {
                Some(state) if counts(state) => self.end(id, RequestState::Ended(at), at),
                Some(_) => self.remove(id),
                None => drop(self.changes.remove(&(at, id))),
            }
        }
    }

    fn set(&mut self, id: Uuid, state: RequestState, changes_at: Timestamp) {
        let Some(entry) = self.entries.get_mut(&id) else {
            return;
        };
        self.changes.remove(&(entry.changes_at, id));
        entry.state = state;
        entry.changes_at = changes_at;
        self.changes.insert((changes_at, id));
        if counts(state) || entry.ended.is_some() {
            return;
        }
        let (asker, bytes) = (entry.request.asker, entry.bytes);
        entry.ended = Some(self.ended.add(asker, id, bytes));
        self.release(asker, id, bytes);
        while let Some(surplus) = self.ended.surplus(asker) {
            self.remove(surplus);
        }
    }

    /// Gives the place of a request back.
    fn release(&mut self, asker: Asker, id: Uuid, bytes: usize) {
        self.places.release(asker, id);
        self.placed_bytes = self.placed_bytes.saturating_sub(bytes);
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

#[cfg(test)]
mod tests;
