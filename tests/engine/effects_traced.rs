//! What `read_workspace` and `write_workspace` allow, run by bash under strace: nothing outside the
//! workspace is written, nothing protected is read or written, nothing is deleted or linked, no other
//! program runs and no socket is opened.
//!
//! `CAVRA_TRACED_LINES` sets how many lines are made, and `PROPTEST_RNG_SEED` which.

use crate::common;
use crate::effects_grammar::line;
use crate::ground::{Ground, lines};
use crate::needs;

use std::cell::Cell;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use cavra::action::{Action, Caller, Place, Request, establish};
use cavra::decision::Verdict;
use cavra::engine::Policy;
use proptest::prelude::*;

/// Lines of one run without `CAVRA_TRACED_LINES`.
const LINES: u32 = 600;
/// Programs that exist for a line; the others of the grammar are not found.
const PROGRAMS: &str = "cat head tail wc nl cut sort uniq tac rev fold paste comm cmp diff od xxd base64 sha256sum \
    file ls stat readlink realpath du find grep sed awk jq tr seq date basename id uname mkdir touch tee cp mv rm ln env \
    printenv xargs timeout strings shuf free lscpu yes expr factor tput";
/// What `file` and `id` open to look up names and kinds.
const CALLS: &str = "trace=execve,open,openat,creat,connect,bind,unlink,unlinkat,rmdir,rename,renameat,renameat2,link,\
    linkat,symlink,symlinkat,mkdir,mkdirat,mknod,mknodat,chmod,fchmodat,chown,fchownat,truncate,mount";

/// A workspace with a folder beside it, made for one line.
struct Traced(Ground);

impl Traced {
    fn new() -> Self {
        let ground = Ground::new();
        for (path, text) in [
            ("repo/a.txt", "b\na\n1\n"),
            ("repo/b.txt", "x:y\na\n"),
            ("repo/list", "../outside/secret.txt"),
            ("repo/.env", "SECRET=1\n"),
            ("repo/sub/c.txt", "c\n"),
            ("repo/sub/.env", "SECRET=2\n"),
            ("repo/.git/config", "[core]\n"),
            ("repo/script.sed", "w out.txt\n"),
            ("repo/prog.awk", "{print > \"out.txt\"}\n"),
            ("repo/prog.jq", "env\n"),
            ("outside/secret.txt", "secret\n"),
        ] {
            ground.write(path, text);
        }
        for name in ["repo/evil", "repo/cat", "repo/sub/cat", "repo/sort"] {
            ground.executable(name, "#!/bin/sh\n");
        }
        for name in PROGRAMS.split_ascii_whitespace() {
            let found = ["/usr/bin", "/bin"].map(|folder| Path::new(folder).join(name));
            if let Some(found) = found.iter().find(|path| path.exists()) {
                symlink(found, ground.path("bin").join(name)).unwrap();
            }
        }
        Self(ground)
    }

    fn action(&self, line: &str) -> Action {
        let root = self.0.path("repo").display().to_string();
        Action {
            request: Request::ExecuteCommand {
                command_line: line.to_owned(),
            },
            caller: Caller::default(),
            place: Place {
                cwd: Some(root.clone()),
                workspace_root: Some(root),
                ..Place::default()
            },
            terraform_plan: None,
        }
    }

