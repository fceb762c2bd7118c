//! `cavra lifecycle show`

mod given;

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;
use serde::Serialize;

use super::answer;
use super::break_glass;
use super::error::ChangeError;
use super::packs::{PackArgs, Pair};
use super::reading;
use super::request::SHADOW_REPORT;
use crate::canonical::Digest;
use crate::change::approval_status::{ApprovalStatus, Counted, groups_that_approve};
use crate::change::break_glass::{BreakGlass, MEDIA_TYPE, signer};
use crate::change::request::{ChangeKind, ChangeRequest};
use crate::change::requested::Requested;
use crate::change::signed::SignedDocument;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::{GlobalArgs, OutputFormat};
use crate::cli::input::point_in_time;
use crate::cli::output::{Output, printable, style};
use crate::cli::trust_file::TrustArgs;
use crate::policy::promotion::required::nothing_loosened;
use crate::trust::Trust;
use given::Given;

const AFTER_HELP: &str = "\
Each group that `approvals.policy.publish.requires_approval` (else `default`) names in the replaced
policy or in the candidate must have an approver, and there must be as many approvers as the
request says. The requester never counts, a person counts once, and one rejection by somebody who
may approve ends the request. A withdrawal that the requester signed ends it too.

Of a break-glass statement it says who signed it and what for; that takes no packs and has no
answers. Who broke the glass doesn't ratify it, so a request for a ratification is shown with
`--statement`.

Examples:
  cavra lifecycle show request.dsse.json bo.dsse.json cy.dsse.json \\
      --candidate ./next --replaces cavra-ai-agent-baseline --trust trust.json
  cavra lifecycle show glass.dsse.json --trust trust.json

Exit codes:
  0  approved, or a break-glass statement that counts
  1  a file can't be read, or the request doesn't count
  2  rejected or withdrawn, something is missing, or a document is no answer to a request";

/// Which request, and which answers to it.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ShowArgs {
    /// The signed request, or a break-glass statement alone
    #[arg(value_name = "REQUEST")]
    request: PathBuf,
    /// The approvals, rejections and withdrawals
    #[arg(value_name = "ANSWER")]
    answers: Vec<PathBuf>,
    /// The pack that is to come into force, by its id or path
    #[arg(long, value_name = "ID|PATH", requires = "replaces")]
    candidate: Option<String>,
    /// The pack that is in force, by its id or path
    #[arg(long, value_name = "ID|PATH", requires = "candidate")]
    replaces: Option<String>,
    /// The break-glass statement that the request ratifies: who signed it doesn't count
    #[arg(long, value_name = "FILE")]
    statement: Option<PathBuf>,
    /// The time as of which is judged: a time or a date [default: now]
    #[arg(long, value_name = "TIME", value_parser = point_in_time)]
    at: Option<Timestamp>,
    #[command(flatten)]
    trust: TrustArgs,
}

#[derive(Serialize)]
struct Shown<'a> {
    approved: bool,
    request: &'a ChangeRequest,
    request_digest: Digest,
    trust_digest: Digest,
    as_of: Timestamp,
    groups: &'a BTreeSet<String>,
    approved_by: Vec<&'a str>,
    rejected_by: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    withdrawn_by: Option<&'a str>,
    missing_groups: &'a [String],
    missing_approvals: u32,
    refused: Vec<RefusedAnswer>,
    /// Whether each document was read as an answer to a request.
    #[serde(skip)]
    all_read: bool,
    /// What a service would refuse the request for, even if everybody approves it.
    #[serde(skip)]
    not_enough: Option<&'static str>,
}

#[derive(Clone, Serialize)]
struct RefusedAnswer {
    file: PathBuf,
    problem: String,
}

pub(crate) fn run(
    args: &ShowArgs,
    global: &GlobalArgs,
    out: &mut Output,
) -> Result<ExitStatus, CliError> {
    let at = args.at.unwrap_or_else(Timestamp::now);
    let trust = args.trust.load()?.trust;
    let envelope = reading::envelope(&args.request)?;
    if envelope.payload_type() == MEDIA_TYPE {
        let broken = break_glass::statement(&args.request, &envelope, &trust, at)?;
        return break_glass::show(&broken, &trust, at, out);
    }
    let packs = args.candidate.as_ref().zip(args.replaces.as_ref());
    let (candidate, replaces) = packs.ok_or(ChangeError::NoPacks)?;
    let named = PackArgs::of(candidate.clone(), replaces.clone());
    let packs = PackArgs::open(global)?;
    let pair = named.load(&packs)?;
    let digests = named.digests(&packs, &pair)?;
    let requested = reading::about(&pair, &digests, &args.request, &trust, at)?;
    let given = Given::sort(&args.answers, &requested, &trust, at)?;
    let groups = groups_that_approve(&pair.replaced, &pair.candidate);
    let broke = broke_glass(args, &requested.request, &trust)?;
    let approval_status =
        ApprovalStatus::of_others(&requested, &given.answers, &trust, &groups, &broke, at);
    let shown = Shown {
        approved: approval_status.is_approved() && given.withdrawn_by.is_none(),
        request: &requested.request,
        request_digest: requested.digest,
        trust_digest: trust.digest(),
        as_of: at,
        groups: &groups,
        approved_by: people(&approval_status.approvals),
        rejected_by: people(&approval_status.rejections),
        withdrawn_by: given.withdrawn_by.as_deref(),
        missing_groups: &approval_status.missing_groups,
        missing_approvals: approval_status.missing_approvals,
        all_read: given.all_read(&approval_status),
        not_enough: not_enough(&requested.request, &pair),
        refused: given.refused(&approval_status),
    };
    match out.format() {
        OutputFormat::Json => out.json(&shown)?,
        OutputFormat::Table => print(&shown, &requested, out)?,
    }
    Ok(ExitStatus::of_check(shown.approved && shown.all_read))
}

