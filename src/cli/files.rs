use std::fs::{self, File};
use std::io::{self, Read, Write as _};
use std::path::Path;

use uuid::Uuid;

use super::error::CliError;

/// Writes a file, making its folder where there is none. What is there is replaced, never
/// written through: a link that somebody left at `path` leads nowhere, and a reader sees the
/// old file or the new one. Only what is neither file nor link, such as `/dev/stdout`, is
/// written as it is.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), CliError> {
    let failed = |cause| CliError::Write {
        path: path.to_owned(),
        cause,
    };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    replace(path, text).map_err(failed)
}

fn replace(path: &Path, text: &str) -> io::Result<()> {
    let replaceable = match fs::symlink_metadata(path) {
        Ok(found) if found.is_symlink() => !leads_to_device(path),
        Ok(found) => found.is_file(),
        Err(_) => true,
    };
    if !replaceable {
        return fs::write(path, text);
    }
    let new = path.with_file_name(format!(".cavra-{}", Uuid::now_v7().simple()));
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
