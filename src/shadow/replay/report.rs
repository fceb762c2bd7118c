//! The report of a replay.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::live::{LiveRun, Passed};
use super::{Active, Order, Replay, ReplayError, Replayed};
use crate::canonical::{CanonicalError, Digest};
use crate::engine::Policy;
use crate::journal::store::Reader;
use crate::shadow::compare::group::GroupKey;
use crate::shadow::compare::rule_counts::rules_of;
use crate::shadow::compare::sampling::PartsPerMillion;
use crate::shadow::compare::tally::Tally;
use crate::shadow::positions::fill_in;
use crate::shadow::report::criteria::{DryRunSummary, Thresholds};
use crate::shadow::report::unclear::{UnclearGroup, UnclearReport};
use crate::shadow::report::{
    Compared, Intake, PolicyRef, RecordedPolicy, ReplayScope, Report, ReportInput, RunRef, Source,
    SourceKind,
};

/// What a report needs beside the counts.
#[derive(Debug, Clone, Copy)]
pub struct Claims<'a> {
    /// What the criteria ask for.
    pub thresholds: Thresholds,
    /// The ids of groups that have a signed explanation.
    pub explained: &'a BTreeSet<Digest>,
    /// The result of the candidate's dry run.
    pub dry_run: DryRunSummary,
    /// Whether the authority that wrote the journal was given a clock that isn't real.
    pub simulated_clock: bool,
}

impl Claims<'_> {
    /// The report on a tally of the active policy and the candidate. It has no time, so that the same
    /// decisions always make the same report.
    pub(super) fn report(
        self,
        (active, candidate): (&Policy, &Policy),
        tally: &Tally,
        source: Source,
        intake: Intake,
    ) -> Result<Report, CanonicalError> {
        let (active_rules, candidate_rules) = (rules_of(active.pack()), rules_of(candidate.pack()));
        Report::of(ReportInput {
            tally,
            intake,
            source,
            simulated_clock: self.simulated_clock,
            generated_at: None,
            active: Compared {
                identity: active.identity(),
                rules: &active_rules,
            },
            candidate: Compared {
                identity: candidate.identity(),
                rules: &candidate_rules,
            },
            dry_run: Some(self.dry_run),
            thresholds: self.thresholds,
            explained: self.explained,
        })
    }
}

/// The report of `replayed`. `active` is the policy that was compared with: the one that
/// judged, or the one whose recorded judgements were taken.
///
/// # Errors
/// If `active` is another than the one that was compared with, or the journal can't be read.
pub fn report(
    replay: &Replay<'_>,
    replayed: &Replayed,
    active: &Policy,
    claims: Claims<'_>,
) -> Result<Report, ReplayError> {
    let intake = Intake {
        seen: replayed.seen,
        rate: PartsPerMillion::ALL,
        sampled: replayed.seen.saturating_sub(replayed.not_replayable),
        dropped: 0,
        pending: 0,
        not_replayable: replayed.not_replayable,
    };
    let source = source(replay.directory, replayed, None)?;
    let report = report_of(replay, replayed, active, claims, source, intake)?;
    Ok(report.of_replay(scope(replay, replayed)))
}

/// The report of a live run, recomputed from the journal. The numbers of decisions that were
/// offered to the run are those of `said`, but not smaller than those in the run's own records.
pub(in crate::shadow) fn live_report(
    replay: &Replay<'_>,
    replayed: &Replayed,
    active: &Policy,
    claims: Claims<'_>,
    said: &Report,
    live: &LiveRun,
) -> Result<Report, ReplayError> {
    let of = &said.denominators;
    let passed = live.passed.or_more(Passed {
        seen: of.seen,
        sampled: of.sampled,
        dropped: of.dropped,
    });
    let intake = Intake {
        seen: passed.seen,
        rate: live.rate,
        sampled: passed.sampled,
        dropped: passed.dropped,
        pending: of.pending,
        not_replayable: replayed.not_replayable,
    };
    let source = source(replay.directory, replayed, Some(live))?;
    let mut report = report_of(replay, replayed, active, claims, source, intake)?;
    report = report.with_unclear(unclear(said, live, claims.explained));
    if live.order == Order::Ids {
        fill_in(&mut report, &Reader::open(replay.directory)?)?;
    }
    Ok(report)
}

