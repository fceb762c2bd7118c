//! `cavra trust sign`

use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use crate::canonical::Digest;
use crate::cli::commands::trust::error::TrustFileError;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::global::OutputFormat;
use crate::cli::named_files;
use crate::cli::output::{Output, counted, document};
use crate::cli::person_key::PersonKeyArgs;
use crate::cli::trust_file;
use crate::keys::dsse::Envelope;
use crate::trust::document::MEDIA_TYPE;

const AFTER_HELP: &str = "\
The signature is over the canonical form of the document (RFC 8785), in a DSSE envelope. Give the
envelope to the next person, who signs it by the same command. A successor needs `min_signers` of
the version before it and `min_signers` of its own; `cavra trust verify` counts them.

Examples:
  cavra trust sign trust-2.json --signing-key ada.key --out trust-2.dsse.json
  cavra trust sign trust-2.dsse.json --signing-key bo.key --out trust-2.dsse.json

Exit codes:
  0  signed
  1  the file is no trust file, the key can't be used or has signed already, or the envelope can't
     be written";

/// What to sign, and by what.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct SignArgs {
    /// The trust file, or the envelope that others have signed; `-` is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    key: PersonKeyArgs,
    /// Where to write the envelope
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Serialize)]
struct Signed {
    version: u32,
    digest: Digest,
    key: String,
    signature_count: usize,
}

pub(crate) fn run(args: &SignArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let stored = trust_file::read(&args.file)?;
    let trust = stored.trust();
    trust.check_new_names().map_err(TrustFileError::Names)?;
    let key = args.key.signing_key()?;
    let envelope = match stored.envelope().cloned() {
        None => Envelope::sign(MEDIA_TYPE, trust.canonical(), &key),
        Some(mut envelope) => envelope.add_signature(&key).map(|()| envelope),
    };
    let envelope = envelope.map_err(TrustFileError::Sign)?;
    named_files::write(&args.out, &document(&envelope)?)?;
    let signed = Signed {
        version: trust.file().version,
        digest: trust.digest(),
        key: key.verifying_key().to_string(),
        signature_count: envelope.signature_count(),
    };
    match out.format() {
        OutputFormat::Json => out.json(&signed)?,
        OutputFormat::Table => writeln!(
            out,
            "trust file, version {} ({}): {}",
            signed.version,
            signed.digest,
            counted(signed.signature_count, "signature"),
        )?,
    }
    Ok(ExitStatus::Success)
}
