//! What an agent asks to do, and the facts that follow from it.
//!
//! Pure: no I/O, no clock, no Rego, no protobuf.
//!
//! | module | holds |
//! |---|---|
//! | [`document`] | action documents (`cavra.opa-rego-policy.input.v1`): strict JSON in, JSON out |
//! | [`facts`] | the typed facts that rules are judged on |
//! | [`mod@establish`] | the one function that establishes them |
//! | [`path`] | which path would be touched |
//! | [`patterns`] | patterns over paths, refs and command lines, and what they match |
//! | [`shell`] | a command line as the simple commands that it could run |
//! | [`program`] | what known programs read, write, change, or run in turn |
//! | [`hosts`] | hosts in one form, however they are written |
//! | [`git`] | which refs a push would move |
//! | [`terraform`] | what a plan would change |
//! | [`mcp`] | which server and tool definition a call is about |
//! | [`budget`] | the work that one action may take, counted |
//! | [`limits`] | every size and depth that bounds the above |

pub mod budget;
pub mod document;
pub mod establish;
pub mod facts;
pub mod git;
pub mod hosts;
pub mod limits;
pub mod mcp;
pub mod path;
pub mod patterns;
pub mod program;
pub mod shell;
pub mod sift;
pub mod terraform;

mod error;
mod texts;

pub use error::ActionError;
pub use establish::establish;

/// One thing that an agent asks to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// The request: what the agent wants to do.
    pub request: Request,
    /// The caller. It is copied into the decision. Base rules don't read it; a pack's own Rego can.
    pub caller: Caller,
    /// The place where the action would happen. A field that is absent never allows more.
    pub place: Place,
    /// The text that `terraform show -json PLANFILE` printed, byte for byte.
    pub terraform_plan: Option<Box<str>>,
}

/// The typed request of an [`Action`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Request {
    /// Read one file.
    ReadFile {
        /// The path, as the agent wrote it.
        path: String,
    },
    /// Print the lines of files that match a text, or the names of files.
    SearchFiles {
        /// A file, a folder that is walked, or a glob of files, as the agent wrote it.
        path: String,
        /// Whether what the files hold is printed, and not only their names.
        content: bool,
        /// Whether hidden files are skipped, and those that ignore files such as `.gitignore` name.
        respects_ignore: bool,
    },
    /// Create, change or delete one file.
    WriteFile {
        /// The path, as the agent wrote it.
        path: String,
    },
    /// Run a command line through a shell.
    ExecuteCommand {
        /// The whole line, as `bash -c` would get it.
        command_line: String,
    },
    /// An operation on a git remote that didn't come as a command line.
    GitOperation {
        /// The operation: `push`, `force_push`, `fetch`, …. An unknown one is judged like a push
        /// and never allowed.
        operation: String,
        /// What it moves: `remote/branch`, `remote/refs/heads/branch`, a refspec, or `remote
        /// refspec…`.
        target: String,
    },
    /// A call of an MCP tool.
    McpToolCall(McpToolCall),
}

/// A call of one tool on one MCP server.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct McpToolCall {
    /// The server and the tool, as `server:tool`.
    pub target: String,
    /// The server's name, where the caller gave it apart from `target`.
    pub server: Option<String>,
    /// The tool's name, where the caller gave it apart from `target`.
    pub tool: Option<String>,
    /// The capability that the call uses, such as `filesystem`.
    pub capability: Option<String>,
    /// The requested operation; equal to the capability in most callers.
    pub operation: Option<String>,
    /// The tool's definition as `tools/list` returned it, byte for byte (JSON text).
    pub definition: Option<Box<str>>,
    /// The call's arguments, byte for byte (JSON text).
    pub arguments: Option<Box<str>>,
}

/// The caller of an action, as far as it is named.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Caller {
    /// The agent's session.
    pub session_id: Option<String>,
    /// The agent.
    pub agent_id: Option<String>,
    /// The person or service that the agent works for.
    pub actor: Option<String>,
    /// The caller's own id for this request.
    pub correlation_id: Option<String>,
}

/// The place where an action would happen.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Place {
    /// The working directory.
    pub cwd: Option<String>,
    /// The root of the workspace, to which path patterns are anchored. It is an absolute path.
    pub workspace_root: Option<String>,
    /// The operator of the service names that root too (`cavra serve --workspace-root`). No
    /// caller can set it.
    pub root_named: bool,
    /// Further roots, such as other worktrees: at most [`limits::MAX_WORKSPACE_ROOTS`]. Path
    /// patterns are anchored at each of them as at `workspace_root`, which must be there too.
    pub workspace_roots: Vec<WorkspaceRoot>,
    /// The branch that is checked out.
    pub current_branch: Option<String>,
}

