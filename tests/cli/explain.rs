use super::support::{CANDIDATE, cavra, cavra_with};

#[test]
fn it_draws_the_way_from_the_text_to_the_rule() {
    cavra(&[
        "explain",
        "--command",
        "cd infra && bash -c 'terraform apply'",
    ])
    .exits(0)
    .prints("reached through bash -c")
    .prints("applies, destroys or deletes")
    .prints("▶ block  critical  commands.block")
    .prints("base/commands.rego:9")
    .prints("block_destructive contains [");
}

fn explained(more: &[&str]) -> String {
    let explain = ["explain", "--policy-pack", "cavra-coding-agent"];
    cavra(&[&explain[..], more].concat()).exits(0).stdout
}

#[test]
fn the_answer_is_before_what_it_follows_from() {
    let text = explained(&["--command", "terraform apply"]);
    let place = |heading: &str| {
        text.find(heading)
            .unwrap_or_else(|| panic!("{heading}: {text}"))
    };
    let order = [
        "Action",
        "\nDecision",
        "is blocked by the pattern",
        "\nFacts",
        "\nRules that",
    ];
    assert!(order.map(place).is_sorted(), "{text}");
}

#[test]
fn a_line_is_shown_as_it_is_judged() {
    for (line, shown) in [
        ("python -c 'print(1)'", "command 1: python -c 'print(1)'\n"),
        ("find . -name '*.ts'", "command 1: find . -name '*.ts'\n"),
        (
            "git commit -m 'fix: it''s x'",
            "command 1: git commit -m 'fix: its x'\n",
        ),
        (r"echo it\'s", "command 1: echo 'it'\\''s'\n"),
        (
            "sudo bash -c 'cd infra && terraform apply'",
            "bash -c 'cd infra && terraform apply'\n",
        ),
        ("ls src/main.rs", "command 1: ls src/main.rs\n"),
    ] {
        let text = explained(&["--cwd", "/home/dev/shop", "--command", line]);
        assert!(text.contains(shown), "{shown}: {text}");
    }
}

#[test]
fn a_command_without_a_place_says_what_to_give() {
    let text = explained(&["--command", "ls -la"]);
    let hint = "`ls -la` is on no list, and where it runs is not known: give `--cwd DIR` (in a document: `cwd`)";
    assert!(text.contains(hint), "{text}");
    let cwd = ["--cwd", "/home/dev/shop", "--command", "ls -la"];
    assert!(explained(&cwd).contains("\n  allow  "));
    let text = explained(&[&cwd[..], &["--workspace-root", "/home/dev/shop"]].concat());
    assert!(
        text.contains("lists . = the root of the workspace, by ls\n"),
        "{text}"
    );
}

#[test]
fn a_reason_names_each_path_once_and_what_is_in_the_way() {
    const ROOT: &str = "/home/dev/shop";
    for (line, says) in [
        (
            "git diff -- src/a.rs",
            "it reads the repository and reads `src/a.rs`; ",
        ),
        ("grep -rn x src --include='*.rs'", "it reads `src`; "),
        ("ls /tmp", "it lists `/tmp`; "),
        ("DEBUG=1 pytest", "it runs the project's code; "),
        (
            "git -C node_modules/x status",
            "and it isn't known to run at the top of a workspace outside temporary folders: give",
        ),
        (
            "find src -name '*.rs' | xargs wc -l",
            "`xargs` adds words at run time; `find … -exec` shows which",
        ),
    ] {
        let place = ["--named-root", ROOT, "--workspace-root", ROOT];
        let action = ["--cwd", ROOT, "--command", line];
        let text = explained(&[&place[..], &action].concat());
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(says), "{line}: {text}");
        assert!(!text.contains(char::REPLACEMENT_CHARACTER), "{text}");
    }
}

#[test]
fn every_matched_rule_names_its_rego() {
    let run = cavra(&[
        "explain",
        "--output",
        "json",
        "--command",
        "cat .env | tee main.tf; make",
    ]);
    let explanation = run.exits(0).json();
    let rules = explanation["rules"].as_array().unwrap();
    assert!(rules.len() >= 3, "{rules:?}");
    for (index, rule) in rules.iter().enumerate() {
        assert_eq!(rule["deciding"], index == 0);
        let source = &rule["source"];
        let text = source["text"].as_str().unwrap();
        assert!(text.contains(rule["rule_id"].as_str().unwrap()), "{rule}");
        // The line number is that of the file in the repository.
        let file = std::fs::read_to_string(format!(
            "src/engine/base/rego/{}",
            source["file"].as_str().unwrap().trim_start_matches("base/")
        ));
        let line = usize::try_from(source["line"].as_u64().unwrap()).unwrap();
        let file = file.unwrap();
        assert_eq!(file.lines().nth(line - 1), text.lines().next());
    }
    assert_eq!(explanation["decision"]["rule_id"], rules[0]["rule_id"]);
    assert!(
        explanation["facts"]["reads"]
            .as_array()
            .is_some_and(|reads| !reads.is_empty())
    );
}

