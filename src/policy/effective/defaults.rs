//! What stands where nobody in a lineage says anything.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Listed;
use crate::policy::verdict::BASE_ORIGIN;

/// The branches that a release or a deployment is commonly made from: git's own default
/// name (git-init(1), `init.defaultBranch`) and that of the large code hosts.
const PROTECTED_BRANCHES: [&str; 2] = ["main", "master"];

/// The key of `approvals` for every rule without a group of its own.
const DEFAULT: &str = "default";
/// Those who answer for the code approve what nobody else does.
const CODE_OWNERS: &str = "Repository Owners";
/// Those who answer for the platform approve changes of the guard and of what runs later.
const PLATFORM: &str = "Platform Security";
/// The rules that are about such changes.
const PLATFORM_RULES: [&str; 2] = [
    "filesystem.write.require_approval",
    "guard.tamper.require_approval",
];

/// The branches that are protected where no pack has `git.protected_branches`.
pub(super) fn protected_branches() -> Vec<Listed> {
    let origin: Arc<str> = BASE_ORIGIN.into();
    PROTECTED_BRANCHES
        .map(|name| Listed {
            text: name.into(),
            origin: Arc::clone(&origin),
        })
        .into()
}

/// Whether nobody in a lineage names the group that approves what no other does.
pub(super) fn stand_in<T>(said: &BTreeMap<String, T>) -> bool {
    !said.contains_key(DEFAULT)
}

/// `approvals` with somebody for every rule. A lineage that names a default group means it
/// for writes too.
pub(super) fn approvals(
    mut said: BTreeMap<String, Vec<Arc<str>>>,
) -> BTreeMap<String, Vec<Arc<str>>> {
    if !stand_in(&said) {
        return said;
    }
    said.insert(DEFAULT.to_owned(), vec![CODE_OWNERS.into()]);
    for rule in PLATFORM_RULES {
        said.entry(rule.to_owned())
            .or_insert_with(|| vec![PLATFORM.into()]);
    }
    said
}
