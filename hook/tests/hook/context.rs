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
        "tool_input": {"command": "pytest"},
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

/// Codex takes the directory of a command from the tool's input.
#[test]
fn a_session_of_codex_keeps_the_root_that_it_began_in() {
    let service = Service::start("cavra-ai-agent-baseline");
    let configured = Configured::for_socket(&service.socket());
    let folder = tempfile::tempdir().unwrap();
    let [project, other, session] =
        ["project", "other", "rollout.jsonl"].map(|name| folder.path().join(name));
    for repository in [&project, &other] {
        fs::create_dir(repository).unwrap();
        git(repository, &["init", "-q", "-b", "feature/x"]);
    }
    let config = configured.path();
    let arguments = ["codex", "--config", config.to_str().unwrap()];
    let denied = |cwd: &Path, session: &Path| {
        let event = json!({
            "hook_event_name": "PreToolUse", "tool_name": "Bash", "tool_input": {"command": "pytest"},
            "session_id": "s1", "cwd": cwd, "transcript_path": session,
        });
        let answer = run_with(&arguments, event.to_string().as_bytes(), |command| command);
        !answer.stdout.is_empty() || answer.code == 2
    };
    let meta = json!({"type": "session_meta", "payload": {"id": "s1", "cwd": &project}});
    fs::write(&session, format!("{meta}\n{{}}\n")).unwrap();
    assert!(!denied(&project, &session));
    assert!(denied(&other, &session));
    // Nothing says where it began.
    fs::write(&session, "{}\n").unwrap();
    assert!(denied(&project, &session));
    assert!(denied(&project, &folder.path().join("missing")));
}

/// git passes over a folder `.git` that is no repository.
#[test]
fn a_folder_that_is_no_repository_names_no_branch() {
    let service = Service::start("cavra-ai-agent-baseline");
    let configured = Configured::for_socket(&service.socket());
    let folder = tempfile::tempdir().unwrap();
    let top = folder.path();
    git(top, &["init", "-q", "-b", "main"]);
    let below = top.join("below");
    fs::create_dir_all(below.join(".git")).unwrap();
    fs::write(below.join(".git/HEAD"), "ref: refs/heads/feature/x\n").unwrap();
    let pushed = push(&configured, &below, top);
    assert_eq!(pushed.code, 2, "{pushed:?}");
    let rule = "git.protected_branch.block_direct_push";
    assert!(pushed.stderr.contains(rule), "{pushed:?}");
}
