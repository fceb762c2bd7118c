//! An encrypted key: reading, what it would cost to open, and its written form.

#![no_main]

use cavra_fuzz::keys::encrypted::EncryptedKey;
use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|input: &str| -> Corpus {
    // It isn't opened: a passphrase derivation that the limits admit may take seconds.
    let Ok(key) = input.parse::<EncryptedKey>() else {
        return Corpus::Keep;
    };
    assert!(EncryptedKey::is_meant_by(input));
    let text = key.to_text().expect("what was read is written");
    let again: EncryptedKey = text.parse().expect("what was written is read");
    assert_eq!(again, key);
    assert_eq!(again.to_text().expect("it is written again"), text);
    Corpus::Keep
});
