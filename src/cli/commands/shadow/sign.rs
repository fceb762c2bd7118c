//! `cavra shadow sign`

use std::path::PathBuf;

use clap::Args;

use super::evidence;
use crate::cli::commands::keys::argument::private_key;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::keys::file::KeySource;

const AFTER_HELP: &str = "\
The signature is over the canonical form of the report (RFC 8785), in a DSSE envelope. It says
that the holder of the key made or checked this report, not that the report is true:
`cavra shadow verify` compares it with the journal.

Examples:
  cavra shadow sign report.json --signing-key evidence.key --out report.dsse.json

Exit codes:
  0  signed
  1  the file is not a report or contradicts itself, the key can't be used, or the envelope
     can't be written";

/// What to sign.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct SignArgs {
    /// A report that was saved as JSON, or an envelope to be signed again; `-` is standard input
    #[arg(value_name = "REPORT")]
    report: PathBuf,
    /// Where the private key is: a file, `env:NAME` or `fd:NUMBER`
    #[arg(long, value_name = "KEY")]
    signing_key: KeySource,
    /// Where to write the envelope
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

pub(crate) fn run(args: &SignArgs) -> Result<ExitStatus, CliError> {
    let report = evidence::read_unverified(&args.report)?;
    let report = evidence::sound(&args.report, report)?;
    let key = private_key(&args.signing_key, "--signing-key")?;
    evidence::write_signed(&args.out, &report, &key)?;
    Ok(ExitStatus::Success)
}
