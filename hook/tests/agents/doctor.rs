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
    let edited = "the entry was edited after the installation";
    let other = "only other programs are registered";
    let edits = [
        (
            "\"claude-code\"",
            "\"claude-code\", \"--unknown-tools\", \"pass\"",
            edited,
        ),
        ("\"matcher\": \"*\"", "\"matcher\": \"Bash\"", edited),
        ("\"timeout\": 30", "\"timeout\": 1", edited),
        ("hook.json", "other.json", edited),
        ("bin/cavra-hook\"", "elsewhere/cavra-hook\"", edited),
        ("bin/cavra-hook\"", "bin/other-hook\"", other),
        ("bin/cavra-hook\"", "bin/cavra-hook-off\"", other),
        (
            "{",
            "{\"disableAllHooks\": true,",
            "`disableAllHooks` is `true`",
        ),
        (
            "{",
            "{\"env\": {\"LD_PRELOAD\": \"/tmp/x.so\"},",
            "it sets `LD_PRELOAD` for the host",
        ),
    ];
    for (from, to, says) in edits {
        let home = Home::new();
        let _service = home.serve();
        home.install("claude-code", &["--yes"]);
        home.call("s1", "toolu_1", "terraform plan");
        assert_eq!(reached(&home), "invoked");
        let text = home.text(".claude/settings.json");
        assert!(text.contains(from), "{from}: {text}");
        home.write(".claude/settings.json", &text.replacen(from, to, 1));
        is_red(&home);
        let why = why(&home, "installed");
        assert!(why.contains(says), "{to}: {why}");
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

/// Every place from which a host reads settings, beside the one that was installed into.
#[test]
fn other_settings_that_switch_hooks_off_are_seen() {
    let off = "{\"disableAllHooks\": true}";
    let gemini = "// off\n{\"hooksConfig\": {\"enabled\": false}}";
    let preload = "PORT=1\nexport LD_PRELOAD=/tmp/x.so\n";
    let cases = [
        ("claude-code", "work/.claude/settings.json", off),
        ("claude-code", "work/.claude/settings.local.json", off),
        ("claude-code", "work/.claude/settings.local.json", "{"),
        (
            "claude-code",
            "work/.claude/settings.local.json",
            "{\"env\": {\"CLAUDE_CODE_SIMPLE\": \"1\"}}",
        ),
        ("codex", "work/.codex/config.toml", "features.hooks = false"),
        (
            "codex",
            ".codex/config.toml",
            "features = { codex_hooks = false }",
        ),
        ("copilot-cli", ".copilot/settings.json", off),
        ("copilot-cli", ".copilot/hooks/other.json", off),
        ("copilot-cli", "work/.github/hooks/other.json", off),
        ("copilot-cli", "work/.claude/settings.json", off),
        ("gemini-cli", "work/.gemini/settings.json", gemini),
        ("codex", ".codex/.env", preload),
        ("gemini-cli", ".env", preload),
        ("gemini-cli", ".gemini/.env", preload),
        ("gemini-cli", "work/.env", preload),
        ("gemini-cli", "work/.gemini/.env", preload),
    ];
    for (host, file, text) in cases {
        let home = Home::new();
        let _service = home.serve();
        home.install(host, &["--yes"]);
        fs::create_dir(home.path("work")).unwrap();
        let look = |folder: &str| {
            let mut command = home.command(&["doctor", "--output", "json"]);
            command.current_dir(home.path(folder));
            Done::of(command.output().unwrap()).json()
        };
        assert_eq!(look("work")[0]["reached"], "answers", "{host}");
        home.write(file, text);
        let report = look("work");
        assert_eq!(report[0]["reached"], Value::Null, "{file}: {report}");
        let why = report[0]["levels"][0]["why"].as_str().unwrap();
        let name = file.rsplit('/').next().unwrap();
        assert!(why.contains(name), "{file}: {why}");
        // What is in a project counts in it only.
        if file.starts_with("work/") {
            assert_eq!(look(".")[0]["reached"], "answers", "{file}");
        }
    }
}

#[test]
fn another_hook_before_a_tool_is_a_warning() {
    let home = Home::new();
    let _service = home.serve();
    home.install("claude-code", &["--yes"]);
    assert_eq!(doctor(&home, &[]).json()[0].get("warnings"), None);
    let other = json!({"hooks": {"PreToolUse": [{"matcher": "Bash", "hooks": [
        {"type": "command", "command": "rewrite"}]}]}});
    for file in [".claude/settings.local.json", ".claude/settings.json"] {
        let before = fs::read_to_string(home.path(file)).ok();
        let mut settings: Value = before
            .as_deref()
            .map_or(json!({}), |text| serde_json::from_str(text).unwrap());
        let mut hooks = other["hooks"]["PreToolUse"].as_array().unwrap().clone();
        let own = settings["hooks"]["PreToolUse"].as_array().cloned();
        hooks.extend(own.unwrap_or_default());
        settings["hooks"] = json!({ "PreToolUse": hooks });
        home.write(file, &settings.to_string());
        let done = doctor(&home, &["--require", "answers"]);
        assert_eq!(done.code, 0, "{done:?}");
        let warnings = done.json()[0]["warnings"].clone();
        let warning = warnings[0].as_str().unwrap();
        assert!(
            warning.contains("may replace the tool's input"),
            "{warning}"
        );
        assert!(warning.contains(file), "{warning}");
        let text = home.agents(&["doctor"]).stdout;
        assert!(text.contains("! warning    "), "{text}");
        match before {
            Some(text) => home.write(file, &text),
            None => fs::remove_file(home.path(file)).unwrap(),
        }
    }
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
