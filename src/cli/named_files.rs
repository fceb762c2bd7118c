//! Files that arguments name: documents that a command reads, and what it writes for a person. Nothing is
//! written by halves, and no link is written through.

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::error::CliError;

/// Writes a file into a folder that exists. What is there is replaced, never
/// written through: a link that somebody left at `path` leads nowhere, and a reader sees the
/// old file or the new one. Only what is neither file nor link, such as `/dev/stdout`, is
/// written as it is.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), CliError> {
    check_folder_of(path)?;
    replace(path, text).map_err(|cause| write_error(path, cause))
}

/// As [`write`], into an output folder that is made where there is none.
pub(crate) fn write_in(folder: &Path, name: &str, text: &str) -> Result<PathBuf, CliError> {
    if fs::metadata(folder).is_ok_and(|found| !found.is_dir()) {
        return Err(CliError::NotAFolder(folder.to_owned()));
    }
    let path = folder.join(name);
    let parent = path.parent().unwrap_or(folder);
    fs::create_dir_all(parent).map_err(|cause| write_error(parent, cause))?;
    replace(&path, text).map_err(|cause| write_error(&path, cause))?;
    Ok(path)
}

/// A mistyped folder is no reason to make another one.
fn check_folder_of(path: &Path) -> Result<(), CliError> {
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
    let Some(folder) = folder else {
        return Ok(());
    };
    match fs::metadata(folder) {
        Ok(found) if !found.is_dir() => Err(CliError::NotAFolder(folder.to_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(CliError::NoFolder(folder.to_owned()))
        }
        // What else is wrong with it shows when the file is written.
        _ => Ok(()),
    }
}

/// A file that is written piece by piece, and is there when it is finished: as [`write`].
/// One that isn't finished leaves what was there as it was.
pub(crate) struct Streamed {
    writer: BufWriter<File>,
    path: PathBuf,
    /// What is renamed to `path`; none where that is written as it is.
    unfinished: Option<PathBuf>,
}

impl Streamed {
    pub(crate) fn create(path: &Path) -> Result<Self, CliError> {
        check_folder_of(path)?;
        let open = || -> io::Result<(File, Option<PathBuf>)> {
            if !is_replaceable(path) {
                return Ok((File::options().write(true).open(path)?, None));
            }
            let new = beside(path);
            Ok((File::create_new(&new)?, Some(new)))
        };
        let (file, unfinished) = open().map_err(|cause| write_error(path, cause))?;
        Ok(Self {
            writer: BufWriter::new(file),
            path: path.to_owned(),
            unfinished,
        })
    }

    pub(crate) fn write_all(&mut self, bytes: &[u8]) -> Result<(), CliError> {
        let written = self.writer.write_all(bytes);
        written.map_err(|cause| write_error(&self.path, cause))
    }

    /// Puts the file where it belongs.
    pub(crate) fn finish(mut self) -> Result<(), CliError> {
        let mut finished = self.writer.flush();
        if let (Ok(()), Some(new)) = (&finished, &self.unfinished) {
            finished = fs::rename(new, &self.path);
        }
        if finished.is_ok() {
            self.unfinished = None;
        }
        finished.map_err(|cause| write_error(&self.path, cause))
    }
}

impl Write for Streamed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

impl Drop for Streamed {
    fn drop(&mut self) {
        if let Some(new) = &self.unfinished {
            // Why it wasn't finished has been said; a left-over harms nothing.
            drop(fs::remove_file(new));
        }
    }
}

fn write_error(path: &Path, cause: io::Error) -> CliError {
    CliError::Write {
        path: path.to_owned(),
        cause,
    }
}

fn is_replaceable(path: &Path) -> bool {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_symlink() => !leads_to_device(path),
        Ok(found) => found.is_file(),
        Err(_) => true,
    }
}

fn beside(path: &Path) -> PathBuf {
    path.with_file_name(format!(".cavra-{}", Uuid::now_v7().simple()))
}

fn replace(path: &Path, text: &str) -> io::Result<()> {
    if !is_replaceable(path) {
        return fs::write(path, text);
    }
    let new = beside(path);
    let written = File::create_new(&new)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .and_then(|()| fs::rename(&new, path));
    if written.is_err() {
        // It may never have been there; why it could not be written says more.
        drop(fs::remove_file(&new));
    }
    written
}

/// `/dev/stdout` is a link too.
fn leads_to_device(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir())
}

/// Reads a file, or standard input for `-`, of at most `limit` bytes.
pub(crate) fn read(path: &Path, limit: usize) -> Result<Vec<u8>, CliError> {
    let mut bytes = Vec::new();
    let beyond = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let read = match path.as_os_str() == "-" {
        true => io::stdin().lock().take(beyond).read_to_end(&mut bytes),
        false => File::open(path).and_then(|file| file.take(beyond).read_to_end(&mut bytes)),
    };
    read.map_err(|cause| CliError::Input {
        path: path.to_owned(),
        cause,
    })?;
    if bytes.len() > limit {
        return Err(CliError::TooLarge {
            path: path.to_owned(),
            limit,
        });
    }
    Ok(bytes)
}
