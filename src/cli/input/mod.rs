//! Actions from files, standard input and flags; numbers, times, addresses and reasons from flags.

mod address;
mod document;
mod flags;
mod number;
mod reason;
mod records;
mod replay;
mod text;
mod time;

use std::fs::File;
use std::io::{self, IsTerminal as _, Read};
use std::path::{Path, PathBuf};

use clap::Args;

use super::error::CliError;
use crate::action::Action;

pub(crate) use address::address;
pub(crate) use document::{LineError, LineProblem, read_document, read_timed_document};
pub(crate) use flags::FlagArgs;
pub(crate) use number::whole;
pub(crate) use reason::reason;
pub(crate) use records::Records;

pub(crate) use crate::shadow::replay::actions::Document;
pub(crate) use time::{future, point_in_time, time};

/// Where actions come from.
#[derive(Debug, Clone, Args)]
pub(crate) struct InputArgs {
    /// One action document as JSON, or many as JSON Lines; `-` is standard input
    #[arg(value_name = "FILE", conflicts_with = "action")]
    file: Option<PathBuf>,
    #[command(flatten)]
    flags: FlagArgs,
}

/// Actions to judge.
pub(crate) enum Source {
    /// One that the flags describe.
    Flags(Box<Action>),
    /// Those of a file or of standard input.
    Records(Records),
}

impl InputArgs {
    /// Opens the file or standard input, or reads the flags.
    pub(crate) fn open(&self) -> Result<Source, CliError> {
        if let Some(action) = self.flags.action()? {
            return Ok(Source::Flags(Box::new(action)));
        }
        let path = self.file.as_deref().unwrap_or(Path::new("-"));
        if self.file.is_none() && io::stdin().is_terminal() {
            return Err(CliError::NoAction);
        }
        Ok(Source::Records(open_records(path)?))
    }

    /// The one action that is meant.
    pub(crate) fn one(&self) -> Result<Action, CliError> {
        let mut records = match self.open()? {
            Source::Flags(action) => return Ok(*action),
            Source::Records(records) => records,
        };
        let record = records.next_record()?.ok_or(CliError::NoAction)?;
        if records.next_record()?.is_some() {
            return Err(CliError::ManyActions);
        }
        match record.bytes {
            Ok(bytes) => Ok(read_document(&bytes)?),
            Err(error) => Err(error.into()),
        }
    }
}

/// The documents in a file, or on standard input for `-`.
pub(crate) fn open_records(path: &Path) -> Result<Records, CliError> {
    let reader: Box<dyn Read + Send> = if path.as_os_str() == "-" {
        Box::new(io::stdin())
    } else {
        Box::new(File::open(path).map_err(|cause| CliError::Input {
            path: path.to_owned(),
            cause,
        })?)
    };
    Ok(Records::new(reader, path))
}
