//! Which requests count, and every reason why one doesn't.

use std::collections::HashSet;

use cavra::canonical::Digest;
use cavra::change::error::{DocumentKind, RequestRefusal, SignatureRefusal};
use cavra::change::request::{self, ChangeRequest, Replaced};
use cavra::change::requested::{Expected, Requested};
use cavra::change::signed::SignedDocument;
use cavra::keys::dsse::Envelope;
use cavra::policy::promotion::Criteria;
use cavra::trust::Trust;
use cavra::trust::signer::SignerProblem;

use super::support::{Cast, digest, engine, key, now, request, signed};

fn verify(
    cast: &Cast,
    envelope: &Envelope,
    expected: Expected<'_>,
) -> Result<Requested, RequestRefusal> {
    Requested::verify(envelope, &cast.trust(), expected, now())
}

#[test]
fn a_request_counts_where_it_is_meant() {
    let cast = Cast::new();
    let mut asked = request();
    let (candidate, replaces, engine) = (asked.candidate, asked.replaces.clone(), engine());
    let expected = Expected {
        candidate: Some(&candidate),
        replaces: Some(&replaces),
        engine: Some(&engine),
        criteria: Some(Criteria::STANDARD),
    };
    let found = verify(&cast, &signed(&asked, &cast.ada), expected).unwrap();
    assert_eq!((found.requester.as_str(), &found.request), ("ada", &asked));
    asked.requested_by = "ada@example.org".to_owned();
    let found = verify(&cast, &signed(&asked, &cast.ada), expected).unwrap();
    assert_eq!(found.requester, "ada");
}

/// What the policies ask for; the request asks for no less.
fn asked_for() -> Criteria {
    Criteria {
        max_evidence_age_hours: Some(72),
        ..request().criteria
    }
}

fn looser(field: &str, found: &str, wanted: &str) -> String {
    format!(
        "the criteria of the request are looser than `promotion` of the policy in force and of the candidate asks for: `criteria.{field}` is {found}, not {wanted}"
    )
}

