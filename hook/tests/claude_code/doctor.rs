//! The doctor starts the real host, and the host's own transcript is compared with the journal.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::home::{Done, Home};
use crate::host::program;
use crate::model::{FILE_OF_THE_PROMPT, Model};

/// `cavra agents doctor` that starts the host.
fn doctor(home: &Home, host: &Path) -> Done {
    let model = Model::calling("Read", &json!({ "file_path": FILE_OF_THE_PROMPT }));
    let given = [
        "doctor",
        "--run-host",
        "--require",
        "enforced",
        "--output",
        "json",
    ];
    let program = ["--host-program", host.to_str().unwrap()];
    let mut command = home.command(&[&given[..], &program].concat());
    command
        .env("ANTHROPIC_BASE_URL", &model.url)
        .env("ANTHROPIC_API_KEY", "sk-test")
        .env("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1")
        .env("DISABLE_AUTOUPDATER", "1");
    let done = Done::of(command.output().unwrap());
    assert!(
        !model.seen().tools.is_empty(),
        "the host asked no model: {done:?}"
    );
    done
}

fn why(report: &Value, level: usize) -> &str {
    report[0]["levels"][level]["why"].as_str().unwrap()
}

/// The transcripts below a folder of the host.
fn transcripts(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(transcripts(&path)),
            false if path.extension().is_some_and(|it| it == "jsonl") => found.push(path),
            false => {}
        }
    }
    found
}

fn coverage(home: &Home, folder: &str) -> Done {
    let found = transcripts(&home.path(folder));
    assert_eq!(found.len(), 1, "{found:?}");
    let hook = home.path("bin/cavra-hook");
    let given = [
        "coverage",
        "--output",
        "json",
        "--hook",
        hook.to_str().unwrap(),
    ];
    let transcript = ["--transcript", found[0].to_str().unwrap()];
    home.agents(&[&given[..], &transcript].concat())
}

#[test]
fn a_denial_that_holds_in_the_host_is_shown_and_its_calls_are_judged() {
    let Some(host) = program() else { return };
    for rules in [&["--yes"][..], &["--yes", "--no-rules"]] {
        let home = Home::new();
        let _service = home.serve();
        home.install("claude-code", rules);
        let done = doctor(&home, host);
        let report = done.json();
        assert_eq!(report[0]["reached"], "enforced", "{report}");
        assert_eq!(done.code, 0, "{done:?}");
        assert!(why(&report, 3).contains("came back blocked"), "{report}");
        let covered = coverage(&home, ".claude/projects");
        assert_eq!(covered.code, 0, "{covered:?}");
        assert_eq!(covered.json()["judged"], 1, "{covered:?}");
    }
}

#[test]
fn a_host_that_does_not_start_the_hook_is_never_enforced() {
    let Some(host) = program() else { return };
    let home = Home::new();
    let _service = home.serve();
    home.install("claude-code", &["--yes", "--no-rules"]);
    // The settings have the hook, and the host that is started reads others.
    let wrapper = home.path("bin/claude");
    let other = home.path("other");
    let text = format!(
        "#!/bin/sh\nCLAUDE_CONFIG_DIR={} exec {} \"$@\"\n",
        other.display(),
        host.display()
    );
    fs::write(&wrapper, text).unwrap();
    fs::set_permissions(&wrapper, fs::Permissions::from_mode(0o755)).unwrap();
    let done = doctor(&home, &wrapper);
    assert_eq!(done.code, 2, "{done:?}");
    assert_eq!(done.json()[0]["reached"], "answers", "{done:?}");
    let covered = coverage(&home, "other/projects");
    assert_eq!(covered.code, 2, "{covered:?}");
    assert_eq!(covered.json()["missed"][0]["tool"], "Read", "{covered:?}");
    // Once another session has shown that the hook is invoked, the level says what was found.
    home.call("s1", "toolu_1", "terraform plan");
    let report = doctor(&home, &wrapper).json();
    assert_eq!(report[0]["reached"], "invoked", "{report}");
    assert!(why(&report, 3).contains("READ"), "{report}");
}
