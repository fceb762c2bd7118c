//! Break-glass statements: what is none, which field is named, and every reason why one doesn't count.

use cavra::change::break_glass::{
    BreakGlass, MEDIA_TYPE, SCHEMA_VERSION, VerifiedBreakGlass, signer,
};
use cavra::change::limits::{MAX_BREAK_GLASS_BYTES, MAX_NAME_BYTES, MAX_REASON_BYTES};
use cavra::change::request::Replaced;
use cavra::change::signed::SignedDocument;
use cavra::keys::SigningKey;
use cavra::keys::dsse::Envelope;
use cavra::trust::Trust;
use cavra::trust::document::PersonRole;
use serde_json::{Value, json};

use super::support::{Cast, digest, key, now, request, time};

pub(crate) fn statement() -> BreakGlass {
    let Replaced {
        journal_origin,
        log_key_id,
        activation_index,
        ..
    } = request().replaces;
    BreakGlass {
        schema_version: SCHEMA_VERSION.to_owned(),
        journal_origin,
        log_key_id,
        activation_index,
        bundle_digest: digest("bundle"),
        incident: "INC-2041".to_owned(),
        reason: "all deployments are blocked".to_owned(),
        issued_at: time("2026-11-29T11:00:00Z"),
        expires_at: time("2026-11-30T11:00:00Z"),
    }
}

fn signed(statement: &BreakGlass, key: &SigningKey) -> Envelope {
    let bytes = statement.to_signed_bytes().unwrap();
    Envelope::sign(MEDIA_TYPE, &bytes, key).unwrap()
}

/// The trust file of the cast, where Bo may break the glass.
fn trust(cast: &Cast) -> Trust {
    let mut file = cast.file();
    let bo = file.people.iter_mut().find(|it| it.id == "bo").unwrap();
    bo.roles.push(PersonRole::BreakGlass);
    Trust::of(file).unwrap()
}

#[test]
fn one_person_breaks_the_glass_by_any_key() {
    let cast = Cast::new();
    let trust = trust(&cast);
    for key in [&cast.bo, &cast.bo_second] {
        let envelope = signed(&statement(), key);
        let broken = VerifiedBreakGlass::verify(&envelope, &trust, now()).unwrap();
        assert_eq!(broken.person, "bo");
        assert_eq!(broken.statement, statement());
        let bytes = statement().to_signed_bytes().unwrap();
        assert_eq!(broken.digest, cavra::canonical::Digest::of(&bytes));
        assert_eq!(signer(&envelope, &trust).unwrap().id, "bo");
    }
    // The signer is found, also if the statement never counted.
    assert_eq!(
        signer(&signed(&statement(), &cast.cy), &trust).unwrap().id,
        "cy"
    );
    assert_eq!(
        signer(&signed(&statement(), &key("stranger")), &trust),
        None
    );
    assert_eq!(signer(&signed(&statement(), &cast.gate), &trust), None);
}

#[test]
fn each_refusal_has_its_own_message() {
    let cast = Cast::new();
    let trust = trust(&cast);
    let refusal = |envelope: &Envelope, at: &str| {
        let verified = VerifiedBreakGlass::verify(envelope, &trust, time(at));
        verified.unwrap_err().to_string()
    };
    let sound = signed(&statement(), &cast.bo);
    let mut two = sound.clone();
    two.add_signature(&cast.cy).unwrap();
    let other_type = Envelope::sign("application/json", b"{}", &cast.bo).unwrap();
    let none = Envelope::sign(MEDIA_TYPE, b"{}", &cast.bo).unwrap();
    let noon = "2026-11-29T12:00:00Z";
    let cases = [
        (
            other_type,
            noon,
            "the envelope holds `application/json`, not `application/vnd.cavra.policy-change-break-glass+json`",
        ),
        (none, noon, "`/`: missing field `schema_version`"),
        (
            two,
            noon,
            "the break-glass statement has 2 signatures; one person alone signs it",
        ),
        (
            signed(&statement(), &key("stranger")),
            noon,
            "the break-glass statement is not signed by any key of the trust file",
        ),
        (
            signed(&statement(), &cast.gate),
            noon,
            "the break-glass statement is signed by the service `gate`; only people break the glass",
        ),
        (
            signed(&statement(), &cast.cy),
            noon,
            "`cy` does not have the role `break_glass`",
        ),
        (
            sound.clone(),
            "2026-11-29T10:59:59Z",
            "the break-glass statement was issued at 2026-11-29T11:00:00Z, which is later than the time that is judged by",
        ),
        (
            sound.clone(),
            "2026-11-30T11:00:00Z",
            "the break-glass statement expired at 2026-11-30T11:00:00Z",
        ),
        (
            sound,
            "2027-01-01T00:00:00Z",
            "the trust file expired at 2027-01-01T00:00:00Z, so nobody breaks the glass",
        ),
    ];
    for (envelope, at, expected) in cases {
        let found = refusal(&envelope, at);
        assert!(found.starts_with(expected), "{found}");
    }
}

