//! `cavra policy lifecycle-readiness`

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::commands::policy::workbench::Workbench;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::files;
use crate::cli::global::{GlobalArgs, OutputFormat};
use crate::cli::output::{Output, counted, printable, style, table};
use crate::cli::packs::{PackRef, Packs, PolicyArgs};
use crate::lifecycle::packet::{MAX_PACKET_BYTES, policy_id};
use crate::lifecycle::readiness::{Check, CheckStatus, ReadinessResult, Status, readiness};

const AFTER_HELP: &str = "\
Whatever can be recomputed from the packet, the pack and the repository is; the pack is looked
for by the id that the packet names, unless it is given. What only outside systems can say is
called claimed. Ids, codes, verdicts, digests and counts are compared; the words of messages are
not. What another engine made (other base rules, or another version of the facts) is recomputed
except for its verdicts, lint issues and effective digests: it is ready with a warning, and blocked
with --require-live. Prints JSON unless `--output table` is given.

Examples:
  cavra policy lifecycle-readiness packet.json
  cavra policy lifecycle-readiness packet.json --require-live --output table

Exit codes:
  0  ready, or ready with warnings
  1  the tool failed, or was called wrongly
  2  blocked";

/// What to check.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
#[command(mut_arg("policy_pack", |arg| arg.help("The pack that the packet must be about, by its id [default: the one that it names]")))]
pub(crate) struct LifecycleReadinessArgs {
    /// The packet; `-` is standard input
    #[arg(value_name = "PACKET")]
    packet: PathBuf,
    /// The pack that the packet must be about
    #[command(flatten)]
    policy: PolicyArgs,
    /// Ask whether it may carry a real change: a sample packet is blocked
    #[arg(long)]
    require_live: bool,
}

pub(crate) fn run(
    args: &LifecycleReadinessArgs,
    global: &GlobalArgs,
    out: &mut Output,
) -> Result<ExitStatus, CliError> {
    let packs = Packs::to_author(global)?;
    let result = check(packs, &args.packet, &args.policy, args.require_live)?;
    match out.format_or_json() {
        OutputFormat::Json => out.json(&result)?,
        OutputFormat::Table => show(&result, out)?,
    }
    Ok(ExitStatus::of_check(is_ready(&result)))
}

/// Checks a packet against the pack that is given or that it names. A pack that the library
/// hasn't got is not available; one that can't be used is an error.
pub(super) fn check(
    packs: Packs,
    packet: &Path,
    policy: &PolicyArgs,
    require_live: bool,
) -> Result<ReadinessResult, CliError> {
    let packet = files::read(packet, MAX_PACKET_BYTES)?;
    check_bytes(packs, &packet, policy, require_live)
}

/// As [`check`], of a packet that was read already.
pub(crate) fn check_bytes(
    packs: Packs,
    packet: &[u8],
    policy: &PolicyArgs,
    require_live: bool,
) -> Result<ReadinessResult, CliError> {
    let named = policy_id(packet).filter(|id| Packs::library(&packs).holds(id));
    let pack = match policy.is_given() {
        true => Some(policy.pack_ref()),
        false => named.map(PackRef::Id),
    };
    let Some(pack) = pack else {
        return Ok(readiness(packet, None, require_live));
    };
    let workbench = Workbench::open(packs, &pack)?;
    Ok(workbench.with(|at_hand| readiness(packet, Some(at_hand), require_live)))
}

pub(super) fn is_ready(result: &ReadinessResult) -> bool {
    result.status != Status::Blocked
}

pub(super) fn show(result: &ReadinessResult, out: &mut Output) -> Result<(), CliError> {
    let rows = result.checks.iter().map(row).collect();
    let text = table::wrapped(out, &["status", "check", "message"], rows);
    out.write_all(text.as_bytes())?;
    let (word, style) = match result.status {
        Status::Ready => ("ready", style::passed(true)),
        Status::ReadyWithWarnings => ("ready with warnings", style::check(CheckStatus::Warn)),
        Status::Blocked => ("blocked", style::passed(false)),
    };
    writeln!(
        out,
        "\n{}: {}, {}; contract {}, live {}",
        style::paint(style, word),
        counted(result.blocker_count, "blocker"),
        counted(result.warning_count, "warning"),
        yes_or_no(result.ready_for_policy_lifecycle_contract),
        yes_or_no(result.ready_for_live_policy_lifecycle),
    )?;
    for check in result.blockers() {
        let name = style::paint(style::ERROR, printable(&check.name));
        writeln!(out, "  {name}: {}", printable(&check.message))?;
    }
    Ok(())
}

fn row(check: &Check) -> Vec<table::Cell> {
    let word = match check.status {
        CheckStatus::Pass => "pass",
        CheckStatus::Warn => "warn",
        CheckStatus::Blocker => "blocker",
    };
    vec![
        table::cell(style::check(check.status), word),
        table::plain(&check.name),
        table::plain(&check.message),
    ]
}

fn yes_or_no(ready: bool) -> &'static str {
    if ready { "ready" } else { "not ready" }
}
