//! The patch format of `apply_patch`: which files it writes.
//!
//! The format is that of Codex: `*** Begin Patch`, then for each file one of `*** Add File: PATH`,
//! `*** Update File: PATH` (perhaps followed by `*** Move to: PATH`) and `*** Delete File: PATH`, then
//! `*** End Patch`. Every other line is a part of a file.

use crate::call::BadCall;
use crate::wire::action::Request;

const HEADERS: [&str; 4] = [
    "*** Add File: ",
    "*** Update File: ",
    "*** Delete File: ",
    "*** Move to: ",
];
const FRAME: [&str; 3] = ["*** Begin Patch", "*** End Patch", "*** End of File"];

/// A write of each file that the patch names.
///
/// # Errors
/// If the patch names none, or has a line that begins as a header does and is none: what it
/// changes is not known then.
pub(super) fn writes(patch: &str) -> Result<Vec<Request>, BadCall> {
    let mut writes = Vec::new();
    for (number, line) in patch.lines().enumerate() {
        // A host may drop the white space around a header.
        let header = line.trim();
        let path = HEADERS.iter().find_map(|name| header.strip_prefix(name));
        match path.map(str::trim).filter(|path| !path.is_empty()) {
            Some(path) => writes.push(super::writes(path)),
            None if line.starts_with("***") && !FRAME.contains(&header) => {
                return Err(BadCall::Patch { line: number + 1 });
            }
            None => {}
        }
    }
    match writes.is_empty() {
        true => Err(BadCall::EmptyPatch),
        false => Ok(writes),
    }
}
