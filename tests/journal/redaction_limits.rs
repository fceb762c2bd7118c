//! What holds more secrets, or is larger, than redaction searches.

use cavra::journal::record::{Replayable, Subject};
use serde_json::json;

use crate::common::{self, authority, built_in, command, decision, record, whole};

/// `count` secrets, each in a word of its own.
fn many(count: usize, word: impl Fn(&str) -> String) -> String {
    let secret = |index: usize| format!("q7Zk9w{index}");
    let words: Vec<_> = (0..count).map(|index| word(&secret(index))).collect();
    words.join(" ")
}

#[test]
fn what_holds_more_secrets_than_are_replaced_is_withheld() {
    let (authority, recorder) = (authority(), built_in());
    let words: [fn(&str) -> String; 5] = [
        |it| format!("A_TOKEN={it}"),
        |it| format!("--password {it}"),
        |it| format!("https://me:{it}@example.com/"),
        |it| format!("-H 'Authorization: Bearer {it}'"),
        |it| format!("\"PASSWORD='{it}'\""),
    ];
    for word in words {
        let few = record(
            &recorder,
            &authority,
            &command(&format!("tool {}", many(40, word))),
        );
        let all = whole(&few);
        assert!(
            !all.contains("q7Zk9w") && !all.contains("\"target\":\"[withheld:"),
            "{all}"
        );
        let line = format!("cat .env; tool {}", many(1500, word));
        let entry = record(&recorder, &authority, &command(&line));
        let all = whole(&entry);
        assert!(
            !all.contains("q7Zk9w") && all.contains("\"target\":\"[withheld:"),
            "{all}"
        );
        let found = decision(&entry);
        assert_eq!(found.replayable, Replayable::No);
        assert_eq!(&*found.rule_id, "filesystem.read.block");
        assert!(all.len() < 64 * 1024);
    }
}

#[test]
fn no_secret_is_recorded_where_a_text_is_cut() {
    let (authority, recorder) = (authority(), built_in());
    for padding in 940..1040 {
        let padding = "x".repeat(padding);
        let line = format!("terraform apply {padding} --password hunterhunterhunter");
        let all = whole(&record(&recorder, &authority, &command(&line)));
        assert!(all.contains(&padding) && !all.contains("hunt"), "{all}");
    }
}

#[test]
fn a_plan_too_large_to_be_recorded_shows_no_secret() {
    let (authority, recorder) = (authority(), built_in());
    let line = "terraform apply plan";
    let of_plan = |name: &str| {
        let change = |index: usize| {
            json!({
                "address": format!("module.m.aws_s3_bucket.{name}[{index}]"),
                "type": "aws_s3_bucket",
                "change": {"actions": ["create"], "importing": {"id": "x"}},
            })
        };
        let changes: Vec<_> = (0..3000).map(change).collect();
        let action = common::action(&json!({
            "action_type": "execute_command", "target": line, "requested_operation": line,
            "terraform_plan": {
                "format_version": "1.2", "planned_values": {}, "resource_changes": changes,
            },
        }));
        record(&recorder, &authority, &action)
    };
    let token = "ghp_abcdefghijklmnopqrstuvwxyz0123456789";
    let all = whole(&of_plan(token));
    assert!(
        !all.contains(token) && all.contains("[github-token:"),
        "{all}"
    );
    let entry = of_plan("logs");
    assert!(whole(&entry).contains("module.m.aws_s3_bucket.logs[0]"));
    let subject = Subject::read(&entry.subject.unwrap().bytes).unwrap();
    assert_eq!(subject.action.target(), line);
    assert_eq!(subject.truncated, ["facts"]);
}