/// A request that is changed in one way, and the message of its refusal.
fn refused(cast: &Cast) -> Vec<(Envelope, String)> {
    let changed = |change: fn(&mut ChangeRequest)| {
        let mut asked = request();
        change(&mut asked);
        signed(&asked, &cast.ada)
    };
    let mut two = signed(&request(), &cast.ada);
    two.add_signature(&cast.bo).unwrap();
    let raw = |bytes: &[u8]| Envelope::sign(request::MEDIA_TYPE, bytes, &cast.ada).unwrap();
    let spaced = [request().to_signed_bytes().unwrap(), b" ".to_vec()].concat();
    let (from, other) = (digest("from"), digest("else"));
    let another = |field: &str, wanted: Digest| {
        format!("the request is for another candidate: its `{field}` is {other}, not {wanted}")
    };
    vec![
        (Envelope::sign("application/json", b"{}", &cast.ada).unwrap(), "the envelope holds `application/json`, not `application/vnd.cavra.policy-change-request+json`".into()),
        (raw(b"{"), "the document is not strict JSON: EOF while parsing an object at line 1 column 1".into()),
        (raw(&spaced), "the document is not in its canonical form (RFC 8785)".into()),
        (changed(|it| it.requested_by = "nobody".into()), "the requester `nobody` is no person of the trust file".into()),
        (changed(|it| it.requested_by = "gate".into()), "the requester `gate` is no person of the trust file".into()),
        (two, "the request has 2 signatures; its requester alone signs it".into()),
        (signed(&request(), &cast.bo), "the request is not signed by a key of its requester `ada`".into()),
        (signed(&request(), &key("stranger")), "the request is not signed by a key of its requester `ada`".into()),
        (changed(|it| it.expires_at = now()), "the request expired at 2026-11-29T12:00:00Z".into()),
        (changed(|it| it.candidate.effective_digest = digest("else")), another("effective_digest", digest("to"))),
        (changed(|it| it.candidate.bundle_digest = digest("else")), another("bundle_digest", digest("bundle"))),
        (changed(|it| it.candidate.policy_digest = digest("else")), another("policy_digest", digest("policy"))),
        (changed(|it| it.candidate.cases_digest = digest("else")), another("cases_digest", digest("cases"))),
        (changed(|it| it.replaces.journal_origin = "example.org/staging".into()), "the request is for the authority `example.org/staging+1ade6455`, not for `example.org/production+1ade6455`".into()),
        (changed(|it| it.replaces.log_key_id = "00000000".into()), "the request is for the authority `example.org/production+00000000`, not for `example.org/production+1ade6455`".into()),
        (changed(|it| it.replaces.effective_digest = digest("else")), format!("the request replaces the policy {other}, but {from} is in force, by the same record 7: ask again with the pack in force as `--replaces`, which `cavra lifecycle status` names")),
        // The same policy is in force again: A, B, A and then B by the old approvals.
        (changed(|it| it.replaces.activation_index = 3), format!("the request replaces the policy {from} of record 3, but {from} of record 7 is in force: ask again with `--activation-index 7`")),
        (changed(|it| it.engine.cavra_version = "0.2.0".into()), "the request was made by another engine: `cavra_version` is 0.2.0, not 0.1.0".into()),
        (changed(|it| it.engine.base_rules_digest = digest("else")), format!("the request was made by another engine: `base_rules_digest` is {other}, not {}", digest("base"))),
        (changed(|it| it.engine.facts_version = "cavra.facts.v1".into()), "the request was made by another engine: `facts_version` is cavra.facts.v1, not cavra.facts.v3".into()),
        (changed(|it| it.criteria.approvals_required = 1), looser("approvals_required", "1", "2")),
        (changed(|it| it.criteria.thresholds.min_observation_hours = 23), looser("thresholds.min_observation_hours", "23", "24")),
        (changed(|it| it.criteria.max_evidence_age_hours = None), looser("max_evidence_age_hours", "\"any\"", "72")),
    ]
}

#[test]
fn each_refusal_has_its_own_message() {
    let cast = Cast::new();
    let (candidate, replaces): (_, Replaced) = (request().candidate, request().replaces);
    let engine = engine();
    let expected = Expected {
        candidate: Some(&candidate),
        replaces: Some(&replaces),
        engine: Some(&engine),
        criteria: Some(asked_for()),
    };
    let mut messages = HashSet::new();
    for (envelope, message) in refused(&cast) {
        let found = verify(&cast, &envelope, expected).unwrap_err().to_string();
        assert_eq!(found, message);
        messages.insert(found);
    }
    assert_eq!(messages.len(), 22);
}

fn not_signed(problem: SignerProblem) -> RequestRefusal {
    RequestRefusal::Signature(SignatureRefusal::Signer {
        kind: DocumentKind::Request,
        problem,
    })
}

#[test]
fn an_expired_trust_file_lets_nobody_ask() {
    let cast = Cast::new();
    let mut file = cast.file();
    file.expires = now();
    let trust = Trust::of(file).unwrap();
    let envelope = signed(&request(), &cast.ada);
    let found = Requested::verify(&envelope, &trust, Expected::default(), now());
    assert_eq!(found, Err(not_signed(SignerProblem::TrustExpired(now()))));
}

/// A key that a later trust file no longer has.
#[test]
fn the_key_of_an_older_trust_file_does_not_count() {
    let cast = Cast::new();
    let mut file = cast.file();
    file.people[0].keys = vec![key("ada-new").verifying_key().clone()];
    let trust = Trust::of(file).unwrap();
    let envelope = signed(&request(), &cast.ada);
    let found = Requested::verify(&envelope, &trust, Expected::default(), now());
    let problem = SignerProblem::NotByNamed("ada".to_owned());
    assert_eq!(found, Err(not_signed(problem)));
}
