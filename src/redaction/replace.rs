//! Every text that can contain a mark. Each field is named, so that a new one is not forgotten.

use std::sync::Arc;

use serde_json::Value;

use super::literals::literals;
use crate::action::facts::{
    CallerRoot, Command, Facts, GuardTampering, McpArgument, McpArguments, McpCall, NetworkAccess,
    PathAccess, Push, RefUpdate, ResourceChange, Search, TerraformPlan, Unknown, Word,
};
use crate::action::{Action, Request};
use crate::decision::{Finding, Judgement};

/// Puts another text in the place of the target.
pub(super) fn target(action: &mut Action, text: &str) {
    let target = match &mut action.request {
        Request::ReadFile { path }
        | Request::WriteFile { path }
        | Request::SearchFiles { path, .. } => path,
        Request::ExecuteCommand { command_line } => command_line,
        Request::GitOperation { target, .. } => target,
        Request::McpToolCall(call) => &mut call.target,
    };
    text.clone_into(target);
}

/// Hides a tool's definition and a call's arguments, each as a whole.
pub(super) fn documents(action: &mut Action, hide: impl Fn(&mut String)) {
    let Request::McpToolCall(call) = &mut action.request else {
        return;
    };
    let documents = [&mut call.definition, &mut call.arguments];
    for document in documents.into_iter().flatten() {
        let mut text = document.to_string();
        hide(&mut text);
        *document = Value::from(text).to_string().into();
    }
}

/// The plan stays, so that it is known that there was one; it is never stored.
pub(super) fn action(action: &mut Action, hide: &impl Fn(&mut String)) {
    action.edit_texts(hide);
    if let Request::McpToolCall(call) = &mut action.request {
        let documents = [&mut call.definition, &mut call.arguments];
        for text in documents.into_iter().flatten() {
            // What isn't JSON has no facts, and so no decision.
            let hidden = json_text(text, hide);
            *text = hidden.unwrap_or_else(|| "null".to_owned()).into();
        }
    }
}

/// Every string and key of a JSON text. None if it is not JSON.
fn json_text(text: &str, hide: &impl Fn(&mut String)) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut literals = literals(text);
    for literal in &mut literals {
        out.push_str(literal.before);
        let meant = literal.meant()?;
        let mut hidden = meant.to_string();
        hide(&mut hidden);
        match hidden == meant {
            true => out.push_str(literal.written),
            false => out.push_str(&Value::from(hidden).to_string()),
        }
    }
    let rest = literals.rest();
    out.push_str(rest);
    (!rest.contains('"')).then_some(out)
}

