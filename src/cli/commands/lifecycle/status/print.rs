//! The status as a table.

use std::io::Write as _;

use super::{Asked, Stage, shown};
use crate::authority::gate::available_rollback::AvailableRollback;
use crate::cli::commands::lifecycle::next;
use crate::cli::error::CliError;
use crate::cli::output::{Output, printable, style};
use crate::decision::PolicyState;
use crate::grpc::lifecycle::{LifecycleStatus, UnratifiedBreakGlass};

/// How the policy came into force in an emergency, and what is to be done about that.
fn print_unratified(break_glass: &UnratifiedBreakGlass, out: &mut Output) -> Result<(), CliError> {
    let (person, incident) = (
        printable(&break_glass.person),
        printable(&break_glass.incident),
    );
    let end = if break_glass.is_expired {
        "expired"
    } else {
        "until"
    };
    writeln!(
        out,
        "  broken by  {person}, {incident}, {end} {}",
        break_glass.until
    )?;
    writeln!(out, "  replaced   {}", break_glass.replaced_bundle_digest)?;
    for next in next::of_break_glass(break_glass.activation_index) {
        writeln!(out, "  next       {next}")?;
    }
    Ok(())
}

/// How people return to the policy that the last change replaced.
fn print_back(back: &AvailableRollback, out: &mut Output) -> Result<(), CliError> {
    let (id, version) = (printable(&back.policy_id), printable(&back.policy_version));
    let how = match back.until {
        Some(until) => format!("until {until}"),
        None => "only by a request of its own: cavra lifecycle request --rollback …".to_owned(),
    };
    Ok(writeln!(out, "  way back   to {id} {version}, {how}")?)
}

/// Everything, for a person.
pub(super) fn status(
    status: &LifecycleStatus,
    is_well: bool,
    endpoint: &str,
    out: &mut Output,
) -> Result<(), CliError> {
    let LifecycleStatus {
        active,
        policy_state,
        problems,
        bundle,
        activation_index,
        journal_origin,
        log_key_id,
        trust,
        candidates: _,
        open_requests: _,
        break_glass,
        watch_until,
        way_back,
        stages: _,
        requests: _,
    } = status;
    let (id, version) = (printable(&active.id), printable(&active.version));
    writeln!(
        out,
        "in force     {id} {version} ({})",
        active.effective_digest
    )?;
    writeln!(out, "  bundle     {}", bundle.bundle_digest)?;
    writeln!(out, "  record     {activation_index}")?;
    writeln!(
        out,
        "  authority  {}+{log_key_id}",
        printable(journal_origin)
    )?;
    if let Some(state) = policy_state {
        let what = match state {
            PolicyState::NotReproved => "not re-proved",
            PolicyState::Unproved => "unproved",
            PolicyState::BreakGlass => "break-glass, not ratified",
        };
        writeln!(out, "! state      {}", style::paint(style::ERROR, what))?;
    }
    if let Some(break_glass) = break_glass {
        print_unratified(break_glass, out)?;
    }
    if let Some(until) = watch_until {
        writeln!(out, "  watching   until {until}")?;
    }
    if let Some(back) = way_back {
        print_back(back, out)?;
    }
    for (aspect, problem) in problems {
        let lines: Vec<String> = problem.lines().map(printable).collect();
        let problem = style::paint(style::ERROR, lines.join("\n"));
        writeln!(out, "! {problem} ({aspect})")?;
    }
    match trust {
        Some(trust) => {
            writeln!(
                out,
                "trust file   version {} ({})",
                trust.version, trust.digest
            )?;
            writeln!(out, "  expires    {}", printable(&trust.expires))?;
        }
        None => writeln!(out, "trust file   none: nothing can be promoted")?,
    }
    print_stages(status, endpoint, out)?;
    let verdict = match is_well {
        true => "nothing needs attention",
        false => "something needs attention",
    };
    Ok(writeln!(
        out,
        "{}",
        style::paint(style::passed(is_well), verdict)
    )?)
}

/// How far each candidate and each request has come, and the next commands.
fn print_stages(
    status: &LifecycleStatus,
    endpoint: &str,
    out: &mut Output,
) -> Result<(), CliError> {
    let shown = shown(status, endpoint);
    for candidate in &shown.candidates {
        writeln!(out, "candidate    {}", candidate.bundle_digest)?;
        writeln!(out, "  effective  {}", candidate.effective_digest)?;
        writeln!(out, "  record     {}", candidate.proposed_at)?;
        let Some(stage) = &candidate.stage else {
            continue;
        };
        let (id, version) = (printable(stage.policy_id), printable(stage.policy_version));
        writeln!(out, "  policy     {id} {version}")?;
        writeln!(out, "  state      {}", candidate_state(stage))?;
        print_next(stage.next.as_deref(), out)?;
    }
    for asked in &shown.requests {
        let kind = asked.kind.as_str();
        writeln!(out, "request      {}", asked.request_digest)?;
        writeln!(out, "  for        {kind} of {}", asked.bundle_digest)?;
        writeln!(out, "  by         {}", printable(asked.requested_by))?;
        writeln!(out, "  state      {}", printable(&state(asked)))?;
        print_next(asked.next.as_deref(), out)?;
    }
    Ok(())
}

/// The next commands, each on a line of its own.
fn print_next(next: Option<&str>, out: &mut Output) -> Result<(), CliError> {
    let names = std::iter::once("next").chain(std::iter::repeat("then"));
    for (name, command) in names.zip(next.unwrap_or_default().lines()) {
        writeln!(out, "  {name:<10} {}", printable(command))?;
    }
    Ok(())
}

/// The state of a candidate for a person.
fn candidate_state(stage: &Stage<'_>) -> String {
    let why = match (stage.state, stage.needs_report) {
        ("evidence_ready", true) => ": traffic was observed for long enough",
        ("evidence_ready", false) => ": it loosens nothing, so it needs no report",
        _ => "",
    };
    format!("{}{why}", stage.state.replace('_', " "))
}

/// The state of a request for a person.
fn state(asked: &Asked<'_>) -> String {
    let people = |people: &[String]| people.join(", ");
    let (found, wanted) = (asked.approved_by.len(), asked.approvals_required);
    let mut state = asked.state.to_owned();
    match asked.state {
        "requested" | "approved" => {
            state = format!("approved {found} of {wanted}");
            if !asked.approved_by.is_empty() {
                state.push_str(&format!(": {}", people(asked.approved_by)));
            }
            if !asked.missing_groups.is_empty() {
                state.push_str(&format!("; nobody of {}", people(asked.missing_groups)));
            }
        }
        "rejected" => state.push_str(&format!(" by {}", people(asked.rejected_by))),
        _ => {}
    }
    match asked.why {
        Some(why) => format!("{state}: {why}"),
        None => state,
    }
}
