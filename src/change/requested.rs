//! Whether a request was signed by its requester, and is about what is expected.

use jiff::Timestamp;

use super::error::{OtherTo, RequestRefusal};
use super::request::{CandidateDigests, ChangeRequest, EngineIdentity, Replaced};
use super::signed::SignedDocument;
use crate::canonical::Digest;
use crate::keys::dsse::Envelope;
use crate::policy::promotion::Criteria;
use crate::trust::Trust;

/// A request that a person of the trust file signed as its requester.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requested {
    /// The request.
    pub request: ChangeRequest,
    /// SHA-256 over the bytes that were signed.
    pub digest: Digest,
    /// The id of the requester.
    pub requester: String,
}

/// What a request must be about. What is absent is not compared.
#[derive(Debug, Clone, Copy, Default)]
pub struct Expected<'a> {
    /// The candidate's files, cases and all that decides.
    pub candidate: Option<&'a CandidateDigests>,
    /// What is in force, and where.
    pub replaces: Option<&'a Replaced>,
    /// The engine that judges.
    pub engine: Option<&'a EngineIdentity>,
    /// The criteria that the request's must not be looser than.
    pub criteria: Option<Criteria>,
}

impl Requested {
    /// Verifies a request as of the time `at`.
    ///
    /// # Errors
    /// With the first reason why the request doesn't count.
    pub fn verify(
        envelope: &Envelope,
        trust: &Trust,
        expected: Expected<'_>,
        at: Timestamp,
    ) -> Result<Self, RequestRefusal> {
        let verified = ChangeRequest::verify_signature(envelope, trust, at)?;
        expected.compare(&verified.document)?;
        Ok(Self {
            request: verified.document,
            digest: verified.digest,
            requester: verified.person.id.clone(),
        })
    }

    /// Whether a statement that names the effective digest `found` is about the request's candidate.
    pub(super) fn check_candidate(&self, found: Digest) -> Result<(), OtherTo> {
        let wanted = self.request.candidate.effective_digest;
        match found == wanted {
            true => Ok(()),
            false => Err(OtherTo { found, wanted }),
        }
    }
}

impl Expected<'_> {
    fn compare(&self, request: &ChangeRequest) -> Result<(), RequestRefusal> {
        if let Some(wanted) = self.candidate {
            same_candidate(&request.candidate, wanted)?;
        }
        if let Some(wanted) = self.replaces {
            same_place(&request.replaces, wanted)?;
        }
        if let Some(wanted) = self.engine {
            same_engine(&request.engine, wanted)?;
        }
        match self.criteria {
            Some(wanted) => as_strict(&request.criteria, &wanted),
            None => Ok(()),
        }
    }
}

/// Names the first number that is looser.
fn as_strict(found: &Criteria, wanted: &Criteria) -> Result<(), RequestRefusal> {
    match found.first_looser(wanted, "criteria") {
        Some((found, wanted)) => Err(RequestRefusal::LooserCriteria {
            field: found.path,
            found: found.value.to_string(),
            wanted: wanted.value.to_string(),
        }),
        None => Ok(()),
    }
}

fn same_candidate(
    found: &CandidateDigests,
    wanted: &CandidateDigests,
) -> Result<(), RequestRefusal> {
    match found.differences(wanted).next() {
        Some((field, found, wanted)) => Err(RequestRefusal::OtherCandidate {
            field,
            found,
            wanted,
        }),
        None => Ok(()),
    }
}

fn same_place(found: &Replaced, wanted: &Replaced) -> Result<(), RequestRefusal> {
    let authority = |it: &Replaced| format!("{}+{}", it.journal_origin, it.log_key_id);
    if authority(found) != authority(wanted) {
        return Err(RequestRefusal::OtherAuthority {
            found: authority(found),
            wanted: authority(wanted),
        });
    }
    match found == wanted {
        true => Ok(()),
        false => Err(RequestRefusal::OtherInForce {
            found: found.effective_digest,
            found_index: found.activation_index,
            wanted: wanted.effective_digest,
            wanted_index: wanted.activation_index,
        }),
    }
}

fn same_engine(found: &EngineIdentity, wanted: &EngineIdentity) -> Result<(), RequestRefusal> {
    let fields = |engine: &EngineIdentity| {
        [
            ("cavra_version", engine.cavra_version.clone()),
            ("base_rules_digest", engine.base_rules_digest.to_string()),
            ("facts_version", engine.facts_version.clone()),
        ]
    };
    for ((field, found), (_, wanted)) in fields(found).into_iter().zip(fields(wanted)) {
        if found != wanted {
            return Err(RequestRefusal::OtherEngine {
                field,
                found,
                wanted,
            });
        }
    }
    Ok(())
}
