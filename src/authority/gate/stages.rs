//! How far each candidate and each request has come. Nothing of it is recorded: it follows from the
//! events, from the signed documents and from the clock.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use uuid::Uuid;

use super::documents::Signed;
use super::error::GateError;
use super::history::{History, Kept};
use super::judging::Judging;
use super::limits::MAX_LISTED_REQUESTS;
use super::store::PolicyStore;
use crate::authority::Authority;
use crate::canonical::Digest;
use crate::causes::in_line;
use crate::change::approval_status::{Counted, groups_that_approve};
use crate::change::limits::MAX_CHANGE_FILE_BYTES;
use crate::change::request::{ChangeKind, ChangeRequest, MEDIA_TYPE};
use crate::change::signed::SignedDocument;
use crate::policy::effective::EffectivePack;
use crate::policy::promotion::required::nothing_loosened;

/// How far a candidate has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CandidateState {
    /// Nobody has compared it with the policy in force.
    Proposed,
    /// It is compared now.
    Shadowing,
    /// A run of it has ended after it observed traffic for long enough, or it loosens nothing, so that
    /// it needs none.
    EvidenceReady,
    /// A request for it is open.
    Requested,
}

impl CandidateState {
    const ALL: [Self; 4] = [
        Self::Proposed,
        Self::Shadowing,
        Self::EvidenceReady,
        Self::Requested,
    ];

    /// The name in documents, such as `evidence_ready`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Shadowing => "shadowing",
            Self::EvidenceReady => "evidence_ready",
            Self::Requested => "requested",
        }
    }

    /// The state with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == name)
    }
}

/// A candidate, and how far it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CandidateStage {
    /// The digest of its bundle.
    pub bundle_digest: Digest,
    /// The pack's id.
    pub policy_id: String,
    /// The pack's `metadata.version`.
    pub policy_version: String,
    /// How far it has come.
    pub state: CandidateState,
    /// The shadow run that is on.
    pub run_id: Option<Uuid>,
    /// Whether it may loosen something by the packs alone, so that a shadow report is needed.
    pub needs_report: bool,
}

/// Whether a request can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequestState {
    /// Somebody must approve it still.
    Requested,
    /// Enough people have approved it.
    Approved,
    /// Somebody rejected it, who may.
    Rejected,
    /// Its requester took it back.
    Withdrawn,
    /// Its time is over.
    Expired,
    /// Another policy came into force since it was made.
    Overtaken,
    /// It doesn't count, for this reason.
    Refused(String),
}

impl RequestState {
    /// The name in documents, such as `overtaken`.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
            Self::Overtaken => "overtaken",
            Self::Refused(_) => "refused",
        }
    }

    /// The state with this name, and the reason if it doesn't count.
    #[must_use]
    pub fn named(name: &str, why: String) -> Option<Self> {
        let all = [
            Self::Requested,
            Self::Approved,
            Self::Rejected,
            Self::Withdrawn,
            Self::Expired,
            Self::Overtaken,
            Self::Refused(why),
        ];
        all.into_iter().find(|it| it.as_str() == name)
    }

    /// Whether somebody can still act on it.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Requested | Self::Approved)
    }
}

/// A request, and whether it can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestStage {
    /// SHA-256 over the bytes that were signed.
    pub request_digest: Digest,
    /// What it is for.
    pub kind: ChangeKind,
    /// The digest of the candidate's bundle.
    pub bundle_digest: Digest,
    /// Who asked.
    pub requested_by: String,
    /// Whether it can be used.
    pub state: RequestState,
    /// Who approved it, whose approvals count.
    pub approved_by: Vec<String>,
    /// Who rejected it, whose rejections count.
    pub rejected_by: Vec<String>,
    /// How many people must approve.
    pub approvals_required: u32,
    /// The groups of which nobody has approved it.
    pub missing_groups: Vec<String>,
}

/// How far everything has come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stages {
    /// The candidates, in the order in which they were proposed.
    pub candidates: Vec<CandidateStage>,
    /// The requests, the newest first, at most 64: those for the policy in force, and those that the
    /// last change overtook. What was used is not listed.
    pub requests: Vec<RequestStage>,
}

impl Authority {
    /// How far each candidate and each request has come by now. Reads every candidate and every listed
    /// request: not for a reactor thread.
    ///
    /// # Errors
    /// If there is no store, or something that it keeps can't be read.
    pub fn stages(&self) -> Result<Stages, GateError> {
        let (store, _) = self.kept()?;
        let history = store.history();
        let active = Arc::clone(&self.slot().active);
        let mut packs = Packs {
            store,
            read: BTreeMap::new(),
        };
        let mut requests = Vec::new();
        if let Some(trust) = store.trust() {
            let judging = Judging::now(store, &history, &trust)?;
            for (digest, position) in history.listed_requests(MAX_LISTED_REQUESTS) {
                requests.extend(request(
                    &judging,
                    &mut packs,
                    (digest, position),
                    active.pack(),
                )?);
            }
        }
        let mut kept: Vec<&Kept> = history.candidates().collect();
        kept.sort_by_key(|kept| kept.position);
        let mut candidates = Vec::new();
        for kept in kept {
            candidates.push(candidate(
                &history,
                &mut packs,
                kept,
                &requests,
                active.pack(),
            )?);
        }
        Ok(Stages {
            candidates,
            requests,
        })
    }
}

