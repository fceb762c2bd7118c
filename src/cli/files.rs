use std::fs;
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
