//! What people sign between a request and a promotion is recorded, and counts from then on.

use std::fs;

use cavra::change::approval::MEDIA_TYPE;
use cavra::change::signed::SignedDocument;
use cavra::change::withdrawal::WithdrawalStatement;
use cavra::keys::dsse::Envelope;
use cavra::keys::file::KeySource;
use serde_json::Value;

use super::desk::{Desk, quick, reads};
use super::serve::Service;
use super::support::{Run, cavra};

const PACKS: [&str; 2] = ["loose", "mine"];

/// The names of the lifecycle events, the oldest first.
fn names(desk: &Desk) -> Vec<String> {
    let history = desk.lifecycle(&["history"]).exits(0).json();
    let events = history.as_array().unwrap().iter().map(|event| {
        let event = event["record"]["event"].as_object().unwrap();
        event.keys().next().unwrap().clone()
    });
    events.collect()
}

/// A desk whose candidate `loose` loosens what agents did: the signed report, which an acknowledgement
/// by Dee explains, the request that names the report, and an approval.
struct Explained {
    desk: Desk,
    request: String,
    bo: String,
    report: String,
    dee: String,
}

impl Explained {
    fn new() -> (Self, Service) {
        let desk = Desk::new();
        fs::write(desk.path("mine/policy.yaml"), quick("'one.txt'")).unwrap();
        fs::create_dir_all(desk.path("loose")).unwrap();
        fs::write(desk.path("loose/policy.yaml"), quick("")).unwrap();
        let mut service = desk.start();
        desk.propose("loose");
        for file in ["one.txt", "two.txt", "src/main.rs"] {
            reads(&service, file);
        }
        assert_eq!(service.stop("-TERM"), Some(0));
        let [unanswered, report, signed, dee] = [
            "unanswered.json",
            "report.json",
            "report.dsse.json",
            "dee.dsse.json",
        ]
        .map(|name| desk.path(name));
        replay(&desk, &["--out", &unanswered]);
        acknowledge(&desk, "dee", &unanswered, &dee).exits(0);
        let [trust, key] = ["trust.json", "evidence.key"].map(|name| desk.path(name));
        let answered = ["--acknowledgement", &dee, "--trust", &trust];
        let out = ["--out", &report, "--sign", &key, "--evidence", &signed];
        replay(&desk, &[&answered[..], &out, &["--check"]].concat()).exits(0);
        let service = desk.start();
        let named = format!("shadow_report={report}");
        let request = desk.request("request", PACKS, &["--evidence", &named]);
        let bo = desk.sign("bo", &request, PACKS);
        let explained = Self {
            desk,
            request,
            bo,
            report: signed,
            dee,
        };
        (explained, service)
    }

    fn promote(&self, more: &[&str]) -> Run {
        let documents = [self.request.as_str(), &self.bo, "--report", &self.report];
        self.desk.promote(&[&documents[..], more].concat())
    }
}

/// A report of what `loose` would have decided, under criteria that a test can meet.
fn replay(desk: &Desk, more: &[&str]) -> Run {
    let [mine, loose, data] = ["mine", "loose", "data"].map(|name| desk.path(name));
    let replay = ["shadow", "replay", "--active", &mine, "--candidate", &loose];
    let criteria = ["--min-observation-hours", "0", "--min-samples", "0"];
    let output = ["--data-dir", &data, "--output", "json"];
    cavra(&[&replay[..], &criteria, &output, more].concat())
}

fn acknowledge(desk: &Desk, who: &str, report: &str, out: &str) -> Run {
    let [mine, loose, trust, key] =
        ["mine", "loose", "trust.json", &format!("{who}.key")].map(|name| desk.path(name));
    cavra(&[
        "lifecycle",
        "acknowledge",
        report,
        "--line",
        "filesystem.block_read[one.txt]",
        "--candidate",
        &loose,
        "--replaces",
        &mine,
        "--trust",
        &trust,
        "--reason",
        "nothing is in it",
        "--signing-key",
        &key,
        "--out",
        out,
    ])
}

