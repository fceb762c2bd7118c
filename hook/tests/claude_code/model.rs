//! A model on loopback that speaks the Messages API: it calls one tool, then ends the turn.

use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::loopback;
use crate::table::Offered;

/// The id of the call that a run is about.
const CALL: &str = "toolu_1";
/// An argument that becomes the path in the doctor's prompt.
pub(crate) const FILE_OF_THE_PROMPT: &str = "the file of the prompt";
/// Turns that the model waits for the tool to be offered.
const MAX_WAITS: usize = 8;
const WAIT: Duration = Duration::from_millis(500);

pub(crate) struct Model {
    pub(crate) url: String,
    seen: Arc<Mutex<Seen>>,
}

/// What the host sent.
#[derive(Debug, Default, Clone)]
pub(crate) struct Seen {
    /// The tools that the host offers.
    pub(crate) tools: Vec<Offered>,
    /// The result of the tool call. None if the host sent none.
    pub(crate) result: Option<String>,
}

impl Model {
    /// A model that calls `tool` with `input`, if the host offers the tool.
    pub(crate) fn calling(tool: &str, input: &Value) -> Self {
        let seen = Arc::new(Mutex::new(Seen::default()));
        let (tool, input, shared) = (tool.to_owned(), input.clone(), Arc::clone(&seen));
        let url = loopback::serve(move |path, body| answer(path, body, &tool, &input, &shared));
        Self { url, seen }
    }

    pub(crate) fn seen(&self) -> Seen {
        self.seen.lock().unwrap().clone()
    }
}

/// The answer to one request, of which `seen` keeps what the host sent.
fn answer(
    path: &str,
    body: &Value,
    tool: &str,
    input: &Value,
    seen: &Mutex<Seen>,
) -> (&'static str, String) {
    let is_turn = path.starts_with("/v1/messages") && !path.contains("count_tokens");
    match is_turn {
        true => turn(body, tool, input, seen),
        false => ("application/json", json!({"input_tokens": 1}).to_string()),
    }
}

/// The arguments, with the path that the prompt names.
fn with_file(body: &Value, input: &Value) -> Value {
    let prompt = body["messages"].to_string();
    let path = prompt.split("on the file ").nth(1);
    let path = path.and_then(|rest| rest.split(' ').next());
    let text = input.to_string();
    let text = text.replace(FILE_OF_THE_PROMPT, path.unwrap_or_default());
    serde_json::from_str(&text).unwrap()
}

fn turn(body: &Value, tool: &str, input: &Value, seen: &Mutex<Seen>) -> (&'static str, String) {
    let offered = |body: &Value| -> Vec<Offered> {
        let tools = body["tools"].as_array().into_iter().flatten();
        let offered = |it: &Value| Some(Offered::of(it["name"].as_str()?, &it["input_schema"]));
        tools.filter_map(offered).collect()
    };
    let blocks = body["messages"].as_array().into_iter().flatten();
    let blocks = blocks
        .filter_map(|message| message["content"].as_array())
        .flatten();
    let mut results = blocks.filter(|block| block["type"] == "tool_result");
    let waits = results.clone().count();
    let result = results.find(|block| block["tool_use_id"] == CALL);
    let result = result.map(|block| block["content"].to_string());
    let mut seen = seen.lock().unwrap();
    let offered = offered(body);
    if !offered.is_empty() {
        seen.tools = offered;
    }
    let is_over = result.is_some();
    seen.result = result.or(seen.result.take());
    let is_offered = seen.tools.iter().any(|it| it.name == tool);
    // The host connects to its servers while the first turns go on.
    let waiting = (format!("{CALL}-{waits}"), "TaskList", json!({}));
    let (id, tool, input) = match is_offered {
        true => (CALL.to_owned(), tool, with_file(body, input)),
        false => waiting,
    };
    let calls = !is_over
        && (is_offered || (waits < MAX_WAITS && seen.tools.iter().any(|it| it.name == tool)));
    if calls && !is_offered {
        thread::sleep(WAIT);
    }
    let content = match calls {
        true => json!({"type": "tool_use", "id": id, "name": tool, "input": input}),
        false => json!({"type": "text", "text": "done"}),
    };
    let message = |content: Value, stop: Value| {
        json!({"id": "msg_1", "type": "message", "role": "assistant", "model": body["model"], "content": content,
            "stop_reason": stop, "stop_sequence": null, "usage": {"input_tokens": 1, "output_tokens": 1}})
    };
    let stop = json!(if calls { "tool_use" } else { "end_turn" });
    if body["stream"] != true {
        return (
            "application/json",
            message(json!([content]), stop).to_string(),
        );
    }
    let (start, delta) = match calls {
        true => (
            json!({"type": "tool_use", "id": id, "name": tool, "input": {}}),
            json!({"type": "input_json_delta", "partial_json": input.to_string()}),
        ),
        false => (
            json!({"type": "text", "text": ""}),
            json!({"type": "text_delta", "text": "done"}),
        ),
    };
    let events = [
        json!({"type": "message_start", "message": message(json!([]), Value::Null)}),
        json!({"type": "content_block_start", "index": 0, "content_block": start}),
        json!({"type": "content_block_delta", "index": 0, "delta": delta}),
        json!({"type": "content_block_stop", "index": 0}),
        json!({"type": "message_delta", "delta": {"stop_reason": stop, "stop_sequence": null}, "usage": {"output_tokens": 1}}),
        json!({"type": "message_stop"}),
    ];
    let text = events.iter().map(|event| {
        let name = event["type"].as_str().unwrap();
        format!("event: {name}\ndata: {event}\n\n")
    });
    ("text/event-stream", text.collect())
}
