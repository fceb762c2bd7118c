//! `cavra journal tail | query | show | stats | export`, of a service and of a folder.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::serve::Service;
use super::support::{Run, cavra, cavra_with};

/// What a spreadsheet, a CSV reader and a terminal could trip over.
const NASTY: [&str; 5] = [
    "=cmd|' /C calc'!A0",
    "@SUM(A1)",
    "a \"quoted\", text",
    "two\nlines",
    "\u{1b}[2Jgone \u{202e}txt",
];

pub(crate) struct Kept {
    pub(crate) service: Service,
    pub(crate) folder: tempfile::TempDir,
    pub(crate) decided: Vec<Value>,
}

impl Kept {
    /// A service that has decided on `count` actions, and on nasty ones.
    pub(crate) fn start(count: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let service = Service::start(&["--data-dir", data.to_str().unwrap()]);
        let plain = (0..count).map(|number| {
            let target = if number % 3 == 0 {
                ".env"
            } else {
                "src/main.rs"
            };
            json!({"action_type": "read_file", "target": target, "requested_operation": "read",
                   "agent_id": format!("agent-{}", number % 4), "session_id": "one"})
        });
        let nasty = NASTY.iter().map(|text| {
            json!({"action_type": "write_file", "target": text, "requested_operation": "write",
                   "agent_id": text})
        });
        let input: String = plain.chain(nasty).map(|it| format!("{it}\n")).collect();
        let args = [
            "decide",
            "--endpoint",
            service.endpoint(),
            "--output",
            "json",
        ];
        let mut decided = cavra_with(&args, input).exits(0).json_lines();
        // A pipeline's answers come in its order; its records are in the order of writing.
        decided.sort_by_key(|it| it["journal_position"].as_u64().unwrap());
        assert_eq!(decided.len(), count + NASTY.len());
        Self {
            service,
            folder,
            decided,
        }
    }

    pub(crate) fn data(&self) -> String {
        self.folder.path().join("data").to_str().unwrap().to_owned()
    }

    pub(crate) fn here(&self, args: &[&str]) -> Run {
        cavra(&[&["journal"], args, &["--data-dir", &self.data()]].concat())
    }

    pub(crate) fn there(&self, args: &[&str]) -> Run {
        cavra(&[&["journal"], args, &["--endpoint", self.service.endpoint()]].concat())
    }

    /// Both ways, which must say the same.
    #[track_caller]
    pub(crate) fn both(&self, args: &[&str]) -> Run {
        let (here, there) = (self.here(args).exits(0), self.there(args).exits(0));
        assert!(here.stdout == there.stdout, "{args:?}");
        here
    }

    pub(crate) fn ids(&self, meant: impl Fn(&Value) -> bool) -> Vec<Value> {
        let meant = self.decided.iter().filter(|it| meant(it));
        meant.map(|it| it["decision_id"].clone()).collect()
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }
}

pub(crate) fn ids(lines: &[Value]) -> Vec<Value> {
    let records = lines.iter().map(|it| &it["record"]);
    records.map(|it| it["decision_id"].clone()).collect()
}

#[test]
fn a_query_shows_what_the_filters_mean_here_and_there() {
    let kept = Kept::start(700);
    let json = |args: &[&str]| {
        let args = [&["query", "--output", "json"], args].concat();
        ids(&kept.both(&args).json_lines())
    };
    let decisions = ["--kind", "decision"];
    assert_eq!(json(&decisions), kept.ids(|_| true));
    assert_eq!(
        json(&["--decision", "block"]),
        kept.ids(|it| it["decision"] == "block")
    );
    let some = |it: &Value| it["agent_id"] == "agent-1" && it["target"] == "src/main.rs";
    let mut found = json(&["--agent", "agent-1", "--target", "main.rs", "--reverse"]);
    found.reverse();
    assert_eq!(found, kept.ids(some));
    assert_eq!(json(&["--rule", "filesystem.read.*"]).len(), 700);
    assert_eq!(json(&["--since", "1h", "--kind", "decision"]).len(), 705);
    assert_eq!(json(&["--until", "2020-01-01"]), [] as [Value; 0]);
    // Where an earlier query went up to, the next goes on.
    let first = json(&["--limit", "5", "--kind", "decision"]);
    let rest = json(&["--start", "7", "--kind", "decision"]);
    assert_eq!([first, rest].concat(), kept.ids(|_| true));
    let events = kept.both(&["query", "--kind", "event"]).stdout;
    assert!(events.contains("policies started"), "{events}");
    let lifecycle = kept.both(&["query", "--kind", "lifecycle"]).stdout;
    assert!(lifecycle.contains("seeded by start"), "{lifecycle}");
    assert!(!events.contains("seeded"), "{events}");

    kept.here(&["query", "--decision", "maybe"])
        .exits(1)
        .complains("require_approval");
    kept.here(&["query", "--since", "yesterday"])
        .exits(1)
        .complains("2h");
    kept.here(&["query", "--rule", "a*b"])
        .exits(1)
        .complains("commands.*");
    cavra(&["journal", "query", "--data-dir", "nowhere"])
        .exits(1)
        .complains("no journal");
}

#[test]
fn what_agents_write_moves_no_cursor() {
    let kept = Kept::start(0);
    for args in [&["query"][..], &["tail"], &["show", "5"], &["stats"]] {
        let shown = kept.both(args).stdout;
        assert!(!shown.contains(['\u{1b}', '\u{202e}']), "{shown}");
    }
}

