//! What `cavra-hook HOST --tools` prints.

use std::process::Command;

/// A tool that a host offers to the model.
#[derive(Debug, Clone)]
pub(crate) struct Offered {
    pub(crate) name: String,
    /// The names of its arguments.
    pub(crate) arguments: Vec<String>,
}

impl Offered {
    /// A tool by its name, and the JSON Schema of its arguments.
    pub(crate) fn of(name: &str, schema: &serde_json::Value) -> Self {
        let properties = schema["properties"].as_object();
        Self {
            name: name.to_owned(),
            arguments: properties
                .into_iter()
                .flatten()
                .map(|(name, _)| name.clone())
                .collect(),
        }
    }
}

/// The `TOOL`s that have no row in the table of `host`, and each `TOOL.ARGUMENT` that a judged tool's row
/// doesn't name.
pub(crate) fn without_row(host: &str, tools: &[Offered]) -> Vec<String> {
    let table = Command::new(env!("CARGO_BIN_EXE_cavra-hook"))
        .args([host, "--tools"])
        .output()
        .unwrap();
    let table = String::from_utf8(table.stdout).unwrap();
    let missing = |tool: &Offered| -> Vec<String> {
        let Some(row) = table
            .lines()
            .find(|row| row.starts_with(&format!("| `{}` |", tool.name)))
        else {
            return vec![tool.name.clone()];
        };
        if row.contains("| not judged: ") || row.contains("| denied: ") {
            return Vec::new();
        }
        let unnamed = tool
            .arguments
            .iter()
            .filter(|name| !row.contains(&format!("`{name}`")));
        unnamed
            .map(|name| format!("{}.{name}", tool.name))
            .collect()
    };
    tools.iter().flat_map(missing).collect()
}
