//! `cavra shadow start`, `stop` and `status`: runs beside a service that decides.

use std::io::Write as _;
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use clap::Args;
use jiff::SignedDuration;
use uuid::Uuid;

use crate::cli::commands::shadow::error::ShadowError;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::OutputFormat;
use crate::cli::input::whole;
use crate::cli::output::{Output, style, table};
use crate::cli::packs::error::PackError;
use crate::cli::service::EndpointArgs;
use crate::decision::Change;
use crate::grpc::policy::Given;
use crate::grpc::shadow::{ShadowCandidate, ShadowStart};
use crate::library::load_file;
use crate::shadow::EndReason;
use crate::shadow::compare::sampling::PartsPerMillion;
use crate::shadow::limits::{
    DEFAULT_EXAMPLES, DEFAULT_QUEUE_DECISIONS, MAX_EXAMPLES, MAX_QUEUE_DECISIONS,
};
use crate::shadow::runs::limits::MAX_RUN_TIME;
use crate::shadow::runs::{RunSettings, RunStatus};

const START_HELP: &str = "\
The service compiles the candidate, decides its cases once, and from then on compares what it
would have decided with what is decided. Decisions wait for none of it. The run ends when it is
stopped, at the limit that is given, after 31 days, or when another policy becomes active.

A candidate with a `/` in its name, or that is a file or folder here, is sent along with its
files (its parents are the service's); any other name is a pack of the service's library.

Examples:
  cavra shadow start --candidate ./next --endpoint unix:/run/cavra/admin.sock
  cavra shadow start --staged --sampling 10% --for 24h --endpoint unix:/run/cavra/admin.sock

Exit codes:
  0  the run is on
  1  the service refused, can't be asked, or the command was called wrongly";

const STOP_HELP: &str = "\
What is queued is still compared, and the end is recorded. The report stays until the service
ends or newer runs take its place.

Examples:
  cavra shadow stop --endpoint unix:/run/cavra/admin.sock
  cavra shadow stop 01990000-0000-7000-8000-000000000000 --endpoint unix:/run/cavra/admin.sock

Exit codes:
  0  the run has ended
  1  the service refused, can't be asked, or the command was called wrongly";

const STATUS_HELP: &str = "\
Examples:
  cavra shadow status --endpoint http://127.0.0.1:50051
  cavra shadow status --endpoint unix:/run/cavra/admin.sock --output json

Exit codes:
  0  the runs were listed, if any
  1  the service can't be asked, or the command was called wrongly";

/// What to start.
#[derive(Debug, Args)]
#[command(after_help = START_HELP)]
pub(crate) struct StartArgs {
    /// The candidate, by its id or path
    #[arg(long, value_name = "ID|PATH", required_unless_present = "staged")]
    candidate: Option<String>,
    /// The candidate that is staged
    #[arg(long, conflicts_with = "candidate")]
    staged: bool,
    #[command(flatten)]
    service: EndpointArgs,
    #[command(flatten)]
    run: RunArgs,
}

/// How a run works, and when it ends.
#[derive(Debug, Clone, Args)]
pub(crate) struct RunArgs {
    /// The share of the decisions that is compared: `10%`, `0.5%`
    #[arg(long, value_name = "PERCENT", default_value = "100%")]
    sampling: Share,
    /// End after this time, such as `24h` or `30m`, at most 31 days [default: 31d]
    #[arg(long = "for", value_name = "TIME")]
    duration: Option<RunTime>,
    /// End after so many comparisons
    #[arg(long, value_name = "N", value_parser = whole(1..=u64::MAX))]
    max: Option<u64>,
    /// Decisions that may wait to be compared; more are dropped and counted
    #[arg(long, value_name = "N", default_value_t = DEFAULT_QUEUE_DECISIONS as u32, value_parser = whole(1..=MAX_QUEUE_DECISIONS as u32))]
    queue: u32,
    /// Examples of each group of divergences
    #[arg(long, value_name = "N", default_value_t = DEFAULT_EXAMPLES as u8, value_parser = whole(0..=MAX_EXAMPLES as u8))]
    examples: u8,
}

impl RunArgs {
    fn settings(&self) -> RunSettings {
        RunSettings {
            rate: self.sampling.0,
            queue_decisions: self.queue as usize,
            examples: usize::from(self.examples),
            max_compared: self.max,
            duration: self.duration.map_or(MAX_RUN_TIME, |time| time.0),
        }
    }
}

/// A share that a person writes as `10%`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Share(pub(crate) PartsPerMillion);

impl FromStr for Share {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not a share; give `0.0001%` to `100%`");
        let number = text.strip_suffix('%').ok_or_else(wrong)?;
        let (whole, part) = number.split_once('.').unwrap_or((number, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || part.len() > 4 || !digits(whole) || !digits(part) {
            return Err(wrong());
        }
        // Four digits after the point make the number one of parts per million.
        let ppm: u32 = format!("{whole}{part:0<4}").parse().map_err(|_| wrong())?;
        match PartsPerMillion::try_from(ppm) {
            Ok(rate) if ppm > 0 => Ok(Self(rate)),
            _ => Err(wrong()),
        }
    }
}

/// A time that a person writes as `24h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct RunTime(Duration);

impl FromStr for RunTime {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            |_| format!("`{text}` is not a duration; give one such as `24h`, `90m` or `7d`");
        // Calendar units have no length of their own.
        let time = match text.strip_suffix('d') {
            Some(days) => days
                .parse::<u32>()
                .map(|days| Duration::from_secs(u64::from(days) * 24 * 60 * 60))
                .map_err(|_| wrong(()))?,
            None => text
                .parse::<SignedDuration>()
                .map_err(|_| wrong(()))
                .and_then(|time| Duration::try_from(time).map_err(|_| wrong(())))?,
        };
        if time < Duration::from_secs(1) || time > MAX_RUN_TIME {
            return Err(format!("`{text}` is not one second to 31 days"));
        }
        Ok(Self(time))
    }
}

/// Which run to stop.
#[derive(Debug, Args)]
#[command(after_help = STOP_HELP)]
pub(crate) struct StopArgs {
    /// The run [default: the only one that is on]
    #[arg(value_name = "RUN", value_parser = run_id)]
    run: Option<Uuid>,
    #[command(flatten)]
    service: EndpointArgs,
}

fn run_id(text: &str) -> Result<Uuid, String> {
    text.parse().map_err(|_| {
        "is not the id of a run; `cavra shadow status` lists the runs with their ids".to_owned()
    })
}

/// Whose runs to list.
#[derive(Debug, Args)]
#[command(after_help = STATUS_HELP)]
pub(crate) struct StatusArgs {
    #[command(flatten)]
    service: EndpointArgs,
}

pub(crate) fn start(args: &StartArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let candidate = match args.candidate.as_deref() {
        Some(name) if name.contains('/') || Path::new(name).exists() => {
            let source = load_file(Path::new(name)).map_err(PackError::File)?;
            ShadowCandidate::Given(Given::Bundle(source))
        }
        Some(id) => ShadowCandidate::Given(Given::Pack(id.to_owned())),
        None => ShadowCandidate::Staged,
    };
    let mut remote = args.service.connect_to_any_owner()?;
    let run = remote.start_shadow(ShadowStart {
        candidate,
        settings: args.run.settings(),
    })?;
    show_one(&run, out)
}

pub(crate) fn stop(args: &StopArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let mut remote = args.service.connect_to_any_owner()?;
    let run_id = match args.run {
        Some(run_id) => run_id,
        None => {
            let runs = remote.shadows()?;
            let mut on = runs.iter().filter(|run| run.ended.is_none());
            match (on.next(), on.next()) {
                (Some(run), None) => run.run_id,
                _ => return Err(ShadowError::WhichRun.into()),
            }
        }
    };
    let run = remote.stop_shadow(run_id)?;
    show_one(&run, out)
}

pub(crate) fn status(args: &StatusArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let runs = args.service.connect_to_any_owner()?.shadows()?;
    match out.format() {
        OutputFormat::Json => out.json(&runs)?,
        OutputFormat::Table if runs.is_empty() => {
            writeln!(out, "no shadow run; `cavra shadow start` begins one")?;
        }
        OutputFormat::Table => show(&runs, out)?,
    }
    Ok(ExitStatus::Success)
}

fn show_one(run: &RunStatus, out: &mut Output) -> Result<ExitStatus, CliError> {
    match out.format() {
        OutputFormat::Json => out.json(run)?,
        OutputFormat::Table => show(std::slice::from_ref(run), out)?,
    }
    Ok(ExitStatus::Success)
}

fn show(runs: &[RunStatus], out: &mut Output) -> Result<(), CliError> {
    let header = [
        "run",
        "candidate",
        "state",
        "loosened",
        "error",
        "tightened",
        "reason",
        "same",
        "seen",
        "dropped",
        "waiting",
        "recorded",
    ];
    let text = table::wrapped(out, &header, runs.iter().map(cells).collect());
    out.write_all(text.as_bytes())?;
    for run in runs {
        let lossy = run.journal.as_ref().filter(|kept| kept.unrecorded > 0);
        let problem = lossy.and_then(|kept| kept.problem.as_ref());
        if let (Some(kept), Some(problem)) = (lossy, problem) {
            let (id, lost) = (run.run_id, kept.unrecorded);
            let problem = crate::cli::output::printable(problem);
            writeln!(
                out,
                "{id}: {lost} comparisons are not in the journal: {problem}"
            )?;
        }
    }
    Ok(())
}

fn cells(run: &RunStatus) -> Vec<table::Cell> {
    let loosened = run.counts.of(Change::Loosened);
    let recorded = run.journal.as_ref().map(|kept| kept.recorded.to_string());
    let mut cells = vec![
        table::cell(style::HEADING, run.run_id.to_string()),
        table::plain(format!("{} {}", run.candidate.id, run.candidate.version)),
        table::plain(run.ended.map_or("on", EndReason::words)),
        table::cell(style::passed(loosened == 0), loosened.to_string()),
    ];
    let numbers = [
        run.counts.candidate_error,
        run.counts.tightened,
        run.counts.reason_changed,
        run.counts.same,
        run.seen,
        run.dropped,
        run.pending,
    ];
    cells.extend(numbers.map(|number| table::plain(number.to_string())));
    cells.push(table::plain(recorded.as_deref().unwrap_or("no journal")));
    cells
}
