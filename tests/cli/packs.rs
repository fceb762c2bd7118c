//! Where commands look for packs, and which policy they say decided.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

use super::packs_of_user::as_user;
use super::serve::Service;
use super::support::{cavra, command, run};

const BASELINE: &str = "cavra-ai-agent-baseline";

pub(crate) const APPLY: [&str; 3] = ["decide", "--command", "terraform apply"];

/// What a hostile repository would like to be judged by.
fn lax(id: &str) -> String {
    format!("metadata: {{id: {id}}}\ncommands: {{allow: ['terraform apply*']}}\n")
}

/// What an operator may write.
pub(crate) fn sound(id: &str) -> String {
    format!(
        "metadata: {{id: {id}, version: 2.0.0, inherits: {BASELINE}}}\nfilesystem: {{block_read: [mine.txt]}}\n"
    )
}

pub(crate) fn put(folder: &Path, pack: &str, text: &str) -> PathBuf {
    let folder = folder.join(pack);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("policy.yaml"), text).unwrap();
    folder
}

/// A cloned repository that brings a policy for each shipped id.
fn hostile() -> TempDir {
    let repository = tempfile::tempdir().unwrap();
    for pack in fs::read_dir("policy-packs").unwrap() {
        let id = pack.unwrap().file_name().into_string().unwrap();
        put(&repository.path().join("policy-packs"), &id, &lax(&id));
    }
    repository
}

pub(crate) fn inside(folder: &TempDir, args: &[&str]) -> Command {
    let mut command = command();
    command.args(args).current_dir(folder.path());
    command
}

fn json(args: &[&str]) -> Vec<String> {
    let json = [args, &["--output", "json"]].concat();
    json.into_iter().map(str::to_owned).collect()
}

#[test]
fn a_repository_does_not_bring_the_policy_that_judges_it() {
    let repository = hostile();
    let deep = repository.path().join("src/deep");
    fs::create_dir_all(&deep).unwrap();
    let folders = [
        repository.path().to_owned(),
        deep,
        repository.path().join("policy-packs"),
    ];
    for folder in folders {
        let judge = |args: &[&str]| run(command().args(args).current_dir(&folder));
        judge(&APPLY).exits(4).prints("from built-in");
        judge(&["explain", "--command", "terraform apply"])
            .exits(0)
            .prints("block  critical")
            .prints("from built-in");
        let candidate = ["--candidate", "cavra-banking-baseline"];
        judge(&[&APPLY[..], &candidate].concat()).exits(4);
    }
}

#[test]
fn a_service_that_is_started_in_it_blocks_too() {
    let repository = hostile();
    let service = Service::start_in(repository.path(), &[]);
    assert_eq!(service.ready["active_source"], "built-in");
    let args = [&APPLY[..], &["--endpoint", service.endpoint()]].concat();
    let decision = cavra(&json(&args).iter().map(String::as_str).collect::<Vec<_>>());
    let decision = decision.exits(4).json();
    assert_eq!(decision["policy_source"], "built-in");
    service.signal("-HUP");
    service.wait_for_log("packs reloaded");
    cavra(&args).exits(4);
}

#[test]
fn what_is_shipped_is_what_lies_in_the_repository() {
    let empty = tempfile::tempdir().unwrap();
    for pack in fs::read_dir("policy-packs").unwrap() {
        let id = pack.unwrap().file_name().into_string().unwrap();
        let show = ["policy", "show", &id, "--output", "json"];
        let shipped = run(&mut inside(&empty, &show)).exits(0).json();
        let here = cavra(&show).exits(0).json();
        assert_eq!(shipped["source"], "built-in");
        let source = here["source"].as_str().unwrap();
        assert!(source.starts_with("working-directory:/"), "{source}");
        for digest in ["policy_digest", "effective_digest"] {
            assert_eq!(shipped[digest], here[digest], "{id}");
        }
    }
}

