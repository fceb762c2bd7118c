//! `cavra journal tail | query | show | stats | export`, of a service and of a folder.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::record::{Field, Row};
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

struct Kept {
    service: Service,
    folder: tempfile::TempDir,
    decided: Vec<Value>,
}

impl Kept {
    /// A service that has decided on `count` actions, and on nasty ones.
    fn start(count: usize) -> Self {
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

    fn data(&self) -> String {
        self.folder.path().join("data").to_str().unwrap().to_owned()
    }

    fn here(&self, args: &[&str]) -> Run {
        cavra(&[&["journal"], args, &["--data-dir", &self.data()]].concat())
    }

    fn there(&self, args: &[&str]) -> Run {
        cavra(&[&["journal"], args, &["--endpoint", self.service.endpoint()]].concat())
    }

    /// Both ways, which must say the same.
    #[track_caller]
    fn both(&self, args: &[&str]) -> Run {
        let (here, there) = (self.here(args).exits(0), self.there(args).exits(0));
        assert!(here.stdout == there.stdout, "{args:?}");
        here
    }

    fn ids(&self, meant: impl Fn(&Value) -> bool) -> Vec<Value> {
        let meant = self.decided.iter().filter(|it| meant(it));
        meant.map(|it| it["decision_id"].clone()).collect()
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }
}

fn ids(lines: &[Value]) -> Vec<Value> {
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

fn text<'a>(row: &'a Row, name: &str) -> Option<&'a str> {
    let mut columns = row.get_column_iter();
    match columns.find(|(column, _)| *column == name).unwrap().1 {
        Field::Str(text) => Some(text),
        Field::Null => None,
        other => panic!("{name}: {other:?}"),
    }
}

fn rows(path: &str) -> Vec<Row> {
    let reader = SerializedFileReader::new(File::open(path).unwrap()).unwrap();
    let counted = reader.metadata().file_metadata().num_rows();
    let rows: Vec<Row> = reader
        .get_row_iter(None)
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(usize::try_from(counted).unwrap(), rows.len());
    rows
}

#[test]
fn an_export_has_a_row_for_each_decision_in_every_form() {
    let kept = Kept::start(1300);
    for format in ["jsonl", "csv", "parquet"] {
        let files = ["here", "there"].map(|it| kept.path(&format!("{it}.{format}")));
        fs::write(&files[0], "in the way").unwrap();
        let args = |file| {
            [
                "export", "--format", format, "--out", file, "--output", "json",
            ]
        };
        let report = kept.here(&args(&files[0])).exits(0).json();
        assert_eq!(report["rows"], 1305);
        assert_eq!(kept.there(&args(&files[1])).exits(0).json()["rows"], 1305);
        let bytes = files.map(|file| fs::read(file).unwrap());
        assert!(bytes[0] == bytes[1], "{format}");
    }
    let names: BTreeSet<String> = fs::read_dir(kept.folder.path())
        .unwrap()
        .map(|it| it.unwrap().file_name().into_string().unwrap())
        .collect();
    assert!(
        names.iter().all(|it| !it.starts_with(".cavra")),
        "{names:?}"
    );

    let decided = &kept.decided;
    let lines = fs::read_to_string(kept.path("here.jsonl")).unwrap();
    let lines: Vec<Value> = lines
        .lines()
        .map(|it| serde_json::from_str(it).unwrap())
        .collect();
    assert_eq!(ids(&lines), kept.ids(|_| true));
    let queried = kept
        .here(&["query", "--kind", "decision", "--output", "json"])
        .json_lines();
    assert_eq!(lines, queried);

    let parquet = rows(&kept.path("here.parquet"));
    let mut csv = csv::Reader::from_path(kept.path("here.csv")).unwrap();
    let header = csv.headers().unwrap().clone();
    let at = |name: &str| header.iter().position(|it| it == name).unwrap();
    let csv: Vec<csv::StringRecord> = csv.records().map(Result::unwrap).collect();
    assert_eq!((parquet.len(), csv.len()), (1305, 1305));
    for ((row, record), decision) in parquet.iter().zip(&csv).zip(decided) {
        for name in [
            "decision_id",
            "decision",
            "rule_id",
            "severity",
            "target",
            "agent_id",
            "action_type",
            "policy_id",
            "policy_digest",
            "effective_digest",
            "outcome",
            "requested_operation",
        ] {
            let expected = decision[name].as_str();
            assert_eq!(text(row, name), expected, "{name}");
            let cell = &record[at(name)];
            let expected = expected.unwrap_or("");
            // What looks like a formula is not one, and is otherwise what it was.
            assert_eq!(cell.strip_prefix('\'').unwrap_or(cell), expected, "{name}");
            assert!(
                !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
                "{cell}"
            );
        }
        let findings: Value = serde_json::from_str(text(row, "findings_json").unwrap()).unwrap();
        assert_eq!(findings, decision["matched_rules"]);
        assert!(text(row, "facts_json").is_some());
        assert_eq!(text(row, "candidate_decision"), None);
    }
    assert!(csv.iter().any(|it| it[at("target")].starts_with("'=cmd")));
}

#[test]
fn an_export_takes_filters_and_leaves_nothing_behind_when_it_fails() {
    let kept = Kept::start(9);
    let file = kept.path("blocked.parquet");
    let filtered = [
        "export",
        "--format",
        "parquet",
        "--out",
        &file,
        "--decision",
        "block",
    ];
    kept.here(&filtered).exits(0).prints("3 decisions");
    assert!(
        rows(&file)
            .iter()
            .all(|it| text(it, "decision") == Some("block"))
    );
    let none = [
        "export", "--format", "parquet", "--out", &file, "--agent", "nobody",
    ];
    kept.here(&none).exits(0).prints("0 decisions");
    assert_eq!(rows(&file).len(), 0);

    let folder = kept.path("empty");
    fs::create_dir(&folder).unwrap();
    let out = format!("{folder}/x.csv");
    let missing = [
        "journal",
        "export",
        "--format",
        "csv",
        "--out",
        &out,
        "--data-dir",
        "nowhere",
    ];
    cavra(&missing).exits(1).complains("no journal");
    assert_eq!(fs::read_dir(Path::new(&folder)).unwrap().count(), 0);
}
