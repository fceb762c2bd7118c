//! Reports that another engine made: one with other base rules or another version of the facts.
//!
//! Another engine judges by other rules or other facts, so the judgements of such a report can't be
//! recomputed. What needs no judgement is still compared: how many decisions the report is about,
//! and which policies made them. The report is never accepted as a whole.

use super::{Check, Evidence, Finding, wanted};
use crate::action::facts::FACTS_VERSION;
use crate::engine::{Policy, engine_digest};
use crate::shadow::replay::report::recorded_policies;
use crate::shadow::replay::{ReplayError, replay};
use crate::shadow::report::{PolicyRef, Report, SourceKind};

/// The beginning of the message about what only the engine that made the report can recompute.
const NOT_RECOMPUTED: &str = "not recomputed, another engine";

/// Whether another engine made the report. Reports of earlier versions don't name their engine; of
/// them only the version of the facts is known.
pub(super) fn made(report: &Report) -> bool {
    report.facts_version != FACTS_VERSION
        || report
            .engine_digest
            .is_some_and(|named| named != engine_digest())
}

/// Whether the given pack has the `policy.yaml` that the report names. Its effective digest covers
/// the engine, and so is another.
pub(super) fn pack(which: &str, named: &PolicyRef, policy: &Policy) -> Check {
    let (named, found) = (named.policy_digest, policy.identity().policy_digest);
    let problem = (found != named)
        .then(|| format!("the report names `{named}`; the given pack is `{found}`"));
    Check::of(&format!("{which}.policy_digest"), problem)
}

/// Compares what can be compared without judging, and adds that the rest is not recomputed.
pub(super) fn counted(
    said: &Report,
    evidence: &Evidence<'_>,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<Vec<Check>, ReplayError> {
    let mut checks = Vec::new();
    if said.source.kind == SourceKind::Journal {
        let wanted = wanted(said, evidence)?;
        let replayed = replay(&wanted, progress)?;
        let (seen, found) = (said.denominators.seen, replayed.seen);
        let problem =
            (seen != found).then(|| format!("the report says {seen}; the journal gives {found}"));
        checks.push(Check::of("denominators.seen", problem));
        let named = said.replay.as_ref().map(|scope| &scope.recorded_policies);
        let problem = (named != Some(&recorded_policies(&replayed)))
            .then(|| "the journal names other policies or other counts".to_owned());
        checks.push(Check::of("replay.recorded_policies", problem));
    }
    checks.push(Check {
        finding: Finding::NotChecked,
        ..Check::of("every other field", Some(difference(said)))
    });
    Ok(checks)
}

/// How the engine that made the report differs from this one.
fn difference(said: &Report) -> String {
    let facts = &said.facts_version;
    match said.engine_digest {
        Some(named) if facts == FACTS_VERSION => format!(
            "{NOT_RECOMPUTED}: the report's engine is `{named}`, this version's is `{}`",
            engine_digest()
        ),
        _ => format!(
            "{NOT_RECOMPUTED}: the report's facts are `{facts}`, this version's are `{FACTS_VERSION}`"
        ),
    }
}