/// Every string and key of a JSON value.
pub(super) fn json(value: &mut Value, hide: &impl Fn(&mut String)) {
    match value {
        Value::String(text) => hide(text),
        Value::Array(items) => items.iter_mut().for_each(|item| json(item, hide)),
        Value::Object(members) => {
            let hidden = std::mem::take(members)
                .into_iter()
                .map(|(mut key, mut value)| {
                    hide(&mut key);
                    json(&mut value, hide);
                    (key, value)
                });
            *members = hidden.collect();
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

pub(super) fn facts(facts: &mut Facts, hide: &impl Fn(&mut String)) {
    let Facts {
        commands,
        mcp,
        guard,
        lists,
        network,
        presumed_reads,
        presumed_writes,
        pushes,
        reads,
        terraform_plan,
        unknowns,
        writes,
    } = facts;
    commands.iter_mut().for_each(|it| command(it, hide));
    if let Some(McpCall {
        arguments,
        capability,
        consistent: _,
        fingerprint: _,
        server,
        tool,
    }) = mcp
    {
        capability.iter_mut().for_each(hide);
        hide(server);
        hide(tool);
        arguments
            .iter_mut()
            .for_each(|it| self::arguments(it, hide));
    }
    for NetworkAccess {
        command: _,
        endpoint,
        host,
        port: _,
        remote,
        scheme: _,
        traffic: _,
    } in network
    {
        hide(endpoint);
        [host, remote].into_iter().flatten().for_each(hide);
    }
    pushes.iter_mut().for_each(|it| push(it, hide));
    for PathAccess {
        anchor: _,
        certainty: _,
        command: _,
        device: _,
        made_before: _,
        outside_workspace: _,
        own_kind: _,
        path,
        root,
        search,
        via,
        whole: _,
        written,
    } in reads
        .iter_mut()
        .chain(writes)
        .chain(presumed_reads)
        .chain(presumed_writes)
        .chain(lists)
    {
        hide(path);
        if let Some(CallerRoot { anywhere: _, path }) = root {
            hide(path);
        }
        if let Some(search) = search {
            let Search {
                excludes,
                includes,
                names_only: _,
                respects_ignore: _,
            } = &mut **search;
            excludes.iter_mut().chain(includes).for_each(hide);
        }
        hide(via);
        hide(written);
    }
    for GuardTampering {
        command: _,
        kind: _,
        what,
    } in guard
    {
        hide(what);
    }
    if let Some(plan) = terraform_plan {
        self::plan(plan, hide);
    }
    for Unknown {
        command: _,
        kind: _,
        reason,
    } in unknowns
    {
        hide(reason);
    }
}

fn command(command: &mut Command, hide: &impl Fn(&mut String)) {
    let Command {
        allow_form,
        allow_lifted,
        assignments,
        block_forms,
        effect: _,
        effects,
        inert: _,
        may_follow: _,
        neutral: _,
        program,
        push: _,
        tried: _,
        unvouched,
        via,
        words,
    } = command;
    let forms = block_forms.iter_mut().chain(allow_form);
    forms.flatten().for_each(hide);
    let unaccounted = &mut effects.unaccounted;
    let lists = [allow_lifted, assignments, unaccounted, unvouched, via];
    lists.into_iter().flatten().for_each(hide);
    hide(program);
    for Word { dynamic: _, text } in words {
        hide(text);
    }
}

fn arguments(arguments: &mut McpArguments, hide: &impl Fn(&mut String)) {
    let McpArguments {
        digest: _,
        incomplete: _,
        unclear,
        values,
    } = arguments;
    unclear.iter_mut().for_each(hide);
    for McpArgument {
        at,
        digest: _,
        kind: _,
        text,
    } in values
    {
        hide(at);
        text.iter_mut().for_each(hide);
    }
}

fn push(push: &mut Push, hide: &impl Fn(&mut String)) {
    let Push {
        command: _,
        dry_run: _,
        known: _,
        operation,
        readings,
        remote,
        unknown_target,
        writes: _,
    } = push;
    hide(operation);
    for RefUpdate {
        delete: _,
        excludes,
        force: _,
        glob: _,
        name,
    } in readings.iter_mut().flatten()
    {
        excludes.iter_mut().for_each(hide);
        hide(name);
    }
    [remote, unknown_target]
        .into_iter()
        .flatten()
        .for_each(hide);
}

fn plan(plan: &mut TerraformPlan, hide: &impl Fn(&mut String)) {
    let TerraformPlan {
        changes,
        fingerprint: _,
        problem,
        usable: _,
    } = plan;
    for ResourceChange {
        action: _,
        address,
        deposed,
        importing: _,
        previous_address,
        provider,
        resource_type,
    } in changes
    {
        [deposed, previous_address]
            .into_iter()
            .flatten()
            .for_each(hide);
        hide(address);
        hide(provider);
        hide(resource_type);
    }
    problem.iter_mut().for_each(hide);
}

/// The ids of rules and packs stay: they are no agent's texts.
pub(super) fn judgement(judgement: &mut Judgement, hide: &impl Fn(&mut String)) {
    let Judgement {
        decision: _,
        would_be: _,
        outcome: _,
        severity: _,
        findings,
        matched_rules_left_out: _,
        approval_requirements,
    } = judgement;
    for because in approval_requirements
        .iter_mut()
        .flat_map(|it| &mut it.because)
    {
        because
            .entry
            .iter_mut()
            .for_each(|entry| shared(entry, hide));
    }
    for Finding {
        rule_id: _,
        decision: _,
        severity: _,
        reason,
        pattern,
        matched_on,
        origin: _,
        approver_groups: _,
        evidence_refs,
        entry_id: _,
        controls: _,
    } in findings
    {
        hide(reason);
        matched_on.iter_mut().chain(evidence_refs).for_each(hide);
        pattern.iter_mut().for_each(|pattern| shared(pattern, hide));
    }
}

/// Copies a text only if it is changed.
fn shared(shared: &mut Arc<str>, hide: &impl Fn(&mut String)) {
    let mut text = shared.to_string();
    hide(&mut text);
    if text != **shared {
        *shared = Arc::from(text);
    }
}
