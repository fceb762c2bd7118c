//! A candidate comes into force.
//!
//! What takes long is done first, without the lock for changes: compiling, the dry run, the report,
//! the records since. Under the lock, everything that can have changed is judged again, and one
//! durable record uses the request up. Then the policies are swapped.

use std::sync::Arc;

use super::attempt::Attempt;
use super::cases::failing;
use super::criteria::looser;
use super::documents::{Documents, Given};
use super::error::GateError;
use super::evidence::{Covered, Pair};
use super::history::InForce;
use super::judging::{Judging, missing_approvals};
use super::limits::{MAX_CATCH_UPS, MAX_JUDGED_UNDER_LOCK};
use super::losses::unnamed;
use super::packet::{About, Looked, looked_at};
use super::recording::{Given as GivenDocuments, Made};
use super::store::{digests, this_engine};
use super::trusting::trust_ref;
use crate::authority::Authority;
use crate::authority::admission::Admission;
use crate::authority::rehearsal::{lost, rehearse};
use crate::canonical::Digest;
use crate::causes::in_line;
use crate::change::approval_status::groups_that_approve;
use crate::change::request::{ChangeKind, ChangeRequest};
use crate::change::requested::Requested;
use crate::engine::Policy;
use crate::journal::record::lifecycle::{
    Activation, BundleRef, LifecycleEvent, Promoted, ReplacedRef,
};
use crate::journal::record::refusal::Author;
use crate::policy::promotion::required::{nothing_loosened, required};
use crate::trust::Trust;

/// What is refused here.
const THIS: Attempt = Attempt::Promotion;

/// A promotion that was judged, before the lock is taken.
pub struct Prepared {
    documents: Documents,
    bundle: BundleRef,
    policy: Arc<Policy>,
    pair: Pair,
    covered: Covered,
    looked: Option<Looked>,
}

/// What is enforced, and what was.
#[derive(Clone)]
pub struct Changed {
    /// What is enforced now.
    pub active: Arc<Policy>,
    /// What was enforced before.
    pub previous: Arc<Policy>,
    /// The index of the record that put it in force.
    pub activation_index: u64,
}

impl Authority {
    /// Judges a promotion. Takes as long as compiling the candidate, verifying the journal and
    /// judging its records take: not for a reactor thread.
    ///
    /// # Errors
    /// With everything that is missing, or if something can't be read.
    pub fn prepare_promotion(
        &self,
        admission: &Admission,
        given: &Given,
    ) -> Result<Prepared, GateError> {
        let (store, _) = self.kept()?;
        let documents = Documents::read(given)?;
        let history = store.history();
        let trust = store.trust_for(THIS)?;
        let judging = Judging::now(store, &history, &trust)?;
        let in_force = judging.in_force;
        refused_until_ratified(in_force)?;
        let requested = judging.request(&documents.request, ChangeKind::Promotion);
        let requested = requested.map_err(|why| THIS.refused(in_line(&why)))?;
        let request = &requested.request;
        let bundle_digest = request.candidate.bundle_digest;
        let (_, bundle) = store.bundle(bundle_digest)?;
        let (policy, mut lacking) = admission.check_bundle(&bundle)?.whatever();
        lacking.extend(judging.by_history(request));
        let found = digests(&bundle, policy.identity())?;
        lacking.extend(other_digests(request, &found));
        let active = Arc::clone(&self.slot().active);
        is_still_active(&active, in_force)?;
        let dry_run = rehearse(&policy);
        if dry_run.failed_count > request.criteria.thresholds.max_dry_run_failed_count {
            lacking.push(failing(dry_run));
        }
        let lost = lost(active.pack(), &policy);
        lacking.extend(unnamed(request, &lost));
        let rehearsals = judging.rehearsals();
        let about = About {
            at: judging.at,
            rehearsals: &rehearsals,
            admission,
            bundle: &bundle,
            policy: &policy,
            requested: &requested,
            trust: &trust,
        };
        let looked = given.packet.as_deref();
        let looked = looked.map(|bytes| looked_at(bytes, &about)).transpose()?;
        let looked = looked.transpose().unwrap_or_else(|problems| {
            lacking.extend(problems);
            None
        });
        let answers = judging.answers(&requested, &documents.answers)?;
        let groups = groups_that_approve(active.pack(), policy.pack());
        let approval_status = judging.approval_status(&requested, &answers, &groups);
        lacking.extend(missing_approvals(&approval_status));
        let from = active.identity().effective_digest;
        let pair = Pair {
            acknowledged: judging.acknowledgements(from, found.effective_digest)?,
            directory: store.directory().to_owned(),
            log_key: store.log_key().clone(),
            active,
            candidate: Arc::clone(&policy),
            dry_run,
            lost,
            criteria: request.criteria,
        };
        let covered = covered(&pair, &documents, request, &trust)?;
        let covered = match covered {
            Ok(covered) => covered,
            Err(more) => {
                lacking.extend(more);
                return Err(THIS.lacks(lacking));
            }
        };
        if !lacking.is_empty() {
            return Err(THIS.lacks(lacking));
        }
        Ok(Prepared {
            documents,
            bundle: found,
            policy,
            pair,
            covered,
            looked,
        })
    }

