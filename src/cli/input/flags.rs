use clap::Args;
use serde_json::{Map, Value};

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
        allow_hyphen_values = true
    )]
    command: Option<String>,
    /// A file to read
    #[arg(
        long,
        value_name = "PATH",
        group = "action",
        allow_hyphen_values = true
    )]
    read: Option<String>,
    /// A file to write
    #[arg(
        long,
        value_name = "PATH",
        group = "action",
        allow_hyphen_values = true
    )]
    write: Option<String>,
    /// A push: `remote/branch`, or `remote refspec…`
    #[arg(
        long,
        value_name = "TARGET",
        group = "action",
        allow_hyphen_values = true
    )]
    push: Option<String>,
    /// A call of an MCP tool
    #[arg(
        long,
        value_name = "SERVER:TOOL",
        group = "action",
        allow_hyphen_values = true
    )]
    mcp: Option<String>,
    /// The working directory of the action. Without it, or `--workspace-root`, no command is allowed by
    /// what it does
    #[arg(long, value_name = "DIR", requires = "action")]
    cwd: Option<String>,
    /// The root of the workspace, to which path patterns are anchored
    #[arg(long, value_name = "DIR", requires = "action")]
    workspace_root: Option<String>,
    /// The branch that is checked out
    #[arg(long, value_name = "NAME", requires = "action")]
    current_branch: Option<String>,
}

impl FlagArgs {
    /// The action, if the flags describe one. It is read as a document, so that
    /// the same limits apply.
    pub(crate) fn action(&self) -> Result<Option<Action>, ActionError> {
        let Some((action_type, target, operation)) = self.request() else {
            return Ok(None);
        };
        let fields = [
            ("action_type", Some(action_type)),
            ("target", Some(target)),
            ("requested_operation", operation),
            ("cwd", self.cwd.as_deref()),
            ("workspace_root", self.workspace_root.as_deref()),
            ("current_branch", self.current_branch.as_deref()),
        ];
        let document: Map<String, Value> = fields
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), Value::from(value?))))
            .collect();
        Action::from_json(Value::Object(document).to_string().as_bytes()).map(Some)
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
