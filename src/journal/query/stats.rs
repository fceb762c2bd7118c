//! How many of what.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use hdrhistogram::Histogram;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::filter::timestamp;
use super::{QueryError, Scan};
use crate::journal::limits::MAX_COUNTED_NAMES;
use crate::journal::record::limits::MAX_LATENCY_NS;
use crate::journal::record::{DecisionRecord, EventRecord, Record};
use crate::journal::store::{DATABASE_FILE, Reader, StoreError};

/// Digits of a latency that are exact.
const LATENCY_DIGITS: u8 = 3;

/// The statistics of a journal, `cavra.journal.stats.v1`. All but [`Self::disk`] are about the
/// records that the filter chose.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stats {
    /// `cavra.journal.stats.v1`
    pub schema_version: StatsSchema,
    /// The number of decisions.
    pub decisions: u64,
    /// The number of other records.
    pub events: u64,
    /// The earliest time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_time: Option<Timestamp>,
    /// The latest time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_time: Option<Timestamp>,
    /// The number of decisions with each verdict.
    pub by_decision: Counts,
    /// By the rule that decided.
    pub by_rule: Counts,
    /// By agent, where one was given.
    pub by_agent: Counts,
    /// The number of decisions about each type of action.
    pub by_action_type: Counts,
    /// The number of decisions with each outcome.
    pub by_outcome: Counts,
    /// The number of decisions by how the candidate would have changed them.
    pub by_change: Counts,
    /// By whether they can be judged again.
    pub by_replayable: Counts,
    /// The number of events of each kind.
    pub by_event: Counts,
    /// The time that establishing the facts took.
    pub facts_ns: Percentiles,
    /// The active policy's judgement.
    pub active_ns: Percentiles,
    /// The candidate's judgement.
    pub candidate_ns: Percentiles,
    /// The space that the whole journal takes.
    pub disk: DiskUse,
}

/// The `schema_version` of [`Stats`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum StatsSchema {
    /// The first.
    #[default]
    #[serde(rename = "cavra.journal.stats.v1")]
    V1,
}

/// How often each name occurred, for the first [`MAX_COUNTED_NAMES`] different ones.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// The number for each name.
    pub names: BTreeMap<String, u64>,
    /// The number for all further names together.
    pub others: u64,
}

impl Counts {
    pub(super) fn add(&mut self, name: &str) {
        if let Some(count) = self.names.get_mut(name) {
            *count += 1;
        } else if self.names.len() < MAX_COUNTED_NAMES {
            self.names.insert(name.to_owned(), 1);
        } else {
            self.others += 1;
        }
    }
}

/// How values are spread, exact to three digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Percentiles {
    /// The number of measurements.
    pub count: u64,
    /// Half are at most this.
    pub p50: u64,
    /// The 90th percentile, in nanoseconds.
    pub p90: u64,
    /// The 99th percentile, in nanoseconds.
    pub p99: u64,
    /// The 99.9th percentile, in nanoseconds.
    pub p999: u64,
    /// The greatest, in nanoseconds.
    pub max: u64,
}

impl From<&Histogram<u64>> for Percentiles {
    fn from(values: &Histogram<u64>) -> Self {
        Self {
            count: values.len(),
            p50: values.value_at_quantile(0.5),
            p90: values.value_at_quantile(0.9),
            p99: values.value_at_quantile(0.99),
            p999: values.value_at_quantile(0.999),
            max: values.max(),
        }
    }
}

/// The space that a journal takes on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DiskUse {
    /// The number of records of all kinds.
    pub records: u64,
    /// Contents that they name, those that retention has emptied too.
    pub contents: u64,
    /// Bytes of the database and its write-ahead log.
    pub bytes: u64,
}

