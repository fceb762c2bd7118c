//! What a pack gets from its parents without asking for it.

use super::Subject;
use crate::policy::effective::{EffectivePack, FindError, resolve};
use crate::policy::issue::Issue;
use crate::policy::pack::Flag;
use crate::policy::source::PackSource;

/// The protections that are on unless a pack says otherwise.
fn protections() -> impl Iterator<Item = Flag> {
    Flag::ALL
        .iter()
        .copied()
        .filter(|flag| flag.default_value())
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
    let parents = subject.pack.metadata.inherits.iter();
    let parents: Vec<EffectivePack> = parents.filter_map(|id| resolve(id, find).ok()).collect();
    let mut issues = Vec::new();
    for flag in protections() {
        let on = *effective.content.flag(flag);
        let unset = subject.pack.flag(flag).is_none();
        let relies = parents.iter().find(|parent| *parent.content.flag(flag));
        if let (false, true, Some(relies)) = (on, unset, relies) {
            let message = format!(
                "`{}` is off, though `{}` has it on; set it here to say that it is meant",
                flag.path(),
                relies.id()
            );
            let at = subject.places.field(&["metadata", "inherits"]);
            issues.push(Issue::warning("protection-lost", message, at));
        }
    }
    issues
}
