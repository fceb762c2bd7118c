//! What a report of a journal rests on: recorded, replayed, or neither.

use serde_json::Value;

use super::serve::Service;
use super::shadow_evidence::{Day, PLANTED};
use super::support::{cavra, cavra_with};

#[test]
fn a_simulated_clock_is_never_evidence_for_a_live_gate() {
    let day = Day::new();
    let file = day.signed(&["--simulated-clock"]);
    let found = day.verify(&file, &["--output", "json"]).exits(0).json();
    assert_eq!(found["accepted"], true);
    assert_eq!(found["evidence_for_live_gate"], false);
    day.verify(&file, &[])
        .exits(0)
        .prints("not evidence for a live gate");
    let report = day
        .replay(&["--simulated-clock", "--output", "json"])
        .exits(0)
        .json();
    let criteria = report["criteria"].as_array().unwrap();
    assert!(
        criteria
            .iter()
            .any(|it| it["name"] == "wall_clock" && it["met"] == false)
    );
}

/// The delivery pack asks who is behind a change: the one that names nobody is blocked.
const ATTRIBUTED: &str = concat!(
    r#"{"action_type":"write_file","target":"iam/roles.yaml","requested_operation":"write","#,
    r#""cwd":"/w","workspace_root":"/w","actor":"ada"}"#,
    "\n",
    r#"{"action_type":"write_file","target":"iam/roles.yaml","requested_operation":"write","#,
    r#""cwd":"/w","workspace_root":"/w"}"#,
    "\n",
);

#[test]
fn a_policy_that_looks_at_who_asks_is_replayed_with_who_asked() {
    const DELIVERY: &str = "cavra-agentic-delivery";
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("journal");
    let data = data.to_str().unwrap();
    let mut service = Service::start(&["--data-dir", data, "--policy-pack", DELIVERY]);
    let endpoint = service.endpoint().to_owned();
    let decide = ["decide", "--endpoint", &endpoint, "--output", "json"];
    let decided = cavra_with(&decide, ATTRIBUTED).json_lines();
    let verdicts: Vec<&Value> = decided.iter().map(|it| &it["decision"]).collect();
    assert_eq!(verdicts, ["require_approval", "block"]);
    assert_eq!(service.stop("-TERM"), Some(0));
    let replay = ["shadow", "replay", "--data-dir", data, "--output", "json"];
    for how in [&[][..], &["--from-text"], &["--active", DELIVERY]] {
        let args = [&replay[..], &["--candidate", DELIVERY], how].concat();
        let report = cavra(&args).exits(0).json();
        assert_eq!(report["counts"]["same"], 2, "{how:?}");
    }
    let baseline = cavra(&[&replay[..], &["--candidate", "cavra-ai-agent-baseline"]].concat());
    let recorded = baseline.exits(0).json();
    let from_file = [
        "shadow",
        "replay",
        "--policy-pack",
        DELIVERY,
        "--actions",
        "-",
    ];
    let other = ["--candidate", "cavra-ai-agent-baseline", "--output", "json"];
    let direct = cavra_with(&[&from_file[..], &other].concat(), ATTRIBUTED).json();
    assert_eq!(recorded["counts"], direct["counts"]);
}

#[test]
fn no_traffic_is_not_ready_and_says_so() {
    let day = Day::new();
    let later = ["--since", "2100-01-01T00:00:00Z"];
    day.replay(&later).exits(0).prints("NOT READY");
    let check = [&later[..], &["--check", "--output", "json"]].concat();
    let report = day.replay(&check).exits(2).json();
    assert_eq!(report["denominators"]["seen"], 0);
    let unmet = report["criteria"].as_array().unwrap();
    let unmet = unmet.iter().filter(|it| it["met"] == false).count();
    assert!(unmet > 0, "{report}");
}

#[test]
fn what_cannot_be_replayed_is_said() {
    let day = Day::new();
    let nowhere = day.path("nowhere");
    let args = [
        "shadow",
        "replay",
        "--candidate",
        PLANTED,
        "--data-dir",
        &nowhere,
    ];
    cavra(&args).exits(1).complains("no journal");
    day.replay(&["--where", "who=x"])
        .exits(1)
        .complains("is not a condition");
    day.replay(&["--where", "agent=a", "--where", "agent=b"])
        .exits(1)
        .complains("twice");
    day.replay(&["--sign", &day.path("evidence.key")]).exits(1);
    let folder = tempfile::tempdir().unwrap();
    let packs = folder.path().to_str().unwrap();
    let candidate = super::support::CANDIDATE;
    let data = day.path("journal");
    let lone = [
        "--packs",
        packs,
        "shadow",
        "replay",
        "--candidate",
        candidate,
        "--data-dir",
        &data,
    ];
    // The pack that decided is in the binary.
    cavra(&lone).exits(0).prints("No decision of 45");
    let judged = [&lone[..], &["--active", candidate]].concat();
    cavra(&judged).exits(0).prints("No decision of 45");
}