impl DiskUse {
    /// Measures the journal in `directory`.
    ///
    /// # Errors
    /// If it can't be read.
    pub fn of(directory: &Path, reader: &Reader) -> Result<Self, StoreError> {
        let database = directory.join(DATABASE_FILE);
        let log = database.with_extension("db-wal");
        let failed = |cause| StoreError::Directory {
            path: directory.to_owned(),
            cause,
        };
        let log = match fs::metadata(log) {
            Ok(found) => found.len(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
            Err(error) => return Err(failed(error)),
        };
        Ok(Self {
            records: reader.size()?,
            contents: u64::try_from(reader.next_content()? - 1).unwrap_or(0),
            bytes: fs::metadata(database).map_err(failed)?.len() + log,
        })
    }

    /// The number of bytes for each record; 0 if there are no records.
    #[must_use]
    pub fn bytes_per_record(&self) -> u64 {
        self.bytes.checked_div(self.records).unwrap_or(0)
    }
}

/// Statistics being gathered, a step at a time.
pub struct Gathering {
    stats: Stats,
    facts: Histogram<u64>,
    active: Histogram<u64>,
    candidate: Histogram<u64>,
}

impl Gathering {
    /// Of nothing yet.
    ///
    /// # Errors
    /// Never in practice: the precision is one that a histogram has.
    pub fn new(disk: DiskUse) -> Result<Self, QueryError> {
        let histogram = || Histogram::new_with_max(MAX_LATENCY_NS, LATENCY_DIGITS);
        Ok(Self {
            stats: Stats {
                disk,
                ..Stats::default()
            },
            facts: histogram()?,
            active: histogram()?,
            candidate: histogram()?,
        })
    }

    /// Counts the next records of `scan`; false at its end.
    ///
    /// # Errors
    /// If something can't be read.
    pub fn step(&mut self, scan: &mut Scan) -> Result<bool, QueryError> {
        let records = scan.next_records()?;
        for (_, record) in records.iter().flatten() {
            self.add(record);
        }
        Ok(records.is_some())
    }

    /// The statistics of everything that was counted.
    #[must_use]
    pub fn finish(mut self) -> Stats {
        self.stats.facts_ns = (&self.facts).into();
        self.stats.active_ns = (&self.active).into();
        self.stats.candidate_ns = (&self.candidate).into();
        self.stats
    }

    fn add(&mut self, record: &Record) {
        // Nobody acts on the answer to an inquiry, so it is not counted.
        if matches!(record, Record::Event(EventRecord::Inquiry(_))) {
            return;
        }
        let stats = &mut self.stats;
        let time = timestamp(record);
        stats.first_time = Some(stats.first_time.map_or(time, |first| first.min(time)));
        stats.last_time = Some(stats.last_time.map_or(time, |last| last.max(time)));
        match record {
            Record::Decision(record) => self.add_decision(record),
            Record::Lifecycle(_) => {
                stats.events += 1;
                stats.by_event.add("lifecycle");
            }
            Record::Event(event) => {
                stats.events += 1;
                stats.by_event.add(match event {
                    EventRecord::Retention(_) => "retention",
                    EventRecord::PolicyChange(_) => "policy_change",
                    EventRecord::Shadow(_) => "shadow",
                    EventRecord::Inquiry(_) => "inquiry",
                    EventRecord::Refusal(_) => "refusal",
                    EventRecord::Approval(_) => "approval",
                });
            }
        }
    }

    fn add_decision(&mut self, record: &DecisionRecord) {
        let stats = &mut self.stats;
        stats.decisions += 1;
        stats.by_decision.add(record.decision.as_str());
        stats.by_rule.add(&record.rule_id);
        stats.by_action_type.add(record.action_type.as_str());
        stats.by_outcome.add(record.outcome.as_str());
        stats.by_replayable.add(record.replayable.as_str());
        if let Some(agent) = &record.caller.agent_id {
            stats.by_agent.add(agent);
        }
        if let Some(candidate) = &record.candidate {
            stats.by_change.add(candidate.change.as_str());
        }
        let latency = &record.latency_ns;
        self.facts.saturating_record(latency.facts);
        self.active.saturating_record(latency.active);
        if let Some(candidate) = latency.candidate {
            self.candidate.saturating_record(candidate);
        }
    }
}
