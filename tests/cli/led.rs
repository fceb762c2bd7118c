//! What people are led to: the first word of a report, the next commands, the way back, and what a
//! request has become. Who follows them is not led into a trap.

use std::fs;

use serde_json::Value;

use super::desk::{Desk, quick, reads, reported};
use super::serve::Service;
use super::support::{Run, cavra};

const PACKS: [&str; 2] = ["next", "mine"];
const LOOSE: [&str; 2] = ["loose", "mine"];

/// A service whose policy blocks `one.txt`, and a proposed candidate that doesn't.
fn loosening() -> (Desk, Service) {
    let desk = Desk::new();
    fs::create_dir_all(desk.path("loose")).unwrap();
    for (folder, text) in [("mine", quick("'one.txt'")), ("loose", quick(""))] {
        fs::write(desk.path(&format!("{folder}/policy.yaml")), text).unwrap();
    }
    let service = desk.start();
    desk.propose("loose");
    (desk, service)
}

fn shadow(desk: &Desk, args: &[&str]) -> Run {
    let endpoint = format!("unix:{}", desk.path("admin.sock"));
    let more = ["--endpoint", &endpoint, "--timeout", "60s"];
    cavra(&[&["shadow"][..], args, &more].concat())
}

fn status(desk: &Desk) -> Value {
    desk.lifecycle(&["status"]).exits(0).json()
}

/// A command whose result is a table.
fn table(desk: &Desk, args: &[&str]) -> Run {
    let words = desk.words(args);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    cavra(&[&words[..words.len() - 1], &["table"]].concat())
}

fn requested(desk: &Desk, evidence: &str) -> Run {
    let [loose, mine, key, log, out] = [
        "loose",
        "mine",
        "ada.key",
        "data/journal.pub",
        "asked.dsse.json",
    ]
    .map(|name| desk.path(name));
    let request = [
        "lifecycle",
        "request",
        "--candidate",
        &loose,
        "--replaces",
        &mine,
    ];
    let about = [
        "--journal-key",
        &log,
        "--activation-index",
        "0",
        "--requested-by",
        "ada",
    ];
    let why = [
        "--reason",
        "why",
        "--expires",
        "2099-01-01",
        "--evidence",
        evidence,
    ];
    let how = ["--signing-key", &key, "--out", &out, "--output", "json"];
    cavra(&[&request[..], &about, &why, &how].concat())
}

#[test]
fn a_run_that_is_on_is_never_ready() {
    let (desk, mut service) = loosening();
    shadow(&desk, &["start", "--candidate", &desk.path("loose")]).exits(0);
    reads(&service, "two.txt");
    shadow(&desk, &["report", "--check"])
        .exits(2)
        .prints("STILL ON  ")
        .prints(" sampled decisions are compared so far, none laxer; stop the run, then report");
    let on = shadow(&desk, &["report", "--output", "json"])
        .exits(0)
        .json();
    assert_eq!(on["status"], "not_ready");
    assert_eq!(on["source"]["run"]["ended"], Value::Null);
    let criteria = on["criteria"].as_array().unwrap();
    let junit = shadow(&desk, &["report", "--output", "junit"]);
    junit.exits(0).prints("name=\"run_ended\"");
    shadow(&desk, &["report", "--output", "html"])
        .exits(0)
        .prints("STILL ON");

    shadow(&desk, &["stop"]).exits(0);
    let ended = shadow(&desk, &["report", "--check"]).exits(0);
    assert!(
        ended.stdout.starts_with("READY  No decision of 1 "),
        "{}",
        ended.stdout
    );
    let ended = shadow(&desk, &["report", "--output", "json"])
        .exits(0)
        .json();
    assert_eq!(ended["status"], "ready");
    assert_eq!(ended["criteria"].as_array().unwrap().len(), criteria.len());

    // A saved report that says it is ready, of a run that was on: an earlier version wrote these.
    let saved = desk.path("early.json");
    let mut early = ended;
    early["source"]["run"]["ended"] = Value::Null;
    fs::write(&saved, early.to_string()).unwrap();
    cavra(&["shadow", "report", &saved, "--check"])
        .exits(2)
        .prints("STILL ON  ");
    assert_eq!(service.stop("-TERM"), Some(0));
}

