//! What the requests for approvals of a journal came to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use super::{ApprovalScan, QueryError};
use crate::journal::limits::{MAX_APPROVAL_RULES, MAX_APPROVAL_TIMES, MAX_APPROVALS_SEEN};
use crate::journal::record::approval::{ApprovalStage, ApprovalStep};
use crate::journal::record::{EventRecord, Record};

/// The fewest approvals by which something counts as always approved.
pub const MIN_ALWAYS: u64 = 5;

/// What the requests of a journal came to.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct ApprovalStats {
    /// Decisions that asked for an approval.
    pub requests: u64,
    /// Decisions that asked for the same again before it was used.
    pub repeated: u64,
    /// Requests that have an answer.
    pub answered: u64,
    /// Approvals that people signed.
    pub approvals: u64,
    /// Denials that people signed.
    pub denials: u64,
    /// Requests that were taken back.
    pub cancelled: u64,
    /// Approvals that were used.
    pub used: u64,
    /// The share of answers that approve, from 0 to 1. Absent without answers.
    pub share_approved: Option<f64>,
    /// Seconds from a request to its first answer: the middle of all. Absent without answers.
    pub median_seconds_to_answer: Option<i64>,
    /// Rules of which at least [`MIN_ALWAYS`] requests were approved and none was denied.
    pub always_approved: Vec<AlwaysApproved>,
}

/// A rule whose requests are always approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AlwaysApproved {
    /// The rule.
    pub rule_id: String,
    /// How many approvals there are.
    pub approvals: u64,
}

/// What is known of one request while the journal is read.
struct Seen {
    asked_at: Timestamp,
    rule_id: Arc<str>,
    is_answered: bool,
}

/// Counts records.
#[derive(Default)]
pub struct ApprovalGathering {
    stats: ApprovalStats,
    /// By their ids: in the order of their times.
    seen: BTreeMap<Uuid, Seen>,
    seconds: Vec<i64>,
    /// Approvals and denials by rule.
    rules: BTreeMap<Arc<str>, (u64, u64)>,
    /// The names of rules, each once for all that is seen. At most [`MAX_APPROVAL_RULES`].
    names: BTreeSet<Arc<str>>,
}

impl ApprovalGathering {
    /// Counts the next records of a walk. False if there are no more.
    ///
    /// # Errors
    /// If the journal can't be read.
    pub fn step(&mut self, scan: &mut ApprovalScan) -> Result<bool, QueryError> {
        scan.step(|_, record| self.add(&record))
    }

    fn add(&mut self, record: &Record) {
        match record {
            Record::Decision(record) => {
                let Some(note) = &record.approval else { return };
                match note.stage {
                    ApprovalStage::Requested => {
                        self.stats.requests += 1;
                        let seen = Seen {
                            asked_at: record.timestamp,
                            rule_id: self.name(&record.rule_id),
                            is_answered: false,
                        };
                        self.seen.insert(note.approval_id, seen);
                        if self.seen.len() > MAX_APPROVALS_SEEN {
                            self.seen.pop_first();
                        }
                    }
                    ApprovalStage::Repeated => self.stats.repeated += 1,
                    ApprovalStage::Used => self.stats.used += 1,
                }
            }
            Record::Event(EventRecord::Approval(record)) => {
                let (id, at) = (record.approval.approval_id, record.timestamp);
                self.happened(id, record.approval.what, at);
            }
            Record::Event(_) | Record::Lifecycle(_) => {}
        }
    }

    fn name(&mut self, name: &Arc<str>) -> Arc<str> {
        if let Some(known) = self.names.get(name) {
            return Arc::clone(known);
        }
        if self.names.len() < MAX_APPROVAL_RULES {
            self.names.insert(Arc::clone(name));
        }
        Arc::clone(name)
    }

    fn happened(&mut self, id: Uuid, what: ApprovalStep, at: Timestamp) {
        let (count, approves) = match what {
            ApprovalStep::Cancelled => {
                self.stats.cancelled += 1;
                return;
            }
            ApprovalStep::Approved => (&mut self.stats.approvals, true),
            ApprovalStep::Denied => (&mut self.stats.denials, false),
        };
        *count += 1;
        let Some(seen) = self.seen.get_mut(&id) else {
            return;
        };
        if self.rules.len() < MAX_APPROVAL_RULES || self.rules.contains_key(&*seen.rule_id) {
            let (approved, denied) = self.rules.entry(seen.rule_id.clone()).or_default();
            *(if approves { approved } else { denied }) += 1;
        }
        if !seen.is_answered {
            seen.is_answered = true;
            self.stats.answered += 1;
            if self.seconds.len() < MAX_APPROVAL_TIMES {
                let took = at.duration_since(seen.asked_at);
                self.seconds.push(took.as_secs());
            }
        }
    }

    /// What was counted.
    #[must_use]
    pub fn finish(mut self) -> ApprovalStats {
        self.seconds.sort_unstable();
        let stats = &mut self.stats;
        stats.median_seconds_to_answer = self.seconds.get(self.seconds.len() / 2).copied();
        let answers = stats.approvals + stats.denials;
        stats.share_approved = share(stats.approvals, answers);
        let always = self.rules.into_iter();
        let always =
            always.filter(|(_, (approved, denied))| *approved >= MIN_ALWAYS && *denied == 0);
        stats.always_approved = always
            .map(|(rule_id, (approvals, _))| AlwaysApproved {
                rule_id: rule_id.to_string(),
                approvals,
            })
            .collect();
        self.stats
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a share is shown with a few digits"
)]
fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}
