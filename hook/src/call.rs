//! What a host says that its agent wants to do.

use serde_json::{Map, Value};

/// One call of a tool, in the words of the host.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Call {
    /// The tool's name.
    pub(crate) tool: String,
    /// The tool's arguments.
    pub(crate) input: Map<String, Value>,
    /// The agent's session.
    pub(crate) session_id: Option<String>,
    /// The agent inside the session, where the host tells its subagents apart.
    pub(crate) agent_id: Option<String>,
    /// The host's id of this call.
    pub(crate) call_id: Option<String>,
    /// The directory in which the tool would run. Codex lets the tool's input choose it.
    pub(crate) cwd: Option<String>,
    /// The file in which the host writes down the session, where it begins with the session's directory.
    pub(crate) session_file: Option<String>,
    /// The top of the project that the host was started for.
    pub(crate) project: Option<String>,
}

impl Call {
    /// The text of an argument. Absent, empty and `null` are the same.
    ///
    /// # Errors
    /// If it is no text.
    pub(crate) fn text(&self, field: &'static str) -> Result<Option<&str>, BadCall> {
        match self.input.get(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(BadCall::NoText { field }),
        }
    }

    /// The texts of an argument: a list, or one text. Empty if it is absent.
    ///
    /// # Errors
    /// If it is neither.
    pub(crate) fn texts(&self, field: &'static str) -> Result<Vec<&str>, BadCall> {
        let Some(Value::Array(list)) = self.input.get(field) else {
            return Ok(self.text(field)?.into_iter().collect());
        };
        let texts = list
            .iter()
            .map(|item| item.as_str().ok_or(BadCall::NoList { field }));
        texts.collect()
    }

    /// The text of an argument that has to be there.
    ///
    /// # Errors
    /// If it is absent or no text.
    pub(crate) fn required(&self, field: &'static str) -> Result<&str, BadCall> {
        self.text(field)?.ok_or(BadCall::Missing { field })
    }
}

/// Why a call can't be judged. The tool must not run then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadCall {
    /// The tool needs the argument to say what it does.
    #[error("the tool's argument `{field}` is missing")]
    Missing {
        /// The argument.
        field: &'static str,
    },
    /// The argument has another type.
    #[error("the tool's argument `{field}` is no text")]
    NoText {
        /// The argument.
        field: &'static str,
    },
    /// The argument is no list of texts.
    #[error("the tool's argument `{field}` is no list of texts")]
    NoList {
        /// The argument.
        field: &'static str,
    },
    /// The row of the tool doesn't name the argument.
    #[error(
        "the argument `{argument}` of the tool `{tool}` is not known to cavra-hook, so what it does can't be \
         judged; `--unknown-tools pass` lets it go ahead"
    )]
    Argument {
        /// The tool.
        tool: String,
        /// The argument.
        argument: String,
    },
    /// The arguments of a tool of an MCP server can't be judged, nor shown to a person who approves.
    #[error("the tool's arguments can't be judged: {problem}")]
    McpArguments {
        /// What is the matter with them.
        problem: &'static str,
    },
    /// Which project the session is about is not known.
    #[error(
        "the session's file, which the event names, doesn't say in which directory the session began"
    )]
    Session,
    /// The directory can't be put into a command line.
    #[error("the directory that the command is to run in has a zero byte in its name")]
    Directory,
    /// A path begins or ends with white space. Some hosts drop that before they open the file, and a policy
    /// would judge another one.
    #[error("the path `{path}` begins or ends with white space: give it without")]
    Padded {
        /// The path, as the agent wrote it.
        path: String,
    },
    /// The URL can't be fetched by a plain `GET`.
    #[error("`{url}` is no http or https URL")]
    Url {
        /// The URL, as the agent wrote it.
        url: String,
    },
    /// The patch has no file in it, or a line that can't be read.
    #[error("the patch can't be read: line {line} is none of a patch")]
    Patch {
        /// The line, from 1.
        line: usize,
    },
    /// The patch names no file.
    #[error("the patch names no file")]
    EmptyPatch,
    /// One call does more than is asked about.
    #[error("the call does {count} things, more than the {limit} that are judged at once")]
    TooMany {
        /// How many.
        count: usize,
        /// The limit.
        limit: usize,
    },
    /// The table denies the tool, whatever its arguments are.
    #[error("the tool `{tool}` is denied: {why}")]
    Denied {
        /// The tool.
        tool: String,
        /// What about it can't be judged.
        why: &'static str,
    },
    /// No table has the tool.
    #[error(
        "the tool `{tool}` is not known to cavra-hook, so what it does can't be judged; `--unknown-tools pass` lets it go ahead"
    )]
    Unknown {
        /// The tool.
        tool: String,
    },
}
