//! A packet that another engine made: it verifies, except for what only that engine can recompute,
//! and it is never ready for live use.

use std::path::Path;
use std::sync::Arc;

use crate::cast::Papers;
use crate::support::{
    self, BASELINE, Bench, PREVIOUS, earlier, evidence, library, names, request, sealed,
};
use cavra::action::Action;
use cavra::action::facts::FACTS_VERSION;
use cavra::canonical::Digest;
use cavra::decision::PolicyIdentity;
use cavra::engine::base_sources;
use cavra::library::load_file;
use cavra::policy::effective::{EffectivePack, engine_digest};
use cavra::policy::source::SourceFile;
use cavra::readiness::assessment::{CheckStatus, ReadinessResult, Status};
use cavra::readiness::given_pack::{GivenPack, Previous, Shelf};
use cavra::readiness::packet::{Evidence, EvidenceMode, Packet};
use cavra::readiness::plan::plan;
use serde_json::Value;

const CHECK: &str = "version_manifest_engine";
/// What packets of earlier versions lack for live use.
const LACKING: [&str; 4] = ["bundles", "change_request", "shadow_report", "approvals"];
const NOT_RECOMPUTED: &str = "not recomputed, another engine";

/// The baseline with few cases of its own.
fn small() -> Bench {
    let library = library();
    let mut source = library.source(BASELINE).unwrap();
    source.cases.retain(|file| file.path == "cases/mcp.yaml");
    Bench::of(library, source)
}

/// The base rules, with a comment more.
fn other_base() -> Vec<SourceFile> {
    let mut base = base_sources();
    base[0].text.push_str("\n# In plain English.\n");
    base
}

fn other_digest(pack: &EffectivePack) -> Digest {
    pack.effective_digest(&other_base(), FACTS_VERSION)
}

/// The packet that an engine with [`other_base`] makes of the pack.
fn foreign(bench: &Bench) -> Value {
    bench.with(|given_pack| {
        let identity = PolicyIdentity {
            effective_digest: other_digest(given_pack.pack),
            ..given_pack.identity.clone()
        };
        let decided_by = Arc::new(identity.clone());
        let decide = |action: &Arc<Action>| {
            let mut decision = (given_pack.decide)(action)?;
            decision.policy = Arc::clone(&decided_by);
            Ok(decision)
        };
        let there = GivenPack {
            identity: &identity,
            decide: &decide,
            engine_digest: engine_digest(&other_base(), FACTS_VERSION),
            shelf: Shelf {
                effective_digest: &other_digest,
                ..given_pack.shelf
            },
            ..*given_pack
        };
        let previous = Previous::read(load_file(Path::new(PREVIOUS)).unwrap(), there.shelf);
        let export = plan(&there, Some(&previous.unwrap()), &request()).unwrap();
        let mode = EvidenceMode::Live;
        let evidence = Evidence {
            mode,
            operating: evidence(mode),
            bundles: Papers::of(bench).bundles,
            attestations: Vec::new(),
        };
        let packet = Packet::assemble(&export, evidence).unwrap();
        earlier(serde_json::to_value(packet).unwrap())
    })
}

fn judge(bench: &Bench, packet: Value, require_live: bool) -> ReadinessResult {
    support::judge(bench, &sealed(packet), require_live)
}

/// The checks whose status and message are as `wanted`, by name.
fn named<'a>(
    result: &'a ReadinessResult,
    wanted: &dyn Fn(CheckStatus, &str) -> bool,
) -> Vec<&'a str> {
    let checks = result.checks.iter();
    let found = checks.filter(|it| wanted(it.status, &it.message));
    found.map(|it| it.name.as_str()).collect()
}

#[test]
fn it_verifies_except_for_what_says_so() {
    let bench = small();
    let result = judge(&bench, foreign(&bench), false);
    assert_eq!(names(&result), [""; 0], "{:?}", result.checks);
    assert_eq!(result.status, Status::ReadyWithWarnings);
    assert!(result.ready_for_policy_lifecycle_contract);
    assert!(!result.ready_for_live_policy_lifecycle);
    assert_eq!(
        named(&result, &|status, _| status == CheckStatus::Warn),
        [&[CHECK], &LACKING[..]].concat()
    );
    let expected = [
        "effective_digest",
        CHECK,
        "approval_workflow_recomputed",
        "authoring_ui_contract_recomputed",
        "dry_run_report_recomputed",
        "lint_report_recomputed",
        "rollback_plan_recomputed",
        "shadow_mode_plan_recomputed",
        "version_manifest_recomputed",
    ];
    assert_eq!(
        named(&result, &|_, message| message.contains(NOT_RECOMPUTED)),
        expected
    );
}

