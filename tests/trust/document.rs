//! What is no trust file, and which field is named.

use cavra::canonical::Digest;
use cavra::keys::VerifyingKey;
use cavra::trust::chain::{ChainError, Stored};
use cavra::trust::document::PersonRole;
use cavra::trust::limits::{
    MAX_ALIASES, MAX_GROUPS, MAX_KEYS_OF_ONE, MAX_NAME_BYTES, MAX_PEOPLE, MAX_SERVICES,
    MAX_TRUST_BYTES, MAX_TRUST_FILE_BYTES,
};
use cavra::trust::{Holder, Trust};
use serde_json::{Value, json};

use super::support::{file, key, keys, person, read, sound};

#[test]
fn a_sound_file_is_read_and_its_digest_ignores_white_space() {
    let value = sound();
    let trust = read(&value).unwrap();
    let pretty = Trust::read(format!("{value:#}\n").as_bytes()).unwrap();
    assert_eq!(trust, pretty);
    assert_eq!(Trust::read_signed(trust.canonical()).unwrap(), trust);
    assert!(Trust::read_signed(format!("{value:#}").as_bytes()).is_err());
    let text = serde_json::to_vec(&value).unwrap();
    assert_eq!(
        Stored::read(&text).unwrap().trust().digest(),
        trust.digest()
    );
}

#[test]
fn a_file_is_expired_from_its_time_on() {
    let trust = read(&sound()).unwrap();
    assert!(!trust.is_expired("2026-12-31T23:59:59.999999999Z".parse().unwrap()));
    assert!(trust.is_expired("2027-01-01T00:00:00Z".parse().unwrap()));
}

#[test]
fn a_key_has_one_holder_and_a_person_every_alias() {
    let trust = read(&sound()).unwrap();
    let [ada, bo] = trust.file().people.as_slice() else {
        panic!("two people");
    };
    for name in ["ada", "ada@example.org", "uid:1000"] {
        assert_eq!(trust.person(name), Some(ada));
    }
    assert_eq!(trust.person("Ada"), None);
    assert_eq!(trust.holder(&ada.keys[1]), Some(Holder::Person(ada)));
    let service = &trust.file().services[0];
    assert_eq!(
        trust.holder(&service.keys[0]),
        Some(Holder::Service(service))
    );
    assert_eq!(trust.holder(key("example.org/k").verifying_key()), None);
    let all: Vec<&VerifyingKey> = trust.keys().collect();
    assert_eq!(all.len(), 4);
    // Ada's two keys are one person; Bo has no role `approve`.
    assert_eq!(trust.people_with(PersonRole::Trust, &all), [ada, bo]);
    assert_eq!(trust.people_with(PersonRole::Approve, &all), [ada]);
    assert_eq!(trust.people_with(PersonRole::BreakGlass, &all).len(), 0);
}

/// `key` under another name (C2SP signed-note, "Verifier keys").
fn renamed(key: &VerifyingKey, name: &str) -> VerifyingKey {
    let text = key.to_string();
    // The third part is base64, which may itself hold a `+`.
    let encoded = text.splitn(3, '+').nth(2).unwrap();
    let named = [name.as_bytes(), b"\n\x01", &key.public_key_bytes()].concat();
    let id = u32::from_be_bytes(Digest::of(&named).as_bytes()[..4].try_into().unwrap());
    format!("{name}+{id:08x}+{encoded}").parse().unwrap()
}

#[test]
fn a_key_under_another_name_is_the_same_key() {
    let (one, two) = (key("example.org/one"), key("example.org/two"));
    let mut people = vec![person("ada", &[&one]), person("bo", &[&two])];
    let other = renamed(one.verifying_key(), "example.org/other");
    assert_ne!(&other, one.verifying_key());
    people[1].keys.push(other);
    let error = Trust::of(file(1, 1, people)).unwrap_err().to_string();
    let expected = "`/people/1/keys/1` is the same key as `/people/0/keys/0`";
    assert!(error.contains(expected), "{error}");
}

