//! What the host does when its hook fails, and what it does when ours does.

use std::path::Path;

use serde_json::json;

use crate::host::{Project, program};

/// Whether `touch ran` ran.
fn ran(host: &Path, project: &Project) -> bool {
    project.call(host, "Bash", &json!({"command": "touch ran"}));
    project.path("ran").exists()
}

/// The rows of `docs/agents.md`: a hook, and whether the tool ran.
const FAILING: [(&str, &[&str], bool); 6] = [
    ("/nowhere/cavra-hook", &[], true),
    ("/bin/sh", &["-c", "exit 1"], true),
    ("/bin/sh", &["-c", "kill -9 $$"], true),
    ("/bin/sh", &["-c", "echo rubbish"], true),
    ("/bin/sleep", &["60"], true),
    ("/bin/sh", &["-c", "echo no >&2; exit 2"], false),
];

#[test]
fn a_hook_that_fails_otherwise_than_by_exit_code_2_lets_the_tool_run() {
    let Some(host) = program() else { return };
    for (hook, arguments, runs) in FAILING {
        let project = Project::with_hook(hook, arguments);
        assert_eq!(ran(host, &project), runs, "{hook} {arguments:?}");
    }
}

#[test]
fn cavra_hook_denies_when_the_service_is_dead_or_hangs_or_nothing_is_configured() {
    let Some(host) = program() else { return };
    let folder = tempfile::tempdir().unwrap();
    let hung = folder.path().join("hung.sock");
    let _listener = std::os::unix::net::UnixListener::bind(&hung).unwrap();
    let dead = folder.path().join("dead.sock");
    for socket in [&hung, &dead] {
        let config = folder.path().join("hook.json");
        std::fs::write(
            &config,
            format!(r#"{{"endpoint": "unix:{}"}}"#, socket.display()),
        )
        .unwrap();
        let project = Project::with_cavra_hook(&config);
        assert!(!ran(host, &project), "{}", socket.display());
    }
    let none = Project::with_cavra_hook(Path::new("/nowhere/hook.json"));
    assert!(!ran(host, &none));
}
