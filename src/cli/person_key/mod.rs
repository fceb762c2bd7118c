//! The private keys of people: where they are, and who gives their passphrase.
//!
//! | module | holds |
//! |---|---|
//! | `terminal` | asks a person, without showing what is typed |
//! | `command` | asks a command that prints the passphrase |
//! | `error` | why there is no key to sign with |

pub(crate) mod command;
pub(crate) mod error;
mod terminal;

use clap::Args;

use command::KeyCommand;
use error::PersonKeyError;
use terminal::Terminal;

use super::error::CliError;
use super::output::printable;
use crate::keys::SigningKey;
use crate::keys::encrypted::EncryptedKey;
use crate::keys::file::{Key, KeySource};
use crate::keys::passphrase::Passphrase;

/// The key that a person signs with.
#[derive(Debug, Clone, Args)]
pub(crate) struct PersonKeyArgs {
    /// Where your private key is: a file, `env:NAME` or `fd:NUMBER`
    #[arg(long, value_name = "KEY")]
    signing_key: KeySource,
    #[command(flatten)]
    passphrase: PassphraseArgs,
    /// Sign although the key is not encrypted; for machines and tests
    #[arg(long, env = "CAVRA_ALLOW_PLAIN_KEY")]
    allow_plain_key: bool,
}

/// The key that a person signs with, where a command may sign nothing.
#[derive(Debug, Clone, Args)]
pub(crate) struct MaybePersonKeyArgs {
    /// Where your private key is: a file, `env:NAME` or `fd:NUMBER`
    #[arg(long, value_name = "KEY", requires = "request")]
    signing_key: Option<KeySource>,
    #[command(flatten)]
    passphrase: PassphraseArgs,
    /// Sign although the key is not encrypted; for machines and tests
    #[arg(long, env = "CAVRA_ALLOW_PLAIN_KEY")]
    allow_plain_key: bool,
}

/// Who gives a passphrase.
#[derive(Debug, Clone, Args)]
pub(crate) struct PassphraseArgs {
    /// A command that prints the key's passphrase, instead of asking on the terminal
    ///
    /// It is run without a shell. It prints one line, and it has 2 minutes.
    #[arg(long, value_name = "COMMAND")]
    key_command: Option<KeyCommand>,
}

impl PersonKeyArgs {
    /// The key, after its passphrase was given.
    pub(crate) fn signing_key(&self) -> Result<SigningKey, CliError> {
        let source = &self.signing_key;
        let loaded = source.load_private();
        let option = "--signing-key";
        match loaded.map_err(|cause| CliError::PrivateKey { option, cause })? {
            Key::Encrypted(key) => {
                let name = printable(&key.verifying_key().name().to_string());
                let passphrase = self.passphrase.of(&name)?;
                let opened = key.open(&passphrase);
                Ok(opened.map_err(|cause| source.no_encrypted_key(cause))?)
            }
            Key::Private(key) if self.allow_plain_key => Ok(*key),
            Key::Private(_) => Err(PersonKeyError::Plain(source.clone()).into()),
            Key::Public(_) => Err(PersonKeyError::Public(source.clone()).into()),
        }
    }
}

impl MaybePersonKeyArgs {
    /// Whether the command line names a key.
    pub(crate) const fn is_given(&self) -> bool {
        self.signing_key.is_some()
    }

    /// The key, after its passphrase was given.
    pub(crate) fn signing_key(&self) -> Result<SigningKey, CliError> {
        let signing_key = self.signing_key.clone();
        let key = PersonKeyArgs {
            signing_key: signing_key.ok_or(PersonKeyError::NoKey)?,
            passphrase: self.passphrase.clone(),
            allow_plain_key: self.allow_plain_key,
        };
        key.signing_key()
    }
}

impl PassphraseArgs {
    /// Whether a command gives the passphrase.
    pub(crate) fn has_command(&self) -> bool {
        self.key_command.is_some()
    }

    /// The passphrase of the key that is called `name`.
    fn of(&self, name: &str) -> Result<Passphrase, PersonKeyError> {
        match &self.key_command {
            Some(command) => command.passphrase(),
            None => Terminal::open()?.ask(&format!("Passphrase of {name}: ")),
        }
    }

    /// Encrypts a key by a passphrase that a person types twice, or that the command prints.
    pub(crate) fn encrypt(&self, key: &SigningKey) -> Result<EncryptedKey, PersonKeyError> {
        let passphrase = match &self.key_command {
            Some(command) => command.passphrase()?,
            None => twice(key)?,
        };
        let encrypted = EncryptedKey::encrypt(key, &passphrase)?;
        // A key that could not be opened again would be lost.
        encrypted.open(&passphrase)?;
        Ok(encrypted)
    }
}

fn twice(key: &SigningKey) -> Result<Passphrase, PersonKeyError> {
    let terminal = Terminal::open()?;
    let name = printable(&key.verifying_key().name().to_string());
    let first = terminal.ask(&format!("New passphrase of {name}: "))?;
    // Before it is typed again for nothing.
    first.check_new()?;
    match terminal.ask("The same again: ")? == first {
        true => Ok(first),
        false => Err(PersonKeyError::Different),
    }
}
