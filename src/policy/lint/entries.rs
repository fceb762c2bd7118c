//! What entries say beside their patterns: names that nothing uses, and names that look wrong.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::Subject;
use crate::policy::issue::{Issue, Location};
use crate::policy::pack::{List, ListEntry};
use crate::policy::read::fields::is_alike;

pub(super) fn check(subject: &Subject<'_>) -> Vec<Issue> {
    let named = named_groups(subject);
    let mut ids: HashMap<&str, &str> = HashMap::new();
    let mut issues = Vec::new();
    for list in List::ALL.iter().copied() {
        for entry in subject.pack.list(list) {
            if entry.terms.is_empty() {
                continue;
            }
            let at = || {
                let path = [list.section(), list.field()];
                subject.places.entry(&path, &entry.pattern)
            };
            issues.extend(useless(list, entry, at));
            issues.extend(other_spelling(&named, list, entry, at));
            if let Some(id) = &entry.terms.id
                && let Some(other) = ids.insert(id, &entry.pattern)
            {
                let message = format!("`{other}` and `{}` have the same id `{id}`", entry.pattern);
                issues.push(Issue::blocker("duplicate-entry-id", message, at()));
            }
        }
    }
    issues
}

/// What an entry says that nobody will ever see.
fn useless(list: List, entry: &ListEntry, at: impl Fn() -> Location) -> Option<Issue> {
    let path = list.path();
    if !list.is_named_by_findings() {
        let message = format!(
            "`{}`: no finding names an entry of `{path}`, so what it says beside its pattern has no \
             effect; write it as a string",
            entry.pattern
        );
        return Some(Issue::warning("entry-terms-unused", message, at()));
    }
    if entry.terms.approvers.is_empty() || list.may_ask() {
        return None;
    }
    let message = format!(
        "`{}`: an entry of `{path}` never sends anything to approval, so nobody asks its `approvers`",
        entry.pattern
    );
    Some(Issue::warning("approvers-never-asked", message, at()))
}

/// A group that is spelled almost as one that `approvals` names.
fn other_spelling(
    named: &BTreeSet<&str>,
    list: List,
    entry: &ListEntry,
    at: impl Fn() -> Location,
) -> Vec<Issue> {
    let groups = entry.terms.approvers.iter();
    let unnamed = groups.filter(|group| !named.contains(group.as_ref()));
    let issue = |group: &Arc<str>| {
        let alike = named.iter().find(|name| is_alike(group, name))?;
        let message = format!(
            "`{}` in `{}`: `approvals` names no group `{group}`; did you mean `{alike}`?",
            entry.pattern,
            list.path()
        );
        Some(Issue::warning("approver-group-alike", message, at()))
    };
    unnamed.filter_map(issue).collect()
}

/// The groups that `approvals` names, those of the parents and the default ones too.
fn named_groups<'a>(subject: &'a Subject<'_>) -> BTreeSet<&'a str> {
    let own = subject.pack.approvals.values();
    let own = own.flat_map(|approval| approval.approvers.iter().map(String::as_str));
    let inherited = subject.effective.map(|pack| &pack.content.approvals);
    let inherited = inherited
        .into_iter()
        .flat_map(|approvals| approvals.values());
    let inherited = inherited.flatten().map(AsRef::as_ref);
    own.chain(inherited).collect()
}
