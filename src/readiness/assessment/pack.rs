//! Whether the packet equals what the given pack yields, and whether the repository holds that pack.

use super::agreement::{artifacts, compare};
use super::checks::Checks;
use super::{Subject, engine};
use crate::causes::in_line;
use crate::policy::bundle::BundleError;
use crate::policy::promotion::Promotion;
use crate::policy::read;
use crate::policy::source::PackSource;
use crate::policy::versioning::SourceRef;
use crate::readiness::basis::{Basis, Versioned};
use crate::readiness::dry_run::{DryRunReport, dry_run};
use crate::readiness::given_pack::{GivenPack, Previous};
use crate::readiness::packet::{CAPABILITIES, Packet};

const WITHOUT_PACK: &str = "the pack is not given";

pub(super) fn check(subject: &Subject<'_>, checks: &mut Checks) {
    versioned(subject, checks);
    made_at_once(subject.packet, checks);
    match subject.given_pack {
        None => claimed_only(subject, checks),
        Some(given_pack) => {
            checks.pass("pack_at_hand", "recomputed from the pack");
            engine::check(subject, given_pack, checks);
            source(subject.packet, given_pack, checks);
            recomputed(subject, given_pack, checks);
        }
    }
}

/// A live change is versioned: nobody can return to, or review, what no commit holds.
fn versioned(subject: &Subject<'_>, checks: &mut Checks) {
    let name = "version_manifest_versioning";
    let manifest = &subject.packet.version_manifest;
    match &manifest.source_ref {
        Some(source) if source.parse::<SourceRef>().is_err() => {
            checks.blocker(name, format!("`{source}` is not `git:COMMIT:FOLDER`"));
        }
        None if subject.is_live() => checks.blocker(
            name,
            format!(
                "a live policy must be versioned: {}",
                manifest.versioning_reason
            ),
        ),
        None => checks.pass(name, "the policy is not versioned; a sample needn't be"),
        Some(source) => checks.pass(name, format!("the policy is versioned at `{source}`")),
    }
}

/// The artifacts of one plan carry one time.
fn made_at_once(packet: &Packet, checks: &mut Checks) {
    let (made, asked) = (
        packet.version_manifest.generated_at,
        packet.approval_workflow.publish_decision.timestamp,
    );
    let faults: Vec<String> = (made != asked)
        .then(|| {
            format!(
                "`/version_manifest/generated_at` is {made}, the publish decision's time {asked}"
            )
        })
        .into_iter()
        .collect();
    checks.faults("version_manifest_time", &faults, format!("made at {made}"));
}

fn claimed_only(subject: &Subject<'_>, checks: &mut Checks) {
    let name = "pack_at_hand";
    let message = "the pack is not given, so nothing that follows from it was recomputed";
    if subject.require_live {
        checks.live_blocker(name, format!("{message}, and live use requires that"));
    } else if subject.is_live() {
        checks.warn(name, message);
    } else {
        checks.claimed(name, message);
    }
    checks.claimed(engine::CHECK, WITHOUT_PACK);
    checks.claimed("source_ref", WITHOUT_PACK);
    for artifact in CAPABILITIES {
        checks.claimed(format!("{artifact}_recomputed"), WITHOUT_PACK);
    }
}

/// Derives every artifact from the pack, and compares.
fn recomputed(subject: &Subject<'_>, given_pack: &GivenPack<'_>, checks: &mut Checks) {
    let packet = subject.packet;
    let previous = match previous(subject, given_pack) {
        Ok(previous) => previous,
        Err(error) => {
            let message = format!("the previous policy can't be restored: {}", in_line(&error));
            return checks.blocker("rollback_plan_recomputed", message);
        }
    };
    let report = match subject.is_by_another_engine {
        true => engine::with_cases_of(given_pack.pack, &packet.dry_run_report),
        false => dry_run_again(given_pack, &packet.dry_run_report),
    };
    let mut basis = Basis::of(given_pack, previous.as_ref(), packet.request(), report);
    // What the repository says is checked against the commit that the packet names.
    basis.versioning = Versioned {
        source_ref: packet.version_manifest.source_ref.clone(),
        reason: packet.version_manifest.versioning_reason.clone(),
    };
    // Packets of earlier versions lack these.
    basis.names_doors = packet.authoring_ui_contract.names_doors();
    basis.names_rollback = packet.authoring_ui_contract.names_rollback();
    let named = packet.version_manifest.engine_digest;
    basis.engine.digest = basis.engine.digest.filter(|_| named.is_some());
    let criteria = &packet.shadow_mode_plan.promotion_criteria;
    if criteria.required().is_none() && basis.promotion == Some(Promotion::STANDARD) {
        basis.promotion = None;
    }
    if subject.is_by_another_engine {
        engine::adopt(&mut basis, packet);
    }
    match artifacts(&basis) {
        Ok(expected) => {
            for name in CAPABILITIES {
                let found = compare(name, &expected, subject.value);
                let sound = match subject.is_by_another_engine {
                    true => engine::sound(name),
                    false => "is what the pack gives",
                };
                checks.compared(&format!("{name}_recomputed"), &found, sound);
            }
        }
        Err(problem) => checks.blocker("pack_at_hand", problem.to_string()),
    }
}

