//! What an approval needs, in words.

use crate::decision::{ApprovalRequirement, Because};

/// Such as `SRE or Platform Security`.
pub(crate) fn groups_text(requirement: &ApprovalRequirement) -> String {
    match requirement.any_of.is_empty() {
        true => "nobody".to_owned(),
        false => requirement.any_of.join(" or "),
    }
}

/// Such as `SRE or Platform Security, because of network.require_approval (*.prod.example)`.
pub(crate) fn requirement_text(requirement: &ApprovalRequirement) -> String {
    let reason = |because: &Because| match &because.entry {
        Some(entry) => format!("{} ({entry})", because.rule_id),
        None => because.rule_id.to_string(),
    };
    let reasons: Vec<String> = requirement.because.iter().map(reason).collect();
    let groups = groups_text(requirement);
    format!("{groups}, because of {}", reasons.join(", "))
}
