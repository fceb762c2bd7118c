//! Deletes that a pack allows: of temporary files, and of files that the same line made.

use super::Prepare;
use super::effects::is_temporary;
use crate::action::facts::{Certainty, Command, Deed, Extent, Facts, PathAccess};
use crate::policy::pack::AllowedEffect;

/// The temporary folders, with the number of names below them that belong to no single program:
/// on macOS, each user has `/var/folders/xx/yyyy/T`.
const FOLDERS: &[(&str, usize)] = &[("tmp/", 0), ("private/tmp/", 0), ("var/folders/", 3)];

impl Prepare<'_> {
    /// For each command whether it deletes or moves files, and the pack allows that for each of
    /// them. Empty if that is so of none.
    pub(super) fn allowed_deletes(&self, facts: &Facts) -> Vec<bool> {
        let allowed = self.policy.pack.content.commands.allow_effects;
        let temporary = allowed.allows(AllowedEffect::TemporaryFiles);
        let workspace = allowed.allows(AllowedEffect::WriteWorkspace);
        let mut deletes: Vec<bool> = facts.commands.iter().map(is_known_delete).collect();
        if !(temporary || workspace) || !deletes.contains(&true) {
            return Vec::new();
        }
        let mut owns = vec![false; deletes.len()];
        for write in &facts.writes {
            let Some(index) = write.command.filter(|it| deletes.get(*it) == Some(&true)) else {
                continue;
            };
            let is_allowed = (temporary && is_own_temporary(write))
                || (workspace && write.made_before && is_one_of_workspace(write));
            owns.get_mut(index).into_iter().for_each(|it| *it = true);
            if let Some(deletes) = deletes.get_mut(index) {
                *deletes = is_allowed;
            }
        }
        // Of a command without a path nothing is known.
        deletes
            .iter_mut()
            .zip(owns)
            .for_each(|(it, owns)| *it &= owns);
        deletes
    }

    /// Whether the pack allows all that the command of this access deletes.
    pub(super) fn is_allowed_delete(&self, write: &PathAccess) -> bool {
        let allowed = write.command.and_then(|index| self.deletes.get(index));
        allowed == Some(&true)
    }
}

fn is_known_delete(command: &Command) -> bool {
    command.effects.extent == Extent::Known && command.effects.does.contains(Deed::Deletes)
}

fn is_one_of_workspace(write: &PathAccess) -> bool {
    write.certainty == Certainty::Certain && !write.outside_workspace && !write.device
}

/// Whether a file or a folder below a temporary folder is meant, or what lies in one that is named.
/// `/tmp` itself, `/tmp/*` and `/tmp/x*` are everybody's.
pub(super) fn is_own_temporary(access: &PathAccess) -> bool {
    if !is_temporary(access) || access.written.split('/').any(|name| name == "..") {
        return false;
    }
    FOLDERS.iter().any(|(folder, shared)| {
        let below = access.path.strip_prefix(folder);
        below.is_some_and(|below| {
            let mut names = below.split('/');
            let constant = |name: &str| !name.is_empty() && !name.contains(['*', '?', '[', '{']);
            (0..=*shared).all(|_| names.next().is_some_and(constant))
        })
    })
}
