//! What a plan would change: the JSON that `terraform show -json PLANFILE` prints
//! (Terraform, "JSON Output Format", format version 1).

use serde_json::Value;

use super::ActionError;
use super::facts::{ChangeAction, ResourceChange, TerraformPlan};
use super::limits::MAX_PLAN_BYTES;
use crate::canonical::{Digest, parse_strict, to_canonical_bytes};

const FIELD: &str = "terraform_plan";

/// Reads a plan.
///
/// # Errors
/// Naming `terraform_plan`, if the text is over [`MAX_PLAN_BYTES`] or isn't strict JSON
/// (which has no duplicate keys and no integer beyond ±(2^53−1)).
pub fn read_plan(text: &str) -> Result<TerraformPlan, ActionError> {
    if text.len() > MAX_PLAN_BYTES {
        return Err(ActionError::TooLarge {
            field: FIELD,
            unit: "bytes",
            actual: text.len(),
            limit: MAX_PLAN_BYTES,
        });
    }
    let plan = parse_strict(text.as_bytes())
        .map_err(|error| ActionError::invalid(FIELD, format!("is not strict JSON: {error}")))?;
    let canonical = to_canonical_bytes(&plan)
        .map_err(|error| ActionError::invalid(FIELD, error.to_string()))?;
    let mut changes = Vec::new();
    // A plan that can't be used still shows what it would change.
    let listed = collect(&plan, &mut changes);
    let problem = problem(&plan).or_else(|| listed.err());
    Ok(TerraformPlan {
        fingerprint: Digest::of(&canonical),
        usable: problem.is_none(),
        problem,
        changes,
    })
}

/// Why the plan as a whole can't be relied on.
fn problem(plan: &Value) -> Option<String> {
    let Some(version) = plan.get("format_version").and_then(Value::as_str) else {
        return Some("it has no `format_version`, so it is not a plan".to_owned());
    };
    if version.split('.').next() != Some("1") {
        return Some(format!("its format version `{version}` is not supported"));
    }
    let planned = plan.get("planned_values").is_some_and(Value::is_object);
    if !planned && plan.get("resource_changes").is_none() {
        return Some("it plans nothing, so it is not a plan".to_owned());
    }
    match plan.get("errored") {
        None | Some(Value::Bool(false)) => {}
        _ => return Some("it is errored".to_owned()),
    }
    match plan.get("complete") {
        None | Some(Value::Bool(true)) => {}
        _ => return Some("it is incomplete".to_owned()),
    }
    if holds_any(plan, "deferred_changes") {
        return Some("it defers changes to a later plan".to_owned());
    }
    if holds_any(plan, "action_invocations") || holds_any(plan, "deferred_action_invocations") {
        return Some("it invokes actions, whose effects it does not list".to_owned());
    }
    None
}

fn holds_any(plan: &Value, key: &str) -> bool {
    match plan.get(key) {
        None | Some(Value::Null) => false,
        Some(list) => list.as_array().is_none_or(|list| !list.is_empty()),
    }
}

/// Adds what the plan changes, and says what is wrong with the list, if anything is.
fn collect(plan: &Value, changes: &mut Vec<ResourceChange>) -> Result<(), String> {
    let list = match plan.get("resource_changes") {
        None => return Ok(()),
        Some(Value::Array(list)) => list,
        Some(_) => return Err("its `resource_changes` are not a list".to_owned()),
    };
    let mut problem = Ok(());
    for (index, item) in list.iter().enumerate() {
        let change = change(item).ok_or_else(|| {
            format!("its resource change {index} has no address, type or list of actions")
        })?;
        let Some(change) = change else { continue };
        if change.action == ChangeAction::Unknown && problem.is_ok() {
            problem = Err(format!("what it does to `{}` is not known", change.address));
        }
        changes.push(change);
    }
    problem
}

/// One change; the inner `None` is one that changes nothing, in the world or in the state.
fn change(item: &Value) -> Option<Option<ResourceChange>> {
    let text = |key: &str| item.get(key).and_then(Value::as_str).map(str::to_owned);
    let actions = item.get("change")?.get("actions")?.as_array()?;
    let names: Vec<&str> = actions.iter().map(Value::as_str).collect::<Option<_>>()?;
    let address = text("address")?;
    let state = state(item, &address);
    let action = match names.as_slice() {
        _ if state.is_none() => ChangeAction::Unknown,
        ["no-op"] | ["read"] => match &state {
            Some(state) if state.touches() => ChangeAction::NoOp,
            _ => return Some(None),
        },
        ["create"] => ChangeAction::Create,
        ["update"] => ChangeAction::Update,
        ["delete"] => ChangeAction::Delete,
        ["delete", "create"] | ["create", "delete"] => ChangeAction::Replace,
        ["forget"] => ChangeAction::Forget,
        ["create", "forget"] | ["forget", "create"] => ChangeAction::ForgetReplace,
        _ => ChangeAction::Unknown,
    };
    let state = state.unwrap_or_default();
    Some(Some(ResourceChange {
        address,
        resource_type: text("type")?,
        provider: text("provider_name").unwrap_or_default(),
        action,
        deposed: state.deposed,
        importing: state.importing,
        previous_address: state.previous_address,
    }))
}

/// What a change does to the state beside its actions.
#[derive(Default)]
struct State {
    deposed: Option<String>,
    importing: bool,
    previous_address: Option<String>,
}

impl State {
    fn touches(&self) -> bool {
        self.importing || self.previous_address.is_some()
    }
}

/// None if it is written in a way that isn't known.
fn state(item: &Value, address: &str) -> Option<State> {
    let text = |key: &str| match item.get(key) {
        None | Some(Value::Null) => Some(None),
        Some(Value::String(text)) => Some(Some(text.to_owned()).filter(|text| !text.is_empty())),
        Some(_) => None,
    };
    let importing = item
        .get("change")
        .and_then(|change| change.get("importing"));
    Some(State {
        deposed: text("deposed")?,
        importing: importing.is_some_and(|importing| !importing.is_null()),
        previous_address: text("previous_address")?.filter(|previous| previous != address),
    })
}
