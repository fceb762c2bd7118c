//! Break-glass: one person puts a policy in force, and others ratify or undo it.

use std::fs;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::admission::health;
use super::break_glass_desk::{
    CONDITION, PACKS, POLICY, desk, events, forged, in_seconds, proposed, send, sign, state,
    try_sign,
};
use super::desk::{Desk, OTHER_LOG, verdicts};
use super::refused_changes::approved;
use super::support::cavra;

/// Sees that everything but a ratification and the return is refused.
fn assert_that_nothing_else_is_taken(desk: &Desk, next: &str, third: &str) {
    let second = sign(desk, "fay", "second", third, &[]);
    send(desk, &second)
        .exits(1)
        .complains("the break-glass is refused: there is no second one")
        .complains("cavra lifecycle ratify");
    let request = desk.request("third", ["third", "next"], &[]);
    let bo = desk.sign("bo", &request, ["third", "next"]);
    desk.promote(&[&request, &bo]).exits(1).complains(
        "the promotion is refused: the policy in force came into force by the break-glass",
    );
    desk.lifecycle(&["rollback", "--bundle", next, "--reason", "why"])
        .exits(1)
        .complains("the rollback is refused: the break-glass replaced the bundle");
    desk.lifecycle(&["rollback", "--rehearse", "--bundle", next])
        .exits(1)
        .complains("the rollback is refused: the break-glass replaced the bundle");
}

/// Sees that a request is not enough, and that Fay's answer never counts, by no key.
fn assert_that_fay_does_not_ratify(desk: &Desk, request: &str) {
    desk.lifecycle(&["ratify", request])
        .exits(1)
        .complains("the ratification is refused: nobody in `Repository Owners` has approved");
    for key in ["fay", "fay-second"] {
        let fay = desk.sign(key, request, PACKS);
        desk.lifecycle(&["ratify", request, &fay])
            .exits(1)
            .complains("`fay` broke the glass, and nobody ratifies a change of their own");
    }
    // Nor does a request of another kind, of another activation, or a requester's own answer.
    let promotion = desk.request("promotion", PACKS, &[]);
    desk.lifecycle(&["ratify", &promotion])
        .exits(1)
        .complains("the request is for a promotion, not for a ratification");
    let elsewhere = ["--ratification", "--activation-index", "0"];
    let elsewhere = desk.request("elsewhere", PACKS, &elsewhere);
    desk.lifecycle(&["ratify", &elsewhere])
        .exits(1)
        .complains("of record 0, but");
    let ada = approved(desk, "ada", request);
    desk.lifecycle(&["ratify", request, &ada])
        .exits(1)
        .complains("`ada` is the requester");
    let back = desk.request("back", ["mine", "next"], &["--ratification"]);
    desk.lifecycle(&["ratify", &back])
        .exits(1)
        .complains("the request replaces the policy");
}

#[test]
fn it_says_so_over_a_kill_until_others_ratify_it() {
    let desk = desk();
    desk.pack("third", &["one.txt", "three.txt"]);
    let mut service = desk.start();
    let (next, third) = (proposed(&desk, "next"), proposed(&desk, "third"));
    assert_eq!(
        (verdicts(&service), state(&service)),
        (["block", "allow"].map(Into::into), None)
    );
    let statement = sign(&desk, "fay", "glass", &next, &[]);
    let broke = send(&desk, &statement).exits(0).json();
    assert_eq!(broke["activation_index"], desk.last_in_force().0);
    assert_eq!(verdicts(&service), ["block", "block"]);
    assert_eq!(state(&service).as_deref(), Some("break_glass"));
    let status = desk.lifecycle(&["status"]).exits(2).json();
    assert_eq!(status["policy_state"], "break_glass");
    let glass = &status["break_glass"];
    assert_eq!(
        (&glass["person"], &glass["incident"]),
        (&json!("fay"), &json!("INC-2041"))
    );
    assert_eq!(glass["is_expired"], false);
    assert!(
        glass["next"][0]
            .as_str()
            .unwrap()
            .contains("request --ratification")
    );
    assert!(health(&service, POLICY).0 && health(&service, CONDITION).0);
    assert_that_nothing_else_is_taken(&desk, &next, &third);

    assert_eq!(service.stop("-KILL"), None);
    let mut service = desk.start();
    assert_eq!(service.ready["policy_state"], "break_glass");
    assert_eq!(verdicts(&service), ["block", "block"]);
    assert_eq!(state(&service).as_deref(), Some("break_glass"));
    service.signal("-HUP");
    service.wait_for_log("packs reloaded");
    assert_eq!(state(&service).as_deref(), Some("break_glass"));
    assert_that_nothing_else_is_taken(&desk, &next, &third);
    send(&desk, &statement)
        .exits(1)
        .complains("the break-glass statement was used by the record at");

    let request = desk.request("request", PACKS, &["--ratification"]);
    assert_that_fay_does_not_ratify(&desk, &request);
    desk.lifecycle(&["submit", &request])
        .exits(0)
        .prints("request");
    let fay = desk.sign("fay", &request, PACKS);
    desk.lifecycle(&["submit", &fay])
        .exits(1)
        .complains("`fay` broke the glass");
    assert_eq!(state(&service).as_deref(), Some("break_glass"));
    let bo = desk.sign("bo", &request, PACKS);
    let ratified = desk.lifecycle(&["ratify", &request, &bo]).exits(0).json();
    assert_eq!(ratified["activation_index"], broke["activation_index"]);
    assert_eq!(
        (verdicts(&service), state(&service)),
        (["block", "block"].map(Into::into), None)
    );
    let status = desk.lifecycle(&["status"]).exits(0).json();
    assert_eq!(status.get("break_glass"), None);

    assert_eq!(service.stop("-KILL"), None);
    let mut service = desk.start();
    assert_eq!(
        (verdicts(&service), state(&service)),
        (["block", "block"].map(Into::into), None)
    );
    desk.lifecycle(&["status"]).exits(0);
    desk.lifecycle(&["ratify", &request, &bo])
        .exits(1)
        .complains("was ratified by the record at");
    // From now on the usual rules are true again.
    desk.lifecycle(&["rollback", "--reason", "why"])
        .exits(1)
        .complains("no promotion put the policy in force");
    let events = events(&desk);
    assert_eq!(
        events[4..],
        ["broke_glass", "requested", "approved", "ratified"],
        "{events:?}"
    );
    assert_eq!(service.stop("-TERM"), Some(0));
    desk.verify();
}

