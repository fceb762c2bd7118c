//! The calls of tools that a host wrote down, from its transcript.
//!
//! Claude Code writes JSON Lines. A line of the type `assistant` holds the model's message with a
//! `tool_use` for each call; a line of the type `user` holds a `tool_result` with the id of the call.
//! Lines of subagents have `isSidechain`, and the same ids.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Bytes of a line. A result can hold a large file.
pub const MAX_LINE_BYTES: usize = 32 * 1024 * 1024;
/// Calls of a transcript.
pub const MAX_CALLS: usize = 1_000_000;
/// Characters of a result that are kept.
const MAX_RESULT_CHARS: usize = 160;

/// A call of a tool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Call {
    /// The host's id of the call, which is the `correlation_id` of its decisions.
    pub id: String,
    /// The tool.
    pub tool: String,
    /// The session that the call is in.
    pub session: String,
    /// Whether the tool ran where the model runs. No hook sees such a call.
    pub at_the_provider: bool,
    /// The beginning of what came back. Absent if nothing did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
}

/// Why a transcript can't be read.
#[derive(Debug, thiserror::Error)]
pub enum TranscriptError {
    /// A line is not JSON, or has another shape.
    #[error("line {line} can't be read")]
    Line {
        /// The line, from 1.
        line: usize,
        /// The cause.
        #[source]
        cause: serde_json::Error,
    },
    /// A line with a message names no session.
    #[error("line {line} names no `sessionId`; is it a transcript of Claude Code?")]
    NoSession {
        /// The line, from 1.
        line: usize,
    },
    /// There are more calls than are compared at once.
    #[error("it has more than {MAX_CALLS} calls")]
    TooMany,
}

/// The calls of a transcript, line after line.
#[derive(Debug, Default)]
pub struct Transcript {
    lines: usize,
    messages: usize,
    calls: Vec<Call>,
    /// The place of each call by its session and its id.
    places: BTreeMap<(String, String), usize>,
}

#[derive(Deserialize)]
struct Line {
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

impl Transcript {
    /// Reads the next line.
    ///
    /// # Errors
    /// If it can't be read. A line that is skipped could hold a call.
    pub fn read(&mut self, line: &[u8]) -> Result<(), TranscriptError> {
        self.lines += 1;
        if line.trim_ascii().is_empty() {
            return Ok(());
        }
        let failed = |cause| TranscriptError::Line {
            line: self.lines,
            cause,
        };
        let line: Line = serde_json::from_slice(line).map_err(failed)?;
        let Some(message) = line.message else {
            return Ok(());
        };
        if !matches!(&*line.r#type, "assistant" | "user") {
            return Ok(());
        }
        self.messages += 1;
        let session = line
            .session
            .ok_or(TranscriptError::NoSession { line: self.lines })?;
        let blocks = message.content.as_array().into_iter().flatten();
        for block in blocks {
            self.block(block, &session)?;
        }
        Ok(())
    }

    fn block(&mut self, block: &Value, session: &str) -> Result<(), TranscriptError> {
        let text = |key: &str| block.get(key).and_then(Value::as_str).unwrap_or_default();
        match text("type") {
            kind @ ("tool_use" | "server_tool_use" | "mcp_tool_use") => {
                let id = text("id").to_owned();
                let key = (session.to_owned(), id.clone());
                // A message is written once for each of its blocks, and some are written again.
                if !id.is_empty() && self.places.contains_key(&key) {
                    return Ok(());
                }
                if self.calls.len() == MAX_CALLS {
                    return Err(TranscriptError::TooMany);
                }
                self.places.insert(key, self.calls.len());
                self.calls.push(Call {
                    id,
                    tool: text("name").to_owned(),
                    session: session.to_owned(),
                    at_the_provider: kind != "tool_use",
                    result: None,
                });
            }
            "tool_result" => {
                let key = (session.to_owned(), text("tool_use_id").to_owned());
                let place = self.places.get(&key).copied();
                if let Some(call) = place.and_then(|place| self.calls.get_mut(place)) {
                    call.result = Some(beginning(block.get("content").unwrap_or(&Value::Null)));
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// The calls in their order.
    #[must_use]
    pub fn into_calls(self) -> Vec<Call> {
        self.calls
    }

    /// How many messages there were. A file without one is no transcript.
    #[must_use]
    pub fn messages(&self) -> usize {
        self.messages
    }
}

fn beginning(content: &Value) -> String {
    let text = match content {
        Value::String(text) => text.clone(),
        Value::Array(blocks) => {
            let texts = blocks.iter().filter_map(|it| it.get("text")?.as_str());
            texts.collect::<Vec<_>>().join(" ")
        }
        _ => String::new(),
    };
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(MAX_RESULT_CHARS).collect()
}
