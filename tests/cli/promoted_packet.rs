//! A promotion may name the readiness packet that people looked at.

use std::fs;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use super::people;
use super::serve::Service;
use super::support::{Run, cavra};

/// A service, and a live packet for its candidate `loose`.
struct Desk(TempDir);

impl Desk {
    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    fn paths<const N: usize>(&self, names: [&str; N]) -> [String; N] {
        names.map(|name| self.path(name))
    }

    fn new() -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        for who in ["ada", "bo", "evidence", "production"] {
            people::key(desk.0.path(), who);
        }
        let named = |who: &str| format!("{who}={}", desk.path(&format!("{who}.pub")));
        let [ada, bo, evidence, production] = ["ada", "bo", "evidence", "production"].map(named);
        let trust = desk.path("trust.json");
        let new = ["trust", "new", "--out", &trust, "--expires", "2100-01-01"];
        let people = ["--person", &ada, "--person", &bo, "--role", "trust=ada"];
        let groups = [
            "--group",
            "Repository Owners=ada,bo",
            "--role",
            "approve=ada,bo",
        ];
        let services = ["--service", &evidence, "--service", &production];
        let roles = [
            "--service-role",
            "shadow_report=evidence",
            "--service-role",
            "checkpoint=production",
        ];
        cavra(&[&new[..], &people, &groups, &services, &roles].concat()).exits(0);
        for (folder, version, files) in [
            ("mine", "1.0.0", "'one.txt'"),
            ("loose", "1.1.0", ""),
            ("other", "1.2.0", "'two.txt'"),
        ] {
            let text = format!(
                "metadata: {{id: mine, title: T, description: D, version: {version}, inherits: cavra-ai-agent-baseline}}\n\
                 filesystem: {{block_read: [{files}]}}\n\
                 promotion: {{thresholds: {{min_observation_hours: 0, min_samples_per_required_class: 0}}}}\n"
            );
            fs::create_dir_all(desk.path(folder)).unwrap();
            fs::write(desk.path(&format!("{folder}/policy.yaml")), text).unwrap();
        }
        for args in [
            &["init", "-q"][..],
            &["add", "mine", "loose", "other"],
            &[
                "-c",
                "user.name=a",
                "-c",
                "user.email=a@b",
                "commit",
                "-qm",
                "x",
            ],
        ] {
            let git = Command::new("git")
                .args(args)
                .current_dir(desk.0.path())
                .status();
            assert!(git.unwrap().success(), "{args:?}");
        }
        desk
    }

    fn start(&self) -> Service {
        let [data, pack, socket, trust, key] =
            self.paths(["data", "mine", "admin.sock", "trust.json", "production.key"]);
        let args = ["--data-dir", &data, "--policy", &pack, "--trust", &trust];
        Service::start(
            &[
                &args[..],
                &["--admin-socket", &socket, "--signing-key", &key],
            ]
            .concat(),
        )
    }

    fn lifecycle(&self, args: &[&str]) -> Run {
        let endpoint = format!("unix:{}", self.path("admin.sock"));
        let more = [
            "--endpoint",
            &endpoint,
            "--timeout",
            "60s",
            "--output",
            "json",
        ];
        cavra(&[&["lifecycle"][..], args, &more].concat())
    }

    /// The signed report of what the candidate would have decided, the request that names it, and an
    /// approval: `NAME-report.dsse.json`, `NAME-request.dsse.json` and `NAME-bo.dsse.json`.
    fn documents(&self, name: &str) -> [String; 3] {
        let file = |what: &str| self.path(&format!("{name}-{what}.dsse.json"));
        let [report, request, bo] = ["report", "request", "bo"].map(file);
        let plain = self.path(&format!("{name}-report.json"));
        let [candidate, mine, data, evidence, log, ada, key, trust] = self.paths([
            name,
            "mine",
            "data",
            "evidence.key",
            "production.pub",
            "ada.key",
            "bo.key",
            "trust.json",
        ]);
        let replay = [
            "shadow",
            "replay",
            "--active",
            &mine,
            "--candidate",
            &candidate,
        ];
        let judged = [
            "--min-observation-hours",
            "0",
            "--min-samples",
            "0",
            "--check",
        ];
        let out = ["--out", &plain, "--sign", &evidence, "--evidence", &report];
        let from = ["--data-dir", &data, "--output", "json"];
        cavra(&[&replay[..], &judged, &from, &out].concat()).exits(0);
        let named = format!("shadow_report={plain}");
        let ask = [
            "lifecycle",
            "request",
            "--candidate",
            &candidate,
            "--replaces",
            &mine,
        ];
        let place = ["--journal-key", &log, "--activation-index", "0"];
        let why = [
            "--requested-by",
            "ada",
            "--reason",
            "r",
            "--expires",
            "2099-01-01",
        ];
        let signed = [
            "--evidence",
            &named,
            "--signing-key",
            &ada,
            "--out",
            &request,
        ];
        cavra(&[&ask[..], &place, &why, &signed].concat()).exits(0);
        let sign = ["lifecycle", "sign", &request, "--candidate", &candidate];
        let packs = ["--replaces", &mine, "--trust", &trust, "--reason", "yes"];
        cavra(&[&sign[..], &packs, &["--signing-key", &key, "--out", &bo]].concat()).exits(0);
        [report, request, bo]
    }

    /// The live packet with these documents.
    fn packet(&self, name: &str, documents: &[&str]) -> String {
        let out = self.path(&format!("{name}-{}.packet.json", documents.len()));
        let [candidate, mine] = self.paths([name, "mine"]);
        let packet = [
            "policy",
            "lifecycle-packet",
            &candidate,
            "--previous",
            &mine,
        ];
        let live = ["--evidence-mode", "live", "--ci-run-ref", "ci://runs/1847"];
        let seen = [
            "--policy-review-ref",
            "review://pulls/512",
            "--ui-validation-ref",
            "ui://sessions/77",
        ];
        let mut args = [&packet[..], &live, &seen, &["--output-file", &out]].concat();
        for document in documents {
            args.extend(["--attestation", document]);
        }
        cavra(&args).exits(0);
        out
    }
}

