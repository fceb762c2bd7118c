//! Copilot CLI 1.0.102, with a model of one's own.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::failing::{FAILING, put};
use crate::home::Home;
use crate::model::{Completions, Model, Seen};
use crate::npm;
use crate::table;
use crate::transcripts::coverage;

fn program() -> Option<PathBuf> {
    npm::program("@github/copilot@1.0.102", "copilot")
}

/// Lets the model call a tool once, in the folder `project`. The host itself allows everything.
fn call(home: &Home, host: &PathBuf, tool: &str, input: &Value) -> Seen {
    let model = Model::calling::<Completions>(tool, input);
    home.write("project/notes.txt", "an ordinary line\n");
    home.write("project/.env", "KEY=a\n");
    let mut command = Command::new(host);
    command
        .args([
            "-p",
            "go",
            "--allow-all-tools",
            "--allow-all-paths",
            "--no-color",
        ])
        .current_dir(home.path("project"))
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("HOME", home.path(""))
        .env("COPILOT_PROVIDER_BASE_URL", format!("{}/v1", model.url))
        .env("COPILOT_PROVIDER_API_KEY", "sk-test")
        .env("COPILOT_MODEL", "mock")
        .env("COPILOT_OFFLINE", "true")
        .env("COPILOT_AUTO_UPDATE", "false")
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
    json!({ "command": line, "description": "what it does" })
}

#[test]
fn a_denial_holds_and_silence_leaves_it_to_the_host() {
    let Some(host) = program() else { return };
    let home = Home::new();
    let _service = home.serve();
    home.install("copilot-cli", &["--yes"]);
    let path = |name: &str| home.path("project").join(name).display().to_string();
    let cases = [
        ("bash", shell("touch ran"), Some("needs approval")),
        ("bash", shell("terraform plan"), None),
        (
            "view",
            json!({"path": path(".env")}),
            Some("filesystem.read.block"),
        ),
        ("view", json!({"path": path("notes.txt")}), None),
    ];
    for (tool, input, denied) in cases {
        let result = call(&home, &host, tool, &input).result.unwrap();
        match denied {
            Some(text) => assert!(result.contains(text), "{tool} {input}: {result}"),
            None => assert!(!result.contains("CAVRA: "), "{tool} {input}: {result}"),
        }
    }
    assert!(!home.path("project/ran").exists());
    let invoked = home.agents(&["doctor", "copilot-cli", "--require", "invoked"]);
    assert_eq!(invoked.code, 0, "{invoked:?}");
    home.agents(&["uninstall", "copilot-cli", "--user", "--yes"]);
    call(&home, &host, "bash", &shell("true"));
    assert_eq!(
        coverage(&home, "copilot-cli", ".copilot/session-state"),
        (4, 1)
    );
}

#[test]
fn every_tool_that_the_host_offers_is_in_the_table() {
    let Some(host) = program() else { return };
    let home = Home::new();
    let seen = call(&home, &host, "bash", &shell("true"));
    let missing = table::without_row("copilot-cli", &seen.tools);
    assert!(missing.is_empty(), "{missing:?}");
}

/// Whether the tool ran, by the hook that fails.
const RAN: [(&str, bool); 6] = [
    ("is missing", false),
    ("exit code 1", false),
    ("a signal", false),
    ("rubbish", true),
    ("hangs", true),
    ("exit code 2", false),
];

#[test]
fn what_runs_when_the_hook_fails() {
    let Some(host) = program() else { return };
    let mut found = Vec::new();
    for (name, hook) in FAILING {
        let home = Home::new();
        home.install("copilot-cli", &["--yes"]);
        // The host waits for 30 seconds, and a test should not.
        let settings = home.text(".copilot/hooks/cavra.json");
        let settings = settings.replace("\"timeoutSec\": 30", "\"timeoutSec\": 3");
        home.write(".copilot/hooks/cavra.json", &settings);
        put(&home, hook);
        call(&home, &host, "bash", &shell("touch ran"));
        found.push((name, home.path("project/ran").exists()));
    }
    assert_eq!(found, RAN);
}
