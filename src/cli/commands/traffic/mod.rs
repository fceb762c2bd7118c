//! `cavra traffic`: the actions of agents at work, from a seed.

mod print;
mod sinks;

use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::{SignedDuration, Timestamp};

use super::super::error::CliError;
use super::super::exit::ExitStatus;
use super::super::input::{point_in_time, whole};
use super::super::output::Output;
use crate::traffic::{
    Event, MAX_AGENTS, PerMillion, Profile, Rates, Summary, Traffic, TrafficOptions,
};
use sinks::Sinks;

/// Actions that are made where nothing says when to stop.
const DEFAULT_ACTIONS: u64 = 1_000;
/// Actions between two looks at the progress bar.
const PROGRESS_ACTIONS: u64 = 8_192;
/// The longest traffic, in hours: some hundred years.
const MAX_HOURS: u64 = 1_000_000;

const AFTER_HELP: &str = "\
Each agent works through sessions: it picks a repository and a task, reads into it, edits, tests,
commits and pushes, asks trackers over MCP, and rests when its person does. Files and commands
are as skewed as in real work. A few actions are out of the ordinary, at the rates given; a
document doesn't say so, but --times and --with-times do.

Nothing depends on the machine or its clock: the same options print the same bytes everywhere,
and the simulated day begins at --start. Actions come in the order of their simulated time, in
memory that doesn't grow.

