//! `cavra shadow replay`

use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;
use indicatif::ProgressBar;

use super::evidence::{self, ExplanationArgs};
use super::journal::{self, JournalArgs};
use super::progress::over_bytes;
use crate::authority::rehearsal::rehearse;
use crate::cli::commands::keys::argument::private_key;
use crate::cli::commands::shadow::error::ShadowError;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::{GlobalArgs, ReportFormat};
use crate::cli::input::{open_records, read_timed_document, whole};
use crate::cli::output::{Output, printable, shadow, style};
use crate::cli::packs::{PackRef, Packs, PolicyArgs};
use crate::keys::file::KeySource;
use crate::policy::effective::EffectivePack;
use crate::policy::promotion::required::required;
use crate::policy::promotion::section::ThresholdsSection;
use crate::shadow::limits::{DEFAULT_EXAMPLES, MAX_EXAMPLES};
use crate::shadow::pair::Pair;
use crate::shadow::replay::Claims;
use crate::shadow::replay::actions::{self, MAX_NAMED_LINES, Replayed, Wanted};
use crate::shadow::report::criteria::Thresholds;
use crate::threads::cores;

/// Threads that may be asked for.
pub(super) const MAX_WORKERS: u16 = 256;

const AFTER_HELP: &str = "\
Every action is judged by both policies, on the same facts; nothing is enforced. What would
change is counted by class, the dangerous one first:

  loosened         a laxer verdict
  candidate_error  the candidate could not be evaluated
  tightened        a stricter verdict
  reason_changed   the same verdict by another rule, severity or approver group
  same             nothing

Without --actions, the decisions of a journal are replayed in their order, each compared as it
was recorded (active-as-of-then), or as another pack would decide (--active). More than one
policy among them is refused unless they are narrowed down: a report compares two. A report that
is narrowed down by anything but a time or a policy never makes a candidate ready. What a
record doesn't hold whole is judged by its recorded facts, and what holds neither is counted as
not replayable. The pack that decided must be in the binary or among the --packs, so that its
rules that never fired can be named. An authority may write the journal meanwhile.

With --actions, actions are documents as `cavra decide` takes them, one a line. A line that
holds none is reported by its number and counted, and the rest go on. A file of actions doesn't
say when they happened, so that it never makes a candidate ready by itself: that takes hours
of traffic.

The report doesn't depend on the number of workers.

Examples:
  cavra shadow replay --candidate ./next --data-dir /var/lib/cavra
  cavra shadow replay --candidate ./next --since 2026-03-02T00:00:00Z \\
      --sign evidence.key --evidence report.dsse.json
  cavra shadow replay --candidate ./next --where agent=builder --where verdict=block
  cavra shadow replay --candidate ./next --actions actions.jsonl
  cavra shadow replay --policy-pack cavra-terraform-prod --candidate ./next \\
      --actions actions.jsonl --output html --out report.html
  cavra shadow replay --candidate ./next --actions - --output json < actions.jsonl

Exit codes:
  0  the report was made
  1  a line could not be judged (the report is made all the same), the tool failed, or it
     was called wrongly
  2  with --check: a promotion criterion isn't met";

/// What to replay, and through which policies.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ReplayArgs {
    #[command(flatten)]
    pub(super) policy: PolicyArgs,
    /// The candidate, by its id or path
    #[arg(long, value_name = "ID|PATH")]
    candidate: String,
    /// Action documents as JSON Lines instead of a journal; `-` is standard input
    #[arg(long, value_name = "FILE", conflicts_with = "data_dir")]
    actions: Option<PathBuf>,
    #[command(flatten)]
    pub(super) journal: JournalArgs,
    /// The times are not real: those of the journal's authority, or of a file by `cavra traffic
    /// --with-times`, which are counted then. The report says so, and no live gate takes it
    #[arg(long)]
    pub(super) simulated_clock: bool,
    /// Write the report to a file instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Threads that judge [default: one for each core]
    #[arg(long, value_name = "N", value_parser = whole(1..=MAX_WORKERS))]
    pub(super) workers: Option<u16>,
    /// Examples of each group of divergences
    #[arg(long, value_name = "N", default_value_t = DEFAULT_EXAMPLES as u8, value_parser = whole(0..=MAX_EXAMPLES as u8))]
    pub(super) examples: u8,
    /// Exit with 2 unless every promotion criterion is met
    #[arg(long)]
    check: bool,
    /// Sign the report with a private key: a file, `env:NAME` or `fd:NUMBER`
    #[arg(long, value_name = "KEY", requires = "evidence")]
    sign: Option<KeySource>,
    /// Where to write the signed report, a DSSE envelope
    #[arg(long, value_name = "FILE", requires = "sign")]
    evidence: Option<PathBuf>,
    #[command(flatten)]
    pub(super) thresholds: ThresholdArgs,
    #[command(flatten)]
    pub(super) explanations: ExplanationArgs,
}

