//! What an offer holds in memory, near enough: its parts, and the bytes of every text in it.
//!
//! All of a decision that somebody can make large is here. What is shared with the policy, such
//! as names of rules and of packs, costs an offer nothing.

use std::mem::size_of;

use super::Offer;
use crate::action::facts::{
    Command, Facts, GuardTampering, McpArgument, McpArguments, NetworkAccess, PathAccess, Push,
    RefUpdate, ResourceChange, Unknown,
};
use crate::action::{Action, Caller, McpToolCall, Place, Request};
use crate::decision::{Finding, Judgement};

pub(super) fn of(offer: &Offer) -> usize {
    size_of::<Offer>()
        + of_action(&offer.decision.action)
        + of_judgement(&offer.decision.judgement)
        + of_facts(&offer.facts)
        + offer.kept.bytes()
}

fn of_action(action: &Action) -> usize {
    let Action {
        request,
        caller,
        place,
        terraform_plan,
    } = action;
    let Caller {
        session_id,
        agent_id,
        actor,
        correlation_id,
    } = caller;
    let Place {
        cwd,
        workspace_root,
        root_named: _,
        workspace_roots,
        current_branch,
    } = place;
    let fields = [
        session_id,
        agent_id,
        actor,
        correlation_id,
        cwd,
        workspace_root,
        current_branch,
    ];
    let plan = terraform_plan.as_deref().map_or(0, str::len);
    let roots = sum(workspace_roots, |root| size_of_val(root) + root.path.len());
    size_of::<Action>() + of_request(request) + plan + sum(fields, optional) + roots
}

fn of_request(request: &Request) -> usize {
    match request {
        Request::ReadFile { path }
        | Request::WriteFile { path }
        | Request::SearchFiles { path, .. } => path.len(),
        Request::ExecuteCommand { command_line } => command_line.len(),
        Request::GitOperation { operation, target } => operation.len() + target.len(),
        Request::McpToolCall(call) => {
            let McpToolCall {
                target,
                server,
                tool,
                capability,
                operation,
                definition,
                arguments,
            } = call;
            let names = [server, tool, capability, operation];
            let texts = [definition, arguments];
            let texts = sum(texts, |text| text.as_deref().map_or(0, str::len));
            target.len() + texts + sum(names, optional)
        }
    }
}

fn of_judgement(judgement: &Judgement) -> usize {
    sum(&judgement.findings, |finding: &Finding| {
        size_of::<Finding>()
            + finding.reason.len()
            + optional(&finding.matched_on)
            + texts(&finding.evidence_refs)
    })
}

fn of_facts(facts: &Facts) -> usize {
    let Facts {
        commands,
        guard,
        lists,
        mcp,
        network,
        presumed_reads,
        presumed_writes,
        pushes,
        reads,
        terraform_plan,
        unknowns,
        writes,
    } = facts;
    let paths = [lists, presumed_reads, presumed_writes, reads, writes];
    let changes = terraform_plan.iter().flat_map(|plan| &plan.changes);
    size_of::<Facts>()
        + sum(commands, of_command)
        + sum(guard, |it| size_of::<GuardTampering>() + it.what.len())
        + sum(mcp, |it| {
            it.server.len() + it.tool.len() + sum(&it.arguments, of_arguments)
        })
        + sum(network, of_network)
        + sum(paths.into_iter().flatten(), of_path)
        + sum(pushes, of_push)
        + sum(changes, of_change)
        + sum(unknowns, |it| size_of::<Unknown>() + it.reason.len())
}

fn of_network(access: &NetworkAccess) -> usize {
    let texts = [&access.host, &access.remote, &access.scheme];
    let texts = texts.into_iter().flatten().map(String::len);
    size_of::<NetworkAccess>() + access.endpoint.len() + texts.sum::<usize>()
}

fn of_command(command: &Command) -> usize {
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
    let lists = [
        allow_lifted,
        assignments,
        &effects.unaccounted,
        unvouched,
        via,
    ];
    let lists = lists.into_iter().chain(allow_form);
    size_of::<Command>()
        + program.len()
        + sum(lists.chain(block_forms), |list| {
            size_of::<Vec<String>>() + texts(list)
        })
        + sum(words, |word| size_of_val(word) + word.text.len())
}

fn of_arguments(arguments: &McpArguments) -> usize {
    let one = |it: &McpArgument| size_of_val(it) + it.at.len() + optional(&it.text);
    sum(&arguments.values, one) + texts(&arguments.unclear)
}

fn of_path(path: &PathAccess) -> usize {
    let root = path.root.as_ref().map_or(0, |root| root.path.len());
    size_of::<PathAccess>() + path.path.len() + path.via.len() + path.written.len() + root
}

fn of_push(push: &Push) -> usize {
    let updates = push.readings.iter().flatten();
    size_of::<Push>()
        + push.operation.len()
        + optional(&push.remote)
        + optional(&push.unknown_target)
        + sum(updates, |update| {
            size_of::<RefUpdate>() + update.name.len() + texts(&update.excludes)
        })
}

fn of_change(change: &ResourceChange) -> usize {
    size_of::<ResourceChange>()
        + change.address.len()
        + optional(&change.deposed)
        + optional(&change.previous_address)
        + change.provider.len()
        + change.resource_type.len()
}

fn texts(texts: &[String]) -> usize {
    sum(texts, |text| size_of::<String>() + text.len())
}

fn optional(text: &Option<String>) -> usize {
    text.as_ref().map_or(0, String::len)
}

fn sum<T>(of: impl IntoIterator<Item = T>, bytes: impl Fn(T) -> usize) -> usize {
    of.into_iter().map(bytes).sum()
}
