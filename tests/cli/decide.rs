use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};

use cavra::action::limits::MAX_DOCUMENT_BYTES;
use serde_json::{Value, json};

use super::support::{CANDIDATE, cavra, cavra_with};

const READ: &str =
    r#"{"action_type":"read_file","target":"src/lib.rs","requested_operation":"read"}"#;
const READ_ENV: &str =
    r#"{"action_type":"read_file","target":".env","requested_operation":"read"}"#;

#[test]
fn one_action_exits_by_its_verdict() {
    let cases: [(&[&str], i32, &str); 7] = [
        (&["--command", "terraform plan"], 0, "allow"),
        (&["--command", "terraform apply -auto-approve"], 4, "block"),
        (&["--command", "make"], 3, "require_approval"),
        (&["--read", ".env"], 4, "block"),
        (&["--write", "policies/x.yaml"], 3, "require_approval"),
        (&["--push", "origin HEAD:main"], 4, "block"),
        (&["--mcp", "unknown-filesystem:read_file"], 4, "block"),
    ];
    for (flags, code, verdict) in cases {
        let args = [&["decide"], flags].concat();
        cavra(&args).exits(code).prints(verdict);
        let decision = cavra(&[&args[..], &["--output", "json"]].concat())
            .exits(code)
            .json();
        assert_eq!(decision["decision"], verdict, "{flags:?}");
    }
}

#[test]
fn a_decision_says_what_the_contract_says() {
    let run = cavra_with(
        &["decide", "--output", "json"],
        r#"{"action_type":"execute_command","target":"terraform apply","requested_operation":"terraform apply","session_id":"s-1","correlation_id":"c-1"}"#,
    );
    let decision = run.exits(4).json();
    let expected = json!({
        "session_id": "s-1",
        "correlation_id": "c-1",
        "action_type": "execute_command",
        "target": "terraform apply", "requested_operation": "terraform apply",
        "policy_pack": "cavra-ai-agent-baseline",
        "rule_id": "commands.block",
        "decision": "block",
        "severity": "critical",
        "outcome": "rule_matched",
    });
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(&decision[field], value, "{field}");
    }
    for field in [
        "decision_id",
        "timestamp",
        "reason",
        "policy_digest",
        "effective_digest",
    ] {
        assert!(
            decision[field]
                .as_str()
                .is_some_and(|text| !text.is_empty()),
            "{field}"
        );
    }
    assert_eq!(decision["matched_rules"][0]["rule_id"], "commands.block");
}

#[test]
fn a_bad_line_is_answered_in_its_place_and_the_others_go_on() {
    let input = format!("{READ}\nnot json\n\n{{\"action_type\":\"read_file\"}}\n{READ_ENV}\n");
    let run = cavra_with(&["decide", "--output", "json"], input).exits(1);
    let lines = run.json_lines();
    assert_eq!(lines.len(), 4);
    assert_eq!(lines[0]["decision"], "allow");
    assert_eq!(lines[1]["line"], 2);
    assert!(lines[1]["error"].get("field").is_none(), "{}", lines[1]);
    assert_eq!(lines[2]["line"], 4);
    assert_eq!(lines[2]["error"]["field"], "target");
    assert_eq!(lines[2]["error"]["message"], "`target` is required");
    assert_eq!(lines[3]["decision"], "block");
    assert!(run.stderr.is_empty(), "{}", run.stderr);
}

#[test]
fn many_actions_exit_zero_unless_asked_to_fail() {
    let input = format!("{READ}\n{READ_ENV}\n");
    let approval = format!(
        "{READ}\n{{\"action_type\":\"execute_command\",\"target\":\"make\",\"requested_operation\":\"make\"}}\n"
    );
    let cases: [(&str, &[&str], i32); 6] = [
        (&input, &[], 0),
        (&input, &["--fail-on", "block"], 4),
        (&input, &["--fail-on", "require_approval"], 4),
        (&input, &["--fail-on", "never"], 0),
        (&approval, &["--fail-on", "require_approval"], 3),
        (&approval, &["--fail-on", "block"], 0),
    ];
    for (input, flags, code) in cases {
        cavra_with(&[&["decide"], flags].concat(), input).exits(code);
    }
    cavra_with(&["decide", "--fail-on", "never"], READ_ENV).exits(0);
    cavra_with(
        &["decide", "--fail-on", "block"],
        format!("{input}nonsense\n"),
    )
    .exits(1);
}

