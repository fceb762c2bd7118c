//! The examples in Python and TypeScript, from the proto alone, in front of a real service. Their packages
//! come from the registries.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use super::desk::Desk;
use super::needs;

/// Reads and prints are allowed by what they do.
const POLICY: &str = "metadata: { id: mine, inherits: cavra-coding-agent }\n";

const PYTHON_PACKAGES: [&str; 2] = ["grpcio==1.85.3", "grpcio-tools==1.85.1"];

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("examples")
        .join(name)
}

fn proto() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("proto")
}

fn succeeds(command: &mut Command) -> bool {
    let output = command.output();
    output.is_ok_and(|output| {
        if !output.status.success() {
            eprintln!("{}", String::from_utf8_lossy(&output.stderr));
            eprintln!("{}", String::from_utf8_lossy(&output.stdout));
        }
        output.status.success()
    })
}

/// The files of an example, in a folder where they can be built.
fn copied(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("client-{name}"));
    fs::create_dir_all(&folder).unwrap();
    for entry in fs::read_dir(example(name)).unwrap() {
        let file = entry.unwrap().path();
        if file.is_file() {
            fs::copy(&file, folder.join(file.file_name().unwrap())).unwrap();
        }
    }
    folder
}

/// A client, ready to run: the program, and its words in front of the target and the line.
type Client = (PathBuf, Vec<String>, PathBuf);

fn python() -> Option<Client> {
    static READY: OnceLock<Option<Client>> = OnceLock::new();
    let ready = READY.get_or_init(|| {
        let folder = copied("python");
        let python = folder.join("venv/bin/python");
        if !python.exists() {
            let mut venv = Command::new("python3");
            venv.args(["-m", "venv"]).arg(folder.join("venv"));
            let mut install = Command::new(&python);
            install.args(["-m", "pip", "install", "--quiet"]);
            install.args(PYTHON_PACKAGES);
            if !succeeds(&mut venv) || !succeeds(&mut install) {
                // A half-made one would be taken for a whole one.
                drop(fs::remove_dir_all(folder.join("venv")));
                return None;
            }
        }
        let mut compile = Command::new(&python);
        compile
            .args([
                "-m",
                "grpc_tools.protoc",
                "--python_out=.",
                "--grpc_python_out=.",
            ])
            .arg("-I")
            .arg(proto())
            .arg("cavra/authority/v1/decision.proto")
            .current_dir(&folder);
        succeeds(&mut compile).then(|| (python, vec!["run_guarded.py".to_owned()], folder))
    });
    had("python3 with grpcio and grpcio-tools", ready)
}

fn typescript() -> Option<Client> {
    static READY: OnceLock<Option<Client>> = OnceLock::new();
    let ready = READY.get_or_init(|| {
        let folder = copied("typescript");
        let mut install = Command::new("npm");
        install.args(["install", "--silent", "--no-audit", "--no-fund"]);
        if !folder.join("node_modules/.bin/tsc").exists() && !succeeds(install.current_dir(&folder))
        {
            return None;
        }
        let mut build = Command::new("npm");
        let built = succeeds(
            build
                .args(["run", "--silent", "build"])
                .current_dir(&folder),
        );
        built.then(|| {
            let words = vec!["dist/run_guarded.js".to_owned()];
            (PathBuf::from("node"), words, folder)
        })
    });
    had("npm with @grpc/grpc-js and typescript", ready)
}

fn had(what: &str, client: &Option<Client>) -> Option<Client> {
    if client.is_none() {
        needs::skip(&format!("{what} can't be had"));
    }
    client.clone()
}

/// What a client does with a command line.
fn guarded((program, words, folder): &Client, target: &str, line: &str) -> Output {
    let mut command = Command::new(program);
    command.args(words).args([target, line]);
    if program.ends_with("node") {
        command.arg(proto());
    }
    command.current_dir(folder).output().unwrap()
}

fn enforces(client: &Client) {
    let desk = Desk::new(POLICY, &[]);
    let mut service = desk.start();
    let (_, _, folder) = client;
    let witness = folder.join("ran");
    let targets = [
        desk.endpoint(),
        service.endpoint().trim_start_matches("http://").to_owned(),
    ];
    for target in &targets {
        let allowed = guarded(client, target, "echo it ran");
        assert_eq!(allowed.status.code(), Some(0), "{target}: {allowed:?}");
        assert!(String::from_utf8_lossy(&allowed.stdout).contains("it ran"));
        for line in ["terraform apply; touch ran", "frobnicate; touch ran"] {
            let refused = guarded(client, target, line);
            assert_eq!(refused.status.code(), Some(4), "{target}: {refused:?}");
            let stderr = String::from_utf8_lossy(&refused.stderr);
            assert!(stderr.contains("not run: commands."), "{stderr}");
        }
        let failing = guarded(client, target, "ls nowhere-at-all");
        assert_eq!(failing.status.code(), Some(2), "{failing:?}");
    }
    assert_eq!(service.stop("-TERM"), Some(0));
    for target in &targets {
        let undecided = guarded(client, target, "echo it ran; touch ran");
        assert_eq!(undecided.status.code(), Some(1), "{undecided:?}");
        let stderr = String::from_utf8_lossy(&undecided.stderr);
        assert!(stderr.contains("not run, nobody decided"), "{stderr}");
        assert_eq!(String::from_utf8_lossy(&undecided.stdout), "");
    }
    assert!(!witness.exists());
}

#[test]
fn the_python_decorator_enforces() {
    if let Some(client) = python() {
        enforces(&client);
    }
}

#[test]
fn the_typescript_wrapper_enforces() {
    if let Some(client) = typescript() {
        enforces(&client);
    }
}

/// Ten lines of essential code each, as the documents say.
#[test]
fn the_essential_code_is_short() {
    let cases = [
        (
            "python/guard.py",
            "    def decorate(function):",
            "    return decorate",
        ),
        (
            "typescript/guard.ts",
            "  return async (...args: A)",
            "\n}\n",
        ),
    ];
    for (file, from, to) in cases {
        let text = fs::read_to_string(example(file)).unwrap();
        let (_, behind) = text.split_once(from).unwrap();
        let (code, _) = behind.split_once(to).unwrap();
        let is_code = |line: &&str| {
            let line = line.trim();
            !line.is_empty() && !line.starts_with(['#', '/'])
        };
        let lines = code.lines().filter(is_code).count() + 1;
        assert!(lines <= 10, "{file}: {lines}");
    }
}
