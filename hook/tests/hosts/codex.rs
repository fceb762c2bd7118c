//! Codex 0.171.0.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::failing::{FAILING, put};
use crate::home::Home;
use crate::model::{Model, Responses, Seen};
use crate::npm;
use crate::transcripts::coverage;

fn program() -> Option<PathBuf> {
    npm::program("@openai/codex@0.171.0", "codex")
}

/// Lets the model call a tool once, in the folder `project`. The host itself allows everything.
fn call(home: &Home, host: &PathBuf, tool: &str, input: &Value, options: &[&str]) -> Seen {
    let model = Model::calling::<Responses>(tool, input);
    let url = &model.url;
    home.write("project/notes.txt", "an ordinary line\n");
    home.write(
        ".codex/config.toml",
        &format!(
            "model = \"mock\"\nmodel_provider = \"mock\"\napproval_policy = \"never\"\n\
             sandbox_mode = \"danger-full-access\"\n[model_providers.mock]\nname = \"mock\"\n\
             base_url = \"{url}/v1\"\nwire_api = \"responses\"\nrequires_openai_auth = false\n\
             request_max_retries = 0\nstream_max_retries = 0\n"
        ),
    );
    let mut command = Command::new(host);
    command
        .args(["exec", "--skip-git-repo-check"])
        .args(options)
        .arg("go")
        .current_dir(home.path("project"))
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("HOME", home.path(""))
        .stdin(Stdio::null());
    let output = command.output().unwrap();
    let seen = model.seen();
    assert!(
        seen.result.is_some(),
        "the host did not call the tool: {output:?}"
    );
    seen
}

/// What a person does in `/hooks`, for one run.
const TRUSTED: &[&str] = &["--dangerously-bypass-hook-trust"];

fn shell(line: &str) -> Value {
    json!({ "cmd": line })
}

#[test]
fn a_denial_holds_and_silence_leaves_it_to_the_host() {
    let Some(host) = program() else { return };
    let home = Home::new();
    let _service = home.serve();
    home.install("codex", &["--yes", "--no-rules"]);
    let denied = call(&home, &host, "exec_command", &shell("touch ran"), TRUSTED);
    let result = denied.result.unwrap();
    assert!(
        result.contains("CAVRA: `touch ran` needs approval"),
        "{result}"
    );
    assert!(!home.path("project/ran").exists());
    let blocked = call(&home, &host, "exec_command", &shell("cat .env"), TRUSTED);
    assert!(blocked.result.unwrap().contains("filesystem.read.block"));
    let allowed = call(
        &home,
        &host,
        "exec_command",
        &shell("cat notes.txt"),
        TRUSTED,
    );
    // The baseline has no list for it, so a person is asked.
    assert!(allowed.result.unwrap().contains("needs approval"));
    let allowed = call(
        &home,
        &host,
        "exec_command",
        &shell("terraform plan"),
        TRUSTED,
    );
    let result = allowed.result.unwrap();
    assert!(!result.contains("CAVRA: "), "{result}");
    assert_eq!(coverage(&home, "codex", ".codex/sessions"), (4, 0));
}

#[test]
fn the_doctor_sees_that_the_host_asked_and_only_then() {
    let Some(host) = program() else { return };
    let home = Home::new();
    let _service = home.serve();
    home.install("codex", &["--yes"]);
    let level = |level: &str| home.agents(&["doctor", "codex", "--require", level]).code;
    // Codex starts no hook that nobody has trusted: the doctor must not be green.
    let untrusted = call(&home, &host, "exec_command", &shell("touch ran"), &[]);
    assert!(!untrusted.result.unwrap().contains("CAVRA: "));
    assert!(home.path("project/ran").exists());
    assert_eq!((level("answers"), level("invoked")), (0, 2));
    call(&home, &host, "exec_command", &shell("touch ran"), TRUSTED);
    assert_eq!(level("invoked"), 0);
    assert_eq!(coverage(&home, "codex", ".codex/sessions"), (1, 1));
}

#[test]
fn the_rules_hold_while_the_hook_does_not_run() {
    let Some(host) = program() else { return };
    let home = Home::new();
    home.install("codex", &["--yes"]);
    let line = shell("terraform apply -auto-approve");
    let result = call(&home, &host, "exec_command", &line, &[])
        .result
        .unwrap();
    assert!(
        result.contains("blocked by the policy of this machine"),
        "{result}"
    );
}

/// Whether the tool ran, by the hook that fails.
const RAN: [(&str, bool); 6] = [
    ("is missing", true),
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
        let home = Home::new();
        home.install("codex", &["--yes", "--no-rules"]);
        // The host waits for 30 seconds, and a test should not.
        let settings = home.text(".codex/hooks.json");
        home.write(
            ".codex/hooks.json",
            &settings.replace("\"timeout\": 30", "\"timeout\": 3"),
        );
        put(&home, hook);
        call(&home, &host, "exec_command", &shell("touch ran"), TRUSTED);
        found.push((name, home.path("project/ran").exists()));
    }
    assert_eq!(found, RAN);
}
