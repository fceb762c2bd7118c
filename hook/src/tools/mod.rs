//! Which actions a call of a host's tool is.
//!
//! One file a host holds the table of its tools. A tool that no table has is denied.

mod claude_code;
mod codex;
mod copilot_cli;
mod fetch;
mod gemini_cli;
mod mcp;
mod patch;
mod search;

use std::fmt;

use crate::call::{BadCall, Call};
use crate::hosts::Host;
use crate::wire::action::Request;
use crate::wire::{ExecuteCommand, ReadFile, WriteFile};

/// Actions that one call may be. A patch of more files is denied.
pub(crate) const MAX_ACTIONS: usize = 64;

/// What a tool does, by its arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tool {
    /// Runs the command line in this argument.
    Runs(&'static str),
    /// Reads the file in this argument.
    Reads(&'static str),
    /// Reads the files in this list.
    ReadsEach(&'static str),
    /// Writes the file in this argument.
    Writes(&'static str),
    /// Prints lines of the files below the directory in this argument, or below the working directory.
    Searches(&'static str),
    /// The same, of the files that a glob in another argument chooses by their names.
    SearchesNamed(&'static str, &'static str),
    /// Searches as Claude Code does: by `glob` and `type`, for names unless `output_mode` is `content`.
    SearchesAsClaude(&'static str),
    /// Prints names of files below the directory in this argument, or below the working directory.
    Lists(&'static str),
    /// Fetches the URL in this argument.
    Fetches(&'static str),
    /// Fetches each URL in the text of this argument.
    FetchesFromText(&'static str),
    /// Writes, moves and deletes the files that the patch in this argument names.
    Patches(&'static str),
    /// Does what this command line does, whatever its arguments.
    ActsAs(&'static str),
    /// Something that can't be judged, and why. It is denied as a tool that no table has.
    Denied(&'static str),
    /// Nothing that a policy is about, and why.
    NotJudged(&'static str),
}

impl fmt::Display for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Runs(field) => write!(f, "runs the command line `{field}`"),
            Self::Reads(field) => write!(f, "reads the file `{field}`"),
            Self::ReadsEach(field) => write!(f, "reads each file of `{field}`"),
            Self::Writes(field) => write!(f, "writes the file `{field}`"),
            Self::Searches(field) => write!(f, "searches the directory `{field}`"),
            Self::SearchesNamed(field, glob) => write!(
                f,
                "searches the directory `{field}`, or the files in it that `{glob}` names"
            ),
            Self::SearchesAsClaude(field) => write!(
                f,
                "searches the directory `{field}`, or the files in it that `glob` or `type` names; for names \
                 only, unless `output_mode` is `content`"
            ),
            Self::Lists(field) => write!(f, "searches the directory `{field}`, for names only"),
            Self::Fetches(field) => write!(f, "runs `curl` with the URL `{field}`"),
            Self::FetchesFromText(field) => write!(f, "runs `curl` with each URL in `{field}`"),
            Self::Patches(field) => write!(f, "writes each file that the patch `{field}` names"),
            Self::ActsAs(line) => write!(f, "runs `{line}`"),
            Self::Denied(why) => write!(f, "denied: {why}"),
            Self::NotJudged(why) => write!(f, "not judged: {why}"),
        }
    }
}

/// The rows of a table, in Markdown, for a person.
pub(crate) fn rows(host: Host) -> String {
    let rows = table(host).iter();
    rows.map(|(name, tool)| format!("| `{name}` | {tool} |\n"))
        .collect()
}

/// A host's tools by their names.
pub(crate) type Table = &'static [(&'static str, Tool)];

/// The tools of a host.
pub(crate) fn table(host: Host) -> Table {
    match host {
        Host::ClaudeCode => claude_code::TOOLS,
        Host::Codex => codex::TOOLS,
        Host::CopilotCli => copilot_cli::TOOLS,
        Host::GeminiCli => gemini_cli::TOOLS,
    }
}

/// The actions that a call is. None for a tool that no policy is about. `servers` are the MCP servers
/// that are known by name.
///
/// # Errors
/// If the tool is not known, or its arguments don't say what it does.
pub(crate) fn actions(
    host: Host,
    call: &Call,
    servers: &[String],
) -> Result<Vec<Request>, BadCall> {
    let known = table(host).iter().find(|(name, _)| *name == call.tool);
    let requests = match known {
        Some((_, tool)) => of_tool(*tool, call)?,
        None => mcp::calls(call, servers)?.ok_or_else(|| unknown(call))?,
    };
    match requests.len() {
        count if count > MAX_ACTIONS => Err(BadCall::TooMany {
            count,
            limit: MAX_ACTIONS,
        }),
        _ => Ok(requests),
    }
}

fn unknown(call: &Call) -> BadCall {
    BadCall::Unknown {
        tool: call.tool.clone(),
    }
}

fn of_tool(tool: Tool, call: &Call) -> Result<Vec<Request>, BadCall> {
    Ok(match tool {
        Tool::Runs(field) => vec![runs(call.required(field)?)],
        Tool::Reads(field) => vec![reads(call.required(field)?)],
        Tool::ReadsEach(field) => texts(call, field)?.into_iter().map(reads).collect(),
        Tool::Writes(field) => vec![writes(call.required(field)?)],
        Tool::Searches(field) => vec![search::all(call.text(field)?, true)],
        Tool::SearchesNamed(field, glob) => {
            search::named(call.text(field)?, call.text(glob)?, true)
        }
        Tool::SearchesAsClaude(field) => search::as_claude(call, field)?,
        Tool::Lists(field) => vec![search::all(call.text(field)?, false)],
        Tool::Fetches(field) => vec![fetch::one(call.required(field)?)?],
        Tool::FetchesFromText(field) => fetch::each(call.required(field)?)?,
        Tool::Patches(field) => patch::writes(call.required(field)?)?,
        Tool::ActsAs(line) => vec![runs(line)],
        Tool::Denied(_) => return Err(unknown(call)),
        Tool::NotJudged(_) => Vec::new(),
    })
}

fn texts<'a>(call: &'a Call, field: &'static str) -> Result<Vec<&'a str>, BadCall> {
    let list = call.input.get(field).ok_or(BadCall::Missing { field })?;
    let list = list.as_array().ok_or(BadCall::NoList { field })?;
    let texts = list
        .iter()
        .map(|item| item.as_str().ok_or(BadCall::NoList { field }));
    texts.collect()
}

fn runs(command_line: &str) -> Request {
    Request::ExecuteCommand(ExecuteCommand {
        command_line: command_line.to_owned(),
    })
}

fn reads(path: &str) -> Request {
    Request::ReadFile(ReadFile {
        path: path.to_owned(),
        search: None,
    })
}

fn writes(path: &str) -> Request {
    Request::WriteFile(WriteFile {
        path: path.to_owned(),
    })
}
