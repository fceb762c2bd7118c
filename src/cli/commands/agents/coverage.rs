//! `cavra agents coverage`

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use clap::Args;
use serde::Serialize;

use super::error::AgentsError;
use super::process;
use super::scope::host_parser;
use crate::agents::host::Host;
use crate::agents::registration::PROGRAM_NAME;
use crate::agents::transcript::{Call, MAX_LINE_BYTES, Transcript};
use crate::cli::commands::journal::source::SourceArgs;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::OutputFormat;
use crate::cli::output::{Output, counted, printable, style};
use crate::journal::query::{EntryKind, Filter, Order, Query};
use crate::journal::record::Record;

/// Time for the hook to print its table.
const TABLE_TIME: Duration = Duration::from_secs(10);
/// How the hook's table marks a tool that no policy is about.
const NOT_JUDGED: &str = "not judged: ";
const PROVIDER: &str = "it ran where the model runs, and no hook sees it";

const AFTER_HELP: &str = "\
Each call of a tool in the transcript is looked for in the journal, by its session and by the
host's id of the call:
  judged      the journal has a decision about it
  by design   the hook's table says that no policy is about the tool, or the tool ran at the
              model's provider
  missed      neither: the call ran without the hook, the hook could not get a decision, or the
              host refused the call itself; what came back says more

A transcript lies in the agent's reach. What it leaves out is not found: keep the journal and the
hook where the agent can't write, and read transcripts that were copied elsewhere.
Only Claude Code's transcripts can be read: ~/.claude/projects/*/SESSION.jsonl, and those of its
subagents.

Examples:
  cavra agents coverage --transcript ~/.claude/projects/-srv-app/0b9f.jsonl --data-dir d
  cavra agents coverage --transcript session.jsonl --output json

Exit codes:
  0  no call was missed
  1  the transcript or the journal can't be read
  2  a call was missed";

/// What to compare.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct CoverageArgs {
    /// What the host wrote down of a session
    #[arg(long, value_name = "FILE", required = true)]
    transcript: PathBuf,
    /// Which host wrote it: claude-code
    #[arg(long, value_name = "HOST", value_parser = host_parser(), hide_possible_values = true,
          default_value = "claude-code", hide_default_value = true)]
    host: Host,
    /// The program whose table says what is not judged [default: `cavra-hook` beside this
    /// program]
    #[arg(long, value_name = "FILE")]
    hook: Option<PathBuf>,
    #[command(flatten)]
    source: SourceArgs,
}

#[derive(Debug, Serialize)]
struct Report {
    made: usize,
    judged: usize,
    not_judged_by_design: BTreeMap<String, Design>,
    missed: Vec<Call>,
}

/// A tool that is not judged.
#[derive(Debug, Serialize)]
struct Design {
    calls: usize,
    why: String,
}

pub(crate) fn run(args: &CoverageArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    if args.host != Host::ClaudeCode {
        return Err(AgentsError::NoTranscript(args.host.title()).into());
    }
    let calls = calls(&args.transcript)?;
    let design = args.by_design()?;
    let mut judged = BTreeMap::new();
    for call in &calls {
        if !judged.contains_key(&call.session) {
            let ids = args.judged(&call.session)?;
            judged.insert(call.session.clone(), ids);
        }
    }
    let report = compare(calls, &judged, &design);
    match out.format() {
        OutputFormat::Json => out.json(&report)?,
        OutputFormat::Table => report.show(out)?,
    }
    Ok(ExitStatus::of_check(report.missed.is_empty()))
}

fn compare(
    calls: Vec<Call>,
    judged: &BTreeMap<String, BTreeSet<String>>,
    design: &BTreeMap<String, String>,
) -> Report {
    let mut report = Report {
        made: calls.len(),
        judged: 0,
        not_judged_by_design: BTreeMap::new(),
        missed: Vec::new(),
    };
    for call in calls {
        let ids = judged.get(&call.session);
        let why = match call.at_the_provider {
            true => Some(PROVIDER),
            false => design.get(&call.tool).map(String::as_str),
        };
        match why {
            _ if ids.is_some_and(|ids| ids.contains(&call.id)) => report.judged += 1,
            Some(why) => {
                let tool = report.not_judged_by_design.entry(call.tool);
                let why = why.to_owned();
                tool.or_insert(Design { calls: 0, why }).calls += 1;
            }
            None => report.missed.push(call),
        }
    }
    report
}

