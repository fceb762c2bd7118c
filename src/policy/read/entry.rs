//! An entry of a list: a string, or a mapping with the key `pattern`.

use std::sync::Arc;

use super::item::{Item, entry};
use super::values::{self, Problem, check_case_id};
use crate::policy::issue::Issue;
use crate::policy::limits::{MAX_ENTRY_NAMES, MAX_ENTRY_REASON_BYTES};
use crate::policy::pack::{ListEntry, Terms};
use crate::policy::yaml::Kind;

/// Reads one entry.
pub(super) fn list_entry(item: &Item<'_>, issues: &mut Vec<Issue>) -> Option<ListEntry> {
    if !matches!(item.value().kind, Kind::Map(_)) {
        return item.parsed(issues, entry).map(ListEntry::plain);
    }
    let before = issues.len();
    let mut fields = item.fields(issues);
    fields.require("pattern", "missing-pattern");
    let pattern = fields.parsed("pattern", entry);
    let (groups, controls) = (
        fields.list_if_given("approvers"),
        fields.list_if_given("controls"),
    );
    let terms = Terms {
        approvers: groups
            .iter()
            .flatten()
            .map(|it| Arc::from(it.as_str()))
            .collect(),
        reason: fields.parsed("reason", reason),
        severity: fields.parsed("severity", values::severity),
        controls: controls
            .iter()
            .flatten()
            .map(|it| Arc::from(it.as_str()))
            .collect(),
        id: fields.parsed("id", |id| check_case_id(id).map(|()| Arc::from(id))),
    };
    for (name, given) in [("approvers", &groups), ("controls", &controls)] {
        match given.as_ref().map(Vec::len) {
            Some(0) => fields.refuse(name, "entry-names", "is empty; name one, or leave it out"),
            Some(found) if found > MAX_ENTRY_NAMES => {
                let problem = format!("has {found} names; the limit is {MAX_ENTRY_NAMES}");
                fields.refuse(name, "entry-names", &problem);
            }
            _ => {}
        }
    }
    fields.finish();
    if issues.iter().skip(before).any(Issue::is_blocker) {
        return None;
    }
    Some(ListEntry {
        pattern: pattern?,
        terms,
    })
}

/// One line of text, since it becomes part of the reason of a finding.
fn reason(text: &str) -> Result<Arc<str>, Problem> {
    let text = entry(text)?;
    match text.len() > MAX_ENTRY_REASON_BYTES {
        true => {
            let problem = format!(
                "has {} bytes; the limit is {MAX_ENTRY_REASON_BYTES}",
                text.len()
            );
            Err(("entry-too-long", problem))
        }
        false => Ok(text.into()),
    }
}
