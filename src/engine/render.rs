//! From ids and indices to texts: what a person reads of a finding.

use std::sync::Arc;

use super::Policy;
use super::error::EvaluationError;
use super::findings::RawFinding;
use super::pack_rego::PackFinding;
use super::section::Section;
use crate::action::facts::{Certainty, Facts, GuardTamperingKind, PathAccess, TerraformPlan};
use crate::policy::decision::Finding;
use crate::policy::effective::Listed;
use crate::policy::verdict::{
    BASE_ORIGIN, RUNTIME_DEFAULT, RUNTIME_FAILED, RUNTIME_MALFORMED, RUNTIME_TIMED_OUT, Severity,
    Verdict,
};

/// A base rule's finding, with its texts.
pub(super) fn base_finding(
    policy: &Policy,
    facts: &Facts,
    section: Section,
    raw: &RawFinding,
) -> Finding {
    let listed = raw
        .pattern
        .and_then(|index| pattern(policy, section, index));
    let subject = usize::try_from(raw.subject).unwrap_or(usize::MAX);
    let matched_on = matched_on(facts, section, &raw.rule_id, subject);
    let mut severity = raw.severity;
    let mut evidence_refs = Vec::new();
    if matches!(section, Section::Mcp | Section::McpIdentity)
        && let Some(call) = &facts.mcp
    {
        severity = severity.max(policy.risk_of(call));
        evidence_refs.extend(call.fingerprint.map(|digest| format!("mcp-tool:{digest}")));
    }
    if let Some(plan) = &facts.terraform_plan {
        evidence_refs.push(format!("terraform-plan:{}", plan.fingerprint));
    }
    Finding {
        reason: changed_pin(policy, facts, &raw.rule_id)
            .unwrap_or_else(|| reason(facts, &raw.rule_id, subject, listed, matched_on.as_deref())),
        rule_id: Arc::clone(&raw.rule_id),
        decision: raw.decision,
        severity,
        pattern: listed.map(|listed| Arc::clone(&listed.text)),
        origin: listed.map_or_else(|| policy.base_origin(), |listed| Arc::clone(&listed.origin)),
        matched_on,
        approver_groups: policy.approvers(&raw.rule_id, raw.decision),
        evidence_refs,
    }
}

/// Which definition was approved and which one came, where they differ.
fn changed_pin(policy: &Policy, facts: &Facts, rule_id: &str) -> Option<String> {
    if rule_id != "mcp.tool.pin.block_changed" {
        return None;
    }
    let call = facts.mcp.as_ref()?;
    let pin = policy.pin_of(call)?;
    let given = call.fingerprint?;
    Some(format!(
        "the definition of `{}:{}` is not the one that was approved: pinned is {pin}, given was {given}",
        call.server, call.tool
    ))
}

/// A finding of a pack's own Rego.
pub(super) fn pack_finding(
    policy: &Policy,
    facts: &Facts,
    origin: &Arc<str>,
    found: &PackFinding,
) -> Finding {
    let approver_groups = if found.approvers.is_empty() {
        policy.approvers(&found.rule_id, found.decision)
    } else {
        Arc::clone(&found.approvers)
    };
    let mut evidence_refs = found.evidence_refs.clone();
    if let Some(plan) = &facts.terraform_plan {
        evidence_refs.push(format!("terraform-plan:{}", plan.fingerprint));
    }
    Finding {
        rule_id: Arc::clone(&found.rule_id),
        decision: found.decision,
        severity: found.severity,
        reason: found.reason.to_string(),
        pattern: None,
        matched_on: found.matched_on.as_deref().map(str::to_owned),
        origin: Arc::clone(origin),
        approver_groups,
        evidence_refs,
    }
}

/// Rules that gave no findings: told apart from rules that had nothing to say.
pub(super) fn failed(policy: &Policy, origin: Arc<str>, error: &EvaluationError) -> Finding {
    let (rule_id, reason) = match error {
        EvaluationError::Failed(message) => (
            RUNTIME_FAILED,
            format!(
                "the rules of `{origin}` ended in an error: {}",
                message.trim()
            ),
        ),
        EvaluationError::OverLimit(what) => {
            (RUNTIME_TIMED_OUT, format!("the rules of `{origin}` {what}"))
        }
        EvaluationError::Malformed(message) => (
            RUNTIME_MALFORMED,
            format!("the rules of `{origin}` returned something malformed: {message}"),
        ),
    };
    runtime(policy, origin, rule_id, Severity::High, reason)
}

/// No rule had anything to say.
pub(super) fn nothing_matched(policy: &Policy) -> Finding {
    let reason = "no rule speaks about this action".to_owned();
    runtime(
        policy,
        policy.base_origin(),
        RUNTIME_DEFAULT,
        Severity::Medium,
        reason,
    )
}

/// The origin of base rules that no entry of a pack stands behind.
pub(super) fn base_origin() -> Arc<str> {
    Arc::from(BASE_ORIGIN)
}

