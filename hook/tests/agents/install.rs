//! What is written, that everything else stays, and that it can be taken out again.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::home::{HOSTS, Home};

/// What users have in their settings already, with an order that is not alphabetical.
const EXISTING: [(&str, &str); 4] = [
    (
        "claude-code",
        r#"{
  "theme": "dark",
  "permissions": {
    "deny": ["Bash(rm -rf *)"],
    "allow": ["Bash(ls *)"]
  },
  "hooks": {"PreToolUse": [{"matcher": "Bash", "hooks": [{"type": "command", "command": "/usr/bin/mine"}]}]},
  "env": {"A": "1"}
}
"#,
    ),
    (
        "codex",
        r#"{"description": "mine", "hooks": {"Stop": [{"hooks": [{"type": "command", "command": "true"}]}]}}"#,
    ),
    (
        "copilot-cli",
        r#"{"version": 1, "hooks": {"preToolUse": [{"type": "command", "bash": "true"}]}}"#,
    ),
    (
        "gemini-cli",
        "{\n  // What I like.\n  \"ui\": {\"theme\": \"Dark\"},\n  \"general\": {\"vimMode\": true}\n}\n",
    ),
];

#[test]
fn each_host_gets_its_entry_and_a_second_installation_changes_nothing() {
    for (host, settings) in HOSTS {
        let home = Home::new();
        let done = home.install(host, &["--yes"]);
        assert_eq!(done.code, 0, "{host}: {done:?}");
        let text = home.text(settings);
        let hook = home.path("bin/cavra-hook");
        assert!(text.contains(hook.to_str().unwrap()), "{host}: {text}");
        assert!(text.contains("--config"), "{host}: {text}");
        let config = home.json(".config/cavra/hook.json");
        let socket = home.path("run/agents.sock");
        assert_eq!(
            config,
            json!({"endpoint": format!("unix:{}", socket.display())})
        );
        let record = home.text(".config/cavra/agents.json");
        let again = home.install(host, &["--yes"]);
        assert!(again.stdout.contains("nothing to change"), "{again:?}");
        assert_eq!(home.text(settings), text);
        assert_eq!(home.text(".config/cavra/agents.json"), record);
        let list = home.agents(&["list", "--output", "json"]).json();
        assert_eq!(list[0]["host"], *host);
        assert_eq!(list[0]["changed"], json!([]), "{list}");
        let out = home.agents(&["uninstall", host, "--user", "--yes"]);
        assert_eq!(out.code, 0, "{host}: {out:?}");
        assert!(
            !home.path(settings).exists(),
            "{host}: {}",
            home.text(settings)
        );
        assert!(!home.path(".config/cavra/hook.json").exists());
        assert!(!home.path(".config/cavra/agents.json").exists());
        assert_eq!(home.agents(&["list"]).stdout, "nothing is installed\n");
    }
}

/// Settings without comments, as a value.
fn value(text: &str) -> Value {
    let lines = text.lines().filter(|line| !line.trim().starts_with("//"));
    let text: String = lines.collect();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn settings_that_are_there_stay_and_come_back() {
    for (host, text) in EXISTING {
        let home = Home::new();
        let (_, settings) = HOSTS.iter().find(|(name, _)| *name == host).unwrap();
        home.write(settings, text);
        let done = home.install(host, &["--yes"]);
        assert_eq!(done.code, 0, "{host}: {done:?}");
        let with = home.text(settings);
        // Lines that were there are there, in their order.
        let mut rest = with.lines();
        for line in text.lines().take(2) {
            let is_there =
                rest.any(|it| it.trim_end_matches(['}', ',']) == line.trim_end_matches(['}', ',']));
            assert!(
                is_there || text.lines().count() == 1,
                "{host}: {line}\n{with}"
            );
        }
        assert!(with.contains("cavra-hook"), "{host}: {with}");
        let out = home.agents(&["uninstall", host, "--user", "--yes"]);
        assert_eq!(out.code, 0, "{host}: {out:?}");
        assert_eq!(value(&home.text(settings)), value(text), "{host}");
    }
}

#[test]
fn other_hooks_and_rules_of_the_user_are_kept() {
    let home = Home::new();
    home.write(".claude/settings.json", EXISTING[0].1);
    home.install("claude-code", &["--yes"]);
    let settings = home.json(".claude/settings.json");
    let hooks = settings["hooks"]["PreToolUse"].as_array().unwrap();
    assert_eq!(hooks.len(), 2, "{settings}");
    assert_eq!(hooks[0]["hooks"][0]["command"], "/usr/bin/mine");
    let deny = settings["permissions"]["deny"].as_array().unwrap();
    assert_eq!(deny[0], "Bash(rm -rf *)");
    assert!(deny.contains(&json!("Read(//**/.env)")), "{settings}");
    // A rule that the user had before is the user's.
    home.write(".claude/settings.json", &settings.to_string());
    home.agents(&["uninstall", "claude-code", "--user", "--yes"]);
    let left = home.json(".claude/settings.json");
    assert_eq!(left["permissions"]["deny"], json!(["Bash(rm -rf *)"]));
}

#[test]
fn the_managed_installation_is_made_below_a_root() {
    let managed = [
        ("claude-code", "etc/claude-code/managed-settings.json"),
        ("codex", "etc/codex/requirements.toml"),
        ("copilot-cli", "etc/github-copilot/policy.d/cavra.json"),
        ("gemini-cli", "etc/gemini-cli/settings.json"),
    ];
    let home = Home::new();
    let root = home.path("image");
    let at = ["--root", root.to_str().unwrap(), "--yes"];
    for (host, settings) in managed {
        let done = home.install_into_image(host);
        assert_eq!(done.code, 0, "{host}: {done:?}");
        let text = fs::read_to_string(root.join(settings)).unwrap();
        assert!(text.contains("/usr/bin/cavra-hook"), "{host}: {text}");
        assert!(text.contains("/etc/cavra/hook.json"), "{host}: {text}");
        assert!(!text.contains(root.to_str().unwrap()), "{host}: {text}");
    }
    let list = home.agents(&["list", "--output", "json", "--root", root.to_str().unwrap()]);
    assert_eq!(list.json().as_array().unwrap().len(), 4, "{list:?}");
    assert!(!home.path(".config").exists());
    for (host, _) in managed {
        let done = home.agents(&[&["uninstall", host][..], &at].concat());
        assert_eq!(done.code, 0, "{host}: {done:?}");
    }
    let mut left = files(&root);
    left.retain(|path| !path.ends_with("cavra-hook"));
    assert!(left.is_empty(), "{left:?}");
}

fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(files(&path)),
            false => found.push(path.display().to_string()),
        }
    }
    found
}

