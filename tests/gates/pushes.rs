//! Pushes through a real `pre-receive`: none moves what is protected.

use std::fs;

use serde::Deserialize;

use super::desk::{Desk, answers_rubbish};
use super::repository::{World, commit, git, hook};
use super::serve::Service;
use super::support::{cavra, command, run};

pub(crate) const BASELINE: &str = "metadata: { id: mine, inherits: cavra-ai-agent-baseline }\n";
/// A push.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    git: Vec<String>,
    /// Git refuses it by itself, before the hook or without it.
    #[serde(default)]
    refused_by_git: bool,
    /// What each ref was judged as, while git kept the new commits in quarantine.
    #[serde(default)]
    judged: Vec<String>,
}

pub(crate) fn hooked(policy: &str) -> (Desk, Service, World) {
    let desk = Desk::new(policy, &[]);
    let (service, world) = (desk.start(), World::new());
    world.enforce(&format!(
        "pre-receive --timeout 20s --endpoint {}",
        desk.endpoint()
    ));
    (desk, service, world)
}

#[test]
fn no_push_moves_main() {
    let cases: Vec<Case> =
        serde_json::from_str(include_str!("../data/gates/pushes_to_main.json")).unwrap();
    let (_desk, _service, world) = hooked(BASELINE);
    let before = world.refs();
    let (mut by_hook, mut others) = (0, Vec::new());
    for case in &cases {
        let output = world.run(&case.git);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{:?}: {stderr}", case.git);
        assert_eq!(world.refs(), before, "{:?}: {stderr}", case.git);
        let by_this_hook = stderr.contains("git.protected_branch.block_direct_push")
            && stderr.contains("cavra: the whole push is refused");
        by_hook += usize::from(by_this_hook);
        if by_this_hook == case.refused_by_git {
            others.push(format!("{:?}: {stderr}", case.git));
        }
    }
    assert!(others.is_empty(), "{}", others.join("\n"));
    assert!(by_hook >= 40, "{by_hook}");
}

#[test]
fn pushes_elsewhere_go_ahead() {
    let cases: Vec<Case> =
        serde_json::from_str(include_str!("../data/gates/pushes_elsewhere.json")).unwrap();
    assert_eq!(cases.len(), 10);
    let (desk, _service, world) = hooked(BASELINE);
    let main = world.refs()["refs/heads/main"].clone();
    let mut want = Vec::new();
    for case in &cases {
        let before = world.refs();
        let output = world.run(&case.git);
        assert!(output.status.success(), "{:?}: {output:?}", case.git);
        let after = world.refs();
        assert_ne!(after, before, "{:?}", case.git);
        assert_eq!(after["refs/heads/main"], main);
        want.extend(case.judged.iter().cloned());
    }
    let endpoint = desk.endpoint();
    let query = ["journal", "query", "--kind", "decision", "--output", "json"];
    let how = ["--endpoint", &endpoint, "--timeout", "20s"];
    let entries = cavra(&[&query[..], &how].concat()).exits(0).json_lines();
    let judged = entries.iter().map(|entry| {
        let action = &entry["subject"]["action"];
        let text = |name: &str| action[name].as_str().unwrap_or_default();
        format!("{} {}", text("requested_operation"), text("target"))
    });
    assert_eq!(judged.collect::<Vec<_>>(), want);
}

/// The baseline asks about refs that are neither branches nor tags.
#[test]
fn an_approved_push_moves_its_ref_once_and_for_its_commits_only() {
    let (desk, _service, world) = hooked(BASELINE);
    let push = ["push", "origin", "work:refs/review/one"].map(str::to_owned);
    let id_of = |stderr: &[u8]| {
        let text = String::from_utf8_lossy(stderr).into_owned();
        let (_, behind) = text
            .split_once("the request for an approval is ")
            .unwrap_or_else(|| panic!("{text}"));
        behind.chars().take(36).collect::<String>()
    };
    let first = world.run(&push);
    assert!(!first.status.success());
    let id = id_of(&first.stderr);
    desk.approve(&id);
    // Another commit is another question.
    let clone = world.clone();
    git(&clone, &["checkout", "--quiet", "work"]);
    commit(&clone, "three");
    let other = world.run(&push);
    assert!(!other.status.success());
    assert_ne!(id_of(&other.stderr), id);
    git(&clone, &["reset", "--quiet", "--hard", "HEAD~1"]);
    let before = world.refs();
    let approved = world.run(&push);
    assert!(approved.status.success(), "{approved:?}");
    let after = world.refs();
    assert_eq!(after.len(), before.len() + 1);
    // The way back is another push, and so is the same one after a deletion by hand: it is used.
    let back = ["push", "--force", "origin", "work~1:refs/review/one"].map(str::to_owned);
    assert!(!world.run(&back).status.success());
    assert_eq!(world.refs(), after);
    git(&world.server(), &["update-ref", "-d", "refs/review/one"]);
    let again = world.run(&push);
    let stderr = String::from_utf8_lossy(&again.stderr);
    assert!(stderr.contains("counts once"), "{stderr}");
    assert_eq!(world.refs(), before);
}

