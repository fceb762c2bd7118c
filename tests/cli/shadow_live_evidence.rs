//! Reports of live runs as evidence: taken, explained, signed, and compared with the journal.

use std::fs;

use cavra::journal::store::Reader;
use serde_json::Value;
use tempfile::TempDir;

use super::people;
use super::serve::Service;
use super::support::{Run, cavra, cavra_with};

const ACTIONS: &str = include_str!("../data/shadow/planted.jsonl");
const PLANTED: &str = "tests/data/shadow/planted";

/// A service with a run, and keys.
struct Live {
    folder: TempDir,
    service: Service,
    public: String,
}

impl Live {
    /// With a journal that promises `mode`.
    fn start(mode: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        let service = Service::start(&[
            "--journal",
            mode,
            "--data-dir",
            &path("journal"),
            "--admin-socket",
            &path("admin.sock"),
            "--shadow",
            PLANTED,
        ]);
        let public = service.endpoint().to_owned();
        let live = Self {
            folder,
            service,
            public,
        };
        for who in ["evidence", "ada"] {
            people::key(live.folder.path(), who);
        }
        live
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    fn decide_day(&self) {
        let decide = ["decide", "--endpoint", &self.public, "--output", "json"];
        assert_eq!(cavra_with(&decide, ACTIONS).json_lines().len(), 45);
    }

    fn stop_run(&self) {
        let admin = format!("unix:{}", self.path("admin.sock"));
        cavra(&["shadow", "stop", "--endpoint", &admin]).exits(0);
    }

    fn report(&self, args: &[&str]) -> Value {
        let report = ["shadow", "report", "--endpoint", &self.public];
        cavra(&[&report[..], &["--output", "json"], args].concat())
            .exits(0)
            .json()
    }

    fn save(&self, report: &Value) -> String {
        let path = self.path("report.json");
        fs::write(&path, report.to_string()).unwrap();
        path
    }

    /// Signs a report, and compares it with the journal.
    fn verify(&self, report: &Value, args: &[&str]) -> Run {
        let (plain, signed) = (self.save(report), self.path("report.dsse.json"));
        let key = self.path("evidence.key");
        let sign = ["shadow", "sign", &plain, "--signing-key", &key];
        cavra(&[&sign[..], &["--out", &signed]].concat()).exits(0);
        let (data, key) = (self.path("journal"), self.path("evidence.pub"));
        let verify = ["shadow", "verify", &signed, "--data-dir", &data];
        let by = ["--candidate", PLANTED, "--key", &key];
        cavra(&[&verify[..], &by, args].concat())
    }
}

/// What a replay of the same records must give alike, in whatever order they came.
fn groups(report: &Value) -> Vec<Value> {
    let groups = report["groups"].as_array().unwrap().iter();
    let of = |group: &Value| serde_json::json!([group["id"], group["key"], group["count"]]);
    groups.map(of).collect()
}

#[test]
fn a_live_report_names_the_checkpoint_that_covers_it_and_is_made_again_from_the_journal() {
    for mode in ["durable", "written-within=30"] {
        let mut live = Live::start(mode);
        live.decide_day();
        let early = live.report(&[]);
        assert_eq!(early["source"]["run"]["ended"], Value::Null, "{mode}");
        cavra(&["shadow", "report", "--endpoint", &live.public])
            .exits(0)
            .prints("The run was still on");
        live.verify(&early, &[])
            .exits(2)
            .prints("take the report again when the run has ended");

        live.stop_run();
        let report = live.report(&[]);
        assert_eq!(report["counts"]["loosened"], 4, "{mode}");
        let source = &report["source"];
        assert_eq!(source["run"]["ended"], "stopped");
        let note = source["checkpoint"].as_str().unwrap();
        let origin = source["name"].as_str().unwrap();
        assert!(note.starts_with(&format!("{origin}\n")), "{note}");
        assert_eq!(report, live.report(&[]).with(&report, "generated_at"));
        let found = live.verify(&report, &["--output", "json"]).exits(0).json();
        // It is true, and shows less than both policies ask for.
        assert_eq!(found["accepted"], true, "{mode}");
        assert_eq!(found["evidence_for_live_gate"], false, "{mode}");
        let because = found["no_evidence_because"].as_str().unwrap();
        let wanted = "the run was stopped before its criteria were met: the criterion `unexplained_loosening`";
        assert!(because.starts_with(wanted), "{because}");
        let criteria = &source["run"]["criteria"];
        assert_eq!(criteria["approvals_required"], 1);
        assert_eq!(criteria["thresholds"]["min_observation_hours"], 24);

        // Its examples are where it says.
        let reader = Reader::open(live.folder.path().join("journal").as_path()).unwrap();
        for group in report["groups"].as_array().unwrap() {
            for position in group["examples"]
                .as_array()
                .unwrap()
                .iter()
                .map(|example| &example["position"])
                .chain([&group["first_position"], &group["last_position"]])
            {
                let id = position["decision_id"].as_str().unwrap().parse().unwrap();
                let place = reader.position_of(id).unwrap();
                assert_eq!(place, position["number"].as_u64(), "{mode}");
            }
        }

        // The journal goes on: what was reported stays what it was.
        live.decide_day();
        live.verify(&report, &[]).exits(0);
        for (place, value) in [
            ("/source/checkpoint", Value::from(note.replace(origin, "x"))),
            ("/source/last_position", Value::from(7)),
            ("/source/run/ended", Value::from("time_reached")),
            ("/source/run/criteria", Value::Null),
            ("/source/run/criteria/approvals_required", Value::from(2)),
            ("/groups/0/first_position/number", Value::from(0)),
            ("/criteria/2/actual", Value::from(99)),
        ] {
            let mut edited = report.clone();
            *edited.pointer_mut(place).unwrap() = value;
            live.verify(&edited, &[]).exits(2);
        }
        assert_eq!(live.service.stop("-TERM"), Some(0));
        live.verify(&report, &[]).exits(0);

        let (data, until) = (live.path("journal"), report["generated_at"].clone());
        let replay = ["shadow", "replay", "--candidate", PLANTED];
        let which = ["--data-dir", &data, "--until", until.as_str().unwrap()];
        let replayed = cavra(&[&replay[..], &which, &["--output", "json"]].concat())
            .exits(0)
            .json();
        assert_eq!(groups(&replayed), groups(&report), "{mode}");
        for field in ["counts", "matrix", "bounds", "required_classes", "timeline"] {
            assert_eq!(replayed[field], report[field], "{mode} {field}");
        }
        if mode == "durable" {
            for field in ["groups", "ledger"] {
                assert_eq!(replayed[field], report[field], "{field}");
            }
        }
    }
}

#[test]
fn a_live_report_is_judged_by_what_its_reader_asks_for_and_the_verifier_asks_the_same() {
    let live = Live::start("durable");
    live.decide_day();
    live.stop_run();
    let report = live.report(&[]);
    let groups = report["groups"].as_array().unwrap();
    let loosened = groups
        .iter()
        .filter(|group| group["key"]["change"] == "loosened");
    let saved = live.save(&report);
    let (key, public) = (live.path("ada.key"), live.path("ada.pub"));
    let mut asked = Vec::new();
    for (index, group) in loosened.enumerate() {
        let (id, out) = (
            group["id"].as_str().unwrap(),
            live.path(&format!("{index}")),
        );
        let explain = ["shadow", "explain", &saved, "--group", id, "--by", "Ada"];
        let how = ["--reason", "it is meant", "--signing-key", &key, "--out"];
        cavra(&[&explain[..], &how, &[&out]].concat()).exits(0);
        asked.extend(["--explanation".to_owned(), out]);
    }
    asked.extend(["--explainer-key".to_owned(), public]);
    asked.extend(["--min-observation-hours", "0", "--min-samples", "1"].map(str::to_owned));
    let asked: Vec<&str> = asked.iter().map(String::as_str).collect();
    let judged = live.report(&asked);
    let criterion = |name: &str| {
        let criteria = judged["criteria"].as_array().unwrap();
        let of_name = criteria.iter().find(|it| it["name"] == name);
        of_name.unwrap().clone()
    };
    assert_eq!(criterion("unexplained_loosening")["met"], true);
    assert_eq!(criterion("observation_hours")["met"], true);
    assert_eq!(criterion("required_class_samples")["threshold"], 1);
    live.verify(&judged, &asked)
        .exits(0)
        .prints("it is not evidence for a live gate: the report is judged by other criteria")
        .prints("`criteria.thresholds.min_observation_hours` is 0, and 24 is required");
    live.verify(&judged, &[]).exits(2);
    live.verify(&report, &asked).exits(2);

    // Only by whom who may, and only where it is made.
    let evidence = live.path("evidence.pub");
    let given = [asked[0], asked[1], "--explainer-key", &evidence];
    let report = ["shadow", "report", "--endpoint", &live.public];
    cavra(&[&report[..], &given].concat()).exits(1);
    cavra(&["shadow", "report", &saved, "--min-samples", "1"])
        .exits(1)
        .complains("saved report");
}

trait With {
    /// This document with a field of another one.
    fn with(self, other: &Value, field: &str) -> Value;
}

impl With for Value {
    fn with(mut self, other: &Value, field: &str) -> Value {
        self[field] = other[field].clone();
        self
    }
}
