//! Documents of actions whose text is what an attacker chooses: as long as the wire allows, and with
//! or without a place in a workspace.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "support of a benchmark and of a test; each uses a part of it"
)]

use serde::Deserialize;
use serde_json::{Value, json};

/// Where an attacker's text is put.
#[derive(Deserialize, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Command,
    Read,
    Search,
    Write,
    Git,
    /// The text is values, with commas between them, in a tool's definition.
    Definition,
    /// Values in the mapped argument of a tool, which takes a list of files.
    Arguments,
    /// Values that are resource changes.
    Plan,
}

impl Kind {
    pub const ALL: [Self; 8] = [
        Self::Command,
        Self::Read,
        Self::Search,
        Self::Write,
        Self::Git,
        Self::Definition,
        Self::Arguments,
        Self::Plan,
    ];

    pub fn name(self) -> String {
        format!("{self:?}").to_lowercase()
    }

    /// What is between two parts of the text.
    pub fn between(self) -> &'static str {
        match self {
            Self::Definition | Self::Arguments | Self::Plan => ",",
            _ => "",
        }
    }

    /// Bytes of the text. A plan may be longer: `plan` says how long.
    pub fn limit(self, plan: usize) -> usize {
        match self {
            Self::Command => 64 * 1024,
            Self::Read | Self::Search | Self::Write | Self::Git => 4096,
            Self::Definition | Self::Arguments => 255 * 1024,
            Self::Plan => plan - 1024,
        }
    }

    /// The document of the action with this text.
    pub fn document(self, text: &str, place: Place) -> Vec<u8> {
        let mut document = match self {
            Self::Command => of_text("execute_command", text, text),
            Self::Read => of_text("read_file", text, "read"),
            Self::Search => of_text("read_file", text, "search"),
            Self::Write => of_text("write_file", text, "write"),
            Self::Git => of_text("git_operation", text, "push"),
            Self::Definition => of_values(
                r#"{"action_type":"mcp_tool_call","target":"s:t","mcp_tool":{"name":"t","x":["#,
                text,
                "]}",
            ),
            Self::Arguments => of_values(
                r#"{"action_type":"mcp_tool_call","target":"filesystem:read_multiple_files","mcp_arguments":{"paths":["#,
                text,
                "]}",
            ),
            Self::Plan => of_values(
                r#"{"action_type":"execute_command","target":"terraform apply p","terraform_plan":{"format_version":"1.2","planned_values":{},"resource_changes":["#,
                text,
                "]}",
            ),
        };
        document.push_str(place.fields());
        document.push('}');
        document.into_bytes()
    }
}

/// The start of a document: its end is still open.
fn of_text(action: &str, target: &str, operation: &str) -> String {
    let document: Value =
        json!({"action_type": action, "target": target, "requested_operation": operation});
    let mut text = document.to_string();
    text.pop();
    text
}

fn of_values(before: &str, values: &str, behind: &str) -> String {
    [before, values, behind].concat()
}

/// Where the action happens.
#[derive(Deserialize, Debug, Clone, Copy, PartialEq, Eq, Default)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// The document doesn't say: nothing is known about relative paths.
    #[default]
    Unknown,
    /// Inside a workspace with as many roots as a document may name.
    Workspace,
}

impl Place {
    pub const ALL: [Self; 2] = [Self::Unknown, Self::Workspace];

    fn fields(self) -> &'static str {
        match self {
            Self::Unknown => "",
            Self::Workspace => {
                r#","cwd":"/w/0/a/b","workspace_root":"/w/0","workspace_roots":["/w/1","/w/2","/w/3","/w/4","/w/5","/w/6","/w/7","/w/8","/w/9","/w/a","/w/b","/w/c","/w/d","/w/e","/w/f","/w/g"]"#
            }
        }
    }
}
