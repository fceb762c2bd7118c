use cavra::keys::SigningKey;
use cavra::keys::dsse::Envelope;
use cavra::trust::Trust;
use cavra::trust::chain::Stored;
use cavra::trust::document::{MEDIA_TYPE, Person, PersonRole, SCHEMA_VERSION, TrustFile};
use serde_json::{Value, json};

pub(crate) fn key(name: &str) -> SigningKey {
    SigningKey::generate(name.parse().unwrap()).unwrap()
}

/// A person with every role and these keys.
pub(crate) fn person(id: &str, keys: &[&SigningKey]) -> Person {
    Person {
        id: id.to_owned(),
        aliases: vec![format!("actor:{id}")],
        groups: vec!["Platform Security".to_owned()],
        keys: keys.iter().map(|key| key.verifying_key().clone()).collect(),
        roles: PersonRole::ALL.to_vec(),
    }
}

pub(crate) fn file(version: u32, min_signers: u32, people: Vec<Person>) -> TrustFile {
    TrustFile {
        schema_version: SCHEMA_VERSION.to_owned(),
        version,
        expires: "2027-01-01T00:00:00Z".parse().unwrap(),
        min_signers,
        people,
        services: Vec::new(),
    }
}

/// The envelope of a trust file, as it would be kept.
pub(crate) fn signed(file: &TrustFile, keys: &[&SigningKey]) -> Stored {
    let trust = Trust::of(file.clone()).unwrap();
    let (first, others) = keys.split_first().unwrap();
    let mut envelope = Envelope::sign(MEDIA_TYPE, trust.canonical(), first).unwrap();
    for key in others {
        envelope.add_signature(key).unwrap();
    }
    Stored::read(&serde_json::to_vec(&envelope).unwrap()).unwrap()
}

pub(crate) fn keys(count: usize) -> Vec<String> {
    let keys = (0..count).map(|_| key("example.org/k").verifying_key().to_string());
    keys.collect()
}

/// A sound trust file of two people and a service.
pub(crate) fn sound() -> Value {
    let keys = keys(4);
    json!({
        "schema_version": SCHEMA_VERSION,
        "version": 3,
        "expires": "2027-01-01T00:00:00Z",
        "min_signers": 2,
        "people": [
            {
                "id": "ada", "aliases": ["ada@example.org", "uid:1000"],
                "groups": ["Platform Security", "Repository Owners"],
                "keys": [keys[0], keys[1]], "roles": ["approve", "trust"],
            },
            {
                "id": "bo", "aliases": [], "groups": [], "keys": [keys[2]],
                "roles": ["trust", "explain"],
            },
        ],
        "services": [{"id": "gate.example.org", "keys": [keys[3]], "roles": ["gate"]}],
    })
}

pub(crate) fn read(value: &Value) -> Result<Trust, String> {
    Trust::read(value.to_string().as_bytes()).map_err(|error| error.to_string())
}
