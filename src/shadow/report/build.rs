//! The report of a tally.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Serialize;

use super::criteria::{DryRunSummary, Seen, Thresholds, criteria};
use super::{
    Basis, Bounds, ClassReport, Counts, Denominators, Divergences, Failures, FirstFired,
    GroupReport, Label, Masking, MatrixCell, NeverExercised, Observed, ReplayScope, Report,
    RuleCountReport, RuleCountReports, RuleReport, SCHEMA_VERSION, Source, SourceKind, Status,
};
use crate::action::facts::FACTS_VERSION;
use crate::canonical::{CanonicalError, Digest, to_canonical_bytes};
use crate::decision::{Change, PolicyIdentity, Verdict};
use crate::engine::engine_digest;
use crate::shadow::compare::group::GroupKey;
use crate::shadow::compare::observation::FailureKind;
use crate::shadow::compare::required::DECISION_CLASSES;
use crate::shadow::compare::rule_counts::{Rule, RuleCount, RuleCounts};
use crate::shadow::compare::sampling::PartsPerMillion;
use crate::shadow::compare::statistics::{CONFIDENCE_PERCENT, UpperBound};
use crate::shadow::compare::tally::Tally;
use crate::shadow::compare::timeline::OBSERVATION_GRAIN_SECONDS;

/// How many decisions came in, compared or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Intake {
    /// How many decisions or records the source had.
    pub seen: u64,
    /// The share of decisions to compare.
    pub rate: PartsPerMillion,
    /// How many decisions were chosen to be compared.
    pub sampled: u64,
    /// How many were not compared because the queue was full.
    pub dropped: u64,
    /// How many still wait to be compared.
    pub pending: u64,
    /// How many records hold no action that can be judged.
    pub not_replayable: u64,
}

/// A policy that took part.
#[derive(Debug, Clone, Copy)]
pub struct Compared<'a> {
    /// The policy.
    pub identity: &'a PolicyIdentity,
    /// Every rule of the policy: [`rules_of`](crate::shadow::compare::rule_counts::rules_of).
    pub rules: &'a [Rule],
}

/// Everything that a report is made of.
#[derive(Debug, Clone)]
pub struct ReportInput<'a> {
    /// The comparisons, counted.
    pub tally: &'a Tally,
    /// How many decisions came in.
    pub intake: Intake,
    /// Where the actions are from.
    pub source: Source,
    /// Whether the times are simulated.
    pub simulated_clock: bool,
    /// When the report is made, if it is to have that time.
    pub generated_at: Option<Timestamp>,
    /// The policy that is enforced.
    pub active: Compared<'a>,
    /// The policy that is compared with it.
    pub candidate: Compared<'a>,
    /// The result of the candidate's dry run, if there was one.
    pub dry_run: Option<DryRunSummary>,
    /// The thresholds of the promotion criteria.
    pub thresholds: Thresholds,
    /// The ids of groups that have an explanation.
    pub explained: &'a BTreeSet<Digest>,
}

impl Report {
    /// Makes the report. Equal inputs give equal bytes.
    ///
    /// # Errors
    /// If a group has no canonical form, which no group lacks.
    pub fn of(input: ReportInput<'_>) -> Result<Self, CanonicalError> {
        let tally = input.tally;
        let counts = tally.counts();
        let denominators = denominators(tally, &input.intake);
        let groups = groups(&input)?;
        let group_overflow = overflow(&counts, &groups);
        let observation = observed(tally);
        let loosened = groups.iter().filter(|it| it.key.change == Change::Loosened);
        let unexplained = loosened.filter(|group| !group.explained).count() as u64;
        let criteria = criteria(&Seen {
            thresholds: &input.thresholds,
            candidate: input.candidate.identity.effective_digest,
            dry_run: input.dry_run,
            counts: &counts,
            denominators: &denominators,
            observation_seconds: observation.seconds,
            has_times: observation.first_at.is_some(),
            required: tally.required(),
            unexplained_loosened: unexplained.saturating_add(group_overflow.loosened),
            simulated_clock: input.simulated_clock,
            narrowed_by: Vec::new(),
            unclear: Counts::default(),
        });
        // What waits to be compared may be what is laxer.
        let ready = !input.source.is_still_on() && criteria.iter().all(|it| it.met);
        let ledger = rule_counts(&input);
        let required_classes = required_classes(tally);
        Ok(Self {
            schema_version: SCHEMA_VERSION.to_owned(),
            non_enforcing: true,
            status: if ready {
                Status::Ready
            } else {
                Status::NotReady
            },
            generated_at: input.generated_at,
            labels: labels(input.source.kind),
            source: input.source,
            replay: None,
            simulated_clock: input.simulated_clock,
            facts_version: FACTS_VERSION.to_owned(),
            engine_digest: Some(engine_digest()),
            active: input.active.identity.into(),
            candidate: input.candidate.identity.into(),
            bounds: bounds(&counts),
            counts,
            denominators,
            observation,
            candidate_failures: failures(tally),
            active_not_evaluated: tally.active_not_evaluated(),
            criteria,
            never_exercised: never_exercised(&required_classes, &ledger.candidate),
            required_classes,
            groups,
            group_overflow,
            unclear: None,
            matrix: matrix(tally),
            ledger,
            timeline: tally.timeline().to_report(),
        })
    }