/// A root of the workspace beside [`Place::workspace_root`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct WorkspaceRoot {
    /// Its absolute path.
    pub path: String,
    /// As [`Place::root_named`], of this root.
    pub named: bool,
}

impl WorkspaceRoot {
    /// A root that only the caller names.
    #[must_use]
    pub fn claimed(path: String) -> Self {
        Self { path, named: false }
    }
}

/// The type of an action.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ActionType {
    /// Read one file, or search files.
    ReadFile,
    /// Create, change or delete one file.
    WriteFile,
    /// Run a command line through a shell.
    ExecuteCommand,
    /// An operation on a git remote that is not given as a command line.
    GitOperation,
    /// Call a tool of an MCP server.
    McpToolCall,
}

impl ActionType {
    /// Every action type, in the order of the documentation.
    pub const ALL: [Self; 5] = [
        Self::ReadFile,
        Self::WriteFile,
        Self::ExecuteCommand,
        Self::GitOperation,
        Self::McpToolCall,
    ];

    /// The name in documents, such as `read_file`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ReadFile => "read_file",
            Self::WriteFile => "write_file",
            Self::ExecuteCommand => "execute_command",
            Self::GitOperation => "git_operation",
            Self::McpToolCall => "mcp_tool_call",
        }
    }
}

impl Action {
    /// Whether facts hold something of the action that its recorded document leaves out: a plan, or
    /// the arguments of an MCP call.
    #[must_use]
    pub fn has_unrecorded_texts(&self) -> bool {
        let arguments = match &self.request {
            Request::McpToolCall(call) => call.arguments.as_ref(),
            _ => None,
        };
        self.terraform_plan.is_some() || arguments.is_some()
    }

    /// The action's type.
    #[must_use]
    pub fn action_type(&self) -> ActionType {
        match &self.request {
            Request::ReadFile { .. } | Request::SearchFiles { .. } => ActionType::ReadFile,
            Request::WriteFile { .. } => ActionType::WriteFile,
            Request::ExecuteCommand { .. } => ActionType::ExecuteCommand,
            Request::GitOperation { .. } => ActionType::GitOperation,
            Request::McpToolCall(_) => ActionType::McpToolCall,
        }
    }

    /// The document's `target`.
    #[must_use]
    pub fn target(&self) -> &str {
        match &self.request {
            Request::ReadFile { path }
            | Request::WriteFile { path }
            | Request::SearchFiles { path, .. } => path,
            Request::ExecuteCommand { command_line } => command_line,
            Request::GitOperation { target, .. } => target,
            Request::McpToolCall(call) => &call.target,
        }
    }

    /// The document's `requested_operation`.
    #[must_use]
    pub fn requested_operation(&self) -> &str {
        match &self.request {
            Request::ReadFile { .. } => "read",
            Request::SearchFiles { .. } => "search",
            Request::WriteFile { .. } => "write",
            Request::ExecuteCommand { command_line } => command_line,
            Request::GitOperation { operation, .. } => operation,
            Request::McpToolCall(call) => call
                .operation
                .as_deref()
                .or(call.capability.as_deref())
                .unwrap_or(""),
        }
    }

    /// The value of `content` or `respects_ignore` of a search, by the field's name. None if it is
    /// what an absent field means, or the action is no search.
    #[must_use]
    pub fn search_field(&self, name: &str) -> Option<bool> {
        let Request::SearchFiles {
            content,
            respects_ignore,
            ..
        } = &self.request
        else {
            return None;
        };
        match name {
            "content" => Some(false).filter(|_| !content),
            "respects_ignore" => Some(true).filter(|_| *respects_ignore),
            _ => None,
        }
    }

    /// The text of a field of the action's document, by its name. None if the field is absent.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        let call = match &self.request {
            Request::McpToolCall(call) => Some(call),
            _ => None,
        };
        match name {
            "action_type" => Some(self.action_type().as_str()),
            "target" => Some(self.target()),
            "requested_operation" => Some(self.requested_operation()),
            "server" => call?.server.as_deref(),
            "tool" => call?.tool.as_deref(),
            "capability" => call?.capability.as_deref(),
            "session_id" => self.caller.session_id.as_deref(),
            "agent_id" => self.caller.agent_id.as_deref(),
            "actor" => self.caller.actor.as_deref(),
            "correlation_id" => self.caller.correlation_id.as_deref(),
            "cwd" => self.place.cwd.as_deref(),
            "workspace_root" => self.place.workspace_root.as_deref(),
            "current_branch" => self.place.current_branch.as_deref(),
            _ => None,
        }
    }
}
