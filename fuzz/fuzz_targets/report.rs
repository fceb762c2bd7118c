//! A shadow report, and the Statements of a gate: reading, and their canonical form.

#![no_main]

use cavra::readiness::verdict::Statement;
use cavra::policy::promotion::Criteria;
use cavra::shadow::compare::explanation::Explanation;
use cavra::shadow::report::Report;
use jiff::Timestamp;
use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|input: &[u8]| -> Corpus {
    if let Ok(report) = serde_json::from_slice::<Report>(input) {
        let bytes = report.to_canonical_bytes().expect("what was read is written");
        assert!(serde_json::from_slice::<Report>(&bytes).is_ok());
        assert!(report.loosened_groups().all(|group| report.has_group(group.id)));
        let is_evidence = report.check_evidence(&Criteria::STANDARD).is_ok();
        assert!(!is_evidence || report.contradictions().is_empty());
        let _ = report.check_age(&Criteria::STANDARD, Timestamp::MAX);
    }
    if let Ok(statement) = Statement::read_verdict(input) {
        assert_eq!(statement.to_signed_bytes().expect("it was read"), input);
    }
    if let Ok(statement) = Statement::read_test_result(input) {
        assert_eq!(statement.to_signed_bytes().expect("it was read"), input);
    }
    if let Ok(explanation) = Explanation::read(input) {
        let bytes = explanation.to_canonical_bytes().expect("it was read");
        assert_eq!(Explanation::read(&bytes).expect("it was written"), explanation);
    }
    Corpus::Keep
});
