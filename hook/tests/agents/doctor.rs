//! The doctor shows no level without its proof.

use std::fs;

use serde_json::{Value, json};

use crate::home::{Done, HOSTS, Home, run};

fn doctor(home: &Home, args: &[&str]) -> Done {
    home.agents(&[&["doctor", "--output", "json"][..], args].concat())
}

/// The level that the only installation reaches.
fn reached(home: &Home) -> Value {
    let done = doctor(home, &[]);
    assert_eq!(done.code, 0, "{done:?}");
    let report = done.json();
    assert_eq!(report.as_array().unwrap().len(), 1, "{report}");
    report[0]["reached"].clone()
}

/// Why a level is not shown.
fn why(home: &Home, level: &str) -> String {
    let report = doctor(home, &[]).json();
    let levels = report[0]["levels"].as_array().unwrap().clone();
    let row = levels.iter().find(|it| it["level"] == level).unwrap();
    assert_eq!(row["shown"], false, "{report}");
    row["why"].as_str().unwrap().to_owned()
}

fn is_red(home: &Home) {
    for level in ["installed", "answers", "invoked", "enforced"] {
        let done = doctor(home, &["--require", level]);
        assert_eq!(done.code, 2, "{level}: {done:?}");
    }
    assert_eq!(reached(home), Value::Null);
}

#[test]
fn each_host_answers_and_is_not_invoked_before_it_asks() {
    let home = Home::new();
    let _service = home.serve();
    for (host, _) in HOSTS {
        home.install(host, &["--yes"]);
        let answers = doctor(&home, &[host, "--require", "answers"]);
        assert_eq!(answers.code, 0, "{host}: {answers:?}");
        let invoked = doctor(&home, &[host, "--require", "invoked"]);
        assert_eq!(invoked.code, 2, "{host}: {invoked:?}");
    }
    let text = home.agents(&["doctor"]).stdout;
    assert!(text.contains("codex  user"), "{text}");
    assert!(
        text.contains("no decision of a session of this host"),
        "{text}"
    );
}

#[test]
fn a_decision_of_a_session_since_the_installation_shows_that_it_is_invoked() {
    let home = Home::new();
    let _service = home.serve();
    home.install("claude-code", &["--yes"]);
    assert_eq!(reached(&home), "answers");
    let done = home.call("s1", "toolu_1", "terraform plan");
    assert_eq!(done.code, 0, "{done:?}");
    assert_eq!(reached(&home), "invoked");
    assert!(why(&home, "enforced").contains("--run-host"));
    assert_eq!(doctor(&home, &["--require", "enforced"]).code, 2);
    // What was decided before the installation says nothing of it.
    home.agents(&["uninstall", "claude-code", "--user", "--yes"]);
    home.install("claude-code", &["--yes"]);
    assert_eq!(reached(&home), "answers");
    // Nor do the decisions of another host.
    let config = home.path(".config/cavra/hook.json");
    let args = ["codex", "--config", config.to_str().unwrap()];
    let event = json!({"session_id": "s2", "hook_event_name": "PreToolUse", "tool_name": "Bash",
        "tool_input": {"command": "terraform plan"}, "cwd": "/w"});
    assert_eq!(run(&home.path("bin/cavra-hook"), &args, &event).code, 0);
    assert_eq!(reached(&home), "answers");
}

#[test]
fn an_unplugged_hook_is_not_installed() {
    let home = Home::new();
    let _service = home.serve();
    home.install("claude-code", &["--yes"]);
    home.call("s1", "toolu_1", "terraform plan");
    assert_eq!(reached(&home), "invoked");
    home.write(".claude/settings.json", "{}");
    is_red(&home);
    assert!(why(&home, "installed").contains("no hook is registered"));
    fs::remove_file(home.path(".claude/settings.json")).unwrap();
    is_red(&home);
    home.write(".claude/settings.json", "{");
    is_red(&home);
}