#[test]
fn an_acknowledgement_that_was_submitted_counts_at_the_promotion() {
    let (explained, mut service) = Explained::new();
    let desk = &explained.desk;
    explained
        .promote(&[])
        .exits(1)
        .complains("of the shadow report doesn't hold");
    // Somebody who may not explain.
    let (unanswered, cy) = (desk.path("unanswered.json"), desk.path("cy.dsse.json"));
    acknowledge(desk, "cy", &unanswered, &cy).exits(0);
    desk.lifecycle(&["submit", &cy])
        .exits(1)
        .complains("`cy` does not have the role `explain`");
    let submitted = desk.lifecycle(&["submit", &explained.dee]).exits(0).json();
    assert_eq!(
        (
            &submitted["kind"],
            &submitted["person"],
            &submitted["is_new"]
        ),
        (&"acknowledgement".into(), &"dee".into(), &true.into())
    );
    assert_eq!(submitted.get("request_digest"), None);
    // Once, in whatever envelope.
    let mut envelope: Value = serde_json::from_slice(&fs::read(&explained.dee).unwrap()).unwrap();
    envelope["signatures"][0]["keyid"] = "another".into();
    let other = desk.path("other.dsse.json");
    fs::write(&other, envelope.to_string()).unwrap();
    for path in [&explained.dee, &other] {
        let again = desk.lifecycle(&["submit", path]).exits(0).json();
        assert_eq!(again["is_new"], false);
    }
    assert_eq!(service.stop("-KILL"), None);
    let mut service = desk.start();
    explained.promote(&[]).exits(0);
    assert_eq!(reads(&service, "one.txt")["decision"], "allow");
    let names = names(desk);
    let wanted = [
        "seeded",
        "trust_changed",
        "proposed",
        "acknowledged",
        "requested",
        "approved",
        "promoted",
    ];
    assert_eq!(names, wanted);
    let history = desk.lifecycle(&["history"]).exits(0).json();
    let record = &history[3]["record"];
    assert_eq!(record["by"]["person"], "dee");
    assert_eq!(record["reason"], "nothing is in it");
    let line = &record["event"]["acknowledged"]["line"];
    assert_eq!(line, "filesystem.block_read[one.txt]");
    assert_eq!(service.stop("-TERM"), Some(0));
    desk.verify();
}

#[test]
fn an_acknowledgement_that_a_promotion_brings_is_recorded() {
    let (explained, mut service) = Explained::new();
    let desk = &explained.desk;
    explained
        .promote(&["--acknowledgement", &explained.dee])
        .exits(0);
    let names = names(desk);
    let last: Vec<&str> = names.iter().rev().take(4).map(String::as_str).collect();
    assert_eq!(last, ["promoted", "approved", "acknowledged", "requested"]);
    // It was about a change of the policy that was in force then.
    desk.lifecycle(&["submit", &explained.dee])
        .exits(1)
        .complains("the acknowledgement is for the replacement of");
    assert_eq!(service.stop("-TERM"), Some(0));
    desk.verify();
}

#[test]
fn an_acknowledgement_needs_a_policy_of_the_store() {
    let (explained, mut service) = Explained::new();
    let desk = &explained.desk;
    let status = desk.lifecycle(&["status"]).json();
    let bundle = status["candidates"][0]["bundle_digest"].as_str().unwrap();
    desk.lifecycle(&["withdraw", bundle, "--reason", "too lax"])
        .exits(0);
    desk.lifecycle(&["submit", &explained.dee])
        .exits(1)
        .complains("the store has no policy sha256:");
    desk.propose("loose");
    desk.lifecycle(&["submit", &explained.dee]).exits(0);
    assert_eq!(service.stop("-TERM"), Some(0));
}

/// `who` signs that a request is taken back.
fn withdraw(desk: &Desk, who: &str, request: &str, reason: &str, out: &str) -> Run {
    let [key, trust] = [&format!("{who}.key"), "trust.json"].map(|name| desk.path(name));
    let withdraw = ["lifecycle", "withdraw", "--request", request];
    let signed = ["--reason", reason, "--signing-key", &key, "--out", out];
    cavra(&[&withdraw[..], &signed, &["--trust", &trust]].concat())
}

