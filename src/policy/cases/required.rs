use super::{Case, Expectation};
use crate::action::{Action, Caller, McpToolCall, Place, Request};
use crate::decision::{Severity, Verdict};

/// The ids of [`required_cases`], in order.
pub const REQUIRED_CASE_IDS: [&str; 6] = [
    "block_env_read",
    "approval_policy_write",
    "allow_terraform_plan",
    "block_terraform_apply",
    "block_protected_branch_push",
    "block_unknown_mcp_server",
];

/// The six cases of every dry run, with the verdicts of `cavra-ai-agent-baseline`. They
/// are a floor: a pack may expect a stricter verdict, never a laxer one.
#[must_use]
pub fn required_cases() -> [Case; 6] {
    let expected = [
        (read(".env"), Expectation::of(Verdict::Block)),
        (
            write("policies/cavra-ai-agent-baseline/policy.yaml"),
            Expectation {
                approver_group: Some("Platform Security".to_owned()),
                ..Expectation::of(Verdict::RequireApproval)
            },
        ),
        (run("terraform plan"), Expectation::of(Verdict::Allow)),
        (
            run("terraform apply -auto-approve"),
            Expectation {
                severity: Some(Severity::Critical),
                ..Expectation::of(Verdict::Block)
            },
        ),
        (push("origin/main"), Expectation::of(Verdict::Block)),
        (
            call("unknown-filesystem:read_file", "filesystem"),
            Expectation::of(Verdict::Block),
        ),
    ];
    let mut ids = REQUIRED_CASE_IDS.into_iter();
    expected.map(|(request, expect)| Case {
        case_id: ids.next().unwrap_or_default().to_owned(),
        note: None,
        action: Action {
            request,
            caller: Caller::default(),
            place: Place::default(),
            terraform_plan: None,
        },
        expect,
    })
}

fn read(path: &str) -> Request {
    let path = path.to_owned();
    Request::ReadFile { path }
}

fn write(path: &str) -> Request {
    let path = path.to_owned();
    Request::WriteFile { path }
}

fn run(command_line: &str) -> Request {
    let command_line = command_line.to_owned();
    Request::ExecuteCommand { command_line }
}

fn push(target: &str) -> Request {
    Request::GitOperation {
        operation: "push".to_owned(),
        target: target.to_owned(),
    }
}

fn call(target: &str, capability: &str) -> Request {
    Request::McpToolCall(McpToolCall {
        target: target.to_owned(),
        capability: Some(capability.to_owned()),
        ..McpToolCall::default()
    })
}
