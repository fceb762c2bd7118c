//! A policy that was in force before returns.
//!
//! The dry run comes first. A return is covered once by the `rollback_until` of the promotion that
//! it undoes, or by a request of its own. What came into force by break-glass and isn't ratified is
//! undone without either.

use std::sync::Arc;

use jiff::Timestamp;

use super::attempt::Attempt;
use super::cases::decides_its_cases;
use super::criteria::looser;
use super::documents::{Documents, Given, Signed};
use super::error::GateError;
use super::history::{History, InForce};
use super::judging::{Judging, missing_approvals};
use super::losses::AskedChange;
use super::promote::{Changed, other_digests, replaced};
use super::recording::{Given as GivenDocuments, Made};
use super::store::{PolicyStore, digests, this_engine};
use super::trusting::trust_ref;
use crate::authority::Authority;
use crate::authority::admission::Admission;
use crate::authority::recording::Recording;
use crate::canonical::Digest;
use crate::causes::in_line;
use crate::change::approval_status::{ApprovalStatus, groups_that_approve};
use crate::change::request::ChangeKind;
use crate::change::requested::Requested;
use crate::engine::Policy;
use crate::journal::record::lifecycle::{
    Activation, BundleRef, Happened, LifecycleEvent, Rehearsed, RollbackCover, RolledBack,
};
use crate::journal::record::refusal::Author;
use crate::policy::promotion::required::{nothing_loosened, required};

/// What is refused here.
const THIS: Attempt = Attempt::Rollback;

/// Which return is wanted.
#[derive(Debug, Clone, Default)]
pub struct Return {
    /// The digest of the bundle to return to. Absent for the one that the last activation replaced.
    pub bundle_digest: Option<Digest>,
    /// The documents of a request of its own. Absent if the promotion covers the return.
    pub documents: Option<Given>,
    /// Why the policy returns, in a person's words. Absent if the request says it.
    pub reason: Option<String>,
    /// Do everything but the change. Then the policy in force may be the one to return to: a
    /// promotion may need that the way back to it was rehearsed.
    pub rehearse: bool,
}

/// A return that was judged, before the lock is taken.
pub struct PreparedReturn {
    bundle: BundleRef,
    policy: Arc<Policy>,
    documents: Option<Documents>,
    reason: Option<String>,
}

/// What allows a return, and who asked for it.
struct Allowed {
    cover: RollbackCover,
    person: Option<String>,
    /// Why the request says that the policy returns, if there is one.
    reason: Option<String>,
}

impl Authority {
    /// Compiles the policy to return to, and decides its cases. Takes as long as they take: not for
    /// a reactor thread.
    ///
    /// # Errors
    /// If there is no such policy, it was never in force, or it fails.
    pub fn prepare_return(
        &self,
        admission: &Admission,
        wanted: Return,
    ) -> Result<PreparedReturn, GateError> {
        let (store, _) = self.kept()?;
        let documents = wanted.documents.as_ref().map(Documents::read).transpose()?;
        let history = store.history();
        let in_force = history.in_force().ok_or(GateError::NoStore)?;
        let digest = match wanted.bundle_digest {
            Some(digest) => digest,
            None => replaced_bundle(&history, in_force)?,
        };
        let (_, bundle) = store.bundle(digest)?;
        if !history.was_in_force(digest) {
            return Err(THIS.refused(format!(
                "the bundle {digest} was never in force; `cavra lifecycle promote` is for new policies"
            )));
        }
        undoes_break_glass(&history, in_force, digest)?;
        if !wanted.rehearse && digest == in_force.activation.bundle.bundle_digest {
            return Err(THIS.refused(format!("the bundle {digest} is in force")));
        }
        let checked = admission.check_bundle(&bundle)?;
        let policy = checked.pass(admission, true)?.policy;
        decides_its_cases(&policy, admission, THIS)?;
        Ok(PreparedReturn {
            bundle: digests(&bundle, policy.identity())?,
            policy,
            documents,
            reason: wanted.reason,
        })
    }

