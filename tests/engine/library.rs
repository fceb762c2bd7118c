//! `data.cavra.lib`, the rules that packs import: what each function finds, and what not.

use crate::common;

use std::sync::Arc;

use cavra::action::establish;
use cavra::engine::Policy;
use serde_json::{Value, json};

const PACK: &str = "\
metadata: {id: own, title: Own, description: d, version: 1.0.0}
mcp:
  allowed_servers: [files]
  risk_scoring: {shell: critical, files: medium, 'files:wipe': high}
  tool_pins: {'files:read': 'sha256:0000000000000000000000000000000000000000000000000000000000000000'}
";

/// The ids of the rules that spoke, of a pack with one rule that holds if `condition` does.
fn spoke(condition: &str, document: &Value) -> Vec<String> {
    let rules = format!(
        "package cavra.pack.own\n\nimport rego.v1\n\nimport data.cavra.lib\n\n\
         findings contains {{\"rule\": \"own.rule\", \"decision\": \"block\", \"severity\": \"high\", \"reason\": \"r\"}} if {{ {condition} }}\n"
    );
    let policy = Policy::compile(common::inline(PACK, &[&rules])).unwrap_or_else(|e| panic!("{e}"));
    let action = common::action(document);
    let judgement = policy.judge(&action, &establish(&action).unwrap());
    let findings = judgement.findings.iter();
    findings
        .map(|finding| finding.rule_id.to_string())
        .filter(|rule| rule == "own.rule" || rule.starts_with("runtime.evaluation"))
        .collect()
}

fn run(command: &str) -> Value {
    json!({"action_type": "execute_command", "target": command, "requested_operation": command})
}

fn read(path: &str) -> Value {
    json!({"action_type": "read_file", "target": path, "requested_operation": "read"})
}

fn write(path: &str) -> Value {
    json!({"action_type": "write_file", "target": path, "requested_operation": "write"})
}

fn push(target: &str, operation: &str) -> Value {
    json!({"action_type": "git_operation", "target": target, "requested_operation": operation})
}

fn call(target: &str, capability: &str) -> Value {
    let (server, tool) = target.split_once(':').unwrap();
    json!({
        "action_type": "mcp_tool_call", "target": target, "server": server, "tool": tool,
        "requested_operation": capability, "capability": capability,
    })
}

fn described(mut call: Value) -> Value {
    call["mcp_tool"] = json!({"name": "read", "inputSchema": {}});
    call
}

fn plan(resource_type: &str, actions: &[&str]) -> Value {
    let mut action = run("terraform apply plan");
    action["terraform_plan"] = json!({
        "format_version": "1.2", "complete": true, "errored": false,
        "resource_changes": [{
            "address": "x.y", "type": resource_type, "name": "y", "mode": "managed",
            "provider_name": "p", "change": {"actions": actions},
        }],
    });
    action
}

