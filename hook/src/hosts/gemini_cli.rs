//! Gemini CLI: the event `BeforeTool` of a command hook.
//!
//! A denial is JSON and exit code 0. Standard output must be JSON or empty. Exit code 2 blocks, every
//! other one warns and lets the tool go ahead (Gemini CLI's hook reference).

use serde_json::json;

use super::event::{BadEvent, read_snake};
use crate::answer::{Answer, Output};
use crate::call::Call;

pub(super) fn read(event: &[u8]) -> Result<Call, BadEvent> {
    read_snake(event, "BeforeTool")
}

pub(super) fn output(answer: &Answer) -> Output {
    match answer {
        Answer::Silent => Output::json(&json!({})),
        Answer::Grant(_) => Output::json(&json!({ "decision": "allow" })),
        Answer::Deny(reason) | Answer::AskThePerson(reason) => {
            Output::json(&json!({ "decision": "deny", "reason": reason }))
        }
        Answer::Failed(reason) => Output::failed(reason),
    }
}
