//! A policy comes into force by proof, stays there, and goes back by one command.

use std::fs;

use serde_json::Value;

use super::desk::{Desk, OTHER_LOG, reads, resigned, verdicts};
use super::kills::Kills;
use super::support::{Run, cavra};

#[test]
fn a_candidate_comes_into_force_stays_over_a_kill_and_goes_back_once() {
    let desk = Desk::new();
    let mut service = desk.start();
    let packs = ["next", "mine"];
    desk.propose("next");
    let until = ["--rollback-until", "2098-01-01"];
    let request = desk.request("request", packs, &until);
    let bo = desk.sign("bo", &request, packs);
    assert_eq!(verdicts(&service), ["block", "allow"]);
    let promoted = desk.promote(&[&request, &bo]).exits(0).json();
    assert_eq!(promoted["activation_index"], desk.last_in_force().0);
    assert_eq!(verdicts(&service), ["block", "block"]);
    let used = desk.promote(&[&request, &bo]).exits(1);
    used.complains("the request was used by the record at");

    assert_eq!(service.stop("-KILL"), None);
    let mut service = desk.start();
    assert_eq!(verdicts(&service), ["block", "block"]);
    assert_eq!(reads(&service, "one.txt")["policy_source"], "store");
    service.signal("-HUP");
    service.wait_for_log("packs reloaded");
    assert_eq!(verdicts(&service), ["block", "block"]);

    // A rehearsal changes nothing.
    desk.lifecycle(&["rollback", "--rehearse"]).exits(0);
    assert_eq!(verdicts(&service), ["block", "block"]);
    desk.lifecycle(&["rollback", "--reason", "agents are blocked"])
        .exits(0);
    assert_eq!(verdicts(&service), ["block", "allow"]);
    assert_eq!(service.stop("-KILL"), None);
    let mut service = desk.start();
    assert_eq!(verdicts(&service), ["block", "allow"]);

    // The way back was covered once, and nothing covers another change.
    let again = desk.lifecycle(&["rollback", "--reason", "why"]).exits(1);
    again.complains("no promotion put the policy in force");
    desk.promote(&[&request, &bo])
        .exits(1)
        .complains("was used");
    let second = desk.request("second", packs, &[]);
    let old = desk.promote(&[&second, &bo]).exits(1);
    old.complains("nobody in `Repository Owners` has approved the request")
        .complains("`/predicate/requestDigest`");

    // A return by a request of its own.
    let bo = desk.sign("bo", &second, packs);
    desk.promote(&[&second, &bo]).exits(0);
    desk.lifecycle(&["rollback", "--reason", "why"])
        .exits(1)
        .complains("covers no return");
    let back = ["mine", "next"];
    let wrong = desk
        .promote(&[&desk.request("wrong", back, &["--rollback"])])
        .exits(1);
    wrong.complains("the request is for a rollback, not for a promotion");
    let request = desk.request("back", back, &["--rollback"]);
    let cy = desk.sign("cy", &request, back);
    desk.lifecycle(&["rollback", "--request", &request, "--answer", &cy])
        .exits(0);
    assert_eq!(verdicts(&service), ["block", "allow"]);

    let history = desk.lifecycle(&["history"]).exits(0).json();
    let names = history.as_array().unwrap().iter().map(|event| {
        let names = event["record"]["event"].as_object().unwrap();
        names.keys().next().unwrap().clone()
    });
    let names: Vec<String> = names.collect();
    let expected = [
        "seeded",
        "trust_changed",
        "proposed",
        "requested",
        "approved",
        "promoted",
        "rehearsed",
        "rolled_back",
        "requested",
        "approved",
        "promoted",
        "requested",
        "approved",
        "rolled_back",
    ];
    assert_eq!(names, expected);
    let promoted = &history[5]["record"];
    assert_eq!(promoted["by"]["person"], "ada");
    assert_eq!(promoted["reason"], "nobody reads that file");
    let changes = desk.lifecycle(&["history", "--changes"]).exits(0).json();
    assert_eq!(changes.as_array().unwrap().len(), 5);
    assert_eq!(service.stop("-TERM"), Some(0));
    desk.verify();
}

