//! The text of a `cases/*.yaml` in, cases and every issue out.
//!
//! ```yaml
//! cases:
//!   - case_id: block_state_read
//!     note: State holds secrets.
//!     input: { action_type: read_file, target: terraform.tfstate, requested_operation: read }
//!     want: { decision: block, rule_id: filesystem.read.block, severity: critical }
//! ```

use std::collections::HashMap;

use super::{Case, Expectation, MAX_CASES, required_cases};
use crate::action::{Action, ActionError, Request};
use crate::policy::issue::{Issue, Location};
use crate::policy::read::fields::Fields;
use crate::policy::read::item::{Item, entry};
use crate::policy::read::{self, values};
use crate::policy::source::SourceFile;
use crate::policy::yaml::Kind;

/// Reads the case files of one pack. An issue that is a blocker means that a case is
/// missing from what is returned, or may not be used.
#[must_use]
pub fn read_all(files: &[SourceFile]) -> (Vec<Case>, Vec<Issue>) {
    let mut cases = Vec::new();
    let mut issues = Vec::new();
    let mut seen: HashMap<String, Location> = HashMap::new();
    for file in files {
        for (case, at) in read_file(file, &mut issues) {
            if let Some(first) = seen.get(&case.case_id) {
                let message = format!("`{}` is there twice; first at {first}", case.case_id);
                issues.push(Issue::blocker("duplicate-case", message, at));
                continue;
            }
            check_required(&case, &at, &mut issues);
            seen.insert(case.case_id.clone(), at);
            cases.push(case);
        }
    }
    if cases.len() > MAX_CASES {
        let message = format!(
            "the pack has {} cases; the limit is {MAX_CASES}",
            cases.len()
        );
        issues.push(Issue::blocker(
            "too-many-cases",
            message,
            Location::file("cases"),
        ));
        cases.truncate(MAX_CASES);
    }
    (cases, issues)
}

fn read_file(file: &SourceFile, issues: &mut Vec<Issue>) -> Vec<(Case, Location)> {
    let node = match read::parse(file) {
        Ok(node) => node,
        Err(issue) => {
            issues.push(issue);
            return Vec::new();
        }
    };
    let mut root = Fields::of(&node, "", &file.path, issues);
    root.require("cases", "missing-cases");
    let cases = root.items("cases", case);
    root.finish();
    cases
}

fn case(item: &Item<'_>, issues: &mut Vec<Issue>) -> Option<(Case, Location)> {
    let before = issues.len();
    let mut fields = item.fields(issues);
    for name in ["case_id", "input", "want"] {
        fields.require(name, "missing-case-field");
    }
    let case_id = fields.text("case_id", values::check_case_id);
    let note = Some(fields.text("note", |_| Ok(()))).filter(|note| !note.is_empty());
    let action = fields.item_at("input", action);
    let expect = fields.item_at("want", expectation);
    fields.finish();
    let whole = !issues.iter().skip(before).any(Issue::is_blocker);
    let (Some(action), Some(expect), true) = (action, expect, whole) else {
        return None;
    };
    let case = Case {
        case_id,
        note,
        action,
        expect,
    };
    Some((case, item.location()))
}

fn action(item: &Item<'_>, issues: &mut Vec<Issue>) -> Option<Action> {
    let text = item.value().to_json().to_string();
    Action::from_json(text.as_bytes())
        .map_err(|error| {
            let message = format!("`input`: {}", plain(&error));
            let at = error
                .field()
                .and_then(|field| item.location_of(field))
                .unwrap_or_else(|| item.location());
            issues.push(Issue::blocker("bad-action", message, at));
        })
        .ok()
}

/// The message without the line and column that `serde_json` adds: they belong to the generated
/// JSON, not to the file.
fn plain(error: &ActionError) -> String {
    let message = error.to_string();
    match message.split_once(" at line ") {
        Some((problem, _)) => problem.to_owned(),
        None => message,
    }
}

fn expectation(item: &Item<'_>, issues: &mut Vec<Issue>) -> Option<Expectation> {
    let mut fields = item.fields(issues);
    fields.require("decision", "missing-case-field");
    let decision = fields.parsed("decision", values::verdict);
    let optional = |text: String| Some(text).filter(|text| !text.is_empty());
    let rule_id = optional(fields.text("rule_id", |_| Ok(())));
    let severity = fields.parsed("severity", values::severity);
    let approver_group = optional(fields.text("approver_group", |_| Ok(())));
    let approval_requirements = fields.items_if_given("approval_requirements", groups);
    fields.finish();
    Some(Expectation {
        decision: decision?,
        rule_id,
        severity,
        approver_group,
        approval_requirements,
    })
}

/// The groups of one requirement.
fn groups(item: &Item<'_>, issues: &mut Vec<Issue>) -> Option<Vec<String>> {
    match &item.value().kind {
        Kind::Seq(groups) if !groups.is_empty() => groups
            .iter()
            .map(|group| item.element(group).parsed(issues, entry))
            .collect(),
        _ => {
            issues.push(item.wrong_type("a list of groups, with at least one"));
            None
        }
    }
}

/// A case under a required id may only tighten: the same action, a verdict and severity
/// that are no laxer.
fn check_required(case: &Case, at: &Location, issues: &mut Vec<Issue>) {
    let Some(required) = required_cases()
        .into_iter()
        .find(|required| required.case_id == case.case_id)
    else {
        return;
    };
    let id = &case.case_id;
    if !is_same_action(&required.action, &case.action) {
        let message = format!("`{id}` is a required case; its action can't be changed");
        issues.push(Issue::blocker("required-case-changed", message, at.clone()));
    }
    let (floor, found) = (&required.expect, &case.expect);
    if found.decision < floor.decision {
        let message = format!(
            "`{id}` is a required case: it may expect `{}` or stricter, not `{}`",
            floor.decision.as_str(),
            found.decision.as_str()
        );
        issues.push(Issue::blocker("required-case-laxer", message, at.clone()));
    }
    if let (Some(floor), Some(found)) = (floor.severity, found.severity)
        && found < floor
    {
        let message = format!(
            "`{id}` is a required case: it may expect severity `{}` or higher, not `{}`",
            floor.as_str(),
            found.as_str()
        );
        issues.push(Issue::blocker("required-case-laxer", message, at.clone()));
    }
}

/// The same request without any context. Server and tool may be spelt out beside an MCP
/// target.
fn is_same_action(required: &Action, found: &Action) -> bool {
    let capability = |action: &Action| match &action.request {
        Request::McpToolCall(call) => call.capability.clone(),
        _ => None,
    };
    let bare = |action: &Action| {
        action.caller == required.caller
            && action.place == required.place
            && action.terraform_plan.is_none()
    };
    let definition = |action: &Action| match &action.request {
        Request::McpToolCall(call) => call.definition.clone(),
        _ => None,
    };
    bare(found)
        && required.action_type() == found.action_type()
        && required.target() == found.target()
        && required.requested_operation() == found.requested_operation()
        && capability(required) == capability(found)
        && definition(found).is_none()
}
