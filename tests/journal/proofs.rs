use cavra::canonical::Digest;
use cavra::journal::merkle_log::{
    ConsistencyProof, InclusionProof, Proof, ProofError, ProofFormatError, SignedCheckpoint,
    consistency_path, inclusion_path, root_at,
};
use serde_json::{Value, json};

use super::checkpoints::{checkpoint, key, public};
use super::merkle_log::Stored;

const INCLUSION: &str = include_str!("../data/journal/inclusion-proof.json");
const CONSISTENCY: &str = include_str!("../data/journal/consistency-proof.json");

fn record(number: u64) -> String {
    format!("{{\"number\":{number}}}")
}

fn stored(count: u64) -> Stored {
    let mut stored = Stored::default();
    (0..count).for_each(|number| stored.push(record(number).as_bytes()));
    stored
}

fn signed(stored: &Stored, size: u64) -> SignedCheckpoint {
    let root = root_at(stored, size).unwrap();
    checkpoint(size, root).sign(&key()).unwrap()
}

fn inclusion(stored: &Stored, position: u64, size: u64) -> InclusionProof {
    let path = inclusion_path(stored, position, size).unwrap();
    InclusionProof::new(record(position), position, path, &signed(stored, size))
}

fn consistency(stored: &Stored, from: u64, to: u64) -> ConsistencyProof {
    let path = consistency_path(stored, from, to).unwrap();
    ConsistencyProof::new(&signed(stored, from), &signed(stored, to), path)
}

fn check(proof: &[u8]) -> Result<(), ProofError> {
    match Proof::parse(proof).unwrap() {
        Proof::Inclusion(proof) => proof.check(&public()).map(drop),
        Proof::Consistency(proof) => proof.check(&public()).map(drop),
    }
}

#[test]
fn proofs_are_files_as_they_always_were() {
    let stored = stored(7);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    assert_eq!(
        text(inclusion(&stored, 4, 7).to_json().unwrap()),
        INCLUSION.trim_end()
    );
    assert_eq!(
        text(consistency(&stored, 3, 7).to_json().unwrap()),
        CONSISTENCY.trim_end()
    );
    let Proof::Inclusion(proof) = Proof::parse(INCLUSION.as_bytes()).unwrap() else {
        panic!("another kind");
    };
    let checked = proof.check(&public()).unwrap();
    assert_eq!((proof.position(), proof.tree_size()), (4, 7));
    assert_eq!(proof.record(), record(4));
    assert_eq!(proof.hashes(), inclusion_path(&stored, 4, 7).unwrap());
    assert_eq!(proof.checkpoint(), signed(&stored, 7).as_str());
    assert_eq!((checked.position, checked.checkpoint.size()), (4, 7));
    let Proof::Consistency(proof) = Proof::parse(CONSISTENCY.as_bytes()).unwrap() else {
        panic!("another kind");
    };
    let checked = proof.check(&public()).unwrap();
    assert_eq!(proof.hashes(), consistency_path(&stored, 3, 7).unwrap());
    assert_eq!(proof.older(), signed(&stored, 3).as_str());
    assert_eq!(proof.newer(), signed(&stored, 7).as_str());
    assert_eq!((checked.from.size(), checked.to.size()), (3, 7));
}

#[test]
fn every_proof_that_is_made_holds() {
    let stored = stored(40);
    for size in 0..=40 {
        for start in 0..size {
            check(&inclusion(&stored, start, size).to_json().unwrap()).unwrap();
        }
        for start in 0..=size {
            check(&consistency(&stored, start, size).to_json().unwrap()).unwrap();
        }
    }
}

/// A proof with one field changed.
fn with(proof: &str, field: &str, value: Value) -> Vec<u8> {
    let mut changed: Value = serde_json::from_str(proof).unwrap();
    assert_ne!(changed[field], value, "{field} is not changed");
    changed[field] = value;
    serde_json::to_vec(&changed).unwrap()
}

fn hashes(proof: &str) -> Vec<Value> {
    let proof: Value = serde_json::from_str(proof).unwrap();
    proof["hashes"].as_array().unwrap().clone()
}

