//! People answer by the command line, and the service may die at any moment.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use cavra::grpc::wire::ApproveRequest;
use cavra::grpc::wire::approval_service_client::ApprovalServiceClient;
use serde_json::{Value, json};
use tonic::Code;
use tonic::transport::Endpoint;
use uuid::Uuid;

use super::approvals_desk::{COMMAND, block_on, desk, uses};
use super::desk::Desk;
use super::support::{Run, cavra, own_folders};

fn decide(desk: &Desk, session: &str) -> Vec<String> {
    decide_on(desk, COMMAND, session)
}

fn decide_on(desk: &Desk, command: &str, session: &str) -> Vec<String> {
    let document = desk.path(&format!("{session}.json"));
    let action = json!({
        "action_type": "execute_command", "target": command, "cwd": "/home/dev/repo",
        "session_id": session,
    });
    fs::write(&document, action.to_string()).unwrap();
    let endpoint = format!("unix:{}", desk.path("admin.sock"));
    let words = [
        "decide",
        "--endpoint",
        &endpoint,
        "--timeout",
        "20s",
        "--output",
        "json",
        &document,
    ];
    words.map(str::to_owned).into()
}

fn run(words: &[String]) -> Run {
    cavra(&words.iter().map(String::as_str).collect::<Vec<_>>())
}

fn approvals(desk: &Desk, args: &[&str]) -> Run {
    let endpoint = format!("unix:{}", desk.path("admin.sock"));
    let more = [
        "--endpoint",
        &endpoint,
        "--timeout",
        "20s",
        "--output",
        "json",
    ];
    cavra(&[&["approvals"][..], args, &more].concat())
}

fn approve(desk: &Desk, id: &str, who: &str) -> Run {
    let [key, trust] = [&format!("{who}.key"), "trust.json"].map(|name| desk.path(name));
    let by = ["--signing-key", &key, "--trust", &trust];
    approvals(desk, &[&["approve", id][..], &by].concat())
}

