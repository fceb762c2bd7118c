//! Codex: the event `PreToolUse` of a command hook.
//!
//! A denial is JSON with a reason and exit code 0. An answer with any other field makes the run fail,
//! and then the tool goes ahead; so does exit code 2 without a text on standard error. Codex can neither
//! be asked to prompt nor take a plain allow (Codex's hook reference).

use serde_json::json;

use super::event::{BadEvent, read_snake};
use crate::answer::{Answer, Output};
use crate::call::Call;

const EVENT: &str = "PreToolUse";

pub(super) fn read(event: &[u8]) -> Result<Call, BadEvent> {
    read_snake(event, EVENT)
}

pub(super) fn output(answer: &Answer) -> Output {
    match answer {
        Answer::Silent | Answer::Grant(_) => Output::silent(),
        Answer::Deny(reason) | Answer::AskThePerson(reason) => Output::json(&json!({
            "hookSpecificOutput": {
                "hookEventName": EVENT,
                "permissionDecision": "deny",
                "permissionDecisionReason": reason,
            }
        })),
        Answer::Failed(reason) => Output::failed(reason),
    }
}
