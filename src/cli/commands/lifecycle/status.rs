//! `cavra lifecycle status`

use std::collections::BTreeMap;
use std::io::Write as _;

use clap::Args;
use jiff::Timestamp;
use serde::Serialize;

use super::break_glass::next;
use super::service::ServiceArgs;
use crate::canonical::Digest;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::OutputFormat;
use crate::cli::output::{Output, printable, style};
use crate::decision::{PolicyIdentity, PolicyState};
use crate::grpc::lifecycle::{LifecycleStatus, StoredBundle, UnratifiedGlass};

const AFTER_HELP: &str = "\
A policy that came into force by break-glass is red until it is ratified or undone; the next commands are
named. After a promotion whose criteria have `watch_hours`, `watching until` says how long people
look at what the policy decides.

Examples:
  cavra lifecycle status --endpoint unix:/run/cavra/admin.sock

Exit codes:
  0  nothing is wrong
  1  the service can't be asked, or has no store of policies
  2  something is wrong with the policy in force";

/// Which service.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct StatusArgs {
    #[command(flatten)]
    service: ServiceArgs,
}

#[derive(Serialize)]
struct Shown<'a> {
    active: &'a PolicyIdentity,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy_state: Option<PolicyState>,
    problems: &'a BTreeMap<String, String>,
    bundle_digest: Digest,
    activation_index: u64,
    journal_origin: &'a str,
    log_key_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    trust: Option<Trust<'a>>,
    candidates: Vec<Candidate>,
    open_requests: &'a [Digest],
    #[serde(skip_serializing_if = "Option::is_none")]
    break_glass: Option<Glass<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    watch_until: Option<Timestamp>,
}

#[derive(Serialize)]
struct Glass<'a> {
    activation_index: u64,
    until: Timestamp,
    is_expired: bool,
    incident: &'a str,
    person: &'a str,
    replaced_bundle_digest: Digest,
    /// What is to be done now.
    next: [String; 2],
}

#[derive(Serialize)]
struct Trust<'a> {
    version: u32,
    digest: Digest,
    expires: &'a str,
}

#[derive(Serialize)]
struct Candidate {
    bundle_digest: Digest,
    policy_digest: Digest,
    effective_digest: Digest,
    cases_digest: Digest,
    bytes: u64,
    proposed_at: u64,
}

pub(crate) fn run(args: &StatusArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let mut remote = args.service.connect()?;
    let status = remote.lifecycle(async move |client| client.lifecycle().await)?;
    let is_well = status.policy_state.is_none() && status.problems.is_empty();
    match out.format() {
        OutputFormat::Json => out.json(&shown(&status))?,
        OutputFormat::Table => print(&status, is_well, out)?,
    }
    Ok(ExitStatus::of_check(is_well))
}

fn shown(status: &LifecycleStatus) -> Shown<'_> {
    let candidate = |bundle: &StoredBundle| Candidate {
        bundle_digest: bundle.bundle_digest,
        policy_digest: bundle.policy_digest,
        effective_digest: bundle.effective_digest,
        cases_digest: bundle.cases_digest,
        bytes: bundle.bytes,
        proposed_at: bundle.position,
    };
    Shown {
        active: &status.active,
        policy_state: status.policy_state,
        problems: &status.problems,
        bundle_digest: status.bundle.bundle_digest,
        activation_index: status.activation_index,
        journal_origin: &status.journal_origin,
        log_key_id: &status.log_key_id,
        trust: status.trust.as_ref().map(|trust| Trust {
            version: trust.version,
            digest: trust.digest,
            expires: &trust.expires,
        }),
        candidates: status.candidates.iter().map(candidate).collect(),
        open_requests: &status.open_requests,
        break_glass: status.break_glass.as_ref().map(|glass| Glass {
            activation_index: glass.activation_index,
            until: glass.until,
            is_expired: glass.is_expired,
            incident: &glass.incident,
            person: &glass.person,
            replaced_bundle_digest: glass.replaced_bundle_digest,
            next: next(glass.activation_index),
        }),
        watch_until: status.watch_until,
    }
}

/// How the policy came into force in an emergency, and what is to be done about that.
fn print_glass(glass: &UnratifiedGlass, out: &mut Output) -> Result<(), CliError> {
    let (person, incident) = (printable(&glass.person), printable(&glass.incident));
    let end = if glass.is_expired { "expired" } else { "until" };
    writeln!(
        out,
        "  broken by  {person}, {incident}, {end} {}",
        glass.until
    )?;
    writeln!(out, "  replaced   {}", glass.replaced_bundle_digest)?;
    for next in next(glass.activation_index) {
        writeln!(out, "  next       {next}")?;
    }
    Ok(())
}

fn print(status: &LifecycleStatus, is_well: bool, out: &mut Output) -> Result<(), CliError> {
    let LifecycleStatus {
        active,
        policy_state,
        problems,
        bundle,
        activation_index,
        journal_origin,
        log_key_id,
        trust,
        candidates,
        open_requests,
        break_glass,
        watch_until,
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
        writeln!(out, "  state      {}", style::paint(style::ERROR, what))?;
    }
    if let Some(glass) = break_glass {
        print_glass(glass, out)?;
    }
    if let Some(until) = watch_until {
        writeln!(out, "  watching   until {until}")?;
    }
    for (aspect, problem) in problems {
        let lines: Vec<String> = problem.lines().map(printable).collect();
        let problem = style::paint(style::ERROR, lines.join("\n"));
        writeln!(out, "  {aspect}: {problem}")?;
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
    for candidate in candidates {
        writeln!(out, "candidate    {}", candidate.bundle_digest)?;
        writeln!(out, "  effective  {}", candidate.effective_digest)?;
        writeln!(out, "  record     {}", candidate.position)?;
    }
    for request in open_requests {
        writeln!(out, "request      {request}")?;
    }
    let verdict = match is_well {
        true => "nothing is wrong",
        false => "something is wrong with the policy in force",
    };
    Ok(writeln!(
        out,
        "{}",
        style::paint(style::passed(is_well), verdict)
    )?)
}