#[test]
fn without_a_decision_nothing_is_pushed() {
    let (desk, mut service, world) = hooked(BASELINE);
    assert_eq!(service.stop("-TERM"), Some(0));
    let before = world.refs();
    let elsewhere = ["push", "origin", "work:elsewhere"].map(str::to_owned);
    let refused = |says: &[&str]| {
        let output = world.run(&elsewhere);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{stderr}");
        for text in says {
            assert!(stderr.contains(text), "`{text}` is not in: {stderr}");
        }
        assert_eq!(world.refs(), before);
    };
    let nobody = "the push is refused, because nobody decided about it; push again once";
    refused(&[nobody, "can't be asked", "`cavra serve` starts a service"]);
    // Somebody else's socket, which never answers.
    let silent = desk.path("silent.sock");
    let _listener = std::os::unix::net::UnixListener::bind(&silent).unwrap();
    world.enforce(&format!(
        "pre-receive --timeout 300ms --endpoint unix:{silent}"
    ));
    refused(&[nobody, "no answer within"]);
    let rubbish = desk.path("rubbish.sock");
    answers_rubbish(&rubbish);
    world.enforce(&format!(
        "pre-receive --timeout 20s --endpoint unix:{rubbish}"
    ));
    refused(&[nobody]);
    world.enforce("pre-receive --config /nowhere/hook.json");
    refused(&[nobody, "there is no file `/nowhere/hook.json`"]);
    // The program is gone: git itself refuses.
    fs::write(
        world.server().join("hooks/pre-receive"),
        "#!/bin/sh\nexec /nowhere/cavra hook git pre-receive\n",
    )
    .unwrap();
    refused(&[]);
}

/// Lines as git gives them, and what each update is judged as.
#[test]
fn the_kind_of_a_push_follows_from_the_ids() {
    let (desk, _service, world) = hooked(BASELINE);
    let (clone, server) = (world.clone(), world.server());
    git(&clone, &["push", "--quiet", "origin", "work:w", "forced:f"]);
    git(&clone, &["tag", "-a", "-m", "t", "v1", "work"]);
    git(&clone, &["push", "--quiet", "origin", "v1"]);
    let id = |name: &str| git(&server, &["rev-parse", name]);
    let (old, new, other, tag) = (id("dev"), id("w"), id("f"), id("v1"));
    let none = "0".repeat(40);
    let unknown = "1".repeat(40);
    let cases = [
        (&none, &new, "refs/heads/new", vec![("push", "new")]),
        (&old, &new, "refs/heads/dev", vec![("push", "dev")]),
        (&new, &old, "refs/heads/dev", vec![("force_push", "dev")]),
        (&old, &other, "refs/heads/dev", vec![("force_push", "dev")]),
        (
            &old,
            &unknown,
            "refs/heads/dev",
            vec![("force_push", "dev")],
        ),
        (
            &old,
            &none,
            "refs/heads/dev",
            vec![("delete_branch", "dev")],
        ),
        (&none, &none, "refs/heads/no", vec![("delete_branch", "no")]),
        (&tag, &new, "refs/tags/v1", vec![("force_push", "v1")]),
        (&none, &new, "refs/tags/v2", vec![("push", "v2")]),
        (
            &old,
            &new,
            "refs/heads/alias",
            vec![("push", "main"), ("push", "alias")],
        ),
    ];
    for (old, new, name, want) in cases {
        let mut hook = command();
        hook.current_dir(&server)
            .args(["hook", "git", "pre-receive", "--output", "json"])
            .args(["--timeout", "20s", "--endpoint", &desk.endpoint()])
            .write_stdin(format!("{old} {new} {name}\n"));
        let found = run(&mut hook).json_lines();
        let found: Vec<(String, String)> = found
            .iter()
            .map(|it| {
                let target = it["target"].as_str().unwrap();
                let operation = it["requested_operation"].as_str().unwrap();
                let name = target.rsplit('/').next().unwrap();
                (operation.to_owned(), name.to_owned())
            })
            .collect();
        let want: Vec<(String, String)> = want
            .iter()
            .map(|(operation, name)| ((*operation).to_owned(), (*name).to_owned()))
            .collect();
        assert_eq!(found, want, "{old} {new} {name}");
    }
}

