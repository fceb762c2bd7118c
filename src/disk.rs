//! Files in folders that others may have prepared: links aren't followed, names can't be guessed,
//! and nothing waits for a pipe.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;

/// Only its owner reads it.
pub const PRIVATE_MODE: u32 = 0o600;
/// Random bytes in the name of a file that is to be renamed.
const NAME_BYTES: usize = 8;

/// Writes `bytes` to `path`, in the place of what is there: all of it or nothing, and on disk
/// when this returns. A link at `path` is replaced, not followed.
///
/// # Errors
/// If it can't be written. Nothing is left behind then.
pub fn replace(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let (beside, mut file) = create_beside(path, mode)?;
    let written = file
        .write_all(bytes)
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(&beside, path))
        .and_then(|()| sync_folder_of(path));
    // What failed first says more than why the file beside it could not be removed.
    written.inspect_err(|_| drop(fs::remove_file(&beside)))
}

/// A new empty file in the folder of `path`, under a name that nobody could have prepared.
///
/// # Errors
/// If it can't be made.
pub fn create_beside(path: &Path, mode: u32) -> io::Result<(PathBuf, File)> {
    let mut random = [0; NAME_BYTES];
    getrandom::fill(&mut random)?;
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(base16ct::lower::encode_string(&random));
    let beside = path.with_file_name(name);
    // `create_new` is O_EXCL, which follows no link (open(2)).
    let mut options = File::options();
    let file = options.write(true).create_new(true).mode(mode);
    Ok((beside.clone(), file.open(beside)?))
}

/// Opens a regular file to read it. A link isn't followed, and a pipe is refused instead of waited for.
///
/// # Errors
/// If it is something else, or can't be opened.
pub fn open(path: &Path) -> io::Result<File> {
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
    let mut options = File::options();
    let opened = options.read(true).custom_flags(flags.bits().cast_signed());
    let file = opened.open(path)?;
    match file.metadata()?.is_file() {
        true => Ok(file),
        false => Err(io::Error::other("it is not a regular file")),
    }
}

/// The text of a regular file of at most `limit` bytes, as [`open`] opens it.
///
/// # Errors
/// If it is something else, longer or can't be read.
pub fn read(path: &Path, limit: usize) -> io::Result<String> {
    let file = open(path)?;
    let mut text = String::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX);
    file.take(most.saturating_add(1))
        .read_to_string(&mut text)?;
    match text.len() > limit {
        true => Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("it has more than {limit} bytes"),
        )),
        false => Ok(text),
    }
}

/// Until its folder is on disk too, a file that was made or renamed can be gone after a power
/// cut.
///
/// # Errors
/// If the folder can't be synced.
pub fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    File::open(folder)?.sync_all()
}
