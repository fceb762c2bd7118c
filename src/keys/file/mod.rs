//! Where keys are kept: files, environment variables, file descriptors.

mod write;

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use zeroize::Zeroizing;

use super::encrypted::{EncryptedKey, EncryptedKeyError};
use super::{KeyError, SigningKey, VerifyingKey};

pub use write::{
    replace_encrypted, replace_private, replace_public, write_encrypted_pair, write_pair,
    write_private, write_public,
};

/// Bytes of a key file.
pub const MAX_KEY_FILE_BYTES: usize = 4096;

/// What group and others may do.
const OTHERS_MODE: u32 = 0o077;

/// Why a key can't be had from where it is kept.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// Not a source.
    #[error("`{0}` names no key: give a path, `env:NAME` or `fd:NUMBER`")]
    Source(String),
    /// A public key that was given itself, and is damaged.
    #[error(transparent)]
    Damaged(KeyError),
    /// A secret among the arguments.
    #[error(
        "a private key must not be on a command line, where others can read it: give its file, \
         `env:NAME` or `fd:NUMBER`"
    )]
    OnCommandLine,
    /// It can't be read.
    #[error("the key in `{source_of_key}` can't be read")]
    Unreadable {
        /// Where it is kept.
        source_of_key: KeySource,
        /// The error of the file system.
        #[source]
        cause: io::Error,
    },
    /// The variable isn't set, or isn't text.
    #[error("the environment variable `{0}` holds no key")]
    NotSet(String),
    /// Others may read it.
    #[error(
        "others than its owner may use the private key in `{}` (mode {mode:03o}): `chmod 600` it, \
         and make a new one if it is no longer secret", path.display()
    )]
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// What is there is not the key that is wanted.
    #[error("`{source_of_key}` holds no usable key")]
    Key {
        /// Where it is kept.
        source_of_key: KeySource,
        /// What is wrong with the key.
        #[source]
        cause: KeyError,
    },
    /// It is encrypted, and damaged or encrypted in another way.
    #[error("`{source_of_key}` holds an encrypted key that can't be used")]
    Encrypted {
        /// Where it is kept.
        source_of_key: KeySource,
        /// What is wrong with it.
        #[source]
        cause: EncryptedKeyError,
    },
    /// It is encrypted, and nobody is asked for its passphrase.
    #[error(
        "the key in `{0}` is encrypted, so it is a person's: give a key of the service, which is \
         a plain file with the mode 0600"
    )]
    NeedsPassphrase(KeySource),
    /// A key is never overwritten.
    #[error("`{}` exists, and a key is never overwritten: name another file", .0.display())]
    Exists(PathBuf),
    /// It can't be written.
    #[error("`{}` can't be written", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// The error of the file system.
        #[source]
        cause: io::Error,
    },
}

/// Where a key is kept: `PATH`, `env:NAME` or `fd:NUMBER`. (A path that begins so is written
/// `./env:…`.)
///
/// An environment variable stays in the environment of the process: others of the same user can
/// read it in `/proc`, as they could read its memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeySource {
    /// A file.
    File(PathBuf),
    /// An environment variable, by its name.
    Environment(String),
    /// A file descriptor that this process was started with.
    Descriptor(u16),
    /// A private key where its place should be named. Nothing of it is kept, and loading fails.
    Misplaced,
}

/// A key of any kind.
#[derive(Debug, Clone)]
pub enum Key {
    /// To sign with.
    Private(Box<SigningKey>),
    /// To sign with, after its passphrase was given.
    Encrypted(Box<EncryptedKey>),
    /// To check with.
    Public(Box<VerifyingKey>),
}

impl Key {
    /// The key to check with.
    #[must_use]
    pub fn verifying_key(&self) -> &VerifyingKey {
        match self {
            Self::Private(key) => key.verifying_key(),
            Self::Encrypted(key) => key.verifying_key(),
            Self::Public(key) => key,
        }
    }
}

impl FromStr for KeySource {
    type Err = KeyFileError;

    fn from_str(text: &str) -> Result<Self, KeyFileError> {
        if SigningKey::is_meant_by(text) {
            // A message about an argument that can't be parsed repeats it.
            return Ok(Self::Misplaced);
        }
        let wrong = || KeyFileError::Source(text.to_owned());
        if let Some(name) = text.strip_prefix("env:") {
            let usable = !name.is_empty() && !name.contains(['=', '\0']);
            return usable
                .then(|| Self::Environment(name.to_owned()))
                .ok_or_else(wrong);
        }
        if let Some(number) = text.strip_prefix("fd:") {
            return number.parse().map(Self::Descriptor).map_err(|_| wrong());
        }
        match text {
            "" => Err(wrong()),
            path => Ok(Self::File(path.into())),
        }
    }
}