    /// Does everything but the change, and records that it was tried.
    ///
    /// # Errors
    /// As [`Self::roll_back`].
    pub async fn rehearse_return(
        &self,
        prepared: PreparedReturn,
        by: Author,
    ) -> Result<u64, GateError> {
        let (store, recording) = self.kept()?;
        let _changing = self.changing.lock().await;
        let history = store.settled(recording).await?;
        let in_force = history.in_force().ok_or(GateError::NoStore)?;
        if prepared.bundle.bundle_digest != in_force.activation.bundle.bundle_digest {
            self.allowed(store, &history, &prepared, None).await?;
        }
        let event = LifecycleEvent::Rehearsed(Rehearsed {
            active: activation(prepared.bundle),
            replaced: replaced(in_force),
        });
        let happened = Happened {
            by: by.into(),
            event,
            policy: None,
            document: None,
            reason: prepared.reason,
        };
        store.record(recording, happened).await
    }

    /// Puts the policy in force again. As [`Authority::stage`], it must come to its end.
    ///
    /// # Errors
    /// If nothing covers the return, or the journal can't record it.
    pub async fn roll_back(
        &self,
        prepared: PreparedReturn,
        by: Author,
    ) -> Result<Changed, GateError> {
        let (store, recording) = self.kept()?;
        let _changing = self.changing.lock().await;
        let history = store.settled(recording).await?;
        let in_force = history.in_force().ok_or(GateError::NoStore)?;
        let allowed = self
            .allowed(store, &history, &prepared, Some((recording, by)))
            .await?;
        let event = LifecycleEvent::RolledBack(RolledBack {
            active: activation(prepared.bundle),
            cover: allowed.cover,
            replaced: replaced(in_force),
        });
        let made = Made {
            event,
            document: None,
            policy: prepared.policy,
            reason: prepared.reason.or(allowed.reason),
            person: allowed.person,
        };
        self.put_in_force(store, recording, made, by).await
    }

    /// What allows the return. The documents are recorded if `recorded` says where.
    async fn allowed(
        &self,
        store: &PolicyStore,
        history: &History,
        prepared: &PreparedReturn,
        recorded: Option<(&Recording, Author)>,
    ) -> Result<Allowed, GateError> {
        let in_force = history.in_force().ok_or(GateError::NoStore)?;
        undoes_break_glass(history, in_force, prepared.bundle.bundle_digest)?;
        let at = Timestamp::now();
        if let Some(break_glass) = in_force.unratified() {
            return Ok(Allowed {
                cover: RollbackCover::BreakGlass {
                    activation_index: break_glass.index,
                },
                person: None,
                reason: None,
            });
        }
        let Some(documents) = &prepared.documents else {
            let cover = covered_by_promotion(history, in_force, &prepared.bundle, at);
            return Ok(Allowed {
                cover: cover.map_err(|why| THIS.refused(why.to_string()))?,
                person: None,
                reason: None,
            });
        };
        let trust = store.trust_for(THIS)?;
        let judging = Judging::now(store, history, &trust)?;
        let requested = judging.request(&documents.request, ChangeKind::Rollback);
        let requested = requested.map_err(|why| THIS.refused(in_line(&why)))?;
        let answered = self.answered(&judging, prepared, documents, &requested)?;
        let approvals = match recorded {
            Some((_, by)) => {
                let counted = GivenDocuments {
                    request: &documents.request,
                    answers: &answered.answers,
                    approval_status: &answered.approval_status,
                    acknowledgements: &documents.acknowledgements,
                };
                self.record_documents(&counted, &requested, &trust, by)
                    .await?
            }
            None => Vec::new(),
        };
        Ok(Allowed {
            cover: RollbackCover::Request {
                approvals,
                request_digest: requested.digest,
                trust: trust_ref(&trust),
            },
            person: Some(requested.requester),
            reason: Some(requested.request.reason),
        })
    }

    /// The answers to a request for the return, if they are enough, and it is for this return.
    fn answered(
        &self,
        judging: &Judging<'_>,
        prepared: &PreparedReturn,
        documents: &Documents,
        requested: &Requested,
    ) -> Result<Answered, GateError> {
        let request = &requested.request;
        let mut lacking = other_digests(request, &prepared.bundle);
        if request.candidate.bundle_digest != prepared.bundle.bundle_digest {
            lacking.push("the request is for the return to another bundle".to_owned());
        }
        let answers = judging.answers(requested, &documents.answers)?;
        let active = Arc::clone(&self.slot().active);
        let (from, to) = (active.pack(), prepared.policy.pack());
        let groups = groups_that_approve(from, to);
        let approval_status = judging.approval_status(requested, &answers, &groups);
        lacking.extend(missing_approvals(&approval_status));
        let least = required(from, to).criteria_of(nothing_loosened(from, to));
        lacking.extend(looser(&request.criteria, &least));
        let in_force = &judging.in_force.activation.bundle;
        let change = AskedChange {
            request,
            from: (from, in_force.effective_digest),
            to: (&prepared.policy, prepared.bundle.effective_digest),
        };
        lacking.extend(judging.losses(&change, &documents.acknowledgements)?);
        match lacking.is_empty() {
            true => Ok(Answered {
                answers,
                approval_status,
            }),
            false => Err(THIS.lacks(lacking)),
        }
    }
}

