//! Plans through `cavra gate` and `cavra exec`, with the real Terraform.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;

use super::desk::Desk;
use super::needs;
use super::support::{Run, cavra};
use super::workspace::{TERRAFORM, Workspace, terraform_desk};

fn exec(desk: &Desk, workspace: &Workspace, plan: &str) -> Run {
    let endpoint = desk.endpoint();
    let words = [
        "exec",
        "--endpoint",
        &endpoint,
        "--timeout",
        "20s",
        "--session",
        "s1",
        "--output",
        "json",
        "--",
        "terraform",
        "apply",
        plan,
    ];
    desk.in_folder(workspace.path(), &words, &[])
}

fn id_of(decision: &Value) -> String {
    decision["approval_id"].as_str().unwrap().to_owned()
}

#[test]
fn an_approved_plan_is_applied_once() {
    if !needs::program("terraform") {
        return;
    }
    let (desk, workspace) = (terraform_desk(), Workspace::example());
    let _service = desk.start();
    workspace.plan("tfplan", &[]);
    let created = exec(&desk, &workspace, "tfplan").exits(0).json();
    assert_eq!(created["rule_id"], "commands.allow", "{created}");
    assert_eq!(created["target"], "cavra exec -- terraform apply tfplan");
    assert_eq!(workspace.applied(), ["orders"]);

    // A replacement asks, and nothing is applied.
    workspace.plan("tfplan", &["-var", "engine_version=17"]);
    workspace.plan("other", &["-var", "engine_version=18"]);
    let before = workspace.state();
    let asked = exec(&desk, &workspace, "tfplan").exits(3).json();
    assert_eq!(asked["rule_id"], "example.plan.stateful_change");
    let id = id_of(&asked);
    assert_eq!(
        id_of(&exec(&desk, &workspace, "tfplan").exits(3).json()),
        id
    );
    assert_eq!(workspace.state(), before);

    // The approval is that of one plan, whatever its file is called.
    desk.approve(&id);
    let plan = fs::read(workspace.path().join("tfplan")).unwrap();
    fs::copy(
        workspace.path().join("other"),
        workspace.path().join("tfplan"),
    )
    .unwrap();
    let other = exec(&desk, &workspace, "tfplan").exits(3).json();
    let reason = other["reason"].as_str().unwrap();
    assert!(reason.contains("for another plan"), "{reason}");
    assert_ne!(id_of(&other), id);
    assert_eq!(workspace.state(), before);

    fs::write(workspace.path().join("tfplan"), &plan).unwrap();
    let used = exec(&desk, &workspace, "tfplan").exits(0).json();
    assert_eq!(used["rule_id"], "approvals.used");
    assert_eq!(id_of(&used), id);
    let after = workspace.state();
    assert_ne!(after, before);
    assert_eq!(workspace.applied(), ["orders"]);
    let again = exec(&desk, &workspace, "tfplan").exits(3).json();
    let reason = again["reason"].as_str().unwrap();
    assert!(reason.contains("counts once"), "{reason}");
    assert_eq!(workspace.state(), after);
}

