//! Readiness: a sound packet passes, and no claim is believed that can be recomputed.

mod lifecycle_support;

use cavra::lifecycle::packet::{EvidenceMode, OperatingEvidence, Packet};
use cavra::lifecycle::readiness::{CheckStatus, ReadinessResult, Status, readiness};
use lifecycle_support::{BASELINE, Bench};
use serde_json::Value;

fn evidence(mode: EvidenceMode) -> OperatingEvidence {
    let place = match mode {
        EvidenceMode::Sample => "sample",
        EvidenceMode::Live => "cavra",
    };
    OperatingEvidence {
        ci_run_ref: format!("ci-run://{place}/policy-lifecycle/1847"),
        policy_review_ref: format!("policy-review://{place}/pull-request/212"),
        ui_validation_ref: format!("ui-validation://{place}/policy-authoring/31"),
    }
}

fn packet(bench: &Bench, mode: EvidenceMode) -> Value {
    let previous = bench.previous();
    let packet = Packet::assemble(&bench.export(Some(&previous)), mode, evidence(mode)).unwrap();
    serde_json::from_str(&packet.text().unwrap()).unwrap()
}

fn judge(bench: &Bench, packet: &Value, require_live: bool) -> ReadinessResult {
    let text = packet.to_string();
    bench.with(|at_hand| readiness(text.as_bytes(), Some(at_hand), require_live))
}

fn claims(packet: &Value, require_live: bool) -> ReadinessResult {
    readiness(packet.to_string().as_bytes(), None, require_live)
}

fn blockers(result: &ReadinessResult) -> Vec<String> {
    result
        .blockers()
        .map(|check| format!("{}: {}", check.name, check.message))
        .collect()
}

#[test]
fn a_sound_live_packet_is_ready() {
    let bench = Bench::new(BASELINE);
    let result = judge(&bench, &packet(&bench, EvidenceMode::Live), true);
    assert_eq!(blockers(&result), [""; 0]);
    assert_eq!(result.status, Status::Ready);
    assert!(result.ready_for_live_policy_lifecycle);
    assert!(result.ready_for_policy_lifecycle_contract);
    assert_eq!((result.blocker_count, result.warning_count), (0, 0));
}

#[test]
fn a_sound_sample_has_one_warning_and_is_not_live() {
    let bench = Bench::new(BASELINE);
    let sample = packet(&bench, EvidenceMode::Sample);
    for result in [judge(&bench, &sample, false), claims(&sample, false)] {
        assert_eq!(blockers(&result), [""; 0]);
        assert_eq!(result.status, Status::ReadyWithWarnings);
        assert!(result.ready_for_policy_lifecycle_contract);
        assert!(!result.ready_for_live_policy_lifecycle);
        let warned =
            |check: &&cavra::lifecycle::readiness::Check| check.status == CheckStatus::Warn;
        let names: Vec<&str> = result
            .checks
            .iter()
            .filter(warned)
            .map(|it| it.name.as_str())
            .collect();
        assert_eq!(names, ["evidence_mode"]);
    }
    let required = judge(&bench, &sample, true);
    assert_eq!(required.status, Status::Blocked);
    assert!(required.ready_for_policy_lifecycle_contract);
    assert_eq!(
        required
            .blockers()
            .map(|it| it.name.as_str())
            .collect::<Vec<_>>(),
        ["evidence_mode"]
    );
}
#[test]
fn timing() {
    let bench = Bench::new(BASELINE);
    let live = packet(&bench, EvidenceMode::Live);
    let text = live.to_string();
    println!("{} bytes", text.len());
    let start = std::time::Instant::now();
    for _ in 0..10 {
        judge(&bench, &live, true);
    }
    println!("{:?}", start.elapsed() / 10);
    let start = std::time::Instant::now();
    for _ in 0..10 {
        claims(&live, true);
    }
    println!("{:?}", start.elapsed() / 10);
}
