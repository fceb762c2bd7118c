//! Reading packs again while deciding goes on.

use std::sync::Arc;

use arc_swap::ArcSwap;
use tokio::signal::unix::Signal;

use super::begin::{CANDIDATE_REASON, candidate, difference, packed, pass, warn_not_kept};
use super::loaded::Loaded;
use super::shadow::Shadows;
use super::{ServeArgs, note};
use crate::authority::conditions::Aspect;
use crate::authority::gate::PolicyStore;
use crate::authority::{Authority, Slot};
use crate::canonical::Digest;
use crate::causes::in_line;
use crate::cli::commands::serve::error::ServiceError;
use crate::cli::error::CliError;
use crate::cli::global::GlobalArgs;
use crate::engine::Policy;
use crate::journal::record::refusal::Author;
use crate::library::Library;

/// Which policies are in force.
#[derive(Debug, Clone, PartialEq, Eq)]
struct InForce {
    active: Digest,
    candidate: Option<Digest>,
}

impl InForce {
    fn of(slot: &Slot) -> Self {
        let digest = |policy: &Arc<Policy>| policy.identity().effective_digest;
        Self {
            active: digest(&slot.active),
            candidate: slot.candidate.as_ref().map(digest),
        }
    }
}

/// Reads the packs again when asked to.
pub(super) struct Reloader {
    args: ServeArgs,
    global: GlobalArgs,
    authority: Arc<Authority>,
    library: Arc<ArcSwap<Library>>,
    /// What the last reading put in force.
    from_disk: InForce,
    shadows: Shadows,
}

impl Reloader {
    /// Of an authority that enforces what was just read from disk.
    pub(super) fn new(
        args: ServeArgs,
        global: GlobalArgs,
        authority: &Arc<Authority>,
        library: &Arc<ArcSwap<Library>>,
        shadows: Shadows,
    ) -> Self {
        Self {
            args,
            shadows,
            global,
            from_disk: InForce::of(&authority.slot()),
            authority: Arc::clone(authority),
            library: Arc::clone(library),
        }
    }

    pub(super) async fn run(mut self, mut hangups: Signal) {
        while hangups.recv().await.is_some() {
            let refused = self.reload().await.err().map(|error| {
                let error = in_line(&error);
                tracing::error!(error, "packs not reloaded, the policies in force stay");
                format!("not reloaded, the policies in force stay: {error}")
            });
            self.authority.conditions().set(Aspect::Packs, refused);
            self.shadows.reload(&self.global).await;
        }
    }

    /// Takes what is on disk, all of it or nothing.
    async fn reload(&mut self) -> Result<(), CliError> {
        // Files and compilation; the other thread goes on deciding.
        let read = || Loaded::read_policies(&self.args, &self.global);
        let loaded = tokio::task::block_in_place(read)?;
        let in_force = InForce::of(&self.authority.slot());
        // What an administrator staged or put in force must not be undone by a signal.
        let is_meant = match self.authority.store() {
            Some(_) => in_force.candidate == self.from_disk.candidate,
            None => in_force == self.from_disk,
        };
        if !is_meant {
            return Err(ServiceError::ChangedMeanwhile.into());
        }
        let library = loaded.packs.library().clone();
        match self.authority.store() {
            Some(_) => self.candidate_again(&loaded).await?,
            None if self.args.development => self.all_again(&loaded).await?,
            None => self.candidate_alone(&loaded).await?,
        }
        self.library.store(Arc::new(library));
        let in_force = InForce::of(&self.authority.slot());
        tracing::info!(active = %in_force.active, changed = in_force != self.from_disk, "packs reloaded");
        self.from_disk = in_force;
        Ok(())
    }

    /// Without a store, in development: the active policy too.
    async fn all_again(&self, loaded: &Loaded) -> Result<(), CliError> {
        let now = Arc::clone(self.authority.slot().active.identity());
        let checked = tokio::task::block_in_place(|| loaded.active(&self.args))?.checked;
        let active = pass(loaded, checked, Some(&now))?;
        let candidate = candidate(loaded, Some(&now))?;
        self.authority
            .replace(active.policy, candidate, Author::Hangup)
            .await?;
        note(&self.authority, Aspect::Policy, active.problem);
        Ok(())
    }

    /// With a store: the candidate is kept; the pack that the command line names is compared with
    /// the policy in force.
    async fn candidate_again(&self, loaded: &Loaded) -> Result<(), CliError> {
        let now = Arc::clone(self.authority.slot().active.identity());
        let candidate = candidate(loaded, Some(&now))?;
        if let Some(packed) = packed(loaded) {
            let reason = Some(CANDIDATE_REASON.to_owned());
            let kept = self.authority.propose(packed, Author::Hangup, reason).await;
            kept.map_or_else(|error| warn_not_kept(&error), drop);
        }
        self.authority
            .reload_candidate(candidate, Author::Hangup)
            .await?;
        let history = self.authority.store().map(PolicyStore::history);
        let differs = difference(&self.args, loaded, &now, &history.unwrap_or_default());
        note(&self.authority, Aspect::Succession, differs);
        Ok(())
    }

    /// Without a journal: the candidate alone.
    async fn candidate_alone(&self, loaded: &Loaded) -> Result<(), CliError> {
        let now = Arc::clone(self.authority.slot().active.identity());
        let candidate = candidate(loaded, Some(&now))?;
        let reloaded = self.authority.reload_candidate(candidate, Author::Hangup);
        Ok(reloaded.await?)
    }
}
