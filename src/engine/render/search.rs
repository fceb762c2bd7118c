//! Why a search needs approval, and what to say so that it needs none.

use super::super::Policy;
use super::short;
use crate::action::facts::Facts;
use crate::policy::base_rule::BaseRule;
use crate::policy::pack::{Choice, Permission};

/// The reason of a finding about a search that could open a file that is blocked. None for every other, and
/// where the pack allows no search by what it opens.
pub(super) fn reason(
    policy: &Policy,
    facts: &Facts,
    rule_id: &str,
    subject: usize,
    pattern: Option<&str>,
) -> Option<String> {
    let is_it = rule_id == BaseRule::FilesystemReadRequireApproval.id();
    let pattern = pattern.filter(|_| is_it)?;
    let read = facts.all_reads().nth(subject)?;
    let search = read.search.as_ref()?;
    let permission = Choice::FilesystemSearch.of(&policy.pack.content);
    if permission != Permission::Allow {
        return None;
    }
    let on = short(&read.written);
    let advice = match (search.includes.is_empty(), read.command) {
        (true, Some(_)) => {
            "; choose the files by their names, such as `rg -g '*.ts'`, `rg -t py` or `grep -r --include='*.go'`"
        }
        (true, None) => "; choose the files by their names, such as `src/**/*.ts`",
        (false, _) => "",
    };
    Some(format!(
        "the search of `{on}` could open a file that the pattern `{pattern}` blocks{advice}"
    ))
}
