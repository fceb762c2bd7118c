//! Claude Code: the event `PreToolUse` of a command hook.
//!
//! A denial is JSON *and* exit code 2, which nothing overrides. Any other failure of a hook lets the
//! tool go ahead, so every failure of this one is exit code 2 (Claude Code's hook reference).

use serde_json::json;

use super::event::{BadEvent, read_snake};
use crate::answer::{Answer, FAILED, Output};
use crate::call::Call;

const EVENT: &str = "PreToolUse";

pub(super) fn read(event: &[u8]) -> Result<Call, BadEvent> {
    read_snake(event, EVENT)
}

pub(super) fn output(answer: &Answer) -> Output {
    match answer {
        Answer::Silent => Output::silent(),
        Answer::Grant(reason) => decided("allow", reason),
        Answer::AskThePerson(reason) => decided("ask", reason),
        Answer::Deny(reason) => Output {
            stderr: reason.clone(),
            code: FAILED,
            ..decided("deny", reason)
        },
        Answer::Failed(reason) => Output::failed(reason),
    }
}

fn decided(decision: &str, reason: &str) -> Output {
    Output::json(&json!({
        "hookSpecificOutput": {
            "hookEventName": EVENT,
            "permissionDecision": decision,
            "permissionDecisionReason": reason,
        }
    }))
}
