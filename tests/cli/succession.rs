//! A service for development that enforces another policy than the journal says was enforced last
//! says so.

use std::fs;

use crate::admission::health;
use crate::serve::Service;
use crate::support::cavra;

const ERROR: &str = "by the journal it was";

fn reason(service: &Service) -> Option<String> {
    let (serving, reasons) = health(service, "cavra.condition.succession");
    assert_eq!(serving, reasons.is_empty(), "{reasons:?}");
    reasons.into_iter().next()
}

#[test]
fn another_policy_after_a_restart_is_an_error_until_it_is_expected() {
    let folder = tempfile::tempdir().unwrap();
    let data = tempfile::tempdir().unwrap();
    let kept = data.path().to_str().unwrap();
    let file = folder.path().join("policy.yaml");
    let write = |blocked: &str| {
        let metadata = "metadata: {id: mine, inherits: cavra-ai-agent-baseline}";
        let text = format!("{metadata}\nfilesystem: {{block_read: ['{blocked}']}}\n");
        fs::write(&file, text).unwrap();
    };
    let start = |rest: &[&str]| {
        let policy = ["--data-dir", kept, "--policy", file.to_str().unwrap()];
        let policy = [&policy[..], &["--development"]].concat();
        Service::start(&[&policy[..], rest].concat())
    };

    write("one");
    let mut first = start(&[]);
    assert!(!first.log().contains(ERROR), "{}", first.log());
    first.stop("-TERM");
    // The same again.
    let mut same = start(&[]);
    assert!(!same.log().contains(ERROR), "{}", same.log());
    cavra(&["decide", "--read", "a", "--endpoint", same.endpoint()]).exits(0);
    same.stop("-KILL");

    write("two");
    let mut other = start(&[]);
    other.wait_for_log(ERROR);
    assert!(reason(&other).unwrap().contains("nobody has activated it"));
    let digest = other.ready["active"]["effective_digest"]
        .as_str()
        .unwrap()
        .to_owned();
    other.stop("-TERM");

    write("three");
    let mut third = start(&[]);
    third.wait_for_log(ERROR);
    third.stop("-TERM");
    write("two");
    let expected = start(&["--expect-digest", &digest]);
    assert!(!expected.log().contains(ERROR), "{}", expected.log());
    assert_eq!(reason(&expected), None);
}
