//! Whether a report is what the journal gives. Its signature is checked by the caller.
//!
//! The journal is verified as a whole, with the report's checkpoint as one that was copied
//! elsewhere. Then the report is recomputed from the named range, and every field is compared. How
//! a field can be verified is fixed here, not read from the report.

mod fields;
mod other_engine;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;

use crate::canonical::Digest;
use crate::engine::Policy;
use crate::journal::merkle_log::SignedCheckpoint;
use crate::journal::store::Reader;
use crate::journal::verify::{Against, verify as verify_journal};
use crate::keys::VerifyingKey;
use crate::shadow::replay::live;
use crate::shadow::replay::report::live_report;
use crate::shadow::replay::{Active, Claims, Replay, ReplayError, replay, replay_in_order, report};
use crate::shadow::report::criteria::{DryRunSummary, Thresholds};
use crate::shadow::report::{
    Basis, FactsFrom, PolicyRef, ReplayedActive, Report, RunRef, Selection, SourceKind,
};

/// What a report is compared with.
#[derive(Clone)]
pub struct Evidence<'a> {
    /// The journal's directory.
    pub directory: &'a Path,
    /// Who signs the journal's checkpoints.
    pub log_key: &'a VerifyingKey,
    /// The active policy.
    pub active: Arc<Policy>,
    /// The candidate.
    pub candidate: Arc<Policy>,
    /// The thresholds of the promotion criteria. The report must have the same.
    pub thresholds: Thresholds,
    /// The groups for which the verifier has a signed explanation.
    pub explained: &'a BTreeSet<Digest>,
    /// The result of the candidate's dry run, made by the verifier.
    pub dry_run: DryRunSummary,
    /// The number of threads, at least one.
    pub workers: usize,
}

/// What was found of one field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// The field is what the journal and the packs give.
    Holds,
    /// The field differs from what the journal and the packs give.
    Differs,
    /// Only the signer of the report knows the field.
    Said,
    /// The field could not be recomputed.
    NotChecked,
}

impl Finding {
    /// The name in documents, such as `not_checked`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Differs => "differs",
            Self::Said => "said",
            Self::NotChecked => "not_checked",
        }
    }
}

/// One field, or one thing that must hold of the whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// The field, with dots between the names, or the name of what must hold.
    pub field: String,
    /// How the field can be verified.
    pub basis: Basis,
    /// What the verification of the field found.
    pub finding: Finding,
    /// Why the field doesn't hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

impl Check {
    /// A check of something that must be true. `problem` is the reason if it is not.
    #[must_use]
    pub fn of(field: &str, problem: Option<String>) -> Self {
        Self {
            field: field.to_owned(),
            basis: Basis::Recomputed,
            finding: if problem.is_some() {
                Finding::Differs
            } else {
                Finding::Holds
            },
            message: problem,
        }
    }

    fn is_accepted(&self) -> bool {
        matches!(self.finding, Finding::Holds | Finding::Said)
    }
}

/// Whether every check lets the report be accepted.
#[must_use]
pub fn is_accepted(checks: &[Check]) -> bool {
    !checks.is_empty() && checks.iter().all(Check::is_accepted)
}

/// Compares `report` with the journal and the packs. `progress` is called with the number of
/// records that are done, and the number of all. The journal is read twice.
///
/// # Errors
/// If the journal can't be read. A report that differs is not an error.
pub fn verify(
    report: &Report,
    evidence: &Evidence<'_>,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<Vec<Check>, ReplayError> {
    let policy = match other_engine::made(report) {
        true => other_engine::pack,
        false => policy,
    };
    let mut checks = vec![
        contradictions(report),
        policy("active", &report.active, &evidence.active),
        policy("candidate", &report.candidate, &evidence.candidate),
        journal(report, evidence, progress)?,
    ];
    checks.extend(ended(report));
    if !is_accepted(&checks) {
        checks.push(Check {
            finding: Finding::NotChecked,
            ..Check::of(
                "every other field",
                Some("what it would be compared with does not hold".to_owned()),
            )
        });
        return Ok(checks);
    }
    let found = match other_engine::made(report) {
        true => other_engine::counted(report, evidence, progress),
        false => again(report, evidence, progress).and_then(|again| fields::fields(report, &again)),
    };
    match found {
        Ok(found) => checks.extend(found),
        // The range, the selection or the policies are not those of the journal.
        Err(
            error @ (ReplayError::SeveralPolicies(_)
            | ReplayError::NoDecision
            | ReplayError::NoRun(_)
            | ReplayError::NotTold { .. }
            | ReplayError::Shorter { .. }
            | ReplayError::OtherActive { .. }),
        ) => checks.push(Check::of("replay", Some(error.to_string()))),
        Err(error) => return Err(error),
    }
    Ok(checks)
}

fn contradictions(report: &Report) -> Check {
    let found = report.contradictions();
    let problem = (!found.is_empty()).then(|| found.join("; "));
    Check::of("agrees with itself", problem)
}

fn policy(which: &str, named: &PolicyRef, policy: &Policy) -> Check {
    let (named, found) = (named.effective_digest, policy.identity().effective_digest);
    let problem = (found != named)
        .then(|| format!("the report names `{named}`; the given pack is `{found}`"));
    Check::of(&format!("{which}.effective_digest"), problem)
}

