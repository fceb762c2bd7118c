//! The example packets are what the tool makes of today's packs, and the gate sees through
//! any change to them.

use std::fs;
use std::path::{Path, PathBuf};

use cavra::engine::{effective_digest, engine_digest};
use cavra::library::{Library, load_file};
use serde_json::Value;

use super::support::{cavra, run};

const LIVE: &str =
    "examples/policy-lifecycle/enterprise-policy-lifecycle.live.sanitized.example.json";
const SAMPLE: &str = "examples/policy-lifecycle/enterprise-policy-lifecycle.sample.json";

const CANDIDATE: &str = "examples/policy-lifecycle/live/candidate/acme-agents";
const TRUST: &str = "examples/policy-lifecycle/live-trust.json";
const VERDICT: &str =
    "examples/policy-lifecycle/enterprise-policy-lifecycle.live.sanitized.example.dsse.json";

const REGENERATE: &str = "examples/policy-lifecycle/regenerate";
/// What differs between two packets of the same pack: times, ids, signatures, and what git says of
/// the moment.
const OF_THE_MOMENT: [&str; 8] = [
    "attestations",
    "decision_id",
    "generated_at",
    "git_versioned",
    "packet_digest",
    "source_ref",
    "timestamp",
    "versioning_reason",
];

fn read(file: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap()
}

/// A packet without what is of the moment.
fn lasting(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|key, _| !OF_THE_MOMENT.contains(&key.as_str()));
            fields.values_mut().for_each(lasting);
        }
        Value::Array(items) => items.iter_mut().for_each(lasting),
        _ => {}
    }
}

#[test]
fn the_examples_are_of_today_s_engine_and_pack() {
    let library = Library::open(&[PathBuf::from("policy-packs")]).unwrap();
    let baseline = library.effective("cavra-ai-agent-baseline").unwrap();
    let candidate = load_file(Path::new(CANDIDATE)).unwrap();
    let candidate = library.effective_of(candidate).unwrap();
    for (file, pack) in [(LIVE, candidate), (SAMPLE, baseline)] {
        let today = [effective_digest(&pack), engine_digest()].map(|it| it.to_string());
        let manifest = &read(file)["version_manifest"];
        let named = ["effective_digest", "engine_digest"].map(|key| manifest[key].clone());
        assert_eq!(
            named, today,
            "`{file}` is of another engine or pack: run `{REGENERATE}`, and commit what it writes"
        );
    }
}

#[test]
fn the_script_makes_the_examples_anew() {
    let folder = tempfile::tempdir().unwrap();
    let mut script = assert_cmd::Command::new(REGENERATE);
    script.arg(folder.path()).env_remove("CAVRA_PACKS");
    script.env("CAVRA", env!("CARGO_BIN_EXE_cavra"));
    run(&mut script).exits(0);
    for file in [LIVE, SAMPLE] {
        let name = Path::new(file).file_name().unwrap();
        let made = folder.path().join(name);
        let (mut made, mut kept) = (read(made.to_str().unwrap()), read(file));
        lasting(&mut made);
        lasting(&mut kept);
        assert!(
            made == kept,
            "`{file}` is not what `{REGENERATE}` writes: run it, and commit what it writes"
        );
    }
    let made = |file: &str| {
        let name = Path::new(file).file_name().unwrap();
        folder.path().join(name).to_str().unwrap().to_owned()
    };
    // The binary holds the trust file of the committed packet, whose keys signed nothing here.
    let result = readiness(&[&made(LIVE), "--require-live"], 2);
    let blockers = blockers(&result);
    assert_eq!(blockers, ["change_request", "shadow_report", "approvals"]);
    let by_its_own = [&made(LIVE), "--require-live", "--trust", &made(TRUST)];
    assert_eq!(readiness(&by_its_own, 0)["status"], "ready");
    let verify = [
        "verify",
        &made(LIVE),
        &made(VERDICT),
        "--trust",
        &made(TRUST),
    ];
    cavra(&verify)
        .exits(0)
        .prints("signed by   ada, bo, cy, observer");
    cavra(&["verify", &made(VERDICT), "--trust", TRUST]).exits(2);
}

fn blockers(result: &Value) -> Vec<&str> {
    let checks = result["checks"].as_array().unwrap().iter();
    let blockers = checks.filter(|it| it["status"] == "blocker");
    blockers.map(|it| it["name"].as_str().unwrap()).collect()
}

fn readiness(args: &[&str], code: i32) -> Value {
    let command = [&["policy", "lifecycle-readiness"], args].concat();
    serde_json::from_str(&cavra(&command).exits(code).stdout).unwrap()
}

