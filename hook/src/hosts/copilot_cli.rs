//! Copilot CLI: the event `preToolUse` of a command hook.
//!
//! A denial is JSON *and* exit code 2. A failure of the hook denies as well, but a hook that is late lets
//! the tool go ahead: the deadline of this one must be below the host's (Copilot's hook reference).

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::event::{BadEvent, read};
use crate::answer::{Answer, FAILED, Output};
use crate::call::Call;

/// The event as Copilot CLI writes it where the hook is registered for `preToolUse`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    tool_name: String,
    #[serde(default)]
    tool_args: Arguments,
    session_id: Option<String>,
    cwd: Option<String>,
}

/// A tool's arguments. Older versions send them as a JSON text.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Arguments {
    Parsed(Map<String, Value>),
    Text(String),
}

impl Default for Arguments {
    fn default() -> Self {
        Self::Parsed(Map::new())
    }
}

pub(super) fn read_event(event: &[u8]) -> Result<Call, BadEvent> {
    let event: Event = read(event)?;
    let input = match event.tool_args {
        Arguments::Parsed(arguments) => arguments,
        Arguments::Text(text) => read(text.as_bytes())?,
    };
    Ok(Call {
        tool: event.tool_name,
        input,
        session_id: event.session_id,
        agent_id: None,
        call_id: None,
        cwd: event.cwd,
        session_file: None,
        project: None,
    })
}

pub(super) fn output(answer: &Answer) -> Output {
    match answer {
        Answer::Silent => Output::silent(),
        Answer::Grant(reason) => decided("allow", reason),
        Answer::Deny(reason) | Answer::AskThePerson(reason) => Output {
            code: FAILED,
            ..decided("deny", reason)
        },
        Answer::Failed(reason) => Output::failed(reason),
    }
}

fn decided(decision: &str, reason: &str) -> Output {
    Output::json(&json!({
        "permissionDecision": decision,
        "permissionDecisionReason": reason,
    }))
}
