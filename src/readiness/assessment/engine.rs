//! Packets that another engine made: other base rules, or another version of the facts.
//!
//! Its verdicts, lint issues and effective digests can be recomputed only by that engine. The
//! rest is recomputed from the pack. Such a packet is never ready for live use: every binding is
//! to an effective digest, and a policy under this engine has another.

use super::Subject;
use super::checks::Checks;
use crate::action::facts::FACTS_VERSION;
use crate::policy::cases::{Case, REQUIRED_CASE_IDS, dry_run_cases};
use crate::policy::effective::EffectivePack;
use crate::readiness::artifact::LintReportArtifact;
use crate::readiness::basis::{Basis, Engine};
use crate::readiness::dry_run::{CaseResult, DryRunReport};
use crate::readiness::given_pack::GivenPack;
use crate::readiness::packet::Packet;

/// The name of the check.
pub(super) const CHECK: &str = "version_manifest_engine";
/// What a message says of what only the engine that made the packet can recompute.
pub(super) const NOT_RECOMPUTED: &str = "not recomputed, another engine";

/// Whether another engine than this one made the packet, as the packet says. A packet that names
/// the effective digest which the pack has here was made by this engine.
pub(super) fn is_another(packet: &Packet, given_pack: &GivenPack<'_>) -> bool {
    let claimed = Engine::claimed(packet);
    let is_other = match claimed.digest {
        Some(digest) => digest != given_pack.engine_digest,
        None => claimed.facts_version != FACTS_VERSION,
    };
    is_other && packet.version_manifest.effective_digest != given_pack.identity.effective_digest
}

pub(super) fn check(subject: &Subject<'_>, given_pack: &GivenPack<'_>, checks: &mut Checks) {
    if !subject.is_by_another_engine {
        return checks.pass(CHECK, "made by this engine");
    }
    let claimed = Engine::claimed(subject.packet);
    let digest = claimed.digest.map_or_else(
        || "without a digest".to_owned(),
        |digest| format!("with the digest {digest}"),
    );
    let message = format!(
        "verdicts, lint issues and effective digests: {NOT_RECOMPUTED} (`{}`, {digest}; this one \
         is `{FACTS_VERSION}` with {})",
        claimed.facts_version, given_pack.engine_digest
    );
    if subject.require_live {
        checks.live_blocker(CHECK, format!("{message}; live use requires that they are"));
    } else {
        checks.warn(CHECK, message);
    }
}

/// What is said of an artifact of another engine's packet that is as it should be.
pub(super) fn sound(artifact: &str) -> &'static str {
    match artifact {
        "dry_run_report" => "the cases are the pack's; verdicts: not recomputed, another engine",
        "lint_report" => "the summary is the pack's; issues: not recomputed, another engine",
        _ => "is what the pack gives; effective digests: not recomputed, another engine",
    }
}

/// The claimed dry run, with the cases of the pack in the place of those that it names.
pub(super) fn with_cases_of(pack: &EffectivePack, claimed: &DryRunReport) -> DryRunReport {
    let cases = dry_run_cases(&pack.cases);
    let case_count = cases.len();
    let results = cases.into_iter().zip(&claimed.results).map(result);
    DryRunReport {
        case_count,
        results: results.collect(),
        ..claimed.clone()
    }
}

fn result((case, claimed): (Case, &CaseResult)) -> CaseResult {
    CaseResult {
        required: REQUIRED_CASE_IDS.contains(&case.case_id.as_str()),
        case_id: case.case_id,
        note: case.note,
        input: case.action.to_json(),
        expected_decision: case.expect.decision,
        expected: case.expect,
        ..claimed.clone()
    }
}

/// Takes from the packet what only its engine can recompute.
pub(super) fn adopt(basis: &mut Basis, packet: &Packet) {
    basis.engine = Engine::claimed(packet);
    basis.identity.effective_digest = packet.version_manifest.effective_digest;
    let before = packet.rollback_plan.previous_effective_digest;
    if let (Some(previous), Some(digest)) = (&mut basis.previous, before) {
        previous.identity.effective_digest = digest;
    }
    basis.lint = LintReportArtifact {
        policy_digest: basis.identity.policy_digest,
        summary: basis.lint.summary.clone(),
        ..packet.lint_report.clone()
    };
}
