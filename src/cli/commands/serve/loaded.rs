//! What a service reads from disk, before any of it is put in force.

use super::ServeArgs;
use crate::authority::admission::Admission;
use crate::authority::in_force::{Checked, NotInForce, Passed, is_same_pack};
use crate::cli::error::CliError;
use crate::cli::global::GlobalArgs;
use crate::cli::packs::{PackRef, Packs};
use crate::decision::PolicyIdentity;
use crate::library::Library;
use crate::shadow::runs::Candidate;

/// Everything that was read.
pub(super) struct Loaded {
    pub(super) library: Library,
    pub(super) admission: Admission,
    pub(super) policies: Policies<Checked>,
    pub(super) shadows: Vec<Candidate>,
}

/// The policies that are to be in force.
pub(super) struct Policies<T> {
    pub(super) active: T,
    pub(super) candidate: Option<T>,
}

impl Loaded {
    pub(super) fn read(args: &ServeArgs, global: &GlobalArgs) -> Result<Self, CliError> {
        let packs = Packs::to_judge(global)?.letting(args.lax);
        let shadows = args.shadow.read(&packs)?;
        let policies = Self::of(args, packs)?;
        Ok(Self {
            shadows,
            ..policies
        })
    }

    /// Without the candidates of shadow runs: one that can't be read holds up no policy.
    pub(super) fn read_policies(args: &ServeArgs, global: &GlobalArgs) -> Result<Self, CliError> {
        Self::of(args, Packs::to_judge(global)?.letting(args.lax))
    }

    fn of(args: &ServeArgs, packs: Packs) -> Result<Self, CliError> {
        let active = packs.check(&args.policy.pack_ref())?;
        args.expect.check(active.identity())?;
        let candidate = args.candidate.clone().map(PackRef::Either);
        let candidate = candidate.map(|pack| packs.check(&pack)).transpose()?;
        Ok(Self {
            policies: Policies { active, candidate },
            shadows: Vec::new(),
            admission: packs.admission().clone(),
            library: packs.into_library(),
        })
    }
}

impl Policies<Checked> {
    /// Lets them pass, if nothing that was found keeps them from being put in force. `last` is
    /// what was in force before.
    ///
    /// # Errors
    /// If something does.
    pub(super) fn pass(
        self,
        admission: &Admission,
        last: Option<&PolicyIdentity>,
    ) -> Result<Policies<Passed>, NotInForce> {
        let pass = |checked: Checked| {
            let was_in_force = last.is_some_and(|last| is_same_pack(last, checked.identity()));
            checked.pass(admission, was_in_force)
        };
        Ok(Policies {
            active: pass(self.active)?,
            candidate: self.candidate.map(pass).transpose()?,
        })
    }
}
