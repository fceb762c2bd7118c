//! Every command block of `README.md` and `docs/` runs, and prints what the document shows.
//!
//! The runner is our own, because a document is one bash session: it starts a service, asks it,
//! and ends it. `trycmd` and `snapbox` run single programs without a shell between them.
//!
//! | in a document | means |
//! |---|---|
//! | a `console` block | `$ ` begins a command, `> ` continues it, and its standard output follows |
//! | a `sh` block | a script; its output is not compared |
//! | `…` | any text within a line; a line with nothing else is any number of lines |
//! | `<!-- file: NAME -->` before a block | the block is written to that file |
//! | `<!-- not run: REASON -->` before a block | the block is skipped |
//!
//! Each command must exit with 0; `; echo $?` shows another code. The commands of a document run in
//! order, in an empty folder with links to `policy-packs` and `examples`.

use std::fs::{self, Permissions};
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use regex::Regex;
use tempfile::TempDir;

use super::markdown::{Block, Document, documents, root};

/// The port in the documents. A free one takes its place when they run.
const PORT: &str = "50051";
/// Seconds after which a document's commands are ended. It only bounds a hang.
const TIME_LIMIT_S: &str = "300";
/// The beginning of the script that is `cavra` in the documents' `PATH`. A debug build on a busy
/// machine may need more than the 2 s that a service has by default.
const PATIENT: &str = "#!/bin/sh
case \" $* \" in *\" --endpoint \"*) set -- \"$@\" --timeout 60s ;; esac
";
/// Blocks that are marked as not run.
const NOT_RUN: usize = 10;

/// One command, and what it prints according to the document.
struct Step {
    line: usize,
    command: String,
    /// None for a script, whose output is not compared.
    output: Option<Vec<String>>,
}

#[test]
fn command_blocks_print_what_the_documents_show() {
    let documents = documents();
    let run = documents
        .iter()
        .filter(|it| it.name == "README.md" || it.name.starts_with("docs/"));
    let (mut steps, mut skipped, mut wrong) = (0, Vec::new(), Vec::new());
    thread::scope(|scope| {
        let running: Vec<_> = run
            .map(|document| (document, scope.spawn(move || Session::run(document))))
            .collect();
        for (document, session) in running {
            let session = session.join().unwrap();
            steps += session.steps;
            skipped.extend(session.skipped);
            wrong.extend(session.wrong);
            println!("{}: {} commands", document.name, session.steps);
        }
    });
    println!("not run:\n{}", skipped.join("\n"));
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(steps >= 30, "only {steps} commands ran");
    assert_eq!(skipped.len(), NOT_RUN, "not run: {skipped:#?}");
}

/// What the run of a document's commands showed.
#[derive(Default)]
struct Session {
    steps: usize,
    /// Blocks that are not run, with the reason.
    skipped: Vec<String>,
    /// Commands whose output or exit code is not what the document shows.
    wrong: Vec<String>,
}

impl Session {
    fn run(document: &Document) -> Self {
        let mut session = Self::default();
        let folder = workspace();
        let mut steps = Vec::new();
        for block in document.blocks() {
            let place = format!("{}:{}", document.name, block.line);
            assert!(!block.language.is_empty(), "{place} has no language");
            let comment = block.comment.as_deref().unwrap_or_default();
            if let Some(reason) = comment.strip_prefix("not run: ") {
                session.skipped.push(format!("{place}: {reason}"));
            } else if let Some(name) = comment.strip_prefix("file: ") {
                let path = folder.path().join(name);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, block.lines.join("\n") + "\n").unwrap();
            } else {
                steps.extend(steps_of(&block, &place));
            }
        }
        session.steps = steps.len();
        if !steps.is_empty() {
            bash(folder.path(), &script(&steps, &free_port()));
        }
        let results = steps.iter().enumerate();
        let wrong = results.filter_map(|(at, step)| problem(folder.path(), at, step));
        session.wrong = wrong
            .map(|problem| format!("{}:{problem}", document.name))
            .collect();
        session
    }
}

/// A folder in which the documents' commands can run.
fn workspace() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["policy-packs", "examples"] {
        symlink(root().join(name), folder.path().join(name)).unwrap();
    }
    let results = folder.path().join(".results");
    fs::create_dir(&results).unwrap();
    let program = results.join("cavra");
    let binary = env!("CARGO_BIN_EXE_cavra");
    fs::write(&program, format!("{PATIENT}exec '{binary}' \"$@\"\n")).unwrap();
    fs::set_permissions(program, Permissions::from_mode(0o700)).unwrap();
    folder
}

