//! `cavra evidence check`

use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::error::EvidenceError;
use super::history::commits;
use crate::causes::in_line;
use crate::cli::commands::keys::argument::KeyArgument;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::git::Git;
use crate::cli::global::OutputFormat;
use crate::cli::named_files;
use crate::cli::output::{Output, counted, printable, style};
use crate::cli::trust_file::TrustArgs;
use crate::evidence::bundle::{EvidenceBundle, Verified};
use crate::evidence::commits::{Check, EvidenceFinding};
use crate::evidence::limits::MAX_BUNDLE_BYTES;

const AFTER_HELP: &str = "\
Each commit of the range must have a trailer `Cavra-Session`, which `cavra hook git
prepare-commit-msg` adds, and a bundle must prove decisions of that session, as `cavra journal
export --session ID --proofs` makes it. An approval that a decision of the session used must verify
by the trust file. `--allow-human` names the authors who commit without a session; an author's
e-mail is what the commit says.

A shallow clone, and a repository with grafts, are refused, because git leaves commits out there:
`git fetch --unshallow` gets the whole history.

It doesn't prove that an agent asked about every action: a journal holds what was asked.

Examples:
  cavra evidence check --bundle s1.json --range origin/main..HEAD \\
      --journal-key journal.pub --allow-human ada@example.org --trust trust.json

Exit codes:
  0  every commit has its evidence
  1  the bundle, the range or a key can't be read, the history is cut off, or the command was
     called wrongly
  2  a commit, a session or an approval lacks its evidence, or a bundle was altered";

/// What the check can't show, whatever it finds.
const NOT_PROVED: &str = "this doesn't prove that every action was asked about";

/// Which commits to check, and by which evidence.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct CheckArgs {
    /// A bundle of a session; repeat it for more
    #[arg(long, value_name = "FILE", required = true)]
    bundle: Vec<PathBuf>,
    /// The commits: those in B that are not in A
    #[arg(long, value_name = "A..B")]
    range: String,
    /// The public key of the journal (`journal.pub` in the service's data directory), or the file that
    /// holds it
    #[arg(long, value_name = "KEY|FILE")]
    journal_key: KeyArgument,
    /// The repository [default: that of the working directory]
    #[arg(long, value_name = "DIR")]
    repository: Option<PathBuf>,
    /// The e-mail of an author who commits without a session; may be repeated
    #[arg(long, value_name = "EMAIL")]
    allow_human: Vec<String>,
    #[command(flatten)]
    trust: TrustArgs,
}

/// What came out.
#[derive(Serialize)]
struct Report {
    passed: bool,
    commits: usize,
    sessions: Vec<Session>,
    refused: Vec<Refused>,
    findings: Vec<EvidenceFinding>,
    not_proved: &'static str,
}

/// A session that a bundle proves.
#[derive(Serialize)]
struct Session {
    session: String,
    decisions: usize,
    log: String,
    size: u64,
    time: Option<String>,
}

/// A bundle that proves nothing.
#[derive(Serialize)]
struct Refused {
    file: PathBuf,
    problem: String,
}

pub(crate) fn run(args: &CheckArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let report = args.report()?;
    match out.format() {
        OutputFormat::Json => out.json(&report)?,
        OutputFormat::Table => show(out, &report)?,
    }
    Ok(ExitStatus::of_check(report.passed))
}

impl CheckArgs {
    fn report(&self) -> Result<Report, CliError> {
        let key = self.journal_key.public("--journal-key")?;
        let (mut bundles, mut refused) = (Vec::new(), Vec::new());
        for path in &self.bundle {
            let bytes = named_files::read(path, MAX_BUNDLE_BYTES)?;
            let bundle = EvidenceBundle::read(&bytes).map_err(|cause| EvidenceError::Bundle {
                path: path.clone(),
                cause,
            })?;
            match bundle.verify(&key) {
                Ok(verified) => bundles.push(verified),
                Err(error) => refused.push(Refused {
                    file: path.clone(),
                    problem: in_line(&error),
                }),
            }
        }
        let trust = self.trust.find()?;
        let git = self
            .repository
            .as_deref()
            .map_or_else(Git::here, Git::within);
        let commits = commits(&git, &self.range)?;
        let check = Check {
            commits: &commits,
            bundles: &bundles,
            humans: &self.allow_human,
            trust: trust.as_ref().map(|link| &link.trust),
        };
        let findings = check.findings();
        Ok(Report {
            passed: findings.is_empty() && refused.is_empty(),
            commits: commits.len(),
            sessions: bundles.iter().map(Session::from).collect(),
            refused,
            findings,
            not_proved: NOT_PROVED,
        })
    }
}

impl From<&Verified> for Session {
    fn from(verified: &Verified) -> Self {
        Self {
            session: verified.session_id.clone(),
            decisions: verified.decisions.len(),
            log: verified.checkpoint.origin().to_string(),
            size: verified.checkpoint.size(),
            time: verified.checkpoint.time().map(|time| time.to_string()),
        }
    }
}

fn show(out: &mut Output, report: &Report) -> Result<(), CliError> {
    for refused in &report.refused {
        let (file, problem) = (refused.file.display().to_string(), &refused.problem);
        let word = style::paint(style::passed(false), "refused");
        writeln!(out, "{word}  {}: {}", printable(&file), printable(problem))?;
    }
    for it in &report.sessions {
        let (session, log) = (printable(&it.session), printable(&it.log));
        let decisions = counted(it.decisions.try_into().unwrap_or(u64::MAX), "decision");
        let time = it.time.as_deref().unwrap_or("an unknown time");
        writeln!(
            out,
            "proved   session {session}: {decisions}, in the log {log} of {} records at {time}",
            it.size
        )?;
    }
    for finding in &report.findings {
        let word = style::paint(style::passed(false), "missing");
        let about = match (&finding.commit, &finding.session) {
            (Some(commit), Some(session)) => format!("commit {commit}, session {session}"),
            (Some(commit), None) => format!("commit {commit}"),
            (None, Some(session)) => format!("session {session}"),
            (None, None) => String::new(),
        };
        writeln!(
            out,
            "{word}  {}: {}",
            printable(&about),
            printable(&finding.message)
        )?;
    }
    let commits = counted(report.commits.try_into().unwrap_or(u64::MAX), "commit");
    let passed = match report.passed {
        true => style::paint(style::passed(true), "complete"),
        false => style::paint(style::passed(false), "not complete"),
    };
    writeln!(out, "the evidence of {commits} is {passed}; {NOT_PROVED}")?;
    Ok(())
}
