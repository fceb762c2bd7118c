//! `cavra keys encrypt`

use std::fs;
use std::path::PathBuf;

use clap::Args;

use super::report;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::output::Output;
use crate::cli::person_key::PassphraseArgs;
use crate::cli::person_key::error::PersonKeyError;
use crate::keys::file as key_file;
use crate::keys::file::{Key, KeySource};

const AFTER_HELP: &str = "\
FILE is replaced as a whole by the same key, encrypted as `cavra keys generate --encrypt` does it.
The passphrase has at least 12 characters. It is asked for twice on the terminal, unless there is
`--key-command`. Copies of the file elsewhere, in backups or snapshots, are not encrypted by this:
make a new key if somebody may have one.

Examples:
  cavra keys encrypt ada.key
  cavra keys encrypt ada.key --key-command 'pass show cavra/ada'

Exit codes:
  0  encrypted
  1  the file holds no private key or an encrypted one, it can't be written, or there is no
     passphrase";

/// What to encrypt.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct EncryptArgs {
    /// The file that holds the private key
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    passphrase: PassphraseArgs,
}

pub(crate) fn run(args: &EncryptArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    // Through a link, the plain key would stay where the link leads.
    let path = fs::canonicalize(&args.file).map_err(|cause| CliError::Input {
        path: args.file.clone(),
        cause,
    })?;
    let source = KeySource::File(path.clone());
    let key = match source.load()? {
        Key::Private(key) => key,
        Key::Encrypted(_) => return Err(PersonKeyError::EncryptedAlready(source).into()),
        Key::Public(_) => return Err(PersonKeyError::Public(source).into()),
    };
    let encrypted = args.passphrase.encrypt(&key)?;
    key_file::replace_encrypted(&path, &encrypted)?;
    report::print(out, key.verifying_key())?;
    Ok(ExitStatus::Success)
}
