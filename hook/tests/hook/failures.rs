//! Whatever fails, the tool must not run: exit code 2, nothing on standard output, and a reason.

use std::io::{Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;
use std::thread;

use crate::run::{Answer, Configured, run, run_with};
use crate::service::Service;

const HOSTS: [&str; 4] = ["claude-code", "codex", "copilot-cli", "gemini-cli"];

/// An event that the baseline would let go ahead.
fn event(host: &str) -> Vec<u8> {
    let event = match host {
        "copilot-cli" => {
            r#"{"toolName": "bash", "toolArgs": {"command": "terraform plan"}, "cwd": "/w"}"#
        }
        "gemini-cli" => {
            r#"{"hook_event_name": "BeforeTool", "tool_name": "run_shell_command", "tool_input": {"command": "terraform plan"}, "cwd": "/w"}"#
        }
        _ => {
            r#"{"hook_event_name": "PreToolUse", "tool_name": "Bash", "tool_input": {"command": "terraform plan"}, "cwd": "/w"}"#
        }
    };
    event.as_bytes().to_vec()
}

fn each_host_denies(configured: &Configured, options: &[&str], text: &str) {
    for host in HOSTS {
        let mut arguments = vec![host];
        arguments.extend(options);
        let answer = configured.run(&arguments, &event(host));
        assert!(answer.denies_with(text), "{host}: {answer:?}");
    }
}

/// A service that does this with each connection.
fn service(socket: &Path, each: fn(std::os::unix::net::UnixStream)) {
    let listener = UnixListener::bind(socket).unwrap();
    thread::spawn(move || {
        for connection in listener.incoming() {
            let connection = connection.unwrap();
            thread::spawn(move || each(connection));
        }
    });
}

fn in_front_of(each: fn(std::os::unix::net::UnixStream)) -> (tempfile::TempDir, Configured) {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("s");
    service(&socket, each);
    let configured = Configured::for_socket(&socket);
    (folder, configured)
}

#[test]
fn a_service_that_is_not_there_denies() {
    let folder = tempfile::tempdir().unwrap();
    let configured = Configured::for_socket(&folder.path().join("none"));
    each_host_denies(&configured, &[], "no service answers at");
}

#[test]
fn a_service_that_hangs_denies_at_the_deadline() {
    let (_folder, configured) = in_front_of(|mut connection| {
        // It reads, and never answers.
        let _ = std::io::copy(&mut connection, &mut std::io::sink());
    });
    each_host_denies(
        &configured,
        &["--deadline-ms", "200"],
        "no decision within 200 ms",
    );
}

#[test]
fn a_service_that_stopped_denies_at_the_deadline() {
    let service = Service::start("cavra-ai-agent-baseline");
    let configured = Configured::for_socket(&service.socket());
    let stopped = Command::new("kill")
        .args(["-STOP", &service.process_id().to_string()])
        .status();
    assert!(stopped.unwrap().success());
    each_host_denies(
        &configured,
        &["--deadline-ms", "200"],
        "no decision within 200 ms",
    );
}

#[test]
fn a_service_that_answers_rubbish_denies() {
    let (_folder, configured) = in_front_of(|mut connection| {
        let mut preface = [0; 24];
        let _ = connection.read(&mut preface);
        let _ = connection.write_all(&[0x41; 4096]);
    });
    each_host_denies(&configured, &[], "cavra-hook: ");
}

#[test]
fn a_service_that_closes_the_connection_denies() {
    let (_folder, configured) = in_front_of(drop);
    each_host_denies(&configured, &[], "cavra-hook: ");
}

#[test]
fn an_event_that_never_ends_denies_at_the_deadline() {
    let configured = Configured::with(r#"{"endpoint": "unix:/nowhere"}"#);
    let mut command = Command::new(env!("CARGO_BIN_EXE_cavra-hook"));
    let child = command
        .args(["claude-code", "--deadline-ms", "200", "--config"])
        .arg(configured.path())
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut child = child;
    // Held open: the hook never gets to the end of its input.
    let held = child.stdin.take();
    let output = child.wait_with_output().unwrap();
    drop(held);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    assert!(String::from_utf8_lossy(&output.stderr).contains("no decision within 200 ms"));
}

#[test]
fn an_event_above_the_limit_is_denied() {
    const LIMIT: usize = 16 * 1024 * 1024;
    let service = Service::start("cavra-ai-agent-baseline");
    let configured = Configured::for_socket(&service.socket());
    let sized = |bytes: usize| {
        let start = r#"{"hook_event_name": "PreToolUse", "tool_name": "Write", "cwd": "/w", "tool_input": {"file_path": "/w/a.txt", "content": ""#;
        let end = r#""}}"#;
        format!(
            "{start}{}{end}",
            "a".repeat(bytes - start.len() - end.len())
        )
    };
    let options = ["claude-code", "--deadline-ms", "20000"];
    let whole = configured.run(&options, sized(LIMIT).as_bytes());
    assert_eq!((whole.code, &*whole.stdout, &*whole.stderr), (0, "", ""));
    let more = configured.run(&options, sized(LIMIT + 1).as_bytes());
    assert!(more.denies_with("more than 16777216 bytes"), "{more:?}");
}

#[test]
fn events_that_can_not_be_read_are_denied() {
    let configured = Configured::with(r#"{"endpoint": "unix:/nowhere"}"#);
    let events: [(&[u8], &str); 8] = [
        (b"", "can't be read"),
        (b"null", "can't be read"),
        (b"{", "can't be read"),
        (b"\xff\xfe", "can't be read"),
        (b"[]", "can't be read"),
        (br#"{"hook_event_name": "PreToolUse"}"#, "tool_name"),
        (
            br#"{"hook_event_name": "PreToolUse", "tool_name": "Bash", "tool_input": "ls"}"#,
            "tool_input",
        ),
        (
            br#"{"hook_event_name": "PreToolUse", "tool_name": "TodoWrite", "tool_input": {}} {}"#,
            "trailing",
        ),
    ];
    for (event, text) in events {
        let answer = configured.run(&["claude-code"], event);
        assert!(answer.denies_with(text), "{event:?}: {answer:?}");
    }
}

#[test]
fn configurations_that_can_not_be_relied_on_are_refused() {
    let refused = |configured: &Configured| configured.run(&["claude-code"], &event("claude-code"));
    let cases = [
        ("", "EOF"),
        ("{}", "endpoint"),
        (r#"{"endpoint": "http://127.0.0.1:50051"}"#, "`unix:`"),
        (r#"{"endpoint": "unix:relative"}"#, "absolute"),
        (r#"{"endpoint": "unix:/a", "endpont": 1}"#, "endpont"),
        (
            r#"{"endpoint": "unix:/a", "socket_owners": ["me"]}"#,
            "socket_owners",
        ),
    ];
    for (text, says) in cases {
        let answer = refused(&Configured::with(text));
        assert!(answer.denies_with(says), "{text}: {answer:?}");
    }
    let writable = Configured::with(r#"{"endpoint": "unix:/a"}"#);
    let mode = |mode| std::fs::Permissions::from_mode(mode);
    std::fs::set_permissions(writable.path(), mode(0o666)).unwrap();
    assert!(refused(&writable).denies_with("chmod"));
    std::fs::set_permissions(writable.path(), mode(0o600)).unwrap();
    std::fs::set_permissions(writable.folder.path(), mode(0o777)).unwrap();
    assert!(refused(&writable).denies_with("chmod"));
    let large = Configured::with(&" ".repeat(64 * 1024 + 1));
    assert!(refused(&large).denies_with("more than 65536 bytes"));
}

#[test]
fn a_socket_of_another_user_is_not_believed() {
    let service = Service::start("cavra-ai-agent-baseline");
    let socket = service.socket();
    let owned = |owners: &str| {
        let endpoint = socket.display();
        Configured::with(&format!(
            r#"{{"endpoint": "unix:{endpoint}", "socket_owners": [{owners}]}}"#
        ))
    };
    each_host_denies(&owned("4242"), &[], "is served by the user");
    let user = std::os::unix::fs::MetadataExt::uid(&std::fs::metadata(&socket).unwrap());
    let ours = owned(&user.to_string()).run(&["codex"], &event("codex"));
    assert_eq!(ours.code, 0, "{ours:?}");
}

#[test]
fn neither_environment_nor_project_choose_the_service() {
    let service = Service::start("cavra-ai-agent-baseline");
    let project = tempfile::tempdir().unwrap();
    let text = format!(r#"{{"endpoint": "unix:{}"}}"#, service.socket().display());
    for place in [".config/cavra", ".cavra", "etc/cavra", "cavra"] {
        std::fs::create_dir_all(project.path().join(place)).unwrap();
        std::fs::write(project.path().join(place).join("hook.json"), &text).unwrap();
    }
    let home = project.path().to_str().unwrap();
    let answer = run_with(&["claude-code"], &event("claude-code"), |command| {
        command
            .current_dir(home)
            .env("HOME", home)
            .env("XDG_CONFIG_HOME", format!("{home}/.config"))
            .env("CAVRA_CONFIG", format!("{home}/cavra/hook.json"))
            .env(
                "CAVRA_ENDPOINT",
                format!("unix:{}", service.socket().display()),
            )
    });
    // Nothing is installed where tests run, so there is no configuration at all.
    assert!(answer.denies_with("no configuration at"), "{answer:?}");
    let absent = run(
        &["claude-code", "--config", "/nonexistent/hook.json"],
        &event("claude-code"),
    );
    let says = "there is no file `/nonexistent/hook.json`";
    assert!(absent.denies_with(says), "{absent:?}");
    let relative = run(&["claude-code", "--config", "cavra/hook.json"], b"");
    assert!(relative.denies_with("absolute"), "{relative:?}");
}

#[test]
fn bad_arguments_are_denied() {
    let cases: [(&[&str], &str); 8] = [
        (&[], "HOST is one of"),
        (&["cursor"], "not `cursor`"),
        (&["codex", "claude-code"], "unexpected argument"),
        (&["codex", "--grnt"], "--grnt"),
        (&["codex", "--ask-self"], "claude-code only"),
        (&["codex", "--unknown-tools", "ask"], "`deny` or `pass`"),
        (&["codex", "--deadline-ms", "0"], "1 to 25000"),
        (&["codex", "--deadline-ms", "25001"], "1 to 25000"),
    ];
    for (arguments, text) in cases {
        let answer: Answer = run(arguments, &event("codex"));
        assert!(answer.denies_with(text), "{arguments:?}: {answer:?}");
    }
}