impl fmt::Display for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Environment(name) => write!(f, "env:{name}"),
            Self::Descriptor(number) => write!(f, "fd:{number}"),
            Self::Misplaced => f.write_str("a private key"),
        }
    }
}

impl KeySource {
    /// The key that is kept here, of any kind.
    ///
    /// # Errors
    /// If there is none, or it is a private one, encrypted or not, in a file that others than its
    /// owner may use.
    pub fn load(&self) -> Result<Key, KeyFileError> {
        let text = self.text(false)?;
        let text = text.trim();
        if EncryptedKey::is_meant_by(text) {
            let key = text.parse().map_err(|cause| self.no_encrypted_key(cause))?;
            return Ok(Key::Encrypted(Box::new(key)));
        }
        let key = match SigningKey::is_meant_by(text) {
            true => text.parse().map(|key| Key::Private(Box::new(key))),
            false => text.parse().map(|key| Key::Public(Box::new(key))),
        };
        key.map_err(self.no_key())
    }

    /// The key that is kept here and should be a private one: the error about any other text says
    /// what a private key looks like.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn load_private(&self) -> Result<Key, KeyFileError> {
        self.load().map_err(|error| match error {
            KeyFileError::Key {
                cause: KeyError::NotPublic,
                ..
            } => self.no_key()(KeyError::NotPrivate),
            error => error,
        })
    }

    /// The private key that is kept here, of a service.
    ///
    /// # Errors
    /// As [`Self::load`], and if it is a public or an encrypted one.
    pub fn signing_key(&self) -> Result<SigningKey, KeyFileError> {
        match self.load_private()? {
            Key::Private(key) => Ok(*key),
            Key::Encrypted(_) => Err(KeyFileError::NeedsPassphrase(self.clone())),
            Key::Public(_) => Err(self.no_key()(KeyError::NotPrivate)),
        }
    }

    /// The public key that is kept here, or that of the private one that is.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn verifying_key(&self) -> Result<VerifyingKey, KeyFileError> {
        Ok(self.load()?.verifying_key().clone())
    }

    /// The error about an encrypted key that is kept here.
    #[must_use]
    pub fn no_encrypted_key(&self, cause: EncryptedKeyError) -> KeyFileError {
        KeyFileError::Encrypted {
            source_of_key: self.clone(),
            cause,
        }
    }

    fn no_key(&self) -> impl Fn(KeyError) -> KeyFileError {
        |cause| KeyFileError::Key {
            source_of_key: self.clone(),
            cause,
        }
    }

    /// A secret that is no signing key: the text that is kept here, without the white space
    /// around it. A file must be its owner's only.
    ///
    /// # Errors
    /// If it can't be read, or others may read it.
    pub fn secret(&self) -> Result<Zeroizing<String>, KeyFileError> {
        let text = self.text(true)?;
        Ok(Zeroizing::new(text.trim().to_owned()))
    }

    fn text(&self, secret: bool) -> Result<Zeroizing<String>, KeyFileError> {
        match self {
            Self::Environment(name) => std::env::var(name)
                .map(Zeroizing::new)
                .map_err(|_| KeyFileError::NotSet(name.clone())),
            Self::Descriptor(number) => self.read(Path::new(&format!("/dev/fd/{number}")), secret),
            Self::File(path) => self.read(path, secret),
            Self::Misplaced => Err(KeyFileError::OnCommandLine),
        }
    }

    fn read(&self, path: &Path, secret: bool) -> Result<Zeroizing<String>, KeyFileError> {
        let unreadable = |cause| KeyFileError::Unreadable {
            source_of_key: self.clone(),
            cause,
        };
        let mut file = File::open(path).map_err(unreadable)?;
        let text = whole(&mut file).map_err(unreadable)?;
        // A descriptor was opened by the process that started this one; a path may be anybody's.
        let secret = secret || SigningKey::is_meant_by(&text) || EncryptedKey::is_meant_by(&text);
        if matches!(self, Self::File(_)) && secret {
            let mode = file.metadata().map_err(unreadable)?.permissions().mode() & 0o7777;
            if mode & OTHERS_MODE != 0 {
                let path = path.to_owned();
                return Err(KeyFileError::Exposed { path, mode });
            }
        }
        Ok(text)
    }
}

fn whole(file: &mut File) -> io::Result<Zeroizing<String>> {
    // With its final size from the start: growing would leave copies of the secret behind.
    let mut text = Zeroizing::new(String::with_capacity(MAX_KEY_FILE_BYTES + 1));
    let limit = u64::try_from(MAX_KEY_FILE_BYTES).unwrap_or(u64::MAX);
    file.take(limit.saturating_add(1))
        .read_to_string(&mut text)?;
    match text.len() > MAX_KEY_FILE_BYTES {
        true => Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("a key has at most {MAX_KEY_FILE_BYTES} bytes"),
        )),
        false => Ok(text),
    }
}
