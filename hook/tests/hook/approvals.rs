//! A call that needs approval: the reason says what waits for it, and after the answers it goes ahead
//! once.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::run::Configured;
use crate::service::{Service, cavra};

fn run(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(cavra());
    command.args(args).current_dir(folder);
    command.env("CAVRA_ALLOW_PLAIN_KEY", "true");
    let output = command.output().unwrap();
    assert!(output.status.success(), "{args:?}: {output:?}");
    output
}

/// A folder with a pack, the key of Bo, and a trust file in which Bo approves.
fn office() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let policy = "
metadata: { id: mine, inherits: cavra-ai-agent-baseline }
filesystem: { require_approval_write: [{ pattern: infra/**, approvers: [Owners] }] }
";
    fs::write(here.join("policy.yaml"), policy).unwrap();
    let key = ["--out", "bo.key", "--public", "bo.pub"];
    run(
        here,
        &[&["keys", "generate", "--name", "example.org/bo"][..], &key].concat(),
    );
    let people = ["--person", "bo=bo.pub", "--group", "Owners=bo"];
    let roles = ["--role", "approve=bo", "--role", "trust=bo"];
    let new = [
        "trust",
        "new",
        "--out",
        "trust.json",
        "--expires",
        "2100-01-01",
    ];
    run(here, &[&new[..], &people, &roles].concat());
    folder
}

/// The ids of the approvals that a reason names.
fn ids(reason: &str) -> Vec<String> {
    let after = reason.split("`cavra approvals wait ").skip(1);
    let id = |text: &str| text.split(' ').next().unwrap().to_owned();
    after.map(id).collect()
}

#[test]
fn after_every_action_of_a_call_is_approved_it_goes_ahead_once() {
    let office = office();
    let service = Service::start_journaled(office.path());
    let configured = Configured::for_socket(&service.socket());
    let patch = "*** Begin Patch\n*** Add File: infra/a.tf\n+a\n*** Add File: infra/b.tf\n+b\n*** End Patch\n";
    let event = json!({
        "session_id": "s1", "transcript_path": null, "cwd": "/w", "hook_event_name": "PreToolUse",
        "model": "m", "turn_id": "t1", "permission_mode": "default", "tool_name": "apply_patch",
        "tool_use_id": "c1", "tool_input": { "command": patch },
    });
    let call = || configured.run(&["codex"], event.to_string().as_bytes());
    let denied = call();
    let reason = denied.json()["hookSpecificOutput"]["permissionDecisionReason"].clone();
    let reason = reason.as_str().unwrap_or_else(|| panic!("{denied:?}"));
    assert!(reason.contains("needs approval by Owners"), "{reason}");
    let waits = ids(reason);
    assert_eq!(waits.len(), 2, "{reason}");
    let endpoint = format!("unix:{}", service.socket().display());
    assert!(
        reason.contains(&format!("--endpoint {endpoint}")),
        "{reason}"
    );
    for id in &waits {
        let by = ["--signing-key", "bo.key", "--trust", "trust.json"];
        let answer = ["approvals", "approve", id, "--endpoint", &endpoint];
        run(office.path(), &[&answer[..], &by].concat());
        run(
            office.path(),
            &["approvals", "wait", id, "--endpoint", &endpoint],
        );
    }
    let allowed = call();
    assert_eq!(
        (allowed.json(), allowed.code),
        (Value::Null, 0),
        "{allowed:?}"
    );
    let again = call();
    let reason = again.json()["hookSpecificOutput"]["permissionDecisionReason"].clone();
    let others = ids(reason.as_str().unwrap());
    assert!(others.iter().all(|id| !waits.contains(id)), "{others:?}");
}

/// As long as one action of a call may not go ahead, the approvals of the others stay.
#[test]
fn no_approval_is_used_before_the_whole_call_may_go_ahead() {
    let office = office();
    let service = Service::start_journaled(office.path());
    let configured = Configured::for_socket(&service.socket());
    let endpoint = format!("unix:{}", service.socket().display());
    let call = |files: &[&str]| {
        let add = |file: &&str| format!("*** Add File: {file}\n+a\n");
        let added: String = files.iter().map(add).collect();
        let patch = format!("*** Begin Patch\n{added}*** End Patch\n");
        let event = json!({
            "session_id": "s1", "transcript_path": null, "cwd": "/w", "hook_event_name": "PreToolUse",
            "model": "m", "turn_id": "t1", "permission_mode": "default", "tool_name": "apply_patch",
            "tool_use_id": "c1", "tool_input": { "command": patch },
        });
        let answer = configured
            .run(&["codex"], event.to_string().as_bytes())
            .json();
        let reason = &answer["hookSpecificOutput"]["permissionDecisionReason"];
        reason.as_str().map(str::to_owned)
    };
    let approve = |id: &String| {
        let by = ["--signing-key", "bo.key", "--trust", "trust.json"];
        let answer = ["approvals", "approve", id, "--endpoint", &endpoint];
        run(office.path(), &[&answer[..], &by].concat());
    };
    let first = ids(&call(&["infra/a.tf"]).unwrap());
    approve(&first[0]);
    let state = || {
        let show = ["approvals", "show", &first[0], "--endpoint", &endpoint];
        let shown = run(office.path(), &[&show[..], &["--output", "json"]].concat());
        let shown: Value = serde_json::from_slice(&shown.stdout).unwrap();
        shown["state"].as_str().unwrap().to_owned()
    };
    // The other action is blocked, or needs an approval of its own.
    for others in [["infra/a.tf", "main.tf"], ["infra/a.tf", "infra/b.tf"]] {
        let reason = call(&others).unwrap_or_else(|| panic!("{others:?} went ahead"));
        assert!(!ids(&reason).contains(&first[0]), "{reason}");
        assert_eq!(state(), "approved", "{others:?}");
    }
    let reason = call(&["infra/a.tf", "infra/b.tf"]).unwrap();
    assert!(reason.contains("`infra/b.tf` needs approval"), "{reason}");
    let second = ids(&reason);
    assert_eq!(second.len(), 1, "{reason}");
    approve(&second[0]);
    // One file twice is one action.
    assert_eq!(call(&["infra/a.tf", "infra/b.tf", "infra/a.tf"]), None);
    assert_eq!(state(), "used");
    assert!(call(&["infra/a.tf", "infra/b.tf"]).is_some());
}

#[test]
fn what_is_denied_is_not_waited_for() {
    let office = office();
    let service = Service::start_journaled(office.path());
    let configured = Configured::for_socket(&service.socket());
    let endpoint = format!("unix:{}", service.socket().display());
    let event = json!({
        "session_id": "s1", "cwd": "/w", "hook_event_name": "PreToolUse", "tool_name": "Write",
        "tool_use_id": "t1", "tool_input": { "file_path": "infra/a.tf", "content": "a" },
    });
    let reason = || {
        let answer = configured
            .run(&["claude-code"], event.to_string().as_bytes())
            .json();
        let reason = &answer["hookSpecificOutput"]["permissionDecisionReason"];
        reason.as_str().unwrap().to_owned()
    };
    let asked = ids(&reason());
    let by = ["--signing-key", "bo.key", "--trust", "trust.json"];
    let deny = ["approvals", "deny", &asked[0], "--endpoint", &endpoint];
    let why = ["--reason", "not today"];
    run(office.path(), &[&deny[..], &by, &why].concat());
    let denied = reason();
    assert!(denied.contains("denied by bo"), "{denied}");
    assert!(ids(&denied).is_empty(), "{denied}");
}