/// The answers to a request, which are enough.
struct Answered {
    answers: Vec<Signed>,
    approval_status: ApprovalStatus,
}

fn activation(bundle: BundleRef) -> Activation {
    Activation {
        bundle,
        engine: this_engine(),
    }
}

/// The bundle that was in force before the last activation.
fn replaced_bundle(history: &History, in_force: &InForce) -> Result<Digest, GateError> {
    let before = replaced_by(history, in_force.index);
    let record = before.and_then(|index| history.at(index));
    let activation = record.and_then(|record| record.event.activation());
    activation
        .map(|it| it.bundle.bundle_digest)
        .ok_or_else(|| THIS.refused("no policy was in force before this one"))
}

/// While a break-glass waits for a ratification, only the return to what it replaced is taken. That
/// return needs no documents: it restores the state that was proved.
fn undoes_break_glass(
    history: &History,
    in_force: &InForce,
    bundle_digest: Digest,
) -> Result<(), GateError> {
    let Some(why) = in_force.refused_until_ratified() else {
        return Ok(());
    };
    match history.replaced_by_break_glass(in_force) {
        Some(replaced) if replaced == bundle_digest => Ok(()),
        Some(replaced) => Err(THIS.refused(format!(
            "the break-glass replaced the bundle {replaced}, not {bundle_digest}; {why}"
        ))),
        None => Err(THIS.refused(why)),
    }
}

/// The index of the activation that the one at `index` replaced.
pub(super) fn replaced_by(history: &History, index: u64) -> Option<u64> {
    match &history.at(index)?.event {
        LifecycleEvent::Promoted(event) => Some(event.replaced.activation_index),
        LifecycleEvent::RolledBack(event) => Some(event.replaced.activation_index),
        LifecycleEvent::BrokeGlass(event) => Some(event.replaced.activation_index),
        _ => None,
    }
}

/// Why the approvals of the promotion in force don't cover a return.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotCovered {
    #[error("no promotion put the policy in force, so {NEEDED}")]
    NoPromotion,
    #[error("the promotion replaced another policy than the one to return to, so {NEEDED}")]
    OtherPolicy,
    #[error("the request of the promotion covers no return, so {NEEDED}")]
    NoReturn,
    #[error("the approvals of the promotion covered a return until {0}, so {NEEDED}")]
    Ended(Timestamp),
    #[error("the return that the promotion covers was used, so {NEEDED}")]
    Used,
}

/// What a return takes that no promotion covers.
const NEEDED: &str =
    "a request for a rollback and its approvals are needed (`cavra lifecycle request --rollback`)";

/// Whether the approvals of the promotion in force cover the return.
pub(super) fn covered_by_promotion(
    history: &History,
    in_force: &InForce,
    target: &BundleRef,
    at: Timestamp,
) -> Result<RollbackCover, NotCovered> {
    let index = in_force.index;
    let Some(LifecycleEvent::Promoted(promoted)) = history.at(index).map(|it| &it.event) else {
        return Err(NotCovered::NoPromotion);
    };
    let before = history.at(promoted.replaced.activation_index);
    let before = before.and_then(|record| record.event.activation());
    if before.is_none_or(|before| before.bundle.bundle_digest != target.bundle_digest) {
        return Err(NotCovered::OtherPolicy);
    }
    match promoted.rollback_until {
        None => Err(NotCovered::NoReturn),
        Some(until) if at >= until => Err(NotCovered::Ended(until)),
        Some(_) if history.is_return_used(index) => Err(NotCovered::Used),
        Some(_) => Ok(RollbackCover::Promotion {
            promotion_index: index,
        }),
    }
}
