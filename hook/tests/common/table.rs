//! What `cavra-hook HOST --tools` prints.

use std::process::Command;

/// Those of `tools` that have no row in the table of `host`.
pub(crate) fn without_row(host: &str, tools: &[String]) -> Vec<String> {
    let table = Command::new(env!("CARGO_BIN_EXE_cavra-hook"))
        .args([host, "--tools"])
        .output()
        .unwrap();
    let table = String::from_utf8(table.stdout).unwrap();
    let has_row = |name: &str| table.contains(&format!("| `{name}` |"));
    tools
        .iter()
        .filter(|name| !has_row(name))
        .cloned()
        .collect()
}
