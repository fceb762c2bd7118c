//! What the hook says of where a call happens, seen in what a real policy decides.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::json;

use crate::run::{Answer, Configured, run_with};
use crate::service::Service;

fn git(folder: &Path, arguments: &[&str]) {
    let done = Command::new("git")
        .args(["-c", "user.name=a", "-c", "user.email=a@example.com"])
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(done.status.success(), "{done:?}");
}

/// A push without a name goes to the branch that is checked out.
fn push(configured: &Configured, cwd: &Path, project: &Path) -> Answer {
    let event = json!({
        "hook_event_name": "PreToolUse",
        "tool_name": "Bash",
        "tool_input": {"command": "git push origin HEAD"},
        "cwd": cwd,
    });
    let config = configured.path();
    let arguments = ["claude-code", "--config", config.to_str().unwrap()];
    run_with(&arguments, event.to_string().as_bytes(), |command| {
        command.env("CLAUDE_PROJECT_DIR", project)
    })
}

#[test]
fn the_branch_is_that_of_the_working_directory() {
    let service = Service::start("cavra-ai-agent-baseline");
    let configured = Configured::for_socket(&service.socket());
    let folder = tempfile::tempdir().unwrap();
    let (top, linked) = (folder.path().join("repo"), folder.path().join("linked"));
    fs::create_dir(&top).unwrap();
    git(&top, &["init", "-q", "-b", "main"]);
    git(&top, &["commit", "-q", "--allow-empty", "-m", "first"]);
    let on_main = push(&configured, &top, &top);
    assert_eq!(on_main.code, 2, "{on_main:?}");
    let rule = "git.protected_branch.block_direct_push";
    assert!(on_main.stderr.contains(rule), "{on_main:?}");
    git(
        &top,
        &[
            "worktree",
            "add",
            "-q",
            "-b",
            "feature/x",
            linked.to_str().unwrap(),
        ],
    );
    let on_feature = push(&configured, &linked, &linked);
    assert_eq!(on_feature.code, 0, "{on_feature:?}");
    // A directory below has the branch of its repository.
    fs::create_dir(linked.join("sub")).unwrap();
    git(&top, &["switch", "-q", "-c", "feature/y"]);
    assert_eq!(push(&configured, &top, &top).code, 0);
}

#[test]
fn the_project_comes_from_the_host_and_not_from_the_tool() {
    let service = Service::start("cavra-ai-agent-baseline");
    let configured = Configured::for_socket(&service.socket());
    let folder = tempfile::tempdir().unwrap();
    let event = json!({
        "hook_event_name": "PreToolUse",
        "tool_name": "Bash",
        "tool_input": {"command": "pytest", "cwd": "/", "workspace_root": "/"},
        "cwd": folder.path(),
    });
    let config = configured.path();
    let arguments = ["claude-code", "--config", config.to_str().unwrap()];
    let answer = |project: &Path| {
        run_with(&arguments, event.to_string().as_bytes(), |command| {
            command.env("CLAUDE_PROJECT_DIR", project)
        })
    };
    assert_eq!(answer(folder.path()).code, 0);
    // Another project's directory: the working directory is outside of it.
    let outside = answer(Path::new("/srv/other"));
    assert_eq!(outside.code, 2, "{outside:?}");
}
