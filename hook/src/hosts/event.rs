//! What the events of the hosts have in common.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::call::Call;

/// Why an event can't be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BadEvent {
    /// It is not JSON, or a field is absent or has another type.
    #[error("the event on standard input can't be read: {0}")]
    Json(#[from] serde_path_to_error::Error<serde_json::Error>),
    /// It is an event of another kind.
    #[error("the event is `{found}`; register cavra-hook for `{wanted}`")]
    Kind {
        /// What it is.
        found: String,
        /// The event that asks before a tool runs.
        wanted: &'static str,
    },
}

/// An event in the words that Claude Code, Codex and Gemini CLI share.
#[derive(Debug, Deserialize)]
pub(super) struct SnakeEvent {
    hook_event_name: String,
    tool_name: String,
    #[serde(default)]
    tool_input: Map<String, Value>,
    session_id: Option<String>,
    agent_id: Option<String>,
    tool_use_id: Option<String>,
    cwd: Option<String>,
    transcript_path: Option<String>,
}

/// Reads the event `wanted` as these three hosts write it.
///
/// # Errors
/// If it is another one, or can't be read.
pub(super) fn read_snake(event: &[u8], wanted: &'static str) -> Result<Call, BadEvent> {
    let event: SnakeEvent = read(event)?;
    if event.hook_event_name != wanted {
        return Err(BadEvent::Kind {
            found: event.hook_event_name,
            wanted,
        });
    }
    Ok(Call {
        tool: event.tool_name,
        input: event.tool_input,
        session_id: event.session_id,
        agent_id: event.agent_id,
        call_id: event.tool_use_id,
        cwd: event.cwd,
        session_file: event.transcript_path,
        project: None,
    })
}

/// Reads JSON; an error names the field.
///
/// # Errors
/// If it can't be read.
pub(super) fn read<T: DeserializeOwned>(event: &[u8]) -> Result<T, BadEvent> {
    let mut reader = serde_json::Deserializer::from_slice(event);
    let value = serde_path_to_error::deserialize(&mut reader)?;
    // Two documents could be judged by the first and run by the second.
    reader.end().map_err(|error| {
        BadEvent::Json(serde_path_to_error::Error::new(
            serde_path_to_error::Track::new().path(),
            error,
        ))
    })?;
    Ok(value)
}
