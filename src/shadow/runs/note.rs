//! What the journal records of a shadow run: the `detail` of its `shadow` records.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::canonical::Digest;
use crate::decision::Change;
use crate::policy::promotion::Criteria;
use crate::shadow::EndReason;
use crate::shadow::compare::sampling::PartsPerMillion;
use crate::shadow::live::{Batch, Placed};
use crate::shadow::report::Counts;

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
    pub compared: Which,
    /// Those of them that diverged, by class.
    pub divergences: BTreeMap<Change, Which>,
    /// Comparisons by class, since the start.
    pub counts: Counts,
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

/// A set of decisions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Which {
    /// By their indexes in the journal: ranges, the first and the last index of each, in order.
    Positions(Vec<(u64, u64)>),
    /// By their ids, in order: where the journal promises less than to be written first, so
    /// that indexes are not known yet.
    DecisionIds(Vec<Uuid>),
}

impl ComparedNote {
    /// What is recorded of a batch.
    #[must_use]
    pub fn of(active: Digest, batch: &Batch) -> Self {
        let of = |change: Change| {
            let found = batch.compared.iter().filter(|it| it.change == change);
            let found: Vec<Placed> = found.copied().collect();
            (!found.is_empty()).then(|| (change, Which::of(&found)))
        };
        let diverging = Change::ALL.into_iter().filter(|it| *it != Change::Same);
        Self {
            batch: batch.number,
            active,
            compared: Which::of(&batch.compared),
            divergences: diverging.filter_map(of).collect(),
            counts: batch.counts,
            seen: batch.intake.seen,
            sampled: batch.intake.sampled,
            dropped: batch.intake.dropped,
            ended: batch.ended,
        }
    }
}

impl Which {
    fn of(placed: &[Placed]) -> Self {
        let positions: Option<Vec<u64>> = placed.iter().map(|it| it.position).collect();
        match positions {
            Some(positions) => Self::Positions(ranges(positions)),
            None => {
                let mut ids: Vec<Uuid> = placed.iter().map(|it| it.decision_id).collect();
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
