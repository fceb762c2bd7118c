//! `cavra shadow verify`

use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use serde::Serialize;

use super::evidence::{self, ExplanationArgs, Stored};
use super::progress::{draw, over_records};
use super::replay::{MAX_WORKERS, ThresholdArgs};
use crate::authority::rehearsal::rehearse;
use crate::canonical::Digest;
use crate::causes::in_line;
use crate::cli::commands::journal::source::{DataDirArgs, log_key};
use crate::cli::commands::keys::argument::KeyArgument;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::{GlobalArgs, OutputFormat};
use crate::cli::input::whole;
use crate::cli::output::table::{self, Narrow};
use crate::cli::output::{Output, printable, style};
use crate::cli::packs::error::PackFlag;
use crate::cli::packs::{PackRef, Packs};
use crate::keys::dsse::DsseError;
use crate::policy::promotion::required::{nothing_loosened, required};
use crate::shadow::report::evidence::NoEvidence;
use crate::shadow::report::{self, Basis, Report, Status};
use crate::shadow::verify::{Check, Evidence, Finding, is_accepted, verify};
use crate::threads::cores;

const AFTER_HELP: &str = "\
The signature must be by one of the keys. The journal must be intact, and hold the checkpoint
that the report names. Both packs must have the effective digests that the report names. Then the
report is recomputed from the named range, and every field is compared: counts, groups, ledger,
matrix, denominators, required classes and criteria. The basis of a field follows from its name,
not from what the report claims:

  recomputed  anyone who has the journal and the packs can recompute it
  attested    only the process that was running knows it: drops, time-outs, panics, the clock

The criteria are those of this command line, not those of the report, and a group is explained
only by an explanation that is given here. This command does not check which policy is in force:
compare it with the active policy that the report names. A true report is evidence for a live gate
if it meets what the section `promotion` of both packs asks for, whatever this command line asks
for. A report made under a simulated clock never is, nor one of a run that began under looser
criteria or was stopped before they were met. A live report is recomputed from the decisions
that its run compared, according to the journal. A report that was taken while its run was still
on is refused, because the journal does not record what had been compared by then: take it when
the run has ended. A report of a file of actions can't be recomputed from a journal, and is
refused.

The words of messages are not compared. A report that another engine made (other base rules, or
another version of the facts) is refused too; its signature, the journal, the packs' own digests
and the number of decisions are checked, and the rest is called \"not recomputed, another engine\".

Examples:
  cavra shadow verify report.dsse.json --data-dir /var/lib/cavra --key evidence.pub \\
      --candidate ./next --journal-key journal.pub
  cavra shadow verify report.dsse.json --key evidence.pub --output json

Exit codes:
  0  everything that can be recomputed is as the report says; whether that makes the candidate
     ready is another question, which `status` answers
  1  the report, the journal, a pack or a key can't be read
  2  the report is refused";

const NARROW: Narrow<'static> = Narrow {
    cut: &["why"],
    drop: &[],
};

/// What to verify, and by what.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct VerifyArgs {
    /// The signed report; `-` is standard input
    #[arg(value_name = "REPORT")]
    report: PathBuf,
    /// The public key of somebody who may sign reports, or the file that holds it; may be
    /// repeated
    #[arg(long, value_name = "KEY|FILE", required = true)]
    key: Vec<KeyArgument>,
    #[command(flatten)]
    data_dir: DataDirArgs,
    /// The public key of the journal (`journal.pub`), or the file that holds it [default: the one in
    /// the data directory, which proves less]
    #[arg(long, value_name = "KEY|FILE")]
    journal_key: Option<KeyArgument>,
    /// The active pack, by its id or path [default: by the id that the report names]
    #[arg(long, value_name = "ID|PATH")]
    active: Option<String>,
    /// The candidate, by its id or path [default: by the id that the report names]
    #[arg(long, value_name = "ID|PATH")]
    candidate: Option<String>,
    /// Threads that judge [default: one for each core]
    #[arg(long, value_name = "N", value_parser = whole(1..=MAX_WORKERS))]
    workers: Option<u16>,
    #[command(flatten)]
    thresholds: ThresholdArgs,
    #[command(flatten)]
    explanations: ExplanationArgs,
}

#[derive(Serialize)]
struct Outcome<'a> {
    accepted: bool,
    /// Whether the report is true, and shows what both policies ask for.
    evidence_for_live_gate: bool,
    /// Why it is no such evidence.
    #[serde(skip_serializing_if = "Option::is_none")]
    no_evidence_because: Option<String>,
    report: Option<Digest>,
    signed_by: Option<String>,
    /// What the report says of the candidate; true only if it is accepted.
    status: Option<Status>,
    checks: &'a [Check],
}

/// What the signature covers.
struct Signed {
    report: Report,
    digest: Digest,
    by: String,
}

/// A file that was opened.
enum Opened {
    /// It holds a report that one of the keys signed.
    Signed(Box<Signed>),
    /// It is refused.
    Refused(Refusal),
}

/// Why the signature of a report doesn't count.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("the report is not signed")]
    Unsigned,
    #[error(transparent)]
    Envelope(#[from] DsseError),
}

