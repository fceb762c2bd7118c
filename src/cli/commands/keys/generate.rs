//! `cavra keys generate`

use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;

use super::report;
use crate::cli::error::CliError;
use crate::cli::exit::ExitStatus;
use crate::cli::output::Output;
use crate::cli::person_key::PassphraseArgs;
use crate::keys::file as key_file;
use crate::keys::{Origin, SigningKey};

const AFTER_HELP: &str = "\
The key is an Ed25519 key in the form of C2SP signed notes. FILE gets the private key and the
mode 0600; nothing else ever shows it. Hand out the verifying key, which is printed.

A service reads its key without asking anybody. A person's key is made with `--encrypt`: FILE then
holds the public key in its first line, and after it the private key as PKCS#8, encrypted by
AES-256 under a passphrase of at least 12 characters (scrypt with 16 MiB of memory). The commands
of people ask for the passphrase.

Examples:
  cavra keys generate --name example.org/cavra --out journal.key --public journal.pub
  cavra keys generate --encrypt --name example.org/ada --out ada.key --public ada.pub
  cavra keys generate --name example.org/ada --out ada.key --key-command 'pass show cavra/ada'

Exit codes:
  0  made
  1  a file exists already (a key is never overwritten), or could not be written, or there is no
     passphrase";

const PLAIN: &str = "\
note: the private key is not encrypted, as a service needs it; the commands of people, such as
`cavra approvals approve`, refuse it without `--allow-plain-key`; `cavra keys encrypt FILE` encrypts it";

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
    /// Encrypt the private key by a passphrase, as a person's key must be; asked for on the
    /// terminal unless there is `--key-command`, which implies this
    #[arg(long)]
    encrypt: bool,
    #[command(flatten)]
    passphrase: PassphraseArgs,
}

pub(crate) fn run(args: &GenerateArgs, out: &mut Output) -> Result<ExitStatus, CliError> {
    let key = SigningKey::generate(args.name.clone())?;
    let public = args.public.as_deref();
    let is_encrypted = args.encrypt || args.passphrase.has_command();
    if is_encrypted {
        let encrypted = args.passphrase.encrypt(&key)?;
        key_file::write_encrypted_pair(&args.out, public, &encrypted)?;
    } else {
        key_file::write_pair(&args.out, public, &key)?;
    }
    report::print(out, key.verifying_key())?;
    if !is_encrypted {
        writeln!(anstream::stderr(), "{PLAIN}")?;
    }
    Ok(ExitStatus::Success)
}
