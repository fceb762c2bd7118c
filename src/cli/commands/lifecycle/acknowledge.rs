//! `cavra lifecycle acknowledge`

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;

use super::packs::{PackArgs, Pair};
use crate::canonical::Digest;
use crate::change::acknowledgement::{Acknowledgement, AcknowledgementStatement};
use crate::change::approval::MEDIA_TYPE;
use crate::change::signed::SignedDocument;
use crate::cli::commands::lifecycle::error::ChangeError;
use crate::cli::commands::shadow::evidence;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::{GlobalArgs, OutputFormat};
use crate::cli::input::reason;
use crate::cli::named_files;
use crate::cli::output::{Output, counted, document, printable};
use crate::cli::person_key::PersonKeyArgs;
use crate::cli::trust_file::TrustArgs;
use crate::engine::effective_digest;
use crate::keys::dsse::Envelope;
use crate::policy::diff::{Change, Diff, diff};
use crate::shadow::report::Report;
use crate::trust::Holder;

const AFTER_HELP: &str = "\
A loosened group of a shadow report has an answer if a person with the role `explain` acknowledged
it. One acknowledgement is for one line of `cavra policy diff`, and names the groups that the line
causes. Give `--group` to answer for some of them. A group that appears later has no answer, nor
has any group after a change of one of the policies.

A case of the replaced policy that the candidate lost is in no traffic. Its line,
`cases[ID]`, is acknowledged without a group, and needs no report.

It counts where it is given with the trust file: `--acknowledgement FILE` of `cavra shadow replay`,
`report --endpoint` and `verify`. A service that it was submitted to (`cavra lifecycle submit`)
counts it at each `promote`.

Examples:
  cavra lifecycle acknowledge report.json --line 'commands.allow[cargo test*]' \\
      --candidate ./next --replaces cavra-ai-agent-baseline --trust trust.json \\
      --reason 'developers may run the tests' --signing-key ada.key --out ada.dsse.json

Exit codes:
  0  signed
  1  the report is of other policies, it has no such group, the line doesn't cause a group, or the
     key is nobody's of the trust file";

/// What is answered for, and by whom.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct AcknowledgeArgs {
    /// The shadow report, signed or not; `-` is standard input. Only a line of a case needs none
    #[arg(value_name = "REPORT")]
    report: Option<PathBuf>,
    /// The line of the semantic diff, by its path
    #[arg(long, value_name = "PATH")]
    line: String,
    /// Answer for this group only, by its id; may be repeated
    #[arg(long, value_name = "DIGEST")]
    group: Vec<Digest>,
    #[command(flatten)]
    packs: PackArgs,
    /// Why the change is intended, 1 to 4,096 bytes
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    reason: String,
    #[command(flatten)]
    key: PersonKeyArgs,
    /// Where to write the envelope
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    trust: TrustArgs,
}

pub(crate) fn run(
    args: &AcknowledgeArgs,
    global: &GlobalArgs,
    out: &mut Output,
) -> Result<ExitStatus, CliError> {
    let pair = args.packs.load(&PackArgs::open(global)?)?;
    let trust = args.trust.load()?.trust;
    let report = args.report(&pair)?;
    let diff = diff(&pair.replaced, &pair.candidate);
    let line = diff.changes().find(|line| line.path == args.line);
    let line = line.ok_or_else(|| ChangeError::NoLine(args.line.clone()))?;
    let groups = args.groups(report.as_ref(), line, &diff)?;
    let key = args.key.signing_key()?;
    let Some(Holder::Person(person)) = trust.holder(key.verifying_key()) else {
        return Err(ChangeError::NobodysKey(key.verifying_key().to_string()).into());
    };
    let statement = AcknowledgementStatement::of(Acknowledgement {
        from_effective_digest: effective_digest(&pair.replaced),
        to_effective_digest: effective_digest(&pair.candidate),
        line: line.clone(),
        groups: groups.iter().copied().collect(),
        reason: args.reason.clone(),
        acknowledged_by: person.id.clone(),
        acknowledged_at: Timestamp::now(),
    });
    let bytes = statement.to_signed_bytes()?;
    let envelope = Envelope::sign(MEDIA_TYPE, &bytes, &key).map_err(ChangeError::Sign)?;
    named_files::write(&args.out, &document(&envelope)?)?;
    match out.format() {
        OutputFormat::Json => out.json(&statement)?,
        OutputFormat::Table => said(&statement.predicate, report.as_ref(), out)?,
    }
    Ok(ExitStatus::Success)
}

impl AcknowledgeArgs {
    /// The report, if one is given. It must be of these policies.
    fn report(&self, pair: &Pair) -> Result<Option<Report>, CliError> {
        let Some(path) = &self.report else {
            return Ok(None);
        };
        let report = evidence::read_unverified(path)?;
        // Else the group that is read could be another than the one that is answered for.
        let report = evidence::sound(path, report)?;
        same_policies(&report, pair)?;
        Ok(Some(report))
    }

    /// The groups that are answered for: those that are named, or all that the line causes.
    fn groups(
        &self,
        report: Option<&Report>,
        line: &Change,
        diff: &Diff,
    ) -> Result<BTreeSet<Digest>, CliError> {
        let is_case = line.path.starts_with("cases[");
        let Some(report) = report else {
            return match is_case && self.group.is_empty() {
                true => Ok(BTreeSet::new()),
                false => Err(ChangeError::NoReport(line.path.clone()).into()),
            };
        };
        if self.group.is_empty() {
            let caused = report.caused_by(line, diff);
            let groups: BTreeSet<Digest> = caused.iter().map(|group| group.id).collect();
            return match groups.is_empty() && !is_case {
                true => Err(ChangeError::NothingToAnswer(line.path.clone()).into()),
                false => Ok(groups),
            };
        }
        let groups = report.answered(line, diff, &self.group);
        let groups = groups.map_err(ChangeError::Answer)?;
        match self.group.iter().find(|group| !groups.contains(group)) {
            Some(missing) => Err(ChangeError::NoGroup(*missing).into()),
            None => Ok(groups),
        }
    }
}

fn same_policies(report: &Report, pair: &Pair) -> Result<(), CliError> {
    let pairs = [
        (&report.active, &pair.replaced, "--replaces"),
        (&report.candidate, &pair.candidate, "--candidate"),
    ];
    for (found, pack, flag) in pairs {
        let (found, wanted) = (found.effective_digest, effective_digest(pack));
        if found != wanted {
            return Err(ChangeError::OtherReport {
                found,
                wanted,
                flag,
            }
            .into());
        }
    }
    Ok(())
}

fn said(
    answer: &Acknowledgement,
    report: Option<&Report>,
    out: &mut Output,
) -> Result<(), CliError> {
    let (person, line) = (
        printable(&answer.acknowledged_by),
        printable(&answer.line.path),
    );
    let count = counted(answer.groups.len(), "group");
    writeln!(out, "acknowledged by {person}: `{line}`, {count}")?;
    let groups = report.into_iter().flat_map(Report::loosened_groups);
    for group in groups.filter(|it| answer.groups.contains(&it.id)) {
        let candidate = group.key.candidate_decision;
        let (before, after) = (
            group.key.active_decision.as_str(),
            candidate.map_or("no verdict", |verdict| verdict.as_str()),
        );
        let subject = printable(&group.key.subject);
        writeln!(
            out,
            "  {before} → {after}  {subject}  {} × {}",
            group.count, group.id
        )?;
    }
    Ok(())
}
