//! A DSSE envelope: reading, its written form, and who signed it.

#![no_main]

use std::sync::LazyLock;

use cavra_fuzz::keys::dsse::{Envelope, MAX_SIGNATURES};
use cavra_fuzz::keys::SigningKey;
use libfuzzer_sys::{Corpus, fuzz_target};

/// A key that has signed none of the inputs.
static STRANGER: LazyLock<SigningKey> = LazyLock::new(|| {
    let name = "example.org/stranger".parse().expect("it is a name");
    SigningKey::generate(name).expect("there is randomness")
});

fuzz_target!(|input: &[u8]| -> Corpus {
    let Ok(envelope) = Envelope::read(input) else {
        return Corpus::Keep;
    };
    assert!(envelope.signature_count() <= MAX_SIGNATURES);
    let written = serde_json::to_vec(&envelope).expect("what was read is written");
    assert_eq!(Envelope::read(&written).expect("what was written is read"), envelope);
    let payload_type = envelope.payload_type();
    let keys = [STRANGER.verifying_key().clone()];
    assert!(envelope.open(payload_type, &keys).is_err());
    if let Ok(signed) = envelope.signed_by(payload_type, &keys) {
        assert!(signed.keys.is_empty());
        assert_eq!(envelope.unverified(payload_type), Ok(signed.payload));
    }
    assert!(envelope.unverified(&format!("{payload_type}+other")).is_err());
    Corpus::Keep
});
