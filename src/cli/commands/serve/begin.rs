//! Which policies a service begins with.

use std::sync::Arc;

use super::ServeArgs;
use super::journal::Opened;
use super::loaded::{Loaded, Read};
use crate::authority::gate::start::{Enforced, Seed};
use crate::authority::gate::store::Packed;
use crate::authority::gate::{GateError, History, PolicyStore};
use crate::authority::in_force::{Checked, NotInForce, Passed, is_same_pack};
use crate::authority::last_policy::{last_policy, succession_problem};
use crate::authority::recording::Recording;
use crate::causes::in_line;
use crate::cli::error::CliError;
use crate::decision::{PolicyIdentity, PolicyState};
use crate::engine::{Policy, effective_digest};
use crate::journal::record::lifecycle::By;
use crate::journal::record::refusal::Author;

/// The policies of a service, before its authority is made of them.
pub(super) struct Begun {
    pub(super) active: Arc<Policy>,
    pub(super) candidate: Option<Arc<Policy>>,
    pub(super) state: Option<PolicyState>,
    /// What is wrong with the active policy all the same.
    pub(super) problem: Option<String>,
    /// What another policy than this one should be in force.
    pub(super) succession: Option<String>,
    /// The store, if the policies come into force through one.
    pub(super) store: Option<PolicyStore>,
}

/// Finds out which policies are in force from the start on.
pub(super) async fn begin(
    args: &ServeArgs,
    loaded: &Loaded,
    opened: Option<&Opened>,
) -> Result<Begun, CliError> {
    match opened.filter(|_| !args.development) {
        Some(opened) => kept(args, loaded, opened).await,
        None => unproved(args, loaded, opened.map(|opened| &opened.recording)),
    }
}

/// Without a store: the packs on disk are enforced.
fn unproved(
    args: &ServeArgs,
    loaded: &Loaded,
    recording: Option<&Recording>,
) -> Result<Begun, CliError> {
    let last = recording.and_then(last_in_force);
    let active = loaded.active(args)?.checked;
    let active = pass(loaded, active, last.as_ref())?;
    let succession = last
        .as_ref()
        .and_then(|last| succession_problem(last, active.policy.identity()))
        .filter(|_| !args.expect.is_given());
    Ok(Begun {
        candidate: candidate(loaded, last.as_ref())?,
        active: active.policy,
        state: Some(PolicyState::Unproved),
        problem: active.problem,
        succession,
        store: None,
    })
}

/// With a store: what it names is enforced; an empty one is seeded with the pack on disk.
async fn kept(args: &ServeArgs, loaded: &Loaded, opened: &Opened) -> Result<Begun, CliError> {
    let recording = &opened.recording;
    let directory = recording.journal().directory();
    let store = PolicyStore::open(directory, opened.log_key.clone())?;
    let admission = loaded.packs.admission();
    let resumed = store
        .resume(recording, admission, args.require_proved)
        .await?;
    let is_seeded = resumed.is_none();
    let Enforced {
        policy,
        state,
        failed,
    } = match resumed {
        Some(resumed) => resumed,
        None => seed(args, loaded, &store, recording).await?,
    };
    args.expect.check(policy.identity())?;
    if let Some((trust, digest)) = args.trust.find_stored()? {
        let by = By::from(Author::Start);
        store.take_trust(recording, trust, digest, by).await?;
    }
    let candidate = candidate(loaded, Some(policy.identity()))?;
    if let Some(packed) = packed(loaded) {
        let (by, reason) = (By::from(Author::Start), CANDIDATE_REASON.to_owned());
        let kept = store.keep(recording, packed, by, Some(reason)).await;
        kept.map_or_else(|error| warn_not_kept(&error), drop);
    }
    let succession = match is_seeded {
        true => None,
        false => difference(args, loaded, policy.identity(), &store.history()),
    };
    Ok(Begun {
        active: policy,
        candidate,
        state,
        problem: problem(&failed, state),
        succession,
        store: Some(store),
    })
}

