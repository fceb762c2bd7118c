//! Why there is no key to sign with.

use std::io;

use crate::keys::encrypted::EncryptedKeyError;
use crate::keys::file::KeySource;
use crate::keys::passphrase::PassphraseError;

/// Why a person's key can't be used or made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PersonKeyError {
    #[error(
        "the private key in `{0}` is not encrypted, so who gets the file can sign for its owner"
    )]
    Plain(KeySource),
    #[error("`{0}` holds a public key, which can't sign")]
    Public(KeySource),
    #[error("give your private key with `--signing-key`")]
    NoKey,
    #[error("there is no terminal to ask for the passphrase on")]
    NoTerminal(#[source] io::Error),
    #[error("the passphrase can't be read from the terminal")]
    Terminal(#[source] io::Error),
    #[error("no passphrase was given")]
    Cancelled,
    #[error("the two passphrases differ")]
    Different,
    #[error("the passphrase can't be used")]
    Passphrase(#[from] PassphraseError),
    #[error("the key can't be encrypted")]
    Encrypt(#[from] EncryptedKeyError),
    #[error("the key in `{0}` is encrypted already")]
    EncryptedAlready(KeySource),
    #[error("`{program}` of `--key-command` can't be run")]
    Run {
        program: String,
        #[source]
        cause: io::Error,
    },
    #[error("`{program}` of `--key-command` ended with {status}")]
    Failed { program: String, status: String },
    #[error("`{program}` of `--key-command` did not end within {seconds} s")]
    TimedOut { program: String, seconds: u64 },
}

impl PersonKeyError {
    /// What a person can do about it.
    pub(crate) fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Plain(_) => Some(
                "`cavra keys encrypt FILE` encrypts it; `--allow-plain-key` signs all the same, for \
                 machines and tests",
            ),
            Self::NoTerminal(_) => Some("`--key-command COMMAND` runs a command that prints it"),
            Self::Passphrase(PassphraseError::Control) => {
                Some("the command of `--key-command` prints the passphrase and nothing else")
            }
            _ => None,
        }
    }
}
