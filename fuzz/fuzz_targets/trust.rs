//! A trust file, signed or not: reading, its canonical form, and whose its keys are.

#![no_main]

use cavra_fuzz::trust::Trust;
use cavra_fuzz::trust::chain::Stored;
use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|input: &[u8]| -> Corpus {
    let Ok(stored) = Stored::read(input) else {
        return Corpus::Keep;
    };
    let trust = stored.trust();
    let again = Trust::read_signed(trust.canonical()).expect("what was written is read");
    assert_eq!(&again, trust);
    assert!(trust.keys().all(|key| trust.holder(key).is_some()));
    let names = trust.file().people.iter().map(|person| &person.id);
    assert!(
        names
            .into_iter()
            .all(|id| trust.person(id).is_some_and(|it| &it.id == id))
    );
    let signers = stored.signers(trust).unwrap_or_default().len();
    let enough = u32::try_from(signers).is_ok_and(|it| it >= trust.file().min_signers);
    let is_plain = stored.envelope().is_none();
    assert_eq!(stored.clone().first(None).is_ok(), is_plain || enough);
    Corpus::Keep
});
