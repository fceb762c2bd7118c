//! What doesn't get around the judgement: options, variables, other programs, plans that start some.

use std::fs;
use std::process::Command;

use serde::Deserialize;

use super::desk::answers_rubbish;
use super::needs;
use super::workspace::{Workspace, terraform_desk};

/// A call of `cavra exec` that applies nothing.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Refused {
    words: Vec<String>,
    #[serde(default)]
    variables: Vec<(String, String)>,
    complains: String,
}

#[test]
fn options_and_variables_are_refused() {
    if !needs::program("terraform") {
        return;
    }
    let cases: Vec<Refused> =
        serde_json::from_str(include_str!("../data/gates/terraform_refused.json")).unwrap();
    assert_eq!(cases.len(), 24);
    let (desk, workspace) = (terraform_desk(), Workspace::example());
    let _service = desk.start();
    workspace.plan("tfplan", &[]);
    let json = workspace.terraform(&["show", "-json", "tfplan"]);
    fs::write(workspace.path().join("plan.json"), json).unwrap();
    fs::write(workspace.path().join("rubbish"), "PK\u{3}\u{4} rubbish").unwrap();
    fs::write(workspace.path().join("text"), "a plan").unwrap();
    let made = Command::new("mkfifo")
        .arg(workspace.path().join("pipe"))
        .status();
    assert!(made.unwrap().success());
    let endpoint = desk.endpoint();
    for case in &cases {
        let words: Vec<&str> = case.words.iter().map(String::as_str).collect();
        let exec = ["exec", "--endpoint", &endpoint, "--timeout", "20s"];
        let variables: Vec<(&str, &str)> = case
            .variables
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let run = desk.in_folder(workspace.path(), &[&exec[..], &words].concat(), &variables);
        assert_eq!(run.code, 1, "{words:?}: {}{}", run.stdout, run.stderr);
        let stderr = run.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(stderr.contains(&case.complains), "{words:?}: {stderr}");
        assert_eq!(workspace.state(), None, "{words:?}");
    }
}

#[test]
fn variables_of_terraform_are_not_passed_on() {
    if !needs::program("terraform") {
        return;
    }
    let (desk, workspace) = (terraform_desk(), Workspace::example());
    let _service = desk.start();
    workspace.plan("tfplan", &[]);
    let bin = workspace.path().join("bin");
    fs::create_dir(&bin).unwrap();
    let fake = bin.join("terraform");
    fs::write(&fake, "#!/bin/sh\ntouch fake-ran\n").unwrap();
    assert!(
        Command::new("chmod")
            .arg("+x")
            .arg(&fake)
            .status()
            .unwrap()
            .success()
    );
    // Each of them would make Terraform fail, or another program run.
    fs::write(workspace.path().join("broken.tfrc"), "{{{{").unwrap();
    let path = format!("{}:/usr/bin:/bin", bin.display());
    let config = workspace.path().join("broken.tfrc");
    let variables = [
        ("PATH", path.as_str()),
        ("TF_CLI_CONFIG_FILE", config.to_str().unwrap()),
        ("TERRAFORM_CONFIG", config.to_str().unwrap()),
        ("TF_REATTACH_PROVIDERS", "rubbish"),
        ("TF_WORKSPACE", "another"),
        ("TF_VAR_name", "evil"),
        ("TF_LOG_PATH", "log-written"),
        ("TF_LOG", "trace"),
    ];
    let endpoint = desk.endpoint();
    let words = ["exec", "--endpoint", &endpoint, "--timeout", "20s", "--"];
    let apply = ["terraform", "apply", "tfplan"];
    desk.in_folder(workspace.path(), &[&words[..], &apply].concat(), &variables)
        .exits(0);
    assert_eq!(workspace.applied(), ["orders"]);
    for left in ["fake-ran", "log-written"] {
        assert!(!workspace.path().join(left).exists(), "{left}");
    }
}