/// How far a candidate has come.
fn candidate(
    history: &History,
    packs: &mut Packs<'_>,
    kept: &Kept,
    requests: &[RequestStage],
    active: &EffectivePack,
) -> Result<CandidateStage, GateError> {
    let bundle_digest = kept.bundle.bundle_digest;
    let pack = packs.get(bundle_digest)?;
    let mut on = history.open_runs().iter();
    let run_id = on.find(|(_, bundle)| **bundle == bundle_digest);
    let run_id = run_id.map(|(id, _)| *id);
    let mut requests = requests.iter();
    let is_asked = requests.any(|it| it.bundle_digest == bundle_digest && it.state.is_open());
    let needs_report = !nothing_loosened(active, pack);
    let has_evidence = || !needs_report || history.observed(bundle_digest);
    let state = match (is_asked, run_id) {
        (true, _) => CandidateState::Requested,
        (false, Some(_)) => CandidateState::Shadowing,
        (false, None) if has_evidence() => CandidateState::EvidenceReady,
        (false, None) => CandidateState::Proposed,
    };
    Ok(CandidateStage {
        bundle_digest,
        policy_id: pack.id().to_owned(),
        policy_version: pack.content.metadata.version.clone(),
        state,
        run_id,
        needs_report,
    })
}

/// What a request is about, without believing it: its numbers are shown, not relied on.
fn read(signed: &Signed) -> Option<ChangeRequest> {
    let payload = signed.envelope.unverified(MEDIA_TYPE).ok()?;
    ChangeRequest::read(&payload).ok()
}

/// The state of the request that the record at `position` keeps. None if it can't be read, which the
/// service's own records never are.
fn request(
    judging: &Judging<'_>,
    packs: &mut Packs<'_>,
    (request_digest, position): (Digest, u64),
    active: &EffectivePack,
) -> Result<Option<RequestStage>, GateError> {
    let bytes = judging.store.document(position)?;
    let signed = Signed::read("request", &bytes, MAX_CHANGE_FILE_BYTES)?;
    let Some(asked) = read(&signed) else {
        return Ok(None);
    };
    let recorded = judging.history.at(position);
    let requester = recorded.and_then(|record| record.by.person.clone());
    let mut stage = RequestStage {
        request_digest,
        kind: asked.kind,
        bundle_digest: asked.candidate.bundle_digest,
        requested_by: requester.unwrap_or(asked.requested_by),
        state: RequestState::Withdrawn,
        approved_by: Vec::new(),
        rejected_by: Vec::new(),
        approvals_required: asked.criteria.approvals_required,
        missing_groups: Vec::new(),
    };
    if judging.history.withdrawn_request(request_digest).is_some() {
        return Ok(Some(stage));
    }
    if asked.replaces.activation_index != judging.in_force.index {
        stage.state = RequestState::Overtaken;
        return Ok(Some(stage));
    }
    if judging.at >= asked.expires_at {
        stage.state = RequestState::Expired;
        return Ok(Some(stage));
    }
    let requested = match judging.any_request(&signed) {
        Ok(requested) => requested,
        Err(why) => {
            stage.state = RequestState::Refused(in_line(&why));
            return Ok(Some(stage));
        }
    };
    let candidate = match packs.get(asked.candidate.bundle_digest) {
        Err(error @ GateError::NoSuchBundle(_)) => {
            stage.state = RequestState::Refused(in_line(&error));
            return Ok(Some(stage));
        }
        candidate => candidate?,
    };
    let groups = groups_that_approve(active, candidate);
    let answers = judging.answers(&requested, &[])?;
    let approval_status = judging.approval_status(&requested, &answers, &groups);
    stage.state = match (
        approval_status.rejections.is_empty(),
        approval_status.is_approved(),
    ) {
        (false, _) => RequestState::Rejected,
        (true, true) => RequestState::Approved,
        (true, false) => RequestState::Requested,
    };
    let people = |counted: &[Counted]| counted.iter().map(|it| it.person.clone()).collect();
    stage.approved_by = people(&approval_status.approvals);
    stage.rejected_by = people(&approval_status.rejections);
    stage.missing_groups = approval_status.missing_groups;
    Ok(Some(stage))
}

/// The policies of bundles, each read once.
struct Packs<'a> {
    store: &'a PolicyStore,
    read: BTreeMap<Digest, EffectivePack>,
}

impl Packs<'_> {
    fn get(&mut self, bundle_digest: Digest) -> Result<&EffectivePack, GateError> {
        match self.read.entry(bundle_digest) {
            Entry::Occupied(read) => Ok(read.into_mut()),
            Entry::Vacant(place) => {
                let (_, bundle) = self.store.bundle(bundle_digest)?;
                Ok(place.insert(bundle.effective()?))
            }
        }
    }
}
