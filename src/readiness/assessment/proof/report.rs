//! The shadow report: signed by a service that may, about these policies, and good enough.

use std::collections::BTreeSet;

use super::super::checks::Checks;
use super::policies::laxer;
use super::{ProofContext, REPORT, Signed, explained};
use crate::action::facts::FACTS_VERSION;
use crate::canonical::Digest;
use crate::causes::in_line;
use crate::change::requested::Requested;
use crate::keys::VerifyingKey;
use crate::shadow::report::Report;
use crate::shadow::report::criteria::DryRunSummary;
use crate::shadow::report::signed::SignedReport;
use crate::trust::document::ServiceRole;

/// The check of the report's counts.
const CRITERIA: &str = "shadow_report_criteria";

pub(super) fn check(
    context: &ProofContext<'_>,
    signed: &Signed<'_>,
    requested: Option<&Requested>,
    checks: &mut Checks,
) {
    let [envelope] = signed.reports.as_slice() else {
        return;
    };
    let opened = SignedReport::open(envelope, context.trust);
    let SignedReport {
        report, services, ..
    } = match opened {
        Ok(opened) => opened,
        Err(error) => return checks.unproved(REPORT, in_line(&error)),
    };
    let by = services.join(", ");
    checks.judged.signers.extend(services);
    let faults = faults(context, &report, requested);
    let compared = report.counts.total();
    let sound = format!("`{by}` reports {compared} comparisons of these two policies");
    checks.signed_faults(REPORT, &faults, sound);
    let explained = explained::check(context, signed, &report, checks);
    match requested {
        Some(requested) => criteria(context, &report, requested, &explained, checks),
        None => checks.unproved(
            CRITERIA,
            "there is no request whose criteria the report could meet",
        ),
    }
}

fn faults(
    context: &ProofContext<'_>,
    report: &Report,
    requested: Option<&Requested>,
) -> Vec<String> {
    let mut faults = report.contradictions();
    let mut same = |what: &str, found: Digest, wanted: Digest| {
        if found != wanted {
            faults.push(format!("its {what} is {found}, the packet's is {wanted}"));
        }
    };
    let policies = context.policies;
    same(
        "active policy",
        report.active.effective_digest,
        policies.replaced_digest,
    );
    same(
        "candidate",
        report.candidate.effective_digest,
        policies.digests.effective_digest,
    );
    let engine = context.subject.given_pack.map(|it| it.engine_digest);
    if report.engine_digest != engine || report.facts_version != FACTS_VERSION {
        faults.push("another engine made it".to_owned());
    }
    faults.extend(source(context, report, requested));
    faults
}

/// Only what a journal holds can be recomputed, and only the journal of the authority whose policy
/// is replaced is evidence for it.
fn source(
    context: &ProofContext<'_>,
    report: &Report,
    requested: Option<&Requested>,
) -> Vec<String> {
    let mut faults = Vec::new();
    if let Some(requested) = requested
        && let Err(fault) = report.check_source(&requested.request.criteria)
    {
        faults.push(in_line(&fault));
    }
    if let Some(requested) = requested {
        faults.extend(other_journal(context, report, requested));
    }
    faults
}

/// Why the report is not of the journal that the request names: by its name, and by the key that
/// signed the checkpoint.
fn other_journal(
    context: &ProofContext<'_>,
    report: &Report,
    requested: &Requested,
) -> Option<String> {
    let wanted = &requested.request.replaces;
    let origin = report.source.name.as_deref().unwrap_or_default();
    if origin != wanted.journal_origin {
        return Some(format!(
            "it is of the journal `{origin}`, the request is about `{}`",
            wanted.journal_origin
        ));
    }
    let is_log = |key: &&VerifyingKey| {
        let role = ServiceRole::Checkpoint;
        format!("{:08x}", key.id()) == wanted.log_key_id
            && !context.trust.services_with(role, &[*key]).is_empty()
    };
    let Some(key) = context.trust.keys().find(is_log) else {
        return Some(format!(
            "no service of the trust file with the role `checkpoint` has the key {} of the journal",
            wanted.log_key_id
        ));
    };
    let checked = report.check_checkpoint(key);
    checked.err().map(|error| in_line(&error))
}

fn criteria(
    context: &ProofContext<'_>,
    report: &Report,
    requested: &Requested,
    explained: &BTreeSet<Digest>,
    checks: &mut Checks,
) {
    let dry_run = &context.subject.packet.dry_run_report;
    let dry_run = DryRunSummary {
        effective_digest: dry_run.effective_digest,
        case_count: dry_run.case_count as u64,
        failed_count: dry_run.failed_count as u64,
    };
    let unexplained = report
        .loosened_groups()
        .filter(|group| !explained.contains(&group.id))
        .count() as u64;
    let unexplained = unexplained.saturating_add(report.loosened_beyond_groups());
    let thresholds = &requested.request.criteria.thresholds;
    let found = report.criteria_under(thresholds, Some(dry_run), unexplained);
    let Some(found) = found else {
        let message = "the report has not every required class";
        return checks.unproved(CRITERIA, message);
    };
    let unmet = found.iter().filter(|it| !it.met);
    let unmet = unmet.map(|it| format!("`{}`: {}", it.name.as_str(), it.message));
    let mut faults: Vec<String> = unmet.collect();
    if report.loosened() > 0 {
        let required = context.policies.required(true);
        let laxer = laxer(&requested.request.criteria, &required).into_iter();
        faults.extend(laxer.map(|it| format!("decisions were loosened, so that {it}")));
    }
    let age = report.check_age(&requested.request.criteria, context.at);
    faults.extend(age.err().map(|fault| fault.to_string()));
    let sound = "the report's counts meet every criterion of the request".to_owned();
    checks.signed_faults(CRITERIA, &faults, sound);
}
