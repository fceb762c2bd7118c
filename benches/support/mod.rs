//! What the benchmarks share: a realistic mix of actions, packs of any size, and medians
//! of measurements taken in turn.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "benchmark support; each binary uses a part of it"
)]

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cavra::action::Action;
use cavra::authority::admission::Admission;
use cavra::engine::{Memo, Policy};
use cavra::library::Library;
use cavra::policy::effective::EffectivePack;
use cavra::policy::source::{PackSource, SourceFile};

/// An agent's work: mostly reads and edits, then commands, a few pushes and MCP calls.
const MIX: &[(&str, &str, &str)] = &[
    ("read_file", "read", "src/lib.rs"),
    ("read_file", "read", "src/engine/mod.rs"),
    ("read_file", "read", "README.md"),
    ("read_file", "read", "docs/architecture/overview.md"),
    ("read_file", "read", "tests/integration/login_test.py"),
    ("read_file", "read", "./backend/../Makefile"),
    ("read_file", "read", ".env"),
    ("read_file", "read", "infra/prod/terraform.tfstate"),
    ("read_file", "read", "package.json"),
    ("read_file", "read", "infra/modules/network/variables.tf"),
    ("read_file", "read", "src/components/Button.tsx"),
    ("read_file", "read", "keys/tls.pem"),
    ("read_file", "read", "scripts/release.sh"),
    ("read_file", "read", "migrations/0042_add_index.sql"),
    ("read_file", "read", "deploy/values.yaml"),
    ("read_file", "read", "Cargo.lock"),
    ("write_file", "write", "src/main.rs"),
    ("write_file", "write", "src/auth/session.py"),
    ("write_file", "write", "docs/policy.md"),
    ("write_file", "write", ".github/workflows/build.yml"),
    ("write_file", "write", "iam/roles/deployer.json"),
    ("write_file", "write", "tests/unit/test_session.py"),
    ("write_file", "write", "infra/main.tf"),
    ("write_file", "write", "CHANGELOG.md"),
    ("write_file", "write", "src/components/Form.tsx"),
    ("write_file", "write", "policies/team/policy.yaml"),
    ("write_file", "write", "infra/outputs.tf"),
    ("write_file", "write", "src/engine/rank.rs"),
    ("execute_command", "", "terraform plan"),
    ("execute_command", "", "terraform plan -out=tfplan"),
    ("execute_command", "", "terraform fmt -check"),
    ("execute_command", "", "terraform validate"),
    ("execute_command", "", "pytest -q tests/unit"),
    ("execute_command", "", "npm test"),
    ("execute_command", "", "pytest"),
    ("execute_command", "", "ls -la src"),
    ("execute_command", "", "cargo test --workspace"),
    ("execute_command", "", "git status"),
    ("execute_command", "", "git diff --stat HEAD"),
    ("execute_command", "", "cd infra && terraform plan"),
    ("execute_command", "", "cat README.md | head -n 20"),
    ("execute_command", "", "grep -rn 'fn main' src"),
    ("execute_command", "", "terraform apply -auto-approve"),
    ("execute_command", "", "kubectl -n web delete pod x"),
    ("execute_command", "", "make build"),
    ("execute_command", "", "git push origin feature/login"),
    ("execute_command", "", "git commit -m 'mend the session'"),
    ("execute_command", "", "npm test -- --watch=false"),
    ("git_operation", "push", "origin/feature/login"),
    ("git_operation", "push", "origin/main"),
    ("git_operation", "push", "origin/dev"),
    ("git_operation", "push", "origin/fix/typo"),
    ("git_operation", "fetch", "origin/main"),
    ("git_operation", "push", "HEAD:refs/heads/topic"),
    (
        "mcp_tool_call",
        "filesystem",
        "unknown-filesystem:read_file",
    ),
    ("mcp_tool_call", "search", "github:search_issues"),
    ("mcp_tool_call", "filesystem", "filesystem:list_directory"),
    ("mcp_tool_call", "network", "fetcher:get"),
    ("mcp_tool_call", "search", "docs:query"),
    ("mcp_tool_call", "issues", "tracker:create_issue"),
];

