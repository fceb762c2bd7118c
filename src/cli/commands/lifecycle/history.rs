//! `cavra lifecycle history`

use std::io::Write as _;

use clap::Args;
use serde::Serialize;

use super::service::ServiceArgs;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::OutputFormat;
use crate::cli::output::{Output, printable};
use crate::grpc::lifecycle::Event;
use crate::journal::record::LifecycleRecord;
use crate::journal::record::lifecycle::{LifecycleEvent, RollbackCover, Withdrawn};

const AFTER_HELP: &str = "\
It lists the lifecycle records of the journal, the oldest first: who, why, and which documents say so.

Examples:
  cavra lifecycle history --endpoint unix:/run/cavra/admin.sock
  cavra lifecycle history --changes --output json --endpoint unix:/run/cavra/admin.sock

Exit codes:
  0  listed
  1  the service can't be asked, or has no store of policies";

/// Which service, and which events.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct HistoryArgs {
    /// Only what changed what is enforced
    #[arg(long)]
    changes: bool,
    #[command(flatten)]
    service: ServiceArgs,
}

#[derive(Serialize)]
struct Shown<'a> {
    position: u64,
    record: &'a LifecycleRecord,
}

pub(crate) fn run(args: &HistoryArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let mut remote = args.service.connect()?;
    let mut events = remote.lifecycle(async move |client| client.lifecycle_events().await)?;
    if args.changes {
        events.retain(|event| event.record.policy.is_some());
    }
    match out.format() {
        OutputFormat::Json => {
            let shown = events.iter().map(|event| Shown {
                position: event.position,
                record: &event.record,
            });
            out.json(&shown.collect::<Vec<_>>())?;
        }
        OutputFormat::Table => {
            for event in &events {
                print(event, out)?;
            }
        }
    }
    Ok(ExitStatus::Success)
}

fn print(event: &Event, out: &mut Output) -> Result<(), CliError> {
    let Event { position, record } = event;
    let by = match &record.by.person {
        Some(person) => format!("{person} ({})", record.by.peer),
        None => record.by.peer.clone(),
    };
    let (time, what) = (record.timestamp, record.event.as_str());
    writeln!(
        out,
        "{position:>9}  {time:.0}  {what:<15} by {}",
        printable(&by)
    )?;
    let line = |out: &mut Output, name: &str, text: &str| {
        writeln!(out, "           {name:<10} {}", printable(text))
    };
    if let Some(policy) = &record.policy {
        line(out, "in force", &policy.effective_digest.to_string())?;
    }
    for (name, text) in details(&record.event) {
        line(out, name, &text)?;
    }
    if let Some(reason) = &record.reason {
        line(out, "why", reason)?;
    }
    Ok(())
}

/// What an event says beside who, when and why.
fn details(event: &LifecycleEvent) -> Vec<(&'static str, String)> {
    match event {
        LifecycleEvent::Seeded(seeded) => {
            let from = seeded.from_record;
            from.map(|index| ("from", format!("record {index}")))
                .into_iter()
                .collect()
        }
        LifecycleEvent::Proposed(proposed) => {
            vec![("bundle", proposed.bundle.bundle_digest.to_string())]
        }
        LifecycleEvent::Withdrawn(Withdrawn::Candidate(withdrawn)) => {
            vec![("bundle", withdrawn.bundle_digest.to_string())]
        }
        LifecycleEvent::Withdrawn(Withdrawn::Request(request)) => {
            vec![("request", request.request_digest.to_string())]
        }
        LifecycleEvent::Acknowledged(answer) => vec![
            ("line", answer.line.clone()),
            ("candidate", answer.to_effective_digest.to_string()),
        ],
        LifecycleEvent::ShadowStarted(run) => vec![
            ("run", run.run_id.to_string()),
            ("bundle", run.bundle_digest.to_string()),
            ("until", run.until.to_string()),
        ],
        LifecycleEvent::ShadowEnded(run) => {
            let observed = match run.observed_long_enough {
                true => "long enough",
                false => "not long enough",
            };
            vec![
                ("run", run.run_id.to_string()),
                ("bundle", run.bundle_digest.to_string()),
                ("because", run.ended.words().to_owned()),
                ("observed", observed.to_owned()),
            ]
        }
        LifecycleEvent::Requested(given) => vec![("request", given.request_digest.to_string())],
        LifecycleEvent::Approved(given) | LifecycleEvent::Rejected(given) => {
            vec![("request", given.request_digest.to_string())]
        }
        LifecycleEvent::Promoted(promoted) => {
            let replaced = &promoted.replaced;
            let report = promoted.report.map(|it| ("report", it.to_string()));
            let mut all = vec![
                ("replaced", replaced.effective_digest.to_string()),
                ("request", promoted.request_digest.to_string()),
            ];
            all.extend(report);
            all
        }
        LifecycleEvent::RolledBack(back) => {
            let cover = match &back.cover {
                RollbackCover::Promotion { promotion_index } => {
                    ("covered by", format!("the promotion at {promotion_index}"))
                }
                RollbackCover::Request { request_digest, .. } => {
                    ("request", request_digest.to_string())
                }
            };
            vec![
                ("replaced", back.replaced.effective_digest.to_string()),
                cover,
            ]
        }
        LifecycleEvent::Rehearsed(rehearsed) => {
            vec![(
                "return to",
                rehearsed.active.bundle.bundle_digest.to_string(),
            )]
        }
        LifecycleEvent::EngineChanged(changed) => {
            let failed = changed.failed.iter().map(|line| ("fails", line.clone()));
            let from = ("from", format!("cavra {}", changed.from.cavra_version));
            std::iter::once(from).chain(failed).collect()
        }
        LifecycleEvent::TrustChanged(changed) => vec![(
            "trust file",
            format!(
                "version {} ({})",
                changed.trust.version, changed.trust.digest
            ),
        )],
    }
}
