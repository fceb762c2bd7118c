//! Copilot CLI: `~/.copilot/session-state/SESSION/events.jsonl`.
//!
//! `session.start` names the session. `tool.execution_start` is a call, and `tool.execution_complete` what
//! came back. The host tells its hook no id of the call, so the times of the two say which decision is
//! about it.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::{Call, Transcript, TranscriptError, text};

#[derive(Deserialize)]
pub(super) struct Event {
    #[serde(default)]
    r#type: String,
    timestamp: Option<Timestamp>,
    #[serde(default)]
    data: Value,
}

pub(super) fn read(transcript: &mut Transcript, event: Event) -> Result<(), TranscriptError> {
    let Event {
        r#type,
        timestamp,
        data,
    } = event;
    match &*r#type {
        "session.start" | "session.resume" => {
            let id = text(&data, "sessionId");
            if !id.is_empty() {
                transcript.session = Some(id.to_owned());
            }
        }
        "user.message" | "assistant.message" => transcript.messages += 1,
        "tool.execution_start" => {
            let session = transcript.session()?;
            transcript.made(Call {
                id: text(&data, "toolCallId").to_owned(),
                tool: text(&data, "toolName").to_owned(),
                session,
                at_the_provider: false,
                began: timestamp,
                ended: None,
                result: None,
            })?;
        }
        "tool.execution_complete" => {
            let session = transcript.session()?;
            let content = |field: &str, inner: &str| data.get(field)?.get(inner);
            let result = content("result", "content").or_else(|| content("error", "message"));
            let result = result.unwrap_or(&Value::Null);
            transcript.came_back(&session, text(&data, "toolCallId"), result, timestamp);
        }
        _ => {}
    }
    Ok(())
}
