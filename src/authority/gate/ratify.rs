//! People approve that a policy stays in force that came into force by break-glass.
//!
//! It takes the approvals of a promotion from the policy that was replaced to the one in force, and
//! not that of the person who broke the glass. Somebody answers for each case that was lost.

use std::sync::Arc;

use super::attempt::Attempt;
use super::criteria::looser;
use super::documents::{Documents, Given, Signed};
use super::error::GateError;
use super::history::{History, InForce};
use super::judging::{Judging, missing_approvals};
use super::losses::AskedChange;
use super::promote::other_digests;
use super::ratifying::Ratifying;
use super::recording::Given as GivenDocuments;
use super::store::PolicyStore;
use super::trusting::trust_ref;
use crate::authority::recording::Recording;
use crate::authority::{Authority, Slot};
use crate::causes::in_line;
use crate::change::approval_status::{ApprovalStatus, groups_that_approve};
use crate::change::request::ChangeKind;
use crate::change::requested::Requested;
use crate::decision::PolicyIdentity;
use crate::journal::record::lifecycle::{By, Happened, LifecycleEvent, Ratified};
use crate::journal::record::refusal::Author;
use crate::policy::promotion::required::{nothing_loosened, required};

/// What is refused here.
const THIS: Attempt = Attempt::Ratification;

/// A ratification whose documents were read, before the lock is taken.
pub struct PreparedRatification {
    documents: Documents,
    /// Absent if there is nothing to ratify.
    ratifying: Option<Ratifying>,
}

/// What was ratified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmed {
    /// The policy that stays in force.
    pub active: Arc<PolicyIdentity>,
    /// The index of the record that put it in force.
    pub activation_index: u64,
    /// The index of the record of the ratification.
    pub position: u64,
}

/// A request for a ratification that is approved.
struct Approved {
    requested: Requested,
    answers: Vec<Signed>,
    approval_status: ApprovalStatus,
}

impl Authority {
    /// Reads the documents of a ratification, and the policy that was replaced: not for a reactor
    /// thread.
    ///
    /// # Errors
    /// If something can't be read.
    pub fn prepare_ratification(&self, given: &Given) -> Result<PreparedRatification, GateError> {
        let (store, _) = self.kept()?;
        let documents = Documents::read(given)?;
        let trust = store.trust_for(THIS)?;
        Ok(PreparedRatification {
            documents,
            ratifying: Ratifying::of(store, &store.history(), &trust)?,
        })
    }

    /// Ratifies what came into force by break-glass. As [`Authority::stage`], it must come to its
    /// end.
    ///
    /// # Errors
    /// With everything that is missing, or if the journal can't record it.
    pub async fn ratify(
        &self,
        prepared: PreparedRatification,
        by: Author,
    ) -> Result<Confirmed, GateError> {
        let (store, recording) = self.kept()?;
        let _changing = self.changing.lock().await;
        let PreparedRatification {
            documents,
            ratifying,
        } = prepared;
        let history = store.settled(recording).await?;
        let trust = store.trust_for(THIS)?;
        let judging = Judging::now(store, &history, &trust)?;
        let in_force = judging.in_force;
        let waits = in_force.unratified().is_some();
        let is_it = |it: &Ratifying| waits && it.replaces.activation_index == in_force.index;
        let Some(ratifying) = ratifying.filter(is_it) else {
            // A ratification may be on disk of which the journal didn't say so in time.
            self.restate(&history);
            return Err(nothing(in_force));
        };
        let judging = Judging {
            ratifying: Some(&ratifying),
            ..judging
        };
        let approved = self.approved(&judging, &ratifying, &documents)?;
        let Approved {
            requested,
            answers,
            approval_status,
        } = &approved;
        let counted = GivenDocuments {
            request: &documents.request,
            answers,
            approval_status,
            acknowledgements: &documents.acknowledgements,
        };
        let approvals = self.record_documents(&counted, requested, &trust, by);
        let ratified = LifecycleEvent::Ratified(Ratified {
            activation_index: in_force.index,
            approvals: approvals.await?,
            request_digest: requested.digest,
            trust: trust_ref(&trust),
        });
        let position = record(store, recording, ratified, requested, by).await?;
        self.restate(&store.history());
        Ok(Confirmed {
            active: Arc::clone(self.slot().active.identity()),
            activation_index: in_force.index,
            position,
        })
    }

    /// The request, if it is approved and for what is in force.
    fn approved(
        &self,
        judging: &Judging<'_>,
        ratifying: &Ratifying,
        documents: &Documents,
    ) -> Result<Approved, GateError> {
        let requested = judging.request(&documents.request, ChangeKind::Ratification);
        let requested = requested.map_err(|why| THIS.refused(in_line(&why)))?;
        let request = &requested.request;
        let active = Arc::clone(&self.slot().active);
        let bundle = &judging.in_force.activation.bundle;
        let mut lacking = other_digests(request, bundle);
        let is_in_force = active.identity().effective_digest == bundle.effective_digest;
        if !is_in_force || request.candidate.bundle_digest != bundle.bundle_digest {
            lacking.push("the request is for another bundle than the one in force".to_owned());
        }
        let (from, to) = (&ratifying.replaced, active.pack());
        let change = AskedChange {
            request,
            from: (from, ratifying.replaces.effective_digest),
            to: (&active, bundle.effective_digest),
        };
        lacking.extend(judging.losses(&change, &documents.acknowledgements)?);
        let answers = judging.answers(&requested, &documents.answers)?;
        let approval_status =
            judging.approval_status(&requested, &answers, &groups_that_approve(from, to));
        lacking.extend(missing_approvals(&approval_status));
        let least = required(from, to).criteria_of(nothing_loosened(from, to));
        lacking.extend(looser(&request.criteria, &least));
        match lacking.is_empty() {
            true => Ok(Approved {
                requested,
                answers,
                approval_status,
            }),
            false => Err(THIS.lacks(lacking)),
        }
    }

    /// Says with each decision, and to health, what the records say about the policy in force. The
    /// caller holds the lock for changes.
    fn restate(&self, history: &History) {
        self.swap(Slot {
            state: history.in_force().and_then(InForce::state),
            ..Slot::clone(&self.slot())
        });
        self.tell_break_glass(history);
    }
}

/// Records the ratification. Gives its index, also if the journal didn't say in time that it is on
/// disk, and it is.
async fn record(
    store: &PolicyStore,
    recording: &Recording,
    event: LifecycleEvent,
    requested: &Requested,
    by: Author,
) -> Result<u64, GateError> {
    let happened = Happened {
        by: By {
            person: Some(requested.requester.clone()),
            ..By::from(by)
        },
        event,
        policy: None,
        document: None,
        reason: Some(requested.request.reason.clone()),
    };
    match store.record(recording, happened).await {
        Err(GateError::Unrecorded(error)) => {
            let history = store.settled(recording).await?;
            let index = history.used(requested.digest);
            index.ok_or(GateError::Unrecorded(error))
        }
        recorded => recorded,
    }
}

/// Why nothing is to be ratified.
fn nothing(in_force: &InForce) -> GateError {
    let break_glass = in_force.break_glass.as_ref();
    let why = match break_glass.map(|it| (it.index, it.ratified)) {
        Some((index, Some(ratified))) => {
            format!("the break-glass of record {index} was ratified by the record at {ratified}")
        }
        Some((index, None)) => {
            format!("the break-glass of record {index} came into force meanwhile; try again")
        }
        None => "the policy in force didn't come into force by break-glass".to_owned(),
    };
    THIS.refused(why)
}