/// Ids of SHA-256 have 64 digits.
#[test]
fn a_repository_with_longer_ids_is_judged_alike() {
    let desk = Desk::new(BASELINE, &[]);
    let (_service, folder) = (desk.start(), tempfile::tempdir().unwrap());
    let folder = folder.path();
    let init = ["init", "--quiet", "-b", "main", "--object-format=sha256"];
    git(folder, &init);
    let (old, new) = (commit(folder, "one"), commit(folder, "two"));
    assert_eq!(old.len(), 64);
    for (from, to, want) in [(&old, &new, "push"), (&new, &old, "force_push")] {
        let mut hook = command();
        hook.current_dir(folder)
            .args(["hook", "git", "pre-receive", "--output", "json"])
            .args(["--timeout", "20s", "--endpoint", &desk.endpoint()])
            .write_stdin(format!("{from} {to} refs/heads/dev\n"));
        let found = run(&mut hook).exits(0).json();
        assert_eq!(found["requested_operation"], want);
    }
}

#[test]
fn lines_that_git_would_not_write_are_refused() {
    let desk = Desk::new(BASELINE, &[]);
    let _service = desk.start();
    let id = "a".repeat(40);
    let many = format!("{id} {id} refs/heads/x\n").repeat(1001);
    let long = format!("{id} {id} refs/heads/{}\n", "x".repeat(1024 * 1024));
    let cases: [(String, &str); 9] = [
        (
            "rubbish\n".to_owned(),
            "line 1 of standard input: a field is missing",
        ),
        (format!("{id} {id}\n"), "a field is missing"),
        (format!("{id} {id} main\n"), "doesn't begin with `refs/`"),
        (format!("{id} {id} refs/heads/a b\n"), "or has a space"),
        (
            format!("{id} {}  refs/heads/x\n", &id[1..]),
            "no ids of objects",
        ),
        (
            format!("{id} {} refs/heads/x\n", "A".repeat(40)),
            "no ids of objects",
        ),
        (
            format!("{id} {}{id} refs/heads/x\n", &id[..24]),
            "no ids of objects",
        ),
        (many, "more than 1000 refs"),
        (long, "more than 1048576 bytes"),
    ];
    for (input, want) in &cases {
        let mut hook = command();
        hook.args(["hook", "git", "pre-receive", "--endpoint", &desk.endpoint()]);
        run(hook.write_stdin(input.as_str()))
            .exits(1)
            .complains(want)
            .prints("the push is refused, because nobody decided about it");
    }
    let mut hook = command();
    git(desk.0.path(), &["init", "--quiet", "--bare"]);
    hook.current_dir(&desk.0);
    hook.args(["hook", "git", "pre-receive", "--endpoint", &desk.endpoint()])
        .env("GIT_NAMESPACE", "inner");
    run(hook.write_stdin(format!("{id} {id} refs/heads/x\n")))
        .exits(1)
        .complains("refs in namespaces are not judged");
    let mut hook = command();
    hook.args([
        "hook",
        "git",
        "pre-push",
        "--endpoint",
        &desk.endpoint(),
        "--",
        "-x",
    ]);
    run(hook.write_stdin(""))
        .exits(1)
        .complains("can't be the name of a remote");
}

#[test]
fn pre_push_helps_and_says_that_it_can_be_skipped() {
    let desk = Desk::new(BASELINE, &[]);
    let (_service, world) = (desk.start(), World::new());
    let words = format!(
        "pre-push --timeout 20s --endpoint {} \"$@\"",
        desk.endpoint()
    );
    hook(&world.clone().join(".git/hooks"), "pre-push", &words);
    let before = world.refs();
    for words in [
        &["push", "origin", "work:main"][..],
        &["push", "origin", "HEAD:main", "work:fine"],
        &["push", "origin", ":main"],
        &["push", "{URL}", "work^{/two}:main"],
    ] {
        let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
        let output = world.run(&words);
        let stderr = String::from_utf8_lossy(&output.stderr);
        let stdout = String::from_utf8_lossy(&output.stdout);
        let said = format!("{stdout}{stderr}");
        assert!(!output.status.success(), "{words:?}: {said}");
        assert!(said.contains("block_direct_push"), "{words:?}: {said}");
        assert!(
            said.contains("this hook is a convenience, which `git push --no-verify` skips"),
            "{said}"
        );
        assert_eq!(world.refs(), before);
    }
    let fine = world.run(&["push", "origin", "work:fine"].map(str::to_owned));
    assert!(fine.status.success(), "{fine:?}");
    let skipped = ["push", "--no-verify", "origin", "work:main"].map(str::to_owned);
    assert!(world.run(&skipped).status.success());
    assert_ne!(world.refs()["refs/heads/main"], before["refs/heads/main"]);
}

#[test]
fn help_names_the_limits_of_each_hook() {
    for (name, want) in [
        ("pre-receive", "gets around every hook"),
        ("pre-push", "It is a convenience:"),
        ("prepare-commit-msg", "session nothing is added"),
    ] {
        cavra(&["hook", "git", name, "--help"])
            .exits(0)
            .prints(want);
    }
}
