//! A key on the command line.

use std::str::FromStr;

use crate::cli::error::CliError;
use crate::keys::file::{KeyFileError, KeySource};
use crate::keys::{KeyError, SigningKey, VerifyingKey};

/// A public key itself, or where a key is kept.
#[derive(Debug, Clone)]
pub(crate) enum KeyArgument {
    Key(Box<VerifyingKey>),
    Source(KeySource),
}

impl KeyArgument {
    /// The public key that is the command's own argument, which no option names.
    pub(crate) fn shown(&self) -> Result<VerifyingKey, CliError> {
        let source = match self {
            Self::Key(key) => return Ok(key.as_ref().clone()),
            Self::Source(source) => source,
        };
        let key = source.verifying_key();
        key.map_err(|cause| match (cause, source) {
            (KeyFileError::Unreadable { cause, .. }, KeySource::File(path)) => CliError::NoKey {
                path: path.clone(),
                cause,
            },
            (cause, _) => cause.into(),
        })
    }

    /// The public key that `option` names.
    pub(crate) fn public(&self, option: &'static str) -> Result<VerifyingKey, CliError> {
        match self {
            Self::Key(key) => Ok(key.as_ref().clone()),
            Self::Source(source) => public_key(source, option),
        }
    }
}

/// The public key, or that of the private one, that is kept where `option` says.
pub(crate) fn public_key(
    source: &KeySource,
    option: &'static str,
) -> Result<VerifyingKey, CliError> {
    let key = source.verifying_key();
    key.map_err(|cause| CliError::PublicKey { option, cause })
}

/// The private key of a service that is kept where `option` says.
pub(crate) fn private_key(
    source: &KeySource,
    option: &'static str,
) -> Result<SigningKey, CliError> {
    let key = source.signing_key();
    key.map_err(|cause| CliError::PrivateKey { option, cause })
}

impl FromStr for KeyArgument {
    type Err = KeyFileError;

    fn from_str(text: &str) -> Result<Self, KeyFileError> {
        match text.parse() {
            Ok(key) => Ok(Self::Key(Box::new(key))),
            // No file has a name like this by chance.
            Err(error @ (KeyError::Id(_) | KeyError::Algorithm(_) | KeyError::Weak(_))) => {
                Err(KeyFileError::Damaged(error))
            }
            Err(_) => text.parse().map(Self::Source),
        }
    }
}
