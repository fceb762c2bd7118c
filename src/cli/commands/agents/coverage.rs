//! `cavra agents coverage`

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use clap::Args;

use super::error::AgentsError;
use super::process;
use super::scope::host_parser;
use crate::agents::coverage::{Coverage, Decided, Design};
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

const AFTER_HELP: &str = "\
Each call of a tool in the transcript is looked for in the journal, by its session and by the
host's id of the call. Copilot CLI and Gemini CLI tell their hook no id: there a call is judged
if a decision of its session, that no other call took, was made while it ran. For them, the
clocks of the host and of the service must agree.
  judged      the journal has a decision about it
  by design   the hook's table says that no policy is about the tool, or the tool ran at the
              model's provider
  ran         one of the judged calls that was blocked, and that came back without the hook's answer
  missed      neither: the call ran without the hook, the hook could not get a decision, or the
              host refused the call itself; what came back says more

A transcript lies in the agent's reach. What it leaves out is not found: keep the journal and the
hook where the agent can't write, and read transcripts that were copied elsewhere. They lie at
  claude-code  ~/.claude/projects/*/SESSION.jsonl, and those of its subagents
  codex        ~/.codex/sessions/*/*/*/rollout-*.jsonl
  copilot-cli  ~/.copilot/session-state/SESSION/events.jsonl
  gemini-cli   ~/.gemini/tmp/*/chats/session-*.jsonl

Examples:
  cavra agents coverage --transcript ~/.claude/projects/-srv-app/0b9f.jsonl --data-dir d
  cavra agents coverage --host codex --transcript rollout.jsonl --data-dir d --output json

Exit codes:
  0  no call was missed, and none ran that was blocked
  1  the transcript or the journal can't be read
  2  a call was missed, or ran though it was blocked";

/// What to compare.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct CoverageArgs {
    /// What the host wrote down of a session
    #[arg(long, value_name = "FILE", required = true)]
    transcript: PathBuf,
    /// Which host wrote it: claude-code, codex, copilot-cli or gemini-cli [default: claude-code]
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

pub(crate) fn run(args: &CoverageArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let calls = calls(args.host, &args.transcript)?;
    let design = args.by_design()?;
    let mut decided = BTreeMap::new();
    for call in &calls {
        if !decided.contains_key(&call.session) {
            let found = args.decided(&call.session)?;
            decided.insert(call.session.clone(), found);
        }
    }
    let coverage = Coverage::of(args.host, calls, &mut decided, &design);
    match out.format() {
        OutputFormat::Json => out.json(&coverage)?,
        OutputFormat::Table => show(&coverage, out)?,
    }
    Ok(ExitStatus::of_check(coverage.is_whole()))
}

/// The calls of a transcript.
fn calls(host: Host, path: &Path) -> Result<Vec<Call>, CliError> {
    let unreadable = |cause| AgentsError::Unreadable {
        path: path.to_owned(),
        cause,
    };
    let mut file = BufReader::new(File::open(path).map_err(unreadable)?);
    let mut transcript = Transcript::of(host);
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

    /// The decisions of a session that this host's hook asked for.
    fn decided(&self, session: &str) -> Result<Decided, CliError> {
        let query = Query {
            filter: Filter {
                kind: Some(EntryKind::Decision),
                session_id: Some(session.to_owned()),
                ..Filter::default()
            },
            order: Order::OldestFirst,
            start: None,
            limit: None,
            without_index: false,
        };
        let mut decided = Decided::default();
        self.source.open()?.query(query, &mut |entries| {
            for entry in entries {
                let Record::Decision(decision) = entry.record() else {
                    continue;
                };
                let caller = &decision.caller;
                let agent = caller.agent_id.as_deref();
                if agent.is_some_and(|it| self.host.is_agent(it)) {
                    let id = caller.correlation_id.as_deref();
                    decided.add(id, decision.timestamp, decision.decision);
                }
            }
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(decided)
    }
}

fn show(coverage: &Coverage, out: &mut Output) -> Result<(), CliError> {
    let designed = coverage.not_judged_by_design.values().map(|it| it.calls);
    let rows = [
        ("made", coverage.made),
        ("judged", coverage.judged),
        ("by design", designed.sum()),
        ("ran", coverage.not_enforced.len()),
        ("missed", coverage.missed.len()),
    ];
    for (name, count) in rows {
        writeln!(out, "{name:9}  {count}")?;
    }
    for (tool, Design { calls, why }) in &coverage.not_judged_by_design {
        let calls = counted(*calls, "call");
        writeln!(out, "  {}  {calls}: {}", printable(tool), printable(why))?;
    }
    let ran = coverage.not_enforced.iter().map(|call| ("ran", call));
    let missed = coverage.missed.iter().map(|call| ("missed", call));
    for (what, call) in ran.chain(missed) {
        let result = call.result.as_deref().unwrap_or("nothing came back");
        let line = format!("{} {} in {}: {result}", call.tool, call.id, call.session);
        let what = style::paint(style::passed(false), what);
        writeln!(out, "{what}  {}", printable(&line))?;
    }
    Ok(())
}
