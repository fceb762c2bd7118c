//! The calls of a transcript against the decisions of the journal.

use std::process::Command;

use serde_json::{Value, json};

use crate::home::{Done, Home};

/// A line of a transcript with a call.
fn made(session: &str, id: &str, tool: &str) -> Value {
    let call = json!({"type": "tool_use", "id": id, "name": tool, "input": {}});
    json!({"type": "assistant", "sessionId": session, "uuid": "u", "message": {"role": "assistant", "content": [call]}})
}

fn came_back(session: &str, id: &str, result: &str) -> Value {
    let block =
        json!({"type": "tool_result", "tool_use_id": id, "content": result, "is_error": true});
    json!({"type": "user", "sessionId": session, "message": {"role": "user", "content": [block]}})
}

fn coverage(home: &Home, lines: &[Value]) -> Done {
    coverage_of(home, "claude-code", lines)
}

fn coverage_of(home: &Home, host: &str, lines: &[Value]) -> Done {
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    home.write("t.jsonl", &text);
    let hook = home.path("bin/cavra-hook");
    let given = [
        "coverage",
        "--host",
        host,
        "--transcript",
        "t.jsonl",
        "--output",
        "json",
        "--hook",
    ];
    home.agents(&[&given[..], &[hook.to_str().unwrap()]].concat())
}

#[test]
fn made_judged_by_design_and_missed() {
    let home = Home::new();
    let _service = home.serve();
    home.install("claude-code", &["--yes"]);
    // Ids as the host makes them: no rule of redaction takes them for a secret.
    let ids = [
        "toolu_01Qw7pZ3xK9mVb2NcR5tYhGf",
        "toolu_01A09q90qw90lq917835lq9",
    ];
    for id in ids {
        assert_eq!(home.call("s1", id, "terraform plan").code, 0);
    }
    let judged = [
        json!({"type": "summary", "summary": "s"}),
        json!({"type": "user", "sessionId": "s1", "message": {"role": "user", "content": "go"}}),
        made("s1", ids[0], "Bash"),
        // A message is written again for each of its blocks.
        made("s1", ids[0], "Bash"),
        made("s1", ids[1], "mcp__notes__put"),
        made("s1", "toolu_todo", "TodoWrite"),
    ];
    let done = coverage(&home, &judged);
    assert_eq!(done.code, 0, "{done:?}");
    let report = done.json();
    assert_eq!(report["made"], 3, "{report}");
    assert_eq!(report["judged"], 2, "{report}");
    assert_eq!(report["not_judged_by_design"]["TodoWrite"]["calls"], 1);
    assert_eq!(report["missed"], json!([]));

    // A call that nobody decided about, one of another session, and a tool that nobody knows.
    for missed in [
        made("s1", "toolu_03", "Bash"),
        made("s2", ids[0], "Bash"),
        made("s1", "toolu_04", "Unheard"),
        made("s1", "", "Bash"),
    ] {
        let done = coverage(&home, &[&judged[..], &[missed]].concat());
        assert_eq!(done.code, 2, "{done:?}");
        assert_eq!(
            done.json()["missed"].as_array().unwrap().len(),
            1,
            "{done:?}"
        );
    }
    let refused = [
        made("s1", "toolu_05", "Bash"),
        came_back("s1", "toolu_05", "cavra-hook: no service answers"),
    ];
    let done = coverage(&home, &refused);
    assert_eq!(done.code, 2, "{done:?}");
    let result = &done.json()["missed"][0]["result"];
    assert_eq!(result, "cavra-hook: no service answers");
}

#[test]
fn what_is_no_transcript_is_refused() {
    let home = Home::new();
    let _service = home.serve();
    let says = |lines: &[Value], text: &str| {
        let done = coverage(&home, lines);
        assert_eq!(done.code, 1, "{done:?}");
        assert!(done.stderr.contains(text), "{done:?}");
    };
    says(&[], "no message in it");
    says(&[json!({"type": "summary"})], "no message in it");
    says(&[json!("text")], "line 1");
    let nobody = json!({"type": "assistant", "message": {"content": []}});
    says(&[nobody], "line 1 is of no session");
    for (host, call) in [
        (
            "codex",
            json!({"type": "response_item", "payload": {"type": "function_call"}}),
        ),
        (
            "copilot-cli",
            json!({"type": "tool.execution_start", "data": {"toolCallId": "c"}}),
        ),
        ("gemini-cli", json!({"type": "gemini", "toolCalls": []})),
    ] {
        let done = coverage_of(&home, host, &[call]);
        assert_eq!(done.code, 1, "{host}: {done:?}");
        assert!(
            done.stderr.contains("line 1 is of no session"),
            "{host}: {done:?}"
        );
    }
}

