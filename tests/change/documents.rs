//! What is no request and no approval, and which field is named.

use cavra::change::approval::{Answer, ApprovalStatement};
use cavra::change::limits::{
    MAX_APPROVAL_BYTES, MAX_EVIDENCE, MAX_NAME_BYTES, MAX_REASON_BYTES, MAX_REMOVED_CASES,
    MAX_REQUEST_BYTES,
};
use cavra::change::request::ChangeRequest;
use cavra::change::signed::SignedDocument;
use cavra::policy::promotion::limits::MAX_APPROVALS_REQUIRED;
use serde_json::{Value, json};

use super::support::{Cast, answer, request};

/// Sets the field at `pointer`, or removes it.
fn set(document: &mut Value, pointer: &str, value: Option<Value>) {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = document.pointer_mut(parent).unwrap();
    match value {
        Some(value) => match parent {
            Value::Array(items) => items[name.parse::<usize>().unwrap()] = value,
            parent => parent[name] = value,
        },
        None => drop(parent.as_object_mut().unwrap().remove(name).unwrap()),
    }
}

fn canonical(value: &Value) -> Vec<u8> {
    cavra::canonical::to_canonical_bytes(value).unwrap()
}

#[test]
fn each_wrong_field_of_a_request_is_named() {
    let sound = serde_json::to_value(request()).unwrap();
    assert!(ChangeRequest::read(&canonical(&sound)).is_ok());
    let names = |count: usize| -> Value { (0..count).map(|at| format!("n{at}")).collect() };
    let evidence = sound["evidence"][0].clone();
    let long = |bytes: usize| json!("x".repeat(bytes + 1));
    let wrong = [
        (
            "/schema_version",
            Some(json!("cavra.policy-change.request.v2")),
            "`/schema_version` is not `cavra.policy-change.request.v1`",
        ),
        (
            "/request_id",
            Some(json!("6ba7b810-9dad-41d1-80b4-00c04fd430c8")),
            "`/request_id` is not a UUID of version 7",
        ),
        ("/request_id", Some(json!("me")), "`/request_id`: "),
        ("/kind", Some(json!("break_glass")), "`/kind`"),
        (
            "/candidate/effective_digest",
            None,
            "`/candidate`: missing field `effective_digest`",
        ),
        (
            "/candidate/bundle_digest",
            Some(json!("sha256:00")),
            "`/candidate/bundle_digest`: ",
        ),
        (
            "/candidate/more",
            Some(json!(1)),
            "`/candidate/more`: unknown field `more`",
        ),
        (
            "/replaces/log_key_id",
            Some(json!("1ADE6455")),
            "`/replaces/log_key_id` is not 8 lower-case hex digits",
        ),
        (
            "/replaces/log_key_id",
            Some(json!("1ade645")),
            "`/replaces/log_key_id` is not 8 lower-case hex digits",
        ),
        (
            "/replaces/journal_origin",
            Some(json!("")),
            "`/replaces/journal_origin` has 0 bytes",
        ),
        (
            "/replaces/activation_index",
            Some(json!(-1)),
            "`/replaces/activation_index`: ",
        ),
        (
            "/engine/cavra_version",
            Some(json!(" ")),
            "`/engine/cavra_version` has 1 bytes",
        ),
        (
            "/engine/facts_version",
            Some(json!("a\u{0}b")),
            "`/engine/facts_version` holds a control character",
        ),
        (
            "/criteria/approvals_required",
            Some(json!(0)),
            "`/criteria/approvals_required` is 0; there must be 1 to 64",
        ),
        (
            "/criteria/approvals_required",
            Some(json!(MAX_APPROVALS_REQUIRED + 1)),
            "`/criteria/approvals_required` is 65",
        ),
        (
            "/criteria/thresholds/max_drop_ppm",
            None,
            "`/criteria/thresholds`: missing field `max_drop_ppm`",
        ),
        (
            "/evidence",
            Some(json!(vec![evidence; MAX_EVIDENCE + 1])),
            "`/evidence` has 65 entries",
        ),
        (
            "/evidence/0/name",
            Some(long(MAX_NAME_BYTES)),
            "`/evidence/0/name` has 257 bytes",
        ),
        (
            "/removed_cases",
            Some(names(MAX_REMOVED_CASES + 1)),
            "`/removed_cases` has 1025 entries",
        ),
        (
            "/removed_cases",
            Some(json!([""])),
            "`/removed_cases/0` has 0 bytes",
        ),
        (
            "/requested_by",
            Some(json!("")),
            "`/requested_by` has 0 bytes",
        ),
        (
            "/reason",
            Some(long(MAX_REASON_BYTES)),
            "`/reason` has 4097 bytes",
        ),
        ("/expires_at", Some(json!("2026-12-01")), "`/expires_at`: "),
        (
            "/rollback_until",
            Some(json!(null)),
            "`/rollback_until`: is not a field",
        ),
    ];
    for (pointer, value, expected) in wrong {
        let mut document = sound.clone();
        set(&mut document, pointer, value);
        let error = ChangeRequest::read(&canonical(&document))
            .unwrap_err()
            .to_string();
        assert!(error.starts_with(expected), "{pointer}: {error}");
    }
    let error = ChangeRequest::read(&vec![b' '; MAX_REQUEST_BYTES + 1]).unwrap_err();
    assert!(error.to_string().contains("the limit is 262144"), "{error}");
}

