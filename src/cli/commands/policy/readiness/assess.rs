//! `cavra policy lifecycle-readiness`

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use jiff::Timestamp;
use serde::de::IgnoredAny;

use super::rehearsal;
use super::sign_verdict::VerdictArgs;
use crate::causes::in_line;
use crate::cli::commands::policy::workbench::Workbench;
use crate::cli::error::CliError;
use crate::cli::example_trust;
use crate::cli::exit::ExitStatus;
use crate::cli::global::{GlobalArgs, OutputFormat};
use crate::cli::named_files;
use crate::cli::output::{Output, counted, printable, style, table};
use crate::cli::packs::{PackRef, Packs, PolicyArgs};
use crate::cli::trust_file::TrustArgs;
use crate::readiness::assessment::{
    Check, CheckBasis, CheckStatus, Given, ReadinessResult, Status, readiness,
};
use crate::readiness::packet::{self, MAX_PACKET_BYTES, policy_id};
use crate::trust::Trust;

const AFTER_HELP: &str = "\
Whatever follows from the policies is recomputed from the packet's own bundles; a pack that is
given must be the candidate there. The request, its approvals and the shadow report are verified
by the trust file, as of the time of the request and its approvals. The criteria of the request
must be as strict as both policies require. Each check says whether it is recomputed, verified by
signature or claimed only. Ids, codes, verdicts, digests and counts are compared; the words of
messages are not. With --signing-key, a gate signs its verdict on a packet that is ready for live
use: an in-toto Statement (Simple Verification Result v0.2). What another engine made (other base
rules, or another version of the facts) is recomputed except for its verdicts, lint issues and
effective digests: it is ready with a warning, and blocked with --require-live. Prints JSON unless
`--output table` is given.

Examples:
  cavra policy lifecycle-readiness packet.json
  cavra policy lifecycle-readiness packet.json --require-live --trust trust.json --output table

Exit codes:
  0  ready, or ready with warnings
  1  the tool failed, or was called wrongly
  2  blocked";

/// What to check.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
#[command(mut_arg("policy_pack", |arg| arg.help("The pack that the packet must be about, by its id [default: the one that it names]")))]
#[command(mut_arg("policy", |arg| arg.help("The pack that the packet must be about, by the path of its folder or of its policy.yaml")))]
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
    /// A proof by `cavra journal prove` that the authority's journal holds a `rehearsed` record; may be
    /// repeated
    #[arg(long, value_name = "FILE")]
    rehearsal: Vec<PathBuf>,
    #[command(flatten)]
    trust: TrustArgs,
    #[command(flatten)]
    verdict: VerdictArgs,
}

/// What a packet is checked with.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) policy: &'a PolicyArgs,
    pub(crate) trust: &'a TrustArgs,
    pub(crate) require_live: bool,
    /// Proofs of rehearsed returns.
    pub(crate) rehearsals: &'a [PathBuf],
}

pub(crate) fn run(
    args: &LifecycleReadinessArgs,
    global: &GlobalArgs,
    out: &mut Output,
) -> Result<ExitStatus, CliError> {
    let asked = Asked {
        policy: &args.policy,
        trust: &args.trust,
        require_live: args.require_live,
        rehearsals: &args.rehearsal,
    };
    let packet = read(&args.packet)?;
    let (result, trust) = judge(Packs::to_author(global)?, &packet, asked)?;
    (args.verdict).write(&args.packet, &packet, &result, trust.as_ref())?;
    match out.format_or_json() {
        OutputFormat::Json => out.json(&result)?,
        OutputFormat::Table => show(&result, out)?,
    }
    Ok(ExitStatus::of_check(is_ready(&result)))
}

/// Checks a packet against its own policies, or against the pack that is given. A packet of an
/// earlier version has no policies: then the pack is looked for by the id that it names. A pack that
/// is given and can't be used is an error.
pub(super) fn check(
    packs: Packs,
    packet: &Path,
    asked: Asked<'_>,
) -> Result<ReadinessResult, CliError> {
    let packet = read(packet)?;
    check_bytes(packs, &packet, asked)
}

