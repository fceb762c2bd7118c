use std::collections::BTreeSet;

use cavra::canonical::Digest;
use cavra::change::approval::{self, Answer, Approval, ApprovalStatement};
use cavra::change::approval_status::ApprovalStatus;
use cavra::change::request::{
    self, CandidateDigests, ChangeKind, ChangeRequest, EngineIdentity, EvidenceDigest, Replaced,
    SCHEMA_VERSION,
};
use cavra::change::requested::{Expected, Requested};
use cavra::change::signed::SignedDocument;
use cavra::keys::SigningKey;
use cavra::keys::dsse::Envelope;
use cavra::policy::promotion::Criteria;
use cavra::trust::Trust;
use cavra::trust::document::{self, Person, PersonRole, Service, ServiceRole, TrustFile};
use jiff::Timestamp;
use uuid::Uuid;

pub(crate) const SECURITY: &str = "Platform Security";
pub(crate) const OWNERS: &str = "Repository Owners";

pub(crate) fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The time as of which the tests judge.
pub(crate) fn now() -> Timestamp {
    time("2026-11-29T12:00:00Z")
}

pub(crate) fn key(name: &str) -> SigningKey {
    SigningKey::generate(format!("example.org/{name}").parse().unwrap()).unwrap()
}

pub(crate) fn digest(text: &str) -> Digest {
    Digest::of(text.as_bytes())
}

/// Everybody who takes part, with their keys.
pub(crate) struct Cast {
    pub(crate) ada: SigningKey,
    pub(crate) bo: SigningKey,
    pub(crate) bo_second: SigningKey,
    pub(crate) cy: SigningKey,
    pub(crate) dee: SigningKey,
    pub(crate) eve: SigningKey,
    pub(crate) gate: SigningKey,
}

fn person(id: &str, groups: &[&str], keys: &[&SigningKey], roles: &[PersonRole]) -> Person {
    Person {
        id: id.to_owned(),
        aliases: vec![format!("{id}@example.org")],
        groups: groups.iter().map(ToString::to_string).collect(),
        keys: keys.iter().map(|key| key.verifying_key().clone()).collect(),
        roles: roles.to_vec(),
    }
}

impl Cast {
    pub(crate) fn new() -> Self {
        let [ada, bo, bo_second, cy, dee, eve, gate] =
            ["ada", "bo", "bo2", "cy", "dee", "eve", "gate"].map(key);
        Self {
            ada,
            bo,
            bo_second,
            cy,
            dee,
            eve,
            gate,
        }
    }

    /// Ada asks. Bo approves for security and has two keys, Cy for the owners. Dee may only
    /// explain, and Eve approves for another group.
    pub(crate) fn file(&self) -> TrustFile {
        let approve = [PersonRole::Approve, PersonRole::Trust];
        TrustFile {
            schema_version: document::SCHEMA_VERSION.to_owned(),
            version: 1,
            expires: time("2027-01-01T00:00:00Z"),
            min_signers: 1,
            people: vec![
                person("ada", &[SECURITY, OWNERS], &[&self.ada], &approve),
                person("bo", &[SECURITY], &[&self.bo, &self.bo_second], &approve),
                person("cy", &[OWNERS], &[&self.cy], &approve),
                person("dee", &[SECURITY], &[&self.dee], &[PersonRole::Explain]),
                person("eve", &["Marketing"], &[&self.eve], &approve),
            ],
            services: vec![Service {
                id: "gate".to_owned(),
                keys: vec![self.gate.verifying_key().clone()],
                roles: vec![ServiceRole::Gate],
            }],
        }
    }

    pub(crate) fn trust(&self) -> Trust {
        Trust::of(self.file()).unwrap()
    }

    /// Ada's request, as a verified one.
    pub(crate) fn requested(&self, request: &ChangeRequest) -> Requested {
        let envelope = signed(request, &self.ada);
        Requested::verify(&envelope, &self.trust(), Expected::default(), now()).unwrap()
    }
}

/// A sound request of Ada's, which needs two approvals.
pub(crate) fn request() -> ChangeRequest {
    ChangeRequest {
        schema_version: SCHEMA_VERSION.to_owned(),
        request_id: Uuid::now_v7(),
        kind: ChangeKind::Promotion,
        candidate: CandidateDigests {
            bundle_digest: digest("bundle"),
            policy_digest: digest("policy"),
            effective_digest: digest("to"),
            cases_digest: digest("cases"),
        },
        replaces: Replaced {
            journal_origin: "example.org/production".to_owned(),
            log_key_id: "1ade6455".to_owned(),
            effective_digest: digest("from"),
            activation_index: 7,
        },
        engine: engine(),
        criteria: Criteria {
            approvals_required: 2,
            max_evidence_age_hours: Some(48),
            ..Criteria::STANDARD
        },
        evidence: vec![EvidenceDigest {
            name: "shadow_report".to_owned(),
            digest: digest("report"),
        }],
        removed_cases: Vec::new(),
        requested_by: "ada".to_owned(),
        reason: "developers may run the tests".to_owned(),
        expires_at: time("2026-12-01T00:00:00Z"),
        rollback_until: None,
    }
}

pub(crate) fn engine() -> EngineIdentity {
    EngineIdentity {
        cavra_version: "0.1.0".to_owned(),
        base_rules_digest: digest("base"),
        facts_version: "cavra.facts.v3".to_owned(),
    }
}

pub(crate) fn signed(request: &ChangeRequest, key: &SigningKey) -> Envelope {
    let bytes = request.to_signed_bytes().unwrap();
    Envelope::sign(request::MEDIA_TYPE, &bytes, key).unwrap()
}

/// What `approver` answers to `requested`, given an hour ago and good for a day.
pub(crate) fn answer(requested: &Requested, approver: &str, decision: Answer) -> Approval {
    Approval {
        request_digest: requested.digest,
        from_effective_digest: requested.request.replaces.effective_digest,
        to_effective_digest: requested.request.candidate.effective_digest,
        decision,
        reason: "looked at it".to_owned(),
        approver: approver.to_owned(),
        decided_at: time("2026-11-29T11:00:00Z"),
        expires_at: time("2026-11-30T11:00:00Z"),
    }
}

pub(crate) fn envelope(answer: Approval, key: &SigningKey) -> Envelope {
    let bytes = ApprovalStatement::of(answer).to_signed_bytes().unwrap();
    Envelope::sign(approval::MEDIA_TYPE, &bytes, key).unwrap()
}

pub(crate) fn groups() -> BTreeSet<String> {
    [SECURITY, OWNERS].map(str::to_owned).into()
}

/// The state of the request after these answers.
pub(crate) fn approval_status(
    cast: &Cast,
    requested: &Requested,
    answers: &[Envelope],
) -> ApprovalStatus {
    ApprovalStatus::of(requested, answers, &cast.trust(), &groups(), now())
}
