//! Break-glass: one person puts a policy in force, and others ratify or undo it.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use cavra::authority::gate::History;
use cavra::change::break_glass::MEDIA_TYPE;
use cavra::journal::query::{EntryKind, Filter, Query, Scan};
use cavra::journal::record::Record;
use cavra::keys::dsse::Envelope;
use cavra::keys::file::KeySource;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::admission::health;
use super::kills::Kills;
use super::promotion::{Desk, OTHER_LOG, reads, resigned, verdicts};
use super::refused_changes::approved;
use super::serve::{PATIENCE, Service};
use super::support::{Run, cavra};

const POLICY: &str = "cavra.policy";
const CONDITION: &str = "cavra.condition.break_glass";
const PACKS: [&str; 2] = ["next", "mine"];

/// A desk with Fay, who may break the glass and may approve. She has two keys.
pub(crate) fn desk() -> Desk {
    let desk = Desk::new();
    let keys = ["fay", "fay-second"].map(|name| {
        let (private, public) = (
            desk.path(&format!("{name}.key")),
            desk.path(&format!("{name}.pub")),
        );
        let key = format!("example.org/{name}");
        let generate = ["keys", "generate", "--name", &key, "--out", &private];
        cavra(&[&generate[..], &["--public", &public]].concat()).exits(0);
        fs::read_to_string(&public).unwrap().trim().to_owned()
    });
    let trust = desk.path("trust.json");
    let mut file: Value = serde_json::from_str(&fs::read_to_string(&trust).unwrap()).unwrap();
    file["people"].as_array_mut().unwrap().push(json!({
        "id": "fay",
        "aliases": ["uid:2000"],
        "groups": ["Repository Owners"],
        "keys": keys,
        "roles": ["approve", "break_glass"],
    }));
    fs::write(&trust, file.to_string()).unwrap();
    desk
}

/// The digest of the bundle of a pack that is proposed.
pub(crate) fn proposed(desk: &Desk, pack: &str) -> String {
    let proposed = desk
        .lifecycle(&["propose", &desk.path(pack), "--reason", "a try"])
        .exits(0);
    proposed.json()["bundle_digest"]
        .as_str()
        .unwrap()
        .to_owned()
}

pub(crate) fn in_seconds(seconds: i64) -> String {
    let later = Timestamp::now() + SignedDuration::from_secs(seconds);
    later.to_string()
}

/// Tries to sign a statement into `NAME.dsse.json`, by the key of `who`.
fn try_sign(desk: &Desk, who: &str, name: &str, bundle: &str, more: &[&str]) -> (String, Run) {
    let out = desk.path(&format!("{name}.dsse.json"));
    let [key, log] = [&format!("{who}.key"), "data/journal.pub"].map(|name| desk.path(name));
    let index = desk.activation_index();
    let mut args = vec!["lifecycle", "break-glass", "sign", "--bundle", bundle];
    args.extend(["--reason", "everything is blocked"]);
    args.extend(["--signing-key", &key, "--out", &out, "--output", "json"]);
    let defaults = [
        ("--journal-key", log.as_str()),
        ("--activation-index", index.as_str()),
        ("--incident", "INC-2041"),
    ];
    for (flag, value) in defaults {
        if !more.contains(&flag) {
            args.extend([flag, value]);
        }
    }
    let run = cavra(&[&args[..], more].concat());
    (out, run)
}

pub(crate) fn sign(desk: &Desk, who: &str, name: &str, bundle: &str, more: &[&str]) -> String {
    let (out, run) = try_sign(desk, who, name, bundle, more);
    run.exits(0);
    out
}

pub(crate) fn send(desk: &Desk, statement: &str) -> Run {
    desk.lifecycle(&["break-glass", "send", statement])
}

/// The statement with a change, signed by Fay whatever it says then.
fn forged(desk: &Desk, statement: &str, change: impl FnOnce(&mut Value)) -> String {
    let envelope = Envelope::read(&fs::read(statement).unwrap()).unwrap();
    let payload = envelope.unverified(MEDIA_TYPE).unwrap();
    let mut document: Value = serde_json::from_slice(&payload).unwrap();
    change(&mut document);
    let bytes = cavra::canonical::to_canonical_bytes(&document).unwrap();
    let key: KeySource = desk.path("fay.key").parse().unwrap();
    let envelope = Envelope::sign(MEDIA_TYPE, &bytes, &key.signing_key().unwrap()).unwrap();
    let out = desk.path("forged.dsse.json");
    fs::write(&out, serde_json::to_vec(&envelope).unwrap()).unwrap();
    out
}