#[test]
fn the_return_to_what_was_replaced_needs_no_documents() {
    let desk = desk();
    let mut service = desk.start();
    let next = proposed(&desk, "next");
    let statement = sign(&desk, "fay", "glass", &next, &[]);
    let other = sign(&desk, "fay", "other", &next, &["--incident", "INC-2042"]);
    send(&desk, &statement).exits(0);
    desk.lifecycle(&["rollback", "--rehearse"]).exits(0);
    assert_eq!(state(&service).as_deref(), Some("break_glass"));
    desk.lifecycle(&["rollback", "--reason", "it was no incident"])
        .exits(0);
    assert_eq!(
        (verdicts(&service), state(&service)),
        (["block", "allow"].map(Into::into), None)
    );
    desk.lifecycle(&["status"]).exits(0);
    let history = desk.lifecycle(&["history", "--changes"]).exits(0).json();
    let [broke, back] = [1, 2].map(|at| &history[at]["record"]);
    assert_eq!(
        (&broke["by"]["person"], &broke["reason"]),
        (&json!("fay"), &json!("everything is blocked"))
    );
    let cover = &back["event"]["rolled_back"]["cover"]["break_glass"];
    assert_eq!(cover["activation_index"], history[1]["position"]);
    // Neither the statement that was used counts, nor one for the activation of before.
    send(&desk, &statement)
        .exits(1)
        .complains("was used by the record at");
    send(&desk, &other)
        .exits(1)
        .complains("the break-glass statement replaces the policy of record");
    let request = desk.request("request", PACKS, &["--ratification"]);
    desk.lifecycle(&["ratify", &request])
        .exits(1)
        .complains("didn't come into force by break-glass");
    desk.lifecycle(&["submit", &request])
        .exits(1)
        .complains("no break-glass waits for a ratification");
    // A bundle that was in force before can come into force this way too.
    let again = sign(&desk, "fay", "again", &next, &[]);
    send(&desk, &again).exits(0);
    assert_eq!(verdicts(&service), ["block", "block"]);
    assert_eq!(service.stop("-TERM"), Some(0));
    desk.verify();
}

