//! The request of a change, and whether enough people approved it.

use std::collections::BTreeSet;

use super::problem::Problem;
use super::{Entered, Verifier};
use crate::authority::gate::criteria::looser;
use crate::authority::gate::documents::Signed;
use crate::authority::gate::error::GateError;
use crate::authority::gate::judging::{engine_identity, missing_approvals};
use crate::authority::gate::reading;
use crate::authority::gate::recording::counted;
use crate::authority::gate::store::this_engine;
use crate::canonical::Digest;
use crate::causes::in_line;
use crate::change::approval_status::{ApprovalStatus, groups_that_approve};
use crate::change::limits::MAX_CHANGE_FILE_BYTES;
use crate::change::request::{ChangeKind, ChangeRequest};
use crate::change::requested::{Expected, Requested};
use crate::journal::record::LifecycleRecord;
use crate::journal::record::lifecycle::{BundleRef, EngineRef, ReplacedRef, TrustRef};
use crate::keys::dsse::Envelope;
use crate::policy::effective::EffectivePack;
use crate::policy::promotion::required::{nothing_loosened, required};

/// One change, as its record tells it.
pub(super) struct RecordedChange<'a> {
    pub(super) kind: ChangeKind,
    pub(super) request: Digest,
    pub(super) trust: TrustRef,
    pub(super) active: &'a BundleRef,
    /// The engine that compiled the policy for this request. None if it was compiled before.
    pub(super) engine: Option<&'a EngineRef>,
    pub(super) replaced: &'a ReplacedRef,
    /// The activation that the request names as the one in force.
    pub(super) asked_at: u64,
    /// Who broke the glass, if that is ratified. Such a person's approval doesn't count.
    pub(super) broke_glass: BTreeSet<String>,
    /// The shadow report that the change rests on.
    pub(super) report: Option<Digest>,
    /// The contents with the approvals that the change names.
    pub(super) approvals: &'a [Digest],
}

/// An answer as the journal has it.
struct Answered<'a> {
    record: &'a LifecycleRecord,
    signed: Signed,
}

impl Verifier<'_> {
    /// Verifies the request of a change, and the answers to it that were recorded before the change.
    pub(super) fn request(
        &self,
        entered: Entered<'_>,
        change: &RecordedChange<'_>,
    ) -> Result<Requested, Problem> {
        let at = self.time_of(entered)?;
        let Entered { index, record, .. } = entered;
        let trust = self.trust_at(index, change.trust)?;
        let recorded = self.history.request(change.request);
        let recorded = recorded.filter(|(position, _)| *position < index);
        let (position, _) = recorded.ok_or("its request is missing")?;
        let request = self.signed(position, "request")?;
        let requested = Requested::verify(&request.envelope, trust, Expected::default(), at);
        let requested =
            requested.map_err(|refusal| format!("{}, as of {at}", in_line(&refusal)))?;
        self.is_for(&requested, change)?;
        super::signed_by(record, &requested.requester)?;
        let recorded = self.history.answers(change.request);
        let recorded = recorded.filter(|(position, _)| *position < index);
        let answered = recorded.map(|(position, record)| {
            let signed = self.signed(position, "approval")?;
            Ok(Answered { record, signed })
        });
        let answered = answered.collect::<Result<Vec<_>, Problem>>()?;
        let answers = answered.iter().map(|it| it.signed.envelope.clone());
        let answers: Vec<Envelope> = answers.collect();
        let before = self
            .at(change.replaced.activation_index)?
            .event
            .activation();
        let before = before.ok_or("it replaces what put no policy in force")?;
        let from = self.effective(before.bundle.bundle_digest)?;
        let to = self.effective(change.active.bundle_digest)?;
        let groups = groups_that_approve(&from, &to);
        let not = &change.broke_glass;
        let approval_status =
            ApprovalStatus::of_others(&requested, &answers, trust, &groups, not, at);
        if !approval_status.is_approved() {
            return Err(missing_approvals(&approval_status).join("; ").into());
        }
        names_who_approved(&answered, &approval_status, change)?;
        rests_on_evidence(&requested.request, change, &from, &to)?;
        Ok(requested)
    }

    /// Whether a request is for this change of this authority.
    fn is_for(&self, requested: &Requested, change: &RecordedChange<'_>) -> Result<(), Problem> {
        let asked = &requested.request;
        let (candidate, replaces) = (&asked.candidate, &asked.replaces);
        let key = self.store.log_key();
        let engine = change.engine.cloned().map(engine_identity);
        let is_it = asked.kind == change.kind
            && candidate.bundle_digest == change.active.bundle_digest
            && candidate.effective_digest == change.active.effective_digest
            && engine.is_none_or(|engine| engine == asked.engine)
            && replaces.activation_index == change.asked_at
            && replaces.journal_origin == key.name().as_str()
            && replaces.log_key_id == super::key_id(key);
        match is_it {
            true => Ok(()),
            false => Err("its request is for another change".into()),
        }
    }

    fn signed(&self, position: u64, what: &'static str) -> Result<Signed, Problem> {
        let bytes = self.store.document(position)?;
        Ok(Signed::read(what, &bytes, MAX_CHANGE_FILE_BYTES)?)
    }

    fn effective(&self, digest: Digest) -> Result<EffectivePack, Problem> {
        let kept = self.history.kept(digest);
        let kept = kept.ok_or(GateError::NoSuchBundle(digest))?;
        let bundle = reading::bundle(self.store.directory(), kept)?;
        Ok(bundle.effective().map_err(GateError::from)?)
    }
}

