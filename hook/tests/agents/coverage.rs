//! The calls of a transcript against the decisions of the journal.

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
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    home.write("t.jsonl", &text);
    let hook = home.path("bin/cavra-hook");
    let given = [
        "coverage",
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
    says(&[nobody], "names no `sessionId`");
    let codex = home.agents(&["coverage", "--transcript", "t.jsonl", "--host", "codex"]);
    assert_eq!(codex.code, 1);
    assert!(codex.stderr.contains("can't be compared"), "{codex:?}");
}
