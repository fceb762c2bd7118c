//! Reading packs again while deciding goes on.

use std::sync::Arc;

use arc_swap::ArcSwap;
use tokio::signal::unix::Signal;

use super::loaded::{Loaded, Policies};
use super::shadow::Shadows;
use super::{ServeArgs, note_problem};
use crate::authority::conditions::Aspect;
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

    /// Puts what is on disk in force, all of it or nothing.
    async fn reload(&mut self) -> Result<(), CliError> {
        // Files and compilation; the other thread goes on deciding.
        let read = || Loaded::read_policies(&self.args, &self.global);
        let loaded = tokio::task::block_in_place(read)?;
        // What an administrator put in force must not be undone by a signal.
        if InForce::of(&self.authority.slot()) != self.from_disk {
            return Err(ServiceError::ChangedMeanwhile.into());
        }
        let now = Arc::clone(self.authority.slot().active.identity());
        let Policies { active, candidate } = loaded.policies.pass(&loaded.admission, Some(&now))?;
        self.library.store(Arc::new(loaded.library));
        self.authority
            .replace(
                active.policy,
                candidate.map(|passed| passed.policy),
                Author::Hangup,
            )
            .await?;
        note_problem(&self.authority, active.problem);
        let in_force = InForce::of(&self.authority.slot());
        tracing::info!(active = %in_force.active, changed = in_force != self.from_disk, "packs reloaded");
        self.from_disk = in_force;
        Ok(())
    }
}
