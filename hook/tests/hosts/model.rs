//! A model on loopback that calls one tool and then ends the turn, in the words of a host's provider.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::loopback;
use crate::table::Offered;

/// What the host sent.
#[derive(Debug, Default, Clone)]
pub(crate) struct Seen {
    /// The tools that the host offers.
    pub(crate) tools: Vec<Offered>,
    /// The result of the tool call. None if the host sent none.
    pub(crate) result: Option<String>,
}

/// How a provider speaks: the request in, the tools, the result if there is one, and the answer out.
pub(crate) trait Provider: Copy + Send + 'static {
    fn tools(body: &Value) -> Vec<Offered>;
    fn result(body: &Value) -> Option<String>;
    /// The events of the answer: the call, or the end of the turn.
    fn answer(call: Option<(&str, &Value)>) -> String;
}

pub(crate) struct Model {
    pub(crate) url: String,
    seen: Arc<Mutex<Seen>>,
}

impl Model {
    /// A model that calls `tool` with `input`.
    pub(crate) fn calling<P: Provider>(tool: &str, input: &Value) -> Self {
        let seen = Arc::new(Mutex::new(Seen::default()));
        let (tool, input, shared) = (tool.to_owned(), input.clone(), Arc::clone(&seen));
        let url = loopback::serve(move |_, body| answer::<P>(body, &tool, &input, &shared));
        Self { url, seen }
    }

    pub(crate) fn seen(&self) -> Seen {
        self.seen.lock().unwrap().clone()
    }
}

/// The answer to one request, of which `seen` keeps what the host sent.
fn answer<P: Provider>(
    body: &Value,
    tool: &str,
    input: &Value,
    seen: &Mutex<Seen>,
) -> (&'static str, String) {
    let (tools, result) = (P::tools(body), P::result(body));
    let call = (result.is_none() && !tools.is_empty()).then_some((tool, input));
    let text = P::answer(call);
    let mut seen = seen.lock().unwrap();
    if !tools.is_empty() {
        seen.tools = tools;
    }
    seen.result = result.or(seen.result.take());
    ("text/event-stream", text)
}

/// The Responses API of OpenAI.
#[derive(Clone, Copy)]
pub(crate) struct Responses;

impl Provider for Responses {
    fn tools(body: &Value) -> Vec<Offered> {
        let tools = body["tools"].as_array().into_iter().flatten();
        let offered = |it: &Value| {
            let name = it["name"].as_str().or(it["type"].as_str())?;
            Some(Offered::of(name, &it["parameters"]))
        };
        tools.filter_map(offered).collect()
    }

    fn result(body: &Value) -> Option<String> {
        let mut items = body["input"].as_array()?.iter();
        let is_output = |it: &&Value| {
            it["type"]
                .as_str()
                .is_some_and(|it| it.ends_with("_output"))
        };
        items.find(is_output).map(|it| it["output"].to_string())
    }

    fn answer(call: Option<(&str, &Value)>) -> String {
        let item = match call {
            // The tool that applies patches takes a text.
            Some((tool, Value::String(text))) => json!({"type": "custom_tool_call", "id": "i1",
                "call_id": "call_1", "name": tool, "input": text}),
            Some((tool, input)) => json!({"type": "function_call", "id": "i1", "call_id": "call_1",
                "name": tool, "arguments": input.to_string()}),
            None => json!({"type": "message", "role": "assistant", "id": "i2",
                "content": [{"type": "output_text", "text": "done"}]}),
        };
        let usage = json!({"input_tokens": 0, "input_tokens_details": null, "output_tokens": 0,
            "output_tokens_details": null, "total_tokens": 0});
        let events = [
            json!({"type": "response.created", "response": {"id": "r1"}}),
            json!({"type": "response.output_item.done", "item": item}),
            json!({"type": "response.completed", "response": {"id": "r1", "usage": usage}}),
        ];
        let text = |it: &Value| format!("event: {}\ndata: {it}\n\n", it["type"].as_str().unwrap());
        events.iter().map(text).collect()
    }
}

/// The API of Gemini.
#[derive(Clone, Copy)]
pub(crate) struct Gemini;

impl Provider for Gemini {
    fn tools(body: &Value) -> Vec<Offered> {
        let tools = body["tools"].as_array().into_iter().flatten();
        let functions = tools
            .filter_map(|it| it["functionDeclarations"].as_array())
            .flatten();
        let offered = |it: &Value| {
            let schema = it.get("parametersJsonSchema").unwrap_or(&it["parameters"]);
            Some(Offered::of(it["name"].as_str()?, schema))
        };
        functions.filter_map(offered).collect()
    }

    fn result(body: &Value) -> Option<String> {
        let contents = body["contents"].as_array()?.iter();
        let mut parts = contents.filter_map(|it| it["parts"].as_array()).flatten();
        let response = parts.find_map(|it| it.get("functionResponse"))?;
        Some(response["response"].to_string())
    }

    fn answer(call: Option<(&str, &Value)>) -> String {
        let part = match call {
            Some((tool, input)) => json!({"functionCall": {"name": tool, "args": input}}),
            None => json!({"text": "done"}),
        };
        let usage = json!({"promptTokenCount": 1, "candidatesTokenCount": 1, "totalTokenCount": 2});
        let candidate = json!({"content": {"role": "model", "parts": [part]}, "finishReason": "STOP", "index": 0});
        let answer = json!({"candidates": [candidate], "usageMetadata": usage});
        format!("data: {answer}\r\n\r\n")
    }
}

/// The Chat Completions API of OpenAI.
#[derive(Clone, Copy)]
pub(crate) struct Completions;

impl Provider for Completions {
    fn tools(body: &Value) -> Vec<Offered> {
        let tools = body["tools"].as_array().into_iter().flatten();
        let offered = |it: &Value| {
            let function = &it["function"];
            Some(Offered::of(
                function["name"].as_str()?,
                &function["parameters"],
            ))
        };
        tools.filter_map(offered).collect()
    }

    fn result(body: &Value) -> Option<String> {
        let mut messages = body["messages"].as_array()?.iter();
        let result = messages.find(|it| it["role"] == "tool")?;
        Some(result["content"].to_string())
    }

    fn answer(call: Option<(&str, &Value)>) -> String {
        let (delta, reason) = match call {
            Some((tool, input)) => {
                let function = json!({"name": tool, "arguments": input.to_string()});
                let call =
                    json!({"index": 0, "id": "call_1", "type": "function", "function": function});
                (
                    json!({"role": "assistant", "tool_calls": [call]}),
                    "tool_calls",
                )
            }
            None => (json!({"role": "assistant", "content": "done"}), "stop"),
        };
        let chunk = |delta: Value, reason: Value| {
            let choice = json!({"index": 0, "delta": delta, "finish_reason": reason});
            let chunk = json!({"id": "c1", "object": "chat.completion.chunk", "created": 0, "model": "mock",
                "choices": [choice]});
            format!("data: {chunk}\n\n")
        };
        let (first, last) = (chunk(delta, Value::Null), chunk(json!({}), json!(reason)));
        format!("{first}{last}data: [DONE]\n\n")
    }
}
