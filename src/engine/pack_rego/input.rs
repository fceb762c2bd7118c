//! The Rego `input` of a pack's own rules: `{"action": {…}, "facts": {…}}`, cut down to
//! what the rules can read. What they can't read can't keep an answer from being remembered.

use serde::Serialize;
use serde_json::{Map, Value};

use super::inspect::InputScope;
use crate::action::Action;
use crate::action::facts::Facts;

#[derive(Serialize)]
struct Input {
    action: Map<String, Value>,
    facts: Map<String, Value>,
}

pub(super) fn text(
    action: &Action,
    facts: &Facts,
    scope: &InputScope,
) -> Result<String, serde_json::Error> {
    serde_json::to_string(&Input {
        action: action_fields(action, scope),
        facts: fact_fields(facts, scope)?,
    })
}

fn action_fields(action: &Action, scope: &InputScope) -> Map<String, Value> {
    let text = |value: &str| Some(Value::from(value));
    let optional = |value: &Option<String>| value.as_deref().map(Value::from);
    [
        ("action_type", text(action.action_type().as_str())),
        ("target", text(action.target())),
        ("requested_operation", text(action.requested_operation())),
        ("session_id", optional(&action.caller.session_id)),
        ("agent_id", optional(&action.caller.agent_id)),
        ("actor", optional(&action.caller.actor)),
        ("correlation_id", optional(&action.caller.correlation_id)),
        ("cwd", optional(&action.place.cwd)),
        ("workspace_root", optional(&action.place.workspace_root)),
        ("current_branch", optional(&action.place.current_branch)),
    ]
    .into_iter()
    .filter(|(field, _)| scope.covers("action", field))
    .filter_map(|(field, value)| Some((field.to_owned(), value?)))
    .collect()
}

fn fact_fields(facts: &Facts, scope: &InputScope) -> Result<Map<String, Value>, serde_json::Error> {
    let mut fields = Map::new();
    let mut add = |field: &str, value: &dyn Fn() -> Result<Value, serde_json::Error>| {
        if scope.covers("facts", field) {
            fields.insert(field.to_owned(), value()?);
        }
        Ok::<(), serde_json::Error>(())
    };
    add("commands", &|| serde_json::to_value(&facts.commands))?;
    add("reads", &|| serde_json::to_value(&facts.reads))?;
    add("writes", &|| serde_json::to_value(&facts.writes))?;
    add("pushes", &|| serde_json::to_value(&facts.pushes))?;
    add("network", &|| serde_json::to_value(&facts.network))?;
    add("terraform_plan", &|| {
        serde_json::to_value(&facts.terraform_plan)
    })?;
    add("mcp", &|| serde_json::to_value(&facts.mcp))?;
    add("unknowns", &|| serde_json::to_value(&facts.unknowns))?;
    Ok(fields)
}
