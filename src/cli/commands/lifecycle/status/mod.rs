//! `cavra lifecycle status`

mod print;

use std::collections::BTreeMap;

use clap::Args;
use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use super::next;
use crate::authority::gate::stages::{RequestStage, RequestState};
use crate::canonical::Digest;
use crate::change::request::ChangeKind;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::OutputFormat;
use crate::cli::output::Output;
use crate::cli::service::EndpointArgs;
use crate::decision::{PolicyIdentity, PolicyState};
use crate::grpc::lifecycle::{LifecycleStatus, StoredBundle};

const AFTER_HELP: &str = "\
A policy that came into force by break-glass is red until it is ratified or undone; the next
commands are named. After a promotion whose criteria have `watch_hours`, `watching until` says how
long people look at what the policy decides. `way back` names the policy that the last change
replaced, and until when the approvals of the promotion cover the return to it; without that, the
return needs a request of its own. Of each candidate and each request it says how far it has come,
and the next commands, in order. What is written in capitals there is for you to fill in. A
candidate is `proposed`, `shadowing`, `evidence ready` or `requested`. A request is approved by
some of those who must, `rejected`, `withdrawn`, `expired`, `overtaken` by another change, or
`refused` with the reason.

Examples:
  cavra lifecycle status --endpoint unix:/run/cavra/admin.sock

Exit codes:
  0  nothing needs attention
  1  the service can't be asked, or has no store of policies
  2  something needs attention: each line that begins with a `!` says what";

/// Which service.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct StatusArgs {
    #[command(flatten)]
    service: EndpointArgs,
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
    break_glass: Option<Unratified<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    watch_until: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    way_back: Option<Back<'a>>,
    requests: Vec<Asked<'a>>,
}

#[derive(Serialize)]
struct Unratified<'a> {
    activation_index: u64,
    until: Timestamp,
    is_expired: bool,
    incident: &'a str,
    person: &'a str,
    replaced_bundle_digest: Digest,
    /// What is to be done now.
    next: [String; 2],
}

/// The return to the policy that the last change replaced.
#[derive(Serialize)]
struct Back<'a> {
    policy_id: &'a str,
    policy_version: &'a str,
    bundle_digest: Digest,
    /// Until when the promotion covers the return. Absent if the return needs a request of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Timestamp>,
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

/// How far a candidate has come, and the next commands, one on each line.
#[derive(Serialize)]
struct Stage<'a> {
    policy_id: &'a str,
    policy_version: &'a str,
    state: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    run_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
    #[serde(skip)]
    needs_report: bool,
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
    /// The next commands, one on each line.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

pub(crate) fn run(args: &StatusArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let service = &args.service;
    let mut remote = service.connect()?;
    let status = remote.call(async move |client| client.lifecycle().await)?;
    let is_well = status.policy_state.is_none() && status.problems.is_empty();
    match out.format() {
        OutputFormat::Json => out.json(&shown(&status, service.endpoint()))?,
        OutputFormat::Table => print::status(&status, is_well, service.endpoint(), out)?,
    }
    Ok(ExitStatus::of_check(is_well))
}

/// Commands, one on each line. None if there is nothing to do.
fn lines(commands: &[String]) -> Option<String> {
    (!commands.is_empty()).then(|| commands.join("\n"))
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
        next: lines(&next::of_request(stage, status, endpoint)),
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
            next: lines(&next::of_candidate(stage, status, endpoint)),
            needs_report: stage.needs_report,
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
        break_glass: status.break_glass.as_ref().map(|break_glass| Unratified {
            activation_index: break_glass.activation_index,
            until: break_glass.until,
            is_expired: break_glass.is_expired,
            incident: &break_glass.incident,
            person: &break_glass.person,
            replaced_bundle_digest: break_glass.replaced_bundle_digest,
            next: next::of_break_glass(break_glass.activation_index),
        }),
        watch_until: status.watch_until,
        way_back: status.way_back.as_ref().map(|back| Back {
            policy_id: &back.policy_id,
            policy_version: &back.policy_version,
            bundle_digest: back.bundle_digest,
            until: back.until,
        }),
        requests: requests.map(|it| asked(it, status, endpoint)).collect(),
    }
}