/// What the run's records say of the decisions that can't be replayed. They name groups by their
/// ids alone, so the keys are those of `said`, from which the ids follow. A group without a key
/// counts as beyond the limit.
fn unclear(said: &Report, live: &LiveRun, explained: &BTreeSet<Digest>) -> Option<UnclearReport> {
    let note = live.unclear.as_ref()?;
    let mut found = UnclearReport {
        counts: note.counts,
        groups: Vec::new(),
        group_overflow: note.beyond,
    };
    let unclear = said.unclear.iter().flat_map(|it| &it.groups);
    let replayable = said.groups.iter().map(|group| (group.id, &group.key));
    let keys: BTreeMap<Digest, &GroupKey> = unclear
        .map(|group| (group.id, &group.key))
        .chain(replayable)
        .collect();
    for (id, count) in &note.groups {
        match keys.get(id) {
            Some(key) => found.groups.push(UnclearGroup {
                id: *id,
                key: (*key).clone(),
                count: *count,
                explained: explained.contains(id),
            }),
            None => found.group_overflow = found.group_overflow.saturating_add(*count),
        }
    }
    Some(found)
}

fn report_of(
    replay: &Replay<'_>,
    replayed: &Replayed,
    active: &Policy,
    claims: Claims<'_>,
    source: Source,
    intake: Intake,
) -> Result<Report, ReplayError> {
    if matches!(replay.active, Active::Recorded) {
        let (wanted, recorded) = replayed
            .recorded
            .first_key_value()
            .ok_or(ReplayError::NoDecision)?;
        let found = active.identity();
        if found.effective_digest != *wanted {
            return Err(ReplayError::OtherActive {
                id: recorded.identity.id.to_string(),
                wanted: *wanted,
                found: format!("`{}` with `{}`", found.id, found.effective_digest),
            });
        }
    }
    let policies = (active, &*replay.candidate);
    Ok(claims.report(policies, &replayed.tally, source, intake)?)
}

/// The range, and the first checkpoint that covers it, and what the journal says of the run: a
/// later one would make another report of the same records.
fn source(
    directory: &Path,
    replayed: &Replayed,
    live: Option<&LiveRun>,
) -> Result<Source, ReplayError> {
    let reader = Reader::open(directory)?;
    let last = replayed.positions.map(|(_, last)| last);
    let checkpoint = last
        .max(live.map(|live| live.last_note))
        .map(|last| reader.first_checkpoint_over(last))
        .transpose()?;
    Ok(Source {
        kind: match live {
            Some(_) => SourceKind::Live,
            None => SourceKind::Journal,
        },
        name: Some(reader.log()?.origin),
        run: live.map(|live| RunRef {
            id: live.id,
            ended: live.ended,
            criteria: live.criteria,
        }),
        first_position: replayed.positions.map(|(first, _)| first),
        last_position: replayed.positions.map(|(_, last)| last),
        checkpoint: checkpoint.flatten().map(|note| note.as_str().to_owned()),
    })
}

/// The policies that made the decisions, in the order of their effective digests.
pub(in crate::shadow) fn recorded_policies(replayed: &Replayed) -> Vec<RecordedPolicy> {
    let recorded = replayed.recorded.values().map(|it| RecordedPolicy {
        policy: PolicyRef::from(&it.identity),
        decisions: it.decisions,
        first_position: it.positions.0,
        last_position: it.positions.1,
    });
    recorded.collect()
}

fn scope(replay: &Replay<'_>, replayed: &Replayed) -> ReplayScope {
    ReplayScope {
        active: replay.active.kind(),
        selection: replay.selection.clone(),
        facts: replay.facts,
        from_text: replayed.from_text,
        from_facts: replayed.from_facts,
        facts_differ: replayed.facts_differ,
        recorded_policies: recorded_policies(replayed),
    }
}