#[test]
fn it_is_never_ready_for_live_use() {
    let bench = small();
    let result = judge(&bench, foreign(&bench), true);
    assert_eq!(names(&result), [&[CHECK], &LACKING[..]].concat());
    assert!(result.ready_for_policy_lifecycle_contract);
    assert!(!result.ready_for_live_policy_lifecycle);
}

/// An author who changes the pack can't call it another engine.
#[test]
fn another_digest_under_the_same_engine_is_another_policy() {
    let bench = small();
    let mut packet = foreign(&bench);
    let ours = engine_digest(&base_sources(), FACTS_VERSION);
    packet["version_manifest"]["engine_digest"] = Value::from(ours.to_string());
    let result = judge(&bench, packet, false);
    assert!(names(&result).contains(&"effective_digest"));
    assert!(!result.ready_for_policy_lifecycle_contract);
    let mut packet = foreign(&bench);
    let manifest = packet["version_manifest"].as_object_mut().unwrap();
    manifest.remove("engine_digest");
    let result = judge(&bench, packet, false);
    assert!(names(&result).contains(&"effective_digest"));
}

#[test]
fn the_pack_is_still_compared() {
    let bench = small();
    let packet = foreign(&bench);
    let mut other = bench.source.clone();
    other.policy.text = other.policy.text.replace("\"*.pfx\"", "\"*.pfx2\"");
    let changed = Bench::of(library(), other);
    let result = judge(&changed, packet.clone(), false);
    assert!(names(&result).contains(&"policy_digest"));
    let fewer = small();
    let mut source = fewer.source.clone();
    source.cases.clear();
    let result = judge(&Bench::of(library(), source), packet, false);
    assert!(names(&result).contains(&"dry_run_report_recomputed"));
}

type Forgery = &'static dyn Fn(&mut Value);

#[test]
fn forgeries_are_refused_under_any_engine() {
    let bench = small();
    let sound = foreign(&bench);
    let forgeries: [(&str, Forgery); 10] = [
        ("dry_run_verdicts", &|packet| {
            packet["dry_run_report"]["results"][0]["decision"]["decision"] = Value::from("allow");
        }),
        ("dry_run_verdicts", &|packet| {
            packet["dry_run_report"]["results"][0]["decision"]["rule_id"] = Value::from("x");
        }),
        ("dry_run_verdicts", &|packet| {
            packet["dry_run_report"]["results"][1]["decision"]["facts_version"] = Value::from("x");
        }),
        ("dry_run_counts", &|packet| {
            packet["dry_run_report"]["passed_count"] = Value::from(1);
        }),
        ("dry_run_report_recomputed", &|packet| {
            let report = &mut packet["dry_run_report"];
            let results = report["results"].as_array_mut().unwrap();
            results.pop();
            let count = Value::from(results.len());
            report["case_count"] = count.clone();
            report["passed_count"] = count;
        }),
        ("effective_digest", &|packet| {
            let digest = format!("sha256:{}", "0".repeat(64));
            packet["lint_report"]["effective_digest"] = Value::from(digest);
        }),
        ("lint_report_recomputed", &|packet| {
            packet["lint_report"]["summary"]["title"] = Value::from("t");
        }),
        ("approval_workflow_recomputed", &|packet| {
            let text = packet["approval_workflow"].to_string();
            let text = text.replace("Platform Security", "Friends");
            packet["approval_workflow"] = serde_json::from_str(&text).unwrap();
        }),
        ("version_manifest_recomputed", &|packet| {
            let removed = packet
                .pointer_mut("/version_manifest/diff/removed")
                .unwrap();
            removed.as_array_mut().unwrap().pop();
        }),
        ("rollback_plan", &|packet| {
            packet["rollback_plan"]["approval_required"] = Value::from(false);
        }),
    ];
    for (expected, forge) in forgeries {
        let mut forged = sound.clone();
        forge(&mut forged);
        assert_ne!(forged, sound, "{expected}");
        let result = judge(&bench, forged, false);
        assert!(
            names(&result).contains(&expected),
            "{expected}: {:?}",
            names(&result)
        );
    }
}
