//! Gemini CLI 0.61.0.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::failing::{FAILING, put};
use crate::home::Home;
use crate::model::{Gemini, Model, Seen};
use crate::npm;
use crate::table;
use crate::transcripts::coverage;

fn program() -> Option<PathBuf> {
    npm::program("@google/gemini-cli@0.61.0", "gemini")
}

/// A home in which the host uses a key instead of asking for an account.
fn home() -> Home {
    let home = Home::new();
    home.write(
        ".gemini/settings.json",
        "{\"security\": {\"auth\": {\"selectedType\": \"gemini-api-key\"}}}",
    );
    home
}

/// Lets the model call a tool once, in the folder `project`. The host itself allows everything.
fn call(home: &Home, host: &PathBuf, tool: &str, input: &Value) -> Seen {
    let model = Model::calling::<Gemini>(tool, input);
    home.write("project/notes.txt", "an ordinary line\n");
    home.write("project/server.pem", "a\n");
    let mut command = Command::new(host);
    command
        .args([
            "-p",
            "go",
            "--approval-mode",
            "yolo",
            "-m",
            "gemini-2.5-pro",
        ])
        .current_dir(home.path("project"))
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("HOME", home.path(""))
        .env("GEMINI_API_KEY", "AIzaSyA-test-0123456789")
        .env("GEMINI_CLI_TRUST_WORKSPACE", "true")
        .env("GOOGLE_GEMINI_BASE_URL", &model.url)
        .stdin(Stdio::null());
    let output = command.output().unwrap();
    let seen = model.seen();
    assert!(
        seen.result.is_some(),
        "the host did not call the tool: {output:?}"
    );
    seen
}

fn shell(line: &str) -> Value {
    json!({ "command": line })
}

#[test]
fn a_denial_holds_and_silence_leaves_it_to_the_host() {
    let Some(host) = program() else { return };
    let home = home();
    let _service = home.serve();
    home.install("gemini-cli", &["--yes", "--no-rules"]);
    let workflow = json!({"file_path": ".github/workflows/ci.yml", "content": "on: push"});
    let notes = json!({"file_path": "new.txt", "content": "a"});
    let cases = [
        (
            "run_shell_command",
            shell("touch ran"),
            Some("needs approval"),
        ),
        ("run_shell_command", shell("terraform plan"), None),
        (
            "read_file",
            json!({"file_path": "server.pem"}),
            Some("filesystem.read.block"),
        ),
        ("read_file", json!({"file_path": "notes.txt"}), None),
        ("write_file", workflow, Some("filesystem.write.block")),
        ("write_file", notes, None),
    ];
    for (tool, input, denied) in cases {
        let result = call(&home, &host, tool, &input).result.unwrap();
        match denied {
            Some(text) => assert!(result.contains(text), "{tool} {input}: {result}"),
            None => assert!(!result.contains("CAVRA: "), "{tool} {input}: {result}"),
        }
    }
    assert!(!home.path("project/ran").exists());
    assert!(!home.path("project/.github").exists());
    assert!(home.path("project/new.txt").exists());
    let invoked = home.agents(&["doctor", "gemini-cli", "--require", "invoked"]);
    assert_eq!(invoked.code, 0, "{invoked:?}");
    home.agents(&["uninstall", "gemini-cli", "--user", "--yes"]);
    call(&home, &host, "run_shell_command", &shell("true"));
    assert_eq!(coverage(&home, "gemini-cli", ".gemini/tmp"), (6, 1));
}

#[test]
fn the_rules_hold_while_the_hook_is_gone() {
    let Some(host) = program() else { return };
    let home = home();
    home.install("gemini-cli", &["--yes"]);
    // A hook that says nothing.
    put(&home, "exit 0");
    for (tool, input) in [
        ("run_shell_command", shell("terraform apply -auto-approve")),
        ("read_file", json!({"file_path": "server.pem"})),
    ] {
        let result = call(&home, &host, tool, &input).result.unwrap();
        assert!(
            result.contains("Blocked by the policy of this machine"),
            "{tool}: {result}"
        );
    }
}

#[test]
fn every_tool_that_the_host_offers_is_in_the_table() {
    let Some(host) = program() else { return };
    let home = home();
    let seen = call(&home, &host, "run_shell_command", &shell("true"));
    let missing = table::without_row("gemini-cli", &seen.tools);
    assert!(missing.is_empty(), "{missing:?}");
}

/// Whether the tool ran, by the hook that fails. The shell that the host starts for a hook ends with exit code 127
/// if there is no such program, and the host blocks then.
const RAN: [(&str, bool); 6] = [
    ("is missing", false),
    ("exit code 1", true),
    ("a signal", true),
    ("rubbish", true),
    ("hangs", true),
    ("exit code 2", false),
];

#[test]
fn what_runs_when_the_hook_fails() {
    let Some(host) = program() else { return };
    let mut found = Vec::new();
    for (name, hook) in FAILING {
        let home = home();
        home.install("gemini-cli", &["--yes", "--no-rules"]);
        // The host waits for 30 seconds, and a test should not.
        let settings = home.text(".gemini/settings.json");
        let settings = settings.replace("\"timeout\": 30000", "\"timeout\": 3000");
        home.write(".gemini/settings.json", &settings);
        put(&home, hook);
        call(&home, &host, "run_shell_command", &shell("touch ran"));
        found.push((name, home.path("project/ran").exists()));
    }
    assert_eq!(found, RAN);
}