#[test]
fn each_refusal_of_a_break_glass_says_why() {
    let desk = desk();
    let mut service = desk.start();
    let next = proposed(&desk, "next");
    let refused = |statement: &str, why: &str| {
        send(&desk, statement)
            .exits(1)
            .complains("the break-glass is refused:")
            .complains(why);
        assert_eq!(verdicts(&service), ["block", "allow"], "{why}");
    };
    let end = Timestamp::now() + SignedDuration::from_secs(6);
    let late = sign(
        &desk,
        "fay",
        "late",
        &next,
        &["--expires", &end.to_string()],
    );
    let sound = sign(&desk, "fay", "sound", &next, &[]);
    let bo = sign(&desk, "bo", "bo", &next, &[]);
    refused(&bo, "`bo` does not have the role `break_glass`");
    let service_key = sign(&desk, "evidence", "service", &next, &[]);
    refused(
        &service_key,
        "is signed by the service `evidence`; only people break the glass",
    );
    let other = sign(&desk, "fay", "other", &next, &["--journal-key", OTHER_LOG]);
    refused(&other, "the break-glass statement is for the authority");
    let index = sign(&desk, "fay", "index", &next, &["--activation-index", "99"]);
    refused(&index, "of record 99, but that of record 0 is in force");
    let mine = desk.lifecycle(&["status"]).json()["bundle_digest"].clone();
    let same = sign(&desk, "fay", "same", mine.as_str().unwrap(), &[]);
    refused(&same, "is in force");
    let policy = fs::read_to_string(desk.path("mine/policy.yaml")).unwrap();
    fs::create_dir(desk.path("alike")).unwrap();
    fs::write(
        desk.path("alike/policy.yaml"),
        format!("# The same.\n{policy}"),
    )
    .unwrap();
    let alike = sign(&desk, "fay", "alike", &proposed(&desk, "alike"), &[]);
    refused(
        &alike,
        "changes nothing: the policy in force has the same effective digest",
    );
    while Timestamp::now() <= end {
        std::thread::sleep(Duration::from_millis(50));
    }
    refused(&late, "the break-glass statement expired at");

    // A day is the longest; neither the signer nor the service takes more.
    let (_, far) = try_sign(
        &desk,
        "fay",
        "far",
        &next,
        &["--expires", &in_seconds(86_500)],
    );
    far.exits(1)
        .complains("`/expires_at` is more than 24 hours after `/issued_at`");
    let far = forged(&desk, &sound, |it| {
        it["expires_at"] = json!(in_seconds(86_500))
    });
    refused(
        &far,
        "`/expires_at` is more than 24 hours after `/issued_at`",
    );
    let later = forged(&desk, &sound, |it| {
        it["issued_at"] = json!(in_seconds(3_600));
        it["expires_at"] = json!(in_seconds(7_200));
    });
    refused(&later, "which is later than the time that is judged by");
    let more = forged(&desk, &sound, |it| it["approved"] = json!(true));
    refused(&more, "unknown field `approved`");

    // The policy must be one of the store, and pass.
    let unknown = forged(&desk, &sound, |it| {
        it["bundle_digest"] = json!(cavra::canonical::Digest::of(b"other").to_string());
    });
    send(&desk, &unknown)
        .exits(1)
        .complains("the store has no bundle");
    fs::create_dir_all(desk.path("lax")).unwrap();
    let lax = "metadata: {id: mine}\ncommands: {allow: ['terraform apply*']}\n";
    fs::write(desk.path("lax/policy.yaml"), lax).unwrap();
    let lax = proposed(&desk, "lax");
    let fails = sign(&desk, "fay", "fails", &lax, &[]);
    send(&desk, &fails).exits(1).complains("required cases");
    desk.lifecycle(&["withdraw", &lax, "--reason", "too lax"])
        .exits(0);
    refused(&fails, "was withdrawn");

    // A document of another kind.
    let request = desk.request("request", PACKS, &[]);
    refused(
        &request,
        "the envelope holds `application/vnd.cavra.policy-change-request+json`",
    );
    assert_eq!(verdicts(&service), ["block", "allow"]);
    send(&desk, &sound).exits(0);
    assert_eq!(service.stop("-TERM"), Some(0));
    desk.verify();
}

#[test]
fn a_statement_and_a_ratification_are_shown_and_verified_offline() {
    let desk = desk();
    let service = desk.start();
    let next = proposed(&desk, "next");
    let statement = sign(&desk, "fay", "glass", &next, &[]);
    let [trust, candidate, replaces] = ["trust.json", "next", "mine"].map(|name| desk.path(name));
    let show = ["lifecycle", "show", "--trust", &trust];
    let shown = cavra(&[&show[..], &[&statement, "--output", "json"]].concat());
    let shown = shown.exits(0).json();
    assert_eq!(
        (&shown["signed_by"], &shown["statement"]["incident"]),
        (&json!("fay"), &json!("INC-2041"))
    );
    cavra(&[
        "verify",
        &statement,
        "--trust",
        &trust,
        "--expect",
        "break-glass",
        "--subject",
        &next,
    ])
    .exits(0)
    .prints("signed by   fay");
    cavra(&[
        "verify",
        &statement,
        "--trust",
        &trust,
        "--at",
        "2100-01-01",
    ])
    .exits(2);
    let bo = sign(&desk, "bo", "bo", &next, &[]);
    cavra(&["verify", &bo, "--trust", &trust])
        .exits(2)
        .prints("`bo` does not have the role `break_glass`");
    cavra(&[&show[..], &[&bo]].concat())
        .exits(1)
        .complains("is not a break-glass statement that counts");

    send(&desk, &statement).exits(0);
    let request = desk.request("request", PACKS, &["--ratification"]);
    cavra(&[&show[..], &[&request]].concat())
        .exits(1)
        .complains("--candidate");
    let packs = ["--candidate", &candidate, "--replaces", &replaces];
    let show = [&show[..], &packs, &[&request]].concat();
    cavra(&show).exits(1).complains("--statement FILE");
    let fay = desk.sign("fay", &request, PACKS);
    let bo = desk.sign("bo", &request, PACKS);
    let with = ["--statement", &statement];
    cavra(&[&show[..], &with, &[&fay]].concat())
        .exits(2)
        .prints("`fay` broke the glass");
    cavra(&[&show[..], &with, &[&bo]].concat())
        .exits(0)
        .prints("ratification");
    drop(service);
}