/// Each condition holds for the first actions and for none of the second.
#[test]
fn each_function_finds_what_it_says_and_nothing_else() {
    let cases: &[(&str, Vec<Value>, Vec<Value>)] = &[
        (
            r#"count(lib.reads({"secrets/**", ".env"})) > 0"#,
            vec![
                read("secrets/a/b"),
                read(".ENV"),
                run("bash -c 'cat secrets/key'"),
                run("cp .env /tmp/x"),
                run("grep x < .env"),
                run("cat .e*"),
            ],
            vec![read("src/lib.rs"), run("echo .env"), write(".env")],
        ),
        (
            r#"count(lib.reads("*.pem")) > 0"#,
            vec![read("a/b.pem")],
            vec![read("a/b.pem.txt")],
        ),
        (
            r#"count(lib.writes(["infra/**"])) > 0"#,
            vec![
                write("infra/main.tf"),
                run("echo x > infra/main.tf"),
                run("rm -rf infra"),
            ],
            vec![read("infra/main.tf"), write("src/infra.rs")],
        ),
        (
            r#"count(lib.reads_ending({".tfstate", "etc/shadow"})) > 0"#,
            vec![
                read("a/prod.tfstate"),
                run("sudo cat /etc/shadow"),
                run("cat *.tfstate"),
            ],
            vec![
                read("a/prod.tfstate/readme.md"),
                read("etc/shadow.md"),
                write("a.tfstate"),
            ],
        ),
        (
            r#"count(lib.reads_ending("[x].txt")) > 0"#,
            vec![read("a[x].txt")],
            vec![read("ax.txt")],
        ),
        (
            r#"count(lib.writes_ending({".tf"})) > 0"#,
            vec![write("main.tf"), run("touch a.tf")],
            vec![read("main.tf"), write("main.tfvars")],
        ),
        (
            "count(lib.moved_refs) > 0",
            vec![push("origin/topic", "push"), run("git push origin HEAD:x")],
            vec![run("git fetch origin"), run("git push -n origin x:x")],
        ),
        (
            r#"count(lib.pushes_to({"release/*", "refs/tags/v*"})) > 0"#,
            vec![
                push("origin/release/1", "push"),
                run("git push origin HEAD:refs/tags/v1"),
                run("bash -c 'git push --all origin'"),
            ],
            vec![run("git push origin HEAD:topic"), run("git log release/1")],
        ),
        (
            r#"count(lib.deletes_of("*")) > 0"#,
            vec![run("git push origin :topic"), run("git push -d origin x")],
            vec![run("git push -f origin x:x")],
        ),
        (
            r#"count(lib.forced_pushes_to(["topic"])) > 0"#,
            vec![
                run("git push -f origin x:topic"),
                run("git push origin +x:topic"),
            ],
            vec![
                run("git push origin x:topic"),
                run("git push -f origin x:other"),
            ],
        ),
        (
            r#"count(lib.terraform_changes({"aws_db_*", "aws_s3_bucket"}, {"delete", "replace"})) > 0"#,
            vec![
                plan("aws_db_instance", &["delete"]),
                plan("aws_s3_bucket", &["delete", "create"]),
            ],
            vec![
                plan("aws_db_instance", &["create"]),
                plan("aws_s3_bucket_acl", &["delete"]),
                run("terraform plan"),
            ],
        ),
        (
            r#"count(lib.mcp_calls("files", {"wi*", "drop"})) > 0"#,
            vec![call("files:wipe", "x"), call("Files:DROP", "x")],
            vec![call("files:read", "x"), call("other:wipe", "x"), run("ls")],
        ),
        (
            r#"lib.mcp_pin == "unpinned""#,
            vec![call("files:wipe", "x")],
            vec![call("files:read", "x"), run("ls")],
        ),
        (
            r#"lib.mcp_pin == "unproven""#,
            vec![call("files:read", "x")],
            vec![described(call("files:read", "x")), call("files:wipe", "x")],
        ),
        (
            r#"lib.mcp_pin == "changed""#,
            vec![described(call("files:read", "x"))],
            vec![call("files:read", "x"), described(call("other:read", "x"))],
        ),
        (
            r#"lib.mcp_risk == "low""#,
            vec![call("other:read", "x")],
            vec![call("files:read", "x"), run("ls")],
        ),
        (
            r#"lib.mcp_risk_at_least("high")"#,
            vec![call("files:wipe", "x"), call("other:read", "shell")],
            vec![call("files:read", "x"), call("other:read", "x"), run("ls")],
        ),
        (
            r#"count(lib.commands({"kubectl", "helm"}, {"delete", "--context=prod*"})) > 0"#,
            vec![
                run("kubectl --context=prod-1 delete pod x"),
                run("sudo /usr/bin/KUBECTL delete --context=prod x"),
            ],
            vec![
                run("kubectl delete pod x"),
                run("echo kubectl delete --context=prod"),
            ],
        ),
        (
            r#"count(lib.commands("git", "-D")) > 0"#,
            vec![run("cd x && git branch -D y")],
            vec![run("git branch -d y"), run("git --help -D")],
        ),
        (
            r#"count(lib.commands("ls", [])) > 0"#,
            vec![run("ls"), run("ls -l")],
            vec![run("cat ls")],
        ),
    ];
    for (condition, holds, fails) in cases {
        for action in holds {
            assert_eq!(
                spoke(condition, action),
                ["own.rule"],
                "{condition}: {action}"
            );
        }
        for action in fails {
            let none: [&str; 0] = [];
            assert_eq!(spoke(condition, action), none, "{condition}: {action}");
        }
    }
}

