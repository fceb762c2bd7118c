//! `cavra hook git pre-receive` and `cavra hook git pre-push`

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io::Write as _;
use std::os::unix::ffi::OsStrExt as _;

use clap::Args;
use serde::Serialize;

use super::error::HookError;
use super::updates::{Movement, Update, pushed, received};
use crate::action::Action;
use crate::action::limits::MAX_PATH_BYTES;
use crate::cli::asking::{Asking, ServiceArgs, status_of};
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::git::Git;
use crate::cli::global::OutputFormat;
use crate::cli::output::approval::groups_text;
use crate::cli::output::{Output, printable};
use crate::decision::{Decision, Verdict};

const PRE_RECEIVE_HELP: &str = "\
Git starts it in the repository that is pushed to, before any ref moves, and gives it a line for
each ref. Each is one action, named by its full ref; whether it is forced or deleted follows from
the ids. If any is not allowed, the whole push is refused. Without a decision it is refused too.

An approval is bound to the repository, by its path, and to the old and the new id: push the same
commits again after it. A person who may write the repository's files, or choose the program that
receives (`git push --receive-pack` over SSH), gets around every hook: serve it by git-shell(1),
git-http-backend(1) or git-daemon(1).

Examples, as `hooks/pre-receive` of a bare repository:
  #!/bin/sh
  exec cavra hook git pre-receive --endpoint unix:/run/cavra/cavra.sock

Exit codes:
  0  every ref may be moved
  1  nobody decided; the push is refused
  3  a ref needs approval; the push is refused
  4  a ref is blocked; the push is refused";

const PRE_PUSH_HELP: &str = "\
It says before a push what the server would refuse, by the same policy. It is a convenience:
`git push --no-verify` skips it, and who can write the repository's hooks can remove it.
`cavra hook git pre-receive` on the server enforces.

Examples, as `.git/hooks/pre-push`:
  #!/bin/sh
  exec cavra hook git pre-push --endpoint unix:/run/cavra/agents.sock \"$@\"

Exit codes:
  0  every ref may be moved
  1  nobody decided; nothing is pushed
  3  a ref needs approval; nothing is pushed
  4  a ref is blocked; nothing is pushed";

/// Why a pusher should not rely on `pre-push`.
const CONVENIENCE: &str = "this hook is a convenience, which `git push --no-verify` skips; the server's `pre-receive` enforces";

/// Who pushes, and who judges.
#[derive(Debug, Args)]
#[command(after_help = PRE_RECEIVE_HELP)]
pub(crate) struct PreReceiveArgs {
    /// The name by which packs know this repository as a remote
    #[arg(long, value_name = "NAME", default_value = "origin")]
    remote: String,
    /// The variable in which the server names who pushes, such as `GL_USERNAME` or `REMOTE_USER`;
    /// they can't approve their own push
    #[arg(long, value_name = "NAME")]
    actor_variable: Option<String>,
    #[command(flatten)]
    service: ServiceArgs,
}

/// Where to push, and who judges.
#[derive(Debug, Args)]
#[command(after_help = PRE_PUSH_HELP)]
pub(crate) struct PrePushArgs {
    /// The remote's name, as git gives it
    #[arg(value_name = "REMOTE")]
    remote: String,
    /// The remote's address, as git gives it
    #[arg(value_name = "URL")]
    address: Option<String>,
    #[command(flatten)]
    service: ServiceArgs,
}

#[derive(Serialize)]
struct Document<'a> {
    action_type: &'a str,
    target: String,
    requested_operation: &'a str,
    session_id: String,
    agent_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<&'a str>,
    cwd: &'a str,
}

pub(crate) fn pre_receive(args: &PreReceiveArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let judge = |out: &mut Output| {
        let git = Git::here();
        let updates = received()?;
        let mut push = Push::new("cavra hook git pre-receive", &args.remote, &git)?;
        let actor = args.actor_variable.as_ref().and_then(env::var_os);
        push.actor = actor.map(|name| name.to_string_lossy().into_owned());
        let mut actions = Vec::new();
        for update in updates {
            let movement = update.movement(&git)?;
            // A push to an alias of a branch moves the branch.
            if let Some(name) = update.resolved(&git)? {
                let real = Update {
                    name,
                    ..update.clone()
                };
                actions.push(push.action(&real, movement)?);
            }
            actions.push(push.action(&update, movement)?);
        }
        judge_all(actions, args.service.connect()?, out)
    };
    refusing(judge, out)
}

