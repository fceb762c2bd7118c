//! The command line: the registration of the hook in the host's settings.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use lexopt::prelude::{Long, Short, Value, ValueExt as _};

use crate::hosts::Host;

/// Time for the whole hook. The shortest default of a host is 30 seconds; a person should not wait that long.
const DEADLINE: Duration = Duration::from_millis(1000);
/// The longest deadline. Copilot CLI ends a hook after 30 seconds, and lets the tool go ahead.
const MAX_DEADLINE: Duration = Duration::from_secs(25);

/// What `--help` prints.
pub(crate) const HELP: &str = "\
Asks a CAVRA service before a coding agent's tool runs, and answers as the agent's host expects.

Usage: cavra-hook HOST [OPTIONS] < EVENT

Hosts: claude-code, codex, copilot-cli, gemini-cli

Options:
  --ask-self            Claude Code only: what needs approval is asked at the terminal. The person who
                        works with the agent answers then, and nobody else.
  --grant               What the policy allows goes ahead without the host's own question.
                        Default: the host's own rules stay in force.
  --unknown-tools WHAT  `deny` (default), or `pass`: tools that cavra-hook doesn't know go ahead
                        without being judged, and unknown arguments of the others don't count.
  --deadline-ms N       Denies after N milliseconds. Default 1000, at most 25000.
  --config FILE         The configuration, an absolute path outside of the project. Default:
                        /etc/cavra/hook.json, else .config/cavra/hook.json in the user's home.
  --tools               Print what each tool of HOST is judged as.
  --help, --version     Print this, or the version.

Exit codes are those that the host expects: 2 is a denial or a failure, and the reason is on standard
error. No failure of the hook lets a tool run.";

/// What to do with a tool that no table has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UnknownTools {
    /// It must not run.
    Deny,
    /// It goes ahead without being judged.
    Pass,
}

/// The registration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Arguments {
    pub(crate) host: Host,
    pub(crate) ask_self: bool,
    pub(crate) grant: bool,
    pub(crate) unknown_tools: UnknownTools,
    pub(crate) deadline: Duration,
    pub(crate) config: Option<PathBuf>,
}

/// What the command line asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Command {
    /// The help text.
    Help,
    /// The version.
    Version,
    /// What each tool of a host is judged as.
    Tools(Host),
    /// An answer to an event.
    Answer(Arguments),
}

/// Why the command line can't be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BadArguments {
    /// An option that isn't known, or a value that is absent.
    #[error("{0}")]
    Syntax(#[from] lexopt::Error),
    /// No host, or one that isn't known.
    #[error("HOST is one of claude-code, codex, copilot-cli and gemini-cli{found}")]
    Host {
        /// What was given, as the end of the sentence.
        found: String,
    },
    /// A value that the option doesn't take.
    #[error("`{option}` can't be `{value}`: {wanted}")]
    Option {
        /// The option.
        option: &'static str,
        /// The value.
        value: String,
        /// What it takes.
        wanted: &'static str,
    },
    /// The option has no meaning for the host.
    #[error("`--ask-self` is for claude-code only: {host} can't be made to ask")]
    CannotAsk {
        /// The host.
        host: &'static str,
    },
}

/// Reads the command line.
///
/// # Errors
/// If a part of it can't be used.
pub(crate) fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Command, BadArguments> {
    let mut parser = lexopt::Parser::from_args(arguments);
    let mut host = None;
    let mut tools = false;
    let mut read = Arguments {
        host: Host::ClaudeCode,
        ask_self: false,
        grant: false,
        unknown_tools: UnknownTools::Deny,
        deadline: DEADLINE,
        config: None,
    };
    while let Some(argument) = parser.next()? {
        match argument {
            Value(value) if host.is_none() => host = Some(named(&value.string()?)?),
            Long("ask-self") => read.ask_self = true,
            Long("grant") => read.grant = true,
            Long("unknown-tools") => read.unknown_tools = unknown_tools(parser.value()?.string()?)?,
            Long("deadline-ms") => read.deadline = deadline(parser.value()?.string()?)?,
            Long("config") => read.config = Some(config(parser.value()?.string()?)?),
            Long("tools") => tools = true,
            Long("help") | Short('h') => return Ok(Command::Help),
            Long("version") | Short('V') => return Ok(Command::Version),
            other => return Err(other.unexpected().into()),
        }
    }
    let host = host.ok_or(BadArguments::Host {
        found: String::new(),
    })?;
    if tools {
        return Ok(Command::Tools(host));
    }
    if read.ask_self && host != Host::ClaudeCode {
        return Err(BadArguments::CannotAsk { host: host.name() });
    }
    Ok(Command::Answer(Arguments { host, ..read }))
}

fn named(name: &str) -> Result<Host, BadArguments> {
    Host::named(name).ok_or_else(|| BadArguments::Host {
        found: format!(", not `{name}`"),
    })
}

fn unknown_tools(value: String) -> Result<UnknownTools, BadArguments> {
    match &*value {
        "deny" => Ok(UnknownTools::Deny),
        "pass" => Ok(UnknownTools::Pass),
        _ => Err(BadArguments::Option {
            option: "--unknown-tools",
            value,
            wanted: "give `deny` or `pass`",
        }),
    }
}

fn deadline(value: String) -> Result<Duration, BadArguments> {
    let time = value.parse().ok().map(Duration::from_millis);
    let time = time.filter(|time| !time.is_zero() && *time <= MAX_DEADLINE);
    time.ok_or(BadArguments::Option {
        option: "--deadline-ms",
        value,
        wanted: "give 1 to 25000",
    })
}

fn config(value: String) -> Result<PathBuf, BadArguments> {
    let path = PathBuf::from(&value);
    match path.is_absolute() {
        true => Ok(path),
        false => Err(BadArguments::Option {
            option: "--config",
            value,
            wanted: "give an absolute path, since a relative one is below the project",
        }),
    }
}