#[test]
fn a_person_approves_by_the_command_line() {
    let desk = desk();
    let service = desk.start();
    let words = decide(&desk, "s");
    let asked = run(&words).exits(3).json();
    let id = asked["approval_id"].as_str().unwrap().to_owned();
    assert_eq!(id, asked["decision_id"]);
    assert_eq!(
        asked["approval_requirements"][0]["any_of"],
        json!(["Repository Owners"])
    );
    approvals(&desk, &["wait", &id, "--for", "0s"]).exits(3);
    let shown = approvals(&desk, &["show", &id]).exits(0).json();
    assert_eq!(shown["summary"], COMMAND);
    assert_eq!(shown["recorded"]["action"]["target"], COMMAND);
    assert_eq!(shown["recorded"]["action"]["cwd"], "/home/dev/repo");
    assert_eq!(shown["recorded"]["caller"]["session_id"], "s");
    approve(&desk, &id, "eve")
        .exits(1)
        .complains("is in none of the groups");
    approve(&desk, &id, "bo").exits(0);
    // The last word of a person counts.
    approve(&desk, &id, "bo").exits(0);
    let shown = approvals(&desk, &["show", &id]).exits(0).json();
    assert_eq!(shown["answers"].as_array().unwrap().len(), 1, "{shown}");
    approvals(&desk, &["wait", &id]).exits(0);
    let used = run(&words).exits(0).json();
    assert_eq!(used["decision"], "allow_with_attestation");
    assert_eq!(used["rule_id"], "approvals.used");
    assert_eq!(used["matched_rules"][0]["decision"], "require_approval");
    approvals(&desk, &["wait", &id]).exits(4);
    let again = run(&words).exits(3).json();
    assert_ne!(again["approval_id"], asked["approval_id"]);
    // A call by TCP shows no user.
    let tcp = [
        "decide",
        "--endpoint",
        service.endpoint(),
        "--output",
        "json",
        &words[7],
    ];
    let tcp = cavra(&tcp).exits(3).json();
    assert_eq!(tcp.get("approval_id"), None);
    assert!(
        tcp["reason"]
            .as_str()
            .unwrap()
            .contains("doesn't show who asks"),
        "{tcp}"
    );
    let again = again["approval_id"].as_str().unwrap().to_owned();
    let third = run(&decide(&desk, "third")).exits(3).json();
    let third = third["approval_id"].as_str().unwrap().to_owned();
    approvals(&desk, &["cancel", &third]).exits(0);
    approve(&desk, &third, "bo")
        .exits(1)
        .complains("is over: it is cancelled");
    cancelled_by_a_person(&desk);
    let mut watch = watching(&desk);
    let [key, trust] = ["cy.key", "trust.json"].map(|name| desk.path(name));
    let by = ["--signing-key", &key, "--trust", &trust, "--reason", "no"];
    approvals(&desk, &[&["deny", &again][..], &by].concat()).exits(0);
    let mut line = String::new();
    let stdout = watch.stdout.take().unwrap();
    BufReader::new(stdout).read_line(&mut line).unwrap();
    let seen: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(seen["state"], "denied", "{seen}");
    assert_eq!(seen["binding"]["approval_id"], again);
    watch.kill().unwrap();
    watch.wait().unwrap();
    let denied = run(&words).exits(3).json();
    assert!(
        denied["reason"].as_str().unwrap().contains("denied by cy"),
        "{denied}"
    );
    // A new session is no new question.
    let elsewhere = run(&decide(&desk, "fifth")).exits(3).json();
    assert_eq!(elsewhere["approval_id"], denied["approval_id"]);
    let listed = approvals(&desk, &["list"]).exits(0).stdout;
    assert_eq!(listed.lines().count(), 1, "{listed}");
    let listed = approvals(&desk, &["list", "--all"]).exits(0).stdout;
    assert_eq!(listed.lines().count(), 5, "{listed}");
    let data = desk.path("data");
    cavra(&["journal", "verify", "--data-dir", &data]).exits(0);
    let stats = [
        "approvals",
        "stats",
        "--data-dir",
        &data,
        "--output",
        "json",
    ];
    let stats = cavra(&stats).exits(0).json();
    assert_eq!(stats["used"], 1, "{stats}");
    assert_eq!(stats["denials"], 1, "{stats}");
    // A service counts the same in its own journal.
    let asked = approvals(&desk, &["stats"]).exits(0).json();
    assert_eq!(asked, stats);
    let later = approvals(&desk, &["stats", "--since", "2100-01-01"]);
    assert_eq!(later.exits(0).json()["requests"], 0);
}

/// Answers that nobody signed use up what their peer may send, and nothing of what people may.
#[test]
fn rubbish_keeps_no_person_from_answering() {
    let desk = desk();
    let _service = desk.start();
    let asked = run(&decide(&desk, "s")).exits(3).json();
    let id = asked["approval_id"].as_str().unwrap();
    let refused = block_on(async {
        let endpoint = Endpoint::from_shared(format!("unix:{}", desk.path("admin.sock")));
        let channel = endpoint.unwrap().connect().await.unwrap();
        let mut client = ApprovalServiceClient::new(channel);
        let mut codes = Vec::new();
        for _ in 0..200 {
            let envelope = b"{}".to_vec();
            let answer = client.approve(ApproveRequest { envelope }).await;
            codes.push(answer.unwrap_err().code());
        }
        codes
    });
    assert_ne!(refused.first(), Some(&Code::ResourceExhausted));
    assert_eq!(refused.last(), Some(&Code::ResourceExhausted));
    approve(&desk, id, "bo").exits(0);
}

