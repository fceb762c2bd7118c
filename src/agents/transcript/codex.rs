//! Codex: `~/.codex/sessions/YEAR/MONTH/DAY/rollout-TIME-SESSION.jsonl`.
//!
//! The first line, `session_meta`, names the session. A line of the type `response_item` holds an item of
//! the Responses API: a call, or what came back of one.

use serde::Deserialize;
use serde_json::Value;

use super::{Call, Transcript, TranscriptError, text};

#[derive(Deserialize)]
pub(super) struct Line {
    #[serde(default)]
    r#type: String,
    #[serde(default)]
    payload: Value,
}

pub(super) fn read(transcript: &mut Transcript, line: Line) -> Result<(), TranscriptError> {
    let Line { r#type, payload } = line;
    match &*r#type {
        "session_meta" => {
            let id = text(&payload, "id");
            transcript.session = (!id.is_empty()).then(|| id.to_owned());
            Ok(())
        }
        "response_item" => {
            transcript.messages += 1;
            item(transcript, &payload)
        }
        _ => Ok(()),
    }
}

fn item(transcript: &mut Transcript, item: &Value) -> Result<(), TranscriptError> {
    let session = transcript.session()?;
    let kind = text(item, "type");
    let is_result = kind.strip_suffix("_output").unwrap_or_default();
    if is_result.ends_with("_call") {
        let result = item.get("output").unwrap_or(&Value::Null);
        transcript.came_back(&session, text(item, "call_id"), result, None);
        return Ok(());
    }
    if !kind.ends_with("_call") {
        return Ok(());
    }
    // A call that no hook is asked about has no `call_id`, and no name but its kind: `web_search_call`.
    let id = text(item, "call_id");
    let name = match text(item, "name") {
        "" => kind,
        name => name,
    };
    transcript.made(Call {
        id: id.to_owned(),
        tool: name.to_owned(),
        session,
        at_the_provider: matches!(kind, "web_search_call" | "image_generation_call"),
        began: None,
        ended: None,
        result: None,
    })
}
