//! A readiness packet: reading, its written form, and that nothing is ready for live use that nobody whose
//! signature counts has signed.

#![no_main]

use cavra::readiness::packet;
use cavra::readiness::assessment::{Given, readiness};
use jiff::Timestamp;
use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|input: &[u8]| -> Corpus {
    if let Ok((packet, value)) = packet::read(input) {
        let text = packet.text().expect("what was read is written");
        let (again, same) = packet::read(text.as_bytes()).expect("what was written is read");
        assert_eq!((again, same), (packet, value));
    }
    for require_live in [false, true] {
        let given = Given {
            require_live,
            now: Timestamp::MAX,
            ..Given::default()
        };
        let result = readiness(input, &given);
        assert!(!result.ready_for_live_policy_lifecycle);
        assert_eq!(result.blocker_count, result.blockers().count());
        assert!(result.blocker_count > 0 || !require_live);
    }
    Corpus::Keep
});