fn state(service: &Service) -> Option<String> {
    let answer = reads(service, "two.txt");
    let state = answer.get("policy_state");
    state.map(|state| state.as_str().unwrap().to_owned())
}

fn events(desk: &Desk) -> Vec<String> {
    let history = desk.lifecycle(&["history"]).exits(0).json();
    let events = history.as_array().unwrap().iter();
    let name = |event: &Value| {
        let names = event["record"]["event"].as_object().unwrap();
        names.keys().next().unwrap().clone()
    };
    events.map(name).collect()
}

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

/// Waits until the health of the policy in force is `serving`.
fn wait_for_policy(service: &Service, serving: bool) -> Vec<String> {
    let start = Instant::now();
    loop {
        let (found, reasons) = health(service, POLICY);
        if found == serving {
            return reasons;
        }
        assert!(start.elapsed() < PATIENCE, "{}", service.log());
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn after_its_time_health_says_so_until_it_is_undone() {
    let desk = desk();
    let mut service = desk.start();
    let next = proposed(&desk, "next");
    let until = Timestamp::now() + SignedDuration::from_secs(14);
    let statement = sign(
        &desk,
        "fay",
        "glass",
        &next,
        &["--expires", &until.to_string()],
    );
    send(&desk, &statement).exits(0);
    let (serving, reasons) = health(&service, POLICY);
    assert!(serving || Timestamp::now() >= until, "{reasons:?}");
    let reasons = wait_for_policy(&service, false);
    assert!(Timestamp::now() >= until);
    let said = |reasons: &[String]| {
        reasons
            .iter()
            .any(|it| it.starts_with("break_glass: ") && it.contains("expired at"))
    };
    assert!(said(&reasons), "{reasons:?}");
    service.wait_for_log("nobody has ratified it");
    // Nothing returns by itself.
    assert_eq!(verdicts(&service), ["block", "block"]);
    assert_eq!(state(&service).as_deref(), Some("break_glass"));
    let status = desk.lifecycle(&["status"]).exits(2).json();
    assert_eq!(status["break_glass"]["is_expired"], true);

    assert_eq!(service.stop("-KILL"), None);
    let mut service = desk.start();
    let (serving, reasons) = health(&service, POLICY);
    assert!(!serving && said(&reasons), "{reasons:?}");
    assert!(!health(&service, CONDITION).0);
    assert_eq!(verdicts(&service), ["block", "block"]);
    assert_eq!(state(&service).as_deref(), Some("break_glass"));
    desk.lifecycle(&["rollback", "--reason", "why"]).exits(0);
    wait_for_policy(&service, true);
    assert_eq!(
        (verdicts(&service), state(&service)),
        (["block", "allow"].map(Into::into), None)
    );
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

/// What the lifecycle records say.
fn recorded(desk: &Desk) -> History {
    let filter = Filter {
        kind: Some(EntryKind::Lifecycle),
        ..Filter::default()
    };
    let query = Query {
        filter,
        ..Query::default()
    };
    let mut scan = Scan::open(Path::new(&desk.path("data")), query).unwrap();
    let mut history = History::default();
    while let Some(records) = scan.next_records().unwrap() {
        for (position, record) in records {
            if let Record::Lifecycle(record) = record {
                history.add(position, *record).unwrap();
            }
        }
    }
    history
}

/// The command that comes next, after what is signed for it: break-glass from the one policy to the
/// other, and then by turns a ratification and the return.
fn next_command(desk: &Desk, round: u64, bundles: &[String; 2]) -> Vec<String> {
    let history = recorded(desk);
    let in_force = history.in_force().unwrap();
    let active = in_force.activation.bundle.bundle_digest.to_string();
    let at = usize::from(active == bundles[1]);
    let words: Vec<String> = match in_force.unratified() {
        None => {
            let statement = sign(desk, "fay", "kill", &bundles[1 - at], &[]);
            vec!["break-glass".into(), "send".into(), statement]
        }
        Some(_) if round.is_multiple_of(2) => {
            ["rollback", "--reason", "why"].map(String::from).to_vec()
        }
        Some(_) => {
            let packs = ["mine", "next"];
            let packs = [packs[at], packs[1 - at]];
            let request = desk.request("kill-request", packs, &["--ratification"]);
            let bo = desk.sign("bo", &request, packs);
            vec!["ratify".into(), request, bo]
        }
    };
    words
}

#[test]
fn after_a_kill_decisions_say_what_the_last_record_says() {
    let mut kills = Kills::of(10);
    let desk = desk();
    let mut service = desk.start();
    let next = proposed(&desk, "next");
    let mine = desk.lifecycle(&["status"]).json()["bundle_digest"].clone();
    let bundles = [mine.as_str().unwrap().to_owned(), next];
    for round in 0..kills.count {
        let words = next_command(&desk, round, &bundles);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let said = |history: &History| history.in_force().cloned();
        let before = said(&recorded(&desk));
        let answered = kills.during(&desk, &mut service, &words);
        let last = said(&recorded(&desk));
        service = desk.start();
        let decided = reads(&service, "one.txt");
        let in_force = last.clone().unwrap();
        let effective = in_force.activation.bundle.effective_digest.to_string();
        let what = format!("round {round}: {words:?}");
        assert_eq!(decided["effective_digest"], effective, "{what}");
        let expected = in_force.unratified().map(|_| "break_glass".to_owned());
        assert_eq!(state(&service), expected, "{what}");
        kills.took(last != before, answered, &what);
    }
    kills.end();
    assert_eq!(service.stop("-TERM"), Some(0));
    desk.verify();
}

/// A pack whose changes are watched for two hours.
fn watched(desk: &Desk, folder: &str, files: &str) {
    let text = format!(
        "metadata: {{id: mine, inherits: cavra-ai-agent-baseline}}\n\
         filesystem: {{block_read: [{files}]}}\n\
         promotion: {{when_nothing_loosened: {{watch_hours: 2}}}}\n"
    );
    fs::create_dir_all(desk.path(folder)).unwrap();
    fs::write(desk.path(folder) + "/policy.yaml", text).unwrap();
}

#[test]
fn who_watches_a_policy_can_go_back() {
    let desk = desk();
    watched(&desk, "mine", "'one.txt'");
    watched(&desk, "next", "'one.txt', 'two.txt'");
    let mut service = desk.start();
    desk.propose("next");
    let (index, log) = (desk.activation_index(), desk.path("data/journal.pub"));
    let [candidate, replaces, key, out] =
        ["next", "mine", "ada.key", "none.dsse.json"].map(|name| desk.path(name));
    let request = [
        "lifecycle",
        "request",
        "--candidate",
        &candidate,
        "--replaces",
        &replaces,
    ];
    let rest = [
        "--requested-by",
        "ada",
        "--reason",
        "r",
        "--expires",
        "2099-01-01",
    ];
    let files = [
        "--journal-key",
        &log,
        "--activation-index",
        &index,
        "--signing-key",
        &key,
        "--out",
        &out,
    ];
    let asked = |more: &[&str]| cavra(&[&request[..], &rest, &files, more].concat());
    let soon = in_seconds(3_600);
    for more in [&[][..], &["--rollback-until", &soon]] {
        asked(more)
            .exits(1)
            .complains("`watch_hours` is 2, so people watch until");
    }
    let until = ["--rollback-until", "2098-01-01"];
    let good = desk.request("request", PACKS, &until);
    for (covered, why) in [
        (None, "the request covers no return"),
        (
            Some(soon.parse().unwrap()),
            "the request covers a return until",
        ),
    ] {
        let early = resigned(&desk, &good, "ada", |it| it.rollback_until = covered);
        let bo = desk.sign("bo", &early, PACKS);
        desk.promote(&[&early, &bo])
            .exits(1)
            .complains("`watch_hours` is 2, so people watch until")
            .complains(why);
    }
    let bo = desk.sign("bo", &good, PACKS);
    desk.promote(&[&good, &bo]).exits(0);
    let status = desk.lifecycle(&["status"]).exits(0).json();
    let watched: Timestamp = status["watch_until"].as_str().unwrap().parse().unwrap();
    let left = watched.duration_since(Timestamp::now());
    assert!(
        left > SignedDuration::from_mins(115) && left <= SignedDuration::from_hours(2),
        "{left}"
    );
    desk.lifecycle(&["rollback", "--reason", "why"]).exits(0);
    let status = desk.lifecycle(&["status"]).exits(0).json();
    assert_eq!(status.get("watch_until"), None);
    assert_eq!(service.stop("-TERM"), Some(0));
    desk.verify();
}
