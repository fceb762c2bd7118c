//! JSON Schemas of single fields of an action document, with the limits that the reader enforces.
//!
//! JSON Schema counts characters where the reader counts bytes, and it can't compare
//! `requested_operation` with `target`, so the reader refuses more than the schema does.

use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use super::SCHEMA_VERSION;
use crate::action::ActionType;
use crate::action::limits::{
    MAX_COMMAND_BYTES, MAX_FIELD_BYTES, MAX_PATH_BYTES, MAX_WORKSPACE_ROOTS,
};

/// Text without a NUL character.
const TEXT: &str = r"^[^\u0000]*$";
/// The fields that belong to a search only.
const SEARCH_FIELDS: [&str; 2] = ["content", "respects_ignore"];
/// The fields that belong to an MCP call only.
const MCP_FIELDS: [&str; 5] = ["server", "tool", "capability", "mcp_tool", "mcp_arguments"];

pub(super) fn schema_version(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": ["string", "null"], "enum": [SCHEMA_VERSION, null] })
}

pub(super) fn target(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "string",
        "pattern": TEXT,
        "minLength": 1,
        "maxLength": MAX_COMMAND_BYTES,
    })
}

pub(super) fn operation(_: &mut SchemaGenerator) -> Schema {
    limited(MAX_COMMAND_BYTES)
}

pub(super) fn text(_: &mut SchemaGenerator) -> Schema {
    limited(MAX_FIELD_BYTES)
}

pub(super) fn object(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": ["object", "null"] })
}

pub(super) fn roots(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": ["array", "null"],
        "items": {
            "type": "string",
            "pattern": TEXT,
            "minLength": 1,
            "maxLength": MAX_PATH_BYTES,
        },
        "maxItems": MAX_WORKSPACE_ROOTS,
    })
}

fn limited(characters: usize) -> Schema {
    json_schema!({ "type": ["string", "null"], "pattern": TEXT, "maxLength": characters })
}

/// Adds what depends on `action_type`.
pub(super) fn by_action_type(schema: &mut Schema) {
    schema.insert("required".to_owned(), json!(["action_type", "target"]));
    let rules = ActionType::ALL.into_iter().map(rule);
    let rules: Vec<Value> = rules.chain([only_of_searches()]).collect();
    schema.insert("allOf".to_owned(), rules.into());
}

fn rule(action_type: ActionType) -> Value {
    let limit = match action_type {
        ActionType::ReadFile | ActionType::WriteFile => MAX_PATH_BYTES,
        ActionType::ExecuteCommand => MAX_COMMAND_BYTES,
        ActionType::GitOperation | ActionType::McpToolCall => MAX_FIELD_BYTES,
    };
    let operation = match action_type {
        ActionType::ReadFile => json!({ "enum": ["read", "search"] }),
        ActionType::WriteFile => json!({ "const": "write" }),
        ActionType::GitOperation => json!({ "type": "string", "minLength": 1 }),
        ActionType::ExecuteCommand => json!({ "minLength": 1 }),
        ActionType::McpToolCall => json!(true),
    };
    let mut fields = Map::from_iter([
        ("target".to_owned(), json!({ "maxLength": limit })),
        ("requested_operation".to_owned(), operation),
    ]);
    if action_type != ActionType::McpToolCall {
        fields.extend(MCP_FIELDS.map(|name| (name.to_owned(), json!({ "type": "null" }))));
    }
    if action_type != ActionType::ReadFile {
        fields.extend(SEARCH_FIELDS.map(|name| (name.to_owned(), json!({ "type": "null" }))));
    }
    let required: &[&str] = match operation_is_required(action_type) {
        true => &["requested_operation"],
        false => &[],
    };
    json!({
        "if": {
            "properties": { "action_type": { "const": action_type.as_str() } },
            "required": ["action_type"],
        },
        "then": { "properties": fields, "required": required },
    })
}

fn only_of_searches() -> Value {
    let read = json!({ "requested_operation": { "const": "read" } });
    let absent = SEARCH_FIELDS.map(|name| (name.to_owned(), json!({ "type": "null" })));
    json!({
        "if": { "properties": read, "required": ["requested_operation"] },
        "then": { "properties": Map::from_iter(absent) },
    })
}

/// Whether `requested_operation` must be there. For a command it follows from `target`, and for
/// an MCP call from `capability`.
fn operation_is_required(action_type: ActionType) -> bool {
    !matches!(
        action_type,
        ActionType::ExecuteCommand | ActionType::McpToolCall
    )
}
