//! One module for each command.

pub(crate) mod agents;
pub(crate) mod approvals;
pub(crate) mod decide;
pub(crate) mod evidence;
pub(crate) mod exec;
pub(crate) mod explain;
pub(crate) mod gate;
pub(crate) mod hook;
pub(crate) mod journal;
pub(crate) mod keys;
pub(crate) mod lifecycle;
pub(crate) mod policy;
pub(crate) mod schema;
pub(crate) mod serve;
pub(crate) mod service;
pub(crate) mod shadow;
pub(crate) mod simulate;
pub(crate) mod traffic;
pub(crate) mod trust;
pub(crate) mod verify;

use std::fs::File;
use std::io;
use std::os::fd::AsFd as _;
use std::os::unix::fs::FileTypeExt as _;

use crate::authority::workers;

use super::args::Command;
use super::error::CliError;
use super::exit::ExitStatus;
use super::global::GlobalArgs;
use super::output::Output;

pub(crate) fn run(
    command: Command,
    global: &GlobalArgs,
    out: &mut Output,
) -> Result<ExitStatus, CliError> {
    match command {
        Command::Decide(args) => decide::run(&args, global, out),
        Command::Explain(args) => explain::run(&args, global, out),
        Command::Gate(command) => gate::run(command, global, out),
        Command::Exec(args) => exec::run(&args, out),
        Command::Hook(command) => hook::run(command, out),
        Command::Evidence(command) => evidence::run(command, out),
        Command::Simulate(args) => simulate::run(&args, global, out),
        Command::Service(command) => service::run(command, out),
        Command::Serve(args) => serve::run(args, global, out),
        Command::Traffic(args) => traffic::run(&args, out),
        Command::Evaluate => evaluate(),
        Command::Shadow(command) => shadow::run(command, global, out),
        Command::Policy(command) => policy::run(command, global, out),
        Command::Schema(args) => schema::run(&args, out),
        Command::Journal(command) => journal::run(command, out),
        Command::Keys(command) => keys::run(command, out),
        Command::Lifecycle(command) => lifecycle::run(command, global, out),
        Command::Trust(command) => trust::run(command, out),
        Command::Agents(command) => agents::run(command, global, out),
        Command::Approvals(command) => approvals::run(command, out),
        Command::Verify(args) => verify::run(&args, global, out),
    }
}

/// Serves as a worker of `cavra serve`, which asks on the socket that standard input is.
fn evaluate() -> Result<ExitStatus, CliError> {
    let stdin = io::stdin().as_fd().try_clone_to_owned();
    let found = stdin.and_then(|stdin| File::from(stdin).metadata());
    if !found.is_ok_and(|found| found.file_type().is_socket()) {
        return Err(CliError::NotAWorker);
    }
    workers::serve()?;
    Ok(ExitStatus::Success)
}