/// The placeholders of the next commands: each is one thing.
const PLACEHOLDERS: [&str; 14] = [
    "CANDIDATE_PACK",
    "REPLACED_PACK",
    "REPORT.json",
    "SIGNED_REPORT.dsse.json",
    "ACKNOWLEDGEMENT.dsse.json",
    "REQUEST.dsse.json",
    "ANSWER.dsse.json",
    "JOURNAL_PUBLIC_KEY",
    "YOUR_PRIVATE_KEY",
    "SERVICE_PRIVATE_KEY",
    "YOUR_ID",
    "LINE",
    "TEXT",
    "EXPIRY_TIME",
];

/// The commands in order, without what follows their names.
fn commands(next: &Value) -> Vec<String> {
    let lines: Vec<&str> = next.as_str().unwrap().lines().collect();
    for line in &lines {
        let capitals = line.split([' ', '=']).filter(|word| {
            let letters = word.chars().filter(|it| it.is_ascii_alphabetic());
            word.len() > 3 && letters.take(4).all(|it| it.is_ascii_uppercase())
        });
        for word in capitals {
            let known = PLACEHOLDERS.contains(&word) || word == "RETURN_TIME";
            assert!(known, "`{word}` in {line}");
        }
    }
    let name = |line: &&str| line.split(' ').take(3).collect::<Vec<_>>().join(" ");
    lines.iter().map(name).collect()
}

#[test]
fn the_next_commands_of_a_candidate_that_loosens_lead_to_a_promotion_with_a_way_back() {
    let (desk, mut service) = loosening();
    shadow(&desk, &["start", "--candidate", &desk.path("loose")]).exits(0);
    reads(&service, "two.txt");
    shadow(&desk, &["stop"]).exits(0);
    let next = status(&desk)["candidates"][0]["next"].clone();
    let wanted = [
        "cavra shadow report",
        "cavra lifecycle acknowledge",
        "cavra shadow report",
        "cavra shadow sign",
        "cavra lifecycle request",
        "cavra lifecycle submit",
    ];
    assert_eq!(commands(&next), wanted);
    let next = next.as_str().unwrap();
    assert!(next.contains("--rollback-until RETURN_TIME"), "{next}");
    assert!(
        next.contains("--evidence shadow_report=REPORT.json"),
        "{next}"
    );
    table(&desk, &["status"])
        .exits(0)
        .prints("state      evidence ready: traffic was observed for long enough")
        .prints("  next       cavra shadow report")
        .prints("  then       cavra lifecycle acknowledge");

    let request = desk.request("request", LOOSE, &[]);
    desk.lifecycle(&["submit", &request]).exits(0);
    let sign = status(&desk)["requests"][0]["next"].clone();
    let wanted = ["cavra lifecycle sign", "cavra lifecycle submit"];
    assert_eq!(commands(&sign), wanted);
    desk.lifecycle(&["submit", &desk.sign("bo", &request, LOOSE)])
        .exits(0);
    let promote = status(&desk)["requests"][0]["next"].clone();
    assert_eq!(commands(&promote), ["cavra lifecycle promote"]);
    let promote = promote.as_str().unwrap();
    let given = "--report SIGNED_REPORT.dsse.json --acknowledgement ACKNOWLEDGEMENT.dsse.json";
    assert!(promote.contains(given), "{promote}");
    assert_eq!(service.stop("-TERM"), Some(0));
}