const PROVISIONED: &str = r#"
variable "kept" { default = "a" }
module "inner" { source = "./inner" }
resource "terraform_data" "plain" { input = var.kept }
"#;
const INNER: &str = r#"
resource "terraform_data" "x" {
  provisioner "local-exec" { command = "touch provisioned" }
}
"#;

#[test]
fn a_plan_that_starts_a_program_is_not_judged() {
    if !needs::program("terraform") {
        return;
    }
    let desk = terraform_desk();
    let _service = desk.start();
    let workspace = Workspace::new("");
    fs::create_dir(workspace.path().join("inner")).unwrap();
    fs::write(workspace.path().join("inner/main.tf"), INNER).unwrap();
    fs::write(workspace.path().join("main.tf"), PROVISIONED).unwrap();
    workspace.terraform(&["get"]);
    workspace.plan("tfplan", &[]);
    let json = workspace.terraform(&["show", "-json", "tfplan"]);
    fs::write(workspace.path().join("plan.json"), &json).unwrap();
    let endpoint = desk.endpoint();
    let at = ["--endpoint", endpoint.as_str(), "--timeout", "20s"];
    let (gate, exec) = (["gate", "terraform"], ["exec"]);
    let apply = ["--", "terraform", "apply", "tfplan"];
    let runs = [
        [&gate[..], &["tfplan"], &at].concat(),
        [&gate[..], &["plan.json"], &at].concat(),
        [&exec[..], &at, &apply].concat(),
    ];
    for words in &runs {
        desk.in_folder(workspace.path(), words, &[])
            .exits(1)
            .complains("`terraform_data.x` has the provisioner or is the data source `local-exec`");
    }
    assert_eq!(workspace.state(), None);

    // Nobody knows what a plan without its configuration starts.
    let mut plan: serde_json::Value = serde_json::from_str(&json).unwrap();
    plan.as_object_mut().unwrap().remove("configuration");
    fs::write(workspace.path().join("plan.json"), plan.to_string()).unwrap();
    desk.in_folder(workspace.path(), &runs[1], &[])
        .exits(1)
        .complains("has no `configuration`");

    // Where the resource exists, its provisioner doesn't run again.
    workspace.terraform(&["apply", "-input=false", "tfplan"]);
    assert!(workspace.path().join("provisioned").exists());
    fs::remove_file(workspace.path().join("provisioned")).unwrap();
    workspace.plan("tfplan", &["-var", "kept=b"]);
    desk.in_folder(workspace.path(), &runs[2], &[]).exits(0);
    assert!(workspace.applied().contains(&"b".to_owned()));
    assert!(!workspace.path().join("provisioned").exists());
}

#[test]
fn without_a_decision_nothing_is_applied() {
    if !needs::program("terraform") {
        return;
    }
    let (desk, workspace) = (terraform_desk(), Workspace::example());
    workspace.plan("tfplan", &[]);
    let [dead, silent, rubbish] =
        ["dead.sock", "silent.sock", "rubbish.sock"].map(|name| desk.path(name));
    let _listener = std::os::unix::net::UnixListener::bind(&silent).unwrap();
    answers_rubbish(&rubbish);
    for (socket, complains) in [
        (&dead, "`cavra serve` starts a service"),
        (&silent, "a greater `--timeout`"),
        (&rubbish, "error: the service "),
    ] {
        let endpoint = format!("unix:{socket}");
        let at = ["--endpoint", endpoint.as_str(), "--timeout", "2s"];
        let apply = ["--", "terraform", "apply", "tfplan"];
        for words in [
            [&["exec"][..], &at, &apply].concat(),
            [&["gate", "terraform", "tfplan"][..], &at].concat(),
        ] {
            let run = desk.in_folder(workspace.path(), &words, &[]).exits(1);
            assert!(run.stderr.contains(complains), "{words:?}: {}", run.stderr);
        }
    }
    assert_eq!(workspace.state(), None);
}