#[test]
fn the_live_example_is_ready() {
    let result = readiness(&[LIVE, "--require-live"], 0);
    assert_eq!(result["ready_for_live_policy_lifecycle"], true);
    assert_eq!(result["blocker_count"], 0);
    assert_eq!(result["warning_count"], 0);
    assert_eq!(result["status"], "ready");
    assert_eq!(result["trust_is_example"], true);
    assert_eq!(result["criteria"]["thresholds"]["min_observation_hours"], 0);
    let signers = ["ada", "bo", "cy", "observer"];
    assert_eq!(result["signers"], serde_json::json!(signers));
}

#[test]
fn the_live_example_is_verified_by_its_own_trust_file_and_says_so() {
    let verify = ["verify", LIVE, "--expect", "packet"];
    cavra(&verify)
        .exits(0)
        .prints("valid  packet")
        .prints("signed by   ada, bo, cy, observer")
        .prints("the example's own, which counts for nothing else");
    let digest = read(LIVE)["version_manifest"]["effective_digest"].clone();
    let digest = digest.as_str().unwrap();
    cavra(&[&verify[..], &["--subject", digest]].concat()).exits(0);
    let other = format!("sha256:{}", "0".repeat(64));
    cavra(&[&verify[..], &["--subject", &other]].concat()).exits(2);
    cavra(&["verify", LIVE, "--expect", "request"]).exits(2);
    cavra(&["verify", VERDICT, "--expect", "verdict", "--trust", TRUST])
        .exits(0)
        .prints(digest)
        .prints("signed by   gate");
    cavra(&["verify", VERDICT, "--expect", "approval", "--trust", TRUST]).exits(2);
}

/// Another trust file decides alone, and the example's own is not found for another packet.
#[test]
fn the_example_s_keys_count_for_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (key, public, trust) = (path("ada.key"), path("ada.pub"), path("trust.json"));
    let generate = ["keys", "generate", "--name", "example.org/ada"];
    cavra(&[&generate[..], &["--out", &key, "--public", &public]].concat()).exits(0);
    let person = format!("ada={public}");
    let new = ["trust", "new", "--out", &trust, "--expires", "2100-01-01"];
    let who = ["--person", &person, "--role", "trust=ada"];
    cavra(&[&new[..], &who].concat()).exits(0);
    let result = readiness(&[LIVE, "--require-live", "--trust", &trust], 2);
    let needed = ["change_request", "shadow_report", "approvals"];
    assert_eq!(blockers(&result), needed);
    cavra(&["verify", LIVE, "--trust", &trust]).exits(2);

    let mut other = read(LIVE);
    let text = other["bundles"]["candidate"]["packs"]["acme-agents"]["policy.yaml"].clone();
    let text = text.as_str().unwrap().replace("1.1.0", "1.1.1");
    other["bundles"]["candidate"]["packs"]["acme-agents"]["policy.yaml"] = text.into();
    let copy = path("packet.json");
    let copied = |packet: &Value| fs::write(&copy, packet.to_string()).unwrap();
    copied(&other);
    let result = readiness(&[&copy, "--require-live"], 2);
    assert!(blockers(&result).contains(&"policy_version"));
    assert!(blockers(&result).contains(&"change_request"));
    cavra(&["verify", &copy]).exits(2);
}

/// A packet needs nothing but itself and a trust file: not even its pack.
#[test]
fn the_example_is_checked_in_an_empty_folder() {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("packet.json");
    fs::copy(LIVE, &copy).unwrap();
    let mut alone = super::support::command();
    alone.current_dir(folder.path());
    alone.args([
        "policy",
        "lifecycle-readiness",
        "packet.json",
        "--require-live",
    ]);
    let result = run(&mut alone).exits(0).json();
    assert_eq!(result["ready_for_live_policy_lifecycle"], true);
}

/// A bundle of any content is a blocker, never a failure of the tool.
#[test]
fn a_candidate_that_makes_no_policy_blocks() {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("packet.json");
    let path = copy.to_str().unwrap();
    for policy in [
        "",
        "metadata: {id: acme-agents, inherits: nobody}",
        "metadata: {id: other}",
        "commands: {block: [\"[\"]}\nmetadata: {id: acme-agents}",
    ] {
        let mut packet = read(LIVE);
        packet["bundles"]["candidate"]["packs"]["acme-agents"]["policy.yaml"] = policy.into();
        fs::write(&copy, packet.to_string()).unwrap();
        let result = readiness(&[path, "--require-live"], 2);
        assert_eq!(result["ready_for_live_policy_lifecycle"], false);
        assert!(blockers(&result).contains(&"packet_digest"), "{policy}");
        let named = blockers(&result)
            .iter()
            .any(|name| name.starts_with("bundles") || name.starts_with("change_request"));
        assert!(named, "{policy}: {:?}", blockers(&result));
    }
}

