//! `cavra lifecycle status`

use std::collections::BTreeMap;
use std::io::Write as _;

use clap::Args;
use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use super::next;
use super::service::ServiceArgs;
use crate::authority::gate::stages::{RequestStage, RequestState};
use crate::canonical::Digest;
use crate::change::request::ChangeKind;
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
Of each candidate and each request it says how far it has come, and the next command. What is written
in capitals there is for you to fill in. A candidate is `proposed`, `shadowing`, `evidence ready` or
`requested`. A request is approved by some of those who must, `rejected`, `withdrawn`, `expired`,
`overtaken` by another change, or `refused` with the reason.

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
    candidates: Vec<Candidate<'a>>,
    open_requests: &'a [Digest],
    #[serde(skip_serializing_if = "Option::is_none")]
    break_glass: Option<Glass<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    watch_until: Option<Timestamp>,
    requests: Vec<Asked<'a>>,
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
struct Candidate<'a> {
    #[serde(flatten)]
    stage: Option<Stage<'a>>,
    bundle_digest: Digest,
    policy_digest: Digest,
    effective_digest: Digest,
    cases_digest: Digest,
    bytes: u64,
    proposed_at: u64,
}

/// How far a candidate has come, and the next command.
#[derive(Serialize)]
struct Stage<'a> {
    policy_id: &'a str,
    policy_version: &'a str,
    state: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    run_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// A request, and the next command.
#[derive(Serialize)]
struct Asked<'a> {
    request_digest: Digest,
    kind: ChangeKind,
    bundle_digest: Digest,
    requested_by: &'a str,
    state: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'a str>,
    approved_by: &'a [String],
    rejected_by: &'a [String],
    approvals_required: u32,
    missing_groups: &'a [String],
    next: String,
}

pub(crate) fn run(args: &StatusArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let mut remote = args.service.connect()?;
    let status = remote.lifecycle(async move |client| client.lifecycle().await)?;
    let is_well = status.policy_state.is_none() && status.problems.is_empty();
    match out.format() {
        OutputFormat::Json => out.json(&shown(&status, args.service.endpoint()))?,
        OutputFormat::Table => print(&status, is_well, args.service.endpoint(), out)?,
    }
    Ok(ExitStatus::of_check(is_well))
}

fn asked<'a>(stage: &'a RequestStage, status: &LifecycleStatus, endpoint: &str) -> Asked<'a> {
    Asked {
        request_digest: stage.request_digest,
        kind: stage.kind,
        bundle_digest: stage.bundle_digest,
        requested_by: &stage.requested_by,
        state: stage.state.as_str(),
        why: match &stage.state {
            RequestState::Refused(why) => Some(why),
            _ => None,
        },
        approved_by: &stage.approved_by,
        rejected_by: &stage.rejected_by,
        approvals_required: stage.approvals_required,
        missing_groups: &stage.missing_groups,
        next: next::of_request(stage, status, endpoint),
    }
}

fn shown<'a>(status: &'a LifecycleStatus, endpoint: &str) -> Shown<'a> {
    let stage = |bundle: Digest| {
        let mut stages = status.stages.iter();
        let stage = stages.find(|it| it.bundle_digest == bundle)?;
        Some(Stage {
            policy_id: &stage.policy_id,
            policy_version: &stage.policy_version,
            state: stage.state.as_str(),
            run_id: stage.run_id,
            next: next::of_candidate(stage, status, endpoint),
        })
    };
    let candidate = |bundle: &StoredBundle| Candidate {
        stage: stage(bundle.bundle_digest),
        bundle_digest: bundle.bundle_digest,
        policy_digest: bundle.policy_digest,
        effective_digest: bundle.effective_digest,
        cases_digest: bundle.cases_digest,
        bytes: bundle.bytes,
        proposed_at: bundle.position,
    };
    let requests = status.requests.iter();
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
            next: next::of_break_glass(glass.activation_index),
        }),
        watch_until: status.watch_until,
        requests: requests.map(|it| asked(it, status, endpoint)).collect(),
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
    for next in next::of_break_glass(glass.activation_index) {
        writeln!(out, "  next       {next}")?;
    }
    Ok(())
}

fn print(
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
    print_stages(status, endpoint, out)?;
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

/// How far each candidate and each request has come, and the next command.
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
        writeln!(out, "  state      {}", stage.state.replace('_', " "))?;
        if let Some(next) = &stage.next {
            writeln!(out, "  next       {}", printable(next))?;
        }
    }
    for asked in &shown.requests {
        let kind = asked.kind.as_str();
        writeln!(out, "request      {}", asked.request_digest)?;
        writeln!(out, "  for        {kind} of {}", asked.bundle_digest)?;
        writeln!(out, "  by         {}", printable(asked.requested_by))?;
        writeln!(out, "  state      {}", printable(&state(asked)))?;
        writeln!(out, "  next       {}", printable(&asked.next))?;
    }
    Ok(())
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
