use std::fs;

use serde_json::Value;

use super::support::{cavra, cavra_with};

fn lines(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn decide_takes_every_line_and_allows_most() {
    let traffic = cavra(&["traffic", "--actions", "4000", "--seed", "3"]).exits(0);
    assert!(traffic.stderr.is_empty(), "{}", traffic.stderr);
    assert_eq!(traffic.stdout.lines().count(), 4_000);
    let args = [
        "decide",
        "--policy-pack",
        "cavra-ai-agent-baseline",
        "--output",
        "json",
    ];
    let decisions = cavra_with(&args, traffic.stdout).exits(0).json_lines();
    assert_eq!(decisions.len(), 4_000);
    let of = |verdict| {
        decisions
            .iter()
            .filter(|it| it["decision"] == verdict)
            .count()
    };
    assert!((2_800..=3_600).contains(&of("allow")), "{}", of("allow"));
    assert!((4..=120).contains(&of("block")), "{}", of("block"));
    assert_eq!(of("allow") + of("block") + of("require_approval"), 4_000);
}

#[test]
fn the_same_options_print_the_same_bytes_and_another_seed_others() {
    let print = |args: &[&str]| cavra(&[&["traffic"], args].concat()).exits(0).stdout;
    let usual = print(&[]);
    assert_eq!(usual.lines().count(), 1_000);
    assert_eq!(usual, print(&["--seed", "1", "--agents", "24"]));
    assert_ne!(usual, print(&["--seed", "2"]));
    assert_ne!(usual, print(&["--profile", "infrastructure"]));
    assert_ne!(usual, print(&["--agents", "5"]));
    // Fewer are the beginning of more.
    assert!(print(&["--actions", "1500"]).starts_with(&usual));
}

#[test]
fn times_stand_beside_the_documents_or_around_them() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (out, times) = (at("day.jsonl"), at("day.times.jsonl"));
    let hours = ["traffic", "--hours", "2", "--agents", "30"];
    let run = cavra(&[&hours[..], &["--out", &out, "--times", &times]].concat()).exits(0);
    assert_eq!(run.stdout, "");
    let documents = lines(&fs::read_to_string(&out).unwrap());
    let times = lines(&fs::read_to_string(&times).unwrap());
    let wrapped = cavra(&[&hours[..], &["--with-times"]].concat()).exits(0);
    let decided = cavra_with(&["decide", "--output", "json"], wrapped.stdout.clone()).exits(0);
    assert_eq!(decided.stdout.lines().count(), documents.len());
    let wrapped = wrapped.json_lines();
    assert!(documents.len() > 100);
    assert_eq!(documents.len(), times.len());
    assert_eq!(documents.len(), wrapped.len());
    for ((document, time), wrapped) in documents.iter().zip(&times).zip(&wrapped) {
        assert_eq!(document["correlation_id"], time["correlation_id"]);
        assert_eq!(*document, wrapped["input"]);
        assert_eq!(time["at"], wrapped["at"]);
        assert_eq!(time["intent"], wrapped["intent"]);
        let at = time["at"].as_str().unwrap();
        assert!(
            ("2026-01-05T08:00:00".."2026-01-05T10:00:00").contains(&at),
            "{at}"
        );
    }
    // Nothing unfinished is left behind.
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn the_summary_adds_up() {
    let args = [
        "traffic",
        "--actions",
        "20000",
        "--dangerous-rate",
        "10%",
        "--summary",
    ];
    let summary = cavra(&[&args[..], &["--output", "json"]].concat())
        .exits(0)
        .json();
    assert_eq!(summary["actions"], 20_000);
    let sum = |counts: &Value| -> u64 {
        counts
            .as_object()
            .unwrap()
            .values()
            .map(|it| it.as_u64().unwrap())
            .sum()
    };
    assert_eq!(sum(&summary["intents"]), 20_000);
    let mix: u64 = summary["mix"].as_object().unwrap().values().map(sum).sum();
    assert_eq!(mix, 20_000);
    let dangerous = summary["intents"]["dangerous"].as_u64().unwrap();
    assert!((1_700..2_300).contains(&dangerous), "{dangerous}");
    assert!(
        summary["mix"]["execute_command"]["routine"]
            .as_u64()
            .unwrap()
            > 1_000
    );
    assert_eq!(summary["programs"][0]["name"], "git");
    cavra(&args)
        .exits(0)
        .prints("read_file")
        .prints("100.0%")
        .prints("simulated from 2026-01-05T08:");
}

#[test]
fn documents_and_summary_go_to_different_places() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("traffic.jsonl");
    // What is there is replaced.
    fs::write(&out, "before").unwrap();
    cavra(&[
        "traffic",
        "--actions",
        "50",
        "--summary",
        "--out",
        out.to_str().unwrap(),
    ])
    .exits(0)
    .prints("ROUTINE");
    assert_eq!(lines(&fs::read_to_string(&out).unwrap()).len(), 50);
}

#[test]
fn what_cannot_be_made_is_a_failure_that_says_why() {
    let cases: [(&[&str], &str); 9] = [
        (&["--dangerous-rate", "2"], "`2` is not a rate"),
        (&["--risky-rate", "1e-3"], "give a number from 0 to 1"),
        (
            &["--risky-rate", "0.6", "--evasion-rate", "0.6"],
            "add up to more than 1",
        ),
        (&["--agents", "0"], "--agents"),
        (&["--agents", "100001"], "give 1 to 100000"),
        (&["--start", "monday"], "--start"),
        (&["--profile", "golf"], "infrastructure"),
        (&["--hours", "0"], "--hours"),
        (&["--times", "t", "--with-times"], "cannot be used with"),
    ];
    for (args, complaint) in cases {
        cavra(&[&["traffic"], args].concat())
            .exits(1)
            .complains(complaint);
    }
    let file = tempfile::NamedTempFile::new().unwrap();
    let below = file.path().join("out.jsonl");
    cavra(&["traffic", "--out", below.to_str().unwrap()])
        .exits(1)
        .complains("is not a folder");
}