#[test]
fn it_is_for_one_activation_of_one_authority() {
    let place = request().replaces;
    assert!(statement().check_place(&place).is_ok());
    let refused = |change: fn(&mut Replaced)| {
        let mut place = request().replaces;
        change(&mut place);
        statement().check_place(&place).unwrap_err().to_string()
    };
    assert_eq!(
        refused(|it| it.journal_origin = "example.org/staging".to_owned()),
        "the break-glass statement is for the authority `example.org/production+1ade6455`, not for `example.org/staging+1ade6455`"
    );
    assert_eq!(
        refused(|it| it.log_key_id = "00000000".to_owned()),
        "the break-glass statement is for the authority `example.org/production+1ade6455`, not for `example.org/production+00000000`"
    );
    assert_eq!(
        refused(|it| it.activation_index = 8),
        "the break-glass statement replaces the policy of record 7, but that of record 8 is in force"
    );
}

#[test]
fn each_wrong_field_is_named() {
    let sound = serde_json::to_value(statement()).unwrap();
    let long = |bytes: usize| json!("x".repeat(bytes + 1));
    let wrong = [
        (
            "schema_version",
            Some(json!("cavra.policy-change.break-glass.v2")),
            "`/schema_version` is not `cavra.policy-change.break-glass.v1`",
        ),
        (
            "journal_origin",
            Some(json!("")),
            "`/journal_origin` has 0 bytes",
        ),
        (
            "journal_origin",
            Some(json!("a\u{0}b")),
            "`/journal_origin` holds a control character",
        ),
        (
            "log_key_id",
            Some(json!("1ADE6455")),
            "`/log_key_id` is not 8 lower-case hex digits",
        ),
        (
            "log_key_id",
            Some(json!("1ade64550")),
            "`/log_key_id` is not 8 lower-case hex digits",
        ),
        ("activation_index", Some(json!(-1)), "`/activation_index`: "),
        (
            "bundle_digest",
            Some(json!("sha256:00")),
            "`/bundle_digest`: ",
        ),
        ("bundle_digest", None, "`/`: missing field `bundle_digest`"),
        ("incident", Some(json!(" ")), "`/incident` has 1 bytes"),
        (
            "incident",
            Some(json!("a\nb")),
            "`/incident` holds a control character",
        ),
        (
            "incident",
            Some(long(MAX_NAME_BYTES)),
            "`/incident` has 257 bytes",
        ),
        ("reason", Some(json!("")), "`/reason` has 0 bytes"),
        (
            "reason",
            Some(long(MAX_REASON_BYTES)),
            "`/reason` has 4097 bytes",
        ),
        ("issued_at", Some(json!("2026-11-29")), "`/issued_at`: "),
        (
            "expires_at",
            Some(json!("2026-11-29T11:00:00Z")),
            "`/expires_at` is not after `/issued_at`",
        ),
        (
            "expires_at",
            Some(json!("2026-11-29T10:00:00Z")),
            "`/expires_at` is not after `/issued_at`",
        ),
        (
            "expires_at",
            Some(json!("2026-11-30T11:00:00.000000001Z")),
            "`/expires_at` is more than 24 hours after `/issued_at`",
        ),
        (
            "expires_at",
            Some(json!("9999-01-01T00:00:00Z")),
            "`/expires_at` is more than 24 hours after `/issued_at`",
        ),
        (
            "person",
            Some(json!("bo")),
            "`/person`: unknown field `person`",
        ),
    ];
    for (field, value, expected) in wrong {
        let mut document = sound.clone();
        let fields = document.as_object_mut().unwrap();
        match value {
            Some(value) => drop(fields.insert(field.to_owned(), value)),
            None => drop(fields.remove(field)),
        }
        let error = BreakGlass::read(&canonical(&document))
            .unwrap_err()
            .to_string();
        assert!(error.starts_with(expected), "{field}: {error}");
    }
    assert!(BreakGlass::read(&canonical(&sound)).is_ok());
    // Another form of the same is not what was signed.
    assert!(BreakGlass::read(&serde_json::to_vec_pretty(&sound).unwrap()).is_err());
    let error = BreakGlass::read(&vec![b' '; MAX_BREAK_GLASS_BYTES + 1]).unwrap_err();
    assert!(error.to_string().contains("the limit is 16384"), "{error}");
}

fn canonical(value: &Value) -> Vec<u8> {
    cavra::canonical::to_canonical_bytes(value).unwrap()
}