/// What a service prints for a person before its first policy.
fn printed_at_start(options: &[&str]) -> Vec<String> {
    let data = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_cavra"))
        .args(["serve", "--listen", "127.0.0.1:0"])
        .args(options)
        .env_remove("CAVRA_PACKS")
        .envs(own_folders())
        .env("CAVRA_DATA_DIR", data.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let lines = lines.map(|line| line.unwrap());
    let lines = lines.take_while(|line| !line.starts_with("active policy"));
    let lines = lines.collect();
    child.kill().unwrap();
    child.wait().unwrap();
    lines
}

#[test]
fn a_service_says_at_its_start_that_nobody_can_approve() {
    let desk = desk();
    let trust = desk.path("trust.json");
    for (options, is_said) in [
        (&[][..], true),
        (&["--trust", &trust], false),
        // Without a store of policies there are no approvals, and it says so in other words.
        (&["--development"], false),
        (&["--journal", "off"], false),
    ] {
        let lines = printed_at_start(options);
        assert!(lines.len() > 1, "{options:?}: {lines:?}");
        let said = "trust file none: nobody can approve what agents ask for";
        let is_there = lines.iter().any(|line| line == said);
        assert_eq!(is_there, is_said, "{options:?}: {lines:?}");
    }
}

#[test]
fn a_person_sees_each_thing_once() {
    let desk = desk();
    let service = desk.start();
    let endpoint = format!("unix:{}", desk.path("admin.sock"));
    let at = ["--endpoint", &endpoint, "--timeout", "20s"];
    let approvals = |args: &[&str]| {
        let run = cavra(&[&["approvals"][..], args, &at].concat());
        run.exits(0).stdout
    };
    assert_eq!(approvals(&["list"]), "no request waits\n");
    assert_eq!(approvals(&["list", "--all"]), "there is no request\n");
    let asked = run(&decide(&desk, "s")).exits(3).json();
    let id = asked["approval_id"].as_str().unwrap();
    let listed = approvals(&["list"]);
    let lines: Vec<&str> = listed.lines().collect();
    let [header, row] = lines[..] else {
        panic!("{listed}");
    };
    let names: Vec<&str> = header.split_whitespace().collect();
    let wanted = ["REQUEST", "STATE", "SEVERITY", "MUST", "APPROVE", "ACTION"];
    assert_eq!(names, wanted);
    assert!(row.starts_with(id), "{listed}");
    assert_eq!(row.find(COMMAND), header.find("ACTION"), "{listed}");
    let shown = approvals(&["show", id]);
    assert!(!shown.contains("answer until"), "{shown}");
    let asker = shown.lines().find(|line| line.contains("asked by"));
    assert!(!asker.unwrap().contains('('), "{shown}");
    assert!(
        shown.contains("what `deployctl` does is not known"),
        "{shown}"
    );
    drop(service);
}

#[test]
fn what_cannot_be_shown_is_approved_knowingly_or_not_at_all() {
    let desk = desk();
    let _service = desk.start();
    // The text fits into its record alone, and not with the facts of so many commands.
    let hidden = format!("deployctl push {}; ", "w".repeat(130)).repeat(400);
    let asked = run(&decide_on(&desk, &hidden, "long")).exits(3).json();
    let id = asked["approval_id"].as_str().unwrap();
    let shown = approvals(&desk, &["show", id]).exits(0).json();
    assert_eq!(shown["recorded"]["truncated"], json!(["facts"]), "{shown}");
    let [key, trust] = ["bo.key", "trust.json"].map(|name| desk.path(name));
    let by = ["--signing-key", &key, "--trust", &trust];
    approvals(&desk, &[&["approve", id][..], &by].concat())
        .exits(1)
        .complains(
            "an approval would also cover what can't be shown: a part of `facts`; `--unseen`",
        );
    let shown = approvals(&desk, &["show", id]).exits(0).json();
    assert_eq!(shown["state"], "pending");
    approvals(&desk, &[&["approve", id, "--unseen"][..], &by].concat()).exits(0);
    // Who asks chooses what looks like a secret.
    let secret = "deployctl login --token hunter2hunter2 && deployctl hunter2hunter2";
    let asked = run(&decide_on(&desk, secret, "secret")).exits(3).json();
    let id = asked["approval_id"].as_str().unwrap();
    let shown = approvals(&desk, &["show", id]).exits(0).json();
    assert!(!shown.to_string().contains("hunter2"), "{shown}");
    assert_eq!(shown["unseen"].as_array().unwrap().len(), 1, "{shown}");
    let refused = approvals(&desk, &[&["approve", id][..], &by].concat()).exits(1);
    refused.complains("can't be shown: 1 text hidden as `[");
    // Programs get the result, and people what they sign.
    let approved = approvals(&desk, &[&["approve", id, "--unseen"][..], &by].concat()).exits(0);
    assert!(
        approved.stderr.contains("deployctl login"),
        "{}",
        approved.stderr
    );
    assert_eq!(approved.json()["approval"]["state"], "approved");
    // A person may always say no.
    let other = run(&decide_on(&desk, &hidden, "other")).exits(3).json();
    let other = other["approval_id"].as_str().unwrap();
    approvals(&desk, &[&["deny", other][..], &by].concat()).exits(0);
}

/// Somebody who didn't ask takes a request back, by a signature.
fn cancelled_by_a_person(desk: &Desk) {
    let words = decide(desk, "fourth");
    let asked = run(&words).exits(3).json();
    let id = asked["approval_id"].as_str().unwrap();
    let cancel = |who: &str| {
        let [key, trust] = [&format!("{who}.key"), "trust.json"].map(|name| desk.path(name));
        let by = ["--signing-key", &key, "--trust", &trust, "--reason", "no"];
        approvals(desk, &[&["cancel", id][..], &by].concat())
    };
    cancel("eve").exits(1).complains("is in none of the groups");
    let cancelled = cancel("bo").exits(0).json();
    assert_eq!(cancelled["person"], "bo", "{cancelled}");
    assert_eq!(cancelled["state"], "cancelled", "{cancelled}");
    cancel("cy").exits(1).complains("is over: it is cancelled");
    // It isn't a denial.
    let again = run(&words).exits(3).json();
    let again = again["approval_id"].as_str().unwrap();
    assert_ne!(again, id);
    approvals(desk, &["cancel", again]).exits(0);
}

/// A process that prints each request that changes.
fn watching(desk: &Desk) -> std::process::Child {
    let endpoint = format!("unix:{}", desk.path("admin.sock"));
    let child = Command::new(env!("CARGO_BIN_EXE_cavra"))
        .args([
            "approvals",
            "watch",
            "--endpoint",
            &endpoint,
            "--output",
            "json",
        ])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // It says nothing when it has begun.
    std::thread::sleep(Duration::from_secs(2));
    child
}

/// As many kills as `CAVRA_KILLS` says: what was answered is on disk, and nothing is used twice.
#[test]
fn an_approval_is_used_at_most_once_whenever_the_service_dies() {
    let rounds = std::env::var("CAVRA_KILLS").map_or(6, |count| count.parse().unwrap());
    let desk = desk();
    let mut random = 7_u32;
    for round in 0..rounds {
        let mut service = desk.start();
        let words = decide(&desk, &format!("kill-{round}"));
        let asked = run(&words).exits(3).json();
        let id = asked["approval_id"].as_str().unwrap().to_owned();
        approve(&desk, &id, "bo").exits(0);
        let mut retry = Command::new(env!("CARGO_BIN_EXE_cavra"))
            .args(&words)
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        std::thread::sleep(Duration::from_millis(((random >> 8) % 120).into()));
        assert_eq!(service.stop("-KILL"), None);
        let answered = retry.wait().unwrap().success();
        let id: Uuid = id.parse().unwrap();
        let was_used = uses(&desk).contains(&id);
        assert!(
            was_used || !answered,
            "round {round}: an answer is not on disk"
        );
        let mut service = desk.start();
        let after = run(&words);
        assert_eq!(
            after.code,
            if was_used { 3 } else { 0 },
            "round {round}: {}",
            after.stdout
        );
        assert!(uses(&desk).contains(&id), "round {round}");
        assert_eq!(service.stop("-TERM"), Some(0));
    }
}
