//! `cavra approvals stats`

use std::collections::{BTreeMap, HashMap};
use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::OutputFormat;
use crate::cli::input::time;
use crate::cli::output::{Output, printable};
use crate::journal::query::approval_records;
use crate::journal::record::approval::{ApprovalDeed, ApprovalStage};
use crate::journal::record::{EventRecord, Record};

/// The fewest approvals by which something counts as always approved.
const MIN_ALWAYS: u64 = 5;

const AFTER_HELP: &str = "\
It reads the journal in a folder, whether or not a service writes it. What is always approved, and
never denied, may be better allowed by the pack.

Examples:
  cavra approvals stats --data-dir /var/lib/cavra
  cavra approvals stats --data-dir /var/lib/cavra --since 7d --output json

Exit codes:
  0  printed
  1  the journal can't be read";

/// What to count.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct StatsArgs {
    /// The folder of the journal
    #[arg(long, value_name = "DIR", env = "CAVRA_DATA_DIR")]
    data_dir: PathBuf,
    /// Count requests from this time on: a time, a date, or how long ago, such as `2h`
    #[arg(long, value_name = "TIME", value_parser = time)]
    since: Option<Timestamp>,
}

/// What the requests of a journal came to.
#[derive(Debug, Default, Serialize)]
struct ApprovalStats {
    requests: u64,
    repeated: u64,
    answered: u64,
    approvals: u64,
    denials: u64,
    cancelled: u64,
    used: u64,
    /// The share of answers that approve, from 0 to 1. Absent without answers.
    share_approved: Option<f64>,
    /// Seconds from a request to its first answer: the middle of all. Absent without answers.
    median_seconds_to_answer: Option<i64>,
    /// Rules of which at least five requests were approved and none was denied.
    always_approved: Vec<AlwaysApproved>,
}

#[derive(Debug, Serialize)]
struct AlwaysApproved {
    rule_id: String,
    approvals: u64,
}

/// What is known of one request while the journal is read.
struct Seen {
    asked_at: Timestamp,
    rule_id: String,
    is_answered: bool,
}

#[derive(Default)]
struct Gathering {
    stats: ApprovalStats,
    seen: HashMap<Uuid, Seen>,
    seconds: Vec<i64>,
    /// Approvals and denials by rule.
    rules: BTreeMap<String, (u64, u64)>,
}

pub(crate) fn run(args: &StatsArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let mut gathering = Gathering::default();
    let since = args.since.unwrap_or(Timestamp::MIN);
    approval_records(&args.data_dir, since, |record| gathering.add(&record))?;
    let stats = gathering.finish();
    match out.format() {
        OutputFormat::Json => out.json(&stats)?,
        OutputFormat::Table => show(&stats, out)?,
    }
    Ok(ExitStatus::Success)
}

impl Gathering {
    fn add(&mut self, record: &Record) {
        match record {
            Record::Decision(record) => {
                let Some(note) = &record.approval else { return };
                match note.stage {
                    ApprovalStage::Requested => {
                        self.stats.requests += 1;
                        let seen = Seen {
                            asked_at: record.timestamp,
                            rule_id: record.rule_id.to_string(),
                            is_answered: false,
                        };
                        self.seen.insert(note.approval_id, seen);
                    }
                    ApprovalStage::Repeated => self.stats.repeated += 1,
                    ApprovalStage::Used => self.stats.used += 1,
                }
            }
            Record::Event(EventRecord::Approval(record)) => {
                let (id, at) = (record.approval.approval_id, record.timestamp);
                self.happened(id, record.approval.what, at);
            }
            Record::Event(_) | Record::Lifecycle(_) => {}
        }
    }

    fn happened(&mut self, id: Uuid, what: ApprovalDeed, at: Timestamp) {
        let count = match what {
            ApprovalDeed::Approved => &mut self.stats.approvals,
            ApprovalDeed::Denied => &mut self.stats.denials,
            ApprovalDeed::Cancelled => &mut self.stats.cancelled,
        };
        *count += 1;
        let Some(seen) = self.seen.get_mut(&id) else {
            return;
        };
        if what == ApprovalDeed::Cancelled {
            return;
        }
        let (approved, denied) = self.rules.entry(seen.rule_id.clone()).or_default();
        match what {
            ApprovalDeed::Denied => *denied += 1,
            _ => *approved += 1,
        }
        if !seen.is_answered {
            seen.is_answered = true;
            self.stats.answered += 1;
            self.seconds
                .push(at.duration_since(seen.asked_at).as_secs());
        }
    }

    fn finish(mut self) -> ApprovalStats {
        self.seconds.sort_unstable();
        let stats = &mut self.stats;
        stats.median_seconds_to_answer = self.seconds.get(self.seconds.len() / 2).copied();
        let answers = stats.approvals + stats.denials;
        stats.share_approved = share(stats.approvals, answers);
        let always = self.rules.into_iter();
        let always =
            always.filter(|(_, (approved, denied))| *approved >= MIN_ALWAYS && *denied == 0);
        stats.always_approved = always
            .map(|(rule_id, (approvals, _))| AlwaysApproved { rule_id, approvals })
            .collect();
        self.stats
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a share is shown with a few digits"
)]
fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
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
        writeln!(out, "  {:<16}  {seconds} s (median)", "time to answer")?;
    }
    for always in &stats.always_approved {
        let (rule, count) = (printable(&always.rule_id), always.approvals);
        writeln!(out, "  {:<16}  {rule} ({count})", "always approved")?;
    }
    Ok(())
}
