//! Tools of MCP servers.
//!
//! Hosts write `mcp__SERVER__TOOL`. A server's name may hold `__` itself, so one name can be read in
//! several ways. The longest server that the configuration knows counts. If it knows none of them,
//! each way is judged, and the strictest answer counts.

use crate::call::{BadCall, Call};
use crate::wire::McpToolCall;
use crate::wire::action::Request;

const PREFIX: &str = "mcp__";
const BETWEEN: &str = "__";

/// The calls that a tool's name can mean. None if it is no tool of an MCP server.
///
/// # Errors
/// If the name begins like that of such a tool and has no server or no tool in it.
pub(super) fn calls(call: &Call, servers: &[String]) -> Result<Option<Vec<Request>>, BadCall> {
    let Some(name) = call.tool.strip_prefix(PREFIX) else {
        return Ok(None);
    };
    let ways: Vec<(&str, &str)> = ways(name).collect();
    let known = ways
        .iter()
        .filter(|(server, _)| servers.iter().any(|it| it == server));
    let chosen = match known.max_by_key(|(server, _)| server.len()) {
        Some(longest) => vec![*longest],
        None => ways,
    };
    match chosen.is_empty() {
        true => Err(BadCall::Unknown {
            tool: call.tool.clone(),
        }),
        false => Ok(Some(chosen.into_iter().map(of).collect())),
    }
}

/// Each server and tool that a name can be read as.
fn ways(name: &str) -> impl Iterator<Item = (&str, &str)> {
    // Every place counts, also one that overlaps another: `a___b` is `a` and `_b`, or `a_` and `b`.
    (0..name.len()).filter_map(move |at| {
        let tool = name.get(at..)?.strip_prefix(BETWEEN)?;
        let server = name.get(..at)?;
        (!server.is_empty() && !tool.is_empty()).then_some((server, tool))
    })
}

fn of((server, tool): (&str, &str)) -> Request {
    Request::McpToolCall(McpToolCall {
        target: format!("{server}:{tool}"),
        server: Some(server.to_owned()),
        tool: Some(tool.to_owned()),
        ..McpToolCall::default()
    })
}