#[test]
fn the_record_of_a_promotion_names_and_keeps_the_packet() {
    let desk = Desk::new();
    let mut service = desk.start();
    for name in ["loose", "other"] {
        desk.lifecycle(&["propose", &desk.path(name), "--reason", "a try"])
            .exits(0);
    }
    for file in ["three.txt", "src/main.rs"] {
        cavra(&["decide", "--endpoint", service.endpoint(), "--read", file]).exits(0);
    }
    assert_eq!(service.stop("-TERM"), Some(0));
    let [report, request, bo] = desk.documents("loose");
    let [other_report, other_request, other_bo] = desk.documents("other");
    let mut service = desk.start();
    let packet = desk.packet("loose", &[&report, &request, &bo]);
    let promote = |packet: &str| {
        let documents = ["promote", &request, &bo, "--report", &report];
        desk.lifecycle(&[&documents[..], &["--packet", packet]].concat())
    };
    // About another candidate, without the approval, a changed one, and none at all.
    let other = desk.packet("other", &[&other_report, &other_request, &other_bo]);
    promote(&other)
        .exits(1)
        .complains("the packet is about the bundle sha256:")
        .complains("the packet doesn't hold the request");
    let unapproved = desk.packet("loose", &[&report, &request]);
    promote(&unapproved)
        .exits(1)
        .complains("the packet isn't ready: `approvals`");
    let text = fs::read_to_string(&packet).unwrap();
    let changed = desk.path("changed.json");
    let edited = text.replacen("ci://runs/1847", "ci://runs/1848", 1);
    fs::write(&changed, edited).unwrap();
    promote(&changed)
        .exits(1)
        .complains("the packet isn't ready: `packet_digest`");
    promote(&desk.path("trust.json"))
        .exits(1)
        .complains("the packet can't be read");

    promote(&packet).exits(0);
    let value: Value = serde_json::from_str(&text).unwrap();
    let canonical = cavra::canonical::to_canonical_bytes(&value).unwrap();
    let digest = cavra::canonical::Digest::of(&canonical).to_string();
    let history = desk.lifecycle(&["history", "--changes"]).exits(0).json();
    let record = &history[1]["record"];
    assert_eq!(record["event"]["promoted"]["packet"], digest);
    assert_eq!(record["document"], digest);
    assert_eq!(service.stop("-KILL"), None);
    let mut service = desk.start();
    assert_eq!(service.stop("-TERM"), Some(0));
    let data = desk.path("data");
    let key = desk.path("production.pub");
    cavra(&[
        "journal",
        "verify",
        "--data-dir",
        &data,
        "--journal-key",
        &key,
    ])
    .exits(0);
    let offline = ["lifecycle", "history", "--changes", "--data-dir", &data];
    cavra(&[&offline[..], &["--journal-key", &key]].concat())
        .exits(0)
        .prints(&format!("packet     {digest}"));
}
