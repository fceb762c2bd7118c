//! The command line: arguments, output, exit codes. The only place that prints.
//!
//! | module | holds |
//! |---|---|
//! | `args` | the command line as a whole: the list of commands |
//! | `global` | the options of every command, and the forms of output |
//! | `commands` | one module for each command |
//! | `packs` | which policy a command means; the only place that compiles one |
//! | `passed_cases` | which packs have passed their required cases before |
//! | `shelves` | where a command looks for packs |
//! | `trust_file` | where a command looks for the trust file |
//! | `person_key` | the private keys of people, and who gives their passphrase |
//! | `example_trust` | the trust file of the example packet, which counts for nothing else |
//! | `service` | which service is asked, how long it may take, and whether it is believed |
//! | `remote` | a service that decides instead of this process |
//! | `asking` | who judges what gates and hooks ask about |
//! | `git`, `session` | questions to the real git; the session that an agent's host names |
//! | `terraform` | plans that are judged before they are applied |
//! | `input` | actions from files, standard input and flags |
//! | `output` | tables, JSON, colour |
//! | `named_files` | the files that arguments name, read and written |
//! | `roots` | workspace roots that the person who runs the command names |
//! | `logging` | what goes to standard error |
//! | `usage` | what is wrong with a command line |
//! | `error`, `exit` | what a person reads and what a script sees when something fails |

mod args;
mod asking;
mod commands;
mod error;
mod example_trust;
mod exit;
mod git;
mod global;
mod input;
mod logging;
mod named_files;
mod output;
mod packs;
mod passed_cases;
mod person_key;
mod remote;
mod roots;
mod service;
mod session;
mod shelves;
mod terraform;
mod trust_file;
mod usage;

pub use exit::ExitStatus;

use std::io::{IsTerminal as _, Write as _};
use std::thread;

use clap::Parser as _;

use args::Cli;
use error::CliError;
use global::ColorWhen;
use output::{Output, style};

use crate::causes;
use crate::engine::limits::EVALUATION_STACK_BYTES;

/// Runs the command that the process was started with.
#[must_use]
pub fn run() -> ExitStatus {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage::reply(&error),
    };
    set_color(cli.global.color);
    logging::start(&cli.global);
    // Compiling and evaluating Rego recurses deeper than a main thread's stack surely holds.
    let command = thread::Builder::new()
        .name("command".to_owned())
        .stack_size(EVALUATION_STACK_BYTES)
        .spawn(move || match execute(cli) {
            Ok(status) => status,
            Err(error) => failed(&error),
        });
    match command.map(thread::JoinHandle::join) {
        Ok(Ok(status)) => status,
        Ok(Err(_)) => ExitStatus::Failure,
        Err(cause) => failed(&CliError::Thread(cause)),
    }
}

fn execute(cli: Cli) -> Result<ExitStatus, CliError> {
    let special = cli.global.output.filter(|it| it.common().is_none());
    if special.is_some() && !cli.command.reports() {
        return Err(CliError::NotAReport);
    }
    let mut out = Output::new(&cli.global);
    let status = commands::run(cli.command, &cli.global, &mut out)?;
    out.finish()?;
    Ok(status)
}

fn failed(error: &CliError) -> ExitStatus {
    // The reader that closed the pipe doesn't want to read about it; but what wasn't read wasn't
    // answered, so it is no success either.
    if !error.is_broken_pipe() {
        // There is nobody left to tell if standard error is gone too.
        let _ = report(error);
    }
    ExitStatus::Failure
}

fn report(error: &CliError) -> std::io::Result<()> {
    let mut stderr = anstream::stderr().lock();
    let (bad, hint) = (style::ERROR, style::HINT);
    for (depth, message) in causes::each(error).iter().enumerate() {
        match depth {
            0 => writeln!(stderr, "{bad}error:{bad:#} {}", lines(message))?,
            _ => writeln!(stderr, "  {hint}cause:{hint:#} {}", lines(message))?,
        }
    }
    if let Some(text) = error.hint() {
        writeln!(stderr, "  {hint}hint:{hint:#} {text}")?;
    }
    Ok(())
}

/// A message, of which only the line breaks are its own to make.
fn lines(message: &str) -> String {
    let lines: Vec<String> = message.lines().map(output::printable).collect();
    lines.join("\n")
}

fn set_color(when: ColorWhen) {
    let choice = match when {
        ColorWhen::Auto if std::io::stdout().is_terminal() => anstream::ColorChoice::Auto,
        ColorWhen::Auto | ColorWhen::Never => anstream::ColorChoice::Never,
        ColorWhen::Always => anstream::ColorChoice::AlwaysAnsi,
    };
    choice.write_global();
}
