//! Why, for a person: one text for each base rule.

use std::borrow::Cow;

use super::super::limits::MAX_MATCHED_BYTES;
use super::short;
use crate::action::facts::{Certainty, Command, Facts, GuardTamperingKind};
use crate::canonical::Cut;
use crate::policy::base_rule::BaseRule;

/// The reason of a base rule's finding. `listed` is the pattern that matched, `on` what it
/// matched on.
pub(super) fn of(
    facts: &Facts,
    rule_id: &str,
    subject: usize,
    listed: Option<&str>,
    on: Option<&str>,
) -> String {
    let pattern = listed.unwrap_or_default();
    let on = on.unwrap_or_default();
    let unknown = || {
        let unknown = facts.unknowns.get(subject);
        unknown.map_or(Cow::Borrowed(""), |unknown| short(&unknown.reason))
    };
    let Some(rule) = BaseRule::from_id(rule_id) else {
        return matched(rule_id, on);
    };
    match rule {
        BaseRule::FilesystemReadBlock => {
            format!("reading `{on}` is blocked by the pattern `{pattern}`")
        }
        BaseRule::FilesystemReadRequireApproval if listed.is_none() => {
            format!("`{on}` is no file: reading a device or another process needs approval")
        }
        BaseRule::FilesystemReadRequireApproval => {
            format!(
                "`{on}` may {} a file that the pattern `{pattern}` blocks, and it would be read",
                covers(on)
            )
        }
        BaseRule::FilesystemReadListedRequireApproval => {
            format!(
                "`{on}` reads, or could read, a file that needs approval by the pattern `{pattern}`"
            )
        }
        BaseRule::FilesystemReadOutside => {
            format!(
                "`{on}` is outside the workspace, and `filesystem.outside_reads` does not allow to read there"
            )
        }
        BaseRule::FilesystemReadAllow => format!("no pattern blocks reading `{on}`"),
        BaseRule::FilesystemWriteBlock => {
            format!("writing `{on}` is blocked by the pattern `{pattern}`")
        }
        BaseRule::FilesystemWriteRequireApproval if listed.is_none() => {
            format!("writing `{on}`, outside the workspace, needs approval")
        }
        BaseRule::FilesystemWriteRequireApproval if is_possible_write(facts, subject) => {
            format!(
                "`{on}` may {} a path that the pattern `{pattern}` names, and it would be changed",
                covers(on)
            )
        }
        BaseRule::FilesystemWriteRequireApproval => {
            format!("writing `{on}` needs approval by the pattern `{pattern}`")
        }
        BaseRule::FilesystemWriteAllow => format!("no pattern blocks writing `{on}`"),
        BaseRule::CommandsBlock => format!("`{on}` is blocked by the pattern `{pattern}`"),
        BaseRule::CommandsRequireApproval => {
            format!("`{on}` needs approval by the pattern `{pattern}`")
        }
        BaseRule::CommandsEffectsAllow => format!("`{on}` is allowed by what it does"),
        BaseRule::CommandsAllow => format!("`{on}` is allowed by the pattern `{pattern}`"),
        BaseRule::CommandsDefaultRequireApproval => unlisted(facts, subject, on),
        BaseRule::CommandsDynamicRequireApproval => {
            format!(
                "what the command does is known only when it runs: {}",
                unknown()
            )
        }
        BaseRule::CommandsUnparsedRequireApproval => {
            format!("the command is not understood: {}", unknown())
        }
        BaseRule::CommandsNetworkRequireApproval if is_of_call(facts, subject) => {
            format!("the call would open a connection to `{on}`")
        }
        BaseRule::CommandsNetworkRequireApproval => {
            format!("the shell would open a connection to `{on}`")
        }
        BaseRule::NetworkBlock => {
            format!("connecting to `{on}` is blocked by the pattern `{pattern}`")
        }
        BaseRule::NetworkRequireApproval if listed.is_none() => {
            format!("which host `{on}` is, is known only when the command runs")
        }
        BaseRule::NetworkRequireApproval => {
            format!("connecting to `{on}` needs approval by the pattern `{pattern}`")
        }
        BaseRule::GitProtectedBranchBlockDirectPush => {
            format!("`{on}` would move a protected branch (pattern `{pattern}`)")
        }
        BaseRule::GitProtectedBranchRequireApproval => {
            format!("`{on}` moves, or could move, a protected branch (pattern `{pattern}`)")
        }
        BaseRule::GitProtectedBranchAllowWithAttestation => {
            format!(
                "`{on}` would move a protected branch (pattern `{pattern}`); it needs an attestation"
            )
        }
        BaseRule::GitRemoteRequireApproval => {
            let push = facts.pushes.get(subject);
            let remote = push.and_then(|push| push.remote.as_deref());
            let remote = short(remote.unwrap_or_default());
            format!("`{on}` goes to `{remote}`, which is not in `git.allowed_remotes`")
        }
        BaseRule::GitRefRequireApproval => {
            format!("`{on}` moves a ref that is neither a branch nor a tag")
        }
        BaseRule::GitUnknownTargetRequireApproval => {
            let push = facts.pushes.get(subject);
            let why = push
                .and_then(|push| push.unknown_target.as_deref())
                .unwrap_or_default();
            format!("which refs would move is not known: {}", short(why))
        }
        BaseRule::GitUnknownOperationRequireApproval => format!("`{on}` is not a known operation"),
        BaseRule::GitAllow => format!("`{on}` moves no protected branch"),
        BaseRule::TerraformPlanRequireApprovalUnusable => {
            let plan = facts.terraform_plan.as_ref();
            let problem = plan
                .and_then(|plan| plan.problem.as_deref())
                .unwrap_or_default();
            format!("the Terraform plan can't be relied on: {}", short(problem))
        }
        BaseRule::TerraformPlanBlockImport | BaseRule::TerraformPlanRequireApprovalImport => {
            by_plan("imports", on, "terraform import", pattern)
        }
        BaseRule::TerraformPlanBlockRemoval | BaseRule::TerraformPlanRequireApprovalRemoval => {
            by_plan("forgets", on, "terraform state rm", pattern)
        }
        BaseRule::TerraformPlanRequireApprovalMoved => {
            format!("the plan moves an object to `{on}`, which needs approval")
        }
        BaseRule::GuardTamperRequireApproval => {
            let kind = facts.guard.get(subject).map(|found| found.kind);
            match kind {
                Some(GuardTamperingKind::Environment) => {
                    format!("`{on}` is one of CAVRA's own variables; changing it needs approval")
                }
                _ => format!("`{on}` would stop or change CAVRA, which needs approval"),
            }
        }
        BaseRule::McpServerTrustBlockUnknown if on.starts_with(':') => {
            "the call names no server: give `server` and `tool`, or `SERVER:TOOL` as the `target`"
                .to_owned()
        }
        BaseRule::McpServerTrustBlockUnknown => {
            let entry = facts.mcp.as_ref().map_or("", |call| call.server.as_str());
            format!(
                "the server of `{on}` is on no list of trusted servers; with `{}` in \
                 `mcp.approval_servers` its calls would need approval instead",
                short(entry)
            )
        }
        BaseRule::McpServerTrustRequireApprovalListed => {
            format!("calls of the server `{pattern}` need approval")
        }
        BaseRule::McpServerTrustRequireApproval => format!("the server of `{on}` is on no list"),
        BaseRule::McpServerTrustBlockListed => format!("the server `{pattern}` is blocked"),
        BaseRule::McpServerTrustBlockInconsistent => {
            "`server`, `tool` and `target` don't name the same call".to_owned()
        }
        BaseRule::McpServerTrustAllow => format!("the server `{pattern}` is trusted"),
        BaseRule::McpToolPinRequireApprovalUnseen => {
            format!("`{on}` is pinned, and its definition did not come with the call")
        }
        BaseRule::McpToolPinRequireApprovalUnpinned => {
            format!("tools of its server are pinned, and `{on}` is not: nobody has reviewed it")
        }
        BaseRule::McpToolNameRequireApprovalUnusual => {
            format!(
                "the tool of `{}` has a name that isn't made of visible ASCII characters",
                on.escape_debug()
            )
        }
        BaseRule::McpArgumentsRequireApproval => {
            let call = facts.mcp.as_ref().and_then(|call| call.arguments.as_ref());
            let unclear = call.and_then(|arguments| arguments.unclear.get(subject));
            let unclear = unclear.map_or("", String::as_str);
            format!("what `{on}` does is not known: {}", short(unclear))
        }
        BaseRule::EvidenceRequiredFieldsRequireApproval => format!("the action lacks `{pattern}`"),
        BaseRule::McpToolPinBlockChanged
        | BaseRule::RuntimeDefaultRequireApproval
        | BaseRule::RuntimeEvaluationRequireApprovalFailed
        | BaseRule::RuntimeEvaluationRequireApprovalTimedOut
        | BaseRule::RuntimeEvaluationRequireApprovalMalformed => matched(rule_id, on),
    }
}

