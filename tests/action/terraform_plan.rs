//! What a plan would change, from fixed JSON and from the real `terraform`.

use std::fs;
use std::path::Path;
use std::process::Command;

use cavra::action::facts::{ChangeAction, TerraformPlan};
use cavra::action::terraform::read_plan;
use serde_json::{Value, json};

use crate::needs;

fn plan(changes: &[(&str, Value)]) -> Value {
    let changes: Vec<Value> = changes
        .iter()
        .map(|(address, actions)| {
            json!({
                "address": address,
                "type": address.split('.').next(),
                "provider_name": "registry.example.com/hashicorp/aws",
                "change": {"actions": actions, "before": {"password": "hunter2"}},
            })
        })
        .collect();
    json!({
        "format_version": "1.2", "terraform_version": "1.11.4", "planned_values": {},
        "resource_changes": changes, "complete": true, "errored": false, "applyable": true,
    })
}

fn read(plan: &Value) -> TerraformPlan {
    read_plan(&plan.to_string()).unwrap()
}

fn actions(plan: &TerraformPlan) -> Vec<(&str, ChangeAction)> {
    plan.changes
        .iter()
        .map(|change| (change.address.as_str(), change.action))
        .collect()
}

#[test]
fn actions_are_told_apart() {
    let found = read(&plan(&[
        ("a.no", json!(["no-op"])),
        ("a.read", json!(["read"])),
        ("a.create", json!(["create"])),
        ("a.update", json!(["update"])),
        ("a.delete", json!(["delete"])),
        ("a.replace", json!(["delete", "create"])),
        ("a.early", json!(["create", "delete"])),
        ("a.forget", json!(["forget"])),
    ]));
    assert!(found.usable, "{:?}", found.problem);
    assert_eq!(
        actions(&found),
        [
            ("a.create", ChangeAction::Create),
            ("a.update", ChangeAction::Update),
            ("a.delete", ChangeAction::Delete),
            ("a.replace", ChangeAction::Replace),
            ("a.early", ChangeAction::Replace),
            ("a.forget", ChangeAction::Forget),
        ]
    );
    assert_eq!(found.changes[0].resource_type, "a");
    assert!(!serde_json::to_string(&found).unwrap().contains("hunter2"));
}

#[test]
fn what_is_not_known_is_not_usable() {
    for bad in [
        json!([]),
        json!(["explode"]),
        json!(["create", "update"]),
        json!(["no-op", "read"]),
    ] {
        let found = read(&plan(&[("a.b", bad.clone())]));
        assert!(!found.usable, "{bad}");
        assert_eq!(actions(&found), [("a.b", ChangeAction::Unknown)]);
    }
}

#[test]
fn plans_that_cannot_be_relied_on_are_not_usable() {
    let cases = [
        ("/format_version", json!(null)),
        ("/format_version", json!("2.0")),
        ("/format_version", json!("0.1")),
        ("/format_version", json!(1)),
        ("/errored", json!(true)),
        ("/errored", json!("false")),
        ("/complete", json!(false)),
        ("/complete", json!(null)),
        ("/resource_changes", json!({})),
        ("/resource_changes/0", json!({})),
        ("/resource_changes/0/change/actions", json!("create")),
        ("/resource_changes/0/change/actions", json!([1])),
        ("/resource_changes/0/address", json!(null)),
        ("/resource_changes/0/type", json!(7)),
    ];
    for (pointer, value) in cases {
        let mut bad = plan(&[("a.b", json!(["create"]))]);
        *bad.pointer_mut(pointer).unwrap() = value.clone();
        let found = read(&bad);
        assert!(
            !found.usable && found.problem.is_some(),
            "{pointer} = {value}"
        );
    }
    for key in ["deferred_changes", "action_invocations"] {
        let mut more = plan(&[]);
        assert!(read(&more).usable);
        more[key] = json!([{"reason": "unknown"}]);
        assert!(!read(&more).usable, "{key}");
    }
    let state = json!({"format_version": "1.0", "terraform_version": "1.11.4", "values": {}});
    assert!(!read(&state).usable);
    assert!(!read(&json!([])).usable);
}

