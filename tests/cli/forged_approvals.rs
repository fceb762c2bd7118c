//! Somebody has the journal's key and a request that was not approved by those who must. The service
//! doesn't start by a promotion that they record.

use std::fs;
use std::thread::sleep;
use std::time::Duration;

use cavra::canonical::Digest;
use cavra::journal::record::lifecycle::{AnswerGiven, LifecycleEvent, Promoted, TrustRef};
use jiff::Timestamp;
use serde_json::Value;

use super::break_glass_desk::in_seconds;
use super::refused_changes::{approved, request_in};
use super::support::cavra;
use super::undone::{Undone, records};

const PACKS: [&str; 2] = ["next", "mine"];

/// How long the request of the tests of expired requests counts.
const SECONDS: i64 = 12;

/// An undone change that Ada asks for again.
struct Asked {
    undone: Undone,
    request: String,
}

impl Asked {
    /// The request is in the journal, with the answers of these people, whether they count or not.
    fn with_answers(more: &[&str], people: &[&str]) -> Self {
        Self::of(Undone::new(), more, people)
    }

    fn of(undone: Undone, more: &[&str], people: &[&str]) -> Self {
        let mut service = undone.desk.start();
        let request = undone.desk.request("second", PACKS, more);
        undone.desk.lifecycle(&["submit", &request]).exits(0);
        assert_eq!(service.stop("-KILL"), None);
        let mut asked = Self { undone, request };
        asked.read_the_end();
        for who in people {
            let answer = approved(&asked.undone.desk, who, &asked.request);
            asked.record_answer(who, &answer);
        }
        asked
    }

    /// A record names the one before it.
    fn read_the_end(&mut self) {
        self.undone.last = records(&self.undone.data()).last().unwrap().0;
    }

    fn record_answer(&mut self, who: &str, path: &str) {
        let answer: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
        let document = serde_json_canonicalizer::to_vec(&answer).unwrap();
        let event = LifecycleEvent::Approved(AnswerGiven {
            request_digest: request_in(&self.request).1,
            trust: self.undone.promotion().trust,
        });
        let at = Timestamp::now();
        self.undone
            .record_of("mine", who, event, Some(document), at);
        self.read_the_end();
    }

    /// The promotion by a trust file, as of a time.
    fn promoted(&self, trust: TrustRef, at: Timestamp) {
        self.promoted_with(trust, at, Vec::new());
    }

    /// The promotion by a trust file, as of a time, which names these approvals.
    fn promoted_with(&self, trust: TrustRef, at: Timestamp, approvals: Vec<Digest>) {
        let promoted = Promoted {
            replaced: self.undone.in_force(),
            request_digest: request_in(&self.request).1,
            approvals,
            report: None,
            rollback_until: request_in(&self.request).0.rollback_until,
            trust,
            ..self.undone.promotion()
        };
        let event = LifecycleEvent::Promoted(promoted);
        self.undone.record_at(event, None, at);
    }

    fn promoted_now(&self) {
        self.promoted(self.undone.promotion().trust, Timestamp::now());
    }
}

#[test]
fn with_the_journals_key_nobody_approves_in_the_name_of_others() {
    type Forgery<'a> = (&'a str, &'a [&'a str], &'a [&'a str], &'a str);
    let forgeries: [Forgery<'_>; 6] = [
        (
            "nobody",
            &[],
            &[],
            "nobody in `Repository Owners` has approved the request",
        ),
        (
            "too few people",
            &["--approvals", "2"],
            &["bo"],
            "1 more must approve the request",
        ),
        (
            "the same person twice",
            &["--approvals", "2"],
            &["bo", "bo"],
            "has approved already",
        ),
        (
            "a person of another group",
            &[],
            &["eve"],
            "in none of the groups that must approve",
        ),
        (
            "a person with another role",
            &[],
            &["dee"],
            "role `approve`",
        ),
        ("the requester", &[], &["ada"], "is the requester"),
    ];
    for (what, more, people, why) in forgeries {
        let asked = Asked::with_answers(more, people);
        asked.promoted_now();
        let refused = asked.undone.refuses();
        assert!(
            refused.stderr.contains("have not signed for it"),
            "{what}: {}",
            refused.stderr
        );
        refused.complains(why);
    }
    // The same by those who may is believed.
    let asked = Asked::with_answers(&[], &["bo"]);
    asked.promoted_now();
    drop(asked.undone.desk.start());
}

