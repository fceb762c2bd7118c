//! A bundle of a pack and its ancestors: reading, its canonical form, and the policy that it gives.

#![no_main]

use cavra_fuzz::canonical::{read_canonical, to_canonical_bytes};
use cavra_fuzz::policy::bundle::Bundle;
use libfuzzer_sys::{Corpus, fuzz_target};

/// Bytes of an input that is read.
const MAX_BYTES: usize = 1024 * 1024;

fuzz_target!(|input: &[u8]| -> Corpus {
    let Ok(bundle) = read_canonical::<Bundle>(input, MAX_BYTES) else {
        return Corpus::Keep;
    };
    let written = to_canonical_bytes(&bundle).expect("what was read is written");
    assert_eq!(written, input, "one form only");
    assert!(bundle.digest().is_ok());
    let policy = || bundle.effective().map(|pack| pack.policy_digest);
    assert_eq!(policy(), policy(), "twice the same");
    Corpus::Keep
});