/// One action document of the mix.
pub fn document((kind, operation, target): &(&str, &str, &str)) -> serde_json::Value {
    let operation = if operation.is_empty() {
        target
    } else {
        operation
    };
    serde_json::json!({
        "action_type": kind, "target": target, "requested_operation": operation,
        "session_id": "session-7f3a", "agent_id": "agent-12", "actor": "dev@example.com",
    })
}

/// The mix, as actions.
pub fn mix() -> Vec<Arc<Action>> {
    MIX.iter()
        .map(|entry| Arc::new(Action::from_json(document(entry).to_string().as_bytes()).unwrap()))
        .collect()
}

fn library() -> Library {
    Library::open(&[Path::new(env!("CARGO_MANIFEST_DIR")).join("policy-packs")]).unwrap()
}

/// A shipped pack, compiled.
pub fn policy(id: &str, memo: Memo) -> Arc<Policy> {
    Arc::new(
        Policy::compile(library().effective(id).unwrap())
            .unwrap()
            .with_memo(memo),
    )
}

/// A shipped policy whose own Rego is evaluated as a service does it: in another process.
pub fn policy_apart(id: &str, memo: Memo) -> Arc<Policy> {
    let admission = Admission::by(env!("CARGO_BIN_EXE_cavra").into());
    let policy = admission.compile(library().effective(id).unwrap());
    Arc::new(policy.unwrap().with_memo(memo))
}

/// A pack of about `patterns` patterns, spread over its lists like those of a real one.
pub fn sized_pack(patterns: usize) -> EffectivePack {
    let mut yaml =
        "metadata: {id: sized, title: Sized, description: d, version: 1.0.0}\n".to_owned();
    let share = patterns / 5;
    let mut list = |section: &str, entry: &dyn Fn(usize) -> String| {
        writeln!(yaml, "{section}").unwrap();
        for index in 0..share {
            writeln!(yaml, "    - '{}'", entry(index)).unwrap();
        }
    };
    list("filesystem:\n  block_read:", &|n| match n % 3 {
        0 => format!("*.secret{n}"),
        1 => format!("vault{n}/**"),
        _ => format!("credentials{n}.json"),
    });
    list("  block_write:", &|n| format!("generated{n}/**/*.lock"));
    list("commands:\n  block:", &|n| {
        format!("tool{} delete{n}*", n % 40)
    });
    list("  allow:", &|n| format!("tool{} show{n}*", n % 40));
    list("mcp:\n  allowed_servers:", &|n| format!("server-{n}"));
    yaml.push_str("approvals: {default: {approvers: [Owners]}}\n");
    let source = PackSource {
        origin: "benchmark".to_owned(),
        policy: SourceFile {
            path: "policy.yaml".to_owned(),
            text: yaml,
        },
        rules: Vec::new(),
        cases: Vec::new(),
    };
    library().effective_of(source).unwrap()
}

/// The median of the times that `work` took a call, several contenders measured in turn so
/// that a machine that drifts, drifts for all of them.
pub fn medians(rounds: usize, calls: u32, contenders: &mut [&mut dyn FnMut()]) -> Vec<Duration> {
    let mut times = vec![Vec::with_capacity(rounds); contenders.len()];
    for round in 0..=rounds {
        for (times, work) in times.iter_mut().zip(contenders.iter_mut()) {
            let start = Instant::now();
            for _ in 0..calls {
                work();
            }
            if round > 0 {
                times.push(start.elapsed() / calls);
            }
        }
    }
    times
        .into_iter()
        .map(|mut times| {
            times.sort_unstable();
            times[times.len() / 2]
        })
        .collect()
}
