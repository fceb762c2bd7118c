//! `cavra approvals show`

use std::io::Write as _;

use clap::Args;
use serde_json::Value;
use uuid::Uuid;

use super::asked::{Asked, RecordedAction};
use crate::action::ActionType;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::OutputFormat;
use crate::cli::output::approval::requirement_text;
use crate::cli::output::{Output, facts, printable, style};
use crate::cli::service::EndpointArgs;
use crate::grpc::approval::ShownApproval;

const AFTER_HELP: &str = "\
It prints the action as the journal keeps it: without secrets, and each text cut to a named size.
What can't be shown is listed as `not shown`.

Examples:
  cavra approvals show 0192f0c1-7d0e-7cc3-98b5-3f1a5c3d6e7f --endpoint unix:/run/cavra/admin.sock

Exit codes:
  0  shown
  1  there is no such request, or the service can't be asked";

/// Which request to show.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ShowArgs {
    /// The request: the `approval_id` of a decision
    #[arg(value_name = "ID")]
    id: Uuid,
    #[command(flatten)]
    service: EndpointArgs,
}

pub(crate) fn run(args: &ShowArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let mut remote = args.service.connect()?;
    let asked = Asked::get(&mut remote, args.id)?;
    match out.format() {
        OutputFormat::Json => out.json(&asked)?,
        OutputFormat::Table => show(&asked, out)?,
    }
    Ok(ExitStatus::Success)
}

/// All that a person should know before an answer.
pub(super) fn show(asked: &Asked, out: &mut Output) -> Result<(), CliError> {
    let ShownApproval {
        state,
        state_time,
        asker,
        asker_names,
        asked_at,
        expires_at,
        action_type,
        summary,
        rule_id,
        severity,
        requirements,
        answers,
        binding,
    } = &asked.approval;
    let since = match state.is_over() {
        true => "since",
        false => "until",
    };
    row(out, "request", &binding.approval_id.to_string())?;
    row(
        out,
        "state",
        &format!("{} {since} {state_time}", state.as_str()),
    )?;
    row(out, "asked by", &names_of(asker, asker_names))?;
    row(out, "asked at", &asked_at.to_string())?;
    if state_time != expires_at {
        row(out, "answer until", &expires_at.to_string())?;
    }
    row(out, "action", action_type.as_str())?;
    match &asked.recorded {
        Some(recorded) => show_recorded(recorded, out)?,
        None => row(out, "target", summary)?,
    }
    row(out, "rule", &format!("{rule_id}, {}", severity.as_str()))?;
    row(out, "policy", &binding.effective_digest.to_string())?;
    row(out, "bound to", &binding.action.to_string())?;
    for requirement in requirements {
        row(out, "must approve", &requirement_text(requirement))?;
    }
    for answer in answers {
        let word = if answer.denies { "denied" } else { "approved" };
        let (person, at, until) = (&answer.person, answer.decided_at, answer.expires_at);
        row(out, word, &format!("by {person} at {at}, until {until}"))?;
    }
    for unseen in &asked.unseen {
        row(out, "not shown", unseen)?;
    }
    row(out, "note", uncovered(*action_type))?;
    if let Some(facts) = asked.facts() {
        writeln!(out, "\n{}", style::paint(style::HEADING, "what it does"))?;
        facts::show(out, facts, 0)?;
    }
    Ok(())
}

fn row(out: &mut Output, name: &str, value: &str) -> Result<(), CliError> {
    Ok(writeln!(out, "  {name:<15}  {}", printable(value))?)
}

/// Who asks, with every other name of theirs.
fn names_of(asker: &str, names: &[String]) -> String {
    let others = names.iter().map(String::as_str);
    let others: Vec<&str> = others.filter(|name| *name != asker).collect();
    match others.is_empty() {
        true => asker.to_owned(),
        false => format!("{asker} ({})", others.join(", ")),
    }
}

/// The action's fields, and who asks in which session.
fn show_recorded(recorded: &RecordedAction, out: &mut Output) -> Result<(), CliError> {
    let is_shown = |field: &str| !matches!(field, "action_type" | "schema_version");
    let fields = recorded.subject.action.iter();
    for (field, value) in fields.filter(|(field, _)| is_shown(field)) {
        match value {
            Value::String(text) => row(out, field, text)?,
            other => row(out, field, &other.to_string())?,
        }
    }
    let caller = &recorded.caller;
    let ids = [("session", &caller.session_id), ("agent", &caller.agent_id)];
    for (name, id) in ids {
        if let Some(id) = id {
            row(out, name, id)?;
        }
    }
    Ok(())
}

/// What an approval doesn't cover.
const fn uncovered(action_type: ActionType) -> &'static str {
    match action_type {
        ActionType::ExecuteCommand => {
            "an approval doesn't cover the contents of files and scripts that the command reads: \
             they may change before it runs"
        }
        ActionType::McpToolCall => {
            "an approval doesn't cover what the server does with the call beyond its description"
        }
        ActionType::WriteFile => {
            "an approval doesn't cover what is written: it names the path alone"
        }
        ActionType::ReadFile | ActionType::GitOperation => {
            "an approval doesn't cover what the file or the branch holds when the action is done"
        }
    }
}
