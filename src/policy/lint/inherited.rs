//! What a pack gets from its parents without asking for it.

use super::Subject;
use crate::policy::effective::{EffectivePack, FindError, resolve};
use crate::policy::issue::Issue;
use crate::policy::source::PackSource;

/// The protections that are on unless a pack says otherwise.
fn protections(pack: &EffectivePack) -> [(&'static str, &'static str, bool); 3] {
    let direct_push = pack.git.block_direct_push_to_protected_branch;
    [
        ("git", "block_direct_push_to_protected_branch", direct_push),
        ("mcp", "allowlist_enabled", pack.mcp.allowlist_enabled),
        (
            "mcp",
            "block_unknown_servers",
            pack.mcp.block_unknown_servers,
        ),
    ]
}

/// One parent that switches a protection off does so for the child too, even where the
/// other parents rely on its being on.
pub(super) fn check(
    subject: &Subject<'_>,
    find: &mut dyn FnMut(&str) -> Result<PackSource, FindError>,
) -> Vec<Issue> {
    let Some(effective) = subject.effective else {
        return Vec::new();
    };
    let own = &subject.pack;
    let unset = [
        own.git.block_direct_push_to_protected_branch.is_none(),
        own.mcp.allowlist_enabled.is_none(),
        own.mcp.block_unknown_servers.is_none(),
    ];
    let parents = own.metadata.inherits.iter();
    let parents: Vec<EffectivePack> = parents.filter_map(|id| resolve(id, find).ok()).collect();
    let mut issues = Vec::new();
    for ((section, field, on), unset) in protections(effective).into_iter().zip(unset) {
        let relies = parents
            .iter()
            .find(|parent| protections(parent).contains(&(section, field, true)));
        if let (false, true, Some(relies)) = (on, unset, relies) {
            let message = format!(
                "`{section}.{field}` is off, though `{}` has it on; set it here to say that it is meant",
                relies.id()
            );
            let at = subject.places.field(&["metadata", "inherits"]);
            issues.push(Issue::warning("protection-lost", message, at));
        }
    }
    issues
}
