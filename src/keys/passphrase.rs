//! Passphrases that encrypt private keys.

use std::fmt;

use zeroize::Zeroizing;

/// The least number of characters of a passphrase that encrypts a key. Somebody who has the file
/// can try passphrases without a limit, so it is longer than the 8 characters that NIST SP
/// 800-63B asks of passwords which a service checks.
pub const MIN_PASSPHRASE_CHARS: usize = 12;
/// Bytes of a passphrase.
pub const MAX_PASSPHRASE_BYTES: usize = 1024;

/// Why a text is not a passphrase. Never holds the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PassphraseError {
    /// Not UTF-8.
    #[error("the passphrase is not UTF-8 text")]
    NotText,
    /// Nothing was given.
    #[error("the passphrase is empty")]
    Empty,
    /// Over [`MAX_PASSPHRASE_BYTES`].
    #[error("the passphrase has more than {MAX_PASSPHRASE_BYTES} bytes")]
    TooLong,
    /// Several lines, or a key that a terminal sends as a control character.
    #[error("the passphrase has a control character or more than one line")]
    Control,
    /// Under [`MIN_PASSPHRASE_CHARS`], for a key that is to be encrypted.
    #[error("the passphrase has fewer than {MIN_PASSPHRASE_CHARS} characters")]
    TooShort,
}

/// A passphrase, at most [`MAX_PASSPHRASE_BYTES`] bytes without control characters. Wiped from
/// memory when dropped, and never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// A passphrase from the bytes of one line, without its line ending.
    ///
    /// # Errors
    /// If they are not text, or there are none, too many, or control characters among them.
    pub fn read(line: &[u8]) -> Result<Self, PassphraseError> {
        if line.len() > MAX_PASSPHRASE_BYTES {
            return Err(PassphraseError::TooLong);
        }
        match std::str::from_utf8(line).map_err(|_| PassphraseError::NotText)? {
            "" => Err(PassphraseError::Empty),
            text if text.chars().any(char::is_control) => Err(PassphraseError::Control),
            text => Ok(Self(Zeroizing::new(text.to_owned()))),
        }
    }

    /// Whether a key may be encrypted by it.
    ///
    /// # Errors
    /// If it has fewer than [`MIN_PASSPHRASE_CHARS`] characters.
    pub fn check_new(&self) -> Result<(), PassphraseError> {
        match self.0.chars().count() < MIN_PASSPHRASE_CHARS {
            true => Err(PassphraseError::TooShort),
            false => Ok(()),
        }
    }

    /// The bytes that the key derivation takes.
    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(…)")
    }
}