#[test]
fn a_matching_pin_is_told() {
    let action = described(call("files:read", "x"));
    let parsed = common::action(&action);
    let facts = establish(&parsed).unwrap();
    let fingerprint = facts.mcp.unwrap().fingerprint.unwrap().to_string();
    let pack = PACK.replace(&format!("sha256:{}", "0".repeat(64)), &fingerprint);
    assert_ne!(pack, PACK);
    let rules = "package cavra.pack.own\n\nimport rego.v1\n\nimport data.cavra.lib as ready\n\n\
        findings contains {\"rule\": \"own.rule\", \"decision\": \"block\", \"severity\": \"high\", \"reason\": ready.mcp_pin}\n";
    let policy = Policy::compile(common::inline(&pack, &[rules])).unwrap();
    let judgement = policy.judge(&parsed, &establish(&parsed).unwrap());
    let mut reasons = judgement.findings.iter().map(|finding| &*finding.reason);
    assert!(reasons.any(|reason| reason == "matching"), "{judgement:?}");
}

#[test]
fn a_wrong_argument_needs_approval_rather_than_matching_nothing() {
    let read = read("a");
    let cases = [
        (r#"count(lib.reads("[")) > 0"#, &read),
        ("count(lib.reads(1)) > 0", &read),
        (
            r#"count(lib.terraform_changes("*", {"destroy"})) > 0"#,
            &read,
        ),
        (r#"lib.mcp_risk_at_least("huge")"#, &call("files:read", "x")),
    ];
    for (condition, action) in cases {
        let failed = ["runtime.evaluation.require_approval_failed"];
        assert_eq!(spoke(condition, action), failed, "{condition}");
    }
}

#[test]
fn a_pack_cannot_be_in_its_package_nor_call_what_is_behind_it() {
    let own = "package cavra.pack.own\n\nimport rego.v1\n\nfindings contains 1 if false\n";
    let cases = [
        (
            vec![
                own,
                "package cavra.lib\n\nimport rego.v1\n\nreads(_) := set()\n",
            ],
            "rules/1.rego:1: the package must be `cavra.pack.own`",
        ),
        (
            vec![
                "package cavra.pack.own\n\nimport rego.v1\n\nfindings contains 1 if cavra.name_matches(\"*\", \"a\")\n",
            ],
            "`cavra.name_matches` may not be called",
        ),
        (
            vec![
                "package cavra.pack.own\n\nimport rego.v1\n\nimport data.cavra.lib\n\nfindings contains 1 if count(lib.raeds(\"*\")) > 0\n",
            ],
            "`lib.raeds` may not be called",
        ),
    ];
    for (rules, message) in cases {
        let Err(error) = Policy::compile(common::inline(PACK, &rules)) else {
            panic!("compiles: {rules:?}");
        };
        assert!(error.to_string().contains(message), "{error}");
    }
}

#[test]
fn it_is_part_of_every_effective_digest() {
    let sources = cavra::engine::base_sources();
    let library = sources
        .iter()
        .filter(|file| file.path.starts_with("cavra.lib/"));
    assert_eq!(library.count(), 5);
    let pack = Arc::new(common::inline(PACK, &[]));
    let without: Vec<_> = (sources.iter())
        .filter(|file| file.path != "cavra.lib/paths.rego")
        .cloned()
        .collect();
    let version = cavra::action::facts::FACTS_VERSION;
    assert_ne!(
        pack.effective_digest(&without, version),
        cavra::engine::effective_digest(&pack)
    );
}
