//! A change request, an approval, an acknowledgement, a withdrawal or a break-glass statement: reading,
//! and its canonical form.

#![no_main]

use cavra_fuzz::change::signed::SignedDocument;
use cavra_fuzz::change::acknowledgement::AcknowledgementStatement;
use cavra_fuzz::change::approval::ApprovalStatement;
use cavra_fuzz::change::break_glass::BreakGlass;
use cavra_fuzz::change::request::ChangeRequest;
use cavra_fuzz::change::withdrawal::WithdrawalStatement;
use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|input: &[u8]| -> Corpus {
    if let Ok(request) = ChangeRequest::read(input) {
        let signed = request.to_signed_bytes().expect("what was read is sound");
        assert_eq!(signed, input, "one form only");
    }
    if let Ok(statement) = ApprovalStatement::read(input) {
        let signed = statement.to_signed_bytes().expect("what was read is sound");
        assert_eq!(signed, input, "one form only");
    }
    if let Ok(statement) = AcknowledgementStatement::read(input) {
        let signed = statement.to_signed_bytes().expect("what was read is sound");
        assert_eq!(signed, input, "one form only");
    }
    if let Ok(statement) = BreakGlass::read(input) {
        let signed = statement.to_signed_bytes().expect("what was read is sound");
        assert_eq!(signed, input, "one form only");
    }
    if let Ok(statement) = WithdrawalStatement::read(input) {
        let signed = statement.to_signed_bytes().expect("what was read is sound");
        assert_eq!(signed, input, "one form only");
    }
    Corpus::Keep
});