/// A `terraform` that does something else before it is the real one.
fn wrapper(workspace: &Workspace, before: &str) -> String {
    let path = workspace.path().join("wrapper");
    let text = format!("#!/bin/sh\n{before}\nexec {TERRAFORM} \"$@\"\n");
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn what_is_judged_is_what_is_applied() {
    if !needs::program("terraform") {
        return;
    }
    let (desk, workspace) = (terraform_desk(), Workspace::example());
    let _service = desk.start();
    workspace.plan("good", &[]);
    workspace.plan("evil", &["-var", "name=evil"]);
    fs::copy(
        workspace.path().join("good"),
        workspace.path().join("tfplan"),
    )
    .unwrap();
    // The file is swapped as soon as it is judged, and the copy can't be written.
    let swap = "cp evil tfplan\nfor last; do :; done\n(cat evil > \"$last\") 2>>refused";
    let program = wrapper(&workspace, swap);
    let endpoint = desk.endpoint();
    let words = ["exec", "--endpoint", &endpoint, "--timeout", "20s"];
    let apply = [
        "--terraform",
        &program,
        "--",
        "terraform",
        "apply",
        "tfplan",
    ];
    desk.in_folder(workspace.path(), &[&words[..], &apply].concat(), &[])
        .exits(0);
    assert_eq!(workspace.applied(), ["orders"]);
    let refused = fs::read_to_string(workspace.path().join("refused")).unwrap();
    assert_eq!(refused.lines().count(), 2, "{refused}");
}

#[test]
fn a_gate_judges_a_plan_file_and_its_json() {
    if !needs::program("terraform") {
        return;
    }
    let (desk, workspace) = (terraform_desk(), Workspace::example());
    let policy = desk.path("pack");
    let gate = |plan: &str, more: &[&str]| {
        let words = ["gate", "terraform", plan, "--output", "json"];
        desk.in_folder(workspace.path(), &[&words[..], more].concat(), &[])
    };
    let local = ["--policy", policy.as_str(), "--junit", "gate.xml"];
    workspace.plan("tfplan", &[]);
    let allowed = gate("tfplan", &local).exits(0).json();
    assert_eq!(allowed["decision"], "allow");
    workspace.terraform(&["apply", "-input=false", "tfplan"]);
    workspace.plan("tfplan", &["-var", "engine_version=17"]);
    let json = workspace.terraform(&["show", "-json", "tfplan"]);
    fs::write(workspace.path().join("plan.json"), json).unwrap();
    let [file, json] = ["tfplan", "plan.json"].map(|plan| gate(plan, &local).exits(3).json());
    // The fingerprint of a plan file is that of the file too.
    let fingerprint = |decision: &Value| decision["evidence_refs"][0].clone();
    assert_ne!(fingerprint(&file), fingerprint(&json));
    let again = gate("tfplan", &local).exits(3).json();
    assert_eq!(fingerprint(&again), fingerprint(&file));
    let junit = fs::read_to_string(workspace.path().join("gate.xml")).unwrap();
    for part in [
        "<testsuites name=\"cavra gate terraform\" tests=\"",
        "name=\"example.plan.stateful_change\"><failure type=\"require_approval\"",
        "<property name=\"decision\" value=\"require_approval\">",
        "failures=\"1\"",
    ] {
        assert!(junit.contains(part), "{part}: {junit}");
    }

    let service = desk.start();
    let endpoint = desk.endpoint();
    let remote = ["--endpoint", endpoint.as_str(), "--timeout", "20s"];
    let asked = gate("plan.json", &remote).exits(3).json();
    desk.approve(&id_of(&asked));
    let used = gate("plan.json", &remote).exits(0).json();
    assert_eq!(used["rule_id"], "approvals.used");
    gate("plan.json", &remote).exits(3);
    drop(service);
    gate("plan.json", &remote)
        .exits(1)
        .complains("can't be asked");
    gate("plan.json", &[&remote[..], &local].concat())
        .exits(1)
        .complains("both a service and a pack are named");
}

#[test]
fn a_plan_that_removes_too_much_is_blocked() {
    if !needs::program("terraform") {
        return;
    }
    let configuration = "variable \"count\" { default = 11 }\nresource \"terraform_data\" \"x\" { count = var.number }\n"
        .replace("\"count\"", "\"number\"");
    let (desk, workspace) = (terraform_desk(), Workspace::new(&configuration));
    let _service = desk.start();
    workspace.plan("tfplan", &[]);
    exec(&desk, &workspace, "tfplan").exits(0);
    workspace.plan("tfplan", &["-var", "number=0"]);
    let before = workspace.state();
    let blocked = exec(&desk, &workspace, "tfplan").exits(4).json();
    assert_eq!(blocked["rule_id"], "terraform.plan.mass_deletion");
    assert_eq!(workspace.state(), before);
}

#[test]
fn the_service_comes_from_the_managed_configuration() {
    if !needs::program("terraform") {
        return;
    }
    let (desk, workspace) = (terraform_desk(), Workspace::example());
    workspace.plan("tfplan", &[]);
    let config = desk.path("hook.json");
    let write = |text: &str, mode| {
        fs::write(&config, text).unwrap();
        fs::set_permissions(&config, fs::Permissions::from_mode(mode)).unwrap();
    };
    let apply = || {
        let words = ["exec", "--config", &config, "--timeout", "20s", "--"];
        let apply = ["terraform", "apply", "tfplan"];
        desk.in_folder(workspace.path(), &[&words[..], &apply].concat(), &[])
    };
    apply().exits(1).complains("there is no file");
    let named = format!(
        "{{\"endpoint\": \"{}\", \"mcp_servers\": [\"files\"]}}",
        desk.endpoint()
    );
    write(&named, 0o622);
    apply().exits(1).complains("can be written by others");
    write("{\"endpoint\": \"http://127.0.0.1:1\"}", 0o600);
    apply().exits(1).complains("which is not `unix:`");
    write("{\"socket_owners\": []}", 0o600);
    apply().exits(1).complains("missing field `endpoint`");
    write(&named, 0o600);
    apply().exits(1).complains("can't be asked");
    assert_eq!(workspace.state(), None);
    let _service = desk.start();
    write(
        &format!("{}, \"socket_owners\": [1]}}", &named[..named.len() - 1]),
        0o600,
    );
    apply().exits(1).complains("is served by the user");
    assert_eq!(workspace.state(), None);
    write(&named, 0o600);
    apply().exits(0).prints("commands.allow");
    assert_eq!(workspace.applied(), ["orders"]);
}

/// Which command lines of an agent lead to a plan that is applied.
#[test]
fn the_agents_own_apply_is_blocked() {
    let cases: Vec<(String, String)> =
        serde_json::from_str(include_str!("../data/gates/terraform_commands.json")).unwrap();
    assert_eq!(cases.len(), 27);
    let desk = terraform_desk();
    let policy = desk.path("pack");
    for (line, want) in cases {
        let decide = ["decide", "--policy", &policy, "--cwd", "/home/dev/infra"];
        let words = ["--output", "json", "--command", &line];
        let decided = cavra(&[&decide[..], &words].concat());
        assert_eq!(
            decided.json()["decision"],
            *want,
            "{line}: {}",
            decided.stdout
        );
    }
}