/// What is wrong: the pointer to a field, its value (none removes it), and the message.
fn wrong() -> Vec<(&'static str, Option<Value>, &'static str)> {
    let person = |id: &str, keys: Vec<String>| json!({"id": id, "aliases": [], "groups": [], "keys": keys, "roles": ["trust"]});
    let many_people: Vec<Value> = (0..=MAX_PEOPLE)
        .map(|at| person(&format!("p{at}"), keys(1)))
        .collect();
    let many_keys: Vec<Value> = (0..65)
        .map(|at| person(&format!("p{at}"), keys(MAX_KEYS_OF_ONE)))
        .collect();
    let services: Vec<Value> = (0..=MAX_SERVICES)
        .map(|at| json!({"id": format!("s{at}"), "keys": keys(1), "roles": ["gate"]}))
        .collect();
    let names = |count: usize| -> Value { (0..count).map(|at| format!("n{at}")).collect() };
    let long = "x".repeat(MAX_NAME_BYTES + 1);
    vec![
        (
            "/schema_version",
            None,
            "`/`: missing field `schema_version`",
        ),
        (
            "/schema_version",
            Some(json!("cavra.trust.v2")),
            "`/schema_version` is not `cavra.trust.v1`",
        ),
        ("/version", Some(json!(0)), "`/version` is 0"),
        ("/version", Some(json!(-1)), "`/version`: invalid value"),
        (
            "/version",
            Some(json!(4_294_967_296_u64)),
            "`/version`: invalid value",
        ),
        ("/version", Some(json!("3")), "`/version`: invalid type"),
        ("/expires", Some(json!("soon")), "`/expires`: "),
        (
            "/expires",
            Some(json!("2027-01-01T01:00:00+01:00")),
            "`/expires`: is \"2027-01-01T01:00:00+01:00\", must be written \"2027-01-01T00:00:00Z\"",
        ),
        (
            "/min_signers",
            Some(json!(0)),
            "`/min_signers` is 0; there must be 1 to 2",
        ),
        (
            "/min_signers",
            Some(json!(3)),
            "`/min_signers` is 3; there must be 1 to 2",
        ),
        (
            "/owner",
            Some(json!("me")),
            "`/owner`: unknown field `owner`",
        ),
        ("/people", Some(json!([])), "`/people` has 0 entries"),
        (
            "/people",
            Some(json!(many_people)),
            "`/people` has 257 entries",
        ),
        (
            "/people",
            Some(json!(many_keys)),
            "`/people/64/keys/0` is one key too many",
        ),
        (
            "/people/0",
            Some(json!(["ada", [], ["g"], keys(1), ["trust"]])),
            "`/people/0`: ",
        ),
        (
            "/people/0/name",
            Some(json!("Ada")),
            "`/people/0/name`: unknown field `name`",
        ),
        ("/people/0/id", None, "`/people/0`: missing field `id`"),
        (
            "/people/0/id",
            Some(json!("")),
            "`/people/0/id` has 0 bytes",
        ),
        (
            "/people/0/id",
            Some(json!(long)),
            "`/people/0/id` has 257 bytes",
        ),
        (
            "/people/0/id",
            Some(json!(" ada")),
            "`/people/0/id` begins or ends",
        ),
        (
            "/people/0/id",
            Some(json!("a\nb")),
            "`/people/0/id` begins or ends",
        ),
        (
            "/people/1/id",
            Some(json!("ada")),
            "`/people/1/id` repeats `/people/0/id`",
        ),
        (
            "/people/1/id",
            Some(json!("uid:1000")),
            "`/people/1/id` repeats `/people/0/aliases/1`",
        ),
        (
            "/people/1/aliases",
            Some(json!(["ada"])),
            "`/people/1/aliases/0` repeats `/people/0/id`",
        ),
        (
            "/people/0/aliases",
            Some(json!(["x", "x"])),
            "`/people/0/aliases/1` repeats `/people/0/aliases/0`",
        ),
        (
            "/people/0/aliases",
            Some(names(MAX_ALIASES + 1)),
            "`/people/0/aliases` has 33 entries",
        ),
        (
            "/people/0/groups",
            Some(json!([])),
            "`/people/0/groups` is empty, and the person has the role `approve`",
        ),
        (
            "/people/0/groups",
            Some(json!([""])),
            "`/people/0/groups/0` has 0 bytes",
        ),
        (
            "/people/0/groups",
            Some(json!(["g", "g"])),
            "`/people/0/groups/1` repeats `/people/0/groups/0`",
        ),
        (
            "/people/0/groups",
            Some(names(MAX_GROUPS + 1)),
            "`/people/0/groups` has 33 entries",
        ),
        (
            "/people/0/keys",
            Some(json!([])),
            "`/people/0/keys` has 0 entries",
        ),
        (
            "/people/0/keys",
            Some(json!(keys(MAX_KEYS_OF_ONE + 1))),
            "`/people/0/keys` has 9 entries",
        ),
        (
            "/people/0/keys/0",
            Some(json!("example.org/x+00000000+AA==")),
            "`/people/0/keys/0`: ",
        ),
        (
            "/people/0/keys/0",
            Some(json!("PRIVATE+KEY+x")),
            "`/people/0/keys/0`: this is a private key",
        ),
        (
            "/people/0/roles",
            Some(json!([])),
            "`/people/0/roles` has 0 entries",
        ),
        (
            "/people/0/roles",
            Some(json!(["approve", "approve"])),
            "`/people/0/roles/1` repeats",
        ),
        (
            "/people/0/roles/0",
            Some(json!("admin")),
            "`/people/0/roles/0",
        ),
        ("/services", None, "`/`: missing field `services`"),
        (
            "/services",
            Some(json!(services)),
            "`/services` has 65 entries",
        ),
        (
            "/services/0/id",
            Some(json!("ada")),
            "`/services/0/id` repeats `/people/0/id`",
        ),
        (
            "/services/0/roles/0",
            Some(json!("trust")),
            "`/services/0/roles/0",
        ),
        (
            "/services/0/roles",
            Some(json!([])),
            "`/services/0/roles` has 0 entries",
        ),
    ]
}