Action documents have no field for a time, so the output is what `cavra decide` takes, and times
are apart: `--times FILE` writes, for each line, {\"at\":…, \"intent\":…, \"correlation_id\":…};
`--with-times` wraps each document as {\"case_id\":…, \"at\":…, \"intent\":…, \"input\":{…}}, which
`cavra decide` takes too.

Examples:
  cavra traffic | cavra decide --policy-pack cavra-ai-agent-baseline
  cavra traffic --seed 7 --hours 24 --agents 40 --out day.jsonl --times day.times.jsonl
  cavra traffic --hours 24 --summary                    # the mix of a day, without the actions
  cavra traffic --actions 100000 --profile infrastructure --dangerous-rate 1% --with-times
  cavra traffic --risky-rate 0 --dangerous-rate 0 --evasion-rate 0    # routine only

Exit codes:
  0  done
  1  the tool failed, or was called wrongly";

/// Make the actions of agents at work, from a seed, to judge or to measure with
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct TrafficArgs {
    /// What chance starts from
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Stop after so many actions [default: 1000, unless --hours is given]
    #[arg(long, value_name = "N")]
    actions: Option<u64>,
    /// Stop after so many simulated hours; with --actions, whichever comes first
    #[arg(long, value_name = "H", value_parser = whole(1..=MAX_HOURS))]
    hours: Option<u64>,
    /// When the simulated time begins: a time or a date; the default is a Monday morning
    #[arg(long, value_name = "TIME", default_value = "2026-01-05T08:00:00Z", value_parser = point_in_time)]
    start: Timestamp,
    /// How many agents are at work, at most 100000; every twelfth works around the clock
    #[arg(long, value_name = "N", default_value = "24", value_parser = agents)]
    agents: NonZeroU32,
    /// What they work on
    #[arg(long, value_enum, default_value_t)]
    profile: ProfileName,
    #[command(flatten)]
    rates: RateArgs,
    /// Where to write the documents [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Where to write each action's simulated time and intent
    #[arg(long, value_name = "FILE", conflicts_with = "with_times")]
    times: Option<PathBuf>,
    /// Wrap each document in a decision case with its simulated time and intent
    #[arg(long)]
    with_times: bool,
    /// Print the mix; the documents themselves only where --out says so
    #[arg(long)]
    summary: bool,
}

/// How many of all actions are not routine: a number from 0 to 1, or a percentage.
#[derive(Debug, Args)]
struct RateArgs {
    /// How many are worth a second pair of eyes: dependencies, access rules [default: 2%]
    #[arg(long, value_name = "RATE")]
    risky_rate: Option<PerMillion>,
    /// How many disclose a secret, or change production, delivery or access [default: 0.3%]
    #[arg(long, value_name = "RATE")]
    dangerous_rate: Option<PerMillion>,
    /// How many are as dangerous, and dressed up [default: 0.05%]
    #[arg(long, value_name = "RATE")]
    evasion_rate: Option<PerMillion>,
}

/// What the agents work on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum ProfileName {
    /// Mostly applications, some infrastructure
    #[default]
    Mixed,
    /// Services and front ends
    Application,
    /// Terraform and Kubernetes
    Infrastructure,
}

pub(crate) fn run(args: &TrafficArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let traffic = Traffic::new(&args.options())?;
    let (limit, until) = args.end();
    let progress = args.progress(limit);
    let mut sinks = Sinks::open(args, out)?;
    let mut summary = Summary::default();
    for event in traffic.take_while(|event| until.is_none_or(|until| event.at < until)) {
        if summary.actions >= limit {
            break;
        }
        summary.count(&event);
        sinks.write(&event, summary.actions)?;
        if summary.actions % PROGRESS_ACTIONS == 0 {
            progress.set_position(args.position(&event, summary.actions));
        }
    }
    progress.finish_and_clear();
    sinks.finish()?;
    if args.summary {
        print::show(&summary, out)?;
    }
    Ok(ExitStatus::Success)
}

fn agents(text: &str) -> Result<NonZeroU32, String> {
    let count = whole(1..=MAX_AGENTS)(text)?;
    NonZeroU32::new(count).ok_or_else(|| "give 1 or more".to_owned())
}

impl TrafficArgs {
    fn options(&self) -> TrafficOptions {
        let usual = Rates::default();
        TrafficOptions {
            seed: self.seed,
            start: self.start,
            agents: self.agents,
            profile: match self.profile {
                ProfileName::Mixed => Profile::Mixed,
                ProfileName::Application => Profile::Application,
                ProfileName::Infrastructure => Profile::Infrastructure,
            },
            rates: Rates {
                risky: self.rates.risky_rate.unwrap_or(usual.risky),
                dangerous: self.rates.dangerous_rate.unwrap_or(usual.dangerous),
                evasion: self.rates.evasion_rate.unwrap_or(usual.evasion),
            },
        }
    }

    /// After how many actions it ends, and before which simulated time.
    fn end(&self) -> (u64, Option<Timestamp>) {
        let limit = match (self.actions, self.hours) {
            (Some(actions), _) => actions,
            (None, Some(_)) => u64::MAX,
            (None, None) => DEFAULT_ACTIONS,
        };
        let until = self.hours.map(|hours| {
            let hours = SignedDuration::from_hours(i64::try_from(hours).unwrap_or(i64::MAX));
            // Beyond the last time that there is, nothing happens anyway.
            self.start.saturating_add(hours).unwrap_or(Timestamp::MAX)
        });
        (limit, until)
    }

    /// A bar on standard error, where a person watches. None where documents go to standard
    /// output: what reads them may be writing to the same terminal.
    fn progress(&self, limit: u64) -> ProgressBar {
        let across = self.out.is_none() && !self.summary;
        let bar = match (self.hours, self.actions) {
            (Some(hours), None) => ProgressBar::new(hours.saturating_mul(3_600)),
            _ => ProgressBar::new(limit),
        };
        bar.set_draw_target(if across {
            ProgressDrawTarget::hidden()
        } else {
            ProgressDrawTarget::stderr()
        });
        let template = "{wide_bar} {percent}%  {elapsed} of {duration}";
        bar.with_style(
            ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()),
        )
    }

    fn position(&self, event: &Event, actions: u64) -> u64 {
        if self.hours.is_none() || self.actions.is_some() {
            return actions;
        }
        let passed = event.at.duration_since(self.start).as_secs();
        u64::try_from(passed).unwrap_or(0)
    }
}
