//! Bundles of sessions, and the check of a change by them.

use std::fs;
use std::path::Path;

use cavra::evidence::bundle::EvidenceBundle;
use cavra::keys::file::KeySource;
use serde_json::{Value, json};

use super::desk::Desk;
use super::repository::{commit, git, git_in, hook};
use super::support::{Run, cavra};

const POLICY: &str = "
metadata: { id: mine, inherits: cavra-ai-agent-baseline }
commands:
  require_approval:
    - { pattern: deployctl *, approvers: [Repository Owners] }
";

fn decide(desk: &Desk, session: &str, command: &str) -> Value {
    let document = desk.path("action.json");
    let action = json!({
        "action_type": "execute_command", "target": command, "session_id": session,
    });
    fs::write(&document, action.to_string()).unwrap();
    let endpoint = desk.endpoint();
    let words = ["decide", "--endpoint", &endpoint, "--timeout", "20s"];
    let how = ["--fail-on", "never", "--output", "json", &document];
    cavra(&[&words[..], &how].concat()).exits(0).json()
}

/// A journal of two sessions, of which the first has used an approval, and bundles of both.
pub(crate) fn recorded() -> Desk {
    let desk = Desk::new(POLICY, &[]);
    let mut service = desk.start();
    decide(&desk, "s1", "terraform plan");
    let asked = decide(&desk, "s1", "deployctl push web");
    decide(&desk, "s2", "pytest");
    decide(&desk, "s2", "deployctl push db");
    desk.approve(asked["approval_id"].as_str().unwrap());
    let used = decide(&desk, "s1", "deployctl push web");
    assert_eq!(used["rule_id"], "approvals.used");
    decide(&desk, "s1", "terraform apply");
    assert_eq!(service.stop("-TERM"), Some(0));
    for (session, records) in [("s1", 5), ("s2", 2)] {
        let report = export(&desk, session).exits(0).json();
        assert_eq!(report["rows"], records, "{session}");
    }
    desk
}

fn export(desk: &Desk, session: &str) -> Run {
    let (data, out) = (desk.path("data"), desk.path(&format!("{session}.json")));
    let export = ["journal", "export", "--proofs", "--session", session];
    let how = ["--data-dir", &data, "--out", &out, "--output", "json"];
    cavra(&[&export[..], &how].concat())
}

/// A repository with two commits of the session `s1`, one of `s2`, and one of a person.
pub(crate) fn repository(desk: &Desk) -> String {
    let folder = desk.0.path().join("repository");
    fs::create_dir(&folder).unwrap();
    git(&folder, &["init", "--quiet", "-b", "main"]);
    commit(&folder, "before");
    git(&folder, &["tag", "base"]);
    hook(
        &folder.join(".git/hooks"),
        "prepare-commit-msg",
        "prepare-commit-msg --session-variable AGENT_SESSION \"$@\"",
    );
    for (session, text) in [("s1", "one"), ("s1", "two"), ("s2", "three"), ("", "four")] {
        fs::write(folder.join("file.txt"), text).unwrap();
        let committed = git_in(&folder)
            .args(["commit", "--quiet", "-a", "-m", text])
            .env("AGENT_SESSION", session)
            .status();
        assert!(committed.unwrap().success());
    }
    folder.to_str().unwrap().to_owned()
}

pub(crate) fn check(desk: &Desk, repository: &str, bundles: &[&str], more: &[&str]) -> Run {
    let (key, trust) = (desk.path("data/journal.pub"), desk.path("trust.json"));
    let mut words = vec!["evidence", "check", "--repository", repository];
    words.extend(["--journal-key", &key, "--trust", &trust]);
    for bundle in bundles {
        words.extend(["--bundle", bundle]);
    }
    // A later one of the same flag would be refused.
    let range = match more.contains(&"--range") {
        true => &[][..],
        false => &["--range", "base..main"],
    };
    cavra(&[&words[..], range, more].concat())
}

pub(crate) fn findings(run: &Run) -> Vec<String> {
    let report = run.json();
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .map(|it| format!("{} {}", it["finding"].as_str().unwrap(), it["message"]))
        .collect()
}

/// The record keeps what the rules judged; what went ahead by an approval is shown and found as that.
#[test]
fn a_query_shows_which_action_went_ahead_by_an_approval() {
    let desk = recorded();
    let data = desk.path("data");
    let query = |more: &[&str]| {
        let query = ["journal", "query", "--data-dir", &data];
        cavra(&[&query[..], more].concat()).exits(0)
    };
    let count = |more: &[&str]| {
        let run = query(&[more, &["--output", "json"]].concat());
        run.stdout.lines().count()
    };
    let line = query(&["--decision", "allow_with_attestation"]).stdout;
    assert_eq!(line.lines().count(), 2, "{line}");
    assert!(
        line.contains("allow_with_attestation  approvals.used "),
        "{line}"
    );
    assert!(line.contains("deployctl push web"), "{line}");
    assert_eq!(count(&["--rule", "approvals.used"]), 1);
    // By what was judged too: two that asked, and the one that went ahead.
    assert_eq!(count(&["--decision", "require_approval"]), 3);
    assert_eq!(count(&["--rule", "commands.require_approval"]), 3);
    assert_eq!(count(&["--decision", "warn"]), 0);
}

