//! One document: its kind, its verifier and what came out.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use super::kind::Kind;
use super::subject::Subject;
use super::{Found, TrustUsed, VerifyArgs};
use crate::approval::answer::{self, ActionApproval};
use crate::canonical::{Digest, parse_strict};
use crate::causes::in_line;
use crate::change::acknowledgement::AcknowledgementStatement;
use crate::change::approval::{ApprovalStatement, SUBJECT_NAME};
use crate::change::break_glass::VerifiedBreakGlass;
use crate::change::requested::{Expected, Requested};
use crate::change::signed::SignedDocument;
use crate::change::withdrawal::WithdrawalStatement;
use crate::cli::commands::policy::readiness::assess::{self, Asked};
use crate::cli::error::CliError;
use crate::cli::global::GlobalArgs;
use crate::cli::named_files;
use crate::cli::packs::{Packs, PolicyArgs};
use crate::cli::trust_file::TrustArgs;
use crate::journal::merkle_log::{ConsistencyProof, InclusionProof};
use crate::keys::dsse::Envelope;
use crate::readiness::assessment::Status;
use crate::readiness::packet::{self, EvidenceMode, MAX_PACKET_BYTES};
use crate::readiness::verdict::{self, Statement, StatementError};
use crate::shadow::compare::explanation::{self, Explanation};
use crate::shadow::report;
use crate::shadow::report::signed::SignedReport;
use crate::trust::Trust;
use crate::trust::chain::Stored;
use crate::trust::document::{PersonRole, ServiceRole};

/// Bytes of a document: a packet is the largest.
const MAX_DOCUMENT_BYTES: usize = MAX_PACKET_BYTES;

/// Verifies documents by one trust file as of one time.
pub(super) struct Verifier<'a> {
    global: &'a GlobalArgs,
    args: &'a TrustArgs,
    rehearsals: &'a [PathBuf],
    at: Timestamp,
    trust: Option<Trust>,
    /// The trust files that documents were checked with.
    used: BTreeSet<TrustUsed>,
}

/// The proofs of a journal, which another command checks.
const PROOFS: [&str; 2] = [
    InclusionProof::SCHEMA_VERSION,
    ConsistencyProof::SCHEMA_VERSION,
];

/// What a document is about, and whose signatures on it count.
struct Valid {
    subject: Subject,
    /// The request that an answer is for.
    approval_id: Option<Uuid>,
    signers: Vec<String>,
}

impl Valid {
    fn new(subject: impl Into<Subject>, signers: Vec<String>) -> Self {
        Self {
            subject: subject.into(),
            approval_id: None,
            signers,
        }
    }
}

/// Why a document is not valid.
type Problem = String;

impl<'a> Verifier<'a> {
    pub(super) fn new(global: &'a GlobalArgs, args: &'a VerifyArgs, at: Timestamp) -> Self {
        Self {
            global,
            args: &args.trust,
            rehearsals: &args.rehearsal,
            at,
            trust: None,
            used: BTreeSet::new(),
        }
    }

    /// The trust files that were needed: one at most, save for the example packet's own.
    pub(super) fn trust_files(self) -> Vec<TrustUsed> {
        self.used.into_iter().collect()
    }

    /// Verifies the document in `file`.
    pub(super) fn document(&mut self, file: &Path, args: &VerifyArgs) -> Result<Found, CliError> {
        let bytes = named_files::read(file, MAX_DOCUMENT_BYTES)?;
        let parsed = parse_strict(&bytes);
        let value = parsed.as_ref().ok();
        let is_envelope = value.is_some_and(|it| it.get("payloadType").is_some());
        let envelope = is_envelope.then(|| Envelope::read(&bytes));
        let kind = match (&envelope, &value) {
            (Some(Ok(envelope)), _) => Kind::in_envelope(envelope),
            (None, Some(value)) => Kind::of_plain(value),
            _ => None,
        };
        let found = match (kind, envelope) {
            (Some(kind), _) if args.expect.is_some_and(|wanted| wanted != kind) => {
                Err("the document is of another kind than `--expect` says".to_owned())
            }
            (Some(Kind::Trust), _) => {
                let counts = match self.args.find()? {
                    Some(_) => Some(self.trust()?),
                    None => None,
                };
                self.trust_file(&bytes, counts.as_ref(), args.subject)
            }
            (Some(Kind::Packet | Kind::SamplePacket), _) => self.packet(&bytes)?,
            (Some(kind), Some(Ok(envelope))) => {
                let trust = self.trust()?;
                self.signed(kind, &envelope, &trust)
            }
            (_, Some(Err(error))) => Err(in_line(&error)),
            _ => Err(unknown(&parsed)),
        };
        let found = found.and_then(|valid| match args.subject {
            Some(wanted) if wanted != valid.subject => Err(format!(
                "the document is about {}, not {wanted}",
                valid.subject
            )),
            _ => Ok(valid),
        });
        Ok(outcome(file, kind, found))
    }

