//! What an installation says for a person: what is missing, what is left out, and what to give instead.

use std::fs;

use crate::home::{Done, Home};

const UNANSWERED: &str = "no service answers at `unix:";
const LEFT_OUT: &str = " entries (`--output json` has each):";

#[test]
fn it_says_while_no_service_answers() {
    let home = Home::new();
    let said = home.install("claude-code", &["--dry-run"]).stdout;
    assert!(said.contains(UNANSWERED), "{said}");
    assert!(said.contains("every tool is denied"), "{said}");
    let service = home.serve();
    let said = home.install("claude-code", &["--dry-run"]).stdout;
    assert!(!said.contains(UNANSWERED), "{said}");
    // The socket of a service that ended is no service.
    drop(service);
    let said = home.install("claude-code", &["--yes"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.stdout.contains(UNANSWERED), "{said:?}");
}

#[test]
fn entries_that_no_rule_can_say_are_counted_before_the_notes() {
    let home = Home::new();
    for host in ["codex", "copilot-cli"] {
        let said = home.install(host, &["--dry-run"]).stdout;
        let (counts, notes) = (said.find(LEFT_OUT), said.find("\nnote: "));
        assert!(counts.is_some() && counts < notes, "{said}");
        assert!(said.contains(" more\n"), "{said}");
        let after = counts.map(|at| &said[at..]).unwrap();
        let longest = after.lines().map(|line| line.chars().count()).max();
        assert!(longest < Some(240), "{after}");
        let report = home
            .install(host, &["--dry-run", "--output", "json"])
            .json();
        let count = report["left_out"].as_array().unwrap().len();
        assert!(said.contains(&format!("{count}{LEFT_OUT}")), "{said}");
    }
}

#[test]
fn an_installation_of_a_project_is_of_this_machine() {
    let home = Home::new();
    let hook = home.path("bin/cavra-hook");
    let install = ["install", "gemini-cli", "--project", "--hook"];
    let more = ["--endpoint", "unix:/run/s", "--dry-run"];
    let given = [&install[..], &[hook.to_str().unwrap()], &more].concat();
    let said = home.agents(&given).stdout;
    assert!(said.contains("don't commit them"), "{said}");
    let said = home.install("gemini-cli", &["--dry-run"]).stdout;
    assert!(!said.contains("don't commit them"), "{said}");
}

/// The command that is refused, and what it says.
fn refused(home: &Home, args: &[&str]) -> String {
    let Done { stderr, code, .. } = home.agents(args);
    assert_eq!(code, 1, "{args:?}: {stderr}");
    stderr
}

#[test]
fn another_installation_of_the_host_is_named_by_its_option() {
    let home = Home::new();
    let uninstall = ["uninstall", "codex", "--yes", "--root", "image"];
    fs::create_dir(home.path("image")).unwrap();
    let none = refused(&home, &uninstall);
    assert!(
        none.contains("`codex` has no managed installation\n"),
        "{none}"
    );
    home.install("codex", &["--yes"]);
    let user = refused(&home, &uninstall);
    let says = "has no managed installation; it has one for which you give `--user`\n";
    assert!(user.contains(says), "{user}");
    let project = home.path("project");
    fs::create_dir(&project).unwrap();
    let says = format!("or `--project {}`\n", project.display());
    let hook = home.path("bin/cavra-hook");
    let install = [
        "install",
        "codex",
        "--yes",
        "--hook",
        hook.to_str().unwrap(),
    ];
    let at = ["--endpoint", "unix:/run/s", "--project"];
    let given = [&install[..], &at, &[project.to_str().unwrap()]].concat();
    assert_eq!(home.agents(&given).code, 0);
    let both = refused(&home, &uninstall);
    assert!(both.contains(&says), "{both}");
}

#[test]
fn a_program_that_is_not_below_the_root_has_a_hint() {
    let home = Home::new();
    fs::create_dir(home.path("image")).unwrap();
    let args = ["install", "claude-code", "--root", "image", "--yes"];
    let hook = ["--hook", "/usr/bin/cavra-hook"];
    let said = refused(&home, &[&args[..], &hook].concat());
    assert!(said.contains("image/usr/bin/cavra-hook"), "{said}");
    assert!(said.contains("copy `cavra-hook` below DIR first"), "{said}");
}

#[test]
fn a_doctor_without_a_journal_names_the_service_that_has_it() {
    let home = Home::new();
    let _service = home.serve();
    home.install("claude-code", &["--yes"]);
    let at = ["doctor", "--data-dir", "elsewhere"];
    let said = home.agents(&at).stdout;
    let socket = home.path("run/agents.sock");
    for part in [
        "there is no journal in",
        "give `--data-dir DIR` of the service that listens on `unix:",
        socket.to_str().unwrap(),
        "or `--endpoint` of its `--socket`",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
}