/// The commands of a block; none if it holds none.
fn steps_of(block: &Block, place: &str) -> Vec<Step> {
    match block.language.as_str() {
        "sh" | "bash" => vec![Step {
            line: block.line,
            command: block.lines.join("\n"),
            output: None,
        }],
        "console" => console(block, place),
        _ => Vec::new(),
    }
}

fn console(block: &Block, place: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for (line, number) in block.lines.iter().zip(block.line + 1..) {
        if let Some(command) = line.strip_prefix("$ ") {
            steps.push(Step {
                line: number,
                command: command.to_owned(),
                output: Some(Vec::new()),
            });
            continue;
        }
        let step = steps.last_mut();
        let step = step.unwrap_or_else(|| panic!("{place}: the block begins without a command"));
        let output = step.output.get_or_insert_default();
        match line.strip_prefix("> ") {
            Some(more) if output.is_empty() => {
                step.command.push('\n');
                step.command.push_str(more);
            }
            _ => output.push(line.clone()),
        }
    }
    steps
}

/// A script that runs every command, and keeps the output and exit code of each.
fn script(steps: &[Step], port: &str) -> String {
    let mut script = "trap 'kill $(jobs -p) 2>/dev/null; wait' EXIT\n".to_owned();
    for (at, step) in steps.iter().enumerate() {
        let command = step.command.replace(PORT, port);
        let results = format!(".results/{at}");
        script.push_str(&format!(
            "{{\n{command}\n}} >{results}.out 2>{results}.err\necho $? >{results}.code\n"
        ));
    }
    script
}

fn bash(folder: &Path, script: &str) {
    let results = folder.join(".results");
    let path = std::env::var("PATH").unwrap();
    let status = Command::new("timeout")
        .args([TIME_LIMIT_S, "bash", "-c", script])
        .current_dir(folder)
        .env("PATH", format!("{}:{path}", results.display()))
        .env("HOME", folder)
        .envs(["CONFIG", "CACHE", "STATE"].map(|it| (format!("XDG_{it}_HOME"), results.clone())))
        .env_remove("CAVRA_PACKS")
        .env_remove("CAVRA_DATA_DIR")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert_ne!(status.code(), Some(124), "the commands did not end");
}

fn free_port() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port().to_string()
}

/// How a command's result differs from the document; none if it doesn't.
fn problem(folder: &Path, at: usize, step: &Step) -> Option<String> {
    let read = |suffix| {
        let path = folder.join(format!(".results/{at}.{suffix}"));
        fs::read_to_string(path).unwrap_or_default()
    };
    let (out, code) = (read("out"), read("code"));
    let expected = step.output.as_deref();
    if code.trim() == "0" && expected.is_none_or(|expected| matches(expected, &out)) {
        return None;
    }
    Some(format!(
        "{}: `{}`\nexit code {}\n--- the document shows\n{}\n--- it printed\n{out}\n--- standard error\n{}",
        step.line,
        step.command,
        code.trim(),
        expected.unwrap_or_default().join("\n"),
        read("err"),
    ))
}

/// Whether `printed` is what `expected` shows. Spaces at the end of a line don't count.
fn matches(expected: &[String], printed: &str) -> bool {
    let mut pattern = String::from(r"\A");
    for line in expected {
        if line.trim() == "…" {
            pattern.push_str(r"(?:.*\n)*?");
            continue;
        }
        let parts: Vec<_> = line.trim_end().split('…').map(regex::escape).collect();
        pattern.push_str(&parts.join(".*"));
        pattern.push_str(r"[ \t]*\n");
    }
    pattern.push_str(r"\z");
    Regex::new(&pattern).unwrap().is_match(printed)
}

#[test]
fn outputs_that_differ_are_found() {
    let shown = |lines: &[&str]| lines.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
    assert!(matches(&shown(&["a … c", "…", "d"]), "a b c  \nx\ny\nd\n"));
    assert!(matches(&shown(&["…"]), ""));
    assert!(matches(&shown(&[]), ""));
    for printed in ["a c\nd\n", "a b c\n", "a b c\nd\ne\n"] {
        assert!(!matches(&shown(&["a … c", "d"]), printed), "{printed}");
    }
}

#[test]
fn a_wrong_output_and_a_wrong_exit_code_are_reported() {
    let text = "```console\n$ echo a\nb\n$ false\n$ echo c\nc\n```\n";
    let document = Document {
        name: "planted.md".to_owned(),
        path: root().join("planted.md"),
        text: text.to_owned(),
    };
    let session = Session::run(&document);
    assert_eq!(session.steps, 3);
    let [first, second] = <[String; 2]>::try_from(session.wrong).unwrap();
    assert!(first.starts_with("planted.md:2: `echo a`"), "{first}");
    assert!(second.starts_with("planted.md:4: `false`"), "{second}");
}
