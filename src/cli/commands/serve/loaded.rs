//! What a service reads from disk, before any of it is put in force.

use super::ServeArgs;
use crate::authority::in_force::Checked;
use crate::cli::error::CliError;
use crate::cli::global::GlobalArgs;
use crate::cli::packs::{PackRef, Packs};
use crate::policy::bundle::Bundle;
use crate::shadow::runs::Candidate;

/// Everything that was read.
pub(super) struct Loaded {
    pub(super) packs: Packs,
    /// Where it was read already.
    active: Option<Read>,
    pub(super) candidate: Option<Read>,
    pub(super) shadows: Vec<Candidate>,
}

/// A pack that compiles, and its files.
#[derive(Clone)]
pub(super) struct Read {
    pub(super) checked: Checked,
    pub(super) bundle: Bundle,
}

impl Loaded {
    pub(super) fn read(args: &ServeArgs, global: &GlobalArgs) -> Result<Self, CliError> {
        let mut loaded = Self::read_policies(args, global)?;
        // Without a journal of before, the pack is enforced: what is wrong with it is said at once.
        if args.development || !args.journal.is_begun(args.doors.journal_address()) {
            loaded.active = Some(loaded.active(args)?);
        }
        loaded.shadows = args.shadow.read(&loaded.packs)?;
        Ok(loaded)
    }

    /// Without the candidates of shadow runs: one that can't be read holds up no policy.
    pub(super) fn read_policies(args: &ServeArgs, global: &GlobalArgs) -> Result<Self, CliError> {
        let packs = Packs::to_judge(global)?.letting(args.lax);
        let candidate = args.candidate.clone().map(PackRef::Either);
        let candidate = candidate.map(|pack| Read::of(&packs, &pack)).transpose()?;
        Ok(Self {
            packs,
            active: None,
            candidate,
            shadows: Vec::new(),
        })
    }

    /// The pack that the command line names as the active one.
    pub(super) fn active(&self, args: &ServeArgs) -> Result<Read, CliError> {
        if let Some(read) = &self.active {
            return Ok(read.clone());
        }
        let read = Read::of(&self.packs, &args.policy.pack_ref())?;
        args.expect.check(read.checked.identity())?;
        Ok(read)
    }
}

impl Read {
    fn of(packs: &Packs, pack: &PackRef) -> Result<Self, CliError> {
        Ok(Self {
            checked: packs.check(pack)?,
            bundle: packs.bundle(pack)?,
        })
    }
}
