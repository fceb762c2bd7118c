//! Which groups must approve an action, by everything that sends it to approval.

use std::sync::Arc;

use hashbrown::{HashMap, HashSet};

use super::Policy;
use super::limits::{MAX_APPROVAL_REQUIREMENTS, MAX_REQUIREMENT_REASONS, MAX_REQUIREMENTS_BYTES};
use super::unrendered::Unrendered;
use crate::action::facts::Facts;
use crate::canonical::json_len;
use crate::decision::{ApprovalRequirement, Because, Outcome, Verdict};
use crate::policy::base_rule::BaseRule;

/// What an approval of the action needs: for each set of groups that an asking rule or entry names,
/// one of them. Every finding counts, whether or not it is listed.
///
/// The rule about commands that no list names adds its groups only where no other asking rule
/// matched the same simple command, or where some of its findings were left away (`unheard`): then
/// nobody knows. What could not be evaluated can't be approved.
pub(super) fn requirements(
    policy: &Policy,
    facts: &Facts,
    found: &[Unrendered<'_>],
    unheard: usize,
) -> Vec<ApprovalRequirement> {
    let asking = || {
        found
            .iter()
            .filter(|it| it.decision == Verdict::RequireApproval)
    };
    let spoken: HashSet<usize> = asking()
        .filter(|it| !is_default(it))
        .filter_map(|it| it.command(facts))
        .collect();
    let adds = |it: &&Unrendered<'_>| {
        let is_spoken = || {
            it.command(facts)
                .is_some_and(|index| spoken.contains(&index))
        };
        !is_default(it) || unheard > 0 || !is_spoken()
    };
    let mut needs = Needs::default();
    for it in asking().filter(adds) {
        let groups = match it.outcome {
            Outcome::NotEvaluated => Arc::default(),
            Outcome::RuleMatched | Outcome::NothingMatched => it.groups(policy),
        };
        needs.add(groups, || it.because(policy));
    }
    needs.list
}

/// The requirements so far.
#[derive(Default)]
struct Needs {
    list: Vec<ApprovalRequirement>,
    /// The index in `list` by the groups in order.
    by_groups: HashMap<Vec<Arc<str>>, usize>,
    /// About how many bytes of JSON they are.
    bytes: usize,
}

impl Needs {
    fn add(&mut self, groups: Arc<[Arc<str>]>, because: impl Fn() -> Because) {
        let mut key = groups.to_vec();
        key.sort_unstable();
        key.dedup();
        let known = self.by_groups.get(&key).copied();
        let (index, any_of) = match known {
            Some(index) => (index, groups),
            None if self.list.len() < MAX_APPROVAL_REQUIREMENTS && self.has_room(&groups) => {
                self.by_groups.insert(key, self.list.len());
                (self.list.len(), groups)
            }
            // More than are listed: nobody can meet those that nobody sees.
            None => {
                let unlisted = self.list.iter().position(|it| it.any_of.is_empty());
                (unlisted.unwrap_or(self.list.len()), Arc::default())
            }
        };
        if index == self.list.len() {
            self.list.push(ApprovalRequirement {
                any_of,
                because: Vec::new(),
            });
        }
        let Some(requirement) = self.list.get_mut(index) else {
            return;
        };
        if requirement.because.len() < MAX_REQUIREMENT_REASONS {
            let because = because();
            let entry = because.entry.as_deref().map_or(0, json_len);
            let bytes = FRAME_BYTES + json_len(&because.rule_id) + entry;
            let fits = self.bytes + bytes <= MAX_REQUIREMENTS_BYTES;
            if fits && !requirement.because.contains(&because) {
                self.bytes += bytes;
                requirement.because.push(because);
            }
        }
    }

    /// Whether a requirement with these groups fits; if so, that is counted.
    fn has_room(&mut self, groups: &[Arc<str>]) -> bool {
        let names = groups.iter().map(|name| FRAME_BYTES + json_len(name));
        let bytes = FRAME_BYTES + names.sum::<usize>();
        let fits = self.bytes + bytes <= MAX_REQUIREMENTS_BYTES;
        self.bytes += if fits { bytes } else { 0 };
        fits
    }
}

/// Bytes of the names of fields, quotation marks and commas around a text.
const FRAME_BYTES: usize = 32;

/// Whether it is the rule about commands that no list names.
fn is_default(found: &Unrendered<'_>) -> bool {
    found.rule_id == BaseRule::CommandsDefaultRequireApproval.id()
}
