//! Acknowledgements: whose counts, and every reason why one doesn't.

use std::collections::{BTreeMap, HashSet};

use cavra::change::acknowledgement::{Acknowledgement, AcknowledgementStatement};
use cavra::change::approval::MEDIA_TYPE;
use cavra::change::error::{DocumentKind, SignatureRefusal};
use cavra::change::limits::{MAX_ACKNOWLEDGED_GROUPS, MAX_REASON_BYTES};
use cavra::change::signed::SignedDocument;
use cavra::keys::SigningKey;
use cavra::keys::dsse::Envelope;
use cavra::policy::diff::{Change, Diff, Direction, diff};
use cavra::policy::effective::{EffectivePack, FindError, resolve_source};
use cavra::policy::source::{PackSource, SourceFile};
use cavra::trust::Trust;
use cavra::trust::signer::SignerProblem;
use serde_json::Value;

use super::support::{Cast, digest, key, now, time};

fn pack(text: &str) -> EffectivePack {
    let source = PackSource {
        origin: "inline".to_owned(),
        policy: SourceFile {
            path: "policy.yaml".to_owned(),
            text: text.to_owned(),
        },
        rules: Vec::new(),
        cases: Vec::new(),
    };
    resolve_source(source, &mut |_| Err(FindError::NotFound)).unwrap()
}

/// From no allowed command to two.
fn lines() -> Diff {
    let old = pack("metadata: {id: a}");
    diff(
        &old,
        &pack("{metadata: {id: a}, commands: {allow: [cargo test*, ls]}}"),
    )
}

fn line(path: &str) -> Change {
    lines()
        .changes()
        .find(|line| line.path == path)
        .unwrap()
        .clone()
}

/// Dee's sound answer for `cargo test*`.
pub(crate) fn answer() -> Acknowledgement {
    let mut groups = vec![digest("one"), digest("two")];
    groups.sort();
    Acknowledgement {
        from_effective_digest: digest("from"),
        to_effective_digest: digest("to"),
        line: line("commands.allow[cargo test*]"),
        groups,
        reason: "developers may run the tests".to_owned(),
        acknowledged_by: "dee".to_owned(),
        acknowledged_at: time("2026-11-29T11:00:00Z"),
    }
}

fn signed(answer: Acknowledgement, key: &SigningKey) -> Envelope {
    let bytes = AcknowledgementStatement::of(answer)
        .to_signed_bytes()
        .unwrap();
    Envelope::sign(MEDIA_TYPE, &bytes, key).unwrap()
}

#[test]
fn a_person_who_may_explain_acknowledges() {
    let cast = Cast::new();
    let trust = cast.trust();
    let envelope = signed(answer(), &cast.dee);
    let verified = AcknowledgementStatement::verify_signature(&envelope, &trust, now()).unwrap();
    let statement = verified.document;
    assert_eq!(
        (verified.person.id.as_str(), &statement.predicate),
        ("dee", &answer())
    );
    let about = statement
        .predicate
        .check_about(digest("from"), digest("to"), &lines());
    assert_eq!(about, Ok(()));
    // An alias is the same person.
    let aliased = Acknowledgement {
        acknowledged_by: "dee@example.org".to_owned(),
        ..answer()
    };
    let aliased = signed(aliased, &cast.dee);
    let found = AcknowledgementStatement::verify_signature(&aliased, &trust, now());
    assert_eq!(found.unwrap().person.id, "dee");
}

#[test]
fn each_refusal_has_its_own_message() {
    let cast = Cast::new();
    let trust = cast.trust();
    let by = |who: &str, key: &SigningKey| {
        let answer = Acknowledgement {
            acknowledged_by: who.to_owned(),
            ..answer()
        };
        signed(answer, key)
    };
    let mut two = signed(answer(), &cast.dee);
    two.add_signature(&cast.bo).unwrap();
    let late = Acknowledgement {
        acknowledged_at: time("2026-11-29T12:00:01Z"),
        ..answer()
    };
    let cases = [
        (
            two,
            "the acknowledgement has 2 signatures; each person has an envelope of their own",
        ),
        (
            signed(answer(), &key("stranger")),
            "the acknowledgement is not signed by any key of the trust file",
        ),
        (
            signed(answer(), &cast.gate),
            "the acknowledgement is signed by the service `gate`; only people acknowledge",
        ),
        (
            by("dee", &cast.bo),
            "the acknowledgement names `dee`, but `bo` signed it",
        ),
        (by("bo", &cast.bo), "`bo` does not have the role `explain`"),
        (
            signed(late, &cast.dee),
            "the acknowledgement was given at 2026-11-29T12:00:01Z, which is later than the time that is judged by",
        ),
        (
            Envelope::sign(MEDIA_TYPE, b"{}", &cast.dee).unwrap(),
            "missing field",
        ),
        (
            Envelope::sign("application/json", b"{}", &cast.dee).unwrap(),
            "the envelope holds `application/json`",
        ),
    ];
    let mut messages = HashSet::new();
    for (envelope, says) in cases {
        let found = AcknowledgementStatement::verify_signature(&envelope, &trust, now());
        let found = found.unwrap_err().to_string();
        assert!(found.contains(says), "{found}");
        messages.insert(found);
    }
    assert_eq!(messages.len(), 8);
    let mut file = cast.file();
    file.expires = now();
    let expired = Trust::of(file).unwrap();
    let sound = signed(answer(), &cast.dee);
    let found = AcknowledgementStatement::verify_signature(&sound, &expired, now());
    assert_eq!(
        found.unwrap_err(),
        SignatureRefusal::Signer {
            kind: DocumentKind::Acknowledgement,
            problem: SignerProblem::TrustExpired(now()),
        }
    );
}