#[test]
fn an_edited_hook_is_not_installed() {
    let edits = [
        (
            "\"claude-code\"",
            "\"claude-code\", \"--unknown-tools\", \"pass\"",
        ),
        ("\"matcher\": \"*\"", "\"matcher\": \"Bash\""),
        ("\"timeout\": 30", "\"timeout\": 1"),
        ("bin/cavra-hook\"", "bin/other-hook\""),
        ("hook.json", "other.json"),
        ("{", "{\"disableAllHooks\": true,"),
    ];
    for (from, to) in edits {
        let home = Home::new();
        let _service = home.serve();
        home.install("claude-code", &["--yes"]);
        home.call("s1", "toolu_1", "terraform plan");
        assert_eq!(reached(&home), "invoked");
        let text = home.text(".claude/settings.json");
        assert!(text.contains(from), "{from}: {text}");
        home.write(".claude/settings.json", &text.replacen(from, to, 1));
        is_red(&home);
    }
}

#[test]
fn another_program_or_configuration_is_not_installed() {
    let home = Home::new();
    let _service = home.serve();
    home.install("claude-code", &["--yes"]);
    home.call("s1", "toolu_1", "terraform plan");
    // It would even deny everything; but it isn't what was installed.
    home.write_program("#!/bin/sh\nexit 2\n");
    is_red(&home);
    assert!(why(&home, "installed").contains("another program"));
    fs::remove_file(home.path("bin/cavra-hook")).unwrap();
    is_red(&home);
    home.copy_hook();
    assert_eq!(reached(&home), "invoked");
    home.write(
        ".config/cavra/hook.json",
        "{\"endpoint\": \"unix:/tmp/other.sock\"}",
    );
    is_red(&home);
    assert!(why(&home, "installed").contains("was edited"));
}

#[test]
fn hooks_that_the_host_switches_off_are_not_installed() {
    let home = Home::new();
    let _service = home.serve();
    home.install("codex", &["--yes"]);
    assert_eq!(reached(&home), "answers");
    home.write(".codex/config.toml", "[features]\nhooks = false\n");
    is_red(&home);
    assert!(why(&home, "installed").contains("switches hooks off"));
    let home = Home::new();
    let _service = home.serve();
    home.install("gemini-cli", &["--yes"]);
    let text = home.text(".gemini/settings.json");
    let off = text.replacen('{', "{\"hooksConfig\": {\"disabled\": [\"cavra\"]},", 1);
    home.write(".gemini/settings.json", &off);
    is_red(&home);
}

#[test]
fn a_hook_that_gets_no_decision_does_not_answer() {
    let home = Home::new();
    let service = home.serve();
    home.install("claude-code", &["--yes"]);
    assert_eq!(reached(&home), "answers");
    drop(service);
    assert_eq!(reached(&home), "installed");
    assert!(why(&home, "answers").contains("did not deny by a decision"));
    assert_eq!(doctor(&home, &["--require", "answers"]).code, 2);
}

#[test]
fn two_installations_of_a_host_can_not_be_told_apart() {
    let home = Home::new();
    let _service = home.serve();
    home.install("claude-code", &["--yes"]);
    let project = home.path("project");
    fs::create_dir(&project).unwrap();
    let hook = home.path("bin/cavra-hook");
    let given = [
        "install",
        "claude-code",
        "--yes",
        "--hook",
        hook.to_str().unwrap(),
        "--project",
    ];
    let done = home.agents(&[&given[..], &[project.to_str().unwrap()]].concat());
    assert_eq!(done.code, 0, "{done:?}");
    home.call("s1", "toolu_1", "terraform plan");
    let report = doctor(&home, &["--require", "answers"]);
    assert_eq!(report.code, 0, "{report:?}");
    assert_eq!(doctor(&home, &["--require", "invoked"]).code, 2);
    assert!(report.stdout.contains("has 2 installations"), "{report:?}");
}

#[test]
fn nothing_installed_is_nothing_in_force() {
    let home = Home::new();
    assert_eq!(home.agents(&["doctor"]).code, 0);
    let done = home.agents(&["doctor", "--require", "installed"]);
    assert_eq!(done.code, 2, "{done:?}");
    assert!(done.stdout.contains("nothing is in force"), "{done:?}");
}