#[test]
fn one_document_may_stretch_over_lines() {
    let pretty = "{\n  \"action_type\": \"read_file\",\n  \"target\": \".env\",\n  \"requested_operation\": \"read\"\n}\n";
    let run = cavra_with(&["decide", "--output", "json", "-"], pretty).exits(4);
    assert_eq!(run.json()["target"], ".env");

    // What follows it is counted from where it ends.
    let run = cavra_with(
        &["decide", "--output", "json"],
        format!("{pretty}oops\n{READ}"),
    )
    .exits(1);
    let lines = run.json_lines();
    assert_eq!(lines[1]["line"], 6);
    assert_eq!(lines[2]["target"], "src/lib.rs");
}

#[test]
fn an_unfinished_first_line_spoils_no_other() {
    let input = format!("{{\"action_type\":\"read_file\"\n{READ}\n{READ_ENV}\n");
    let lines = cavra_with(&["decide", "--output", "json"], input)
        .exits(1)
        .json_lines();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0]["line"], 1);
    assert_eq!(lines[1]["target"], "src/lib.rs");
    assert_eq!(lines[2]["target"], ".env");
}

#[test]
fn a_line_over_the_limit_is_refused_by_name_and_the_others_go_on() {
    let long = "x".repeat(MAX_DOCUMENT_BYTES + 1);
    let run = cavra_with(
        &["decide", "--output", "json"],
        format!("{READ}\n{long}\n{READ_ENV}\n"),
    );
    let lines = run.exits(1).json_lines();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[1]["line"], 2);
    let message = lines[1]["error"]["message"].as_str().unwrap();
    assert!(
        message.contains(&MAX_DOCUMENT_BYTES.to_string()),
        "{message}"
    );
    assert_eq!(lines[2]["decision"], "block");
}

#[test]
fn bytes_that_are_no_text_are_a_bad_line() {
    let input = [
        b"{\"action_type\":\"read_file\",\"target\":\"\xff\",\"requested_operation\":\"read\"}\n",
        READ.as_bytes(),
    ]
    .concat();
    let lines = cavra_with(&["decide", "--output", "json"], input)
        .exits(1)
        .json_lines();
    assert_eq!(lines[0]["line"], 1);
    assert_eq!(lines[1]["decision"], "allow");
}

#[test]
fn a_decision_case_is_judged_by_its_input() {
    let case = json!({"case_id": "x", "category": "y", "want": "block", "input": {"action_type": "read_file", "target": ".env", "requested_operation": "read"}});
    let run = cavra_with(&["decide", "--output", "json"], case.to_string()).exits(4);
    assert_eq!(run.json()["target"], ".env");
    // A case with a bad document says what is wrong with the document.
    let case = json!({"case_id": "x", "input": {"action_type": "read_file"}});
    let run = cavra_with(&["decide", "--output", "json"], case.to_string()).exits(1);
    assert_eq!(run.json()["error"]["field"], "target");
}

#[test]
fn an_array_is_no_case_and_nothing_in_it_is_judged() {
    let first = json!({"action_type": "read_file", "target": "x", "requested_operation": "read"});
    let array = json!([first, first]);
    let run = cavra_with(&["decide", "--output", "json"], array.to_string()).exits(1);
    assert_eq!(
        run.json()["error"]["message"],
        "not an action document: it is not a JSON object"
    );
}

#[test]
fn answers_keep_the_order_of_a_long_input() {
    let input: String = (0..5000)
        .map(|n| {
            format!(
                "{}\n",
                json!({"action_type": "read_file", "target": format!("f{n}"), "requested_operation": "read"})
            )
        })
        .collect();
    let lines = cavra_with(&["decide", "--output", "json"], input)
        .exits(0)
        .json_lines();
    let targets: Vec<&Value> = lines.iter().map(|line| &line["target"]).collect();
    let expected: Vec<Value> = (0..5000).map(|n| Value::from(format!("f{n}"))).collect();
    assert!(targets.into_iter().eq(&expected));
}