    /// Puts the candidate in force, if nothing has changed since that refuses it. As
    /// [`Authority::stage`], it must come to its end.
    ///
    /// # Errors
    /// With everything that is missing now, or if the journal can't record it.
    pub async fn promote(&self, prepared: Prepared, by: Author) -> Result<Changed, GateError> {
        let (store, recording) = self.kept()?;
        let _changing = self.changing.lock().await;
        let Prepared {
            documents,
            bundle,
            policy,
            pair,
            covered,
            looked,
        } = prepared;
        let history = store.settled(recording).await?;
        let trust = store.trust_for(THIS)?;
        let judging = Judging::now(store, &history, &trust)?;
        let in_force = judging.in_force;
        refused_until_ratified(in_force)?;
        let requested = judging.request(&documents.request, ChangeKind::Promotion);
        let requested = requested.map_err(|why| THIS.refused(in_line(&why)))?;
        is_still_active(&pair.active, in_force)?;
        let answers = judging.answers(&requested, &documents.answers)?;
        let groups = groups_that_approve(pair.active.pack(), policy.pack());
        let approval_status = judging.approval_status(&requested, &answers, &groups);
        let mut lacking = missing_approvals(&approval_status);
        lacking.extend(judging.by_history(&requested.request));
        if !lacking.is_empty() {
            return Err(THIS.lacks(lacking));
        }
        let covered = caught_up(pair, covered).await?;
        let counted = GivenDocuments {
            request: &documents.request,
            answers: &answers,
            approval_status: &approval_status,
            acknowledgements: match covered.report {
                Some(_) => &documents.acknowledgements,
                None => &[],
            },
        };
        let approvals = self
            .record_documents(&counted, &requested, &trust, by)
            .await?;
        let event = promoted(&requested, in_force, bundle, &covered, &trust, approvals);
        let event = Promoted {
            packet: looked.as_ref().map(|it| it.digest),
            watch_until: requested.request.watch_until(judging.at),
            ..event
        };
        let made = Made {
            event: LifecycleEvent::Promoted(event),
            policy,
            document: looked.and_then(|it| it.document),
            reason: Some(requested.request.reason.clone()),
            person: Some(requested.requester.clone()),
        };
        self.put_in_force(store, recording, made, by).await
    }
}

/// A policy that came into force by break-glass is ratified or undone first.
fn refused_until_ratified(in_force: &InForce) -> Result<(), GateError> {
    match in_force.refused_until_ratified() {
        Some(why) => Err(THIS.refused(why)),
        None => Ok(()),
    }
}

/// Whether the candidate is compared with the policy that the records name as in force: another change
/// may be between its record and its swap.
fn is_still_active(active: &Policy, in_force: &InForce) -> Result<(), GateError> {
    match active.identity().effective_digest == in_force.activation.bundle.effective_digest {
        true => Ok(()),
        false => Err(THIS.refused("another policy came into force meanwhile, and is in force now")),
    }
}

/// Judges the last records under the lock, on a thread that may work for long.
async fn caught_up(pair: Pair, mut covered: Covered) -> Result<Covered, GateError> {
    let judged = tokio::task::spawn_blocking(move || {
        let lacking = pair.catch_up(&mut covered)?;
        Ok::<_, GateError>((lacking, covered))
    });
    let judged = judged.await;
    let (lacking, covered) =
        judged.map_err(|error| GateError::Interrupted(error.to_string()))??;
    match lacking.is_empty() {
        true => Ok(covered),
        false => Err(THIS.lacks(lacking)),
    }
}

/// What the evidence covers, up to fewer records than are judged under the lock.
fn covered(
    pair: &Pair,
    documents: &Documents,
    request: &ChangeRequest,
    trust: &Trust,
) -> Result<Result<Covered, Vec<String>>, GateError> {
    let (active, candidate) = (pair.active.pack(), pair.candidate.pack());
    let tightening = match nothing_loosened(active, candidate) {
        true => pair.tightening()?,
        false => None,
    };
    let least = required(active, candidate).criteria_of(tightening.is_some());
    let lacking = looser(&request.criteria, &least);
    let covered = match tightening {
        Some(covered) => Ok(covered),
        None => pair.report(documents, request, trust)?,
    };
    let mut covered = match covered {
        Ok(covered) if lacking.is_empty() => covered,
        Ok(_) => return Ok(Err(lacking)),
        Err(missing) => return Ok(Err(lacking.into_iter().chain(missing).collect())),
    };
    for _ in 0..MAX_CATCH_UPS {
        let lacking = pair.catch_up(&mut covered)?;
        if !lacking.is_empty() {
            return Ok(Err(lacking));
        }
        if pair.size()?.saturating_sub(covered.up_to) < MAX_JUDGED_UNDER_LOCK {
            break;
        }
    }
    Ok(Ok(covered))
}

fn promoted(
    requested: &Requested,
    in_force: &InForce,
    bundle: BundleRef,
    covered: &Covered,
    trust: &Trust,
    approvals: Vec<Digest>,
) -> Promoted {
    Promoted {
        active: Activation {
            bundle,
            engine: this_engine(),
        },
        approvals,
        judged_up_to: covered.up_to,
        packet: None,
        replaced: replaced(in_force),
        report: covered.report,
        request_digest: requested.digest,
        rollback_until: requested.request.rollback_until,
        trust: trust_ref(trust),
        watch_until: None,
    }
}

/// The activation that ends.
pub(super) fn replaced(in_force: &InForce) -> ReplacedRef {
    ReplacedRef {
        activation_index: in_force.index,
        effective_digest: in_force.activation.bundle.effective_digest,
    }
}

/// Digests in a request that are not those of the bundle that the store keeps.
pub(super) fn other_digests(request: &ChangeRequest, found: &BundleRef) -> Vec<String> {
    let asked = &request.candidate;
    let fields = [
        ("policy_digest", asked.policy_digest, found.policy_digest),
        (
            "effective_digest",
            asked.effective_digest,
            found.effective_digest,
        ),
        ("cases_digest", asked.cases_digest, found.cases_digest),
    ];
    let other = fields
        .into_iter()
        .filter(|(_, asked, found)| asked != found);
    let line = |(field, asked, found)| {
        format!("the request's `/candidate/{field}` is {asked}, and the bundle gives {found}")
    };
    other.map(line).collect()
}
