//! `cavra lifecycle history`

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use super::error::ChangeError;
use crate::authority::gate::changes::{ChangeMade, Recorded};
use crate::canonical::Digest;
use crate::cli::commands::journal::source::log_key;
use crate::cli::commands::keys::argument::KeyArgument;
use crate::cli::commands::policy::diff::print_changes;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::OutputFormat;
use crate::cli::output::{Output, printable};
use crate::cli::service::{EndpointArgs, MaybeEndpointArgs};
use crate::grpc::lifecycle::Event;
use crate::journal::record::LifecycleRecord;
use crate::journal::record::lifecycle::{LifecycleEvent, RollbackCover, Withdrawn};
use crate::policy::diff::Diff;

const AFTER_HELP: &str = "\
It lists the lifecycle records of the journal, the oldest first: who asked for it or signed it,
who sent it to the service, why, and which documents say so. Of each change of what is enforced it
says the policy and who approved it, and with `--diff` what changed against the policy that ended.
All of it is in the journal, so a data directory is enough.

Examples:
  cavra lifecycle history --endpoint unix:/run/cavra/admin.sock
  cavra lifecycle history --changes --diff --data-dir /var/lib/cavra
  cavra lifecycle history --changes --output json --endpoint unix:/run/cavra/admin.sock

Exit codes:
  0  listed
  1  the service or the journal can't be read, or has no store of policies";

/// Which journal, and which events.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct HistoryArgs {
    /// Only what changed what is enforced
    #[arg(long)]
    changes: bool,
    /// What each change changed: the semantic diff
    #[arg(long)]
    diff: bool,
    /// The data directory of a service, instead of the service
    #[arg(long, value_name = "DIR", conflicts_with = "endpoint")]
    data_dir: Option<PathBuf>,
    /// With --data-dir: the public key of the journal (`journal.pub`), or the file that holds it
    /// [default: the one in the data directory, which proves less]
    #[arg(long, value_name = "KEY|FILE", requires = "data_dir")]
    journal_key: Option<KeyArgument>,
    #[command(flatten)]
    service: MaybeEndpointArgs,
}

#[derive(Serialize)]
struct Shown {
    position: u64,
    record: LifecycleRecord,
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<Change>,
}

/// What came into force.
#[derive(Serialize)]
struct Change {
    policy_id: String,
    policy_version: String,
    bundle_digest: Digest,
    #[serde(skip_serializing_if = "Option::is_none")]
    replaced: Option<u64>,
    approved_by: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    diff: Option<Diff>,
}

impl From<ChangeMade> for Change {
    fn from(change: ChangeMade) -> Self {
        let ChangeMade {
            position: _,
            policy_id,
            policy_version,
            bundle_digest,
            replaced,
            approved_by,
            diff,
        } = change;
        Self {
            policy_id,
            policy_version,
            bundle_digest,
            replaced,
            approved_by,
            diff,
        }
    }
}

pub(crate) fn run(args: &HistoryArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let shown = match (&args.data_dir, args.service.named()) {
        (Some(directory), _) => args.of_journal(directory)?,
        (None, Some(service)) => args.of_service(&service)?,
        (None, None) => return Err(ChangeError::NoHistory.into()),
    };
    match out.format() {
        OutputFormat::Json => out.json(&shown)?,
        OutputFormat::Table => {
            for event in &shown {
                print(event, out)?;
            }
        }
    }
    Ok(ExitStatus::Success)
}

impl HistoryArgs {
    fn wants(&self, record: &LifecycleRecord) -> bool {
        !self.changes || record.event.activation().is_some()
    }

    fn of_journal(&self, directory: &Path) -> Result<Vec<Shown>, CliError> {
        let key = log_key(directory, self.journal_key.as_ref())?;
        let recorded = Recorded::read(directory, &key)?;
        let events = recorded.history().events().iter();
        let wanted = events.filter(|(_, record)| self.wants(record));
        let shown = wanted.map(|(position, record)| {
            let change = recorded.change(*position, self.diff)?;
            Ok(Shown {
                position: *position,
                record: record.clone(),
                change: change.map(Into::into),
            })
        });
        shown.collect()
    }

