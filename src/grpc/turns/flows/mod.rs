//! Turns among flows and, within a flow, among the flows below it: deficit round robin
//! (Shreedhar and Varghese, SIGCOMM 1995).
//!
//! The cost of work is known when it is done, so its flow is charged then. A flow in debt is passed
//! over, and each round pays off a quantum of its debt. A debt stays when the flow has nothing
//! waiting, so a caller that asks for one large piece at a time pays like one that asks for many.
//! If nobody waits, all debts are forgiven.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use super::origin::Flow;

/// Work that waits for its turn, in one flow for each peer, connection and call.
#[derive(Debug)]
pub(super) struct Waiting<T> {
    pub(super) id: u64,
    /// Whether it may have the reserved turn.
    pub(super) small: bool,
    /// What it will cost, roughly.
    pub(super) expected: Duration,
    pub(super) work: T,
}

/// A flow, and those below it.
#[derive(Debug)]
pub(super) struct Flows<T> {
    /// Nanoseconds of work that it may still have in this round; below zero, its debt.
    credit: i64,
    waiting: usize,
    /// Those waiting that are small.
    small: usize,
    running: usize,
    /// Whether it is one of those that a turn is reserved for.
    is_party: bool,
    /// The waiting work of a flow that has no flows below.
    queue: VecDeque<Waiting<T>>,
    below: HashMap<Flow, Flows<T>>,
    /// Those below in the order of their turns.
    ring: VecDeque<Flow>,
}

impl<T> Flows<T> {
    /// With a whole quantum to begin with.
    pub(super) fn new(quantum: Duration) -> Self {
        Self {
            credit: nanoseconds(quantum),
            waiting: 0,
            small: 0,
            running: 0,
            is_party: false,
            queue: VecDeque::new(),
            below: HashMap::new(),
            ring: VecDeque::new(),
        }
    }

    pub(super) fn waiting(&self) -> usize {
        self.waiting
    }

    /// How many wait in the flow at `path`.
    pub(super) fn waiting_at(&self, path: &[Flow]) -> usize {
        match path.split_first() {
            None => self.waiting,
            Some((flow, rest)) => {
                let below = self.below.get(flow);
                below.map_or(0, |below| below.waiting_at(rest))
            }
        }
    }

    /// Puts work at the end of the flow at `path`, whose element `party` is a party.
    pub(super) fn push(
        &mut self,
        path: &[Flow],
        party: usize,
        work: Waiting<T>,
        quantum: Duration,
    ) {
        self.waiting += 1;
        self.small += usize::from(work.small);
        let Some((flow, rest)) = path.split_first() else {
            self.queue.push_back(work);
            return;
        };
        let ring = &mut self.ring;
        let below = self.below.entry(*flow).or_insert_with(|| {
            ring.push_back(*flow);
            Self::new(quantum)
        });
        below.is_party = party == 0;
        below.push(rest, party.wrapping_sub(1), work, quantum);
    }

    /// The work whose turn it is. `path` gets the way to its flow.
    pub(super) fn take(&mut self, path: &mut Vec<Flow>, quantum: Duration) -> Option<Waiting<T>> {
        if self.waiting == 0 {
            return None;
        }
        let taken = match self.queue.pop_front() {
            Some(work) => Some(work),
            None => self.take_below(path, quantum),
        };
        taken.inspect(|work| self.began(work))
    }

    /// Ends, because something waits below: each round brings its flow closer to credit.
    fn take_below(&mut self, path: &mut Vec<Flow>, quantum: Duration) -> Option<Waiting<T>> {
        loop {
            let flow = *self.ring.front()?;
            let below = self.below.get_mut(&flow)?;
            if below.is_settled() {
                self.below.remove(&flow);
                self.ring.pop_front();
                continue;
            }
            if below.credit > 0 && below.waiting > 0 {
                path.push(flow);
                return below.take(path, quantum);
            }
            below.pay(quantum);
            self.ring.rotate_left(1);
        }
    }

