//! What a live run saw in decisions that the journal can't replay.
//!
//! The run judged such a decision by both policies when it was made. Its records hold the
//! results, so the part is recomputed from them. A loosened group needs an explanation like each other
//! one: nothing is hidden by an action that can't be recorded whole. No other decision of this kind
//! keeps a criterion from being met: nobody stops a promotion by sending such actions.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::build::group_id;
use super::{Basis, Counts, Label, Report, Status};
use crate::canonical::{CanonicalError, Digest};
use crate::decision::Change;
use crate::shadow::compare::group::GroupKey;
use crate::shadow::compare::unclear::Unclear;

/// Decisions of a live run that the journal can't replay, because not all of the action could be
/// recorded, or because marks replace secrets in it that one of the policies looks at. They are in
/// no other number of the report than `denominators.seen` and `denominators.sampled`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnclearReport {
    /// How many of these decisions had each result when they were made.
    pub counts: Counts,
    /// The loosened groups that no decision in `groups` has, at most 256. They need an explanation
    /// like the others.
    pub groups: Vec<UnclearGroup>,
    /// How many loosened decisions have no group because there are too many groups.
    pub group_overflow: u64,
}

/// A group of loosened decisions that the journal can't replay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnclearGroup {
    /// SHA-256 over the two effective digests and the key. An explanation is bound to it.
    pub id: Digest,
    /// What the decisions have in common.
    pub key: GroupKey,
    /// How many decisions the group has.
    pub count: u64,
    /// Whether a signed explanation covers the group.
    pub explained: bool,
}

/// A loosened group, whether or not its decisions can be replayed.
#[derive(Debug, Clone, Copy)]
pub struct LoosenedGroup<'a> {
    /// The group's id.
    pub id: Digest,
    /// What the decisions have in common.
    pub key: &'a GroupKey,
    /// How many decisions the group has.
    pub count: u64,
    /// Whether a signed explanation covers the group.
    pub explained: bool,
}

impl UnclearReport {
    /// What `unclear` says of two policies, by their effective digests. None if there was no such
    /// decision.
    ///
    /// # Errors
    /// If a group has no canonical form, which no group lacks.
    pub(in crate::shadow) fn of(
        unclear: &Unclear,
        active: Digest,
        candidate: Digest,
        explained: &BTreeSet<Digest>,
    ) -> Result<Option<Self>, CanonicalError> {
        let group = |(key, count): (&GroupKey, u64)| {
            let id = group_id(active, candidate, key)?;
            Ok(UnclearGroup {
                id,
                key: key.clone(),
                count,
                explained: explained.contains(&id),
            })
        };
        let groups: Result<_, CanonicalError> = unclear.loosened().map(group).collect();
        let found = Self {
            counts: unclear.counts(),
            groups: groups?,
            group_overflow: unclear.beyond(),
        };
        Ok((found.counts.total() > 0).then_some(found))
    }
}

impl Report {
    /// Adds the decisions that the journal can't replay. A group that replayable decisions have too
    /// is listed once, among `groups`.
    #[must_use]
    pub(in crate::shadow) fn with_unclear(mut self, found: Option<UnclearReport>) -> Self {
        let Some(mut unclear) = found else {
            return self;
        };
        let known: BTreeSet<Digest> = self.groups.iter().map(|group| group.id).collect();
        unclear.groups.retain(|group| !known.contains(&group.id));
        unclear.groups.sort_by(|a, b| {
            (b.key.distance().cmp(&a.key.distance())).then_with(|| a.key.cmp(&b.key))
        });
        self.labels.push(Label {
            field: "unclear".to_owned(),
            basis: Basis::Recomputed,
        });
        self.unclear = Some(unclear);
        if let Some(criteria) = self.criteria_again() {
            self.criteria = criteria;
        }
        if !self.criteria.iter().all(|criterion| criterion.met) {
            self.status = Status::NotReady;
        }
        self
    }

    /// Every loosened group, those of replayable decisions first.
    pub fn loosened_groups(&self) -> impl Iterator<Item = LoosenedGroup<'_>> {
        let replayable = self.groups_of(Change::Loosened).map(|group| LoosenedGroup {
            id: group.id,
            key: &group.key,
            count: group.count,
            explained: group.explained,
        });
        let unclear = self.unclear.iter().flat_map(|it| &it.groups);
        replayable.chain(unclear.map(|group| LoosenedGroup {
            id: group.id,
            key: &group.key,
            count: group.count,
            explained: group.explained,
        }))
    }

    /// Whether the report lists a group.
    #[must_use]
    pub fn has_group(&self, id: Digest) -> bool {
        self.groups.iter().any(|group| group.id == id)
            || self.loosened_groups().any(|group| group.id == id)
    }

    /// How many decisions would be laxer.
    #[must_use]
    pub fn loosened(&self) -> u64 {
        let unclear = self.unclear_counts().loosened;
        self.counts.loosened.saturating_add(unclear)
    }

    /// How many laxer decisions have no group because there are too many groups.
    #[must_use]
    pub fn loosened_beyond_groups(&self) -> u64 {
        let unclear = self.unclear.as_ref().map_or(0, |it| it.group_overflow);
        self.group_overflow.loosened.saturating_add(unclear)
    }

    /// The decisions that the journal can't replay, by their results.
    pub(super) fn unclear_counts(&self) -> Counts {
        let unclear = self.unclear.as_ref();
        unclear.map_or_else(Counts::default, |it| it.counts)
    }

    /// Whether `unclear` agrees with itself: its groups are loosened ones that follow from their
    /// keys, and have no more decisions than were counted.
    pub(super) fn unclear_adds_up(&self) -> bool {
        let Some(unclear) = &self.unclear else {
            return true;
        };
        let (active, candidate) = (&self.active, &self.candidate);
        let is_named = |group: &UnclearGroup| {
            let (active, candidate) = (active.effective_digest, candidate.effective_digest);
            let id = group_id(active, candidate, &group.key);
            id.is_ok_and(|id| id == group.id) && group.key.change == Change::Loosened
        };
        let grouped = unclear.groups.iter().map(|group| group.count);
        let grouped = grouped.fold(unclear.group_overflow, u64::saturating_add);
        unclear.counts.total() > 0
            && grouped <= unclear.counts.loosened
            && unclear.groups.iter().all(is_named)
    }
}