#[test]
fn what_only_the_working_directory_has_is_pointed_out_and_not_used() {
    let repository = tempfile::tempdir().unwrap();
    put(
        &repository.path().join("policy-packs"),
        "mine",
        &sound("mine"),
    );
    let args = ["decide", "--policy-pack", "mine", "--read", "mine.txt"];
    run(&mut inside(&repository, &args))
        .exits(1)
        .complains("only `policy-packs/mine` in the working directory")
        .complains("--packs");
    let named = [&args[..], &["--packs", "policy-packs"]].concat();
    run(&mut inside(&repository, &named))
        .exits(4)
        .prints("from packs:/");
    let authored = ["policy", "show", "mine"];
    run(&mut inside(&repository, &authored))
        .exits(0)
        .complains("the packs in `./policy-packs` are used too")
        .prints("working-directory:/");
    let quiet = [&authored[..], &["--quiet"]].concat();
    assert_eq!(run(&mut inside(&repository, &quiet)).exits(0).stderr, "");
}

#[test]
fn a_shipped_id_cannot_be_taken_by_another_policy() {
    let packs = hostile();
    let folder = packs.path().join("policy-packs");
    let named = ["--packs", folder.to_str().unwrap()];
    let refused = cavra(&[&APPLY[..], &named].concat())
        .exits(1)
        .complains("hides the shipped pack `cavra-ai-agent-baseline`")
        .complains("--policy");
    assert_eq!(refused.stdout, "");
    run(command().args(APPLY).env("CAVRA_PACKS", &folder)).exits(1);
    // The same policy in another layout is the same policy.
    let copy = tempfile::tempdir().unwrap();
    let text = fs::read_to_string(format!("policy-packs/{BASELINE}/policy.yaml")).unwrap();
    put(copy.path(), "renamed-folder", &format!("# A copy.\n{text}"));
    let named = ["--packs", copy.path().to_str().unwrap()];
    cavra(&[&APPLY[..], &named].concat())
        .exits(4)
        .prints("from packs:/");
    // Rego beside it makes it another one.
    let rules = copy.path().join("renamed-folder/rules");
    fs::create_dir(&rules).unwrap();
    fs::write(
        rules.join("a.rego"),
        "package cavra.pack.cavra_ai_agent_baseline\n",
    )
    .unwrap();
    cavra(&[&APPLY[..], &named].concat())
        .exits(1)
        .complains("hides");
    // One that can't be read must not let the shipped one decide in its place.
    put(copy.path(), BASELINE, "metadata: [");
    fs::remove_dir_all(copy.path().join("renamed-folder")).unwrap();
    cavra(&[&APPLY[..], &named].concat()).exits(1);
    // Other packs can still be used.
    put(copy.path(), "alone", &lax("alone"));
    cavra(&[&["policy", "show", "alone"][..], &named].concat()).exits(0);
}

#[test]
fn parents_are_looked_for_beside_a_pack_and_then_in_the_binary() {
    let folder = tempfile::tempdir().unwrap();
    let child = put(
        folder.path(),
        "child",
        "metadata: {id: child, inherits: parent}\n",
    );
    put(folder.path(), "parent", &sound("parent"));
    put(folder.path(), "elsewhere", &lax("other"));
    let read = |path: &Path| {
        let path = path.to_str().unwrap();
        cavra(&["decide", "--policy", path, "--read", "mine.txt"])
    };
    let decided = read(&child).exits(4).prints("policy child");
    let at = format!("from path:{}", child.display());
    assert!(decided.stdout.contains(&at), "{}", decided.stdout);
    read(&child.join("policy.yaml")).exits(4);
    // A link is the pack that it leads to, with its neighbours.
    let elsewhere = tempfile::tempdir().unwrap();
    symlink(&child, elsewhere.path().join("link")).unwrap();
    read(&elsewhere.path().join("link")).exits(4);
    // A copy of its own has no parent beside it.
    let lone = put(
        elsewhere.path(),
        "child",
        "metadata: {id: child, inherits: parent}\n",
    );
    read(&lone)
        .exits(1)
        .complains("there is no policy pack `parent`")
        .complains("beside the pack that inherits from it");
    // Nor can a neighbour replace a shipped parent.
    put(folder.path(), BASELINE, &lax(BASELINE));
    read(&child).exits(1).complains("hides the shipped pack");
    cavra(&["policy", "lint", child.to_str().unwrap()])
        .exits(2)
        .prints("hides the shipped pack");
}