#[test]
fn a_changed_proof_does_not_hold() {
    let stored = stored(9);
    let note = |size| json!(signed(&stored, size).as_str());
    let mut cases = vec![
        with(INCLUSION, "record", json!(record(5))),
        with(INCLUSION, "position", json!(5)),
        with(INCLUSION, "position", json!(7)),
        with(INCLUSION, "position", json!(9_007_199_254_740_991_u64)),
        with(INCLUSION, "tree_size", json!(8)),
        with(INCLUSION, "checkpoint", note(8)),
        with(INCLUSION, "checkpoint", note(0)),
        with(INCLUSION, "checkpoint", json!("not a note")),
        with(CONSISTENCY, "from", note(4)),
        with(CONSISTENCY, "from", note(9)),
        with(CONSISTENCY, "to", note(8)),
        with(CONSISTENCY, "to", note(0)),
        with(CONSISTENCY, "to", json!("")),
    ];
    for proof in [INCLUSION, CONSISTENCY] {
        let right = hashes(proof);
        for at in 0..right.len() {
            let mut other = right.clone();
            other[at] = json!("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
            cases.push(with(proof, "hashes", json!(other)));
            other.remove(at);
            cases.push(with(proof, "hashes", json!(other)));
        }
        let reversed: Vec<&Value> = right.iter().rev().collect();
        cases.push(with(proof, "hashes", json!(reversed)));
        cases.push(with(
            proof,
            "hashes",
            json!([right.clone(), right].concat()),
        ));
        cases.push(with(proof, "hashes", json!([])));
    }
    for case in cases {
        let text = String::from_utf8_lossy(&case);
        assert!(check(&case).is_err(), "{text}");
    }
}

/// A log that was rewritten: the same sizes, another record.
#[test]
fn a_rewritten_log_is_not_consistent_with_what_it_signed() {
    let honest = stored(20);
    let mut forged = Stored::default();
    (0..30).for_each(|number| {
        let number = if number == 2 { 1_000 } else { number };
        forged.push(record(number).as_bytes());
    });
    for to in 20..=30 {
        let path = consistency_path(&forged, 20, to).unwrap();
        let proof = ConsistencyProof::new(&signed(&honest, 20), &signed(&forged, to), path);
        let error = proof.check(&public()).unwrap_err();
        assert!(matches!(error, ProofError::NotConsistent { .. }), "{error}");
    }
    let empty = checkpoint(0, Digest::of(b"no empty log"))
        .sign(&key())
        .unwrap();
    let proof = ConsistencyProof::new(&empty, &signed(&honest, 20), Vec::new());
    assert_eq!(proof.check(&public()).unwrap_err(), ProofError::EmptyRoot);
}

#[test]
fn what_is_no_proof_is_told_apart_from_one_that_fails() {
    let parse = |text: &[u8]| Proof::parse(text).unwrap_err();
    for schema in ["cavra.journal.inclusion-proof.v2", ""] {
        let error = parse(&with(INCLUSION, "schema_version", json!(schema)));
        assert!(matches!(error, ProofFormatError::Schema(_)), "{error}");
    }
    let cases = [
        b"".to_vec(),
        b"[]".to_vec(),
        with(INCLUSION, "extra", json!(1)),
        with(INCLUSION, "position", json!(-1)),
        with(INCLUSION, "hashes", json!(["AAAA"])),
        with(INCLUSION, "hashes", json!(["sha256"])),
        with(CONSISTENCY, "to", Value::Null),
        INCLUSION.replace("\"position\"", "\"tree_size\"").into(),
    ];
    for case in cases {
        let text = String::from_utf8_lossy(&case);
        let error = parse(&case);
        let expected = match case.as_slice() {
            b"[]" => matches!(error, ProofFormatError::Schema(_)),
            _ => matches!(error, ProofFormatError::Json(_)),
        };
        assert!(expected, "{text}: {error}");
    }
    let large = vec![b' '; cavra::journal::merkle_log::MAX_PROOF_BYTES + 1];
    assert!(matches!(parse(&large), ProofFormatError::TooLarge));
}
