//! Whatever was altered: a signed document is read in one form or refused, and none is believed that says
//! something else than what was signed.

use cavra::change::acknowledgement::AcknowledgementStatement;
use cavra::change::approval::{Answer, ApprovalStatement};
use cavra::change::break_glass::BreakGlass;
use cavra::change::error::RequestError;
use cavra::change::request::ChangeRequest;
use cavra::change::requested::{Expected, Requested};
use cavra::change::signed::SignedDocument;
use cavra::change::withdrawal::{Withdrawal, WithdrawalStatement};
use cavra::keys::dsse::{Envelope, MAX_SIGNATURES};
use proptest::prelude::*;

use super::altered::{Alteration, alterations, altered};
use super::support::{Cast, answer, approval_status, digest, envelope, now, request, signed, time};
use super::{acknowledgements, break_glass};

/// Reads a document, and gives what would be signed.
type Read = fn(&[u8]) -> Result<Vec<u8>, RequestError>;

/// A sound document of each kind, and how it is read.
fn documents() -> Vec<(Vec<u8>, Read)> {
    let cast = Cast::new();
    let approval = answer(&cast.requested(&request()), "bo", Answer::Approve);
    let withdrawal = Withdrawal {
        request_digest: digest("request"),
        to_effective_digest: digest("to"),
        reason: "another is better".to_owned(),
        withdrawn_by: "ada".to_owned(),
        withdrawn_at: time("2026-11-29T11:00:00Z"),
    };
    vec![
        (request().to_signed_bytes().unwrap(), |bytes| {
            ChangeRequest::read(bytes)?.to_signed_bytes()
        }),
        (
            ApprovalStatement::of(approval).to_signed_bytes().unwrap(),
            |bytes| ApprovalStatement::read(bytes)?.to_signed_bytes(),
        ),
        (
            AcknowledgementStatement::of(acknowledgements::answer())
                .to_signed_bytes()
                .unwrap(),
            |bytes| AcknowledgementStatement::read(bytes)?.to_signed_bytes(),
        ),
        (
            WithdrawalStatement::of(withdrawal)
                .to_signed_bytes()
                .unwrap(),
            |bytes| WithdrawalStatement::read(bytes)?.to_signed_bytes(),
        ),
        (
            break_glass::statement().to_signed_bytes().unwrap(),
            |bytes| BreakGlass::read(bytes)?.to_signed_bytes(),
        ),
    ]
}

#[test]
fn a_sound_document_is_read() {
    for (document, read) in documents() {
        assert_eq!(read(&document).unwrap(), document);
    }
}

/// The envelope after these alterations, if it is one.
fn envelope_of(original: &Envelope, alterations: &[Alteration]) -> Option<Envelope> {
    let bytes = serde_json::to_vec(original).unwrap();
    let envelope = Envelope::read(&altered(&bytes, alterations)).ok()?;
    assert!(envelope.signature_count() <= MAX_SIGNATURES);
    let written = serde_json::to_vec(&envelope).unwrap();
    assert_eq!(Envelope::read(&written).unwrap(), envelope);
    Some(envelope)
}

proptest! {
    #[test]
    fn an_altered_document_is_read_in_one_form_or_refused(alterations in alterations()) {
        for (document, read) in documents() {
            let bytes = altered(&document, &alterations);
            if let Ok(signed) = read(&bytes) {
                prop_assert_eq!(signed, bytes);
            }
        }
    }

    #[test]
    fn an_altered_request_is_not_believed(alterations in alterations()) {
        let cast = Cast::new();
        let original = request();
        let Some(envelope) = envelope_of(&signed(&original, &cast.ada), &alterations) else {
            return Ok(());
        };
        let verified = Requested::verify(&envelope, &cast.trust(), Expected::default(), now());
        if let Ok(requested) = verified {
            prop_assert_eq!(requested.request, original);
        }
    }

    #[test]
    fn an_altered_approval_does_not_count(alterations in alterations()) {
        let cast = Cast::new();
        let requested = cast.requested(&request());
        let said = answer(&requested, "bo", Answer::Reject);
        let Some(envelope) = envelope_of(&envelope(said.clone(), &cast.bo), &alterations) else {
            return Ok(());
        };
        let status = approval_status(&cast, &requested, &[envelope]);
        prop_assert!(status.approvals.is_empty());
        for counted in status.rejections {
            prop_assert_eq!(&counted.answer, &said);
            prop_assert_eq!(counted.person, "bo");
        }
    }

    /// No bytes at all are read as a document.
    #[test]
    fn any_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        for (_, read) in documents() {
            prop_assert!(read(&bytes).is_err());
        }
        prop_assert!(Envelope::read(&bytes).is_err());
    }
}