#[test]
fn a_caller_that_waits_for_each_answer_gets_it() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_cavra"))
        .args(["decide", "--output", "json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    for document in [READ, READ_ENV, READ] {
        writeln!(stdin, "{document}").unwrap();
        let mut answer = String::new();
        stdout.read_line(&mut answer).unwrap();
        let answer: Value = serde_json::from_str(&answer).unwrap();
        assert!(document.contains(answer["target"].as_str().unwrap()));
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_reader_that_leaves_is_no_panic_and_no_success() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_cavra"))
        .args(["decide", "--output", "json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().unwrap();
    // The binary may stop reading before it has all of this.
    for _ in 0..1000 {
        if writeln!(stdin, "{READ}").is_err() {
            break;
        }
    }
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn a_candidate_is_shown_beside_and_never_enforced() {
    let args = [
        "decide",
        "--candidate",
        CANDIDATE,
        "--command",
        "cargo test",
        "--output",
        "json",
    ];
    let decision = cavra(&args).exits(3).json();
    assert_eq!(decision["decision"], "require_approval");
    assert_eq!(decision["candidate"]["decision"], "allow");
    assert_eq!(decision["candidate"]["change"], "loosened");
    cavra(&args[..5]).exits(3).prints("loosened");
}

#[test]
fn a_pack_that_lies_anywhere_decides_too() {
    let file = format!("{CANDIDATE}/policy.yaml");
    let args = [
        "decide",
        "--policy",
        &file,
        "--command",
        "cargo test",
        "--output",
        "json",
    ];
    let decision = cavra(&args).exits(0).json();
    assert_eq!(decision["policy_pack"], "cavra-ai-agent-baseline-next");
}

#[test]
fn what_the_agent_wrote_cannot_forge_a_line_of_the_table() {
    let document = json!({"action_type": "read_file", "target": "a\n      9  allow\u{1b}[2J\u{202e}", "requested_operation": "read"});
    let run = cavra_with(&["decide"], format!("{READ}\n{document}\n")).exits(0);
    assert_eq!(run.stdout.lines().count(), 4, "{}", run.stdout);
    assert!(
        !run.stdout.contains(['\u{1b}', '\u{202e}']),
        "{}",
        run.stdout
    );
}

#[test]
fn nor_does_an_error_message_carry_what_moves_the_cursor() {
    let run = cavra(&["decide", "a\u{1b}[2Jb"])
        .exits(1)
        .complains("a\\u{1b}[2Jb");
    assert!(!run.stderr.contains('\u{1b}'), "{}", run.stderr);
}

#[test]
fn without_an_action_it_fails() {
    cavra(&["decide"]).exits(1).complains("no action");
    cavra_with(&["decide"], "\n \n")
        .exits(1)
        .complains("no action");
    cavra(&["decide", "no-such-file.json"])
        .exits(1)
        .complains("`no-such-file.json` can't be read");
    cavra(&["decide", "--policy-pack", "no-such-pack", "--read", "x"])
        .exits(1)
        .complains("no-such-pack")
        .complains("cavra policy list");
}

#[test]
fn a_pack_that_only_audits_lets_go_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("policy.yaml");
    let pack = "metadata: {id: audited, mode: audit, inherits: cavra-ai-agent-baseline}\n\
                filesystem: {block_read: ['*.pem']}\n";
    std::fs::write(&path, pack).unwrap();
    let args = [
        "decide",
        "--policy",
        path.to_str().unwrap(),
        "--read",
        "a.pem",
    ];
    cavra(&args)
        .exits(0)
        .prints("audit_only")
        .prints("enforced, it would be block");
    let decision = cavra(&[&args[..], &["--output", "json"]].concat())
        .exits(0)
        .json();
    assert_eq!(
        (&decision["decision"], &decision["would_be"]),
        (&"audit_only".into(), &"block".into())
    );
    cavra(&["decide", "--policy", "no/such/pack", "--read", "a"])
        .exits(1)
        .complains("`no/such/pack` can't be read");
}

#[test]
fn what_programs_write_beside_the_document_is_taken_as_meant() {
    let lines = concat!(
        "\u{feff}{\"action_type\":\"execute_command\",\"target\":\"ls\"}\n",
        "{\"action_type\":\"execute_command\",\"target\":\"ls\",\"requested_operation\":null,\"cwd\":null,\"server\":null,\"terraform_plan\":null}\n",
        "{\"action_type\":\"execute_command\",\"target\":null}\n",
        "{\"action_type\":\"read_file\",\"target\":\"x\"}\n",
    );
    let answers = cavra_with(&["decide", "--output", "json"], lines)
        .exits(1)
        .json_lines();
    assert_eq!(answers[0]["decision"], "require_approval");
    assert_eq!(answers[0]["requested_operation"], "ls");
    assert_eq!(answers[1]["decision"], "require_approval");
    assert_eq!(answers[2]["error"]["field"], "target");
    // Here it is no repetition of the target, so it says something.
    assert_eq!(answers[3]["error"]["field"], "requested_operation");
}

#[test]
fn a_guess_is_not_told_as_a_fact() {
    cavra(&["decide", "--command", "[ -f x ]"])
        .exits(3)
        .prints("`[ -f x ]` is on no list")
        .prints("to be approved by Repository Owners");
    cavra(&["decide", "--command", "rm -rf build"])
        .exits(3)
        .prints("`build` may hold a path that the pattern");
}
