//! The doors of a service: what the agents' socket serves, who may open it, and sockets that are
//! inherited.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use super::support::{Run, cavra, own_folders};
use super::{needs, python};

/// Passes sockets as systemd does (sd_listen_fds(3)): from descriptor 3 on, with the process id.
const ACTIVATE: &str = r#"
import os, socket, sys
names, program = sys.argv[1].split(","), sys.argv[2:]
sockets = []
for name in names:
    s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    s.bind(name + ".sock")
    s.listen(16)
    sockets.append(os.dup(s.fileno()))
high = [os.dup2(fd, 100 + i) for i, fd in enumerate(sockets)]
for i, fd in enumerate(high):
    os.dup2(fd, 3 + i)
os.closerange(3 + len(high), 300)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS=str(len(high)), LISTEN_FDNAMES=":".join(names))
os.execv(program[0], program)
"#;

/// A service in a folder of its own.
pub(crate) struct Service {
    process: Child,
    folder: TempDir,
    pub(crate) ready: Value,
}

impl Service {
    /// `cavra serve` with `options`, in which paths are relative to its folder.
    pub(crate) fn start(options: &[&str]) -> Self {
        Self::spawn(Command::new(env!("CARGO_BIN_EXE_cavra")), options)
    }

    /// `cavra serve` with sockets that are passed.
    fn activated(names: &str, options: &[&str]) -> Self {
        let mut command = Command::new("python3");
        command.args(["-c", ACTIVATE, names, env!("CARGO_BIN_EXE_cavra")]);
        Self::spawn(command, options)
    }

