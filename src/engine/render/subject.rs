//! What a finding is about, as text.

use super::super::limits::MAX_MATCHED_BYTES;
use super::super::section::Section;
use super::short;
use crate::action::facts::{Command, Facts, PathAccess, Push, TerraformPlan};
use crate::canonical::Cut;
use crate::policy::base_rule::BaseRule;

/// What a rule matched on: a path, a command, a ref, a server.
pub(super) fn matched_on(
    facts: &Facts,
    section: Section,
    rule_id: &str,
    subject: usize,
) -> Option<String> {
    match section {
        Section::FilesystemRead => facts.all_reads().nth(subject).map(path_text),
        Section::FilesystemWrite => facts.all_writes().nth(subject).map(path_text),
        Section::Commands | Section::Effects => facts.commands.get(subject).map(command_text),
        Section::Unknowns if rule_id == BaseRule::CommandsNetworkRequireApproval.id() => facts
            .network
            .get(subject)
            .map(|network| short(&network.endpoint).into_owned()),
        Section::Network => facts
            .network
            .get(subject)
            .map(|network| short(&network.endpoint).into_owned()),
        Section::Unknowns => {
            let command = facts.unknowns.get(subject)?.command?;
            matched_on(facts, Section::Commands, rule_id, command)
        }
        Section::Git | Section::GitProtected => facts.pushes.get(subject).map(push_text),
        Section::Mcp | Section::McpIdentity | Section::McpArguments => facts
            .mcp
            .as_ref()
            .map(|call| format!("{}:{}", short(&call.server), short(&call.tool))),
        Section::Terraform => facts
            .terraform_plan
            .as_ref()
            .map(|plan| plan_text(plan, rule_id, subject)),
        Section::Guard => facts
            .guard
            .get(subject)
            .map(|found| short(&found.what).into_owned()),
        Section::Evidence => None,
    }
}

/// The index in `facts.commands` of the simple command that a finding is about, if it is about one.
pub(crate) fn command_of(
    facts: &Facts,
    section: Section,
    rule_id: &str,
    subject: usize,
) -> Option<usize> {
    let of_network = || facts.network.get(subject)?.command;
    match section {
        Section::Commands | Section::Effects => Some(subject),
        Section::FilesystemRead => facts.all_reads().nth(subject)?.command,
        Section::FilesystemWrite => facts.all_writes().nth(subject)?.command,
        Section::Unknowns if rule_id == BaseRule::CommandsNetworkRequireApproval.id() => {
            of_network()
        }
        Section::Network => of_network(),
        Section::Unknowns => facts.unknowns.get(subject)?.command,
        Section::Git | Section::GitProtected => facts.pushes.get(subject)?.command,
        Section::Guard => facts.guard.get(subject)?.command,
        Section::Mcp
        | Section::McpIdentity
        | Section::McpArguments
        | Section::Terraform
        | Section::Evidence => None,
    }
}

/// The resource that a rule is about, or the plan as a whole.
fn plan_text(plan: &TerraformPlan, rule_id: &str, subject: usize) -> String {
    let change = plan
        .changes
        .get(subject)
        .filter(|_| rule_id != BaseRule::TerraformPlanRequireApprovalUnusable.id());
    change.map_or_else(
        || plan.fingerprint.to_string(),
        |it| short(&it.address).into_owned(),
    )
}

fn path_text(access: &PathAccess) -> String {
    short(&access.written).into_owned()
}

/// What a finding about a command matched on.
pub fn command_text(command: &Command) -> String {
    let mut text = Cut::new(MAX_MATCHED_BYTES);
    text.join(command.words.iter().map(|word| word.text.as_str()), " ");
    text.finish()
}

/// What a finding about a push matched on: the operation and the refs, the same one in a row once.
pub fn push_text(push: &Push) -> String {
    let mut text = Cut::new(MAX_MATCHED_BYTES);
    text.push(&push.operation);
    let mut last = None;
    for update in push.readings.iter().flatten() {
        if last != Some(update.name.as_str()) {
            text.join(["", &update.name], " ");
        }
        last = Some(update.name.as_str());
    }
    text.finish()
}