    fn of_service(&self, service: &EndpointArgs) -> Result<Vec<Shown>, CliError> {
        let mut remote = service.connect()?;
        let events = remote.call(async move |client| client.lifecycle_events().await)?;
        let wanted = events.into_iter().filter(|it| self.wants(&it.record));
        let mut shown = Vec::new();
        for Event { position, record } in wanted {
            let (diff, is_change) = (self.diff, record.event.activation().is_some());
            let change = match is_change {
                true => Some(
                    remote
                        .call(async move |client| client.lifecycle_change(position, diff).await)?,
                ),
                false => None,
            };
            shown.push(Shown {
                position,
                record,
                change: change.map(Into::into),
            });
        }
        Ok(shown)
    }
}

fn print(shown: &Shown, out: &mut Output) -> Result<(), CliError> {
    let Shown {
        position,
        record,
        change,
    } = shown;
    let (time, what, by) = (record.timestamp, record.event.as_str(), who(record));
    writeln!(
        out,
        "{position:>9}  {time:.0}  {what:<15} {}",
        printable(&by)
    )?;
    let line = |out: &mut Output, name: &str, text: &str| {
        writeln!(out, "           {name:<10} {}", printable(text))
    };
    if let Some(change) = change {
        let policy = format!("{} {}", change.policy_id, change.policy_version);
        line(out, "policy", &policy)?;
        line(out, "bundle", &change.bundle_digest.to_string())?;
    }
    if let Some(policy) = &record.policy {
        line(out, "in force", &policy.effective_digest.to_string())?;
    }
    for (name, text) in details(&record.event) {
        line(out, name, &text)?;
    }
    if let Some(change) = change.as_ref().filter(|it| !it.approved_by.is_empty()) {
        let people = change.approved_by.join(", ");
        match covering(&record.event) {
            // They approved the promotion, and the return that it covers.
            Some(index) => {
                let cover = format!("the promotion at {index}, which {people} approved");
                line(out, "covered by", &cover)?;
            }
            None => line(out, "approved", &people)?,
        }
    }
    if let Some(reason) = &record.reason {
        line(out, "why", reason)?;
    }
    if let Some(diff) = change.as_ref().and_then(|it| it.diff.as_ref()) {
        print_changes(diff, false, out)?;
        writeln!(out)?;
    }
    Ok(())
}

/// Who acted, each by what they did: who sent it to the service is not who signed it.
fn who(record: &LifecycleRecord) -> String {
    let sent = match record.by.peer.as_str() {
        "start" => "by the service, at its start".to_owned(),
        "service" => "by the service".to_owned(),
        peer => format!("sent by {peer}"),
    };
    let did = match &record.event {
        LifecycleEvent::Promoted(_)
        | LifecycleEvent::RolledBack(_)
        | LifecycleEvent::Ratified(_)
        | LifecycleEvent::Requested(_) => "asked for by",
        _ => "signed by",
    };
    match &record.by.person {
        Some(person) => format!("{did} {person}, {sent}"),
        None => sent,
    }
}

/// The promotion whose approvals covered a return.
fn covering(event: &LifecycleEvent) -> Option<u64> {
    match event {
        LifecycleEvent::RolledBack(back) => match back.cover {
            RollbackCover::Promotion { promotion_index } => Some(promotion_index),
            RollbackCover::Request { .. } | RollbackCover::BreakGlass { .. } => None,
        },
        _ => None,
    }
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
            let watch = promoted.watch_until;
            let watch = watch.map(|until| ("watched", format!("until {until}")));
            let mut all = vec![
                ("replaced", replaced.effective_digest.to_string()),
                ("request", promoted.request_digest.to_string()),
            ];
            all.extend(report.into_iter().chain(watch));
            all.extend(promoted.packet.map(|it| ("packet", it.to_string())));
            all
        }
        LifecycleEvent::RolledBack(back) => {
            let cover = match &back.cover {
                // With the people who approved it, below.
                RollbackCover::Promotion { .. } => {
                    return vec![("replaced", back.replaced.effective_digest.to_string())];
                }
                RollbackCover::Request { request_digest, .. } => {
                    ("request", request_digest.to_string())
                }
                RollbackCover::BreakGlass { activation_index } => {
                    ("undoes", format!("the break-glass at {activation_index}"))
                }
            };
            vec![
                ("replaced", back.replaced.effective_digest.to_string()),
                cover,
            ]
        }
        LifecycleEvent::BrokeGlass(broke) => vec![
            ("replaced", broke.replaced.effective_digest.to_string()),
            ("incident", broke.incident.clone()),
            ("until", broke.expires_at.to_string()),
            ("statement", broke.statement_digest.to_string()),
        ],
        LifecycleEvent::Ratified(ratified) => vec![
            ("ratifies", format!("record {}", ratified.activation_index)),
            ("request", ratified.request_digest.to_string()),
        ],
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
