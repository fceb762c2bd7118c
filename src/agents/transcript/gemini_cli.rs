//! Gemini CLI: `~/.gemini/tmp/PROJECT/chats/session-TIME-ID.jsonl`.
//!
//! The first line names the session. A message of the type `gemini` is written again with its `toolCalls`
//! once they have ended, and `$set` may replace all messages. The host tells its hook no id of the call, so
//! the times of the message and of its calls say which decision is about which.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::{Call, Transcript, TranscriptError};

#[derive(Deserialize)]
pub(super) struct Line {
    #[serde(rename = "sessionId")]
    session: Option<String>,
    #[serde(rename = "$set")]
    set: Option<Set>,
    #[serde(flatten)]
    message: Message,
}

#[derive(Deserialize)]
struct Set {
    #[serde(default)]
    messages: Vec<Message>,
}

#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    r#type: String,
    timestamp: Option<Timestamp>,
    #[serde(default, rename = "toolCalls")]
    calls: Vec<ToolCall>,
}

#[derive(Deserialize)]
struct ToolCall {
    #[serde(default)]
    id: String,
    #[serde(default)]
    name: String,
    timestamp: Option<Timestamp>,
    #[serde(default, rename = "resultDisplay")]
    shown: Value,
}

pub(super) fn read(transcript: &mut Transcript, line: Line) -> Result<(), TranscriptError> {
    if line.session.is_some() {
        transcript.session = line.session;
    }
    message(transcript, line.message)?;
    let set = line.set.into_iter().flat_map(|set| set.messages);
    set.into_iter()
        .try_for_each(|written| message(transcript, written))
}

fn message(transcript: &mut Transcript, message: Message) -> Result<(), TranscriptError> {
    if !matches!(&*message.r#type, "user" | "gemini") {
        return Ok(());
    }
    transcript.messages += 1;
    let session = transcript.session()?;
    for call in message.calls {
        transcript.made(Call {
            id: call.id.clone(),
            tool: call.name,
            session: session.clone(),
            at_the_provider: false,
            began: message.timestamp,
            ended: None,
            result: None,
        })?;
        transcript.came_back(&session, &call.id, &call.shown, call.timestamp);
    }
    Ok(())
}