/// Codex 0.171.0 writes such lines, and tells its hook the `call_id`.
#[test]
fn calls_of_codex_are_found_by_their_ids() {
    let home = Home::new();
    let _service = home.serve();
    home.install("codex", &["--yes", "--no-rules"]);
    let event = json!({
        "session_id": "s1", "cwd": "/w", "hook_event_name": "PreToolUse", "tool_name": "Bash",
        "tool_use_id": "call_1", "tool_input": {"command": "terraform plan"},
    });
    assert_eq!(home.hook("codex", &event).code, 0);
    let item = |payload: Value| json!({"type": "response_item", "payload": payload});
    let call = |id: &str| {
        item(
            json!({"type": "function_call", "name": "exec_command", "arguments": "{}", "call_id": id}),
        )
    };
    let judged = [
        json!({"type": "session_meta", "payload": {"id": "s1", "session_id": "s1"}}),
        json!({"type": "event_msg", "payload": {"type": "task_started"}}),
        item(json!({"type": "message", "role": "user", "content": []})),
        call("call_1"),
        item(json!({"type": "function_call_output", "call_id": "call_1", "output": "done"})),
        item(
            json!({"type": "function_call", "name": "update_plan", "arguments": "{}", "call_id": "call_2"}),
        ),
        item(json!({"type": "web_search_call", "status": "completed"})),
    ];
    let done = coverage_of(&home, "codex", &judged);
    assert_eq!(done.code, 0, "{done:?}");
    let report = done.json();
    assert_eq!((&report["made"], &report["judged"]), (&json!(3), &json!(1)));
    let patch = json!({"type": "custom_tool_call", "name": "apply_patch", "call_id": "call_3", "input": "x"});
    let output =
        json!({"type": "custom_tool_call_output", "call_id": "call_3", "output": "Success"});
    for missed in [vec![call("call_4")], vec![item(patch), item(output)]] {
        let done = coverage_of(&home, "codex", &[&judged[..], &missed].concat());
        assert_eq!(done.code, 2, "{done:?}");
        let report = done.json();
        assert_eq!(report["missed"].as_array().unwrap().len(), 1, "{report}");
    }
}

/// Copilot CLI 1.0.102 and Gemini CLI 0.61.0 tell their hook no id.
#[test]
fn calls_of_other_hosts_are_found_by_their_time() {
    let home = Home::new();
    let _service = home.serve();
    for host in ["copilot-cli", "gemini-cli"] {
        home.install(host, &["--yes", "--no-rules"]);
    }
    let began = now();
    let copilot =
        json!({"toolName": "bash", "toolArgs": {"command": "ls"}, "sessionId": "s1", "cwd": "/w"});
    home.hook("copilot-cli", &copilot);
    let gemini = json!({
        "hook_event_name": "BeforeTool", "session_id": "s2", "cwd": "/w",
        "tool_name": "run_shell_command", "tool_input": {"command": "ls"},
    });
    home.hook("gemini-cli", &gemini);
    let ended = now();

    let event =
        |kind: &str, at: &str, data: Value| json!({"type": kind, "timestamp": at, "data": data});
    let judged = [
        event("session.start", &began, json!({"sessionId": "s1"})),
        event("user.message", &began, json!({"content": "go"})),
        event(
            "tool.execution_start",
            &began,
            json!({"toolCallId": "c1", "toolName": "bash"}),
        ),
        event(
            "tool.execution_complete",
            &ended,
            json!({"toolCallId": "c1", "error": {"message": "no"}}),
        ),
        event(
            "tool.execution_start",
            &ended,
            json!({"toolCallId": "c2", "toolName": "update_todo"}),
        ),
    ];
    assert_eq!(coverage_of(&home, "copilot-cli", &judged).code, 0);
    let late = event(
        "tool.execution_start",
        &ended,
        json!({"toolCallId": "c3", "toolName": "bash"}),
    );
    let done = coverage_of(&home, "copilot-cli", &[&judged[..], &[late]].concat());
    assert_eq!(done.code, 2, "{done:?}");
    assert_eq!(done.json()["missed"][0]["id"], "c3");

    let call = |id: &str, at: &str| json!({"id": id, "name": "run_shell_command", "timestamp": at, "resultDisplay": "no"});
    let says =
        |calls: Value| json!({"id": "m", "type": "gemini", "timestamp": began, "toolCalls": calls});
    let judged = [
        json!({"sessionId": "s2", "kind": "main"}),
        json!({"$set": {"messages": [{"type": "user", "timestamp": began}]}}),
        says(json!([])),
        says(json!([call("g1", &ended)])),
        json!({"$set": {"lastUpdated": ended}}),
    ];
    assert_eq!(coverage_of(&home, "gemini-cli", &judged).code, 0);
    // It ran at the same time, and there is one decision.
    let both = says(json!([call("g1", &ended), call("g2", &ended)]));
    let done = coverage_of(&home, "gemini-cli", &[&judged[..], &[both]].concat());
    assert_eq!(done.code, 2, "{done:?}");
    assert_eq!(done.json()["missed"].as_array().unwrap().len(), 1);
}

fn now() -> String {
    let now = Command::new("date")
        .args(["-u", "+%Y-%m-%dT%H:%M:%S.%NZ"])
        .output()
        .unwrap();
    String::from_utf8(now.stdout).unwrap().trim().to_owned()
}
