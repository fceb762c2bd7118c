//! What the journal records of a shadow run: the `detail` of its `shadow` records.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::canonical::{CanonicalError, Digest};
use crate::decision::Change;
use crate::policy::promotion::Criteria;
use crate::shadow::EndReason;
use crate::shadow::compare::sampling::PartsPerMillion;
use crate::shadow::live::{Batch, Comparison};
use crate::shadow::report::Counts;
use crate::shadow::report::unclear::UnclearReport;

/// One record of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum ShadowNote {
    /// The run began.
    Started(StartedNote),
    /// The comparisons since the run's record before.
    Compared(ComparedNote),
    /// The run ended without recording its end.
    Ended(EndedNote),
}

/// How a run began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartedNote {
    /// The effective digest of the policy whose decisions are compared.
    pub active: Digest,
    /// The share that is compared.
    pub sampling_ppm: PartsPerMillion,
    /// Decisions that may wait to be compared.
    pub queue_decisions: usize,
    /// It ends after so many comparisons.
    pub max_compared: Option<u64>,
    /// It ends then.
    pub until: Timestamp,
    /// What a change to the candidate has to show. Absent in records of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub criteria: Option<Criteria>,
}

/// The end of a run, recorded by a later process that knows nothing more of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndedNote {
    /// The reason.
    pub reason: EndReason,
}

/// What was compared since the record before, and what there was since the start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComparedNote {
    /// From 0: a gap is a batch that could not be recorded.
    pub batch: u64,
    /// The effective digest of the policy whose decisions were compared.
    pub active: Digest,
    /// Which decisions were compared since the record before.
    pub compared: DecisionSet,
    /// Those of them that diverged, by class.
    pub divergences: BTreeMap<Change, DecisionSet>,
    /// Comparisons by class, since the start.
    pub counts: Counts,
    /// The decisions that the journal can't replay, since the start. Absent if there were none, and
    /// in records of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unclear: Option<UnclearNote>,
    /// The number of decisions that were offered since the start.
    pub seen: u64,
    /// Those that were to be compared.
    pub sampled: u64,
    /// Those that were not, since the queue was full.
    pub dropped: u64,
    /// Why the run ended: in its last record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<EndReason>,
}

/// Decisions that the journal can't replay, and their results.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnclearNote {
    /// How many of them had each result.
    pub counts: Counts,
    /// The ids of the loosened groups, and how many decisions each has. A group's name may hold a
    /// secret, so only its id is recorded.
    pub groups: BTreeMap<Digest, u64>,
    /// How many loosened decisions have no group because there are too many groups.
    pub beyond: u64,
}

/// A set of decisions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecisionSet {
    /// By their positions in the journal: ranges, the first and the last position of each, in order.
    Positions(Vec<(u64, u64)>),
    /// By their ids, in order: where the journal promises less than to be written first, so
    /// that positions are not known yet.
    DecisionIds(Vec<Uuid>),
}

impl ComparedNote {
    /// What is recorded of a batch.
    ///
    /// # Errors
    /// If a group has no canonical form, which no group lacks.
    pub fn of(active: Digest, candidate: Digest, batch: &Batch) -> Result<Self, CanonicalError> {
        let of = |change: Change| {
            let found = batch.compared.iter().filter(|it| it.change == change);
            let found: Vec<Comparison> = found.copied().collect();
            (!found.is_empty()).then(|| (change, DecisionSet::of(&found)))
        };
        let diverging = Change::ALL.into_iter().filter(|it| *it != Change::Same);
        Ok(Self {
            batch: batch.number,
            active,
            compared: DecisionSet::of(&batch.compared),
            divergences: diverging.filter_map(of).collect(),
            counts: batch.counts,
            unclear: unclear(active, candidate, batch)?,
            seen: batch.intake.seen,
            sampled: batch.intake.sampled,
            dropped: batch.intake.dropped,
            ended: batch.ended,
        })
    }
}

fn unclear(
    active: Digest,
    candidate: Digest,
    batch: &Batch,
) -> Result<Option<UnclearNote>, CanonicalError> {
    let found = UnclearReport::of(&batch.unclear, active, candidate, &BTreeSet::new())?;
    Ok(found.map(|it| UnclearNote {
        counts: it.counts,
        groups: it.groups.iter().map(|it| (it.id, it.count)).collect(),
        beyond: it.group_overflow,
    }))
}

impl DecisionSet {
    fn of(compared: &[Comparison]) -> Self {
        let positions: Option<Vec<u64>> = compared.iter().map(|it| it.position).collect();
        match positions {
            Some(positions) => Self::Positions(ranges(positions)),
            None => {
                let mut ids: Vec<Uuid> = compared.iter().map(|it| it.decision_id).collect();
                ids.sort_unstable();
                Self::DecisionIds(ids)
            }
        }
    }
}

fn ranges(mut positions: Vec<u64>) -> Vec<(u64, u64)> {
    positions.sort_unstable();
    let mut ranges: Vec<(u64, u64)> = Vec::new();
    for position in positions {
        match ranges.last_mut() {
            Some((_, last)) if position.checked_sub(*last).is_some_and(|gap| gap <= 1) => {
                *last = position;
            }
            _ => ranges.push((position, position)),
        }
    }
    ranges
}
