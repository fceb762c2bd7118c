//! Why, for a person: one text for each base rule.

use std::borrow::Cow;

use super::super::limits::MAX_MATCHED_BYTES;
use super::short;
use crate::action::facts::{Certainty, Command, Facts, GuardTamperingKind};
use crate::canonical::Cut;

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
    match rule_id {
        "filesystem.read.block" => format!("reading `{on}` is blocked by the pattern `{pattern}`"),
        "filesystem.read.require_approval" if listed.is_none() => {
            format!("`{on}` is no file: reading a device or another process needs approval")
        }
        "filesystem.read.require_approval" => {
            format!("`{on}` could read a file that the pattern `{pattern}` blocks")
        }
        "filesystem.read.allow" => format!("no pattern speaks against reading `{on}`"),
        "filesystem.write.block" => format!("writing `{on}` is blocked by the pattern `{pattern}`"),
        "filesystem.write.require_approval" if listed.is_none() => {
            format!("writing `{on}`, outside the workspace, needs approval")
        }
        "filesystem.write.require_approval" if is_possible_write(facts, subject) => {
            format!("`{on}` could write a path that the pattern `{pattern}` names")
        }
        "filesystem.write.require_approval" => {
            format!("writing `{on}` needs approval by the pattern `{pattern}`")
        }
        "filesystem.write.allow" => format!("no pattern speaks against writing `{on}`"),
        "commands.block" => format!("`{on}` is blocked by the pattern `{pattern}`"),
        "commands.require_approval" => format!("`{on}` needs approval by the pattern `{pattern}`"),
        "commands.allow" => format!("`{on}` is allowed by the pattern `{pattern}`"),
        "commands.default.require_approval" => unlisted(facts, subject, on),
        "commands.dynamic.require_approval" => {
            format!(
                "what the command does is known only when it runs: {}",
                unknown()
            )
        }
        "commands.unparsed.require_approval" => {
            format!("the command is not understood: {}", unknown())
        }
        "commands.network.require_approval" => {
            format!("the shell would open a connection to `{on}`")
        }
        "git.protected_branch.block_direct_push" => {
            format!("`{on}` would move a branch that `{pattern}` protects")
        }
        "git.protected_branch.require_approval" => {
            format!("`{on}` moves, or could move, a branch that `{pattern}` protects")
        }
        "git.protected_branch.allow_with_attestation" => {
            format!("`{on}` would move a branch that `{pattern}` protects; it needs an attestation")
        }
        "git.remote.require_approval" => {
            let push = facts.pushes.get(subject);
            let remote = push.and_then(|push| push.remote.as_deref());
            let remote = short(remote.unwrap_or_default());
            format!("`{on}` goes to `{remote}`, which is not in `git.allowed_remotes`")
        }
        "git.ref.require_approval" => {
            format!("`{on}` moves a ref that is neither a branch nor a tag")
        }
        "git.unknown_target.require_approval" => {
            let push = facts.pushes.get(subject);
            let why = push
                .and_then(|push| push.unknown_target.as_deref())
                .unwrap_or_default();
            format!("which refs would move is not known: {}", short(why))
        }
        "git.unknown_operation.require_approval" => format!("`{on}` is not a known operation"),
        "git.allow" => format!("`{on}` moves no protected branch"),
        "terraform.plan.require_approval_unusable" => {
            let plan = facts.terraform_plan.as_ref();
            let problem = plan
                .and_then(|plan| plan.problem.as_deref())
                .unwrap_or_default();
            format!("the Terraform plan can't be relied on: {}", short(problem))
        }
        "terraform.plan.block_import" | "terraform.plan.require_approval_import" => {
            by_plan("imports", on, "terraform import", pattern)
        }
        "terraform.plan.block_removal" | "terraform.plan.require_approval_removal" => {
            by_plan("forgets", on, "terraform state rm", pattern)
        }
        "terraform.plan.require_approval_moved" => {
            format!("the plan moves an object to `{on}`, which needs approval")
        }
        "guard.tamper.require_approval" => {
            let kind = facts.guard.get(subject).map(|found| found.kind);
            match kind {
                Some(GuardTamperingKind::Environment) => {
                    format!("`{on}` is one of CAVRA's own variables; changing it needs approval")
                }
                _ => format!("`{on}` would stop or change CAVRA, which needs approval"),
            }
        }
        "mcp.server.trust.block_unknown" if on.starts_with(':') => {
            "the call names no server: give `server` and `tool`, or `SERVER:TOOL` as the `target`"
                .to_owned()
        }
        "mcp.server.trust.block_unknown" => {
            format!("the server of `{on}` is on no list of trusted servers")
        }
        "mcp.server.trust.require_approval" => format!("the server of `{on}` is on no list"),
        "mcp.server.trust.block_listed" => format!("the server `{pattern}` is blocked"),
        "mcp.server.trust.block_inconsistent" => {
            "`server`, `tool` and `target` don't name the same call".to_owned()
        }
        "mcp.server.trust.allow" => format!("the server `{pattern}` is trusted"),
        "mcp.tool.pin.require_approval_unseen" => {
            format!("`{on}` is pinned, and its definition did not come with the call")
        }
        "mcp.tool.pin.require_approval_unpinned" => {
            format!("tools of its server are pinned, and `{on}` is not: nobody has reviewed it")
        }
        "mcp.tool.name.require_approval_unusual" => {
            format!(
                "the tool of `{}` has a name that isn't made of visible ASCII characters",
                on.escape_debug()
            )
        }
        "evidence.required_fields.require_approval" => format!("the action lacks `{pattern}`"),
        other => format!("`{other}` matched `{on}`"),
    }
}

/// Whether the write depends on what only the run will show: what lies below a directory, what a
/// glob matches.
fn is_possible_write(facts: &Facts, subject: usize) -> bool {
    let write = facts.writes.get(subject);
    write.is_some_and(|write| write.certainty == Certainty::Possible)
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
