//! The gate's Statements: only a packet that is ready gets a verdict, and other tools read it.

use std::fs;
use std::process::Command;

use cavra::canonical::{Digest, to_canonical_bytes};
use cavra::keys::dsse::Envelope;
use cavra::readiness::assessment::ReadinessResult;
use cavra::readiness::packet::Packet;
use cavra::readiness::packet::{self, EvidenceMode};
use cavra::readiness::verdict::{
    MEDIA_TYPE, PACKET_SUBJECT, Statement, StatementError, TEST_RESULT_TYPE, TestResult,
    VERDICT_TYPE, Verdict,
};
use serde_json::{Value, json};

use super::needs;
use crate::cast::{Papers, cast};
use crate::support::{BASELINE, Bench, judge, library, names};

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
    statement = json.loads(envelope.payload)
    assert statement["_type"] == "https://in-toto.io/Statement/v1"
    for subject in statement["subject"]:
        assert set(subject) == {"name", "digest"} and len(subject["digest"]["sha256"]) == 64
    print(statement["predicateType"])
"#;

fn small() -> Bench {
    let library = library();
    let mut source = library.source(BASELINE).unwrap();
    source.cases.retain(|file| file.path == "cases/mcp.yaml");
    Bench::of(library, source)
}

struct Judged {
    packet: Packet,
    value: Value,
    result: ReadinessResult,
}

fn judged(bench: &Bench, papers: &Papers) -> Judged {
    let value = papers.packet(bench, EvidenceMode::Live);
    let (packet, _) = packet::read(value.to_string().as_bytes()).unwrap();
    let result = judge(bench, &value, true);
    Judged {
        packet,
        value,
        result,
    }
}

fn verdict(judged: &Judged) -> Result<Statement<Verdict>, StatementError> {
    let at = "2026-11-29T12:00:00Z".parse().unwrap();
    Statement::verdict(&judged.packet, &judged.value, &judged.result, "gate", at)
}

#[test]
fn a_verdict_names_the_candidate_the_packet_and_what_it_was_judged_by() {
    let bench = small();
    let judged = judged(&bench, &Papers::of(&bench));
    let verdict = verdict(&judged).unwrap();
    let effective = bench.enforced.identity.effective_digest;
    assert_eq!(verdict.subject("effective-document"), Some(effective));
    let whole = Digest::of(&to_canonical_bytes(&judged.value).unwrap());
    assert_eq!(verdict.subject(PACKET_SUBJECT), Some(whole));
    let bytes = verdict.to_signed_bytes().unwrap();
    assert_eq!(Statement::read_verdict(&bytes).unwrap(), verdict);
    let json: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(json["predicateType"], VERDICT_TYPE);
    let trust = cast().trust.digest().to_string();
    let policies = &json["predicate"]["verifier"]["policies"];
    assert_eq!(policies[0]["name"], "trust-file");
    assert_eq!(
        format!(
            "sha256:{}",
            policies[0]["digest"]["sha256"].as_str().unwrap()
        ),
        trust
    );
    assert_eq!(json["predicate"]["verifier"]["id"], "urn:cavra:gate:gate");
    assert_eq!(json["predicate"]["timeCreated"], "2026-11-29T12:00:00Z");
    assert_eq!(
        json["predicate"]["properties"],
        json!(["CAVRA_READY", "CAVRA_SHADOW_MET", "CAVRA_APPROVALS_MET"])
    );
    assert!(Statement::<TestResult>::read_test_result(&bytes).is_err());
}

#[test]
fn there_is_no_verdict_on_what_is_not_ready() {
    let bench = small();
    let mut papers = Papers::of(&bench);
    papers.answers.clear();
    let judged = judged(&bench, &papers);
    assert_eq!(names(&judged.result), ["approvals"]);
    assert!(matches!(verdict(&judged), Err(StatementError::NotReady)));
}

#[test]
fn the_result_of_the_dry_run_may_be_in_the_packet_if_it_is_true() {
    let bench = small();
    let papers = Papers::of(&bench);
    let report = judged(&bench, &papers).packet.dry_run_report;
    let sound = Statement::test_result(&report).unwrap();
    assert_eq!(sound.predicate.result, "PASSED");
    assert_eq!(sound.predicate.passed_tests.len(), report.case_count);
    let sign = |statement: &Statement<TestResult>, key| {
        let bytes = statement.to_signed_bytes().unwrap();
        Envelope::sign(MEDIA_TYPE, &bytes, key).unwrap()
    };
    // The decisions of the packet have their own ids and times, so the result is made of them.
    let with = |papers: &Papers, envelope| {
        let signed = [papers.signed(), vec![envelope]].concat();
        let mut value = papers.packet_with(&bench, EvidenceMode::Live, signed);
        value["dry_run_report"] = serde_json::to_value(&report).unwrap();
        judge(&bench, &crate::support::sealed(value), true)
    };
    let result = with(&papers, sign(&sound, &cast().gate));
    assert!(
        result.ready_for_live_policy_lifecycle,
        "{:?}",
        names(&result)
    );
    assert!(result.signers.contains(&"gate".to_owned()));
    let result = with(&papers, sign(&sound, &cast().observer));
    assert_eq!(names(&result), ["test_result"]);
    let mut false_one = sound.clone();
    false_one.predicate.passed_tests.push("another".to_owned());
    let result = with(&papers, sign(&false_one, &cast().gate));
    assert_eq!(names(&result), ["test_result"]);
}

#[test]
fn securesystemslib_verifies_the_statements() {
    if !python() {
        return;
    }
    let bench = small();
    let judged = judged(&bench, &Papers::of(&bench));
    let tested = Statement::test_result(&judged.packet.dry_run_report).unwrap();
    let gate = &cast().gate;
    let public = gate.verifying_key();
    let entry = |bytes: Vec<u8>| {
        json!({
            "envelope": Envelope::sign(MEDIA_TYPE, &bytes, gate).unwrap(),
            "keyid": format!("{}+{:08x}", public.name(), public.id()),
            "pem": public.to_pem().unwrap(),
        })
    };
    let entries = [
        entry(verdict(&judged).unwrap().to_signed_bytes().unwrap()),
        entry(tested.to_signed_bytes().unwrap()),
    ];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("envelopes.json");
    fs::write(&path, json!({ "envelopes": entries }).to_string()).unwrap();
    let output = Command::new("python3")
        .args(["-c", VERIFY])
        .arg(&path)
        .output()
        .unwrap();
    let (out, errors) = (output.stdout, output.stderr);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&errors)
    );
    let types = String::from_utf8(out).unwrap();
    assert_eq!(
        types.lines().collect::<Vec<_>>(),
        [VERDICT_TYPE, TEST_RESULT_TYPE]
    );
}

fn python() -> bool {
    if !needs::program("python3") {
        return false;
    }
    let import = "import securesystemslib.dsse, cryptography";
    let found = Command::new("python3").args(["-c", import]).output();
    let is_here = found.is_ok_and(|output| output.status.success());
    if !is_here {
        needs::skip(
            "python3 has no `securesystemslib` with `cryptography`: pip install 'securesystemslib[crypto]'",
        );
    }
    is_here
}
