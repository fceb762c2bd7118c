//! Envelopes, verified by a library that knows nothing of CAVRA: `securesystemslib` from PyPI.

use std::fs;
use std::process::Command;

use cavra::change::approval::Answer;
use cavra::keys::SigningKey;
use cavra::keys::dsse::Envelope;
use serde_json::{Value, json};

use super::python;
use super::support::{Cast, answer, envelope, request, signed};

/// Reads `{"envelopes": [{"envelope", "keyid", "pem"}]}`, verifies each, and prints their types.
const VERIFY: &str = r#"
import json, sys
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from securesystemslib.dsse import Envelope
from securesystemslib.signer import SSlibKey

for entry in json.load(open(sys.argv[1]))["envelopes"]:
    public = load_pem_public_key(entry["pem"].encode())
    key = SSlibKey.from_crypto(public, keyid=entry["keyid"])
    envelope = Envelope.from_dict(entry["envelope"])
    envelope.verify([key], 1)
    payload = json.loads(envelope.payload)
    print(envelope.payload_type, payload.get("_type", payload.get("schema_version")))
"#;

fn entry(envelope: &Envelope, key: &SigningKey) -> Value {
    let key = key.verifying_key();
    json!({
        "envelope": envelope,
        "keyid": format!("{}+{:08x}", key.name(), key.id()),
        "pem": key.to_pem().unwrap(),
    })
}

fn verify(entries: &[Value]) -> (bool, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("envelopes.json");
    fs::write(&path, json!({ "envelopes": entries }).to_string()).unwrap();
    let output = Command::new("python3")
        .args(["-c", VERIFY])
        .arg(&path)
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    println!("{error}");
    (
        output.status.success(),
        String::from_utf8(output.stdout).unwrap(),
    )
}

#[test]
fn securesystemslib_verifies_requests_and_approvals() {
    if !python::has(
        "securesystemslib.dsse, cryptography",
        "securesystemslib[crypto]",
    ) {
        return;
    }
    let cast = Cast::new();
    let requested = cast.requested(&request());
    let asked = entry(&signed(&request(), &cast.ada), &cast.ada);
    let approved = answer(&requested, "bo", Answer::Approve);
    let approved = entry(&envelope(approved, &cast.bo), &cast.bo);
    let (verified, types) = verify(&[asked, approved.clone()]);
    assert!(verified);
    assert_eq!(
        types,
        "application/vnd.cavra.policy-change-request+json cavra.policy-change.request.v1\n\
         application/vnd.in-toto+json https://in-toto.io/Statement/v1\n"
    );
    let mut other = approved;
    other["pem"] = json!(cast.cy.verifying_key().to_pem().unwrap());
    assert!(!verify(&[other]).0);
}
