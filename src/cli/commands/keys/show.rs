//! `cavra keys show`

use clap::Args;

use super::argument::KeyArgument;
use super::report;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::output::Output;

const AFTER_HELP: &str = "\
Of a private key the public part is shown; no passphrase is needed for that. The PEM is a
SubjectPublicKeyInfo (RFC 8410), which OpenSSL, cosign and most libraries read.

Examples:
  cavra keys show journal.key
  cavra keys show env:CAVRA_SIGNING_KEY --output json
  cavra keys show fd:3 3< journal.key
  cavra keys show 'example.org/cavra+1c5e9a0f+AZ…'

Exit codes:
  0  shown
  1  there is no usable key, or others than its owner may read the private key's file";

/// What to show.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ShowArgs {
    /// A file that holds a key, `env:NAME`, `fd:NUMBER`, or a public key itself
    #[arg(value_name = "KEY")]
    key: KeyArgument,
}

pub(crate) fn run(args: &ShowArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    report::print(out, &args.key.shown()?)?;
    Ok(ExitStatus::Success)
}
