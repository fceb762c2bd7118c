//! Tools of MCP servers.
//!
//! Hosts write `mcp__SERVER__TOOL`. A server's name may hold `__` itself, so one name can be read in
//! several ways. The longest server that the configuration knows counts. If it knows none of them,
//! each way is judged, and the strictest answer counts.

use serde_json::{Map, Value};

use crate::call::{BadCall, Call};
use crate::wire::McpToolCall;
use crate::wire::action::Request;

const PREFIX: &str = "mcp__";
const BETWEEN: &str = "__";
/// Bytes of arguments that the service takes.
const MAX_ARGUMENTS_BYTES: usize = 256 * 1024;
/// Objects and lists inside each other that the service takes.
const MAX_DEPTH: usize = 32;
/// The largest integer that JSON's readers agree on (RFC 8259 section 6).
const MAX_EXACT: u64 = (1 << 53) - 1;

/// The calls that a tool's name can mean. None if it is no tool of an MCP server.
///
/// # Errors
/// If the name begins like that of such a tool and has no server or no tool in it, or the service would
/// not take the arguments.
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
        false => {
            let arguments = arguments(&call.input)?;
            let calls = chosen.into_iter().map(|way| of(way, arguments.clone()));
            Ok(Some(calls.collect()))
        }
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

/// The arguments as the service takes them.
///
/// # Errors
/// If they are larger than [`MAX_ARGUMENTS_BYTES`], deeper than [`MAX_DEPTH`], or have a number that is not
/// exact. Without them an approval would count for whatever arguments.
fn arguments(input: &Map<String, Value>) -> Result<Vec<u8>, BadCall> {
    let refused = |problem| BadCall::McpArguments { problem };
    if !input.values().all(|value| is_plain(value, MAX_DEPTH - 1)) {
        return Err(refused(
            "one is an integer above 2^53, or objects lie more than 32 deep in each other",
        ));
    }
    let bytes = serde_json::to_vec(input).map_err(|_| refused("they are no JSON"))?;
    match bytes.len() <= MAX_ARGUMENTS_BYTES {
        true => Ok(bytes),
        false => Err(refused("they are larger than 256 KiB")),
    }
}

fn is_plain(value: &Value, depth: usize) -> bool {
    match value {
        Value::Array(items) => depth > 0 && items.iter().all(|item| is_plain(item, depth - 1)),
        Value::Object(members) => depth > 0 && members.values().all(|it| is_plain(it, depth - 1)),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(number), _) => number.unsigned_abs() <= MAX_EXACT,
            (None, large) => large.is_none(),
        },
        _ => true,
    }
}

fn of((server, tool): (&str, &str), arguments: Vec<u8>) -> Request {
    Request::McpToolCall(McpToolCall {
        target: format!("{server}:{tool}"),
        server: Some(server.to_owned()),
        tool: Some(tool.to_owned()),
        arguments: Some(arguments),
        ..McpToolCall::default()
    })
}