#[test]
fn each_refusal_says_what_is_missing() {
    let desk = Desk::new();
    let mut service = desk.start();
    let packs = ["next", "mine"];
    let unknown = desk.request("unknown", packs, &[]);
    desk.promote(&[&unknown])
        .exits(1)
        .complains("the store has no bundle");
    desk.propose("next");
    let request = desk.request("request", packs, &[]);
    desk.promote(&[&request])
        .exits(1)
        .complains("nobody in `Repository Owners` has approved the request")
        .complains("1 more must approve the request");

    // People whose answer doesn't count; the signer's own check is not asked.
    let lax = |who: &str, text: &str| {
        let signed = desk.answer("sign", who, &request, packs);
        match signed {
            Ok(path) => desk.promote(&[&request, &path]).exits(1).complains(text),
            Err(run) => run.complains(text),
        };
    };
    lax("ada", "is the requester");
    lax("dee", "role `approve`");
    lax("eve", "in none of the groups that must approve");

    // Twice the same person.
    let two = desk.request("two", packs, &["--approvals", "2"]);
    let (first, second) = (desk.sign("bo", &two, packs), desk.sign("bo", &two, packs));
    desk.promote(&[&two, &first, &second])
        .exits(1)
        .complains("1 more must approve the request")
        .complains("has approved already");

    // Another authority, another activation, an end in the past, another engine, another signer.
    let other = desk.request("other", packs, &["--journal-key", OTHER_LOG]);
    desk.promote(&[&other])
        .exits(1)
        .complains("the request is for the authority");
    let index = desk.request("index", packs, &["--activation-index", "99"]);
    desk.promote(&[&index])
        .exits(1)
        .complains("of record 99, but");
    let late = resigned(&desk, &request, "ada", |request| {
        request.expires_at = "2020-01-01T00:00:00Z".parse().unwrap();
    });
    desk.promote(&[&late])
        .exits(1)
        .complains("the request expired at");
    let foreign = resigned(&desk, &request, "ada", |request| {
        request.engine.cavra_version = "0.0.1".to_owned();
    });
    desk.promote(&[&foreign])
        .exits(1)
        .complains("the request was made by another engine: `cavra_version`");
    let forged = resigned(&desk, &request, "bo", |_| {});
    desk.promote(&[&forged])
        .exits(1)
        .complains("not signed by a key of its requester");
    let lower = resigned(&desk, &request, "ada", |request| {
        request.candidate.cases_digest = cavra::canonical::Digest::of(b"other");
    });
    desk.promote(&[&lower])
        .exits(1)
        .complains("`/candidate/cases_digest`");

    // What loosens needs evidence, and the criteria of the request can't be lower.
    desk.pack("loose", &[]);
    desk.propose("loose");
    let loose = ["loose", "mine"];
    let wanted = desk.request("loose", loose, &[]);
    let bo = desk.sign("bo", &wanted, loose);
    desk.promote(&[&wanted, &bo])
        .exits(1)
        .complains("a shadow report is needed");
    let lower = resigned(&desk, &wanted, "ada", |request| {
        request.criteria.thresholds.min_observation_hours = 0;
    });
    desk.promote(&[&lower])
        .exits(1)
        .complains("`criteria.thresholds.min_observation_hours` of the request is 0")
        .complains("a shadow report is needed");

    // A document that is none.
    let trust = desk.path("trust.json");
    desk.promote(&[&trust])
        .exits(1)
        .complains("the request can't be read");
    desk.lifecycle(&["submit", &bo])
        .exits(1)
        .complains("was not submitted");

    // One rejection ends the request, also if nobody shows it.
    desk.lifecycle(&["submit", &request])
        .exits(0)
        .prints("\"request\"");
    let no = desk.answer("reject", "cy", &request, packs);
    let no = no.unwrap_or_else(|run| panic!("{}", run.stderr));
    desk.lifecycle(&["submit", &no])
        .exits(0)
        .prints("rejection");
    let bo = desk.sign("bo", &request, packs);
    desk.promote(&[&request, &bo])
        .exits(1)
        .complains("`cy` rejected the request");

    assert_eq!(verdicts(&service), ["block", "allow"]);
    assert_eq!(service.stop("-TERM"), Some(0));
    desk.verify();
}