    fn spawn(mut command: Command, options: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let command = command
            .args(["serve", "--data-dir", "data", "--output", "json"])
            .args(options)
            .current_dir(folder.path())
            .envs(own_folders())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let mut line = String::new();
        let mut stdout = BufReader::new(process.stdout.take().unwrap());
        stdout.read_line(&mut line).unwrap();
        let ready = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
        Self {
            process,
            folder,
            ready,
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn endpoint(&self, name: &str) -> String {
        format!("unix:{}", self.path(name).display())
    }

    fn stop(mut self) -> (Option<i32>, TempDir) {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").arg(id).status().unwrap().success());
        let code = self.process.wait().unwrap().code();
        let empty = tempfile::tempdir().unwrap();
        (code, std::mem::replace(&mut self.folder, empty))
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Runs a command at an endpoint.
fn at(endpoint: &str, args: &[&str]) -> Run {
    let given = ["--endpoint", endpoint, "--timeout", "60s"];
    cavra(&[args, &given].concat())
}

const NO_REQUEST: &str = "0190a000-0000-7000-8000-000000000000";

#[test]
fn the_agents_socket_decides_and_lets_agents_wait_and_nothing_else() {
    let service = Service::start(&["--listen", "unix:agents.sock"]);
    assert_eq!(service.ready["listening"], "unix:agents.sock");
    assert_eq!(service.ready["agents_socket"], "unix:agents.sock");
    let endpoint = service.endpoint("agents.sock");
    at(&endpoint, &["decide", "--read", ".env"]).exits(4);
    at(&endpoint, &["approvals", "wait", NO_REQUEST])
        .exits(1)
        .complains("there is no request");
    for refused in [
        &["approvals", "list"][..],
        &["approvals", "show", NO_REQUEST],
        &["approvals", "cancel", NO_REQUEST],
    ] {
        at(&endpoint, refused)
            .exits(1)
            .complains("is not served on the agents' socket");
    }
    for absent in [
        &["journal", "query"][..],
        &["lifecycle", "status"],
        &["shadow", "status"],
        &["explain", "--read", "a"],
    ] {
        at(&endpoint, absent)
            .exits(1)
            .complains("this endpoint doesn't serve the method; ");
    }
}

#[test]
fn the_journal_says_which_user_and_process_asked() {
    let service = Service::start(&["--listen", "unix:agents.sock"]);
    let endpoint = service.endpoint("agents.sock");
    let mut asking = Command::new(env!("CARGO_BIN_EXE_cavra"));
    asking.args([
        "decide",
        "--endpoint",
        &endpoint,
        "--read",
        ".env",
        "--timeout",
        "60s",
    ]);
    let mut asking = asking.stdout(Stdio::null()).spawn().unwrap();
    let process = asking.id();
    assert_eq!(asking.wait().unwrap().code(), Some(4));
    let data = service.path("data");
    let query = ["journal", "query", "--kind", "decision", "--output", "json"];
    let data = ["--data-dir", data.to_str().unwrap()];
    let entries = cavra(&[&query[..], &data].concat()).exits(0).json_lines();
    assert_eq!(entries.len(), 1);
    let user = fs::metadata(service.path("agents.sock")).unwrap().uid();
    let peer = &entries[0]["record"]["peer"];
    assert_eq!(peer, &serde_json::json!({"pid": process, "uid": user}));
    cavra(&[&["journal", "verify"][..], &data].concat()).exits(0);
}

/// Runs a program where `/etc/subuid` gives ten ids to the user 4242.
const WITH_RANGES: &str = r#"
set -e
cp -a /etc etc
echo 4242:900000:10 >> etc/subuid
mount --bind etc /etc
exec "$@"
"#;

/// Whether this process may run a program where other files are mounted.
fn may_mount() -> bool {
    if !needs::program("setpriv") || !needs::program("unshare") {
        return false;
    }
    let tried = Command::new("unshare").args(["--mount", "true"]).output();
    let may = tried.is_ok_and(|it| it.status.success());
    if !may {
        needs::skip("this user may not mount files");
    }
    may
}

/// Asks at `agents.sock` as another user, in a session; answers which user is recorded.
fn recorded(service: &Service, program: &Path, user: u32) -> Value {
    let id = user.to_string();
    let action = serde_json::json!({
        "action_type": "execute_command", "target": "sudo id", "session_id": id
    });
    fs::write(service.path("action.json"), action.to_string()).unwrap();
    let asking = Command::new("setpriv")
        .args(["--reuid", &id, "--regid", &id, "--clear-groups"])
        .arg(program)
        .args(["decide", "--endpoint", "unix:agents.sock", "action.json"])
        .args(["--timeout", "60s", "--socket-owner", "0"])
        .current_dir(service.folder.path())
        .output()
        .unwrap();
    assert_eq!(asking.status.code(), Some(3), "{asking:?}");
    let data = service.path("data");
    let query = ["journal", "query", "--kind", "decision", "--output", "json"];
    let data = ["--data-dir", data.to_str().unwrap()];
    let entries = cavra(&[&query[..], &data].concat()).exits(0).json_lines();
    let is_theirs = |entry: &&Value| entry["record"]["caller"]["session_id"] == id;
    let entry = entries.iter().find(is_theirs).unwrap();
    entry["record"]["peer"]["uid"].clone()
}

#[test]
fn an_id_of_a_users_range_is_that_user() {
    if !may_mount() {
        return;
    }
    let mut command = Command::new("unshare");
    command.args(["--mount", "sh", "-c", WITH_RANGES, "sh"]);
    command.arg(env!("CARGO_BIN_EXE_cavra"));
    let service = Service::spawn(command, &["--listen", "unix:agents.sock"]);
    let open = fs::Permissions::from_mode(0o711);
    fs::set_permissions(service.folder.path(), open).unwrap();
    let program = service.path("cavra");
    fs::copy(env!("CARGO_BIN_EXE_cavra"), &program).unwrap();
    for (user, owner) in [
        (4242, 4242),
        (900_000, 4242),
        (900_009, 4242),
        (900_010, 900_010),
    ] {
        assert_eq!(recorded(&service, &program, user), owner, "{user}");
    }
}

#[test]
fn an_address_and_the_agents_socket_are_served_together() {
    let options = ["--listen", "127.0.0.1:0", "--listen", "unix:agents.sock"];
    let service = Service::start(&options);
    let public = service.ready["listening"].as_str().unwrap().to_owned();
    assert!(public.starts_with("http://127.0.0.1:"), "{public}");
    at(&public, &["journal", "query"]).exits(0);
    at(
        &service.endpoint("agents.sock"),
        &["decide", "--read", ".env"],
    )
    .exits(4);
    let (code, folder) = service.stop();
    assert_eq!(code, Some(0));
    assert!(!folder.path().join("agents.sock").exists());
}

#[test]
fn mode_and_group_of_the_sockets() {
    let group = fs::metadata(std::env::temp_dir()).unwrap().gid();
    let own = rustix::process::getegid().as_raw();
    let group = if rustix::process::geteuid().is_root() {
        group + 4242
    } else {
        own
    };
    let named = group.to_string();
    let cases = [
        (&[][..], 0o666, None),
        (&["--socket-mode", "600"], 0o600, None),
        (&["--socket-group", &named], 0o660, Some(group)),
        (
            &["--socket-group", &named, "--socket-mode", "620"],
            0o620,
            Some(group),
        ),
    ];
    for (options, mode, group) in cases {
        let doors = ["--listen", "unix:agents.sock", "--socket", "public.sock"];
        let service = Service::start(&[&doors[..], options].concat());
        for socket in ["agents.sock", "public.sock"] {
            let found = fs::metadata(service.path(socket)).unwrap();
            assert_eq!(found.permissions().mode() & 0o777, mode, "{options:?}");
            assert!(
                group.is_none_or(|group| group == found.gid()),
                "{options:?}"
            );
        }
    }
}

#[test]
fn what_can_not_be_served_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    for (options, text) in [
        (&["--listen", "unix:"][..], "needs a path"),
        (
            &["--listen", "unix:a", "--listen", "unix:b"],
            "one address and one",
        ),
        (
            &["--listen", "127.0.0.1:0", "--listen", "127.0.0.1:0"],
            "one address and one",
        ),
        (&["--socket-mode", "8"], "not a mode"),
        (&["--socket-mode", "7777"], "not a mode"),
        (&["--socket-group", "no-such-group"], "there is no group"),
        (&["--listen", "unix:nowhere/a.sock"], "nowhere/a.sock"),
    ] {
        let serve = ["serve", "--data-dir", data];
        let run = cavra(&[&serve[..], options].concat());
        drop(run.exits(1).complains(text));
    }
}

#[test]
fn sockets_of_a_service_manager_are_served_and_stay() {
    if !needs::program("python3") {
        return;
    }
    let service = Service::activated("admin,agents,public", &[]);
    let listening = service.ready["listening"].as_str().unwrap();
    assert_eq!(listening, "unix:agents.sock", "no port is opened");
    at(
        &service.endpoint("agents.sock"),
        &["decide", "--read", ".env"],
    )
    .exits(4);
    at(&service.endpoint("agents.sock"), &["journal", "query"]).exits(1);
    at(&service.endpoint("public.sock"), &["journal", "query"]).exits(0);
    let stage = ["shadow", "stop", NO_REQUEST];
    at(&service.endpoint("public.sock"), &stage)
        .exits(1)
        .complains("admin socket");
    let run = at(&service.endpoint("admin.sock"), &stage).exits(1);
    assert!(!run.stderr.contains("admin socket"), "{}", run.stderr);
    // Workers and other programs that the service starts don't get the sockets.
    let descriptors = format!("/proc/{}/fdinfo", service.process.id());
    for descriptor in ["3", "4", "5"] {
        let info = fs::read_to_string(Path::new(&descriptors).join(descriptor)).unwrap();
        let flags = info.lines().find_map(|line| line.strip_prefix("flags:"));
        let flags = u32::from_str_radix(flags.unwrap().trim(), 8).unwrap();
        assert_ne!(flags & 0o2_000_000, 0, "O_CLOEXEC: {info}");
    }
    let (code, folder) = service.stop();
    assert_eq!(code, Some(0));
    for name in ["admin", "agents", "public"] {
        let socket = folder.path().join(format!("{name}.sock"));
        assert!(
            fs::metadata(socket).unwrap().file_type().is_socket(),
            "{name}"
        );
    }
}

/// A start with sockets that can't be served.
fn activated_badly(names: &str, options: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new("python3");
    command
        .args(["-c", ACTIVATE, names, env!("CARGO_BIN_EXE_cavra")])
        .args(["serve", "--data-dir", "data"])
        .args(options)
        .current_dir(folder.path());
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn sockets_that_nobody_knows_are_refused() {
    if !needs::program("python3") {
        return;
    }
    assert!(activated_badly("agent", &[]).contains("`agent` was passed"));
    let twice = activated_badly("agents", &["--listen", "unix:other.sock"]);
    assert!(twice.contains("two sockets for `agents`"), "{twice}");
}

#[test]
fn stock_grpc_asks_on_a_socket_with_the_authority_localhost() {
    if !python::has("grpc, grpc_reflection", "grpcio grpcio-reflection") {
        return;
    }
    let service = Service::start(&["--listen", "unix:agents.sock"]);
    let endpoint = service.endpoint("agents.sock");
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/python/decide.py");
    let text = fs::read_to_string(&example).unwrap();
    let ask = |program: &Path| {
        let mut command = Command::new("python3");
        command.arg(program).args(["terraform apply", &endpoint]);
        command.output().unwrap()
    };
    let asked = ask(&example);
    assert_eq!(asked.status.code(), Some(4), "{asked:?}");
    assert!(String::from_utf8_lossy(&asked.stdout).starts_with("VERDICT_BLOCK"));
    // Without it the library names the path, which no HTTP/2 server takes (RFC 9113 section 8.3.1).
    let without = service.path("without.py");
    let option = "(\"grpc.default_authority\", \"localhost\")";
    assert!(text.contains(option));
    fs::write(&without, text.replace(option, "")).unwrap();
    assert_eq!(ask(&without).status.code(), Some(1));
}