/// What the promotion criteria ask for. The defaults are those of the section `promotion` of both
/// policies, of each number the stricter one.
#[derive(Debug, Clone, Copy, Args)]
#[command(next_help_heading = "Promotion criteria")]
pub(crate) struct ThresholdArgs {
    /// Hours with traffic, at least [default: as both policies ask for]
    #[arg(long, value_name = "HOURS")]
    min_observation_hours: Option<u64>,
    /// Comparisons of each required decision class, at least [default: as both policies ask for]
    #[arg(long, value_name = "N")]
    min_samples: Option<u64>,
    /// Failures of the candidate, at most, in parts per million [default: as both policies ask for]
    #[arg(long, value_name = "PPM")]
    max_candidate_errors: Option<u64>,
    /// Sampled decisions that were dropped or can't be replayed, at most, in parts per million
    /// [default: as both policies ask for]
    #[arg(long, value_name = "PPM")]
    max_drops: Option<u64>,
}

impl ThresholdArgs {
    /// What the command line asks for.
    pub(crate) fn given(self) -> ThresholdsSection {
        ThresholdsSection {
            min_observation_hours: self.min_observation_hours,
            min_samples_per_required_class: self.min_samples,
            max_candidate_error_ppm: self.max_candidate_errors,
            max_drop_ppm: self.max_drops,
            ..ThresholdsSection::default()
        }
    }

    /// What the command line asks for, and for the rest what a change from `active` to `candidate`
    /// that loosens something has to show.
    pub(crate) fn thresholds(
        self,
        active: &EffectivePack,
        candidate: &EffectivePack,
    ) -> Thresholds {
        let criteria = required(active, candidate).criteria;
        self.given().over(criteria.thresholds)
    }
}

pub(crate) fn run(
    args: &ReplayArgs,
    global: &GlobalArgs,
    out: &mut Output,
) -> Result<ExitStatus, CliError> {
    let key = args.sign.as_ref();
    let key = key.map(|key| private_key(key, "--sign")).transpose()?;
    let packs = Packs::to_judge(global)?;
    let candidate = packs.load_policy(&PackRef::Either(args.candidate.clone()))?;
    let shown = std::io::stderr().is_terminal() && !global.quiet;
    let (report, replayed) = match &args.actions {
        None => (journal::run(args, &packs, &candidate, shown)?, None),
        Some(path) => {
            let pair = Pair {
                active: packs.load_policy(&args.policy.pack_ref())?,
                candidate,
            };
            let replayed = replay_file(args, &pair, path, shown)?;
            {
                let explained = args.explanations.explained()?;
                let claims = Claims {
                    thresholds: args
                        .thresholds
                        .thresholds(pair.active.pack(), pair.candidate.pack()),
                    explained: &explained,
                    dry_run: rehearse(&pair.candidate),
                    simulated_clock: args.simulated_clock,
                };
                let report = actions::report(&pair, name(path), &replayed, claims)?;
                let (active, candidate) = (pair.active.pack(), pair.candidate.pack());
                args.explanations.check_lines(&report, active, candidate)?;
                (report, Some(replayed))
            }
        }
    };
    let format = global.output.unwrap_or(ReportFormat::Table);
    shadow::write(&report, format, args.out.as_deref(), out)?;
    if let (Some(key), Some(path)) = (&key, &args.evidence) {
        evidence::write_signed(path, &report, key)?;
    }
    out.finish()?;
    args.explanations.complain(&report)?;
    if let Some(replayed) = &replayed {
        complain(replayed)?;
    }
    Ok(if replayed.is_some_and(|replayed| replayed.bad > 0) {
        ExitStatus::Failure
    } else if args.check {
        ExitStatus::of_check(report.is_ready())
    } else {
        ExitStatus::Success
    })
}

fn replay_file(
    args: &ReplayArgs,
    pair: &Pair,
    path: &Path,
    shown: bool,
) -> Result<Replayed, CliError> {
    let progress = match shown {
        true => over_bytes(path),
        false => ProgressBar::hidden(),
    };
    let wanted = Wanted {
        understand: &read_timed_document,
        progress: &|bytes| progress.inc(bytes),
        examples: usize::from(args.examples),
        workers: args.workers.map_or_else(cores, usize::from),
        timed: args.simulated_clock,
    };
    let documents = open_records(path)?;
    let replayed = actions::replay(pair, documents, wanted, CliError::Thread)?;
    progress.finish_and_clear();
    match replayed.seen {
        0 => Err(ShadowError::NoActions(path.to_owned()).into()),
        _ => Ok(replayed),
    }
}

/// The file's name without its folder, which says more of the machine than of the actions.
fn name(path: &Path) -> Option<String> {
    let name = path.file_name().filter(|name| *name != "-")?;
    Some(name.to_string_lossy().into_owned())
}

fn complain(replayed: &Replayed) -> Result<(), CliError> {
    if replayed.bad == 0 {
        return Ok(());
    }
    let mut stderr = anstream::stderr().lock();
    let bad = style::ERROR;
    for (line, error) in &replayed.named {
        let text = printable(&error.to_string());
        writeln!(stderr, "{bad}error:{bad:#} line {line}: {text}")?;
    }
    let named = replayed.named.len() as u64;
    let more = replayed.bad.saturating_sub(named);
    if more > 0 {
        writeln!(
            stderr,
            "  and {more} more lines after the first {MAX_NAMED_LINES}"
        )?;
    }
    let (count, all) = (replayed.bad, replayed.seen);
    writeln!(
        stderr,
        "{count} of {all} lines hold no action that can be judged"
    )?;
    Ok(())
}
