//! Claude Code: `~/.claude/projects/*/SESSION.jsonl`.
//!
//! A line of the type `assistant` holds the model's message with a `tool_use` for each call; a line of the
//! type `user` holds a `tool_result` with the id of the call. Lines of subagents have `isSidechain`, and
//! the same ids.

use serde::Deserialize;
use serde_json::Value;

use super::{Call, Transcript, TranscriptError, text};

#[derive(Deserialize)]
pub(super) struct Line {
    #[serde(default)]
    r#type: String,
    #[serde(rename = "sessionId", alias = "session_id")]
    session: Option<String>,
    message: Option<Message>,
}

#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    content: Value,
}

pub(super) fn read(transcript: &mut Transcript, line: Line) -> Result<(), TranscriptError> {
    let Some(message) = line.message else {
        return Ok(());
    };
    if !matches!(&*line.r#type, "assistant" | "user") {
        return Ok(());
    }
    transcript.messages += 1;
    // Each line names its session.
    transcript.session = line.session;
    let session = transcript.session()?;
    for block in message.content.as_array().into_iter().flatten() {
        match text(block, "type") {
            kind @ ("tool_use" | "server_tool_use" | "mcp_tool_use") => {
                transcript.made(Call {
                    id: text(block, "id").to_owned(),
                    tool: text(block, "name").to_owned(),
                    session: session.clone(),
                    at_the_provider: kind != "tool_use",
                    began: None,
                    ended: None,
                    result: None,
                })?;
            }
            "tool_result" => {
                let result = block.get("content").unwrap_or(&Value::Null);
                transcript.came_back(&session, text(block, "tool_use_id"), result, None);
            }
            _ => {}
        }
    }
    Ok(())
}
