//! `cavra keys generate`

use std::path::PathBuf;

use clap::Args;

use super::report;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::output::Output;
use crate::keys::file as key_file;
use crate::keys::{Origin, SigningKey};

const AFTER_HELP: &str = "\
The key is an Ed25519 key in the form of C2SP signed notes. FILE gets the private key and the
mode 0600; nothing else ever shows it. Hand out the verifying key, which is printed.

Examples:
  cavra keys generate --name example.org/cavra --out log.key --public log.pub
  cavra keys generate --name example.org/approvals --out approvals.key --output json

Exit codes:
  0  made
  1  a file exists already (a key is never overwritten), or could not be written";

/// What to make.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct GenerateArgs {
    /// What the key is called, and the log that it signs; a host and path you own is best
    #[arg(long, value_name = "NAME")]
    name: Origin,
    /// The new file for the private key
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// A new file for the public key
    #[arg(long, value_name = "FILE")]
    public: Option<PathBuf>,
}

pub(crate) fn run(args: &GenerateArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let key = SigningKey::generate(args.name.clone())?;
    key_file::write_pair(&args.out, args.public.as_deref(), &key)?;
    report::print(out, key.verifying_key())?;
    Ok(ExitStatus::Success)
}