    fn trust(&mut self) -> Result<Trust, CliError> {
        if let Some(trust) = &self.trust {
            return Ok(trust.clone());
        }
        let trust = self.args.load()?.trust;
        self.used.insert(TrustUsed {
            digest: trust.digest(),
            is_example: false,
        });
        self.trust = Some(trust.clone());
        Ok(trust)
    }

    /// A trust file: the one that counts, or the signed successor of it. Where none counts, one that its
    /// own people signed, or that has the digest that the caller knows.
    fn trust_file(
        &self,
        bytes: &[u8],
        counts: Option<&Trust>,
        known: Option<Subject>,
    ) -> Result<Valid, Problem> {
        let link = Stored::read(bytes).and_then(|file| {
            let found = file.trust().digest();
            match counts.filter(|trust| trust.digest() != found) {
                Some(trust) => file.after(trust),
                None => file.first(None),
            }
        });
        let link = link.map_err(|error| in_line(&error))?;
        self.in_time(&link.trust)?;
        let digest = link.trust.digest();
        if counts.is_none() && link.by_own.is_empty() && known != Some(digest.into()) {
            return Err(format!(
                "nothing vouches for the trust file: nobody signed it, and no trust file of yours counts; \
                 name the one that counts by `--trust FILE`, or get the digest from somebody who knows it \
                 and give it by `--subject` (this file has {digest})"
            ));
        }
        Ok(Valid::new(digest, link.by_own))
    }

    fn in_time(&self, trust: &Trust) -> Result<(), Problem> {
        match trust.is_expired(self.at) {
            true => Err(format!(
                "the trust file expired at {}",
                trust.file().expires
            )),
            false => Ok(()),
        }
    }

    fn signed(&self, kind: Kind, envelope: &Envelope, trust: &Trust) -> Result<Valid, Problem> {
        self.in_time(trust)?;
        match kind {
            Kind::Request => {
                let found = Requested::verify(envelope, trust, Expected::default(), self.at);
                let found = found.map_err(|error| in_line(&error))?;
                Ok(Valid::new(
                    found.request.candidate.effective_digest,
                    vec![found.requester],
                ))
            }
            Kind::Approval | Kind::Rejection => {
                let found = ApprovalStatement::verify(envelope, trust, self.at);
                let found = found.map_err(|error| in_line(&error))?;
                let subject = found.document.predicate.to_effective_digest;
                Ok(Valid::new(subject, vec![found.person.id.clone()]))
            }
            Kind::BreakGlass => {
                let found = VerifiedBreakGlass::verify(envelope, trust, self.at);
                let found = found.map_err(|error| in_line(&error))?;
                Ok(Valid::new(
                    found.statement.bundle_digest,
                    vec![found.person],
                ))
            }
            Kind::Withdrawal => {
                let found = WithdrawalStatement::verify_signature(envelope, trust, self.at);
                let found = found.map_err(|error| in_line(&error))?;
                let subject = found.document.predicate.to_effective_digest;
                Ok(Valid::new(subject, vec![found.person.id.clone()]))
            }
            Kind::Acknowledgement => {
                let found = AcknowledgementStatement::verify_signature(envelope, trust, self.at);
                let found = found.map_err(|error| in_line(&error))?;
                let subject = found.document.predicate.to_effective_digest;
                Ok(Valid::new(subject, vec![found.person.id.clone()]))
            }
            Kind::ActionApproval | Kind::ActionDenial | Kind::ActionCancellation => {
                answered(envelope, trust, self.at)
            }
            Kind::ShadowReport => shadow_report(envelope, trust),
            Kind::Explanation => explained(envelope, trust),
            Kind::Verdict => by_gate(envelope, trust, |payload| {
                let verdict = Statement::read_verdict(payload)?;
                Ok(verdict.subject(SUBJECT_NAME))
            }),
            Kind::TestResult => by_gate(envelope, trust, |payload| {
                let result = Statement::read_test_result(payload)?;
                Ok(result.subject(SUBJECT_NAME))
            }),
            Kind::Trust | Kind::Packet | Kind::SamplePacket => {
                Err("the document is not signed this way".to_owned())
            }
        }
    }