#[test]
fn a_change_with_its_evidence_passes() {
    let desk = recorded();
    let repository = repository(&desk);
    let trailers = git(
        Path::new(&repository),
        &["log", "--reverse", "--format=%(trailers)", "base..main"],
    );
    let trailers: Vec<&str> = trailers.lines().filter(|it| !it.is_empty()).collect();
    assert_eq!(
        trailers,
        [
            "Cavra-Session: s1",
            "Cavra-Session: s1",
            "Cavra-Session: s2"
        ]
    );
    let [one, two] = ["s1.json", "s2.json"].map(|name| desk.path(name));
    let human = ["--allow-human", "ada@example.org"];
    check(&desk, &repository, &[&one, &two], &human)
        .exits(0)
        .prints("proved   session s1: 4 decisions, in the log cavra-journal-")
        .prints("the evidence of 4 commits is complete; this doesn't prove that every action was");

    let json = ["--output", "json"];
    let nobody = check(&desk, &repository, &[&one, &two], &json).exits(2);
    let found = findings(&nobody);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("no_trailer "), "{found:?}");
    assert!(found[0].contains("ada@example.org"), "{found:?}");
    assert_eq!(
        nobody.json()["not_proved"],
        "this doesn't prove that every action was asked about"
    );

    let unproved = check(&desk, &repository, &[&two], &[&human[..], &json].concat()).exits(2);
    let found = findings(&unproved);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        found.iter().all(|it| it.starts_with("no_proof ")),
        "{found:?}"
    );
    let range = [&human[..], &json, &["--range", "main~2..main"]].concat();
    check(&desk, &repository, &[&two], &range).exits(0);
    for bad in ["main", "..", "base..", "--all..main", "base.. main"] {
        let range = [&human[..], &["--range", bad]].concat();
        let run = check(&desk, &repository, &[&one], &range);
        assert_eq!(run.code, 1, "{bad}: {}{}", run.stdout, run.stderr);
    }
    let reversed = [&human[..], &["--range", "main..base"]].concat();
    check(&desk, &repository, &[&one], &reversed)
        .exits(1)
        .complains("has no commits");
    let range = [&human[..], &["--range", "base..nowhere"]].concat();
    check(&desk, &repository, &[&one], &range)
        .exits(1)
        .complains("`git ");
}

#[test]
fn an_approval_that_does_not_verify_is_found() {
    let desk = recorded();
    let repository = repository(&desk);
    let other = Desk::new(POLICY, &[]);
    let one = desk.path("s1.json");
    let json = ["--output", "json", "--range", "main~4..main~2"];
    check(&desk, &repository, &[&one], &json).exits(0);
    // Nobody of another trust file signed it.
    let key = desk.path("data/journal.pub");
    let words = ["evidence", "check", "--repository", &repository];
    let (trust, none) = (other.path("trust.json"), desk.path("none"));
    let about = ["--bundle", &one, "--journal-key", &key];
    let strangers = ["--trust", &trust];
    let run = cavra(&[&words[..], &about, &strangers, &json].concat()).exits(2);
    let found = findings(&run);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].contains("no key of the trust file in force signed"),
        "{found:?}"
    );
    cavra(&[&words[..], &about, &["--trust", &none], &json].concat()).exits(1);
    let run = cavra(&[&words[..], &about, &json].concat()).exits(2);
    let found = findings(&run);
    assert!(found[0].contains("there is no trust file"), "{found:?}");

    // The answer is left out: what is there holds, and lacks it.
    let mut bundle: Value = serde_json::from_str(&fs::read_to_string(&one).unwrap()).unwrap();
    let records = bundle["records"].as_array_mut().unwrap();
    records.retain(|it| {
        !it["record"]
            .as_str()
            .unwrap()
            .contains("\"kind\":\"approval\"")
    });
    assert_eq!(records.len(), 4);
    fs::write(&one, bundle.to_string()).unwrap();
    let run = check(&desk, &repository, &[&one], &json).exits(2);
    let found = findings(&run);
    assert!(
        found[0].contains("it lacks an approval by Repository Owners"),
        "{found:?}"
    );
    // The request is left out too.
    let records = bundle["records"].as_array_mut().unwrap();
    records.retain(|it| !it["record"].as_str().unwrap().contains("\"requested\""));
    assert_eq!(records.len(), 3);
    fs::write(&one, bundle.to_string()).unwrap();
    let run = check(&desk, &repository, &[&one], &json).exits(2);
    let found = findings(&run);
    assert!(
        found[0].contains("the bundle doesn't hold the request"),
        "{found:?}"
    );
}

