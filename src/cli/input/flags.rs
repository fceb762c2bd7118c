use std::collections::BTreeMap;

use clap::Args;
use serde_json::Value;
use serde_json::value::RawValue;

use super::text::{absolute, filled, tool};
use crate::action::{Action, ActionError};

/// One action by flags, for people.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "One action by flags")]
pub(crate) struct FlagArgs {
    /// A command line, as `bash -c` would get it
    #[arg(
        long,
        value_name = "LINE",
        group = "action",
        value_parser = filled,
        allow_hyphen_values = true
    )]
    command: Option<String>,
    /// A file to read
    #[arg(
        long,
        value_name = "PATH",
        group = "action",
        value_parser = filled,
        allow_hyphen_values = true
    )]
    read: Option<String>,
    /// A file to write
    #[arg(
        long,
        value_name = "PATH",
        group = "action",
        value_parser = filled,
        allow_hyphen_values = true
    )]
    write: Option<String>,
    /// A push: `remote/branch`, or `remote refspec…`
    #[arg(
        long,
        value_name = "TARGET",
        group = "action",
        value_parser = filled,
        allow_hyphen_values = true
    )]
    push: Option<String>,
    /// A call of an MCP tool
    #[arg(
        long,
        value_name = "SERVER:TOOL",
        group = "action",
        value_parser = tool,
        allow_hyphen_values = true
    )]
    mcp: Option<String>,
    /// The arguments of the call, a JSON object
    #[arg(long, value_name = "JSON", requires = "mcp")]
    mcp_arguments: Option<String>,
    /// The working directory of the action. Without it, or `--workspace-root`, no command is allowed
    /// because of its effects
    #[arg(long, value_name = "DIR", requires = "action", value_parser = absolute)]
    cwd: Option<String>,
    /// The root of the workspace, to which path patterns are anchored; repeat it for further roots,
    /// such as other worktrees
    #[arg(long, value_name = "DIR", requires = "action")]
    workspace_root: Vec<String>,
    /// The branch that is checked out
    #[arg(long, value_name = "NAME", requires = "action")]
    current_branch: Option<String>,
    /// The session of the agent. Without it, no approval can be asked for
    #[arg(long, value_name = "ID", requires = "action", value_parser = filled)]
    session: Option<String>,
}

impl FlagArgs {
    /// The action, if the flags describe one. It is read as a document, so that
    /// the same limits apply.
    pub(crate) fn action(&self) -> Result<Option<Action>, ActionError> {
        let Some((action_type, target, operation)) = self.request() else {
            return Ok(None);
        };
        let (root, further) = match self.workspace_root.split_first() {
            Some((root, further)) => (Some(root.as_str()), further),
            None => (None, [].as_slice()),
        };
        let fields = [
            ("action_type", Some(action_type)),
            ("target", Some(target)),
            ("requested_operation", operation),
            ("cwd", self.cwd.as_deref()),
            ("workspace_root", root),
            ("current_branch", self.current_branch.as_deref()),
            ("session_id", self.session.as_deref()),
        ];
        let mut document: BTreeMap<&str, Box<RawValue>> = BTreeMap::new();
        for (name, value) in fields {
            if let Some(value) = value {
                document.insert(name, raw(name, &Value::from(value).to_string())?);
            }
        }
        if !further.is_empty() {
            let roots = Value::from(further).to_string();
            document.insert("workspace_roots", raw("workspace_roots", &roots)?);
        }
        if let Some(arguments) = &self.mcp_arguments {
            document.insert("mcp_arguments", raw("mcp_arguments", arguments)?);
        }
        let text = serde_json::to_string(&document)
            .map_err(|error| ActionError::Malformed(error.to_string()))?;
        Action::from_json(text.as_bytes()).map(Some)
    }

    fn request(&self) -> Option<(&'static str, &str, Option<&str>)> {
        let requests = [
            (
                "execute_command",
                self.command.as_deref(),
                self.command.as_deref(),
            ),
            ("read_file", self.read.as_deref(), Some("read")),
            ("write_file", self.write.as_deref(), Some("write")),
            ("git_operation", self.push.as_deref(), Some("push")),
            ("mcp_tool_call", self.mcp.as_deref(), None),
        ];
        requests
            .into_iter()
            .find_map(|(action_type, target, operation)| Some((action_type, target?, operation)))
    }
}

/// JSON as it was written; an error names the field.
fn raw(field: &str, json: &str) -> Result<Box<RawValue>, ActionError> {
    RawValue::from_string(json.to_owned())
        .map_err(|error| ActionError::invalid(field, format!("is not JSON: {error}")))
}