    fn packet(&mut self, bytes: &[u8]) -> Result<Result<Valid, Problem>, CliError> {
        let packet = match packet::read(bytes) {
            Ok((packet, _)) => packet,
            Err(errors) => {
                let errors: Vec<String> = errors.iter().map(|error| in_line(error)).collect();
                return Ok(Err(errors.join("; ")));
            }
        };
        let live = packet.evidence_mode == EvidenceMode::Live;
        let packs = Packs::to_author(self.global)?;
        let asked = Asked {
            policy: &PolicyArgs::default(),
            trust: self.args,
            require_live: live,
            rehearsals: self.rehearsals,
        };
        let result = assess::check_bytes(packs, bytes, asked)?;
        let (digest, is_example) = (result.trust_digest, result.trust_is_example);
        self.used
            .extend(digest.map(|digest| TrustUsed { digest, is_example }));
        if result.status != Status::Blocked {
            return Ok(Ok(Valid::new(
                packet.version_manifest.effective_digest,
                result.signers,
            )));
        }
        let blockers = result
            .blockers()
            .map(|it| format!("{}: {}", it.name, it.message));
        let blockers: Vec<String> = blockers.collect();
        Ok(Err(format!(
            "the packet is blocked: {}",
            blockers.join("; ")
        )))
    }
}

/// What a document is that nothing can verify.
fn unknown(document: &serde_json::Result<Value>) -> String {
    let document = match document {
        Ok(document) => document,
        Err(error) => return format!("is not JSON: {error}"),
    };
    let named = |field| document.get(field).and_then(Value::as_str);
    if named("schema_version") == Some(report::SCHEMA_VERSION) {
        return "the document is a shadow report without a signature; `cavra shadow sign` signs it"
            .to_owned();
    }
    if PROOFS.map(Some).contains(&named("schema_version")) {
        return "the document is a proof of a journal; use `cavra journal check-proof`".to_owned();
    }
    "the document is of no kind that `cavra verify` knows".to_owned()
}

/// An answer to a request for an action, which is bound to what it says itself.
fn answered(envelope: &Envelope, trust: &Trust, at: Timestamp) -> Result<Valid, Problem> {
    let claimed = ActionApproval::unverified(envelope).map_err(|error| in_line(&error))?;
    let found = answer::verify(envelope, &claimed.binding, trust, at);
    let (answer, person) = found.map_err(|error| in_line(&error))?;
    Ok(Valid {
        subject: Subject::Action(answer.binding.action),
        approval_id: Some(answer.binding.approval_id),
        signers: vec![person.id.clone()],
    })
}

fn shadow_report(envelope: &Envelope, trust: &Trust) -> Result<Valid, Problem> {
    let opened = SignedReport::open(envelope, trust).map_err(|error| in_line(&error))?;
    Ok(Valid::new(
        opened.report.candidate.effective_digest,
        opened.services,
    ))
}

fn explained(envelope: &Envelope, trust: &Trust) -> Result<Valid, Problem> {
    let signed = envelope.signed_by(explanation::MEDIA_TYPE, trust.keys());
    let signed = signed.map_err(|error| in_line(&error))?;
    let people = trust.people_with(PersonRole::Explain, &signed.keys);
    if people.is_empty() {
        return Err("no person with the role `explain` signed the explanation".to_owned());
    }
    let explanation = Explanation::read(&signed.payload).map_err(|error| in_line(&error))?;
    Ok(Valid::new(
        explanation.candidate,
        people.into_iter().map(|it| it.id.clone()).collect(),
    ))
}

/// A Statement that a gate signed. `subject` reads it, and gives the candidate's effective digest.
fn by_gate(
    envelope: &Envelope,
    trust: &Trust,
    subject: impl Fn(&[u8]) -> Result<Option<Digest>, StatementError>,
) -> Result<Valid, Problem> {
    let signed = envelope.signed_by(verdict::MEDIA_TYPE, trust.keys());
    let signed = signed.map_err(|error| in_line(&error))?;
    let services = trust.services_with(ServiceRole::Gate, &signed.keys);
    if services.is_empty() {
        return Err("no service with the role `gate` signed the Statement".to_owned());
    }
    let subject = subject(&signed.payload).map_err(|error| in_line(&error))?;
    let subject =
        subject.ok_or_else(|| format!("the Statement has no subject `{SUBJECT_NAME}`"))?;
    Ok(Valid::new(
        subject,
        services.into_iter().map(|it| it.id.clone()).collect(),
    ))
}

fn outcome(file: &Path, kind: Option<Kind>, found: Result<Valid, Problem>) -> Found {
    let found = found.map(|valid| (Some(valid.subject), valid.approval_id, valid.signers));
    let (problem, (subject, approval_id, signers)) = match found {
        Ok(valid) => (None, valid),
        Err(problem) => (Some(problem), (None, None, Vec::new())),
    };
    Found {
        file: file.to_owned(),
        valid: problem.is_none(),
        kind,
        subject,
        approval_id,
        signers,
        problem,
    }
}