#[test]
fn the_sample_example_is_ready_with_its_one_warning() {
    let result = readiness(&[SAMPLE], 0);
    assert_eq!(result["ready_for_policy_lifecycle_contract"], true);
    assert_eq!(result["ready_for_live_policy_lifecycle"], false);
    assert_eq!(result["status"], "ready_with_warnings");
    assert_eq!(result["warning_count"], 1);
    let result = readiness(&[SAMPLE, "--require-live"], 2);
    assert_eq!(result["status"], "blocked");
}

#[test]
fn one_digit_one_count_or_one_verdict_changed_blocks_and_names_the_check() {
    let text = fs::read_to_string(LIVE).unwrap();
    let packet: Value = serde_json::from_str(&text).unwrap();
    let digest = packet["version_manifest"]["effective_digest"]
        .as_str()
        .unwrap();
    let last = if digest.ends_with('0') { "1" } else { "0" };
    let other = format!("{}{last}", &digest[..digest.len() - 1]);
    let alterations = [
        (
            "/version_manifest/effective_digest",
            Value::from(other),
            "version_manifest",
        ),
        ("/dry_run_report/passed_count", Value::from(1), "dry_run"),
        ("/lint_report/warning_count", Value::from(7), "lint"),
        (
            "/dry_run_report/results/0/decision/decision",
            Value::from("allow"),
            "dry_run",
        ),
    ];
    let folder = tempfile::tempdir().unwrap();
    for (pointer, value, check) in alterations {
        let mut altered = packet.clone();
        let at = altered.pointer_mut(pointer).unwrap();
        assert_ne!(*at, value, "{pointer}");
        *at = value;
        let copy = folder.path().join("packet.json");
        fs::write(&copy, altered.to_string()).unwrap();
        let result = readiness(&[copy.to_str().unwrap(), "--require-live"], 2);
        let blockers = blockers(&result);
        assert!(
            blockers.iter().any(|name| name.starts_with(check)),
            "{pointer}: {blockers:?}"
        );
    }
}

/// A policy that takes `kubectl delete*` off the block list. Nobody has shadowed or approved it, and
/// the references are invented.
#[test]
fn a_packet_without_report_and_approvals_is_blocked_and_so_is_one_with_those_of_another_policy() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("packet.json");
    let path = path.to_str().unwrap();
    let assemble = ["policy", "lifecycle-packet", super::support::CANDIDATE];
    let about = [
        "--previous",
        "cavra-ai-agent-baseline",
        "--evidence-mode",
        "live",
    ];
    let references = [
        "--ci-run-ref",
        "ci://runs/99871",
        "--policy-review-ref",
        "review://pulls/4711",
        "--ui-validation-ref",
        "ui://sessions/12",
    ];
    let to = ["--output-file", path];
    cavra(&[&assemble[..], &about, &references, &to].concat()).exits(0);
    let needed = ["change_request", "shadow_report", "approvals"];
    let by_hand = [
        path,
        "--require-live",
        "--policy",
        super::support::CANDIDATE,
    ];
    for args in [&[path][..], &[path, "--require-live"], &by_hand] {
        let result = readiness(args, 2);
        assert_eq!(result["ready_for_live_policy_lifecycle"], false);
        for name in needed {
            assert!(blockers(&result).contains(&name), "{name}: {args:?}");
        }
    }
    let refused = cavra(&["verify", path]).exits(2);
    refused
        .prints("no signed shadow report")
        .prints("no approval");

    let mut forged = read(path);
    forged["attestations"] = read(LIVE)["attestations"].clone();
    fs::write(path, forged.to_string()).unwrap();
    let result = readiness(&[path, "--require-live", "--trust", TRUST], 2);
    for name in needed {
        assert!(blockers(&result).contains(&name), "{name}");
    }
    assert_eq!(result["trust_is_example"], false);
    // The example's trust file is not looked at for other policies.
    let result = readiness(&[path, "--require-live"], 2);
    assert_eq!(result["trust_digest"], Value::Null);
}

#[test]
fn only_a_gate_signs_a_verdict() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (key, verdict) = (path("gate.key"), path("verdict.dsse.json"));
    cavra(&[
        "keys",
        "generate",
        "--name",
        "example.org/gate",
        "--out",
        &key,
    ])
    .exits(0);
    let check = ["policy", "lifecycle-readiness", LIVE, "--require-live"];
    let sign = ["--signing-key", &key, "--verdict", &verdict];
    cavra(&[&check[..], &sign].concat())
        .exits(1)
        .complains("is the key of no service of the trust file with the role `gate`");
    assert!(!Path::new(&verdict).exists());
    let sample = [
        "policy",
        "lifecycle-readiness",
        SAMPLE,
        "--signing-key",
        &key,
    ];
    cavra(&sample).exits(1).complains("--require-live");
}
