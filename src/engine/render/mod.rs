//! From ids and indices to texts: what a person reads of a finding. Every text is cut to a named
//! size, with a mark that says how much was left out.

mod effects;
mod reason;
mod search;
mod subject;

pub(super) use subject::command_of;
pub use subject::{command_text, push_text};

use std::borrow::Cow;
use std::sync::Arc;

use super::Policy;
use super::error::EvaluationError;
use super::findings::RawFinding;
use super::limits::{MAX_LISTED_NAMES, MAX_MATCHED_BYTES, MAX_REASON_BYTES};
use super::pack_rego::PackFinding;
use super::section::Section;
use crate::action::facts::Facts;
use crate::canonical::{cut, json_len};
use crate::decision::{BASE_ORIGIN, Finding, Severity, Verdict};
use crate::policy::base_rule::BaseRule;
use crate::policy::effective::Listed;

/// How bad what a base rule found would be: as the rule says or, of a call, as the pack scores
/// it (`risk`), whichever is worse.
pub(super) fn severity(risk: Option<Severity>, section: Section, raw: &RawFinding) -> Severity {
    let risk = risk.filter(|_| is_of_call(section));
    risk.map_or(raw.severity, |risk| raw.severity.max(risk))
}

fn is_of_call(section: Section) -> bool {
    matches!(
        section,
        Section::Mcp | Section::McpIdentity | Section::McpArguments
    )
}

/// A base rule's finding, with its texts.
pub(super) fn base_finding(
    policy: &Policy,
    facts: &Facts,
    section: Section,
    raw: &RawFinding,
    severity: Severity,
) -> Finding {
    let listed = raw
        .pattern
        .and_then(|index| pattern(policy, section, index));
    let pattern = listed.map(|listed| short_shared(&listed.text));
    let subject = usize::try_from(raw.subject).unwrap_or(usize::MAX);
    let matched_on = subject::matched_on(facts, section, &raw.rule_id, subject);
    let mut evidence_refs = Vec::new();
    if let Some(call) = facts.mcp.as_ref().filter(|_| is_of_call(section)) {
        evidence_refs.extend(call.fingerprint.map(|digest| format!("mcp-tool:{digest}")));
    }
    if let Some(plan) = &facts.terraform_plan {
        evidence_refs.push(format!("terraform-plan:{}", plan.fingerprint));
    }
    let special = changed_pin(policy, facts, &raw.rule_id)
        .or_else(|| effects::reason(policy, facts, &raw.rule_id, subject, matched_on.as_deref()))
        .or_else(|| search::reason(policy, facts, &raw.rule_id, subject, pattern.as_deref()));
    let reason = special.unwrap_or_else(|| {
        reason::of(
            facts,
            &raw.rule_id,
            subject,
            pattern.as_deref(),
            matched_on.as_deref(),
        )
    });
    let terms = policy.terms_of(section, raw);
    let said = terms.and_then(|terms| terms.reason.as_deref());
    Finding {
        reason: with_reason_of_entry(reason, said),
        rule_id: Arc::clone(&raw.rule_id),
        decision: raw.decision,
        severity,
        pattern,
        origin: listed.map_or_else(|| policy.base_origin(), |listed| Arc::clone(&listed.origin)),
        matched_on,
        approver_groups: base_groups(policy, section, raw),
        evidence_refs,
        entry_id: terms.and_then(|terms| terms.id.clone()),
        controls: terms.map_or_else(Arc::default, |terms| {
            short_groups(terms.controls.as_slice().into())
        }),
    }
}

/// The reason of a rule, then what the pack's entry says, which is never cut.
fn with_reason_of_entry(reason: String, of_entry: Option<&str>) -> String {
    /// Between the two.
    const BETWEEN: &str = ": ";
    let Some(of_entry) = of_entry else {
        return short_owned(reason, MAX_REASON_BYTES);
    };
    let room = MAX_REASON_BYTES.saturating_sub(json_len(of_entry) + BETWEEN.len());
    short_owned(reason, room) + BETWEEN + of_entry
}

/// The groups that approve what a base rule found: those of the entry that matched, else those of
/// the rule, else the default ones. None if nothing is to be approved.
pub(super) fn base_groups(policy: &Policy, section: Section, raw: &RawFinding) -> Arc<[Arc<str>]> {
    let of_entry = policy
        .terms_of(section, raw)
        .map(|terms| terms.approvers.as_slice());
    short_groups(match of_entry {
        Some(groups @ [_, ..]) if raw.decision == Verdict::RequireApproval => groups.into(),
        _ => policy.approvers(&raw.rule_id, raw.decision),
    })
}

/// The groups that approve what a pack's own rule found.
pub(super) fn pack_groups(policy: &Policy, found: &PackFinding) -> Arc<[Arc<str>]> {
    short_groups(match found.approvers.is_empty() {
        true => policy.approvers(&found.rule_id, found.decision),
        false => Arc::clone(&found.approvers),
    })
}

/// The id of the pack's entry that a base rule's finding is about, or its pattern.
pub(super) fn entry_name(policy: &Policy, section: Section, raw: &RawFinding) -> Option<Arc<str>> {
    let listed = pattern(policy, section, raw.pattern?)?;
    let id = listed.terms.as_ref().and_then(|terms| terms.id.clone());
    Some(id.unwrap_or_else(|| short_shared(&listed.text)))
}

/// A text of a finding, cut to [`MAX_MATCHED_BYTES`].
fn short(text: &str) -> Cow<'_, str> {
    cut(text, MAX_MATCHED_BYTES)
}

fn short_shared(text: &Arc<str>) -> Arc<str> {
    match short(text) {
        Cow::Borrowed(_) => Arc::clone(text),
        Cow::Owned(cut) => cut.into(),
    }
}

