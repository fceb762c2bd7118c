//! What a shell may not have done: an assignment that failed, a body that didn't run, a directory that
//! isn't there. What is allowed after it, bash is asked about: it must touch nothing protected and nothing
//! outside the workspace, with or without it.

use crate::common;
use crate::ground::Ground;

use std::fs;

use cavra::action::{Action, Caller, Place, Request, establish};
use cavra::decision::Verdict;
use cavra::engine::Policy;

/// Prints the whole path of each file that a line names.
const SHOWS_PATHS: &str = "#!/bin/sh\nfor file; do /usr/bin/realpath -m -- \"$file\"; done\n";

fn ground() -> Ground {
    let ground = Ground::new();
    ground.write("repo/.env", "SECRET=1\n");
    ground.write("repo/src/a", "plain\n");
    for name in ["cat", "rm"] {
        ground.executable(&format!("bin/{name}"), SHOWS_PATHS);
    }
    ground
}

fn is_allowed(policy: &Policy, root: &str, line: &str) -> bool {
    let action = Action {
        request: Request::ExecuteCommand {
            command_line: line.to_owned(),
        },
        caller: Caller::default(),
        place: Place {
            cwd: Some(root.to_owned()),
            workspace_root: Some(root.to_owned()),
            ..Place::default()
        },
        terraform_plan: None,
    };
    establish(&action)
        .is_ok_and(|facts| policy.judge(&action, &facts).decision < Verdict::RequireApproval)
}

/// Checks every line of a table in front of each use; answers how many were allowed, and so run.
fn check(table: &str, uses: &[&str]) -> usize {
    let policy = common::policy("cavra-coding-agent");
    let table = fs::read_to_string(common::repository(table)).unwrap();
    let rows = table.lines().filter(|line| !line.starts_with('#'));
    let mut run = 0;
    for row in rows {
        for form in uses {
            let line = form.replace("{}", &row.replace("\\n", "\n"));
            let ground = ground();
            let root = ground.path("repo").display().to_string();
            if !is_allowed(&policy, &root, &line) {
                continue;
            }
            run += 1;
            let output = ground.bash(&[], &line).output().unwrap();
            for path in String::from_utf8_lossy(&output.stdout).lines() {
                let is_harmless = !path.starts_with('/')
                    || (path.starts_with(&format!("{root}/")) && !path.ends_with("/.env"));
                assert!(is_harmless, "{line}: allowed, and touches {path}");
            }
        }
    }
    run
}

#[test]
fn an_assignment_that_may_not_have_happened_is_no_assignment() {
    let uses = [
        "x=.env; {}\ncat \"$x\"",
        "x=.env; {}\ncat $x",
        "{}\ncat ${x:-.env}",
        "{}\nrm -f ${x:-/srv}/a",
    ];
    let run = check("tests/data/shell/unsure.txt", &uses);
    assert!(run >= 40, "only {run} lines are allowed");
}

#[test]
fn a_directory_that_may_not_be_there_is_not_where_the_line_goes_on() {
    let uses = [
        "{}\ncat ../../../up",
        "{}; cat ../../up",
        "{} && cat ../../../up",
        "{}; cat < ../../../up",
        "bash <<'END'\n{}\ncat ../../../up\nEND",
        "bash -s <<'END'\n{}; :\ncat ../../up\nEND",
    ];
    let run = check("tests/data/shell/directories.txt", &uses);
    assert!(run >= 10, "only {run} lines are allowed");
}