/// The calls of a transcript.
fn calls(path: &Path) -> Result<Vec<Call>, CliError> {
    let unreadable = |cause| AgentsError::Unreadable {
        path: path.to_owned(),
        cause,
    };
    let mut file = BufReader::new(File::open(path).map_err(unreadable)?);
    let mut transcript = Transcript::default();
    let mut line = Vec::new();
    loop {
        line.clear();
        let limit = u64::try_from(MAX_LINE_BYTES).unwrap_or(u64::MAX);
        let read = file.by_ref().take(limit).read_until(b'\n', &mut line);
        if read.map_err(unreadable)? == 0 {
            break;
        }
        if line.len() == MAX_LINE_BYTES {
            let (path, limit) = (path.to_owned(), MAX_LINE_BYTES);
            return Err(CliError::TooLarge { path, limit });
        }
        let read = transcript.read(&line);
        read.map_err(|cause| AgentsError::Transcript {
            path: path.to_owned(),
            cause,
        })?;
    }
    match transcript.messages() {
        0 => Err(AgentsError::NoMessages(path.to_owned()).into()),
        _ => Ok(transcript.into_calls()),
    }
}

impl CoverageArgs {
    /// The tools that the hook doesn't judge, and why.
    fn by_design(&self) -> Result<BTreeMap<String, String>, CliError> {
        let program = match &self.hook {
            Some(program) => program.clone(),
            None => {
                let own = std::env::current_exe().map_err(CliError::ThisProgram)?;
                own.with_file_name(PROGRAM_NAME)
            }
        };
        let mut command = Command::new(&program);
        command.args([self.host.as_str(), "--tools"]);
        let ran = process::run(&mut command, b"", TABLE_TIME).ok();
        let table = ran.filter(|ran| ran.code == Some(0)).map(|ran| ran.stdout);
        let table = table.ok_or(AgentsError::Program {
            path: program,
            problem: "does not print its table of tools",
        })?;
        let table = String::from_utf8_lossy(&table);
        let rows = table.lines().filter_map(|row| {
            let (name, what) = row.strip_prefix("| `")?.split_once("` | ")?;
            let why = what.strip_prefix(NOT_JUDGED)?.strip_suffix(" |")?;
            Some((name.to_owned(), why.to_owned()))
        });
        Ok(rows.collect())
    }

    /// The ids of the calls of a session about which there are decisions.
    fn judged(&self, session: &str) -> Result<BTreeSet<String>, CliError> {
        let query = Query {
            filter: Filter {
                kind: Some(EntryKind::Decision),
                session_id: Some(session.to_owned()),
                ..Filter::default()
            },
            order: Order::OldestFirst,
            start: None,
            limit: None,
        };
        let mut ids = BTreeSet::new();
        self.source.open()?.query(query, &mut |entries| {
            for entry in entries {
                let Record::Decision(decision) = entry.record() else {
                    continue;
                };
                let caller = &decision.caller;
                let agent = caller.agent_id.as_deref();
                if agent.is_some_and(|it| self.host.is_agent(it)) {
                    ids.extend(caller.correlation_id.clone());
                }
            }
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(ids)
    }
}

impl Report {
    fn show(&self, out: &mut Output) -> Result<(), CliError> {
        let designed = self.not_judged_by_design.values().map(|it| it.calls);
        let rows = [
            ("made", self.made),
            ("judged", self.judged),
            ("by design", designed.sum()),
            ("missed", self.missed.len()),
        ];
        for (name, count) in rows {
            writeln!(out, "{name:9}  {count}")?;
        }
        for (tool, Design { calls, why }) in &self.not_judged_by_design {
            let calls = counted(*calls, "call");
            writeln!(out, "  {}  {calls}: {}", printable(tool), printable(why))?;
        }
        for call in &self.missed {
            let result = call.result.as_deref().unwrap_or("nothing came back");
            let line = format!("{} {} in {}: {result}", call.tool, call.id, call.session);
            let missed = style::paint(style::passed(false), "missed");
            writeln!(out, "{missed}  {}", printable(&line))?;
        }
        Ok(())
    }
}
