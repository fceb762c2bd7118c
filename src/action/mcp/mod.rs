//! Which server and tool definition a call is about, and its arguments.

mod arguments;
pub mod key;
pub mod mapping;

use super::facts::McpCall;
use super::limits::MAX_TOOL_BYTES;
use super::{ActionError, McpToolCall};
use crate::canonical::{Digest, Item, Tape};

const FIELD: &str = "mcp_tool";

/// What is known about a call.
///
/// Names are compared byte by byte: no trimming, folding or normalisation makes an
/// unknown name known.
///
/// # Errors
/// Naming `mcp_tool`, if the definition is over [`MAX_TOOL_BYTES`], isn't strict JSON, or
/// isn't an object with a `name`. Naming `mcp_arguments`, if the arguments are over
/// [`MAX_ARGUMENTS_BYTES`](super::limits::MAX_ARGUMENTS_BYTES), aren't strict JSON, aren't an object
/// or nest too deeply.
pub fn call(call: &McpToolCall) -> Result<McpCall, ActionError> {
    let definition = call.definition.as_deref().map(define).transpose()?;
    let before_colon = || call.target.split_once(':').map_or("", |(server, _)| server);
    let server = call.server.as_deref().unwrap_or_else(before_colon);
    let after_server = call
        .target
        .strip_prefix(server)
        .and_then(|rest| rest.strip_prefix(':'));
    let tool = call.tool.as_deref().or(after_server).unwrap_or("");
    let named = !server.is_empty() && !tool.is_empty();
    let defined = definition.as_ref().is_none_or(|(name, _)| name == tool);
    let arguments = call.arguments.as_deref().map(arguments::read);
    Ok(McpCall {
        arguments: arguments.transpose()?,
        server: server.to_owned(),
        tool: tool.to_owned(),
        capability: call.capability.clone(),
        // A server's name may itself hold a `:`.
        consistent: named && defined && after_server == Some(tool),
        fingerprint: definition.map(|(_, fingerprint)| fingerprint),
    })
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
    let definition = Tape::parse(text)
        .map_err(|error| ActionError::invalid(FIELD, format!("is not strict JSON: {error}")))?;
    let name = definition
        .root()
        .get("name")
        .and_then(Item::as_str)
        .ok_or_else(|| ActionError::invalid(FIELD, "is not a tool definition with a `name`"))?
        .to_owned();
    let fingerprint = definition
        .digest()
        .map_err(|error| ActionError::invalid(FIELD, error.to_string()))?;
    Ok((name, fingerprint))
}
