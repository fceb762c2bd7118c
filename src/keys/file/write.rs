//! Keys are written into new files, or replaced as a whole.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::{KeyFileError, KeySource, MAX_KEY_FILE_BYTES};
use crate::disk;
use crate::disk::PRIVATE_MODE;
use crate::keys::encrypted::EncryptedKey;
use crate::keys::{SigningKey, VerifyingKey};

/// Writes a private key into a new file that only its owner may use, and its public key into
/// another if one is named.
///
/// # Errors
/// If a file is there already, or can't be written. Nothing is left behind then.
pub fn write_pair(
    private: &Path,
    public: Option<&Path>,
    key: &SigningKey,
) -> Result<(), KeyFileError> {
    write_private(private, key)?;
    complete_pair(private, public, key.verifying_key())
}

/// Writes an encrypted private key as [`write_pair`] does a plain one.
///
/// # Errors
/// As [`write_pair`].
pub fn write_encrypted_pair(
    private: &Path,
    public: Option<&Path>,
    key: &EncryptedKey,
) -> Result<(), KeyFileError> {
    write_encrypted(private, key)?;
    complete_pair(private, public, key.verifying_key())
}

fn complete_pair(
    private: &Path,
    public: Option<&Path>,
    key: &VerifyingKey,
) -> Result<(), KeyFileError> {
    let Some(public) = public else {
        return Ok(());
    };
    write_public(public, key).inspect_err(|_| {
        // Nobody has used this key yet; what failed first says more.
        drop(fs::remove_file(private));
    })
}

/// Writes a private key into a new file that only its owner may use.
///
/// # Errors
/// If the file is there already, or can't be written. Nothing is left behind then.
pub fn write_private(path: &Path, key: &SigningKey) -> Result<(), KeyFileError> {
    let mut text = Zeroizing::new(String::with_capacity(MAX_KEY_FILE_BYTES));
    text.push_str(&key.to_text());
    text.push('\n');
    let mut options = OpenOptions::new();
    write_new(path, options.mode(PRIVATE_MODE), &text)
}

fn write_encrypted(path: &Path, key: &EncryptedKey) -> Result<(), KeyFileError> {
    let source = KeySource::File(path.to_owned());
    let text = key.to_text().map_err(|it| source.no_encrypted_key(it))?;
    write_new(path, OpenOptions::new().mode(PRIVATE_MODE), &text)
}

/// Writes a public key into a new file.
///
/// # Errors
/// As [`write_private`].
pub fn write_public(path: &Path, key: &VerifyingKey) -> Result<(), KeyFileError> {
    write_new(path, &mut OpenOptions::new(), &format!("{key}\n"))
}

/// Writes a private key as [`write_private`], all of it or nothing, in the place of what is
/// there. A crash may leave a file beside it, named as it is with `.new` after; the next call
/// replaces that. Two calls at once must be kept apart by the caller.
///
/// # Errors
/// If it can't be written.
pub fn replace_private(path: &Path, key: &SigningKey) -> Result<(), KeyFileError> {
    replace(path, |beside| write_private(beside, key))
}

/// Writes an encrypted private key as [`replace_private`] does a plain one.
///
/// # Errors
/// As [`replace_private`].
pub fn replace_encrypted(path: &Path, key: &EncryptedKey) -> Result<(), KeyFileError> {
    replace(path, |beside| write_encrypted(beside, key))
}

/// Writes a public key as [`replace_private`] does a private one.
///
/// # Errors
/// As [`replace_private`].
pub fn replace_public(path: &Path, key: &VerifyingKey) -> Result<(), KeyFileError> {
    replace(path, |beside| write_public(beside, key))
}

fn replace(
    path: &Path,
    write: impl FnOnce(&Path) -> Result<(), KeyFileError>,
) -> Result<(), KeyFileError> {
    let unwritable = |cause| KeyFileError::Unwritable {
        path: path.to_owned(),
        cause,
    };
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    match fs::remove_file(&beside) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => return Err(unwritable(cause)),
        _ => write(&beside)?,
    }
    fs::rename(&beside, path)
        .and_then(|()| disk::sync_folder_of(path))
        .map_err(unwritable)
}

fn write_new(path: &Path, options: &mut OpenOptions, text: &str) -> Result<(), KeyFileError> {
    let unwritable = |cause| KeyFileError::Unwritable {
        path: path.to_owned(),
        cause,
    };
    let opened = options.write(true).create_new(true).open(path);
    let mut file = opened.map_err(|cause| match cause.kind() {
        io::ErrorKind::AlreadyExists => KeyFileError::Exists(path.to_owned()),
        _ => unwritable(cause),
    })?;
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| file.sync_all())
        .and_then(|()| disk::sync_folder_of(path));
    written.map_err(|cause| {
        // Half a key is worse than none; why it could not be written says more than why it
        // could not be removed.
        drop(fs::remove_file(path));
        unwritable(cause)
    })
}