/// Whether each approval that counts is recorded in the name of who signed it, and the change names no
/// others. The history of a journal tells who approved by these names.
fn names_who_approved(
    answered: &[Answered<'_>],
    approval_status: &ApprovalStatus,
    change: &RecordedChange<'_>,
) -> Result<(), Problem> {
    let refused: BTreeSet<usize> = approval_status.refused.iter().map(|it| it.index).collect();
    let mut in_order = counted(approval_status);
    let mut approvals = BTreeSet::new();
    for (index, Answered { record, signed }) in answered.iter().enumerate() {
        if refused.contains(&index) {
            continue;
        }
        if let Some(counted) = in_order.take(signed) {
            super::signed_by(record, &counted.person)?;
            approvals.extend(record.document);
        }
    }
    match change.approvals.iter().all(|it| approvals.contains(it)) {
        true => Ok(()),
        false => Err("it names an approval that doesn't count".into()),
    }
}

/// Whether the request names the evidence of the change, under criteria that are strict enough.
fn rests_on_evidence(
    request: &ChangeRequest,
    change: &RecordedChange<'_>,
    from: &EffectivePack,
    to: &EffectivePack,
) -> Result<(), Problem> {
    let mut evidence = request.evidence.iter();
    if change
        .report
        .is_some_and(|report| !evidence.any(|it| it.digest == report))
    {
        return Err("its request doesn't name its shadow report".into());
    }
    let required = required(from, to);
    // What counts as looser may change with the version, so another one's word is taken for it. The
    // requester and those who approved have signed which version it was.
    if request.engine != engine_identity(this_engine()) {
        let least = required.criteria_of(true).approvals_required;
        let asked = request.criteria.approvals_required;
        return match asked >= least {
            true => Ok(()),
            false => Err(format!(
                "its request asks for {asked} approvals, and the policies for {least}"
            )
            .into()),
        };
    }
    let tightens = change.report.is_none() && nothing_loosened(from, to);
    if change.kind == ChangeKind::Promotion && change.report.is_none() && !tightens {
        return Err("it may loosen something, and rests on no shadow report".into());
    }
    let looser = looser(&request.criteria, &required.criteria_of(tightens));
    match looser.is_empty() {
        true => Ok(()),
        false => Err(looser.join("; ").into()),
    }
}
