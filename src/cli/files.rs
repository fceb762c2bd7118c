use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use super::error::CliError;

/// Writes a file, making its folder where there is none.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), CliError> {
    let failed = |cause| CliError::Write {
        path: path.to_owned(),
        cause,
    };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    fs::write(path, text).map_err(failed)
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