/// The bytes of a packet. What is not JSON at all is no packet that could be ready or blocked.
fn read(path: &Path) -> Result<Vec<u8>, CliError> {
    let bytes = named_files::read(path, MAX_PACKET_BYTES)?;
    let parsed = serde_json::from_slice::<IgnoredAny>(&bytes);
    parsed.map_err(|cause| CliError::NotJson {
        path: path.to_owned(),
        cause,
    })?;
    Ok(bytes)
}

/// As [`check`], of a packet that was read already.
pub(crate) fn check_bytes(
    packs: Packs,
    packet: &[u8],
    asked: Asked<'_>,
) -> Result<ReadinessResult, CliError> {
    judge(packs, packet, asked).map(|(result, _)| result)
}

/// The result, and the trust file that counted.
fn judge(
    packs: Packs,
    packet: &[u8],
    asked: Asked<'_>,
) -> Result<(ReadinessResult, Option<Trust>), CliError> {
    let (found, id) = (packet::read(packet).ok(), policy_id(packet));
    let found = found.map(|(packet, _)| packet);
    let example = found.as_ref().filter(|_| !asked.trust.is_given());
    let example = example.and_then(example_trust::of);
    let trust_is_example = example.is_some();
    let trust = match example {
        Some(trust) => Some(trust),
        None => asked.trust.find()?.map(|link| link.trust),
    };
    let rehearsals = rehearsal::read(asked.rehearsals, trust.as_ref())?;
    let given = Given {
        now: Timestamp::now(),
        rehearsals: &rehearsals,
        trust: trust.as_ref(),
        trust_is_example,
        require_live: asked.require_live,
        ..Given::default()
    };
    let named = id.filter(|id| Packs::library(&packs).holds(id));
    let named = named.map(PackRef::Id);
    let bundles = found.and_then(|packet| packet.bundles);
    let workbench = match (asked.policy.is_given(), &bundles, named) {
        (true, _, _) => Workbench::open(packs, &asked.policy.pack_ref()).map(Ok)?,
        (false, Some(bundles), named) => {
            Workbench::of_bundle(packs, &bundles.candidate, named.as_ref()).map_err(Some)
        }
        (false, None, Some(pack)) => Workbench::open(packs, &pack).map(Ok)?,
        (false, None, None) => Err(None),
    };
    let result = match &workbench {
        Ok(workbench) => workbench.with(|given_pack| {
            let given_pack = Some(given_pack);
            readiness(
                packet,
                &Given {
                    given_pack,
                    ..given
                },
            )
        }),
        Err(why) => {
            let unusable = why.as_ref().map(|error| in_line(error));
            let unusable = unusable.as_deref();
            readiness(packet, &Given { unusable, ..given })
        }
    };
    Ok((result, trust))
}

pub(super) fn is_ready(result: &ReadinessResult) -> bool {
    result.status != Status::Blocked
}

pub(super) fn show(result: &ReadinessResult, out: &mut Output) -> Result<(), CliError> {
    let rows = result.checks.iter().map(row).collect();
    let text = table::wrapped(out, &["status", "check", "basis", "message"], rows);
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
    if let Some(digest) = result.trust_digest {
        let whose = match result.trust_is_example {
            true => " (the example's own)",
            false => "",
        };
        writeln!(out, "trust file  {digest}{whose}")?;
    }
    if let Some(at) = result.as_of {
        writeln!(out, "as of       {at}")?;
    }
    for check in result.blockers() {
        let name = style::paint(style::ERROR, printable(&check.name));
        writeln!(out, "  {name}: {}", printable(&check.message))?;
    }
    Ok(())
}

fn row(check: &Check) -> Vec<table::Cell> {
    let (word, colour) = match (check.status, check.basis) {
        // Nothing was proved, and this gate asks for no proof of it.
        (CheckStatus::Pass, CheckBasis::ClaimedOnly) => ("claimed", style::QUIET),
        (CheckStatus::Pass, _) => ("pass", style::check(check.status)),
        (CheckStatus::Warn, _) => ("warn", style::check(check.status)),
        (CheckStatus::Blocker, _) => ("blocker", style::check(check.status)),
    };
    vec![
        table::cell(colour, word),
        table::plain(&check.name),
        table::plain(check.basis.as_str()),
        table::plain(check.words()),
    ]
}

fn yes_or_no(ready: bool) -> &'static str {
    if ready { "ready" } else { "not ready" }
}
