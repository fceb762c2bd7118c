//! Whatever was altered: a trust file is read in one form or refused, and a signed one counts only if
//! enough of its people signed exactly it.

use cavra::trust::Trust;
use cavra::trust::chain::Stored;
use proptest::prelude::*;

use super::altered::{alterations, altered};
use super::support::{file, key, person, signed};

proptest! {
    #[test]
    fn an_altered_trust_file_is_read_in_one_form_or_refused(alterations in alterations()) {
        let ada = key("example.org/ada");
        let trust = Trust::of(file(1, 1, vec![person("ada", &[&ada])])).unwrap();
        let bytes = altered(trust.canonical(), &alterations);
        if let Ok(stored) = Stored::read(&bytes) {
            let again = Trust::read_signed(stored.trust().canonical()).unwrap();
            prop_assert_eq!(&again, stored.trust());
            prop_assert!(again.keys().all(|key| again.holder(key).is_some()));
        }
    }

    #[test]
    fn an_altered_signed_trust_file_is_no_other_file(alterations in alterations()) {
        let (ada, bo) = (key("example.org/ada"), key("example.org/bo"));
        let people = || vec![person("ada", &[&ada]), person("bo", &[&bo])];
        let current = Trust::of(file(1, 2, people())).unwrap();
        let next = signed(&file(2, 2, people()), &[&ada, &bo]);
        let envelope = serde_json::to_vec(next.envelope().unwrap()).unwrap();
        let link = Stored::read(&altered(&envelope, &alterations)).map(|it| it.after(&current));
        if let Ok(Ok(link)) = link {
            prop_assert_eq!(&link.trust, next.trust());
        }
    }

    #[test]
    fn any_bytes_are_no_trust_file(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(Stored::read(&bytes).is_err());
    }
}
