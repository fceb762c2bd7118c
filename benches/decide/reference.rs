//! The best interpreter variant of the measurements that the engine was designed by, rebuilt:
//! one compiled policy shared, matching done before Rego by a `GlobSet`, the hits in `input`,
//! lean rules, the strictest finding picked in Rust. It knows no facts, gives no explanations, and
//! makes no decision record: what is compared is the cost of deciding.

use std::collections::BTreeMap;

use cavra::action::{Action, ActionType};
use globset::{Glob, GlobSet, GlobSetBuilder};
use regorus::{CompiledPolicy, Engine, Value};

const RULES: &str = r#"package reference

import rego.v1

findings contains ["filesystem.read.block", hit] if { input.type == "read_file"; some hit in input.block_read }

findings contains ["filesystem.read.allow", null] if { input.type == "read_file"; count(input.block_read) == 0 }

findings contains ["filesystem.write.block", hit] if { input.type == "write_file"; some hit in input.block_write }

findings contains ["filesystem.write.require_approval", hit] if { input.type == "write_file"; some hit in input.approve_write }

findings contains ["filesystem.write.allow", null] if {
	input.type == "write_file"
	count(input.block_write) + count(input.approve_write) == 0
}

findings contains ["commands.block", hit] if { input.type == "execute_command"; some hit in input.block_command }

findings contains ["commands.allow", hit] if { input.type == "execute_command"; some hit in input.allow_command }

findings contains ["commands.default.require_approval", null] if {
	input.type == "execute_command"
	count(input.block_command) + count(input.allow_command) == 0
}

findings contains ["git.protected_branch.block_direct_push", hit] if { input.type == "git_operation"; some hit in input.protected }

findings contains ["git.allow", null] if { input.type == "git_operation"; count(input.protected) == 0 }

findings contains ["mcp.server.trust.allow", hit] if { input.type == "mcp_tool_call"; some hit in input.servers }

findings contains ["mcp.server.trust.block_unknown", null] if { input.type == "mcp_tool_call"; count(input.servers) == 0 }
"#;

pub(crate) struct Reference {
    policy: CompiledPolicy,
    lists: Vec<(&'static str, ActionType, GlobSet)>,
}

impl Reference {
    pub(crate) fn new() -> Self {
        let mut engine = Engine::new();
        engine
            .add_policy("reference.rego".to_owned(), RULES.to_owned())
            .unwrap();
        let policy = engine
            .compile_with_entrypoint(&"data.reference.findings".into())
            .unwrap();
        let reads = [
            "**/.env",
            "**/.env.*",
            "**/secrets.*",
            "**/*.pem",
            "**/*.pfx",
            "**/id_rsa",
            "**/id_ed25519",
            "**/kubeconfig",
            "**/.kube/config",
            "**/.aws/credentials",
            "**/*.tfstate",
            "**/terraform.tfvars",
        ];
        let writes = [
            ".github/workflows/**",
            "**/main.tf",
            "**/providers.tf",
            "**/backend.tf",
        ];
        let approvals = ["iam/**", "security/**", "policies/**"];
        let blocked = [
            "terraform apply*",
            "terraform destroy*",
            "kubectl delete*",
            "az role assignment create*",
            "aws iam create-access-key*",
            "gcloud projects add-iam-policy-binding*",
        ];
        let allowed = [
            "terraform fmt*",
            "terraform validate*",
            "terraform plan*",
            "pytest*",
            "npm test*",
        ];
        let set = |patterns: &[&str]| {
            let mut builder = GlobSetBuilder::new();
            for pattern in patterns {
                builder.add(Glob::new(pattern).unwrap());
            }
            builder.build().unwrap()
        };
        Self {
            policy,
            lists: vec![
                ("block_read", ActionType::ReadFile, set(&reads)),
                ("block_write", ActionType::WriteFile, set(&writes)),
                ("approve_write", ActionType::WriteFile, set(&approvals)),
                ("block_command", ActionType::ExecuteCommand, set(&blocked)),
                ("allow_command", ActionType::ExecuteCommand, set(&allowed)),
                (
                    "protected",
                    ActionType::GitOperation,
                    set(&["origin/main", "origin/master"]),
                ),
                (
                    "servers",
                    ActionType::McpToolCall,
                    set(&["github:*", "docs:*"]),
                ),
            ],
        }
    }

    /// The deciding rule id: the host picks the first in the order of strictness.
    pub(crate) fn decide(&self, action: &Action) -> String {
        let kind = action.action_type();
        let mut input = BTreeMap::from([(Value::from("type"), Value::from(kind.as_str()))]);
        for (name, _, set) in self.lists.iter().filter(|(_, applies, _)| *applies == kind) {
            let hits: Vec<Value> = set
                .matches(action.target())
                .into_iter()
                .map(Value::from)
                .collect();
            input.insert((*name).into(), hits.into());
        }
        let findings = self.policy.eval_with_input(input.into()).unwrap();
        let strictness = |rule: &str| match rule {
            rule if rule.contains("block") => 2,
            rule if rule.contains("require_approval") => 1,
            _ => 0,
        };
        let findings = findings.as_set().unwrap();
        let rules = findings.iter().map(|f| {
            f.as_array()
                .unwrap()
                .get(0)
                .unwrap()
                .as_string()
                .unwrap()
                .to_string()
        });
        rules.max_by_key(|rule| strictness(rule)).unwrap()
    }
}
