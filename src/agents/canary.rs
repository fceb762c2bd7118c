//! An event that every policy must block, in the words of each host, and what the hook answers to it.

use serde_json::{Value, json};

use super::host::Host;

/// What the session of a doctor begins with. No host has such a session.
pub const SESSION_PREFIX: &str = "cavra-doctor-";
/// The file that is read. A required case of every policy blocks it.
pub const TARGET: &str = "/.env";

/// The event: the host wants to read the file `target`.
#[must_use]
pub fn event(host: Host, session: &str, call: &str, target: &str) -> Value {
    match host {
        Host::ClaudeCode => json!({
            "session_id": session, "transcript_path": null, "cwd": "/", "permission_mode": "default",
            "hook_event_name": "PreToolUse", "tool_name": "Read", "tool_use_id": call,
            "tool_input": { "file_path": target },
        }),
        Host::Codex => json!({
            "session_id": session, "transcript_path": null, "cwd": "/", "permission_mode": "default",
            "hook_event_name": "PreToolUse", "model": "none", "turn_id": call, "tool_name": "Bash",
            "tool_use_id": call, "tool_input": { "command": format!("cat {target}") },
        }),
        Host::CopilotCli => json!({
            "sessionId": session, "timestamp": 0, "cwd": "/", "toolName": "view",
            "toolArgs": { "path": target },
        }),
        Host::GeminiCli => json!({
            "session_id": session, "transcript_path": "", "cwd": "/", "hook_event_name": "BeforeTool",
            "timestamp": "1970-01-01T00:00:00Z", "tool_name": "read_file",
            "tool_input": { "file_path": target },
        }),
    }
}

/// The reason of the denial, if the hook denied by a decision. A failure of the hook denies too, but without
/// an answer.
#[must_use]
pub fn denial(host: Host, stdout: &[u8], code: Option<i32>) -> Option<String> {
    let answer: Value = serde_json::from_slice(stdout).ok()?;
    let (decision, reason, wanted) = match host {
        Host::ClaudeCode | Host::Codex => {
            let output = answer.get("hookSpecificOutput")?;
            let code = if host == Host::Codex { 0 } else { 2 };
            (
                output.get("permissionDecision")?,
                output.get("permissionDecisionReason")?,
                code,
            )
        }
        Host::CopilotCli => (
            answer.get("permissionDecision")?,
            answer.get("permissionDecisionReason")?,
            2,
        ),
        Host::GeminiCli => (answer.get("decision")?, answer.get("reason")?, 0),
    };
    let is_denial = decision == "deny" && code == Some(wanted);
    reason.as_str().filter(|_| is_denial).map(str::to_owned)
}
