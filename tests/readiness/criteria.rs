//! The criteria of a plan: what both policies ask for, and never what a packet says.

use cavra::canonical::Digest;
use cavra::policy::promotion::required::required;
use cavra::policy::promotion::{Criteria, Promotion};
use cavra::policy::source::{PackSource, SourceFile};
use cavra::readiness::assessment::{Given, readiness};
use cavra::readiness::packet::EvidenceMode;
use serde_json::{Value, json};

use crate::support::{BASELINE, Bench, library, packet_of};

/// What is newer than the first plans.
const NEWER: [&str; 5] = [
    "approvals_required",
    "rollback_rehearsed",
    "thresholds",
    "watch_hours",
    "when_nothing_loosened",
];

/// A child of the baseline with this section.
fn bench(promotion: &Value) -> Bench {
    let pack = json!({
        "metadata": {"id": "strict", "title": "S", "description": "S", "version": "1.0.0", "inherits": BASELINE},
        "promotion": promotion,
    });
    let source = PackSource {
        origin: "inline".to_owned(),
        policy: SourceFile {
            path: "policy.yaml".to_owned(),
            text: pack.to_string(),
        },
        rules: Vec::new(),
        cases: Vec::new(),
    };
    Bench::of(library(), source)
}

fn criteria(packet: &mut Value) -> &mut Value {
    packet
        .pointer_mut("/shadow_mode_plan/promotion_criteria")
        .unwrap()
}

/// The names of the checks that block the packet, whose digest is computed again.
fn blockers(bench: &Bench, packet: &mut Value) -> Vec<String> {
    let fields = packet.as_object_mut().unwrap();
    if fields.remove("packet_digest").is_some() {
        let bytes = cavra::canonical::to_canonical_bytes(packet).unwrap();
        packet["packet_digest"] = json!(Digest::of(&bytes));
    }
    let text = packet.to_string();
    let result = bench.with(|given_pack| {
        let given = Given {
            given_pack: Some(given_pack),
            ..Given::default()
        };
        readiness(text.as_bytes(), &given)
    });
    result.blockers().map(|check| check.name.clone()).collect()
}

#[test]
fn a_plan_names_what_both_policies_ask_for() {
    let section = json!({"approvals_required": 3, "max_evidence_age_hours": 72, "thresholds": {"min_observation_hours": 48}});
    let strict = bench(&section);
    let previous = strict.previous();
    let plan = strict.export(Some(&previous)).shadow_mode_plan;
    let found = plan.promotion_criteria;
    let wanted = required(&previous.pack, &strict.enforced.pack);
    assert_eq!(found.required(), Some(wanted));
    assert_eq!(wanted.criteria.approvals_required, 3);
    assert_eq!(
        (found.shadow_observation_hours, found.dry_run_failed_count),
        (48, 0)
    );
    assert!(found.approval_required);

    // Without a predecessor, the pack's own.
    let lax = bench(&json!({"thresholds": {"min_observation_hours": 0}}));
    let found = lax.export(None).shadow_mode_plan.promotion_criteria;
    assert_eq!(found.shadow_observation_hours, 0);
    // A predecessor without the section asks for the standard, whatever the candidate says.
    let previous = lax.previous();
    let found = lax
        .export(Some(&previous))
        .shadow_mode_plan
        .promotion_criteria;
    assert_eq!(found.required(), Some(Promotion::STANDARD));
    assert_eq!(found.shadow_observation_hours, 24);
}

#[test]
fn a_lowered_bar_is_found_by_the_packs() {
    let strict =
        bench(&json!({"approvals_required": 3, "thresholds": {"min_observation_hours": 48}}));
    let sound = packet_of(&strict, EvidenceMode::Sample);
    assert_eq!(blockers(&strict, &mut sound.clone()), [""; 0]);

    // Consistent with itself: only the packs show it.
    let mut lowered = sound.clone();
    let found = criteria(&mut lowered);
    found["approvals_required"] = json!(1);
    found["thresholds"]["min_observation_hours"] = json!(0);
    found["shadow_observation_hours"] = json!(0);
    assert_eq!(
        blockers(&strict, &mut lowered),
        ["shadow_mode_plan_recomputed"]
    );

    // Not even consistent.
    let mut lowered = sound.clone();
    criteria(&mut lowered)["shadow_observation_hours"] = json!(0);
    let found = blockers(&strict, &mut lowered);
    assert_eq!(found, ["shadow_mode_plan", "shadow_mode_plan_recomputed"]);

    // A packet that leaves the numbers out means the standard, which is not enough here.
    let mut older = sound.clone();
    let found = criteria(&mut older).as_object_mut().unwrap();
    found.retain(|name, _| !NEWER.contains(&name.as_str()));
    found["shadow_observation_hours"] = json!(24);
    assert_eq!(
        blockers(&strict, &mut older),
        ["shadow_mode_plan_recomputed"]
    );
}

#[test]
fn a_packet_of_an_earlier_version_means_the_standard() {
    let bench = Bench::new(BASELINE);
    let mut older = packet_of(&bench, EvidenceMode::Sample);
    let found = criteria(&mut older).as_object_mut().unwrap();
    found.retain(|name, _| !NEWER.contains(&name.as_str()));
    assert_eq!(
        found["shadow_observation_hours"],
        Criteria::STANDARD.thresholds.min_observation_hours
    );
    assert_eq!(blockers(&bench, &mut older), [""; 0]);
}
