//! What is wrong with a command line. clap finds it; where its message would be that of a library
//! or name the wrong thing, this program's own words take its place.

use std::env;
use std::error::Error as _;
use std::num::{IntErrorKind, ParseIntError};

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::exit::ExitStatus;
use super::output::printable;

/// clap's own answers: help and version are a success, everything else is a failure.
pub(super) fn reply(error: &clap::Error) -> ExitStatus {
    let printed = match in_our_words(error) {
        Some(error) => error.print(),
        None => error.print(),
    };
    if error.use_stderr() || printed.is_err() {
        ExitStatus::Failure
    } else {
        ExitStatus::Success
    }
}

fn in_our_words(error: &clap::Error) -> Option<clap::Error> {
    let message = match error.kind() {
        ErrorKind::UnknownArgument => {
            let number = negative_number(text(error, ContextKind::InvalidArg)?)?;
            format!("`{number}` is below 0; numbers begin at 0")
        }
        ErrorKind::ValueValidation => {
            let cause = error.source()?.downcast_ref::<ParseIntError>()?;
            let (value, option) = (
                text(error, ContextKind::InvalidValue)?,
                text(error, ContextKind::InvalidArg)?,
            );
            let value = printable(value);
            format!("invalid value '{value}' for '{option}': {}", words(cause))
        }
        _ => return None,
    };
    let message = format!("{message}\n\nFor more information, try '--help'.\n");
    Some(clap::Error::raw(error.kind(), message))
}

fn text(error: &clap::Error, kind: ContextKind) -> Option<&str> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text),
        _ => None,
    }
}

/// The number that clap took for an option: of `-15` it names `-1` only.
fn negative_number(option: &str) -> Option<String> {
    let mut arguments = env::args_os().filter_map(|argument| argument.into_string().ok());
    arguments.find(|argument| argument.starts_with(option) && argument.parse::<i64>().is_ok())
}

fn words(cause: &ParseIntError) -> &'static str {
    match cause.kind() {
        IntErrorKind::PosOverflow => "the number is too great",
        IntErrorKind::NegOverflow => "the number is below 0; numbers begin at 0",
        IntErrorKind::Zero => "give 1 or more",
        _ => "this is not a whole number",
    }
}
