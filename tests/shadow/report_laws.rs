//! Whatever was altered: a report is read or refused, and no altered one is evidence that contradicts itself.

use cavra::keys::dsse::Envelope;
use cavra::policy::promotion::Criteria;
use cavra::shadow::report::{MEDIA_TYPE, Report};
use jiff::Timestamp;
use proptest::prelude::*;

use super::altered::{alterations, altered};

const SIGNED: &[u8] = include_bytes!("../data/golden/shadow-report.dsse.json");

fn payload() -> Vec<u8> {
    let envelope = Envelope::read(SIGNED).unwrap();
    envelope.unverified(MEDIA_TYPE).unwrap()
}

#[test]
fn the_sound_report_is_read() {
    let report: Report = serde_json::from_slice(&payload()).unwrap();
    assert_eq!(report.to_canonical_bytes().unwrap(), payload());
}

proptest! {
    #[test]
    fn an_altered_report_is_judged_or_refused(alterations in alterations()) {
        let bytes = altered(&payload(), &alterations);
        let Ok(report) = serde_json::from_slice::<Report>(&bytes) else {
            return Ok(());
        };
        let written = report.to_canonical_bytes().unwrap();
        prop_assert!(serde_json::from_slice::<Report>(&written).is_ok());
        prop_assert!(report.loosened_groups().all(|group| report.has_group(group.id)));
        let is_evidence = report.check_evidence(&Criteria::STANDARD).is_ok();
        prop_assert!(!is_evidence || report.contradictions().is_empty());
        let _ = report.check_age(&Criteria::STANDARD, Timestamp::MAX);
    }
}
