//! Approvals of pushes, where one service judges several repositories.

use std::fs;
use std::path::Path;

use super::pushes::{BASELINE, hooked};
use super::repository::{git, git_in, hook};
use super::support::cavra;

/// Two repositories with the same commits, which one service judges.
#[test]
fn an_approved_push_counts_in_its_repository_only() {
    let (desk, _service, world) = hooked(BASELINE);
    let other = world.server().with_file_name("other.git");
    let from = world.server();
    let copied = ["clone", "--quiet", "--bare", from.to_str().unwrap()];
    git(&from, &[&copied[..], &[other.to_str().unwrap()]].concat());
    hook(
        &other.join("hooks"),
        "pre-receive",
        &format!("pre-receive --timeout 20s --endpoint {}", desk.endpoint()),
    );
    let push = |to: &Path| {
        let pushed = git_in(&world.clone())
            .args(["push", to.to_str().unwrap(), "work:refs/review/one"])
            .output()
            .unwrap();
        let said = String::from_utf8(pushed.stderr).unwrap();
        (pushed.status.success(), said)
    };
    let id_of = |said: &str| {
        let (_, behind) = said.split_once("the request for an approval is ").unwrap();
        behind.chars().take(36).collect::<String>()
    };
    let (_, asked) = push(&from);
    let id = id_of(&asked);
    let endpoint = desk.endpoint();
    cavra(&["approvals", "show", &id, "--endpoint", &endpoint])
        .exits(0)
        .prints(fs::canonicalize(&from).unwrap().to_str().unwrap());
    desk.approve(&id);
    let (is_pushed, refused) = push(&other);
    assert!(!is_pushed, "{refused}");
    assert_ne!(id_of(&refused), id);
    assert!(push(&from).0);
}
