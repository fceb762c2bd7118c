//! What a change from one policy to another has to show.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Promotion;
use crate::policy::diff::{Direction, diff};
use crate::policy::effective::EffectivePack;
use crate::policy::pack::{Flag, List};

/// What a change from `active` to `candidate` has to show: for each number the stricter one of
/// both. So a candidate can't lower the bar that it has to pass itself.
///
/// [`Promotion::criteria_of`] says which criteria apply. A replay may find more that is loosened
/// than [`nothing_loosened`] does.
#[must_use]
pub fn required(active: &EffectivePack, candidate: &EffectivePack) -> Promotion {
    active.promotion().stricter(candidate.promotion())
}

/// Whether a change from `active` to `candidate` loosens nothing, by the packs alone. What is
/// unclear counts as loosened: any change of approvals, of the section `promotion`, of cases, of
/// packs' own Rego or of the mode. Titles, versions and controls decide nothing, so they may
/// change.
#[must_use]
pub fn nothing_loosened(active: &EffectivePack, candidate: &EffectivePack) -> bool {
    let same = active.content.approvals == candidate.content.approvals
        && active.promotion() == candidate.promotion()
        && active.cases == candidate.cases
        && active.rules == candidate.rules
        && active.mode == candidate.mode;
    same && diff(active, candidate)
        .changes()
        .all(|change| match change.direction {
            Direction::Neutral => true,
            Direction::Tightens => !moves_approvers(&change.path, candidate),
            Direction::Loosens | Direction::Unclear => false,
        })
}

/// Whether an entry at `path` can move an action from one group of approvers to another: it sends
/// actions to approval that another rule may have sent there before.
fn moves_approvers(path: &str, pack: &EffectivePack) -> bool {
    let approvers: BTreeSet<&Vec<Arc<str>>> = pack.content.approvals.values().collect();
    let field = path.split('[').next().unwrap_or(path);
    approvers.len() > 1 && !BLOCKING.contains(&field)
}

/// The fields that block. Whatever they say more, nothing is sent to other approvers by it.
const BLOCKING: [&str; 6] = [
    List::FilesystemBlockRead.path(),
    List::FilesystemBlockWrite.path(),
    List::CommandsBlock.path(),
    List::McpBlockedServers.path(),
    Flag::GitBlockDirectPush.path(),
    Flag::McpBlockUnknownServers.path(),
];