/// The first policy of a store is the pack that the command line names.
async fn seed(
    args: &ServeArgs,
    loaded: &Loaded,
    store: &PolicyStore,
    recording: &Recording,
) -> Result<Enforced, CliError> {
    let last = store.before()?;
    let Read { checked, bundle } = loaded.active(args)?;
    let passed = pass(loaded, checked, last.as_ref().map(|(_, last)| last))?;
    let failed = passed.problem.clone().into_iter().collect();
    let seed = Seed {
        bundle,
        passed,
        adopt: args.adopt.clone(),
    };
    let enforced = store.seed(recording, seed, last).await?;
    Ok(Enforced { failed, ..enforced })
}

/// What is wrong with a policy in force, for the log and for health.
fn problem(failed: &[String], state: Option<PolicyState>) -> Option<String> {
    let why = match state {
        Some(_) => {
            "the policy in force is not re-proved since another version of cavra compiled it"
        }
        None => "the policy in force should not be in force",
    };
    (!failed.is_empty()).then(|| format!("{why}:\n  {}", failed.join("\n  ")))
}

/// What differs between the policy in force and the pack that the command line names, if it names
/// one. The pack is not enforced. A pack that was in force before is what the service was started
/// with before a promotion, so it is worth a line in the log and no more.
pub(super) fn difference(
    args: &ServeArgs,
    loaded: &Loaded,
    active: &PolicyIdentity,
    history: &History,
) -> Option<String> {
    if !args.policy.is_given() {
        return None;
    }
    let in_force = format!(
        "the policy in force is `{}` {} ({})",
        active.id, active.version, active.effective_digest
    );
    let named = loaded.packs.effective(&args.policy.pack_ref());
    match named.map(|pack| (effective_digest(&pack), pack)) {
        Ok((digest, _)) if digest == active.effective_digest => None,
        Ok((digest, _)) if history.was_effective(digest) => {
            tracing::info!(
                "{in_force}; the pack that the command line names was in force before, and is not \
                 read any more: start without it"
            );
            None
        }
        Ok((digest, pack)) => Some(format!(
            "{in_force}, and the pack that the command line names is `{}` ({digest}); it is not \
             enforced: `cavra lifecycle promote` puts a policy in force",
            pack.id()
        )),
        Err(error) => Some(format!(
            "{in_force}, and the pack that the command line names can't be read: {}",
            in_line(&error)
        )),
    }
}

/// The candidate of the command line as the store keeps it, so that it can be asked for. One that
/// can't be kept is compared all the same.
pub(super) fn packed(loaded: &Loaded) -> Option<Packed> {
    let read = loaded.candidate.as_ref()?;
    match Packed::of(read.bundle.clone(), read.checked.identity()) {
        Ok(packed) => Some(packed),
        Err(error) => {
            warn_not_kept(&error);
            None
        }
    }
}

/// Why a candidate of the command line is kept.
pub(super) const CANDIDATE_REASON: &str = "the candidate of the command line";

/// Says in the log that a candidate isn't kept.
pub(super) fn warn_not_kept(error: &GateError) {
    let error = in_line(error);
    tracing::warn!(
        error,
        "the candidate is compared, but the store doesn't keep it"
    );
}

/// The candidate, if nothing that was found keeps it from being put in force.
pub(super) fn candidate(
    loaded: &Loaded,
    last: Option<&PolicyIdentity>,
) -> Result<Option<Arc<Policy>>, NotInForce> {
    let candidate = loaded.candidate.as_ref();
    let passed = candidate.map(|read| pass(loaded, read.checked.clone(), last));
    Ok(passed.transpose()?.map(|passed| passed.policy))
}

/// Lets a policy pass, if nothing that was found keeps it from being put in force. `last` is what
/// was in force before.
pub(super) fn pass(
    loaded: &Loaded,
    checked: Checked,
    last: Option<&PolicyIdentity>,
) -> Result<Passed, NotInForce> {
    let was_in_force = last.is_some_and(|last| is_same_pack(last, checked.identity()));
    checked.pass(loaded.packs.admission(), was_in_force)
}

/// The policy that the journal's authority enforced last. A journal that doesn't tell excuses
/// nothing.
fn last_in_force(recording: &Recording) -> Option<PolicyIdentity> {
    let last = last_policy(recording.journal().directory()).unwrap_or_else(|error| {
        tracing::warn!(
            error = in_line(&error),
            "the journal doesn't tell which policy was in force before"
        );
        None
    });
    last.map(|(_, policy)| policy)
}