/// Who broke the glass that a request ratifies. The statement may have expired since.
fn broke_glass(
    args: &ShowArgs,
    request: &ChangeRequest,
    trust: &Trust,
) -> Result<BTreeSet<String>, CliError> {
    if request.kind != ChangeKind::Ratification {
        return Ok(BTreeSet::new());
    }
    let path = args.statement.as_ref().ok_or(ChangeError::NoStatement)?;
    let envelope = reading::envelope(path)?;
    let payload = envelope.unverified(MEDIA_TYPE);
    let payload = payload.map_err(|cause| ChangeError::Envelope {
        path: path.clone(),
        cause,
    })?;
    let statement = BreakGlass::read(&payload)?;
    let person = signer(&envelope, trust);
    let replaces = &request.replaces;
    let is_same = statement.bundle_digest == request.candidate.bundle_digest
        && statement.journal_origin == replaces.journal_origin
        && statement.log_key_id == replaces.log_key_id;
    match person.filter(|_| is_same) {
        Some(person) => Ok(BTreeSet::from([person.id.clone()])),
        None => Err(ChangeError::OtherStatement { path: path.clone() }.into()),
    }
}

fn people(counted: &[Counted]) -> Vec<&str> {
    counted.iter().map(|it| it.person.as_str()).collect()
}

/// Why no service promotes by the request, even if everybody approves it.
fn not_enough(request: &ChangeRequest, pair: &Pair) -> Option<&'static str> {
    let has_report = request.evidence.iter().any(|it| it.name == SHADOW_REPORT);
    let loosens = !nothing_loosened(&pair.replaced, &pair.candidate);
    let lacks = request.kind == ChangeKind::Promotion && loosens && !has_report;
    lacks.then_some("the candidate may loosen something, and the request names no shadow report")
}

fn print(shown: &Shown<'_>, requested: &Requested, out: &mut Output) -> Result<(), CliError> {
    answer::show(requested, out)?;
    writeln!(out, "  trust file     {}", shown.trust_digest)?;
    writeln!(out, "  as of          {}", shown.as_of)?;
    let groups: Vec<&str> = shown.groups.iter().map(String::as_str).collect();
    let missing: Vec<&str> = shown.missing_groups.iter().map(String::as_str).collect();
    let rows = [
        ("groups", groups),
        ("approved by", shown.approved_by.clone()),
        ("rejected by", shown.rejected_by.clone()),
        ("missing groups", missing),
    ];
    for (name, values) in rows {
        let values = match values.as_slice() {
            [] => "none".to_owned(),
            values => printable(&values.join(", ")),
        };
        writeln!(out, "  {name:<14} {values}")?;
    }
    for refused in &shown.refused {
        let file = printable(&refused.file.display().to_string());
        let problem = printable(&refused.problem);
        writeln!(
            out,
            "  {}  `{file}`: {problem}",
            style::paint(style::ERROR, "refused")
        )?;
    }
    if let Some(why) = shown.not_enough {
        let word = style::paint(style::ERROR, "no service promotes it");
        writeln!(out, "  {word}: {why}")?;
    }
    let good = shown.approved && shown.all_read;
    let painted = style::paint(style::passed(good), verdict(shown));
    Ok(writeln!(out, "{painted}")?)
}

/// The last line.
fn verdict(shown: &Shown<'_>) -> String {
    if let Some(person) = shown.withdrawn_by {
        return format!("withdrawn by {}", printable(person));
    }
    match (shown.approved, shown.rejected_by.is_empty()) {
        (true, _) if !shown.all_read => {
            "not clear: a document is no answer to a request".to_owned()
        }
        (true, _) => "approved".to_owned(),
        (false, false) => "rejected".to_owned(),
        (false, true) => format!(
            "not approved: {} more must approve",
            shown.missing_approvals
        ),
    }
}
