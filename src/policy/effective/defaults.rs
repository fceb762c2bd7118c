//! The defaults of fields that no pack of a lineage sets.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Listed;
use crate::decision::BASE_ORIGIN;
use crate::policy::base_rule::{Approvers, BaseRule};
use crate::policy::pack::List;

/// The branches that a release or a deployment is commonly made from: git's own default
/// name (git-init(1), `init.defaultBranch`) and that of the large code hosts.
const PROTECTED_BRANCHES: [&str; 2] = ["main", "master"];

/// The remotes that may be pushed to where no pack of a lineage lists one: the names that
/// `git clone` gives (git-clone(1), `--origin`) and that forks commonly give their source.
const REMOTES: [&str; 2] = ["origin", "upstream"];

/// The key of `approvals` for every rule without a group of its own.
const DEFAULT: &str = "default";
/// The owners of the code approve what no other group approves.
const CODE_OWNERS: &str = "Repository Owners";
/// The owners of the platform approve changes of the guard and of what runs later.
const PLATFORM: &str = "Platform Security";
/// The branches that are protected where no pack has `git.protected_branches`.
pub(super) fn protected_branches() -> Vec<Listed> {
    listed(&PROTECTED_BRANCHES)
}

/// The entries of a list, or its default if no pack has an entry.
pub(super) fn list(list: List, said: &[Listed]) -> Vec<Listed> {
    match list {
        List::GitAllowedRemotes if said.is_empty() => listed(&REMOTES),
        _ => said.to_vec(),
    }
}

fn listed(names: &[&str]) -> Vec<Listed> {
    let origin: Arc<str> = BASE_ORIGIN.into();
    let one = |name: &&str| Listed {
        text: Arc::from(*name),
        origin: Arc::clone(&origin),
        terms: None,
    };
    names.iter().map(one).collect()
}

/// Whether no pack of a lineage names the default approvers.
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
    let platform = BaseRule::ALL.iter();
    for rule in platform.filter(|rule| rule.approvers() == Approvers::Platform) {
        said.entry(rule.id().to_owned())
            .or_insert_with(|| vec![PLATFORM.into()]);
    }
    said
}