/// For rules whose reason is made elsewhere.
fn matched(rule_id: &str, on: &str) -> String {
    format!("`{rule_id}` matched `{on}`")
}

/// Whether an MCP server would open the connection, by an argument that is a URL.
fn is_of_call(facts: &Facts, subject: usize) -> bool {
    let network = facts.network.get(subject);
    facts.mcp.is_some() && network.is_some_and(|network| network.command.is_none())
}

/// Whether the write depends on what only the run will show: what lies below a directory, what a
/// glob matches.
fn is_possible_write(facts: &Facts, subject: usize) -> bool {
    let write = facts.writes.get(subject);
    write.is_some_and(|write| write.certainty == Certainty::Possible)
}

/// What a path may do to others: a folder holds them, and a glob matches them.
fn covers(path: &str) -> &'static str {
    match path.contains(['*', '?', '[', '{']) {
        true => "match",
        false => "hold",
    }
}

/// What a plan does that a command would do too.
fn by_plan(does: &str, address: &str, command: &str, pattern: &str) -> String {
    let why = match pattern {
        "" => "which is on no list".to_owned(),
        _ => format!("which the pattern `{pattern}` is about"),
    };
    format!("the plan {does} `{address}`, as `{command}` does, {why}")
}

fn unlisted(facts: &Facts, subject: usize, on: &str) -> String {
    let command = facts.commands.get(subject);
    let joined = |list: fn(&Command) -> &Vec<String>, between: &str| {
        let list = command.map(list)?;
        let mut text = Cut::new(MAX_MATCHED_BYTES);
        text.join(list.iter().map(String::as_str), between);
        Some(text.finish()).filter(|_| !list.is_empty())
    };
    if let Some(lifted) = joined(|it| &it.allow_lifted, "; ") {
        format!("`{on}` can't be allowed: {lifted}")
    } else if let Some(assigned) = joined(|it| &it.assignments, "`, `") {
        format!("`{on}` can't be allowed: it sets `{assigned}`")
    } else if let Some(unvouched) = joined(|it| &it.unvouched, "`, `") {
        format!("`{on}` is on no list that names `{unvouched}`, which no table knows")
    } else {
        format!("`{on}` is on no list")
    }
}
