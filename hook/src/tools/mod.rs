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

use crate::arguments::UnknownTools;
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
    /// Runs a command line in this argument, in the directory that another argument names.
    RunsIn(&'static str, &'static str),
    /// Reads the file in this argument.
    Reads(&'static str),
    /// Reads the files in this list.
    ReadsEach(&'static str),
    /// Writes the file in this argument.
    Writes(&'static str),
    /// Changes the file in this argument, and may show what it holds.
    Edits(&'static str),
    /// Prints lines of the files below the directory in this argument, or below the working directory, that
    /// a glob in another argument chooses by their names.
    SearchesNamed(&'static str, &'static str),
    /// Searches with ripgrep what this argument names, or the working directory: by `glob` and `type`, for
    /// names unless `output_mode` is `content`.
    SearchesByMode(&'static str),
    /// Prints names of files below what this argument names, or below the working directory.
    Lists(&'static str),
    /// Fetches the URL in this argument.
    Fetches(&'static str),
    /// Fetches each URL in the text of this argument.
    FetchesFromText(&'static str),
    /// Writes, moves and deletes the files that the patch in this argument names.
    Patches(&'static str),
    /// Does what this command line does, whatever its arguments.
    ActsAs(&'static str),
    /// Something that can't be judged, and why. It is denied, also where unknown tools go ahead.
    Denied(&'static str),
    /// Nothing that a policy is about, and why.
    NotJudged(&'static str),
}

impl fmt::Display for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Runs(field) => write!(f, "runs the command line `{field}`"),
            Self::RunsIn(field, directory) => {
                write!(
                    f,
                    "runs the command line `{field}` in the directory `{directory}`"
                )
            }
            Self::Reads(field) => write!(f, "reads the file `{field}`"),
            Self::ReadsEach(field) => write!(f, "reads each file of `{field}`"),
            Self::Writes(field) => write!(f, "writes the file `{field}`"),
            Self::Edits(field) => write!(f, "reads and writes the file `{field}`"),
            Self::SearchesNamed(field, glob) => write!(
                f,
                "searches the directory `{field}`, or the files in it that `{glob}` names"
            ),
            Self::SearchesByMode(field) => write!(
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

impl Tool {
    /// The arguments that say what the tool does.
    fn arguments(self) -> Vec<&'static str> {
        match self {
            Self::Runs(field)
            | Self::Reads(field)
            | Self::ReadsEach(field)
            | Self::Writes(field)
            | Self::Edits(field)
            | Self::Lists(field)
            | Self::Fetches(field)
            | Self::FetchesFromText(field)
            | Self::Patches(field) => vec![field],
            Self::RunsIn(field, other) | Self::SearchesNamed(field, other) => vec![field, other],
            Self::SearchesByMode(field) => vec![field, "glob", "type", "output_mode"],
            Self::ActsAs(_) | Self::Denied(_) | Self::NotJudged(_) => Vec::new(),
        }
    }

    /// Whether any argument may be there: they don't say what the tool does.
    fn takes_any(self) -> bool {
        matches!(self, Self::Denied(_) | Self::NotJudged(_))
    }
}

/// A tool of a host.
pub(crate) struct Row {
    name: &'static str,
    tool: Tool,
    /// Arguments that change nothing about what is judged, parted by blanks.
    also: &'static str,
}

/// A tool that is judged. A call with another argument is denied: the host might read it in place of one
/// that is judged.
const fn judged(name: &'static str, tool: Tool, also: &'static str) -> Row {
    Row { name, tool, also }
}

/// A tool that is not judged, or denied.
const fn plain(name: &'static str, tool: Tool) -> Row {
    Row {
        name,
        tool,
        also: "",
    }
}

/// The rows of a table, in Markdown, for a person.
pub(crate) fn rows(host: Host) -> String {
    table(host).iter().map(Row::to_string).collect()
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "| `{}` | {}", self.name, self.tool)?;
        let also: Vec<String> = (self.also.split_whitespace())
            .map(|name| format!("`{name}`"))
            .collect();
        if !also.is_empty() {
            write!(f, "; not about {}", also.join(", "))?;
        }
        writeln!(f, " |")
    }
}

/// A host's tools by their names.
pub(crate) type Table = &'static [Row];

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
/// If the tool is not known, its arguments don't say what it does, or one of them is not known.
pub(crate) fn actions(
    host: Host,
    call: &Call,
    servers: &[String],
    unknown_tools: UnknownTools,
) -> Result<Vec<Request>, BadCall> {
    let known = table(host).iter().find(|row| row.name == call.tool);
    let requests = match known {
        Some(row) => {
            if unknown_tools == UnknownTools::Deny {
                knows_all(row, call)?;
            }
            of_tool(row.tool, call)?
        }
        None => mcp::calls(call, servers)?.ok_or_else(|| unknown(call))?,
    };
    requests.iter().try_for_each(is_exact)?;
    match requests.len() {
        count if count > MAX_ACTIONS => Err(BadCall::TooMany {
            count,
            limit: MAX_ACTIONS,
        }),
        _ => Ok(requests),
    }
}

/// Refuses a call with an argument that the row doesn't name.
fn knows_all(row: &Row, call: &Call) -> Result<(), BadCall> {
    if row.tool.takes_any() {
        return Ok(());
    }
    let arguments = row.tool.arguments();
    let is_known = |name: &str| {
        arguments.contains(&name) || row.also.split_whitespace().any(|known| known == name)
    };
    let mut given = call.input.iter().filter(|(_, value)| !value.is_null());
    match given.find(|(name, _)| !is_known(name)) {
        Some((name, _)) => Err(BadCall::Argument {
            tool: call.tool.clone(),
            argument: name.clone(),
        }),
        None => Ok(()),
    }
}

/// Refuses a path that a host may read as another one.
fn is_exact(request: &Request) -> Result<(), BadCall> {
    match request {
        Request::ReadFile(read) => is_unpadded(&read.path),
        Request::WriteFile(write) => is_unpadded(&write.path),
        _ => Ok(()),
    }
}

/// Refuses what JavaScript's `trim` would change (ECMA-262, `String.prototype.trim`).
fn is_unpadded(path: &str) -> Result<(), BadCall> {
    let is_space = |c: char| c.is_whitespace() || c == '\u{feff}';
    match path.starts_with(is_space) || path.ends_with(is_space) {
        true => Err(BadCall::Padded {
            path: path.to_owned(),
        }),
        false => Ok(()),
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
        Tool::RunsIn(field, directory) => {
            vec![runs_in(call.required(field)?, call.text(directory)?)?]
        }
        Tool::Reads(field) => vec![reads(call.required(field)?)],
        Tool::ReadsEach(field) => search::each(&call.texts(field)?),
        Tool::Writes(field) => vec![writes(call.required(field)?)],
        Tool::Edits(field) => {
            let path = call.required(field)?;
            vec![reads(path), writes(path)]
        }
        Tool::SearchesNamed(field, glob) => {
            search::named(call.text(field)?, call.text(glob)?, true)
        }
        Tool::SearchesByMode(field) => search::by_mode(call, field)?,
        Tool::Lists(field) => search::listed(&call.texts(field)?),
        Tool::Fetches(field) => vec![fetch::one(call.required(field)?)?],
        Tool::FetchesFromText(field) => fetch::each(call.required(field)?)?,
        Tool::Patches(field) => patch::writes(call.required(field)?)?,
        Tool::ActsAs(line) => vec![runs(line)],
        Tool::Denied(why) => {
            return Err(BadCall::Denied {
                tool: call.tool.clone(),
                why,
            });
        }
        Tool::NotJudged(_) => Vec::new(),
    })
}

fn runs(command_line: &str) -> Request {
    Request::ExecuteCommand(ExecuteCommand {
        command_line: command_line.to_owned(),
    })
}

/// Runs a command line in another directory than the call's.
///
/// # Errors
/// If the directory's name can't be written in a command line.
fn runs_in(command_line: &str, directory: Option<&str>) -> Result<Request, BadCall> {
    let Some(directory) = directory else {
        return Ok(runs(command_line));
    };
    is_unpadded(directory)?;
    let quoted = shlex::try_quote(directory).map_err(|_| BadCall::Directory)?;
    // A name that begins with a dash is no option.
    let quoted = match directory.starts_with('-') {
        true => format!("./{quoted}"),
        false => quoted.into_owned(),
    };
    Ok(runs(&format!("cd {quoted}\n{command_line}")))
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