#[test]
fn each_wrong_field_of_an_approval_is_named() {
    let requested = Cast::new().requested(&request());
    let statement = ApprovalStatement::of(answer(&requested, "bo", Answer::Approve));
    let sound = serde_json::to_value(&statement).unwrap();
    assert_eq!(
        ApprovalStatement::read(&canonical(&sound)).unwrap(),
        statement
    );
    let subject = sound["subject"][0].clone();
    let wrong = [
        (
            "/_type",
            Some(json!("https://in-toto.io/Statement/v0.1")),
            "`/_type` is not `https://in-toto.io/Statement/v1`",
        ),
        (
            "/predicateType",
            Some(json!("https://slsa.dev/provenance/v1")),
            "`/predicateType` is not `urn:cavra:",
        ),
        ("/subject", Some(json!([])), "`/subject` has 0 entries"),
        (
            "/subject",
            Some(json!([subject, subject])),
            "`/subject` has 2 entries",
        ),
        (
            "/subject/0/name",
            Some(json!("policy.yaml")),
            "`/subject/0/name` is not `effective-document`",
        ),
        (
            "/subject/0/digest/sha512",
            Some(json!("00")),
            "`/subject/0/digest/sha512`: unknown field",
        ),
        (
            "/predicate/decision",
            Some(json!("abstain")),
            "`/predicate/decision",
        ),
        (
            "/predicate/reason",
            Some(json!("")),
            "`/predicate/reason` has 0 bytes",
        ),
        (
            "/predicate/approver",
            Some(json!("a\nb")),
            "`/predicate/approver` holds a control character",
        ),
        (
            "/predicate/expiresAt",
            Some(json!("2026-11-29T11:00:00Z")),
            "`/predicate/expiresAt` is not after `/predicate/decidedAt`",
        ),
        (
            "/predicate/requestDigest",
            None,
            "`/predicate`: missing field `requestDigest`",
        ),
        (
            "/predicate/note",
            Some(json!("x")),
            "`/predicate/note`: unknown field `note`",
        ),
    ];
    for (pointer, value, expected) in wrong {
        let mut document = sound.clone();
        set(&mut document, pointer, value);
        let error = ApprovalStatement::read(&canonical(&document))
            .unwrap_err()
            .to_string();
        assert!(error.starts_with(expected), "{pointer}: {error}");
    }
    let error = ApprovalStatement::read(&vec![b' '; MAX_APPROVAL_BYTES + 1]).unwrap_err();
    assert!(error.to_string().contains("the limit is 16384"), "{error}");
}
