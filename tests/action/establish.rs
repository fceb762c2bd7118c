//! Facts by kind of action, and by where the action would happen.

use cavra::action::establish;
use cavra::action::facts::{Anchor, Facts};
use cavra::action::limits::MAX_COMMAND_BYTES;
use cavra::action::{Action, ActionError, Caller, McpToolCall, Place, Request};

fn place() -> Place {
    Place {
        cwd: Some("/srv/repo/app".to_owned()),
        workspace_root: Some("/srv/repo".to_owned()),
        root_named: false,
        workspace_roots: Vec::new(),
        current_branch: Some("main".to_owned()),
    }
}

fn ask(request: Request, place: Place) -> Result<Facts, ActionError> {
    establish(&Action {
        request,
        caller: Caller::default(),
        place,
        terraform_plan: None,
    })
}

fn run(line: &str) -> Facts {
    let request = Request::ExecuteCommand {
        command_line: line.to_owned(),
    };
    ask(request, place()).expect("facts")
}

#[test]
fn a_file_is_found_from_the_working_directory() {
    let request = Request::ReadFile {
        path: "../.env".to_owned(),
    };
    let facts = ask(request, place()).expect("facts");
    assert_eq!(facts.reads.len(), 1);
    assert_eq!(facts.reads[0].path, ".env");
    assert_eq!(facts.reads[0].anchor, Anchor::Workspace);
    assert_eq!(facts.reads[0].via, "read_file");
}

#[test]
fn a_write_outside_the_workspace_is_told() {
    let request = Request::WriteFile {
        path: "/etc/hosts".to_owned(),
    };
    let facts = ask(request, place()).expect("facts");
    assert!(facts.writes[0].outside_workspace);
    assert!(facts.reads.is_empty());
}

#[test]
fn directories_add_up_over_a_line() {
    for (line, path) in [
        ("cat .env", "app/.env"),
        ("cd .. && cat .env", ".env"),
        ("cd /srv/repo/infra; cat .env", "infra/.env"),
        ("(cd ..); cat .env", "app/.env"),
        ("env -C ../infra cat .env", "infra/.env"),
        (
            "cd ../infra && bash -c 'cd sub; cat .env'",
            "infra/sub/.env",
        ),
        ("eval 'cd ..'; cat .env", ".env"),
        ("f() { cd ..; }; f; cat .env", ".env"),
    ] {
        let facts = run(line);
        let paths: Vec<&str> = facts.reads.iter().map(|read| read.path.as_str()).collect();
        assert_eq!(paths, [path], "{line}");
    }
}

#[test]
fn outside_the_workspace_nothing_is_allowed() {
    for line in [
        "cd / && pytest",
        "cd ../.. && pytest",
        "cd ~; pytest",
        "cd; pytest",
        "cd - && pytest",
        "pytest /tmp/*",
    ] {
        let facts = run(line);
        let last = facts.commands.last().expect("a command");
        assert_eq!(last.allow_form, None, "{line}");
        assert!(!last.allow_lifted.is_empty(), "{line}");
    }
    let facts = run("cd .. && pytest");
    assert!(facts.commands[0].neutral);
    assert!(facts.commands[1].allow_form.is_some());
}

#[test]
fn the_branch_follows_the_line() {
    for (line, name) in [
        ("git push", "refs/heads/main"),
        ("git switch dev && git push", "refs/heads/dev"),
        ("(git switch dev); git push", "refs/heads/dev"),
        ("bash -c 'git switch dev'; git push", "refs/heads/dev"),
    ] {
        let facts = run(line);
        let push = facts
            .commands
            .last()
            .and_then(|command| command.push)
            .expect("a push");
        let updates: Vec<&str> = facts.pushes[push]
            .readings
            .iter()
            .flatten()
            .map(|update| update.name.as_str())
            .collect();
        assert_eq!(updates, [name], "{line}");
    }
}

#[test]
fn a_branch_that_may_have_changed_is_not_known() {
    for line in [
        "x && git switch dev; git push",
        "git switch dev & git push",
        "if x; then git switch dev; fi; git push",
    ] {
        let facts = run(line);
        let push = facts
            .commands
            .last()
            .and_then(|command| command.push)
            .expect("a push");
        assert!(facts.pushes[push].unknown_target.is_some(), "{line}");
    }
}

#[test]
fn documents_become_pushes_and_calls() {
    let request = Request::GitOperation {
        operation: "push".to_owned(),
        target: "origin/main".to_owned(),
    };
    assert_eq!(ask(request, place()).expect("facts").pushes.len(), 1);
    let request = Request::McpToolCall(McpToolCall {
        target: "files:read".to_owned(),
        ..McpToolCall::default()
    });
    let facts = ask(request, place()).expect("facts");
    assert_eq!(facts.mcp.expect("a call").server, "files");
}

#[test]
fn what_may_not_be_there_is_an_error_that_names_the_field() {
    let nul = Request::ExecuteCommand {
        command_line: "terraform plan\0".to_owned(),
    };
    assert_eq!(
        ask(nul, place()).expect_err("an error").field(),
        Some("target")
    );
    let long = Request::ExecuteCommand {
        command_line: "x".repeat(MAX_COMMAND_BYTES + 1),
    };
    assert!(matches!(
        ask(long, place()),
        Err(ActionError::TooLarge {
            field: "target",
            ..
        })
    ));
    let file = Request::ReadFile {
        path: "a\0b".to_owned(),
    };
    assert_eq!(
        ask(file, place()).expect_err("an error").field(),
        Some("target")
    );
    let nowhere = Place {
        cwd: Some("/work\0".to_owned()),
        ..place()
    };
    let plain = Request::ExecuteCommand {
        command_line: "terraform plan".to_owned(),
    };
    assert_eq!(
        ask(plain, nowhere).expect_err("an error").field(),
        Some("cwd")
    );
}