#[test]
fn a_folder_that_cannot_be_read_is_an_error_and_not_an_absence() {
    let home = tempfile::tempdir().unwrap();
    let packs = home.path().join(".config/cavra/policy-packs");
    put(&packs, "mine", &sound("mine"));
    fs::set_permissions(&packs, fs::Permissions::from_mode(0o0)).unwrap();
    let readable = fs::read_dir(&packs).is_ok();
    let judged = as_user(home.path(), None, &APPLY);
    fs::set_permissions(&packs, fs::Permissions::from_mode(0o700)).unwrap();
    // Root reads whatever it likes.
    if readable {
        judged.exits(4);
    } else {
        judged
            .exits(1)
            .complains("can't be read")
            .complains("CAVRA_PACKS");
    }
    // A link to nowhere is there.
    fs::remove_dir_all(&packs).unwrap();
    symlink("/no/such/folder", &packs).unwrap();
    as_user(home.path(), None, &APPLY)
        .exits(1)
        .complains("can't be read");
}

#[test]
fn another_policy_than_the_expected_one_is_refused() {
    let decided = cavra(&["decide", "--read", ".env", "--output", "json"])
        .exits(4)
        .json();
    let digest = |name: &str| decided[name].as_str().unwrap().to_owned();
    let hex = |digest: &str, digits: usize| digest["sha256:".len()..][..digits].to_owned();
    let (own, whole) = (digest("policy_digest"), digest("effective_digest"));
    let service = Service::start(&["--expect-digest", &own]);
    let doors: [&[&str]; 2] = [&[], &["--endpoint", service.endpoint()]];
    for door in doors {
        let ask = |expected: &str| {
            let asked = ["decide", "--read", ".env", "--expect-digest", expected];
            cavra(&[&asked[..], door].concat())
        };
        for expected in [&own, &whole, &hex(&own, 12), &hex(&whole, 40)] {
            ask(expected).exits(4);
            ask(&expected.to_uppercase().replace("SHA256", "sha256")).exits(4);
        }
        let refused = ask("sha256:0123456789ab").exits(1);
        assert_eq!(refused.stdout, "", "no verdict of another policy is told");
        let refused = refused.complains("sha256:0123456789ab").complains(&own);
        refused.complains(&whole).complains("hint:");
        for malformed in [&hex(&own, 11), "sha256:", "xyz", "", &format!("{own}0")] {
            ask(malformed).exits(1).complains("--expect-digest");
        }
        let explain = [
            "explain",
            "--read",
            ".env",
            "--expect-digest",
            "0123456789ab",
        ];
        cavra(&[&explain[..], door].concat())
            .exits(1)
            .complains(&own);
    }
    let lines =
        "{\"action_type\":\"read_file\",\"target\":\"a\",\"requested_operation\":\"read\"}\n";
    let many = [
        "decide",
        "--endpoint",
        service.endpoint(),
        "--expect-digest",
        "0123456789ab",
    ];
    let refused = super::support::cavra_with(&many, lines.repeat(3)).exits(1);
    assert!(!refused.stdout.contains("allow"), "{}", refused.stdout);
    cavra(&[
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--expect-digest",
        "0123456789ab",
    ])
    .exits(1)
    .complains(&own);
}

#[test]
fn every_answer_names_the_source() {
    let json = cavra(&["decide", "--read", "a", "--output", "json"])
        .exits(0)
        .json();
    assert_eq!(json["policy_source"], "built-in");
    let explained = cavra(&["explain", "--read", "a", "--output", "json"])
        .exits(0)
        .json();
    assert_eq!(explained["decision"]["policy_source"], "built-in");
    let listed = cavra(&["policy", "list", "--output", "json"])
        .exits(0)
        .json();
    let is_named = |row: &Value| row["source"].as_str().is_some_and(|it| !it.is_empty());
    assert!(listed.as_array().unwrap().iter().all(is_named));
    let compared = [
        "decide",
        "--read",
        "a",
        "--candidate",
        super::support::CANDIDATE,
    ];
    cavra(&compared)
        .exits(0)
        .prints("from built-in")
        .prints("from path:/");
}
