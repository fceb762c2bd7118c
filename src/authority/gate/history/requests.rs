//! Requests, the answers to them and the acknowledgements, as the records have them.

use super::History;
use crate::canonical::Digest;
use crate::journal::record::LifecycleRecord;
use crate::journal::record::lifecycle::{Acknowledged, LifecycleEvent};

impl History {
    /// The requests that were not used, the newest first, with the indexes of their records: those for
    /// the policy in force, and those that its activation overtook. At most `limit`.
    #[must_use]
    pub fn listed_requests(&self, limit: usize) -> Vec<(Digest, u64)> {
        let mut activations = 0;
        let newest = self.events.iter().rev();
        let since = newest.take_while(|(_, record)| {
            activations += usize::from(record.event.activation().is_some());
            activations < 2
        });
        let requests = since.filter_map(|(index, record)| match &record.event {
            LifecycleEvent::Requested(given) => Some((given.request_digest, *index)),
            _ => None,
        });
        let unused = requests.filter(|(digest, _)| !self.used_requests.contains_key(digest));
        unused.take(limit).collect()
    }

    /// The index of the record that used a request, if one did.
    #[must_use]
    pub fn used(&self, request_digest: Digest) -> Option<u64> {
        self.used_requests.get(&request_digest).copied()
    }

    /// The index of the record that used a break-glass statement, if one did.
    #[must_use]
    pub fn used_statement(&self, statement_digest: Digest) -> Option<u64> {
        self.used_statements.get(&statement_digest).copied()
    }

    /// The record of a request.
    #[must_use]
    pub fn request(&self, request_digest: Digest) -> Option<(u64, &LifecycleRecord)> {
        let mut events = self.events.iter();
        let is = |event: &LifecycleEvent| match event {
            LifecycleEvent::Requested(given) => given.request_digest == request_digest,
            _ => false,
        };
        let found = events.find(|(_, record)| is(&record.event))?;
        Some((found.0, &found.1))
    }

    /// The records of the approvals and rejections of a request.
    pub fn answers(&self, request_digest: Digest) -> impl Iterator<Item = (u64, &LifecycleRecord)> {
        let is = move |event: &LifecycleEvent| match event {
            LifecycleEvent::Approved(given) | LifecycleEvent::Rejected(given) => {
                given.request_digest == request_digest
            }
            _ => false,
        };
        let events = self.events.iter().filter(move |(_, it)| is(&it.event));
        events.map(|(position, record)| (*position, record))
    }

    /// The index of the record of a request's withdrawal, and who withdrew it, if somebody did.
    #[must_use]
    pub fn withdrawn_request(&self, request_digest: Digest) -> Option<(u64, &str)> {
        self.ended(*self.withdrawn_requests.get(&request_digest)?)
    }

    /// The index of the record of a request's first rejection, and who rejected it, if somebody did.
    #[must_use]
    pub fn rejected_request(&self, request_digest: Digest) -> Option<(u64, &str)> {
        self.ended(*self.rejected_requests.get(&request_digest)?)
    }

    fn ended(&self, index: u64) -> Option<(u64, &str)> {
        let person = self.at(index)?.by.person.as_deref();
        Some((index, person.unwrap_or("nobody")))
    }

    /// The records of the acknowledgements for a change from one policy to another, by their effective
    /// digests.
    pub fn acknowledgements(
        &self,
        from: Digest,
        to: Digest,
    ) -> impl Iterator<Item = (u64, &Acknowledged)> {
        let events = self.events.iter();
        events.filter_map(move |(index, record)| match &record.event {
            LifecycleEvent::Acknowledged(given)
                if given.from_effective_digest == from && given.to_effective_digest == to =>
            {
                Some((*index, given))
            }
            _ => None,
        })
    }

    /// The requests that were recorded since the policy in force came into force, and neither used nor
    /// withdrawn. Older ones name an earlier activation, so nobody can use them.
    pub fn open_requests(&self) -> impl Iterator<Item = Digest> {
        let requests = self
            .since_activation()
            .filter_map(|(_, record)| match &record.event {
                LifecycleEvent::Requested(given) => Some(given.request_digest),
                _ => None,
            });
        requests.filter(|digest| {
            let is_used = self.used_requests.contains_key(digest);
            !is_used && !self.withdrawn_requests.contains_key(digest)
        })
    }
}
