//! `cavra hook git prepare-commit-msg`

use clap::Args;

use super::error::HookError;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::git::Git;
use crate::cli::session;
use crate::evidence::limits::MAX_SESSION_BYTES;
use crate::evidence::{TRAILER, is_session};

const AFTER_HELP: &str = "\
The trailer `Cavra-Session: ID` names the session in which an agent made the commit; `cavra evidence
check` looks for it. Claude Code names its session by itself (CLAUDE_CODE_SESSION_ID). Without a
session nothing is added: a person commits.

Examples, as `.git/hooks/prepare-commit-msg`:
  #!/bin/sh
  exec cavra hook git prepare-commit-msg --session-variable AGENT_SESSION_ID \"$@\"

Exit codes:
  0  the trailer is in the message, or there is no session
  1  the message can't be changed, or the session can't be a trailer; nothing is committed";

/// Bytes that git prints while it changes a message: none.
const MAX_PRINTED_BYTES: usize = 4 * 1024;

/// The message, and whose commit it is.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct PrepareCommitMsgArgs {
    /// The file that holds the message, as git gives it
    #[arg(value_name = "FILE")]
    file: String,
    /// Where the message is from and which commit it is of, as git gives it
    #[arg(value_name = "SOURCE", num_args = 0..=2)]
    _source: Vec<String>,
    /// The agent's session
    #[arg(long, value_name = "ID", env = "CAVRA_SESSION_ID")]
    session: Option<String>,
    /// A further variable in which the agent's host names the session; the first that is set counts
    #[arg(long, value_name = "NAME")]
    session_variable: Vec<String>,
}

pub(crate) fn run(args: &PrepareCommitMsgArgs) -> Result<ExitStatus, CliError> {
    let Some(session) = args.session() else {
        return Ok(ExitStatus::Success);
    };
    if !is_session(&session) {
        let shown = session.chars().take(MAX_SESSION_BYTES).collect();
        return Err(HookError::Session(shown).into());
    }
    let trailer = format!("{TRAILER}: {session}");
    let words = [
        "interpret-trailers",
        "--in-place",
        "--if-exists",
        "addIfDifferent",
        "--trailer",
        &trailer,
        "--",
        &args.file,
    ];
    Git::here().print(&words, MAX_PRINTED_BYTES)?;
    Ok(ExitStatus::Success)
}

impl PrepareCommitMsgArgs {
    fn session(&self) -> Option<String> {
        let given = self.session.clone().filter(|session| !session.is_empty());
        given.or_else(|| session::named_by(&self.session_variable))
    }
}
