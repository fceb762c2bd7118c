use cavra::keys::SigningKey;
use cavra::keys::dsse::Envelope;
use cavra::trust::Trust;
use cavra::trust::chain::Stored;
use cavra::trust::document::{MEDIA_TYPE, Person, PersonRole, SCHEMA_VERSION, TrustFile};

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