#[test]
fn the_way_back_is_named_before_and_after_a_change() {
    let desk = Desk::new();
    let mut service = desk.start();
    assert_eq!(status(&desk).get("way_back"), None);
    desk.propose("next");
    let next = status(&desk)["candidates"][0]["next"].clone();
    let wanted = ["cavra lifecycle request", "cavra lifecycle submit"];
    assert_eq!(commands(&next), wanted);
    table(&desk, &["status"])
        .exits(0)
        .prints("state      evidence ready: it loosens nothing, so it needs no report");

    // The warning is at the request, when it can still be changed.
    let [next, mine, key, log, out] =
        ["next", "mine", "ada.key", "data/journal.pub", "warned.json"].map(|name| desk.path(name));
    let asked = [
        "lifecycle",
        "request",
        "--candidate",
        &next,
        "--replaces",
        &mine,
    ];
    let about = [
        "--journal-key",
        &log,
        "--activation-index",
        "0",
        "--requested-by",
        "ada",
    ];
    let why = [
        "--reason",
        "why",
        "--expires",
        "2099-01-01",
        "--signing-key",
        &key,
    ];
    let asked = [&asked[..], &about, &why, &["--out", &out]].concat();
    cavra(&asked)
        .exits(0)
        .complains("the request covers no return")
        .complains("add `--rollback-until TIME`");
    let covered = cavra(&[&asked[..], &["--rollback-until", "2098-01-01"]].concat()).exits(0);
    assert!(!covered.stderr.contains("no return"), "{}", covered.stderr);

    let promote = |more: &[&str]| {
        let request = desk.request("request", PACKS, more);
        desk.promote(&[&request, &desk.sign("bo", &request, PACKS)])
            .exits(0);
    };
    promote(&["--rollback-until", "2098-01-01"]);
    let back = status(&desk)["way_back"].clone();
    assert_eq!(back["policy_id"], "mine");
    assert_eq!(back["until"], "2098-01-01T00:00:00Z");
    table(&desk, &["status"])
        .exits(0)
        .prints("  way back   to mine ")
        .prints(", until 2098-01-01T00:00:00Z");
    let history = table(&desk, &["history", "--changes"]).exits(0);
    history
        .prints("seeded          by the service, at its start")
        .prints("promoted        asked for by ada, sent by uid ")
        .prints("approved   bo");

    desk.lifecycle(&["rollback", "--reason", "why"]).exits(0);
    assert_eq!(status(&desk)["way_back"].get("until"), None);
    let history = table(&desk, &["history", "--changes"]).exits(0);
    let back = history.stdout.split("rolled_back").nth(1).unwrap();
    assert!(back.trim_start().starts_with("sent by uid "), "{back}");
    assert!(back.contains(", which bo approved"), "{back}");
    assert!(!back.contains("  approved "), "{back}");

    desk.propose("next");
    promote(&[]);
    table(&desk, &["status"])
        .exits(0)
        .prints("only by a request of its own: cavra lifecycle request --rollback");
    let refused = desk.lifecycle(&["rollback", "--reason", "why"]).exits(1);
    refused.complains("(`cavra lifecycle request --rollback`)");
    assert_eq!(service.stop("-TERM"), Some(0));
}

