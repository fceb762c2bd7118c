//! A desk with a person who may break the glass, and what people do there.

use std::fs;

use cavra::change::break_glass::MEDIA_TYPE;
use cavra::keys::dsse::Envelope;
use cavra::keys::file::KeySource;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::desk::{Desk, reads};
use super::people;
use super::serve::Service;
use super::support::{Run, cavra};

/// A service of the health protocol.
pub(crate) const POLICY: &str = "cavra.policy";
/// A service of the health protocol.
pub(crate) const CONDITION: &str = "cavra.condition.break_glass";
/// What a request names: the candidate, and what it replaces.
pub(crate) const PACKS: [&str; 2] = ["next", "mine"];

/// A desk with Fay, who may break the glass and may approve. She has two keys.
pub(crate) fn desk() -> Desk {
    let desk = Desk::new();
    let folder = desk.0.path();
    let keys = ["fay", "fay-second"].map(|name| people::key(folder, name));
    people::edit_trust(folder, |file| {
        file["people"].as_array_mut().unwrap().push(json!({
            "id": "fay",
            "aliases": ["uid:2000"],
            "groups": ["Repository Owners"],
            "keys": keys,
            "roles": ["approve", "break_glass"],
        }));
    });
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
pub(crate) fn try_sign(
    desk: &Desk,
    who: &str,
    name: &str,
    bundle: &str,
    more: &[&str],
) -> (String, Run) {
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
pub(crate) fn forged(desk: &Desk, statement: &str, change: impl FnOnce(&mut Value)) -> String {
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

pub(crate) fn state(service: &Service) -> Option<String> {
    let answer = reads(service, "two.txt");
    let state = answer.get("policy_state");
    state.map(|state| state.as_str().unwrap().to_owned())
}

pub(crate) fn events(desk: &Desk) -> Vec<String> {
    let history = desk.lifecycle(&["history"]).exits(0).json();
    let events = history.as_array().unwrap().iter();
    let name = |event: &Value| {
        let names = event["record"]["event"].as_object().unwrap();
        names.keys().next().unwrap().clone()
    };
    events.map(name).collect()
}