#[test]
fn a_new_program_and_another_pack_bring_the_installation_up_to_date() {
    let home = Home::new();
    home.install("claude-code", &["--yes"]);
    let first = home.json(".config/cavra/agents.json");
    home.write_program("#!/bin/sh\nexit 2\n");
    let second = home.install("claude-code", &["--yes", "--no-rules"]);
    assert_eq!(second.code, 0, "{second:?}");
    let now = home.json(".config/cavra/agents.json");
    let of = |record: &Value, field: &str| record["installations"][0][field].clone();
    assert_ne!(of(&first, "program_digest"), of(&now, "program_digest"));
    assert_ne!(of(&first, "installed_at"), of(&now, "installed_at"));
    let settings = home.json(".claude/settings.json");
    assert!(settings.get("permissions").is_none(), "{settings}");
    assert_eq!(settings["hooks"]["PreToolUse"].as_array().unwrap().len(), 1);
}

#[test]
fn two_hosts_share_the_configuration_of_the_hook() {
    let home = Home::new();
    home.install("claude-code", &["--yes"]);
    home.install("codex", &["--yes"]);
    home.agents(&["uninstall", "claude-code", "--user", "--yes"]);
    assert!(home.path(".config/cavra/hook.json").exists());
    home.agents(&["uninstall", "codex", "--user", "--yes"]);
    assert!(!home.path(".config/cavra/hook.json").exists());
}

#[test]
fn a_change_is_shown_and_needs_agreement() {
    let home = Home::new();
    let shown = home.install("claude-code", &["--dry-run"]);
    assert_eq!(shown.code, 0, "{shown:?}");
    assert!(shown.stdout.contains("+++ "), "{shown:?}");
    assert!(shown.stdout.contains("nothing was written"), "{shown:?}");
    let unasked = home.install("claude-code", &[]);
    assert_eq!(unasked.code, 1, "{unasked:?}");
    assert!(unasked.stderr.contains("nobody can agree"), "{unasked:?}");
    assert!(!home.path(".claude").exists());
    assert!(!home.path(".config").exists());
}

/// Installs at a terminal, where `answer` is typed.
fn asked(home: &Home, answer: &str) -> (i64, String) {
    const TERMINAL: &str = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../tests/common/pseudo_terminal.py"
    );
    let steps = json!([["[y/N] ", format!("{answer}\n")]]).to_string();
    let hook = home.path("bin/cavra-hook");
    let given = home.command(&[
        "install",
        "codex",
        "--user",
        "--hook",
        hook.to_str().unwrap(),
    ]);
    let mut command = std::process::Command::new("python3");
    command
        .args([TERMINAL, &steps])
        .arg(given.get_program())
        .args(given.get_args())
        .args(["--endpoint", "unix:/run/s"])
        .env("HOME", home.path(""))
        .current_dir(home.path(""));
    let done = command.output().unwrap();
    let seen: Value = serde_json::from_slice(&done.stdout).unwrap_or_else(|_| panic!("{done:?}"));
    (seen["code"].as_i64().unwrap(), seen["output"].to_string())
}

#[test]
fn a_person_at_a_terminal_is_asked_after_the_change_is_shown() {
    let home = Home::new();
    for answer in ["", "n", "later"] {
        let (code, output) = asked(&home, answer);
        assert_eq!(code, 1, "{output}");
        assert!(output.contains("nobody agreed"), "{output}");
        assert!(!home.path(".codex").exists());
    }
    let (code, output) = asked(&home, "y");
    assert_eq!(code, 0, "{output}");
    let (shown, question) = (output.find("+++ "), output.find("[y/N]"));
    assert!(shown.is_some() && shown < question, "{output}");
    assert!(home.path(".codex/hooks.json").exists());
}
