//! What loosens comes into force by a signed report of what was decided.

use std::fs;

use cavra::keys::dsse::Envelope;
use cavra::keys::file::KeySource;
use cavra::shadow::report;
use serde_json::Value;

use super::desk::{reads, reported};

#[test]
fn what_loosens_needs_a_report_of_what_was_decided() {
    let (desk, mut service, [request, bo, report]) = reported();
    desk.promote(&[&request, &bo])
        .exits(1)
        .complains("a shadow report is needed");
    // The same report, signed by a person.
    let envelope = Envelope::read(&fs::read(&report).unwrap()).unwrap();
    let payload = envelope.unverified(report::MEDIA_TYPE).unwrap();
    let key: KeySource = desk.path("bo.key").parse().unwrap();
    let signed = |payload: &[u8], key: &KeySource| {
        let key = key.signing_key().unwrap();
        let forged = Envelope::sign(report::MEDIA_TYPE, payload, &key).unwrap();
        let out = desk.path("forged.dsse.json");
        fs::write(&out, serde_json::to_vec(&forged).unwrap()).unwrap();
        out
    };
    let forged = signed(&payload, &key);
    desk.promote(&[&request, &bo, "--report", &forged])
        .exits(1)
        .complains("no service with the role `shadow_report` signed the report");
    // Another report by the same service: the request doesn't name it.
    let key: KeySource = desk.path("evidence.key").parse().unwrap();
    let mut other: Value = serde_json::from_slice(&payload).unwrap();
    other["denominators"]["seen"] = 7.into();
    let bytes = cavra::canonical::to_canonical_bytes(&other).unwrap();
    let forged = signed(&bytes, &key);
    desk.promote(&[&request, &bo, "--report", &forged])
        .exits(1)
        .complains("the request names no evidence with the digest");
    assert_eq!(reads(&service, "two.txt")["decision"], "allow");
    let promoted = desk.promote(&[&request, &bo, "--report", &report]);
    promoted.exits(0);
    assert_eq!(reads(&service, "one.txt")["decision"], "allow");
    let history = desk.lifecycle(&["history", "--changes"]).exits(0).json();
    let promoted = &history[1]["record"]["event"]["promoted"];
    let digest = cavra::canonical::Digest::of(&payload).to_string();
    assert_eq!(promoted["report"], digest);
    assert_eq!(service.stop("-TERM"), Some(0));
}

#[test]
fn a_loosening_after_the_report_refuses_the_promotion() {
    let (desk, mut service, [request, bo, report]) = reported();
    assert_eq!(reads(&service, "one.txt")["decision"], "block");
    desk.promote(&[&request, &bo, "--report", &report])
        .exits(1)
        .complains("the candidate loosened the group sha256:");
    assert_eq!(reads(&service, "one.txt")["decision"], "block");
    assert_eq!(service.stop("-TERM"), Some(0));
}