#[test]
fn another_key_proves_nothing() {
    let (desk, other) = (recorded(), recorded());
    let repository = repository(&desk);
    let one = desk.path("s1.json");
    let key = other.path("data/journal.pub");
    let words = ["evidence", "check", "--repository", &repository];
    let about = [
        "--bundle",
        &one,
        "--range",
        "base..main~2",
        "--journal-key",
        &key,
    ];
    cavra(&[&words[..], &about].concat())
        .exits(2)
        .prints("its checkpoint doesn't hold")
        .prints("no bundle proves a decision of its session");
}

#[test]
fn a_bundle_is_of_one_whole_session() {
    let desk = recorded();
    export(&desk, "nobody's")
        .exits(1)
        .complains("there is no decision of the session `nobody's`");
    export(&desk, "a b").exits(1).complains("visible ASCII");
    let (data, out) = (desk.path("data"), desk.path("x.json"));
    let export = ["journal", "export", "--proofs", "--out", &out];
    let data = ["--data-dir", data.as_str()];
    for filter in [&[][..], &["--session", "s1", "--decision", "block"]] {
        cavra(&[&export[..], &data, filter].concat())
            .exits(1)
            .complains("takes one `--session` and no other filter");
    }
    cavra(&[&export[..], &data, &["--format", "csv"]].concat()).exits(1);
    // A service gives the same bytes.
    let _service = desk.start();
    let local = fs::read(desk.path("s1.json")).unwrap();
    let endpoint = desk.endpoint();
    let remote = [
        "--endpoint",
        &endpoint,
        "--session",
        "s1",
        "--timeout",
        "20s",
    ];
    cavra(&[&export[..], &remote].concat()).exits(0);
    let remote: Value = serde_json::from_slice(&fs::read(&out).unwrap()).unwrap();
    let local: Value = serde_json::from_slice(&local).unwrap();
    let texts = |bundle: &Value| {
        let records = bundle["records"].as_array().unwrap().iter();
        records.map(|it| it["record"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(texts(&remote), texts(&local));
    let key: KeySource = desk.path("data/journal.pub").parse().unwrap();
    let bundle = EvidenceBundle::read(&fs::read(&out).unwrap()).unwrap();
    bundle.verify(&key.verifying_key().unwrap()).unwrap();
    // What no checkpoint counts yet can't be proved yet.
    decide(&desk, "s1", "pytest");
    for source in [["--data-dir", data[1]], ["--endpoint", &endpoint]] {
        let early = cavra(&[&export[..], &source, &["--session", "s1"]].concat());
        assert_eq!(early.code, 1, "{}", early.stdout);
        assert!(early.stderr.contains("ask again then"), "{}", early.stderr);
    }
}

#[test]
fn messages_name_their_sessions_once() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    git(folder, &["init", "--quiet", "-b", "main"]);
    hook(
        &folder.join(".git/hooks"),
        "prepare-commit-msg",
        "prepare-commit-msg \"$@\"",
    );
    fs::write(folder.join("file.txt"), "one").unwrap();
    git(folder, &["add", "."]);
    let run = |session: &str, words: &[&str]| {
        let mut command = git_in(folder);
        command.args(words).env("CAVRA_SESSION_ID", session);
        command.output().unwrap()
    };
    let trailers = || {
        git(
            folder,
            &["log", "-1", "--format=%(trailers:key=Cavra-Session)"],
        )
    };
    for bad in ["a b", "a\nb", "\u{e9}", &"x".repeat(257)] {
        let refused = run(bad, &["commit", "-m", "one"]);
        assert!(!refused.status.success(), "{bad}");
        let stderr = String::from_utf8_lossy(&refused.stderr);
        assert!(stderr.contains("visible ASCII"), "{bad}: {stderr}");
    }
    assert!(
        run(
            "s1",
            &[
                "commit",
                "-m",
                "one\n\nSigned-off-by: Ada <ada@example.org>"
            ]
        )
        .status
        .success()
    );
    assert_eq!(trailers(), "Cavra-Session: s1");
    assert!(
        run("s1", &["commit", "--amend", "--no-edit"])
            .status
            .success()
    );
    assert_eq!(trailers(), "Cavra-Session: s1");
    assert!(
        run("s2", &["commit", "--amend", "--no-edit"])
            .status
            .success()
    );
    assert_eq!(trailers(), "Cavra-Session: s1\nCavra-Session: s2");
    assert!(
        run("", &["commit", "--allow-empty", "-m", "a person's"])
            .status
            .success()
    );
    assert_eq!(trailers(), "");
    let mut by_host = git_in(folder);
    by_host.args(["commit", "--allow-empty", "-m", "by Claude Code"]);
    by_host.env("CLAUDE_CODE_SESSION_ID", "0b6a");
    assert!(by_host.output().unwrap().status.success());
    assert_eq!(trailers(), "Cavra-Session: 0b6a");
}