pub(crate) fn run(
    args: &VerifyArgs,
    global: &GlobalArgs,
    out: &mut Output,
) -> Result<ExitStatus, CliError> {
    if global
        .output
        .is_some_and(|format| format.common().is_none())
    {
        return Err(CliError::NotAReport);
    }
    let (signed, refusal) = match open(args)? {
        Opened::Signed(signed) => (Some(signed), None),
        Opened::Refused(refusal) => (None, Some(in_line(&refusal))),
    };
    let mut checks = vec![Check::of("signature", refusal)];
    let mut no_evidence = None;
    if let Some(signed) = &signed {
        let (found, refusal) = against_journal(args, global, &signed.report)?;
        checks.extend(found);
        no_evidence = refusal.map(|refusal| in_line(&refusal));
    }
    let accepted = is_accepted(&checks);
    let outcome = Outcome {
        accepted,
        evidence_for_live_gate: accepted && no_evidence.is_none(),
        no_evidence_because: no_evidence.filter(|_| accepted),
        report: signed.as_ref().map(|signed| signed.digest),
        signed_by: signed.as_ref().map(|signed| signed.by.clone()),
        status: signed.as_ref().map(|signed| signed.report.status),
        checks: &checks,
    };
    match out.format() {
        OutputFormat::Json => out.json(&outcome)?,
        OutputFormat::Table => show(&outcome, signed.as_deref(), out)?,
    }
    Ok(ExitStatus::of_check(accepted))
}

/// The named file, opened with the named keys.
fn open(args: &VerifyArgs) -> Result<Opened, CliError> {
    let keys = evidence::verifying_keys(&args.key, "--key")?;
    let envelope = match evidence::read(&args.report)? {
        Stored::Signed(envelope) => envelope,
        Stored::Plain(_) => return Ok(Opened::Refused(Refusal::Unsigned)),
    };
    let opened = match envelope.open(report::MEDIA_TYPE, &keys) {
        Ok(opened) => opened,
        Err(error) => return Ok(Opened::Refused(error.into())),
    };
    Ok(Opened::Signed(Box::new(Signed {
        report: evidence::parse(&args.report, &opened.payload)?,
        digest: Digest::of(&opened.payload),
        by: opened.key.to_string(),
    })))
}

fn against_journal(
    args: &VerifyArgs,
    global: &GlobalArgs,
    report: &Report,
) -> Result<(Vec<Check>, Option<NoEvidence>), CliError> {
    let packs = Packs::to_judge(global)?;
    let load = |given: &Option<String>, named: &str, flag| {
        packs.load_policy(&match given {
            Some(name) => PackRef::Either(name.clone()),
            None => PackRef::Recorded {
                id: named.to_owned(),
                flag,
            },
        })
    };
    let active = load(&args.active, &report.active.id, PackFlag::Active)?;
    let candidate = load(&args.candidate, &report.candidate.id, PackFlag::Candidate)?;
    let directory = args.data_dir.directory()?;
    let log_key = log_key(&directory, args.journal_key.as_ref())?;
    let required = required(active.pack(), candidate.pack());
    let laxer = report.counts.loosened > 0;
    let nothing = !laxer && nothing_loosened(active.pack(), candidate.pack());
    let refusal = report.check_evidence(&required.criteria_of(nothing)).err();
    let explained = args.explanations.explained()?;
    args.explanations
        .check_lines(report, active.pack(), candidate.pack())?;
    let bar = over_records(std::io::stderr().is_terminal() && !global.quiet);
    let found = verify(
        report,
        &Evidence {
            directory: &directory,
            log_key: &log_key,
            thresholds: args.thresholds.thresholds(active.pack(), candidate.pack()),
            active,
            candidate: Arc::clone(&candidate),
            explained: &explained,
            dry_run: rehearse(&candidate),
            workers: args.workers.map_or_else(cores, usize::from),
        },
        &|done, all| draw(&bar, done, all),
    );
    bar.finish_and_clear();
    Ok((found?, refusal))
}

fn show(outcome: &Outcome<'_>, signed: Option<&Signed>, out: &mut Output) -> Result<(), CliError> {
    let verdict = if outcome.accepted {
        "the report is what the journal says"
    } else {
        "the report is refused"
    };
    let painted = style::paint(style::passed(outcome.accepted), verdict);
    writeln!(out, "{painted}")?;
    if let Some(signed) = signed {
        writeln!(out, "  report     {}", signed.digest)?;
        writeln!(out, "  signed by  {}", signed.by)?;
        let report = &signed.report;
        for (which, policy) in [("active", &report.active), ("candidate", &report.candidate)] {
            let name = printable(&format!("{} {}", policy.id, policy.version));
            writeln!(out, "  {which:<9}  {name} ({})", policy.effective_digest)?;
        }
        writeln!(out, "  it says    {}", report.status.as_str())?;
        if let Some(reason) = &outcome.no_evidence_because {
            let reason = printable(reason);
            let text = format!("it is not evidence for a live gate: {reason}");
            writeln!(out, "  {}", style::paint(style::ERROR, text))?;
        }
    }
    writeln!(out)?;
    let rows = outcome.checks.iter().map(|check| {
        let good = matches!(check.finding, Finding::Holds | Finding::Said);
        let basis = match check.basis {
            Basis::Recomputed => "recomputed",
            Basis::Attested => "attested",
        };
        vec![
            table::plain(&check.field),
            table::plain(basis),
            table::cell(style::passed(good), check.finding.as_str()),
            table::plain(check.message.as_deref().unwrap_or_default()),
        ]
    });
    let header = ["field", "basis", "found", "why"];
    let lines = table::lines(out, &header, rows.collect(), &NARROW);
    out.write_all(lines.as_bytes())?;
    Ok(())
}
