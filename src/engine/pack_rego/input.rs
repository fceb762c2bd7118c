//! The Rego `input` of a pack's own rules: `{"action": {…}, "facts": {…}}`, cut down to
//! what the rules can read. What they can't read can't keep an answer from being remembered.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use super::scope::InputScope;
use crate::action::Action;
use crate::action::facts::Facts;

/// What a rule sees as `input`.
#[derive(Serialize, JsonSchema)]
pub(super) struct Input<'a> {
    /// The action as it was asked for. Use it for who asks and where; for what would
    /// happen use `facts`.
    action: ActionFields<'a>,
    /// What the action would do.
    #[schemars(with = "Facts")]
    facts: Map<String, Value>,
}

/// The fields of the action document. One that was not given is undefined, not null.
#[derive(Serialize, JsonSchema)]
struct ActionFields<'a> {
    /// `read_file`, `write_file`, `execute_command`, `git_operation` or `mcp_tool_call`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", required)]
    action_type: Option<&'a str>,
    /// The path; the command line; `remote/branch` or refspecs; `server:tool`. As written.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", required)]
    target: Option<&'a str>,
    /// `read`, `write`, the command line, `push`, the MCP capability, …
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", required)]
    requested_operation: Option<&'a str>,
    /// The session that asks.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    session_id: Option<&'a str>,
    /// The agent that asks.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    agent_id: Option<&'a str>,
    /// The person for whom it asks.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    actor: Option<&'a str>,
    /// Whatever ties the action to other records. A rule that reads it can hardly be
    /// answered from memory.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    correlation_id: Option<&'a str>,
    /// The directory that the action starts in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    cwd: Option<&'a str>,
    /// The workspace's root.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    workspace_root: Option<&'a str>,
    /// Further roots of the workspace, beside `workspace_root`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Vec<String>")]
    workspace_roots: Option<Vec<&'a str>>,
    /// The branch that is checked out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    current_branch: Option<&'a str>,
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

fn action_fields<'a>(action: &'a Action, scope: &InputScope) -> ActionFields<'a> {
    let seen = |field| scope.covers("action", field);
    let text = |field, value| seen(field).then_some(value);
    let optional = |field, value: &'a Option<String>| value.as_deref().filter(|_| seen(field));
    let (caller, place) = (&action.caller, &action.place);
    ActionFields {
        action_type: text("action_type", action.action_type().as_str()),
        target: text("target", action.target()),
        requested_operation: text("requested_operation", action.requested_operation()),
        session_id: optional("session_id", &caller.session_id),
        agent_id: optional("agent_id", &caller.agent_id),
        actor: optional("actor", &caller.actor),
        correlation_id: optional("correlation_id", &caller.correlation_id),
        cwd: optional("cwd", &place.cwd),
        workspace_root: optional("workspace_root", &place.workspace_root),
        workspace_roots: (seen("workspace_roots") && !place.workspace_roots.is_empty()).then(
            || {
                let roots = place.workspace_roots.iter();
                roots.map(|root| root.path.as_str()).collect()
            },
        ),
        current_branch: optional("current_branch", &place.current_branch),
    }
}

fn fact_fields(facts: &Facts, scope: &InputScope) -> Result<Map<String, Value>, serde_json::Error> {
    let mut fields = Map::new();
    let mut add = |field: &str, value: &dyn Fn() -> Result<Value, serde_json::Error>| {
        if scope.covers("facts", field) {
            fields.insert(field.to_owned(), value()?);
        }
        Ok::<(), serde_json::Error>(())
    };
    // Named one by one, so that a new fact is not forgotten here.
    let Facts {
        commands,
        guard,
        lists,
        presumed_reads,
        presumed_writes,
        reads,
        writes,
        pushes,
        network,
        terraform_plan,
        mcp,
        unknowns,
    } = facts;
    add("commands", &|| serde_json::to_value(commands))?;
    add("guard", &|| serde_json::to_value(guard))?;
    add("lists", &|| serde_json::to_value(lists))?;
    add("presumed_reads", &|| serde_json::to_value(presumed_reads))?;
    add("presumed_writes", &|| serde_json::to_value(presumed_writes))?;
    add("reads", &|| serde_json::to_value(reads))?;
    add("writes", &|| serde_json::to_value(writes))?;
    add("pushes", &|| serde_json::to_value(pushes))?;
    add("network", &|| serde_json::to_value(network))?;
    add("terraform_plan", &|| serde_json::to_value(terraform_plan))?;
    add("mcp", &|| serde_json::to_value(mcp))?;
    add("unknowns", &|| serde_json::to_value(unknowns))?;
    Ok(fields)
}
