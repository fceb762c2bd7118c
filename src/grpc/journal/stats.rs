//! Statistics of a journal.

use crate::grpc::convert::field::FieldError;
use crate::grpc::convert::same_fields::same_fields;
use crate::grpc::convert::time::{time, timestamp};
use crate::grpc::wire;
use crate::journal::query::{Counts, DiskUse, Percentiles, Stats, StatsSchema};

impl From<Stats> for wire::JournalStats {
    fn from(stats: Stats) -> Self {
        let Stats {
            schema_version: StatsSchema::V1,
            decisions,
            events,
            first_time,
            last_time,
            by_decision,
            by_rule,
            by_agent,
            by_action_type,
            by_outcome,
            by_change,
            by_replayable,
            by_event,
            facts_ns,
            active_ns,
            candidate_ns,
            disk,
        } = stats;
        Self {
            decisions,
            events,
            first_time: first_time.map(timestamp),
            last_time: last_time.map(timestamp),
            by_decision: Some(by_decision.into()),
            by_rule: Some(by_rule.into()),
            by_agent: Some(by_agent.into()),
            by_action_type: Some(by_action_type.into()),
            by_outcome: Some(by_outcome.into()),
            by_change: Some(by_change.into()),
            by_replayable: Some(by_replayable.into()),
            by_event: Some(by_event.into()),
            facts_ns: Some(facts_ns.into()),
            active_ns: Some(active_ns.into()),
            candidate_ns: Some(candidate_ns.into()),
            disk: Some(disk.into()),
        }
    }
}

impl TryFrom<wire::StatsResponse> for Stats {
    type Error = FieldError;

    fn try_from(response: wire::StatsResponse) -> Result<Self, FieldError> {
        let wire::StatsResponse { stats } = response;
        let wire::JournalStats {
            decisions,
            events,
            first_time,
            last_time,
            by_decision,
            by_rule,
            by_agent,
            by_action_type,
            by_outcome,
            by_change,
            by_replayable,
            by_event,
            facts_ns,
            active_ns,
            candidate_ns,
            disk,
        } = stats.ok_or(FieldError::missing("stats"))?;
        Ok(Self {
            schema_version: StatsSchema::V1,
            decisions,
            events,
            first_time: time("stats.first_time", first_time)?,
            last_time: time("stats.last_time", last_time)?,
            by_decision: there("stats.by_decision", by_decision)?,
            by_rule: there("stats.by_rule", by_rule)?,
            by_agent: there("stats.by_agent", by_agent)?,
            by_action_type: there("stats.by_action_type", by_action_type)?,
            by_outcome: there("stats.by_outcome", by_outcome)?,
            by_change: there("stats.by_change", by_change)?,
            by_replayable: there("stats.by_replayable", by_replayable)?,
            by_event: there("stats.by_event", by_event)?,
            facts_ns: there("stats.facts_ns", facts_ns)?,
            active_ns: there("stats.active_ns", active_ns)?,
            candidate_ns: there("stats.candidate_ns", candidate_ns)?,
            disk: there("stats.disk", disk)?,
        })
    }
}

fn there<W, D: From<W>>(field: &'static str, message: Option<W>) -> Result<D, FieldError> {
    message.map(D::from).ok_or(FieldError::missing(field))
}

impl From<Counts> for wire::NameCounts {
    fn from(counts: Counts) -> Self {
        let Counts { names, others } = counts;
        Self {
            names: names.into_iter().collect(),
            others,
        }
    }
}

impl From<wire::NameCounts> for Counts {
    fn from(counts: wire::NameCounts) -> Self {
        let wire::NameCounts { names, others } = counts;
        Self {
            names: names.into_iter().collect(),
            others,
        }
    }
}

same_fields!(Percentiles: count, p50, p90, p99, p999, max);
same_fields!(DiskUse: records, contents, bytes);
