//! A checkpoint of a journal, or a proof: reading, its written form, and that no stranger signed it.

#![no_main]

use std::sync::LazyLock;

use cavra_fuzz::keys::SigningKey;
use cavra_fuzz::merkle_log::{Proof, SignedCheckpoint};
use libfuzzer_sys::{Corpus, fuzz_target};

/// A key that has signed none of the inputs.
static STRANGER: LazyLock<SigningKey> = LazyLock::new(|| {
    let name = "example.org/stranger".parse().expect("it is a name");
    SigningKey::generate(name).expect("there is randomness")
});

fuzz_target!(|input: &[u8]| -> Corpus {
    let key = STRANGER.verifying_key();
    if let Ok(text) = std::str::from_utf8(input)
        && let Ok(note) = text.parse::<SignedCheckpoint>()
    {
        let again: SignedCheckpoint = note.as_str().parse().expect("what was written is read");
        assert_eq!(again, note);
        let checkpoint = note.unverified();
        let text = checkpoint.to_string();
        assert_eq!(&text.parse(), &Ok(checkpoint.clone()));
        assert!(note.open(key).is_err());
    }
    match Proof::parse(input) {
        Ok(Proof::Inclusion(proof)) => assert!(proof.check(key).is_err()),
        Ok(Proof::Consistency(proof)) => assert!(proof.check(key).is_err()),
        Err(_) => {}
    }
    Corpus::Keep
});