#[test]
fn a_packs_own_rule_is_quoted_from_the_pack() {
    let plan = serde_json::json!({
        "action_type": "execute_command",
        "target": "terraform plan",
        "requested_operation": "terraform plan",
        "terraform_plan": {
            "format_version": "1.2", "complete": true, "errored": false,
            "resource_changes": [{
                "address": "aws_db_instance.main", "mode": "managed", "type": "aws_db_instance",
                "name": "main", "provider_name": "registry.example.com/hashicorp/aws",
                "change": {"actions": ["delete"]}
            }]
        }
    });
    let args = ["explain", "--policy-pack", "cavra-terraform-prod"];
    cavra_with(&args, plan.to_string())
        .exits(0)
        .prints("deletes aws_db_instance.main")
        .prints("terraform.plan.stateful_change")
        .prints("cavra-terraform-prod/rules/stateful.rego:")
        .prints("to be approved by Data Owners");
}

#[test]
fn it_takes_one_action_only() {
    let two = "{\"action_type\":\"read_file\",\"target\":\"a\",\"requested_operation\":\"read\"}\n{\"action_type\":\"read_file\",\"target\":\"b\",\"requested_operation\":\"read\"}\n";
    cavra_with(&["explain"], two)
        .exits(1)
        .complains("cavra decide");
    cavra_with(&["explain"], "{}")
        .exits(1)
        .complains("`action_type` is required");
}

#[test]
fn a_candidate_is_explained_beside() {
    let args = [
        "explain",
        "--candidate",
        CANDIDATE,
        "--command",
        "cargo test",
    ];
    cavra(&args)
        .exits(0)
        .prints("Candidate: loosened")
        .prints("▶ allow  low  commands.allow");
    let explanation = cavra(&[&args[..], &["--output", "json"]].concat())
        .exits(0)
        .json();
    assert_eq!(explanation["decision"]["decision"], "require_approval");
    let candidate = &explanation["candidate"];
    assert_eq!(
        (&candidate["change"], &candidate["decision"]["decision"]),
        (&"loosened".into(), &"allow".into())
    );
    assert_eq!(candidate["rules"][0]["rule_id"], "commands.allow");
}

/// However large the action, an answer is at most 1 MiB, and says what is left out.
#[test]
fn decisions_and_explanations_have_a_named_size() {
    let files: Vec<String> = (0..3000).map(|index| format!("file{index}")).collect();
    let changes: Vec<_> = (0..3000)
        .map(|index| {
            serde_json::json!({
                "address": format!("aws_s3_bucket.{}", "b".repeat(300)) + &index.to_string(),
                "type": "aws_s3_bucket", "change": {"actions": ["create"], "importing": {"id": "x"}},
            })
        })
        .collect();
    let plan = serde_json::json!({
        "format_version": "1.2", "planned_values": {}, "resource_changes": changes,
    });
    let control = "\u{1}".repeat(4000);
    for (line, plan) in [
        (
            format!("cat {} .env", files.join(" ")),
            serde_json::Value::Null,
        ),
        (
            format!("cat '{}' .env", "\u{1}".repeat(60_000)),
            serde_json::Value::Null,
        ),
        ("cat .env; terraform apply p".to_owned(), plan),
    ] {
        let document = serde_json::json!({
            "action_type": "execute_command", "target": line, "requested_operation": line,
            "terraform_plan": plan, "session_id": control, "agent_id": control, "actor": control,
            "correlation_id": control, "current_branch": control,
        });
        for command in ["decide", "explain"] {
            let args = [command, "--output", "json", "-"];
            let run = cavra_with(&args, document.to_string());
            assert!(
                run.stdout.len() <= 1024 * 1024,
                "{command}: {}",
                run.stdout.len()
            );
            let answer = run.exits(if command == "decide" { 4 } else { 0 }).json();
            let decision = answer
                .get("decision")
                .filter(|it| it.is_object())
                .unwrap_or(&answer);
            assert_eq!(decision["decision"], "block");
            let left_out = decision["matched_rules_left_out"].as_u64();
            assert!(left_out.is_none_or(|count| count > 1000));
        }
        let table = cavra_with(&["explain", "-"], document.to_string())
            .exits(0)
            .stdout;
        assert!(
            table.len() <= 1024 * 1024 && table.contains("left out"),
            "{table}"
        );
    }
}