    /// Adds how a journal was replayed for the report.
    #[must_use]
    pub fn of_replay(mut self, scope: ReplayScope) -> Self {
        self.labels.push(Label {
            field: "replay".to_owned(),
            basis: Basis::Recomputed,
        });
        self.replay = Some(scope);
        if let Some(criteria) = self.criteria_again() {
            self.criteria = criteria;
        }
        if !self.criteria.iter().all(|criterion| criterion.met) {
            self.status = Status::NotReady;
        }
        self
    }
}

fn denominators(tally: &Tally, intake: &Intake) -> Denominators {
    Denominators {
        seen: intake.seen,
        sampling_ppm: intake.rate,
        sampled: intake.sampled,
        compared: tally.compared(),
        dropped: intake.dropped,
        pending: intake.pending,
        errored: failures(tally).total(),
        not_replayable: intake.not_replayable,
    }
}

fn failures(tally: &Tally) -> Failures {
    Failures {
        error: tally.failures(FailureKind::Error),
        timed_out: tally.failures(FailureKind::TimedOut),
        malformed: tally.failures(FailureKind::Malformed),
        panicked: tally.failures(FailureKind::Panicked),
    }
}

fn observed(tally: &Tally) -> Observed {
    let timeline = tally.timeline();
    Observed {
        seconds: timeline.observation_seconds(),
        grain_seconds: OBSERVATION_GRAIN_SECONDS,
        first_at: timeline.first_at(),
        last_at: timeline.last_at(),
    }
}

fn bounds(counts: &Counts) -> Bounds {
    let compared = counts.total();
    let of = |count| UpperBound::of(count, compared);
    Bounds {
        confidence_percent: CONFIDENCE_PERCENT,
        loosened: of(counts.loosened),
        candidate_error: of(counts.candidate_error),
        tightened: of(counts.tightened),
        reason_changed: of(counts.reason_changed),
        any_change: of(compared.saturating_sub(counts.same)),
    }
}

#[derive(Serialize)]
struct GroupName<'a> {
    active: Digest,
    candidate: Digest,
    key: &'a GroupKey,
}

/// The id of a group, to which an explanation is bound.
pub(super) fn group_id(
    active: Digest,
    candidate: Digest,
    key: &GroupKey,
) -> Result<Digest, CanonicalError> {
    let name = GroupName {
        active,
        candidate,
        key,
    };
    Ok(Digest::of(&to_canonical_bytes(&name)?))
}

fn groups(input: &ReportInput<'_>) -> Result<Vec<GroupReport>, CanonicalError> {
    let mut groups = Vec::new();
    for (key, group) in input.tally.groups() {
        let (active, candidate) = (input.active.identity, input.candidate.identity);
        let id = group_id(active.effective_digest, candidate.effective_digest, key)?;
        groups.push(GroupReport {
            id,
            key: key.clone(),
            count: group.count,
            explained: input.explained.contains(&id),
            agents: group.agents(),
            first_position: group.first,
            last_position: group.last,
            first_at: group.first_at,
            last_at: group.last_at,
            examples: group.examples.values().cloned().collect(),
        });
    }
    groups.sort_by(|a, b| {
        (a.key.change.cmp(&b.key.change))
            .then_with(|| b.key.distance().cmp(&a.key.distance()))
            .then_with(|| b.count.cmp(&a.count))
            .then_with(|| a.key.cmp(&b.key))
    });
    Ok(groups)
}

fn overflow(counts: &Counts, groups: &[GroupReport]) -> Divergences {
    let beyond = |change| {
        let of_change = groups.iter().filter(|group| group.key.change == change);
        let kept: u64 = of_change.map(|group| group.count).sum();
        counts.of(change).saturating_sub(kept)
    };
    Divergences {
        loosened: beyond(Change::Loosened),
        candidate_error: beyond(Change::CandidateError),
        tightened: beyond(Change::Tightened),
        reason_changed: beyond(Change::ReasonChanged),
    }
}

fn required_classes(tally: &Tally) -> Vec<ClassReport> {
    let classes = DECISION_CLASSES.iter().zip(tally.required());
    classes
        .map(|(class, samples)| ClassReport {
            case_id: class.case_id.to_owned(),
            rules: class.rules.to_owned(),
            decision: class.decision,
            severity: class.severity,
            samples,
        })
        .collect()
}

