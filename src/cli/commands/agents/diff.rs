//! Changes of files, shown as a unified diff.

use std::io::Write as _;
use std::path::Path;

use similar::TextDiff;

use crate::cli::error::CliError;
use crate::cli::output::{Output, printable, style};

/// Lines around a change.
const CONTEXT_LINES: usize = 3;

/// The change of a file as a unified diff. Empty if nothing changes.
pub(super) fn unified(path: &Path, before: Option<&str>, after: Option<&str>) -> String {
    let name = path.display().to_string();
    let label = |text: Option<&str>| text.map_or("/dev/null", |_| &*name).to_owned();
    let diff = TextDiff::from_lines(before.unwrap_or_default(), after.unwrap_or_default());
    let mut unified = diff.unified_diff();
    unified.context_radius(CONTEXT_LINES);
    unified.header(&label(before), &label(after));
    unified.to_string()
}

/// Prints a diff with colours.
pub(super) fn show(out: &mut Output, diff: &str) -> Result<(), CliError> {
    for line in diff.lines() {
        let look = match line.bytes().next() {
            _ if line.starts_with("--- ") || line.starts_with("+++ ") => style::HEADING,
            Some(b'+') => style::passed(true),
            Some(b'-') => style::passed(false),
            Some(b'@') => style::HINT,
            _ => style::PLAIN,
        };
        writeln!(out, "{}", style::paint(look, printable(line)))?;
    }
    Ok(())
}
