//! The calls of tools that a host wrote down, from its transcript: JSON Lines, in the words of each host.

mod claude_code;
mod codex;
mod copilot_cli;
mod gemini_cli;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::host::Host;

/// Bytes of a line. A result can hold a large file.
pub const MAX_LINE_BYTES: usize = 32 * 1024 * 1024;
/// Calls of a transcript.
pub const MAX_CALLS: usize = 1_000_000;
/// Characters of a result that are kept.
const MAX_RESULT_CHARS: usize = 160;

/// A call of a tool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Call {
    /// The host's id of the call. It is the `correlation_id` of its decisions, if the host tells its hook.
    pub id: String,
    /// The tool.
    pub tool: String,
    /// The session that the call is in.
    pub session: String,
    /// Whether the tool ran where the model runs. No hook sees such a call.
    pub at_the_provider: bool,
    /// When the call began, if the host says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub began: Option<Timestamp>,
    /// When its result came back, if the host says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<Timestamp>,
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
    /// A line with a message is of no session.
    #[error("line {line} is of no session; is it a transcript of {}?", host.title())]
    NoSession {
        /// The line, from 1.
        line: usize,
        /// The host that is to have written it.
        host: Host,
    },
    /// There are more calls than are compared at once.
    #[error("it has more than {MAX_CALLS} calls")]
    TooMany,
}

/// The calls of a transcript, line after line.
#[derive(Debug)]
pub struct Transcript {
    host: Host,
    lines: usize,
    messages: usize,
    /// The session of the lines that name none themselves.
    session: Option<String>,
    calls: Vec<Call>,
    /// The place of each call by its session and its id.
    places: BTreeMap<(String, String), usize>,
}

impl Transcript {
    /// A transcript of the host, of which nothing is read yet.
    #[must_use]
    pub fn of(host: Host) -> Self {
        Self {
            host,
            lines: 0,
            messages: 0,
            session: None,
            calls: Vec::new(),
            places: BTreeMap::new(),
        }
    }

    /// Reads the next line.
    ///
    /// # Errors
    /// If it can't be read. A line that is skipped could hold a call.
    pub fn read(&mut self, line: &[u8]) -> Result<(), TranscriptError> {
        self.lines += 1;
        if line.trim_ascii().is_empty() {
            return Ok(());
        }
        let number = self.lines;
        let failed = |cause| TranscriptError::Line {
            line: number,
            cause,
        };
        match self.host {
            Host::ClaudeCode => {
                let line = serde_json::from_slice(line).map_err(failed)?;
                claude_code::read(self, line)
            }
            Host::Codex => {
                let line = serde_json::from_slice(line).map_err(failed)?;
                codex::read(self, line)
            }
            Host::CopilotCli => {
                let line = serde_json::from_slice(line).map_err(failed)?;
                copilot_cli::read(self, line)
            }
            Host::GeminiCli => {
                let line = serde_json::from_slice(line).map_err(failed)?;
                gemini_cli::read(self, line)
            }
        }
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

    /// The session of this line.
    fn session(&self) -> Result<String, TranscriptError> {
        self.session.clone().ok_or(TranscriptError::NoSession {
            line: self.lines,
            host: self.host,
        })
    }

    /// Adds a call, unless it is there: hosts write some messages again.
    fn made(&mut self, call: Call) -> Result<(), TranscriptError> {
        let key = (call.session.clone(), call.id.clone());
        if !call.id.is_empty() && self.places.contains_key(&key) {
            return Ok(());
        }
        if self.calls.len() == MAX_CALLS {
            return Err(TranscriptError::TooMany);
        }
        self.places.insert(key, self.calls.len());
        self.calls.push(call);
        Ok(())
    }

    /// Notes what came back of a call, if it is there.
    fn came_back(&mut self, session: &str, id: &str, result: &Value, at: Option<Timestamp>) {
        let key = (session.to_owned(), id.to_owned());
        let place = self.places.get(&key).copied();
        if let Some(call) = place.and_then(|place| self.calls.get_mut(place)) {
            call.result = Some(beginning(result));
            call.ended = at;
        }
    }
}

/// The text of a field. Empty if it has none.
fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value.get(field).and_then(Value::as_str).unwrap_or_default()
}

/// The beginning of a text, of the texts of a list, or of JSON, in one line.
fn beginning(content: &Value) -> String {
    let text = match content {
        Value::String(text) => text.clone(),
        Value::Array(blocks) if blocks.iter().any(|it| it.get("text").is_some()) => {
            let texts = blocks.iter().filter_map(|it| it.get("text")?.as_str());
            texts.collect::<Vec<_>>().join(" ")
        }
        Value::Null => String::new(),
        other => other.to_string(),
    };
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(MAX_RESULT_CHARS).collect()
}