fn never_exercised(classes: &[ClassReport], candidate: &RuleCountReport) -> NeverExercised {
    let silent = candidate.rules.iter().filter(|rule| rule.fired == 0);
    let unseen = classes.iter().filter(|class| class.samples == 0);
    NeverExercised {
        required_classes: unseen.map(|class| class.case_id.clone()).collect(),
        candidate_rules: candidate.never_fired,
        new_candidate_rules: silent
            .filter(|rule| rule.only_here)
            .map(|rule| rule.rule.clone())
            .collect(),
    }
}

fn matrix(tally: &Tally) -> Vec<MatrixCell> {
    let candidates = || Verdict::ALL.into_iter().map(Some).chain([None]);
    let cells = Verdict::ALL.into_iter().flat_map(|active| {
        candidates().map(move |candidate| MatrixCell {
            active,
            candidate,
            count: tally.matrix(active, candidate),
        })
    });
    cells.filter(|cell| cell.count > 0).collect()
}

fn rule_counts(input: &ReportInput<'_>) -> RuleCountReports {
    let (active, candidate) = input.tally.rule_counts();
    RuleCountReports {
        active: rule_count_report(active, input.active.rules, input.candidate.rules),
        candidate: rule_count_report(candidate, input.candidate.rules, input.active.rules),
    }
}

/// The rules that fired, and the existing ones that did not. `others` are the rules of the other
/// policy.
fn rule_count_report(counts: &RuleCounts, existing: &[Rule], others: &[Rule]) -> RuleCountReport {
    let fired = counts.rules();
    let spoke: BTreeSet<&Rule> = fired.iter().map(|(rule, _)| *rule).collect();
    // A candidate that is a copy has the same entries under another pack's name.
    let entry = |rule: &Rule| (rule.rule_id.clone(), rule.pattern.clone());
    let others: BTreeSet<_> = others.iter().map(entry).collect();
    let nothing = RuleCount::default();
    let silent = existing.iter().filter(|rule| !spoke.contains(rule));
    let silent: Vec<(&Rule, &RuleCount)> = silent.map(|rule| (rule, &nothing)).collect();
    let never_fired = silent.len() as u64;
    let existing: BTreeSet<&Rule> = existing.iter().collect();
    let mut rules: Vec<RuleReport> = fired
        .into_iter()
        .chain(silent)
        .map(|(rule, count)| RuleReport {
            // What fired without being listed exists by virtue of the base rules alone.
            only_here: existing.contains(rule) && !others.contains(&entry(rule)),
            ..rule_report(rule, count)
        })
        .collect();
    rules.sort_by(|a, b| a.rule.cmp(&b.rule));
    let masked = rules.iter().filter(|it| it.fired > 0 && it.decisive == 0);
    RuleCountReport {
        always_masked: masked.count() as u64,
        never_fired,
        overflow: counts.overflow(),
        rules,
    }
}

fn rule_report(rule: &Rule, count: &RuleCount) -> RuleReport {
    let masking = count.masked_by.iter().map(|(rule, count)| Masking {
        rule: rule.clone(),
        count: *count,
    });
    RuleReport {
        rule: rule.clone(),
        fired: count.fired,
        decisive: count.decisive,
        masked: count.fired.saturating_sub(count.decisive),
        masked_by: masking.collect(),
        only_here: false,
        first: count.first.as_ref().map(|(position, text)| FirstFired {
            position: *position,
            text: text.clone(),
        }),
    }
}

/// A decision that a live observer did not compare leaves no record to recompute from, and the
/// time that an evaluation takes can't be reproduced. So these numbers are attested.
fn labels(source: SourceKind) -> Vec<Label> {
    let passing = match source {
        SourceKind::Live => Basis::Attested,
        SourceKind::Journal | SourceKind::Actions => Basis::Recomputed,
    };
    let fields = [
        ("counts", Basis::Recomputed),
        ("groups", Basis::Recomputed),
        ("matrix", Basis::Recomputed),
        ("ledger", Basis::Recomputed),
        ("required_classes", Basis::Recomputed),
        ("bounds", Basis::Recomputed),
        ("observation", Basis::Recomputed),
        ("timeline", Basis::Recomputed),
        ("active_not_evaluated", Basis::Recomputed),
        ("denominators.compared", Basis::Recomputed),
        ("denominators.not_replayable", Basis::Recomputed),
        ("denominators.seen", passing),
        ("denominators.sampled", passing),
        ("denominators.dropped", Basis::Attested),
        ("denominators.pending", Basis::Attested),
        ("candidate_failures.error", Basis::Recomputed),
        ("candidate_failures.malformed", Basis::Recomputed),
        ("candidate_failures.timed_out", Basis::Attested),
        ("candidate_failures.panicked", Basis::Attested),
    ];
    let labels = fields.into_iter().map(|(field, basis)| Label {
        field: field.to_owned(),
        basis,
    });
    labels.collect()
}