#[test]
fn an_answer_about_something_else_is_refused() {
    let (from, to, diff) = (digest("from"), digest("to"), lines());
    let changed = |change: &dyn Fn(&mut Acknowledgement)| {
        let mut answer = answer();
        change(&mut answer);
        answer.check_about(from, to, &diff).unwrap_err().to_string()
    };
    let other = digest("else");
    let found = changed(&|it| it.from_effective_digest = other);
    assert_eq!(
        found,
        format!("the acknowledgement is for the replacement of {other}, not of {from}")
    );
    let found = changed(&|it| it.to_effective_digest = other);
    assert_eq!(
        found,
        format!("the acknowledgement is for the candidate {other}, not for {to}")
    );
    let no_line = |path: &str| {
        format!("the semantic diff of the two policies has no such line about `{path}`")
    };
    let found = changed(&|it| it.line.path = "commands.allow[cargo *]".to_owned());
    assert_eq!(found, no_line("commands.allow[cargo *]"));
    // The same path, and another change.
    let found = changed(&|it| it.line.direction = Direction::Tightens);
    assert_eq!(found, no_line("commands.allow[cargo test*]"));
    let found = changed(&|it| it.line.from = Some(Value::from("x")));
    assert_eq!(found, no_line("commands.allow[cargo test*]"));
}

#[test]
fn a_document_that_is_not_sound_is_never_signed_or_read() {
    type Edit = fn(&mut AcknowledgementStatement);
    let cases: [(Edit, &str); 10] = [
        (
            |it| it.statement_type = "x".into(),
            "`/_type` is not `https://in-toto.io/Statement/v1`",
        ),
        (
            |it| it.predicate_type = "x".into(),
            "`/predicateType` is not `urn:cavra:attestation:policy-change-acknowledgement:v1`",
        ),
        (|it| it.subject.clear(), "`/subject` has 0 entries"),
        (
            |it| it.subject[0].name = "x".into(),
            "`/subject/0/name` is not `effective-document`",
        ),
        (
            |it| it.predicate.to_effective_digest = digest("else"),
            "`/subject/0/digest/sha256` is not that of the effective document",
        ),
        (
            |it| it.predicate.reason = " ".into(),
            "`/predicate/reason` has 1 bytes",
        ),
        (
            |it| it.predicate.reason = "x".repeat(MAX_REASON_BYTES + 1),
            "`/predicate/reason` has 4097 bytes",
        ),
        (
            |it| it.predicate.acknowledged_by = "a\nb".into(),
            "`/predicate/acknowledgedBy` holds a control character",
        ),
        (
            |it| it.predicate.groups.clear(),
            "`/predicate/groups` is empty",
        ),
        (
            |it| it.predicate.groups.reverse(),
            "`/predicate/groups` is not in order",
        ),
    ];
    for (edit, says) in cases {
        let mut statement = AcknowledgementStatement::of(answer());
        edit(&mut statement);
        let found = statement.to_signed_bytes().unwrap_err().to_string();
        assert!(found.contains(says), "{found}");
        let bytes = cavra::canonical::to_canonical_bytes(&statement).unwrap();
        let read = AcknowledgementStatement::read(&bytes)
            .unwrap_err()
            .to_string();
        assert_eq!(read, found);
    }
    let mut many = AcknowledgementStatement::of(answer());
    let ids = (0..=MAX_ACKNOWLEDGED_GROUPS).map(|number| digest(&number.to_string()));
    let ids: BTreeMap<_, ()> = ids.map(|id| (id, ())).collect();
    many.predicate.groups = ids.into_keys().collect();
    let found = many.to_signed_bytes().unwrap_err().to_string();
    assert!(
        found.contains("`/predicate/groups` has 257 entries; there may be 256"),
        "{found}"
    );
}

/// What a case protected is in no traffic.
#[test]
fn a_removed_case_is_acknowledged_without_a_group() {
    let mut answer = answer();
    answer.groups.clear();
    answer.line = Change {
        path: "cases[push_to_main]".to_owned(),
        direction: Direction::Neutral,
        from: Some(Value::from("x")),
        to: None,
    };
    assert_eq!(answer.lost_case(), Some("push_to_main"));
    let statement = AcknowledgementStatement::of(answer.clone());
    let bytes = statement.to_signed_bytes().unwrap();
    assert_eq!(AcknowledgementStatement::read(&bytes).unwrap(), statement);
    answer.line.to = Some(Value::from("y"));
    assert_eq!(
        answer.lost_case(),
        Some("push_to_main"),
        "the case is another one now, so the old one is gone"
    );
    answer.line.from = None;
    assert_eq!(answer.lost_case(), None, "the case is new");
}
