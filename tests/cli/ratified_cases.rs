//! A ratification of a policy that lost cases takes somebody who answers for each.

use std::fs;
use std::path::Path;

use super::break_glass_desk::{desk, proposed, send, sign};
use super::desk::{Desk, reads};
use super::refused_changes::{copy, request_in};
use super::support::{Run, cavra};

const BASELINE: &str = "policy-packs/cavra-ai-agent-baseline";
const ENTRY: &str = "    - \"kubectl delete*\"\n";
const PACKS: [&str; 2] = ["loose", "mine"];

/// Dee answers for a case without a report, into `NAME.dsse.json`.
fn acknowledge(desk: &Desk, line: &str, name: &str) -> (String, Run) {
    let out = desk.path(&format!("{name}.dsse.json"));
    let [candidate, replaces, trust, key] =
        ["loose", "mine", "trust.json", "dee.key"].map(|name| desk.path(name));
    let run = cavra(&[
        "lifecycle",
        "acknowledge",
        "--line",
        line,
        "--candidate",
        &candidate,
        "--replaces",
        &replaces,
        "--trust",
        &trust,
        "--signing-key",
        &key,
        "--reason",
        "another tool looks after the cluster",
        "--out",
        &out,
    ]);
    (out, run)
}

#[test]
fn a_ratification_needs_an_answer_for_each_lost_case() {
    let desk = desk();
    copy(Path::new(BASELINE), &desk.0.path().join("mine"));
    let text = fs::read_to_string(Path::new(BASELINE).join("policy.yaml")).unwrap();
    assert!(text.contains(ENTRY));
    fs::create_dir(desk.path("loose")).unwrap();
    fs::write(desk.path("loose/policy.yaml"), text.replacen(ENTRY, "", 1)).unwrap();
    let mut service = desk.start();
    let bundle = proposed(&desk, "loose");
    let statement = sign(&desk, "fay", "glass", &bundle, &[]);
    send(&desk, &statement).exits(0);
    let broken = reads(&service, "one.txt")["effective_digest"].clone();

    let request = desk.request("ratification", PACKS, &["--ratification"]);
    let lost = request_in(&request).0.removed_cases;
    assert!((1..10).contains(&lost.len()), "{lost:?}");
    let bo = desk.sign("bo", &request, PACKS);
    let mut refused = desk.lifecycle(&["ratify", &request, &bo]).exits(1);
    for case in &lost {
        refused = refused.complains(&format!("acknowledges that the case `{case}` is gone"));
    }

    // Only a case is answered for without a report.
    let (_, run) = acknowledge(&desk, "commands.block[kubectl delete*]", "entry");
    run.exits(1).complains("name the report");
    let mut words = vec!["ratify".to_owned(), request.clone(), bo.clone()];
    for (number, case) in lost.iter().enumerate() {
        let name = format!("case-{number}");
        let (answer, run) = acknowledge(&desk, &format!("cases[{case}]"), &name);
        run.exits(0).prints("0 groups");
        match number {
            // What was submitted counts too.
            0 => drop(desk.lifecycle(&["submit", &answer]).exits(0)),
            _ => words.extend(["--acknowledgement".to_owned(), answer]),
        }
    }
    // An answer for another change doesn't count.
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let other = [&words[..], &["--acknowledgement", &bo]].concat();
    desk.lifecycle(&other)
        .exits(1)
        .complains("an acknowledgement doesn't count");
    desk.lifecycle(&words).exits(0);
    let decided = reads(&service, "one.txt");
    assert_eq!(decided["effective_digest"], broken);
    assert_eq!(decided["policy_state"], serde_json::Value::Null);
    assert_eq!(service.stop("-TERM"), Some(0));
    desk.verify();
}