/// The history of a journal tells who approved, so it may name nobody else.
#[test]
fn with_the_journals_key_nobody_says_that_others_approved() {
    let mut asked = Asked::with_answers(&[], &[]);
    let bo = approved(&asked.undone.desk, "bo", &asked.request);
    asked.record_answer("cy", &bo);
    asked.promoted_now();
    let refused = asked.undone.refuses();
    refused.complains("it doesn't name `bo`, who signed for it");

    let asked = Asked::with_answers(&[], &["bo"]);
    let earlier = asked.undone.promotion();
    assert!(!earlier.approvals.is_empty());
    asked.promoted_with(earlier.trust, Timestamp::now(), earlier.approvals.clone());
    let refused = asked.undone.refuses();
    refused.complains("it names an approval that doesn't count");
}

#[test]
fn with_the_journals_key_nobody_uses_an_expired_request() {
    for is_dated_back in [false, true] {
        let undone = Undone::new();
        let soon = in_seconds(SECONDS);
        let mut asked = Asked::of(undone, &["--expires", &soon], &["bo"]);
        let before = Timestamp::now();
        let expires = request_in(&asked.request).0.expires_at;
        assert!(before < expires, "the request counts {SECONDS} s");
        let cy = approved(&asked.undone.desk, "cy", &asked.request);
        while Timestamp::now() <= expires {
            sleep(Duration::from_millis(50));
        }
        let trust = asked.undone.promotion().trust;
        match is_dated_back {
            false => asked.promoted(trust, Timestamp::now()),
            true => {
                // What is recorded after the end shows that the promotion came later.
                asked.record_answer("cy", &cy);
                asked.promoted(trust, before);
            }
        }
        asked.undone.refuses().complains("the request expired at");
    }
}

#[test]
fn with_the_journals_key_nobody_uses_the_approval_of_a_person_who_left() {
    for names_the_older_file in [true, false] {
        let mut asked = Asked::with_answers(&[], &["bo"]);
        let older = asked.undone.promotion().trust;
        let newer = leave(&asked.undone, "bo");
        asked.read_the_end();
        let (named, why) = match names_the_older_file {
            true => (older, "the trust file that it names did not count then"),
            false => (
                newer,
                "nobody in `Repository Owners` has approved the request",
            ),
        };
        asked.promoted(named, Timestamp::now());
        asked.undone.refuses().complains(why);
    }
}

/// The next trust file lacks a person, and the service takes it.
fn leave(undone: &Undone, who: &str) -> TrustRef {
    let desk = &undone.desk;
    let (trust, signed) = (desk.path("trust.json"), desk.path("trust-2.dsse.json"));
    let mut file: Value = serde_json::from_str(&fs::read_to_string(&trust).unwrap()).unwrap();
    file["version"] = 2.into();
    let people = file["people"].as_array_mut().unwrap();
    people.retain(|person| person["id"] != who);
    fs::write(&trust, file.to_string()).unwrap();
    let key = desk.path("ada.key");
    let sign = ["trust", "sign", &trust, "--signing-key", &key];
    cavra(&[&sign[..], &["--out", &signed]].concat()).exits(0);
    fs::copy(&signed, &trust).unwrap();
    assert_eq!(desk.start().stop("-KILL"), None);
    let records = records(&undone.data());
    let changed = records.iter().rev().find_map(|(_, it)| match &it.event {
        LifecycleEvent::TrustChanged(changed) => Some(changed.trust),
        _ => None,
    });
    changed.filter(|trust| trust.version == 2).unwrap()
}