/// Whether the whole journal is as it was written, and the report's checkpoint is one of its own.
fn journal(
    report: &Report,
    evidence: &Evidence<'_>,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<Check, ReplayError> {
    const FIELD: &str = "source.checkpoint";
    let refused = |problem: &str| Ok(Check::of(FIELD, Some(problem.to_owned())));
    let again = match report.source.kind {
        SourceKind::Journal => "replay it again after the next one",
        SourceKind::Live => "take the report of the run again",
        SourceKind::Actions => {
            return refused("the report is of a file of actions, which no journal vouches for");
        }
    };
    let Some(note) = &report.source.checkpoint else {
        return refused(&format!("no checkpoint covers the range: {again}"));
    };
    let note: SignedCheckpoint = match note.parse() {
        Ok(note) => note,
        Err(error) => return refused(&error.to_string()),
    };
    let last = report.source.last_position;
    if last.is_none_or(|last| last >= note.unverified().size()) {
        return refused("the checkpoint does not cover the range");
    }
    let given = [note];
    let against = Against {
        key: evidence.log_key,
        given: &given,
    };
    let found = verify_journal(evidence.directory, against, |it| {
        progress(it.done, it.records);
    })?;
    let problem = found.first_problem.map(|it| it.message);
    let problem = problem.filter(|_| !found.intact);
    Ok(Check::of(FIELD, problem))
}

/// Whether the run of a live report had ended when the report was made.
fn ended(report: &Report) -> Option<Check> {
    let problem = match (report.source.kind, report.source.run) {
        (SourceKind::Live, None) => Some("the report names no run"),
        (SourceKind::Live, Some(RunRef { ended: None, .. })) => Some(
            "the run was still on when the report was made, so that it is no evidence: take the \
             report again when the run has ended",
        ),
        (SourceKind::Live, Some(_)) => None,
        (SourceKind::Journal | SourceKind::Actions, _) => return None,
    };
    Some(Check::of("source.run", problem.map(str::to_owned)))
}

/// The report that the journal gives of the decisions that a live run compared.
fn live_again(
    said: &Report,
    evidence: &Evidence<'_>,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<Report, ReplayError> {
    let run = said.source.run.ok_or(ReplayError::NoDecision)?;
    let run = live::run(&Reader::open(evidence.directory)?, run.id)?;
    let only = &run.compared;
    let ends = only.first().zip(only.last());
    let (first, last) = ends.ok_or(ReplayError::NoDecision)?;
    let examples = said.groups.iter().map(|group| group.examples.len()).max();
    let wanted = Replay {
        directory: evidence.directory,
        positions: Some(first.start..last.end),
        only: Some(only),
        selection: &Selection::default(),
        active: Active::Recorded,
        candidate: Arc::clone(&evidence.candidate),
        facts: FactsFrom::Journal,
        examples: examples.unwrap_or_default(),
        workers: evidence.workers,
    };
    let replayed = replay_in_order(&wanted, run.order, progress)?;
    let claims = Claims {
        thresholds: evidence.thresholds,
        explained: evidence.explained,
        dry_run: evidence.dry_run,
        simulated_clock: said.simulated_clock,
    };
    let mut again = live_report(&wanted, &replayed, &evidence.active, claims, said, &run)?;
    take_over(said, &mut again);
    Ok(again)
}

/// The report that the journal gives.
fn again(
    said: &Report,
    evidence: &Evidence<'_>,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<Report, ReplayError> {
    if said.source.kind == SourceKind::Live {
        return live_again(said, evidence, progress);
    }
    let wanted = wanted(said, evidence)?;
    let replayed = replay(&wanted, progress)?;
    let claims = Claims {
        thresholds: evidence.thresholds,
        explained: evidence.explained,
        dry_run: evidence.dry_run,
        simulated_clock: said.simulated_clock,
    };
    let mut again = report(&wanted, &replayed, &evidence.active, claims)?;
    take_over(said, &mut again);
    Ok(again)
}

/// Copies the time of the report, which no journal has. If the report names no engine, as those of
/// earlier versions, there is no digest to compare.
fn take_over(said: &Report, again: &mut Report) {
    again.generated_at = said.generated_at;
    if said.engine_digest.is_none() {
        again.engine_digest = None;
    }
}

/// The replay that the report names.
pub(super) fn wanted<'a>(
    said: &'a Report,
    evidence: &Evidence<'a>,
) -> Result<Replay<'a>, ReplayError> {
    let scope = said.replay.as_ref().ok_or(ReplayError::NoDecision)?;
    let (first, last) = said
        .source
        .first_position
        .zip(said.source.last_position)
        .ok_or(ReplayError::NoDecision)?;
    // The largest group has as many examples as were asked for, or all that exist.
    let examples = said.groups.iter().map(|group| group.examples.len()).max();
    Ok(Replay {
        directory: evidence.directory,
        positions: Some(first..last.saturating_add(1)),
        only: None,
        selection: &scope.selection,
        active: match scope.active {
            ReplayedActive::Recorded => Active::Recorded,
            ReplayedActive::Judged => Active::Judged(Arc::clone(&evidence.active)),
        },
        candidate: Arc::clone(&evidence.candidate),
        facts: scope.facts,
        examples: examples.unwrap_or_default(),
        workers: evidence.workers,
    })
}