fn short_owned(text: String, limit: usize) -> String {
    match cut(&text, limit) {
        Cow::Borrowed(_) => text,
        Cow::Owned(cut) => cut,
    }
}

/// The first [`MAX_LISTED_NAMES`] of a list, then how many there are more. None if nothing has
/// to be cut.
fn short_list<T: AsRef<str> + From<String>>(names: &[T]) -> Option<Vec<T>> {
    let fits = |name: &T| matches!(short(name.as_ref()), Cow::Borrowed(_));
    if names.len() <= MAX_LISTED_NAMES && names.iter().all(fits) {
        return None;
    }
    let more = names.len().saturating_sub(MAX_LISTED_NAMES);
    let mark = (more > 0).then(|| format!("… [{more} left out]"));
    let kept = names.iter().take(MAX_LISTED_NAMES);
    let kept = kept.map(|name| short(name.as_ref()).into_owned());
    Some(kept.chain(mark).map(T::from).collect())
}

fn short_groups(groups: Arc<[Arc<str>]>) -> Arc<[Arc<str>]> {
    short_list(&groups).map_or(groups, Into::into)
}

/// Which definition was approved and which one came, where they differ.
fn changed_pin(policy: &Policy, facts: &Facts, rule_id: &str) -> Option<String> {
    if rule_id != BaseRule::McpToolPinBlockChanged.id() {
        return None;
    }
    let call = facts.mcp.as_ref()?;
    let pin = policy.pin_of(call)?;
    let given = call.fingerprint?;
    Some(format!(
        "the definition of `{}:{}` is not the one that was approved: pinned is {pin}, given was {given}",
        short(&call.server),
        short(&call.tool)
    ))
}

/// A finding of a pack's own Rego.
pub(super) fn pack_finding(
    policy: &Policy,
    facts: &Facts,
    origin: &Arc<str>,
    found: &PackFinding,
) -> Finding {
    let references = &found.evidence_refs;
    let mut evidence_refs = short_list(references).unwrap_or_else(|| references.clone());
    if let Some(plan) = &facts.terraform_plan {
        evidence_refs.push(format!("terraform-plan:{}", plan.fingerprint));
    }
    Finding {
        rule_id: Arc::clone(&found.rule_id),
        decision: found.decision,
        severity: found.severity,
        reason: cut(&found.reason, MAX_REASON_BYTES).into_owned(),
        pattern: None,
        matched_on: found.matched_on.as_deref().map(|it| short(it).into_owned()),
        origin: Arc::clone(origin),
        approver_groups: pack_groups(policy, found),
        evidence_refs,
        entry_id: None,
        controls: Arc::default(),
    }
}

/// Rules that failed: they differ from rules that found nothing.
pub(super) fn failed(policy: &Policy, origin: Arc<str>, error: &EvaluationError) -> Finding {
    let rule = match error {
        EvaluationError::Failed(_) | EvaluationError::Died(_) => {
            BaseRule::RuntimeEvaluationRequireApprovalFailed
        }
        EvaluationError::OverLimit(_) => BaseRule::RuntimeEvaluationRequireApprovalTimedOut,
        EvaluationError::Malformed(_) => BaseRule::RuntimeEvaluationRequireApprovalMalformed,
    };
    let reason = format!("the rules of `{origin}` {error}");
    runtime(policy, origin, rule, reason)
}

/// No rule had anything to say.
pub(super) fn nothing_matched(policy: &Policy) -> Finding {
    let reason = "no rule speaks about this action".to_owned();
    runtime(
        policy,
        policy.base_origin(),
        BaseRule::RuntimeDefaultRequireApproval,
        reason,
    )
}

/// The origin of findings of base rules that use no entry of a pack.
pub(super) fn base_origin() -> Arc<str> {
    Arc::from(BASE_ORIGIN)
}

fn runtime(policy: &Policy, origin: Arc<str>, rule: BaseRule, reason: String) -> Finding {
    Finding {
        rule_id: rule.id().into(),
        decision: rule.verdict(),
        severity: rule.severity(),
        reason: short_owned(reason, MAX_REASON_BYTES),
        pattern: None,
        matched_on: None,
        origin,
        approver_groups: policy.approvers(rule.id(), rule.verdict()),
        evidence_refs: Vec::new(),
        entry_id: None,
        controls: Arc::default(),
    }
}

/// The entry of a section's pattern index.
pub(super) fn pattern(policy: &Policy, section: Section, index: u32) -> Option<&Listed> {
    let network = &policy.pack.content.network;
    let (files, commands, mcp) = (
        &policy.pack.content.filesystem,
        &policy.pack.content.commands,
        &policy.pack.content.mcp,
    );
    let lists: [&[Listed]; 3] = match section {
        Section::FilesystemRead => [&files.block_read, &files.require_approval_read, &[]],
        Section::FilesystemWrite => [&files.block_write, &files.require_approval_write, &[]],
        Section::Commands => [&commands.block, &commands.require_approval, &commands.allow],
        Section::Git | Section::GitProtected => {
            [&policy.pack.content.git.protected_branches, &[], &[]]
        }
        Section::Mcp | Section::McpIdentity => [
            &mcp.allowed_servers,
            &mcp.blocked_servers,
            &mcp.approval_servers,
        ],
        Section::Evidence => [&policy.pack.content.evidence.required_fields, &[], &[]],
        Section::Network => [&network.block, &network.require_approval, &[]],
        Section::Terraform => [&commands.block, &commands.require_approval, &[]],
        Section::Effects | Section::Unknowns | Section::Guard | Section::McpArguments => {
            [&[], &[], &[]]
        }
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