#[test]
fn the_trust_file_only_goes_forward() {
    let desk = Desk::new();
    let mut service = desk.start();
    assert_eq!(service.stop("-TERM"), Some(0));
    let trust = desk.path("trust.json");
    let first = fs::read_to_string(&trust).unwrap();
    let refused = |text: &str, message: &str| {
        fs::write(&trust, text).unwrap();
        let [data, pack] = ["data", "mine"].map(|name| desk.path(name));
        let serve = ["serve", "--listen", "127.0.0.1:0", "--data-dir", &data];
        let more = ["--policy", &pack, "--trust", &trust];
        cavra(&[&serve[..], &more].concat())
            .exits(1)
            .complains(message);
    };
    let edited = |from: &str, to: &str| {
        assert!(first.contains(from), "{first}");
        first.replacen(from, to, 1)
    };
    refused(&edited("\"ada\",", "\"ada2\","), "has the digest");
    // A successor must be signed by people of the one before.
    let mut next: Value = serde_json::from_str(&first).unwrap();
    next["version"] = 2.into();
    fs::write(&trust, next.to_string()).unwrap();
    refused(&next.to_string(), "can't follow version 1");
    let (key, signed) = (desk.path("ada.key"), desk.path("trust-2.dsse.json"));
    cavra(&[
        "trust",
        "sign",
        &trust,
        "--signing-key",
        &key,
        "--out",
        &signed,
    ])
    .exits(0);
    fs::copy(&signed, &trust).unwrap();
    let mut service = desk.start();
    let status = desk.lifecycle(&["status"]).exits(0).json();
    assert_eq!(status["trust"]["version"], 2);
    assert_eq!(service.stop("-TERM"), Some(0));
    refused(&first, "the journal keeps version 2");
}

#[test]
fn of_two_promotions_at_once_one_wins() {
    let desk = Desk::new();
    desk.pack("third", &["one.txt", "three.txt"]);
    let mut service = desk.start();
    let mut asked = Vec::new();
    for name in ["next", "third"] {
        desk.propose(name);
        let packs = [name, "mine"];
        let request = desk.request(&format!("to-{name}"), packs, &[]);
        let bo = desk.sign("bo", &request, packs);
        asked.push([request, bo]);
    }
    let runs: Vec<Run> = std::thread::scope(|scope| {
        let threads: Vec<_> = asked
            .iter()
            .map(|[request, bo]| scope.spawn(|| desk.promote(&[request, bo])))
            .collect();
        threads.into_iter().map(|it| it.join().unwrap()).collect()
    });
    let won = runs.iter().filter(|run| run.code == 0).count();
    assert_eq!(
        won,
        1,
        "{:?}",
        runs.iter().map(|it| &it.stderr).collect::<Vec<_>>()
    );
    let lost = runs.into_iter().find(|run| run.code != 0).unwrap();
    lost.complains("is in force");
    let decided = reads(&service, "one.txt")["effective_digest"].clone();
    assert_eq!(decided, desk.last_in_force().1);
    assert_eq!(service.stop("-TERM"), Some(0));
}

#[test]
fn after_a_kill_exactly_the_policy_of_the_last_record_decides() {
    let mut kills = Kills::of(20);
    let desk = Desk::new();
    let mut service = desk.start();
    desk.propose("next");
    let packs = ["next", "mine"];
    for round in 0..kills.count {
        let before = desk.last_in_force();
        let is_back = verdicts(&service)[1] == "allow";
        let answered = match is_back {
            true => {
                let until = ["--rollback-until", "2098-01-01"];
                let request = desk.request("request", packs, &until);
                let bo = desk.sign("bo", &request, packs);
                kills.during(&desk, &mut service, &["promote", &request, &bo])
            }
            false => kills.during(&desk, &mut service, &["rollback", "--reason", "why"]),
        };
        let last = desk.last_in_force();
        service = desk.start();
        let decided = reads(&service, "one.txt")["effective_digest"].clone();
        assert_eq!(decided, last.1, "round {round}");
        assert_eq!(desk.activation_index(), last.0.to_string(), "round {round}");
        kills.took(last != before, answered, &format!("round {round}"));
    }
    kills.end();
    assert_eq!(service.stop("-TERM"), Some(0));
    desk.verify();
}