#[test]
fn what_is_not_strict_json_names_the_field() {
    let long = format!("\"{}\"", "x".repeat(5 << 20));
    for text in [
        "",
        "{",
        r#"{"a": 1, "a": 2}"#,
        r#"{"a": 9007199254740993}"#,
        &long,
    ] {
        let error = read_plan(text).unwrap_err();
        assert_eq!(error.field(), Some("terraform_plan"), "{error}");
    }
}

#[test]
fn the_fingerprint_is_of_the_content() {
    let one = plan(&[("a.b", json!(["create"]))]);
    let other = plan(&[("a.b", json!(["delete"]))]);
    let pretty = serde_json::to_string_pretty(&one).unwrap();
    assert_eq!(
        read(&one).fingerprint,
        read_plan(&pretty).unwrap().fingerprint
    );
    assert_ne!(read(&one).fingerprint, read(&other).fingerprint);
}

/// Runs `terraform`, which needs no network for `terraform_data`.
fn terraform(dir: &Path, args: &[&str]) -> String {
    let output = Command::new("terraform")
        .args(args)
        .current_dir(dir)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", dir)
        .env("CHECKPOINT_DISABLE", "1")
        .env("TF_IN_AUTOMATION", "1")
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "terraform {args:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

fn real_plan(dir: &Path, configuration: &str) -> TerraformPlan {
    fs::write(dir.join("main.tf"), configuration).unwrap();
    terraform(dir, &["plan", "-input=false", "-out=tfplan"]);
    read_plan(&terraform(dir, &["show", "-json", "tfplan"])).unwrap()
}

#[test]
fn real_plans_are_read() {
    if !needs::program("terraform") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let before = r#"
        resource "terraform_data" "kept" { input = 1 }
        resource "terraform_data" "changed" { input = "a" }
        resource "terraform_data" "replaced" { triggers_replace = "a" }
        resource "terraform_data" "gone" {}
        output "o" { value = "x" }
    "#;
    fs::write(dir.join("main.tf"), before).unwrap();
    terraform(dir, &["init", "-input=false", "-backend=false"]);
    let create = real_plan(dir, before);
    assert!(create.usable, "{:?}", create.problem);
    assert!(
        create
            .changes
            .iter()
            .all(|change| change.action == ChangeAction::Create)
    );
    assert_eq!(create.changes.len(), 4);
    terraform(dir, &["apply", "-input=false", "tfplan"]);

    let after = r#"
        resource "terraform_data" "kept" { input = 1 }
        resource "terraform_data" "changed" { input = "b" }
        resource "terraform_data" "replaced" { triggers_replace = "b" }
        resource "terraform_data" "new" {}
        output "o" { value = "y" }
    "#;
    let change = real_plan(dir, after);
    assert!(change.usable, "{:?}", change.problem);
    let mut found = actions(&change);
    found.sort_unstable_by_key(|(address, _)| *address);
    assert_eq!(
        found,
        [
            ("terraform_data.changed", ChangeAction::Update),
            ("terraform_data.gone", ChangeAction::Delete),
            ("terraform_data.new", ChangeAction::Create),
            ("terraform_data.replaced", ChangeAction::Replace),
        ]
    );
    assert_ne!(change.fingerprint, create.fingerprint);

    let forget = format!(
        "{}removed {{\n from = terraform_data.gone\n lifecycle {{ destroy = false }}\n}}",
        before.replace("resource \"terraform_data\" \"gone\" {}", "")
    );
    let forget = real_plan(dir, &forget);
    assert_eq!(
        actions(&forget),
        [("terraform_data.gone", ChangeAction::Forget)]
    );
}