#[test]
fn one_record_is_shown_whole() {
    let kept = Kept::start(3);
    let mut decided = kept.decided.iter();
    let decision = decided.find(|it| it["target"] == "src/main.rs").unwrap();
    let id = decision["decision_id"].as_str().unwrap();
    let shown = kept.both(&["show", id, "--output", "json"]).json();
    assert_eq!(shown["schema_version"], "cavra.journal.entry.v1");
    assert_eq!(shown["subject"]["action"]["target"], "src/main.rs");
    assert_eq!(shown["record"]["rule_id"], decision["rule_id"]);
    let position = shown["position"].to_string();
    assert_eq!(
        kept.both(&["show", &position, "--output", "json"]).json(),
        shown
    );
    kept.both(&["show", id])
        .prints("leaf hash")
        .prints("\"target\": \"src/main.rs\"");
    kept.here(&["show", "99"])
        .exits(1)
        .complains("no record `99`");
    kept.there(&["show", "99"])
        .exits(1)
        .complains("no record `99`");
}

#[test]
fn statistics_count() {
    let mut kept = Kept::start(30);
    let stats = kept.there(&["stats", "--output", "json"]).exits(0).json();
    assert_eq!(
        (&stats["decisions"], &stats["events"]),
        (&json!(35), &json!(2))
    );
    assert_eq!(stats["by_decision"]["names"]["block"], 10);
    assert_eq!(stats["by_agent"]["names"]["agent-0"], 8);
    let filtered = ["stats", "--output", "json", "--agent", "agent-0"];
    assert_eq!(kept.here(&filtered).exits(0).json()["decisions"], 8);
    kept.here(&["stats"])
        .exits(0)
        .prints("by rule")
        .prints("p99");
    // What is counted doesn't change when the service is gone; its place on disk may.
    assert_eq!(kept.service.stop("-TERM"), Some(0));
    let after = kept.here(&["stats", "--output", "json"]).exits(0).json();
    for field in [
        "decisions",
        "by_rule",
        "by_agent",
        "active_ns",
        "first_time",
    ] {
        assert_eq!(after[field], stats[field], "{field}");
    }
}

#[test]
fn friction_says_how_often_a_person_was_asked_and_why() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let data = data.to_str().unwrap();
    let pack = ["--policy-pack", "cavra-coding-agent", "--data-dir", data];
    let service = Service::start(&pack);
    let lines = [
        "cat README.md",
        "deploy-prod --now",
        "ls /etc",
        "rm src/main.rs",
        "sort --frob a.txt",
        "git push origin main",
        "cat $X",
    ];
    let commands = lines.iter().map(|line| {
        json!({"action_type": "execute_command", "target": line, "requested_operation": line,
               "cwd": "/home/dev/repo", "workspace_root": "/home/dev/repo"})
    });
    let read = json!({"action_type": "read_file", "target": "src/main.rs",
                      "requested_operation": "read"});
    let input: String = commands.chain([read]).map(|it| format!("{it}\n")).collect();
    cavra_with(&["decide", "--endpoint", service.endpoint()], input);
    let stats = ["journal", "stats", "--friction", "--output", "json"];
    let there = cavra(&[&stats[..], &["--endpoint", service.endpoint()]].concat());
    let friction = there.exits(0).json();
    let expected = json!({
        "schema_version": "cavra.journal.friction.v1",
        "actions": 8, "asked": 5, "blocked": 1, "commands": 7, "commands_allowed": 1,
        "asks_per_100_actions": 62.5, "commands_allowed_per_100": 14.29,
        "by_hindrance": {"names": {"unknown_program": 1, "path": 1, "effect:deletes": 1,
                                   "lifted": 1, "run_time": 1}, "others": 0},
    });
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(&friction[field], value, "{field}");
    }
    assert_eq!(
        friction["by_program"]["rm"],
        json!({"commands": 1, "asked": 1})
    );
    assert_eq!(
        friction["by_program"]["cat"],
        json!({"commands": 2, "asked": 1})
    );
    let here = ["journal", "stats", "--friction", "--data-dir", data];
    cavra(&here)
        .exits(0)
        .prints("62.50 asks per 100 actions")
        .prints("asks by program, of its commands");
    let none = cavra(&[&here[..], &["--agent", "nobody"]].concat());
    none.exits(0).prints("0.00 asks per 100 actions");
}

#[test]
fn a_tail_shows_the_last_and_follows() {
    let kept = Kept::start(20);
    let last = ["tail", "-n", "4", "--kind", "decision", "--output", "json"];
    let all = kept.ids(|_| true);
    assert_eq!(ids(&kept.both(&last).json_lines()), all[all.len() - 4..]);

    let sources = [
        ["--data-dir", &kept.data()],
        ["--endpoint", kept.service.endpoint()],
    ];
    let following = sources.map(|source| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_cavra"))
            .args(["journal", "tail", "-f", "-n", "1", "--output", "json"])
            .args(["--agent", "late"])
            .args(source)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        (child, lines)
    });
    let document = json!({"action_type": "read_file", "target": ".env",
                          "requested_operation": "read", "agent_id": "late"});
    let args = [
        "decide",
        "--endpoint",
        kept.service.endpoint(),
        "--output",
        "json",
    ];
    let late = cavra_with(&args, format!("{document}\n")).json_lines();
    for (mut child, mut lines) in following {
        let line: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
        assert_eq!(line["record"]["decision_id"], late[0]["decision_id"]);
        child.kill().unwrap();
        child.wait().unwrap();
    }
}