pub(crate) fn pre_push(args: &PrePushArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let judge = |out: &mut Output| {
        let git = Git::here();
        let push = Push::new("cavra hook git pre-push", &args.remote, &git)?;
        let updates = pushed()?;
        let actions = updates
            .iter()
            .map(|update| push.action(update, update.movement(&git)?));
        let actions = actions.collect::<Result<Vec<_>, _>>()?;
        if actions.is_empty() {
            return Ok(ExitStatus::Success);
        }
        judge_all(actions, args.service.connect()?, out)
    };
    let status = refusing(judge, out)?;
    if status != ExitStatus::Success && out.format() == OutputFormat::Table {
        writeln!(out, "cavra: {CONVENIENCE}")?;
    }
    Ok(status)
}

/// Says that a push is refused if nobody decided about it.
fn refusing(
    judge: impl FnOnce(&mut Output) -> Result<ExitStatus, CliError>,
    out: &mut Output,
) -> Result<ExitStatus, CliError> {
    judge(out).inspect_err(|_| {
        let said = writeln!(
            out,
            "cavra: the push is refused, because nobody decided about it; push again once the \
             service answers"
        );
        // The error follows, and refuses as well.
        drop(said.map(|()| out.finish()));
    })
}

/// What the actions of one push have in common.
struct Push<'a> {
    agent: &'a str,
    remote: &'a str,
    actor: Option<String>,
    /// The folder of the repository's files, so that an approval counts in this one only.
    repository: String,
}

/// One ref, as it is judged and shown.
struct Asked {
    action: Action,
    name: String,
    movement: Movement,
}

impl<'a> Push<'a> {
    fn new(agent: &'a str, remote: &'a str, git: &Git) -> Result<Self, CliError> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._/-".contains(&byte);
        // An address is a remote too, and no pack can name it.
        let is_address = remote.contains(':') && !remote.contains(char::is_whitespace);
        let is_name = remote.bytes().all(is_plain) || is_address;
        match is_name && !remote.is_empty() && !remote.starts_with('-') {
            true => Ok(Self {
                agent,
                remote,
                actor: None,
                repository: repository(git)?,
            }),
            false => Err(HookError::Remote(remote.to_owned()).into()),
        }
    }

    fn action(&self, update: &Update, movement: Movement) -> Result<Asked, CliError> {
        let document = Document {
            action_type: "git_operation",
            target: format!("{} {}", self.remote, update.name),
            requested_operation: movement.operation(),
            // An approval counts for these commits only.
            session_id: format!("git:{}..{}", update.old, update.new),
            agent_id: self.agent,
            actor: self.actor.as_deref(),
            cwd: &self.repository,
        };
        Ok(Asked {
            action: Action::from_json(&serde_json::to_vec(&document)?)?,
            name: update.name.clone(),
            movement,
        })
    }
}

/// The folder of the repository's files, by the one path that has no link.
fn repository(git: &Git) -> Result<String, CliError> {
    let words = ["rev-parse", "--absolute-git-dir"];
    let printed = git.print(&words, MAX_PATH_BYTES)?;
    let path = printed.strip_suffix(b"\n").unwrap_or(&printed);
    let path = fs::canonicalize(OsStr::from_bytes(path)).map_err(HookError::Repository)?;
    let text = path.to_str().map(str::to_owned);
    Ok(text.ok_or(HookError::RepositoryNotText)?)
}

/// Judges every action, and says which are not allowed.
fn judge_all(
    actions: Vec<Asked>,
    mut asking: Asking,
    out: &mut Output,
) -> Result<ExitStatus, CliError> {
    let mut strictest = Verdict::Allow;
    for asked in actions {
        let decision = asking.one(asked.action)?.decision;
        strictest = strictest.max(decision.verdict());
        match out.format() {
            OutputFormat::Json => {
                serde_json::to_writer(&mut *out, &decision)?;
                writeln!(out)?;
            }
            OutputFormat::Table if status_of(decision.verdict()) != ExitStatus::Success => {
                show(out, &asked.name, asked.movement, &decision)?;
            }
            OutputFormat::Table => {}
        }
    }
    let status = status_of(strictest);
    if status != ExitStatus::Success && out.format() == OutputFormat::Table {
        writeln!(out, "cavra: the whole push is refused")?;
    }
    Ok(status)
}

fn show(
    out: &mut Output,
    name: &str,
    movement: Movement,
    decision: &Decision,
) -> Result<(), CliError> {
    let (verdict, rule) = (decision.verdict().as_str(), printable(decision.rule_id()));
    let (name, movement) = (printable(name), movement.in_words());
    writeln!(out, "cavra: {name} ({movement}): {verdict} by {rule}")?;
    writeln!(out, "cavra:   {}", printable(&decision.reason()))?;
    for requirement in &decision.judgement.approval_requirements {
        let groups = printable(&groups_text(requirement));
        writeln!(out, "cavra:   to be approved by {groups}")?;
    }
    if let Some(id) = decision.approval_id() {
        writeln!(
            out,
            "cavra:   the request for an approval is {id}; push the same again after it"
        )?;
    }
    Ok(())
}