/// The withdrawal in a file with another signature and another name.
fn forged(desk: &Desk, withdrawal: &str, named: &str, who: &str) -> String {
    let envelope = Envelope::read(&fs::read(withdrawal).unwrap()).unwrap();
    let payload = envelope.unverified(MEDIA_TYPE).unwrap();
    let mut statement = WithdrawalStatement::read(&payload).unwrap();
    named.clone_into(&mut statement.predicate.withdrawn_by);
    let key: KeySource = desk.path(&format!("{who}.key")).parse().unwrap();
    let bytes = statement.to_signed_bytes().unwrap();
    let envelope = Envelope::sign(MEDIA_TYPE, &bytes, &key.signing_key().unwrap()).unwrap();
    let out = desk.path("forged-withdrawal.dsse.json");
    fs::write(&out, serde_json::to_vec(&envelope).unwrap()).unwrap();
    out
}

#[test]
fn a_request_that_its_requester_withdrew_is_never_used() {
    let desk = Desk::new();
    let mut service = desk.start();
    desk.propose("next");
    let packs = ["next", "mine"];
    let request = desk.request("request", packs, &[]);
    let bo = desk.sign("bo", &request, packs);
    let out = desk.path("withdrawal.dsse.json");
    withdraw(&desk, "ada", &request, "", &out)
        .exits(1)
        .complains("the reason is empty");
    withdraw(&desk, "bo", &request, "no", &out)
        .exits(1)
        .complains("`bo` can't withdraw the request of `ada`");
    withdraw(&desk, "ada", &request, "another is better", &out)
        .exits(0)
        .prints("withdrawn by ada: sha256:");
    let trust = desk.path("trust.json");
    cavra(&["verify", &out, "--trust", &trust, "--expect", "withdrawal"])
        .exits(0)
        .prints("signed by   ada");
    desk.lifecycle(&["submit", &out])
        .exits(1)
        .complains("was not submitted");
    desk.lifecycle(&["submit", &request]).exits(0);
    for (named, who, message) in [
        ("bo", "bo", "`bo` can't withdraw the request of `ada`"),
        ("ada", "bo", "is not signed by a key of `ada`"),
        (
            "eva",
            "bo",
            "names `eva`, who is no person of the trust file",
        ),
    ] {
        let forged = forged(&desk, &out, named, who);
        desk.lifecycle(&["submit", &forged])
            .exits(1)
            .complains(message);
    }
    let status = desk.lifecycle(&["status"]).json();
    assert_eq!(status["open_requests"].as_array().unwrap().len(), 1);
    let submitted = desk.lifecycle(&["submit", &out]).exits(0).json();
    assert_eq!(submitted["kind"], "withdrawal");
    assert_eq!(submitted["is_new"], true);
    let again = desk.lifecycle(&["submit", &out]).exits(0).json();
    assert_eq!(again["is_new"], false);
    assert_eq!(service.stop("-KILL"), None);
    let mut service = desk.start();
    let ended = "the request was withdrawn by `ada`, as the record at";
    desk.promote(&[&request, &bo]).exits(1).complains(ended);
    desk.lifecycle(&["submit", &request])
        .exits(1)
        .complains(ended);
    desk.lifecycle(&["submit", &bo]).exits(1).complains(ended);
    let status = desk.lifecycle(&["status"]).json();
    assert_eq!(status["open_requests"].as_array().unwrap().len(), 0);

    // The same change may be asked for again. What was used can't be taken back.
    let second = desk.request("second", packs, &[]);
    let bo = desk.sign("bo", &second, packs);
    desk.promote(&[&second, &bo]).exits(0);
    withdraw(&desk, "ada", &second, "too late", &out).exits(0);
    desk.lifecycle(&["submit", &out])
        .exits(1)
        .complains("what was done can't be withdrawn");
    let wanted = [
        "seeded",
        "trust_changed",
        "proposed",
        "requested",
        "withdrawn",
        "requested",
        "approved",
        "promoted",
    ];
    assert_eq!(names(&desk), wanted);
    let history = desk.lifecycle(&["history"]).exits(0).json();
    assert_eq!(history[4]["record"]["by"]["person"], "ada");
    assert_eq!(history[4]["record"]["reason"], "another is better");
    assert_eq!(service.stop("-TERM"), Some(0));
    desk.verify();
}

#[test]
fn a_withdrawal_is_of_a_candidate_or_of_a_request() {
    for args in [
        &["withdraw"][..],
        &["withdraw", "--request", "a"],
        &["withdraw", "--request", "a", "--out", "b"],
        &["withdraw", "--out", "b", "--endpoint", "unix:x"],
    ] {
        cavra(&[&["lifecycle"][..], args].concat())
            .exits(1)
            .complains("error:");
    }
}