fn runtime(
    policy: &Policy,
    origin: Arc<str>,
    rule_id: &str,
    severity: Severity,
    reason: String,
) -> Finding {
    Finding {
        rule_id: rule_id.into(),
        decision: Verdict::RequireApproval,
        severity,
        reason,
        pattern: None,
        matched_on: None,
        origin,
        approver_groups: policy.approvers(rule_id, Verdict::RequireApproval),
        evidence_refs: Vec::new(),
    }
}

/// The entry that a section's pattern index stands for.
fn pattern(policy: &Policy, section: Section, index: u32) -> Option<&Listed> {
    let (files, commands, mcp) = (
        &policy.pack.filesystem,
        &policy.pack.commands,
        &policy.pack.mcp,
    );
    let lists: [&[Listed]; 3] = match section {
        Section::FilesystemRead => [&files.block_read, &[], &[]],
        Section::FilesystemWrite => [&files.block_write, &files.require_approval_write, &[]],
        Section::Commands => [&commands.block, &commands.require_approval, &commands.allow],
        Section::Git | Section::GitProtected => [&policy.pack.git.protected_branches, &[], &[]],
        Section::Mcp | Section::McpIdentity => [&mcp.allowed_servers, &mcp.blocked_servers, &[]],
        Section::Evidence => [&policy.pack.required_fields, &[], &[]],
        Section::Terraform => [&commands.block, &commands.require_approval, &[]],
        Section::Unknowns | Section::Guard => [&[], &[], &[]],
    };
    let mut index = usize::try_from(index).ok()?;
    for list in lists {
        match list.get(index) {
            Some(listed) => return Some(listed),
            None => index = index.checked_sub(list.len())?,
        }
    }
    None
}

fn matched_on(facts: &Facts, section: Section, rule_id: &str, subject: usize) -> Option<String> {
    match section {
        Section::FilesystemRead => facts.all_reads().nth(subject).map(path_text),
        Section::FilesystemWrite => facts.all_writes().nth(subject).map(path_text),
        Section::Commands => facts.commands.get(subject).map(|command| {
            let words: Vec<&str> = command
                .words
                .iter()
                .map(|word| word.text.as_str())
                .collect();
            words.join(" ")
        }),
        Section::Unknowns if rule_id.starts_with("commands.network") => facts
            .network
            .get(subject)
            .map(|network| network.endpoint.clone()),
        Section::Unknowns => {
            let command = facts.unknowns.get(subject)?.command?;
            matched_on(facts, Section::Commands, rule_id, command)
        }
        Section::Git | Section::GitProtected => facts.pushes.get(subject).map(|push| {
            let refs = push
                .readings
                .iter()
                .flatten()
                .map(|update| update.name.as_str());
            let mut names: Vec<&str> = refs.collect();
            names.dedup();
            format!("{} {}", push.operation, names.join(" "))
                .trim_end()
                .to_owned()
        }),
        Section::Mcp | Section::McpIdentity => facts
            .mcp
            .as_ref()
            .map(|call| format!("{}:{}", call.server, call.tool)),
        Section::Terraform => facts
            .terraform_plan
            .as_ref()
            .map(|plan| plan_text(plan, rule_id, subject)),
        Section::Guard => facts.guard.get(subject).map(|found| found.what.clone()),
        Section::Evidence => None,
    }
}

/// The resource that a rule is about, or the plan as a whole.
fn plan_text(plan: &TerraformPlan, rule_id: &str, subject: usize) -> String {
    let change = plan
        .changes
        .get(subject)
        .filter(|_| rule_id != "terraform.plan.require_approval_unusable");
    change.map_or_else(|| plan.fingerprint.to_string(), |it| it.address.clone())
}

fn path_text(access: &PathAccess) -> String {
    access.written.clone()
}

fn reason(
    facts: &Facts,
    rule_id: &str,
    subject: usize,
    listed: Option<&Listed>,
    on: Option<&str>,
) -> String {
    let pattern = listed.map_or("", |listed| listed.text.as_ref());
    let on = on.unwrap_or_default();
    let unknown = || {
        facts
            .unknowns
            .get(subject)
            .map_or("", |unknown| unknown.reason.as_str())
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
            let remote = remote.unwrap_or_default();
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
            format!("which refs would move is not known: {why}")
        }
        "git.unknown_operation.require_approval" => format!("`{on}` is not a known operation"),
        "git.allow" => format!("`{on}` moves no protected branch"),
        "terraform.plan.require_approval_unusable" => {
            let plan = facts.terraform_plan.as_ref();
            let problem = plan
                .and_then(|plan| plan.problem.as_deref())
                .unwrap_or_default();
            format!("the Terraform plan can't be relied on: {problem}")
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
    let lifted = command
        .map(|command| command.allow_lifted.join("; "))
        .unwrap_or_default();
    let assigned = command
        .map(|command| command.assignments.join("`, `"))
        .unwrap_or_default();
    let unvouched = command
        .map(|command| command.unvouched.join("`, `"))
        .unwrap_or_default();
    if !lifted.is_empty() {
        format!("`{on}` can't be allowed: {lifted}")
    } else if !assigned.is_empty() {
        format!("`{on}` can't be allowed: it sets `{assigned}`")
    } else if !unvouched.is_empty() {
        format!("`{on}` is on no list that names `{unvouched}`, which no table knows")
    } else {
        format!("`{on}` is on no list")
    }
}