/// The previous policy: that of the bundles. Packets of earlier versions have it in their rollback
/// plan only.
fn previous(
    subject: &Subject<'_>,
    given_pack: &GivenPack<'_>,
) -> Result<Option<Previous>, BundleError> {
    let packet = subject.packet;
    if let (Some(bundles), Some(joined)) = (&packet.bundles, &subject.joined) {
        return match (&bundles.replaced, &joined.replaced) {
            (Some(bundle), Some(Ok(pack))) => {
                Previous::of_bundle(bundle, pack, given_pack.shelf).map(Some)
            }
            (_, Some(Err(error))) => Err(error.clone()),
            _ => Ok(None),
        };
    }
    let rollback = &packet.rollback_plan;
    let Some(document) = &rollback.previous_policy else {
        return Ok(None);
    };
    let restored = Previous::restore(document, &rollback.files(), given_pack.shelf)?;
    Ok(Some(restored))
}

/// The dry run of the pack, with the ids and times of `theirs`: a recomputed decision has
/// others; nothing else may differ.
fn dry_run_again(given_pack: &GivenPack<'_>, theirs: &DryRunReport) -> DryRunReport {
    let mut ours = dry_run(given_pack.pack, given_pack.identity, given_pack.decide);
    for (ours, theirs) in ours.results.iter_mut().zip(&theirs.results) {
        if let (Some(ours), Some(theirs)) = (&mut ours.decision, &theirs.decision) {
            ours.decision_id = theirs.decision_id;
            ours.timestamp = theirs.timestamp;
        }
    }
    ours
}

/// Whether the commit that the packet names holds the given pack.
fn source(packet: &Packet, given_pack: &GivenPack<'_>, checks: &mut Checks) {
    let name = "source_ref";
    let (manifest, repository) = (&packet.version_manifest, given_pack.repository);
    let Some(source) = manifest
        .source_ref
        .as_deref()
        .and_then(|it| it.parse().ok())
    else {
        return match &repository.versioning.source {
            Some(measured) => checks.blocker(
                name,
                format!("the packet says that the pack isn't versioned; it is at `{measured}`"),
            ),
            None => checks.claimed(name, &repository.versioning.reason),
        };
    };
    let source: SourceRef = source;
    if let Some(measured) = &repository.versioning.source
        && measured.folder != source.folder
    {
        let (here, there) = (&measured.folder, &source.folder);
        return checks.blocker(name, format!("the pack lies in `{here}`, not in `{there}`"));
    }
    match (repository.source_at)(&source) {
        None => checks.claimed(
            name,
            &format!("the pack's repository doesn't have `{source}`"),
        ),
        Some(committed) if is_same(&committed, given_pack.source) => {
            checks.pass(name, format!("`{source}` holds the given pack"));
        }
        Some(_) => checks.blocker(name, format!("`{source}` holds another pack")),
    }
}

/// The same policy, rules and cases; comments and layout of the YAML don't count.
fn is_same(one: &PackSource, two: &PackSource) -> bool {
    let policy = |source: &PackSource| read::read(&source.policy).policy_digest();
    let cases = |source: &PackSource| crate::policy::cases::read_all(&source.cases).0;
    policy(one) == policy(two) && one.rules == two.rules && cases(one) == cases(two)
}
