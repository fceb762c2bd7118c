//! The lifecycle of policies on the wire.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::break_glass::{UnratifiedBreakGlass, time, unratified, watched_until};
pub(super) use super::digests::digest;
use super::stages::{in_line_problem, read_all};
use crate::authority::Authority;
use crate::authority::gate::available_rollback::AvailableRollback;
use crate::authority::gate::judging::replaces;
use crate::authority::gate::stages::{CandidateStage, RequestStage};
use crate::authority::gate::{Kept, PolicyStore};
use crate::canonical::Digest;
use crate::decision::{PolicyIdentity, PolicyState};
use crate::grpc::convert::field::FieldError;
use crate::grpc::wire;

/// A candidate that was proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The bundle that the store keeps.
    pub bundle: StoredBundle,
    /// Whether it is new.
    pub is_new: bool,
}

/// A bundle that a store keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredBundle {
    /// Over the names and digests of all files of the pack and its ancestors.
    pub bundle_digest: Digest,
    /// Over the pack's own `policy.yaml`.
    pub policy_digest: Digest,
    /// Over everything that decides, by the engine that recorded it.
    pub effective_digest: Digest,
    /// Over the names and digests of the pack's cases.
    pub cases_digest: Digest,
    /// Bytes of the bundle as it is kept; 0 for the first policy of a store.
    pub bytes: u64,
    /// The index of the record that keeps it.
    pub position: u64,
}

/// What is enforced after a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// What is enforced now.
    pub active: PolicyIdentity,
    /// What was enforced before. None after a rehearsal.
    pub previous: Option<PolicyIdentity>,
    /// The index of the record of the change, or of the rehearsal.
    pub activation_index: u64,
}

/// The trust file that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustInForce {
    /// Over its canonical form.
    pub digest: Digest,
    /// Its version.
    pub version: u32,
    /// When it expires, RFC 3339.
    pub expires: String,
}

/// What is in force, and what could be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LifecycleStatus {
    /// What is enforced.
    pub active: PolicyIdentity,
    /// Why nobody should rely on it.
    pub policy_state: Option<PolicyState>,
    /// What is wrong with the policy in force, by aspect.
    pub problems: BTreeMap<String, String>,
    /// The bundle of the policy in force.
    pub bundle: StoredBundle,
    /// The index of the record that put it in force.
    pub activation_index: u64,
    /// The name of the journal's log.
    pub journal_origin: String,
    /// The id of the key that signs its checkpoints, 8 hex digits.
    pub log_key_id: String,
    /// The trust file that counts.
    pub trust: Option<TrustInForce>,
    /// The candidates, in the order in which they were proposed.
    pub candidates: Vec<StoredBundle>,
    /// The requests that were submitted and not used.
    pub open_requests: Vec<Digest>,
    /// How the policy in force came into force, if that was by break-glass and nobody has ratified
    /// it.
    pub break_glass: Option<UnratifiedBreakGlass>,
    /// Until when people watch what the policy in force decides, as its promotion asked. None if
    /// nobody has to watch now.
    pub watch_until: Option<Timestamp>,
    /// The return to the policy that the last change replaced. None if no policy was in force before, or
    /// if a break-glass waits for a ratification.
    pub way_back: Option<AvailableRollback>,
    /// How far each candidate has come.
    pub stages: Vec<CandidateStage>,
    /// The state of the requests, the newest first.
    pub requests: Vec<RequestStage>,
}

pub(super) fn stored(kept: &Kept) -> wire::StoredBundle {
    let Kept {
        position,
        bundle,
        bytes,
    } = kept;
    wire::StoredBundle {
        bundle_digest: bundle.bundle_digest.to_string(),
        policy_digest: bundle.policy_digest.to_string(),
        effective_digest: bundle.effective_digest.to_string(),
        cases_digest: bundle.cases_digest.to_string(),
        bytes: *bytes,
        position: *position,
    }
}