/// Sets the field at `pointer`, or removes it.
fn set(document: &mut Value, pointer: &str, value: Option<Value>) {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match document.pointer_mut(parent).unwrap() {
        Value::Object(fields) => match value {
            Some(value) => drop(fields.insert(name.to_owned(), value)),
            None => drop(fields.remove(name).unwrap()),
        },
        Value::Array(items) => items[name.parse::<usize>().unwrap()] = value.unwrap(),
        other => panic!("{pointer} is in {other}"),
    }
}

#[test]
fn each_wrong_field_is_named() {
    let mut messages = Vec::new();
    for (pointer, value, expected) in wrong() {
        let mut document = sound();
        set(&mut document, pointer, value);
        let error = read(&document).unwrap_err();
        assert!(error.starts_with(expected), "{pointer}: {error}");
        messages.push(error);
    }
    assert_eq!(messages.len(), 42);
}

#[test]
fn keys_are_shared_by_nobody() {
    for (from, to) in [
        ("/people/0/keys/0", "/people/0/keys/1"),
        ("/people/0/keys/0", "/people/1/keys/0"),
        ("/people/1/keys/0", "/services/0/keys/0"),
    ] {
        let mut document = sound();
        let key = document.pointer(from).unwrap().clone();
        set(&mut document, to, Some(key));
        let error = read(&document).unwrap_err();
        assert_eq!(
            error,
            format!(
                "`{to}` is the same key as `{from}`; each key belongs to one person or service"
            )
        );
    }
}

#[test]
fn what_is_no_strict_json_or_too_long_is_refused() {
    let text = sound().to_string();
    let twice = text.replacen('{', "{\"version\":3,", 1);
    for (bytes, expected) in [
        (Vec::new(), "not strict JSON"),
        (b"{".to_vec(), "not strict JSON"),
        (twice.into_bytes(), "duplicate key `version`"),
        (b"[]".to_vec(), "`/`: "),
        (b"\"x\"".to_vec(), "`/`: "),
        (
            vec![b' '; MAX_TRUST_BYTES + 1],
            "the document has 524289 bytes; the limit is 524288",
        ),
    ] {
        let error = Trust::read(&bytes).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
        assert!(matches!(Stored::read(&bytes), Err(ChainError::Trust(_))));
    }
    let long = vec![b' '; MAX_TRUST_FILE_BYTES + 1];
    let error = Stored::read(&long).unwrap_err().to_string();
    assert!(
        error.contains(&format!("the limit is {MAX_TRUST_FILE_BYTES}")),
        "{error}"
    );
}
