//! The session that the hook reports is the one that commands of the agent see in their environment, so
//! that `cavra hook git prepare-commit-msg` and `cavra exec` name the same.

use std::fs;

use serde_json::{Value, json};

use crate::host::{Project, program};

#[test]
fn commands_see_the_session_that_the_hook_reports() {
    let Some(host) = program() else { return };
    let folder = tempfile::tempdir().unwrap();
    let event = folder.path().join("event.json");
    let save = format!("cat > {}", event.display());
    let project = Project::with_hook("/bin/sh", &["-c", &save]);
    let print = json!({"command": "printenv CLAUDE_CODE_SESSION_ID > session.txt"});
    project.call(host, "Bash", &print);
    let event: Value = serde_json::from_slice(&fs::read(&event).unwrap()).unwrap();
    let seen = fs::read_to_string(project.path("session.txt")).unwrap();
    assert_eq!(event["session_id"], seen.trim());
}