pub(super) fn status(authority: &Authority, store: &PolicyStore) -> wire::GetLifecycleResponse {
    let (slot, history) = (authority.slot(), store.history());
    let in_force = history.in_force();
    let kept = in_force.and_then(|it| history.kept(it.activation.bundle.bundle_digest));
    let replaced = in_force.map(|in_force| replaces(store, in_force));
    let problems = authority.conditions().now().into_iter();
    let problems = problems.map(|(aspect, problem)| (aspect.as_str().to_owned(), problem));
    let stages = authority.stages();
    let way_back = authority.available_rollback(Timestamp::now());
    let unreadable = way_back.as_ref().err().map(in_line_problem);
    let unreadable = stages.as_ref().err().map(in_line_problem).or(unreadable);
    let stages = stages.unwrap_or_default();
    let mut candidates: Vec<&Kept> = history.candidates().collect();
    candidates.sort_by_key(|kept| kept.position);
    let bundle = kept.zip(in_force).map(|(kept, in_force)| {
        stored(&Kept {
            bundle: in_force.activation.bundle,
            ..*kept
        })
    });
    wire::GetLifecycleResponse {
        active: Some(slot.active.identity().as_ref().into()),
        policy_state: slot.state.map(|state| state.as_str().to_owned()),
        problems: problems.chain(unreadable).collect(),
        bundle,
        activation_index: in_force.map_or(0, |it| it.index),
        journal_origin: replaced
            .as_ref()
            .map_or_else(String::new, |it| it.journal_origin.clone()),
        log_key_id: replaced.map_or_else(String::new, |it| it.log_key_id),
        trust: store.trust().map(|trust| wire::TrustFile {
            digest: trust.digest().to_string(),
            version: trust.file().version,
            expires: trust.file().expires.to_string(),
        }),
        candidates: candidates.into_iter().map(stored).collect(),
        open_requests: history.open_requests().map(|it| it.to_string()).collect(),
        break_glass: unratified(&history, Timestamp::now()),
        watch_until: watched_until(&history, Timestamp::now()).map(|until| until.to_string()),
        stages: stages.candidates.into_iter().map(Into::into).collect(),
        requests: stages.requests.into_iter().map(Into::into).collect(),
        way_back: way_back.ok().flatten().map(Into::into),
    }
}

impl TryFrom<wire::StoredBundle> for StoredBundle {
    type Error = FieldError;

    fn try_from(bundle: wire::StoredBundle) -> Result<Self, FieldError> {
        let wire::StoredBundle {
            bundle_digest,
            policy_digest,
            effective_digest,
            cases_digest,
            bytes,
            position,
        } = bundle;
        Ok(Self {
            bundle_digest: digest("bundle.bundle_digest", &bundle_digest)?,
            policy_digest: digest("bundle.policy_digest", &policy_digest)?,
            effective_digest: digest("bundle.effective_digest", &effective_digest)?,
            cases_digest: digest("bundle.cases_digest", &cases_digest)?,
            bytes,
            position,
        })
    }
}

impl TryFrom<wire::ProposeResponse> for Proposal {
    type Error = FieldError;

    fn try_from(response: wire::ProposeResponse) -> Result<Self, FieldError> {
        let wire::ProposeResponse { bundle, is_new } = response;
        Ok(Self {
            bundle: bundle.ok_or(FieldError::missing("bundle"))?.try_into()?,
            is_new,
        })
    }
}

/// The change that an answer says was made. The answers to all changes have the same fields.
macro_rules! changed {
    ($($response:ident),+) => {$(
        impl TryFrom<wire::$response> for Changed {
            type Error = FieldError;

            fn try_from(response: wire::$response) -> Result<Self, FieldError> {
                let wire::$response {
                    active,
                    previous,
                    activation_index,
                } = response;
                Ok(Self {
                    active: active.ok_or(FieldError::missing("active"))?.try_into()?,
                    previous: previous.map(TryInto::try_into).transpose()?,
                    activation_index,
                })
            }
        }
    )+};
}

changed!(PromoteResponse, RollBackResponse, BreakGlassResponse);

impl TryFrom<wire::GetLifecycleResponse> for LifecycleStatus {
    type Error = FieldError;

    fn try_from(response: wire::GetLifecycleResponse) -> Result<Self, FieldError> {
        let wire::GetLifecycleResponse {
            active,
            policy_state,
            problems,
            bundle,
            activation_index,
            journal_origin,
            log_key_id,
            trust,
            candidates,
            open_requests,
            break_glass,
            watch_until,
            stages,
            requests: listed,
            way_back,
        } = response;
        let state = |text: String| {
            let unknown = |_| FieldError::new("policy_state", format!("is `{text}`"));
            text.parse().map_err(unknown)
        };
        let requests = open_requests.iter();
        let requests = requests.map(|text| digest("open_requests", text));
        Ok(Self {
            active: active.ok_or(FieldError::missing("active"))?.try_into()?,
            policy_state: policy_state.map(state).transpose()?,
            problems: problems.into_iter().collect(),
            bundle: bundle.ok_or(FieldError::missing("bundle"))?.try_into()?,
            activation_index,
            journal_origin,
            log_key_id,
            trust: trust.map(TryInto::try_into).transpose()?,
            candidates: candidates
                .into_iter()
                .map(TryInto::try_into)
                .collect::<Result<_, _>>()?,
            open_requests: requests.collect::<Result<_, _>>()?,
            break_glass: break_glass.map(TryInto::try_into).transpose()?,
            watch_until: watch_until
                .map(|text| time("watch_until", &text))
                .transpose()?,
            stages: read_all(stages)?,
            requests: read_all(listed)?,
            way_back: way_back.map(TryInto::try_into).transpose()?,
        })
    }
}

impl TryFrom<wire::TrustFile> for TrustInForce {
    type Error = FieldError;

    fn try_from(trust: wire::TrustFile) -> Result<Self, FieldError> {
        let wire::TrustFile {
            digest: text,
            version,
            expires,
        } = trust;
        Ok(Self {
            digest: digest("trust.digest", &text)?,
            version,
            expires,
        })
    }
}
