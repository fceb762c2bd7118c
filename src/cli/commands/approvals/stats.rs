//! `cavra approvals stats`

use std::io::Write as _;

use clap::Args;
use jiff::{SignedDuration, Timestamp};

use crate::cli::commands::journal::source::DataDirArgs;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::OutputFormat;
use crate::cli::input::time;
use crate::cli::output::{Output, printable};
use crate::cli::remote::Remote;
use crate::cli::service::TimeoutArgs;
use crate::grpc::client::SocketOwners;
use crate::journal::query::{ApprovalGathering, ApprovalScan, ApprovalStats};

const AFTER_HELP: &str = "\
It reads the journal in a folder, whether or not a service writes it, or asks a service to count in
its own. What is always approved, and never denied, may be better allowed by the pack.

Examples:
  cavra approvals stats --data-dir /var/lib/cavra
  cavra approvals stats --data-dir /var/lib/cavra --since 7d --output json
  cavra approvals stats --endpoint unix:/run/cavra/admin.sock

Exit codes:
  0  printed
  1  the journal can't be read, or the service refuses or can't be asked";

/// What to count.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct StatsArgs {
    #[command(flatten)]
    data_dir: DataDirArgs,
    /// A service that counts in its own journal, instead: `unix:PATH` or `http://HOST:PORT`
    #[arg(long, value_name = "URL")]
    endpoint: Option<String>,
    #[command(flatten)]
    timeout: TimeoutArgs,
    /// Count requests from this time on: a time, a date, or how long ago, such as `2h`
    #[arg(long, value_name = "TIME", value_parser = time)]
    since: Option<Timestamp>,
}

pub(crate) fn run(args: &StatsArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let since = args.since.unwrap_or(Timestamp::MIN);
    let stats = match &args.endpoint {
        Some(endpoint) => args.ask(endpoint, since)?,
        None => args.read(since)?,
    };
    match out.format() {
        OutputFormat::Json => out.json(&stats)?,
        OutputFormat::Table => show(&stats, out)?,
    }
    Ok(ExitStatus::Success)
}

impl StatsArgs {
    fn ask(&self, endpoint: &str, since: Timestamp) -> Result<ApprovalStats, CliError> {
        let owners = SocketOwners::trusted_here();
        let patience = self.timeout.patience();
        let mut remote = Remote::connect_trusting(endpoint, patience, owners, None)?;
        remote.call(async |client| client.approval_stats(since).await)
    }

    fn read(&self, since: Timestamp) -> Result<ApprovalStats, CliError> {
        let mut scan = ApprovalScan::open(&self.data_dir.directory()?, since)?;
        let mut gathering = ApprovalGathering::default();
        while gathering.step(&mut scan)? {}
        Ok(gathering.finish())
    }
}

fn show(stats: &ApprovalStats, out: &mut Output) -> Result<(), CliError> {
    let rows = [
        ("requests", stats.requests),
        ("asked again", stats.repeated),
        ("answered", stats.answered),
        ("approvals", stats.approvals),
        ("denials", stats.denials),
        ("taken back", stats.cancelled),
        ("used", stats.used),
    ];
    for (name, count) in rows {
        writeln!(out, "  {name:<16}  {count}")?;
    }
    if let Some(share) = stats.share_approved {
        writeln!(out, "  {:<16}  {:.1} %", "approved", share * 100.0)?;
    }
    if let Some(seconds) = stats.median_seconds_to_answer {
        let time = SignedDuration::from_secs(seconds);
        writeln!(out, "  {:<16}  {time:#} (median)", "time to answer")?;
    }
    for always in &stats.always_approved {
        let (rule, count) = (printable(&always.rule_id), always.approvals);
        writeln!(out, "  {:<16}  {rule} ({count})", "always approved")?;
    }
    Ok(())
}
