//! Deletes that a pack allows: of temporary files, and of files that the same line made.

use super::Prepare;
use super::effects::{is_one, is_temporary};
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
            let command = facts.commands.get(index);
            let is_own = is_own_temporary(write)
                || command.is_some_and(|command| is_in_target(command, write));
            let is_allowed = (temporary && is_own)
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

/// Behind a name, `..` leads to the folder that a link's target lies in.
fn is_one_of_workspace(write: &PathAccess) -> bool {
    let climbs = write.written.split('/').any(|name| name == "..");
    write.certainty == Certainty::Certain && !write.outside_workspace && !write.device && !climbs
}

/// Whether this is the file that a move would make if its target is a folder: no word spells it. The
/// target itself is another write of the command.
fn is_in_target(command: &Command, write: &PathAccess) -> bool {
    let is_spelled = command.words.iter().any(|word| word.text == write.written);
    !is_spelled && is_one(write) && is_temporary(write)
}

/// Whether a file or a folder is meant that lies directly in a temporary folder, with what lies in it.
/// `/tmp` itself, `/tmp/*` and `/tmp/x*` are everybody's. What lies deeper may be reached through a link,
/// and so may what a slash at the end names: `rm -r /tmp/link/` empties the folder behind the link (macOS).
pub(super) fn is_own_temporary(access: &PathAccess) -> bool {
    let written = access.written.as_str();
    let is_odd = |name: &str| matches!(name, "." | "..");
    if !is_temporary(access) || written.ends_with('/') || written.split('/').any(is_odd) {
        return false;
    }
    FOLDERS.iter().any(|(folder, shared)| {
        let Some(below) = access.path.strip_prefix(folder) else {
            return false;
        };
        let mut names = below.split('/');
        let constant = |name: &str| !name.is_empty() && !name.contains(['*', '?', '[', '{']);
        (0..=*shared).all(|_| names.next().is_some_and(constant))
            && names.next().is_none_or(|rest| rest == "**")
            && names.next().is_none()
    })
}