#[test]
fn the_evidence_of_a_loosening_is_its_report_signed_or_not() {
    let (desk, mut service, _) = reported();
    let named = |file: &str| format!("shadow_report={}", desk.path(file));
    let plain = requested(&desk, &named("report.json")).exits(0).json();
    let signed = requested(&desk, &named("report.dsse.json")).exits(0).json();
    assert_eq!(plain["evidence"], signed["evidence"]);
    // Neither another document, nor another envelope, nor a report that nobody would find.
    let bo = desk.path("request.dsse.json");
    fs::write(desk.path("list.json"), "{\"b\": 1, \"a\": [2.0]}").unwrap();
    requested(&desk, &named("trust.json")).exits(1);
    requested(&desk, &named("list.json")).exits(1);
    requested(&desk, &format!("shadow_report={bo}")).exits(1);
    let other = format!("report={}", desk.path("report.json"));
    requested(&desk, &other)
        .exits(1)
        .complains("a service looks for it by the name `shadow_report`, not `report`");
    // The other way round, at the service.
    let bare = desk.path("report.json");
    desk.promote(&[&bo, "--report", &bare])
        .exits(1)
        .complains("is a shadow report without a signature; `--report` takes the envelope");
    cavra(&["verify", &bare, "--trust", &desk.path("trust.json")])
        .exits(2)
        .prints("a shadow report without a signature; `cavra shadow sign` signs it");
    let review = format!("review={}", desk.path("list.json"));
    requested(&desk, &review).exits(0);

    // One that is not ready is not signed in its envelope either.
    let mut weak: Value =
        serde_json::from_slice(&fs::read(desk.path("report.json")).unwrap()).unwrap();
    weak["status"] = "not_ready".into();
    for criterion in weak["criteria"].as_array_mut().unwrap() {
        if criterion["name"] == "dry_run_failures" {
            criterion["actual"] = 3.into();
            criterion["met"] = false.into();
        }
    }
    fs::write(desk.path("weak.json"), weak.to_string()).unwrap();
    let [weak, key, out] = ["weak.json", "evidence.key", "weak.dsse.json"].map(|it| desk.path(it));
    cavra(&[
        "shadow",
        "sign",
        &weak,
        "--signing-key",
        &key,
        "--out",
        &out,
    ])
    .exits(0);
    for file in ["weak.json", "weak.dsse.json"] {
        requested(&desk, &named(file))
            .exits(1)
            .complains("is no evidence for this change")
            .complains("`dry_run_failures` is not met");
    }
    assert_eq!(service.stop("-TERM"), Some(0));
}

fn withdrawn(desk: &Desk, request: &str, out: &str) -> String {
    let [key, trust, out] = ["ada.key", "trust.json", out].map(|name| desk.path(name));
    let withdraw = ["lifecycle", "withdraw", "--request", request];
    let signed = ["--reason", "no", "--signing-key", &key, "--out", &out];
    cavra(&[&withdraw[..], &signed, &["--trust", &trust]].concat()).exits(0);
    out
}

fn show(desk: &Desk, files: &[&str], more: &[&str]) -> Run {
    let [next, mine, trust] = ["next", "mine", "trust.json"].map(|name| desk.path(name));
    let about = ["--candidate", &next, "--replaces", &mine, "--trust", &trust];
    cavra(&[&["lifecycle", "show"], files, &about, more].concat())
}

#[test]
fn a_withdrawn_request_is_not_shown_as_approved() {
    let desk = Desk::new();
    let mut service = desk.start();
    let first = desk.request("first", PACKS, &[]);
    let bo = desk.sign("bo", &first, PACKS);
    let taken = withdrawn(&desk, &first, "withdrawal.dsse.json");
    show(&desk, &[&first, &bo], &[])
        .exits(0)
        .prints("\napproved");
    let both = show(&desk, &[&first, &bo, &taken], &[]).exits(2);
    assert!(
        both.stdout.ends_with("\nwithdrawn by ada\n"),
        "{}",
        both.stdout
    );
    let json = ["--output", "json"];
    let both = show(&desk, &[&first, &taken, &bo], &json).exits(2).json();
    assert_eq!(
        (&both["approved"], &both["withdrawn_by"]),
        (&false.into(), &"ada".into())
    );

    // The withdrawal of another request takes nothing back.
    let second = desk.request("second", PACKS, &[]);
    let bo = desk.sign("bo", &second, PACKS);
    show(&desk, &[&second, &bo, &taken], &[])
        .exits(0)
        .prints("the withdrawal is of the request")
        .prints("\napproved");
    // A document that is no answer is named, and the result is not clear.
    show(&desk, &[&second, &bo, &first], &[])
        .exits(2)
        .prints("this is no approval, rejection or withdrawal, but: request")
        .prints("not clear: a document is no answer to a request");
    assert_eq!(service.stop("-TERM"), Some(0));
}