    /// The successful system calls of a line.
    fn trace(&self, line: &str) -> Vec<String> {
        let record = self.0.path("trace");
        let strace = "/usr/bin/strace -f -qq -y -s 4096 -e";
        let mut tracer: Vec<&str> = strace.split(' ').collect();
        tracer.extend([CALLS, "-o", record.to_str().unwrap()]);
        self.0
            .bash(&tracer, line)
            .env("HOME", self.0.path("outside"))
            .env("SECRET", "hunter2")
            .env("TMPDIR", self.0.path("tmp"))
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&fs::read(record).unwrap()).into_owned();
        let succeeded = |line: &&str| !line.contains(" = -1 ") && !line.contains(" = ? ");
        text.lines().filter(succeeded).map(str::to_owned).collect()
    }

    /// Why a system call is more than the line was allowed for.
    fn beyond(&self, call: &str) -> Option<&'static str> {
        let call = call
            .split_once(' ')
            .map_or(call, |(_, rest)| rest.trim_start());
        let (name, arguments) = call.split_once('(')?;
        // Files of the program's own, such as `sort` and `tac` make.
        let own_temporary = self.0.path("tmp").display().to_string();
        if arguments.contains(&own_temporary) {
            return None;
        }
        let repo = self.0.path("repo").display().to_string();
        let is_kept = |path: &str| {
            let inside = path.strip_prefix(&repo);
            inside.is_some_and(|rest| rest.starts_with('/') && !rest.contains("/.git"))
        };
        match name {
            "execve" => {
                let program = arguments.split('"').nth(1).unwrap_or_default();
                let own = self.0.path("bin").display().to_string();
                let known = ["/usr/bin/timeout", "/bin/bash"].contains(&program);
                (!known && !program.starts_with(&own)).then_some("runs another program")
            }
            "open" | "openat" | "creat" => {
                let opened = arguments.rsplit_once(" = ")?.1;
                let path = opened.split_once('<')?.1.trim_end_matches('>');
                let writes = ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC"]
                    .iter()
                    .any(|flag| arguments.contains(flag))
                    || name == "creat";
                let hidden = path.ends_with("/.env") || path.contains("/outside/");
                let device = ["/dev/null", "/dev/tty"]
                    .iter()
                    .any(|it| path.starts_with(it));
                let kept = is_kept(path);
                // file(1) alone opens so, and shows the kind of what it opens.
                let shows_kind = arguments.contains("O_RDONLY|O_NONBLOCK|O_CLOEXEC");
                match (hidden, writes) {
                    (true, false) if shows_kind => None,
                    (true, _) => Some("opens a protected file"),
                    (false, true) if !kept && !device => Some("writes outside the workspace"),
                    _ => None,
                }
            }
            "mkdir" | "mkdirat" => None,
            // `sed -i` and `sort -o` put a file of their own in the place of another.
            "rename" | "renameat" | "renameat2" | "unlink" | "unlinkat" | "fchmodat" | "chmod" => {
                let target = arguments.split('"').nth(1).unwrap_or_default();
                let own = target
                    .rsplit('/')
                    .next()
                    .unwrap_or(target)
                    .starts_with("sed");
                (!own).then_some("deletes or moves")
            }
            "connect" | "bind" => (!arguments.contains("AF_UNIX")).then_some("opens a connection"),
            "fchownat" | "chown" => None,
            _ => Some("does something else"),
        }
    }
}

fn policy() -> Policy {
    let text = "metadata: {id: own, inherits: cavra-ai-agent-baseline}\n\
        commands: {allow_effects: {read_workspace: true, write_workspace: true}}";
    Policy::compile(common::inline(text, &[])).unwrap()
}

#[test]
fn no_line_that_effects_allow_does_more() {
    if !needs::program("strace") {
        return;
    }
    let policy = policy();
    let config = ProptestConfig {
        cases: lines(LINES),
        failure_persistence: None,
        max_shrink_iters: 100,
        ..ProptestConfig::default()
    };
    let (allowed, calls) = (Cell::new(0_usize), Cell::new(0_usize));
    let outcome = proptest::test_runner::TestRunner::new(config).run(&line(), |line| {
        let traced = Traced::new();
        let action = traced.action(&line);
        let facts = establish(&action).unwrap();
        if policy.judge(&action, &facts).decision != Verdict::Allow {
            return Ok(());
        }
        allowed.set(allowed.get() + 1);
        for call in traced.trace(&line) {
            calls.set(calls.get() + 1);
            let beyond = traced.beyond(&call);
            prop_assert!(
                beyond.is_none(),
                "{line:?} {}: {call}",
                beyond.unwrap_or_default()
            );
        }
        Ok(())
    });
    println!(
        "{} lines, {} allowed, {} calls",
        lines(LINES),
        allowed.get(),
        calls.get()
    );
    if let Err(problem) = outcome {
        panic!("{problem}");
    }
    assert!(
        allowed.get() * 100 > lines(LINES) as usize,
        "only {} were allowed",
        allowed.get()
    );
    assert!(calls.get() > allowed.get(), "the harness saw nothing");
}
