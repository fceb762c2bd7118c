//! `cavra approvals show`

use std::io::Write as _;

use clap::Args;
use uuid::Uuid;

use crate::action::ActionType;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::OutputFormat;
use crate::cli::output::approval::requirement_text;
use crate::cli::output::{Output, printable};
use crate::cli::service::EndpointArgs;
use crate::grpc::approval::ShownApproval;

const AFTER_HELP: &str = "\
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
    let approval = remote.call(async |client| client.approval(args.id).await)?;
    match out.format() {
        OutputFormat::Json => out.json(&approval)?,
        OutputFormat::Table => show(&approval, out)?,
    }
    Ok(ExitStatus::Success)
}

/// All that a person should know before an answer.
pub(super) fn show(approval: &ShownApproval, out: &mut Output) -> Result<(), CliError> {
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
    } = approval;
    let since = match state.is_over() {
        true => "since",
        false => "until",
    };
    let rows = [
        ("request", binding.approval_id.to_string()),
        ("state", format!("{} {since} {state_time}", state.as_str())),
        ("asked by", format!("{asker} ({})", asker_names.join(", "))),
        ("asked at", asked_at.to_string()),
        ("answer until", expires_at.to_string()),
        ("action", action_type.as_str().to_owned()),
        ("target", summary.clone()),
        ("rule", format!("{rule_id}, {}", severity.as_str())),
        ("policy", binding.effective_digest.to_string()),
        ("bound to", binding.action.to_string()),
    ];
    for (name, value) in rows {
        writeln!(out, "  {name:<13}  {}", printable(&value))?;
    }
    for requirement in requirements {
        let text = requirement_text(requirement);
        writeln!(out, "  {:<13}  {}", "must approve", printable(&text))?;
    }
    for answer in answers {
        let word = if answer.denies { "denied" } else { "approved" };
        let person = printable(&answer.person);
        let (at, until) = (answer.decided_at, answer.expires_at);
        writeln!(out, "  {word:<13}  by {person} at {at}, until {until}")?;
    }
    for note in notes(*action_type, summary) {
        writeln!(out, "  {:<13}  {note}", "note")?;
    }
    Ok(())
}

/// What an approval doesn't cover, and what can't be seen.
fn notes(action_type: ActionType, summary: &str) -> Vec<&'static str> {
    let mut notes = Vec::new();
    if crate::redaction::has_marks(summary) {
        notes
            .push("the target has words in `[…:…]` that are hidden because they look like secrets");
    }
    if crate::canonical::is_cut(summary) {
        notes.push("the target is cut; `cavra journal show ID` has more of it");
    }
    notes.push(match action_type {
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
    });
    notes
}
