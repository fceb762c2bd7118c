//! Which server and tool definition a call is about.

use serde_json::Value;

use super::facts::McpCall;
use super::limits::MAX_TOOL_BYTES;
use super::{ActionError, McpToolCall};
use crate::canonical::{Digest, parse_strict, to_canonical_bytes};

const FIELD: &str = "mcp_tool";

/// What is known about a call.
///
/// Names are compared byte by byte: no trimming, folding or normalisation makes an
/// unknown name known.
///
/// # Errors
/// Naming `mcp_tool`, if the definition is over [`MAX_TOOL_BYTES`], isn't strict JSON, or
/// isn't an object with a `name`.
pub fn call(call: &McpToolCall) -> Result<McpCall, ActionError> {
    let (target_server, target_tool) = match call.target.split_once(':') {
        Some((server, tool)) => (server, Some(tool)),
        None => ("", None),
    };
    let definition = call.definition.as_deref().map(define).transpose()?;
    let server = call.server.as_deref().unwrap_or(target_server);
    let tool = match (call.tool.as_deref(), target_tool) {
        (Some(tool), _) | (None, Some(tool)) => tool,
        // Without a `:` the target names the tool alone.
        (None, None) => &call.target,
    };
    let consistent =
        agrees(call, server, tool) && definition.as_ref().is_none_or(|(name, _)| name == tool);
    Ok(McpCall {
        server: server.to_owned(),
        tool: tool.to_owned(),
        capability: call.capability.clone(),
        consistent,
        fingerprint: definition.map(|(_, fingerprint)| fingerprint),
    })
}

/// Whether `target` says what `server` and `tool` say. A server's name may itself hold a `:`.
fn agrees(call: &McpToolCall, server: &str, tool: &str) -> bool {
    let joined = call
        .target
        .strip_prefix(server)
        .and_then(|rest| rest.strip_prefix(':'));
    joined == Some(tool) && !server.is_empty() && !tool.is_empty()
}

/// The tool's name and fingerprint: SHA-256 over the RFC 8785 form of the whole object, so
/// that members unknown here change it too.
fn define(text: &str) -> Result<(String, Digest), ActionError> {
    if text.len() > MAX_TOOL_BYTES {
        return Err(ActionError::TooLarge {
            field: FIELD,
            unit: "bytes",
            actual: text.len(),
            limit: MAX_TOOL_BYTES,
        });
    }
    let definition = parse_strict(text.as_bytes())
        .map_err(|error| ActionError::invalid(FIELD, format!("is not strict JSON: {error}")))?;
    let name = definition
        .get("name")
        .and_then(Value::as_str)
        .ok_or_else(|| ActionError::invalid(FIELD, "is not a tool definition with a `name`"))?
        .to_owned();
    let canonical = to_canonical_bytes(&definition)
        .map_err(|error| ActionError::invalid(FIELD, error.to_string()))?;
    Ok((name, Digest::of(&canonical)))
}
