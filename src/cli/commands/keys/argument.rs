//! A key on the command line.

use std::str::FromStr;

use crate::keys::file::{KeyFileError, KeySource};
use crate::keys::{KeyError, VerifyingKey};

/// A public key itself, or where a key is kept.
#[derive(Debug, Clone)]
pub(crate) enum KeyArgument {
    Key(Box<VerifyingKey>),
    Source(KeySource),
}

impl KeyArgument {
    pub(crate) fn verifying_key(&self) -> Result<VerifyingKey, KeyFileError> {
        match self {
            Self::Key(key) => Ok(key.as_ref().clone()),
            Self::Source(source) => source.verifying_key(),
        }
    }
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
