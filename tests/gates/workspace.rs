//! A folder with the configuration of `examples/terraform`, and the real Terraform.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use super::desk::Desk;

pub(crate) const TERRAFORM: &str = "/usr/local/bin/terraform";

pub(crate) struct Workspace(TempDir);

impl Workspace {
    /// A folder in which `init` has run.
    pub(crate) fn new(configuration: &str) -> Self {
        let workspace = Self(tempfile::tempdir().unwrap());
        fs::write(workspace.path().join("main.tf"), configuration).unwrap();
        workspace.terraform(&["init", "-backend=false", "-input=false"]);
        workspace
    }

    /// With the configuration of the example.
    pub(crate) fn example() -> Self {
        Self::new(include_str!("../../examples/terraform/main.tf"))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Runs Terraform without settings of this machine, and gives what it prints.
    #[track_caller]
    pub(crate) fn terraform(&self, args: &[&str]) -> String {
        let output = Command::new("terraform")
            .args(args)
            .current_dir(self.path())
            .env("TF_CLI_CONFIG_FILE", "/dev/null")
            .env("CHECKPOINT_DISABLE", "1")
            .output()
            .unwrap();
        assert!(output.status.success(), "{args:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Writes a plan file.
    pub(crate) fn plan(&self, file: &str, args: &[&str]) {
        let out = format!("-out={file}");
        self.terraform(&[&["plan", "-input=false", &out][..], args].concat());
    }

    /// The `input` of each resource in the state.
    pub(crate) fn applied(&self) -> Vec<String> {
        let state: Value = serde_json::from_str(&self.terraform(&["show", "-json"])).unwrap();
        let resources = state["values"]["root_module"]["resources"].as_array();
        let inputs = resources.into_iter().flatten();
        inputs
            .map(|it| {
                it["values"]["input"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned()
            })
            .collect()
    }

    /// The state file, byte for byte; none before the first apply.
    pub(crate) fn state(&self) -> Option<Vec<u8>> {
        fs::read(self.path().join("terraform.tfstate")).ok()
    }
}

/// A desk whose pack lets plans be applied through `cavra exec`, as `examples/terraform` does.
pub(crate) fn terraform_desk() -> Desk {
    Desk::new(
        include_str!("../../examples/terraform/pack/policy.yaml"),
        &[(
            "stateful.rego",
            include_str!("../../examples/terraform/pack/rules/stateful.rego"),
        )],
    )
}
