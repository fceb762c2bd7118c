//! `cavra-hook`: asks a CAVRA service before a coding agent's tool runs.
//!
//! The host starts it for each call of a tool and writes an event to its standard input. Its answer is in
//! the host's own words (`hosts/`). Every failure is a denial: a panic, a late answer, an event or an
//! answer that can't be read.

mod answer;
mod arguments;
mod authority;
mod call;
mod context;
mod deadline;
mod hosts;
mod judge;
mod tools;
mod wire;

use std::env;
use std::io::{self, Read as _};
use std::panic;

use answer::{Answer, Output};
use arguments::{Arguments, Command};

/// Bytes of an event. Hosts pass what the agent wants to write, so an event can be large.
const MAX_EVENT_BYTES: u64 = 16 * 1024 * 1024;

fn main() -> ! {
    // The hook's own words go where the host expects a reason; those of a panic are not for a person.
    panic::set_hook(Box::new(|_| ()));
    let output = panic::catch_unwind(run).unwrap_or_else(|_| {
        Output::failed(
            "cavra-hook: an error inside the hook, so the tool must not run; please report it",
        )
    });
    deadline::end(&output)
}

fn run() -> Output {
    match arguments::read(env::args_os().skip(1)) {
        Ok(Command::Help) => Output {
            stdout: format!("{}\n", arguments::HELP),
            ..Output::silent()
        },
        Ok(Command::Version) => Output {
            stdout: concat!("cavra-hook ", env!("CARGO_PKG_VERSION"), "\n").to_owned(),
            ..Output::silent()
        },
        Ok(Command::Tools(host)) => Output {
            stdout: tools::rows(host),
            ..Output::silent()
        },
        Ok(Command::Answer(arguments)) => answered(&arguments),
        Err(error) => Output::failed(&format!(
            "cavra-hook: {error}; `cavra-hook --help` says more"
        )),
    }
}

fn answered(arguments: &Arguments) -> Output {
    let host = arguments.host;
    if let Err(error) = deadline::arm(arguments.deadline) {
        return Output::failed(&format!("cavra-hook: no deadline can be set: {error}"));
    }
    let failed = |reason: String| Answer::Failed(answer::cut(&format!("cavra-hook: {reason}"), 0));
    let answer = match event() {
        Err(reason) => failed(reason),
        Ok(event) => match host.read(&event) {
            Err(error) => failed(error.to_string()),
            Ok(call) => {
                judge::judge(arguments, &call).unwrap_or_else(|error| failed(error.to_string()))
            }
        },
    };
    host.output(&answer)
}

fn event() -> Result<Vec<u8>, String> {
    let mut event = Vec::new();
    let stdin = io::stdin().lock();
    let read = stdin.take(MAX_EVENT_BYTES + 1).read_to_end(&mut event);
    match read {
        Err(error) => Err(format!("standard input can't be read: {error}")),
        Ok(bytes) if bytes as u64 > MAX_EVENT_BYTES => {
            Err(format!("the event has more than {MAX_EVENT_BYTES} bytes"))
        }
        Ok(_) => Ok(event),
    }
}
