//! Reports of a journal as a script meets them: signed, explained, verified, refused.

use std::fs;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, VerifyingKey};
use serde_json::Value;
use tempfile::TempDir;

use super::people;
use super::serve::Service;
use super::support::{Run, cavra, cavra_with};

const ACTIONS: &str = include_str!("../data/shadow/planted.jsonl");

pub(crate) const PLANTED: &str = "tests/data/shadow/planted";

/// A journal of the planted day, and a key for evidence.
pub(crate) struct Day {
    pub(crate) folder: TempDir,
}

impl Day {
    pub(crate) fn new() -> Self {
        let day = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        let mut service = Service::start(&["--data-dir", &day.path("journal")]);
        let endpoint = service.endpoint().to_owned();
        let decide = ["decide", "--endpoint", &endpoint, "--output", "json"];
        let decided = cavra_with(&decide, ACTIONS).json_lines();
        assert_eq!(decided.len(), 45);
        assert_eq!(service.stop("-TERM"), Some(0));
        day.key("evidence");
        day
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    pub(crate) fn key(&self, name: &str) {
        people::key(self.folder.path(), name);
    }

    pub(crate) fn replay(&self, args: &[&str]) -> Run {
        let data = self.path("journal");
        let all = [
            "shadow",
            "replay",
            "--candidate",
            PLANTED,
            "--data-dir",
            &data,
        ];
        cavra(&[&all[..], args].concat())
    }

    /// A signed report, as a file.
    pub(crate) fn signed(&self, args: &[&str]) -> String {
        let (key, file) = (self.path("evidence.key"), self.path("report.dsse.json"));
        let sign = ["--sign", &key, "--evidence", &file];
        self.replay(&[&sign, args].concat()).exits(0);
        file
    }

    pub(crate) fn verify(&self, file: &str, args: &[&str]) -> Run {
        let (data, key) = (self.path("journal"), self.path("evidence.pub"));
        let all = [
            "shadow",
            "verify",
            file,
            "--data-dir",
            &data,
            "--candidate",
            PLANTED,
        ];
        let key = if args.contains(&"--key") {
            vec![]
        } else {
            vec!["--key", &key]
        };
        cavra(&[&all[..], &key, args].concat())
    }
}

fn json(file: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap()
}

#[test]
fn a_signed_report_is_verified_and_an_edited_one_is_refused() {
    let day = Day::new();
    let file = day.signed(&[]);
    let found = day.verify(&file, &["--output", "json"]).exits(0).json();
    assert_eq!(found["accepted"], true);
    // It is true, and shows less than both policies ask for.
    assert_eq!(found["evidence_for_live_gate"], false);
    let because = found["no_evidence_because"].as_str().unwrap();
    assert!(because.starts_with("the criterion `"), "{because}");
    day.verify(&file, &[])
        .exits(0)
        .prints("the report is what the journal says");
    cavra(&["shadow", "report", &file])
        .exits(0)
        .prints("NOT READY");

    // Somebody edits it without the key.
    let envelope = json(&file);
    let payload = STANDARD
        .decode(envelope["payload"].as_str().unwrap())
        .unwrap();
    let report: Value = serde_json::from_slice(&payload).unwrap();
    assert_eq!(report["counts"]["loosened"], 4);
    let mut edited = envelope.clone();
    let text = String::from_utf8(payload.clone())
        .unwrap()
        .replace("\"loosened\":4", "\"loosened\":3");
    edited["payload"] = Value::from(STANDARD.encode(text));
    let bad = day.path("edited.json");
    fs::write(&bad, edited.to_string()).unwrap();
    day.verify(&bad, &[])
        .exits(2)
        .prints("not signed by any of the given keys");

    // Nobody's signature, another key, another type.
    let mut unsigned = envelope.clone();
    unsigned["signatures"] = Value::from(Vec::<Value>::new());
    fs::write(&bad, unsigned.to_string()).unwrap();
    day.verify(&bad, &[]).exits(2).prints("refused");
    fs::write(&bad, &payload).unwrap();
    day.verify(&bad, &[])
        .exits(2)
        .prints("the report is not signed");
    day.key("other");
    day.verify(&file, &["--key", &day.path("other.pub")])
        .exits(2);
    let mut typed = envelope;
    typed["payloadType"] = Value::from("application/json");
    fs::write(&bad, typed.to_string()).unwrap();
    day.verify(&bad, &[]).exits(2).prints("application/json");

    // Somebody edits it with the key: the journal gives another report.
    let mut report = report;
    report["timeline"]["points"][0]["loosened"] = Value::from(3);
    let (plain, key) = (day.path("plain.json"), day.path("evidence.key"));
    fs::write(&plain, report.to_string()).unwrap();
    cavra(&[
        "shadow",
        "sign",
        &plain,
        "--signing-key",
        &key,
        "--out",
        &bad,
    ])
    .exits(0);
    let refused = day.verify(&bad, &["--output", "json"]).exits(2).json();
    let differs: Vec<&Value> = refused["checks"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|check| check["finding"] == "differs")
        .map(|check| &check["field"])
        .collect();
    assert_eq!(differs, ["timeline"]);
}

#[test]
fn a_pack_that_only_the_report_names_is_asked_for_by_the_right_option() {
    let day = Day::new();
    let file = day.signed(&[]);
    let (data, key) = (day.path("journal"), day.path("evidence.pub"));
    let verify = [
        "shadow",
        "verify",
        &file,
        "--data-dir",
        &data,
        "--key",
        &key,
    ];
    let refused = cavra(&verify).exits(1);
    assert_eq!(refused.stdout, "");
    refused
        .complains("the candidate is `planted-candidate`, and there is no policy pack with that id")
        .complains("hint: name the pack by `--candidate PATH`");
    // What the hint says works.
    cavra(&[&verify[..], &["--candidate", PLANTED]].concat()).exits(0);
}

#[test]
fn the_envelope_is_dsse_to_anybody_with_ed25519() {
    let day = Day::new();
    let envelope = json(&day.signed(&[]));
    let kind = envelope["payloadType"].as_str().unwrap();
    assert_eq!(kind, "application/vnd.cavra.shadow-report+json");
    let payload = STANDARD
        .decode(envelope["payload"].as_str().unwrap())
        .unwrap();
    let signature = STANDARD
        .decode(envelope["signatures"][0]["sig"].as_str().unwrap())
        .unwrap();
    let key = fs::read_to_string(day.path("evidence.pub")).unwrap();
    let key = STANDARD
        .decode(key.trim().splitn(3, '+').nth(2).unwrap())
        .unwrap();
    let key = VerifyingKey::from_bytes(key[1..].try_into().unwrap()).unwrap();
    let mut signed = format!("DSSEv1 {} {kind} {} ", kind.len(), payload.len()).into_bytes();
    signed.extend(payload);
    key.verify_strict(&signed, &Signature::from_slice(&signature).unwrap())
        .unwrap();
}

#[test]
fn a_group_is_explained_only_by_a_signature_of_somebody_who_may() {
    let day = Day::new();
    for name in ["ada", "eve"] {
        day.key(name);
    }
    let file = day.path("report.json");
    day.replay(&["--output", "json", "--out", &file]).exits(0);
    let report = json(&file);
    let groups = report["groups"].as_array().unwrap();
    let loosened: Vec<&str> = groups
        .iter()
        .filter(|group| group["key"]["change"] == "loosened")
        .map(|group| group["id"].as_str().unwrap())
        .collect();
    assert_eq!(loosened.len(), 2);
    let explain = |group: &str, who: &str, out: &str| {
        let (key, out) = (day.path(&format!("{who}.key")), day.path(out));
        let args = [
            "shadow",
            "explain",
            &file,
            "--group",
            group,
            "--by",
            who,
            "--reason",
            "releases are pushed",
            "--signing-key",
            &key,
            "--out",
            &out,
        ];
        cavra(&args)
    };
    explain(loosened[0], "ada", "one.json").exits(0);
    explain(loosened[1], "ada", "two.json").exits(0);
    explain(loosened[1], "eve", "eve.json").exits(0);
    let nobodys = format!("sha256:{}", "0".repeat(64));
    explain(&nobodys, "ada", "none.json")
        .exits(1)
        .complains("no group");
    // A person who explains a group has read its key, so that it must be the one of its id.
    let file = day.path("report.json");
    let said = fs::read_to_string(&file).unwrap();
    let swapped = said.replacen(loosened[0], loosened[1], 1);
    fs::write(&file, swapped).unwrap();
    explain(loosened[1], "ada", "none.json")
        .exits(1)
        .complains("`id` of `groups`");
    fs::write(&file, &said).unwrap();

    let (one, two, eve) = (
        day.path("one.json"),
        day.path("two.json"),
        day.path("eve.json"),
    );
    let ada = day.path("ada.pub");
    let given = [
        "--explanation",
        &one,
        "--explanation",
        &two,
        "--explainer-key",
        &ada,
    ];
    let explained = day
        .replay(&[&given[..], &["--output", "json"]].concat())
        .exits(0)
        .json();
    let criterion = &explained["criteria"][1];
    assert_eq!(
        (&criterion["name"], &criterion["met"]),
        (&"unexplained_loosening".into(), &true.into())
    );
    let marked = explained["groups"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|group| group["explained"] == true);
    assert_eq!(marked.count(), 2);
    day.replay(&["--explanation", &eve, "--explainer-key", &ada])
        .exits(1)
        .complains("eve.json");
    day.replay(&["--explanation", &one]).exits(1);

    // An explanation for a group that the report doesn't have must not pass unnoticed.
    let hour = day.replay(&[&given[..], &["--since", "1h"]].concat());
    assert_eq!(hour.exits(0).stderr, "");
    day.replay(&[&given[..], &["--until", "1h"]].concat())
        .exits(0)
        .complains("this report has no such group");

    // Who verifies has to have the explanations too.
    let signed = day.signed(&given);
    day.verify(&signed, &given).exits(0);
    day.verify(&signed, &[]).exits(2);
    // A report is no explanation, even if it is signed.
    let evidence = day.path("evidence.pub");
    day.replay(&["--explanation", &signed, "--explainer-key", &evidence])
        .exits(1);
}
