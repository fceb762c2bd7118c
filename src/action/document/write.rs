//! Actions as documents, without a tree of values in between.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;

use super::SCHEMA_VERSION;
use crate::action::{Action, Request};

/// An action that serializes as its document; see [`Action::as_document`].
#[derive(Debug, Clone, Copy)]
pub struct AsDocument<'a>(pub(super) &'a Action);

impl Serialize for AsDocument<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let action = self.0;
        let call = match &action.request {
            Request::McpToolCall(call) => Some(call),
            _ => None,
        };
        let operation = match call {
            Some(call) => call.operation.as_deref(),
            None => Some(action.requested_operation()),
        };
        let mut map = serializer.serialize_map(None)?;
        let mut put = |key: &str, value: Option<&str>| match value {
            Some(value) => map.serialize_entry(key, value),
            None => Ok(()),
        };
        put("schema_version", Some(SCHEMA_VERSION))?;
        put("action_type", Some(action.action_type().as_str()))?;
        put("target", Some(action.target()))?;
        put("requested_operation", operation)?;
        for name in ["content", "respects_ignore"] {
            if let Some(value) = action.search_field(name) {
                map.serialize_entry(name, &value)?;
            }
        }
        let mut put = |key: &str, value: Option<&str>| match value {
            Some(value) => map.serialize_entry(key, value),
            None => Ok(()),
        };
        put("server", call.and_then(|call| call.server.as_deref()))?;
        put("tool", call.and_then(|call| call.tool.as_deref()))?;
        put(
            "capability",
            call.and_then(|call| call.capability.as_deref()),
        )?;
        put("session_id", action.caller.session_id.as_deref())?;
        put("agent_id", action.caller.agent_id.as_deref())?;
        put("actor", action.caller.actor.as_deref())?;
        put("correlation_id", action.caller.correlation_id.as_deref())?;
        put("cwd", action.place.cwd.as_deref())?;
        put("workspace_root", action.place.workspace_root.as_deref())?;
        put("current_branch", action.place.current_branch.as_deref())?;
        if !action.place.workspace_roots.is_empty() {
            let roots = action.place.workspace_roots.iter();
            let roots: Vec<&str> = roots.map(|root| root.path.as_str()).collect();
            map.serialize_entry("workspace_roots", &roots)?;
        }
        put_json(
            &mut map,
            "mcp_tool",
            call.and_then(|call| call.definition.as_deref()),
        )?;
        put_json(
            &mut map,
            "mcp_arguments",
            call.and_then(|call| call.arguments.as_deref()),
        )?;
        put_json(&mut map, "terraform_plan", action.terraform_plan.as_deref())?;
        map.end()
    }
}

/// JSON as it is; what isn't JSON becomes text, as in [`Action::to_json`].
fn put_json<M: SerializeMap>(map: &mut M, key: &str, text: Option<&str>) -> Result<(), M::Error> {
    match text {
        Some(text) => match serde_json::from_str::<&RawValue>(text) {
            Ok(json) => map.serialize_entry(key, json),
            Err(_) => map.serialize_entry(key, text),
        },
        None => Ok(()),
    }
}