    /// Small work of a party that has nothing under way and no debt: first what is expected to cost
    /// least, then the most senior. So however many come as new parties with much each, one that wants
    /// little doesn't wait for them. Nobody's place in the ring changes.
    pub(super) fn take_reserved(&mut self, path: &mut Vec<Flow>) -> Option<Waiting<T>> {
        if self.is_party {
            return self.has_reserved().then(|| self.take_small(path))?;
        }
        let parties = self.ring.iter().copied();
        let has_reserved = |flow: &Flow| self.below.get(flow).is_some_and(Self::has_reserved);
        let cost = |flow: &Flow| self.below.get(flow).and_then(Self::least_reserved);
        let first = parties
            .filter(has_reserved)
            .min_by_key(|flow| (cost(flow), flow.seniority()))?;
        path.push(first);
        let work = self.below.get_mut(&first)?.take_reserved(path)?;
        self.began(&work);
        Some(work)
    }

    /// Whether [`Self::take_reserved`] has something to take.
    pub(super) fn has_reserved(&self) -> bool {
        let is_party_idle = || self.is_party && self.running == 0 && self.credit > 0;
        let is_below = || !self.is_party && self.below.values().any(Self::has_reserved);
        self.small > 0 && (is_party_idle() || is_below())
    }

    /// What the cheapest work for the reserved turn is expected to cost.
    fn least_reserved(&self) -> Option<Duration> {
        match self.is_party {
            true => self.has_reserved().then(|| self.next_small())?,
            false => self.below.values().filter_map(Self::least_reserved).min(),
        }
    }

    /// What the work that [`Self::take_small`] takes is expected to cost.
    fn next_small(&self) -> Option<Duration> {
        let own = self.queue.iter().find(|work| work.small);
        own.map(|work| work.expected).or_else(|| {
            let mut flows = self.ring.iter().filter_map(|flow| self.below.get(flow));
            flows.find(|below| below.small > 0)?.next_small()
        })
    }

    fn take_small(&mut self, path: &mut Vec<Flow>) -> Option<Waiting<T>> {
        let taken = if let Some(place) = self.queue.iter().position(|work| work.small) {
            self.queue.remove(place)
        } else {
            let mut flows = self.ring.iter().copied();
            let has_small = |flow: &Flow| self.below.get(flow).is_some_and(|it| it.small > 0);
            let flow = flows.find(has_small)?;
            path.push(flow);
            self.below.get_mut(&flow)?.take_small(path)
        };
        taken.inspect(|work| self.began(work))
    }

    /// Takes the work `id` out of the flow at `path`, if it still waits there.
    pub(super) fn withdraw(&mut self, path: &[Flow], id: u64) -> Option<Waiting<T>> {
        let taken = match path.split_first() {
            None => {
                let place = self.queue.iter().position(|work| work.id == id)?;
                self.queue.remove(place)?
            }
            Some((flow, rest)) => self.below.get_mut(flow)?.withdraw(rest, id)?,
        };
        self.waiting -= 1;
        self.small -= usize::from(taken.small);
        Some(taken)
    }

    /// Charges the flow at `path` for work that is done.
    pub(super) fn finish(&mut self, path: &[Flow], cost: Duration) {
        self.running -= 1;
        self.credit = self.credit.saturating_sub(nanoseconds(cost));
        if let Some((flow, rest)) = path.split_first()
            && let Some(below) = self.below.get_mut(flow)
        {
            below.finish(rest, cost);
        }
    }

    /// Forgets all flows for which nothing runs. Nobody waits, so nobody would gain by their debts.
    pub(super) fn forgive(&mut self) {
        self.below.retain(|_, below| {
            below.forgive();
            below.running > 0
        });
        self.ring.retain(|flow| self.below.contains_key(flow));
    }

    fn began(&mut self, work: &Waiting<T>) {
        self.waiting -= 1;
        self.small -= usize::from(work.small);
        self.running += 1;
    }

    /// Whether the flow has no work and no debt, so that it can be forgotten.
    fn is_settled(&self) -> bool {
        self.waiting == 0 && self.running == 0 && self.credit >= 0
    }

    /// Pays off a round's quantum of the flow's debt. Credit above one quantum is lost.
    fn pay(&mut self, quantum: Duration) {
        let quantum = nanoseconds(quantum);
        self.credit = self.credit.saturating_add(quantum).min(quantum);
    }
}

fn nanoseconds(time: Duration) -> i64 {
    i64::try_from(time.as_nanos()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod laws;
