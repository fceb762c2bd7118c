//! Texts of a message, checked against their limits.

use std::borrow::Cow;

use crate::action::{ActionError, ActionType};

/// A field of a message that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{field}` {problem}")]
pub struct FieldError {
    /// Its path from the request, such as `action.read_file.path`.
    pub field: Cow<'static, str>,
    /// What is wrong with it, to be read after the path.
    pub problem: Cow<'static, str>,
}

impl FieldError {
    pub(crate) fn new(
        field: impl Into<Cow<'static, str>>,
        problem: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            field: field.into(),
            problem: problem.into(),
        }
    }

    pub(in crate::grpc) fn missing(field: impl Into<Cow<'static, str>>) -> Self {
        Self::new(field, "is required")
    }

    pub(in crate::grpc) fn too_large(
        field: impl Into<Cow<'static, str>>,
        actual: usize,
        unit: &str,
        limit: usize,
    ) -> Self {
        Self::new(field, format!("has {actual} {unit}; the limit is {limit}"))
    }

    /// What is wrong with an action, under the names of the wire.
    #[must_use]
    pub fn of_action(action_type: ActionType, error: &ActionError) -> Self {
        let path = |field: &str| path(action_type, field);
        match error {
            ActionError::Missing { field } => Self::missing(path(field)),
            ActionError::Invalid { field, problem } => Self::new(path(field), problem.clone()),
            ActionError::TooLarge {
                field,
                unit,
                actual,
                limit,
            } => Self::too_large(path(field), *actual, unit, *limit),
            ActionError::Malformed(problem) => {
                Self::new("action", format!("can't be read: {problem}"))
            }
        }
    }
}

/// The path of an action document's field in a message.
fn path(action_type: ActionType, field: &str) -> String {
    // A document's name may have a path below it: `terraform_plan.resource_changes`.
    let (name, below) = match field.find(['.', '[']) {
        Some(at) => field.split_at(at),
        None => (field, ""),
    };
    let request = action_type.as_str();
    let target = match action_type {
        ActionType::ReadFile | ActionType::WriteFile => "path",
        ActionType::ExecuteCommand => "command_line",
        ActionType::GitOperation | ActionType::McpToolCall => "target",
    };
    match name {
        "target" => format!("action.{request}.{target}{below}"),
        "requested_operation" => format!("action.{request}.operation{below}"),
        "mcp_tool" => format!("action.{request}.definition{below}"),
        "mcp_arguments" => format!("action.{request}.arguments{below}"),
        "content" | "respects_ignore" => format!("action.{request}.search.{field}"),
        "server" | "tool" | "capability" => format!("action.{request}.{field}"),
        "session_id" | "agent_id" | "actor" | "correlation_id" => format!("action.caller.{field}"),
        "cwd" | "workspace_root" | "workspace_roots" | "current_branch" => {
            format!("action.place.{field}")
        }
        _ => format!("action.{field}"),
    }
}

/// A text that must be there.
pub(in crate::grpc) fn required(
    field: impl Into<Cow<'static, str>>,
    text: String,
    limit: usize,
) -> Result<String, FieldError> {
    let field = field.into();
    if text.is_empty() {
        return Err(FieldError::missing(field));
    }
    bounded(field, text, limit)
}

/// A text that may be absent.
pub(in crate::grpc) fn optional(
    field: &'static str,
    text: Option<String>,
    limit: usize,
) -> Result<Option<String>, FieldError> {
    text.map(|text| bounded(field, text, limit)).transpose()
}

/// Third-party JSON, byte for byte as it was received. The facts say whether it is JSON.
pub(in crate::grpc) fn json(
    field: &'static str,
    bytes: Option<Vec<u8>>,
    limit: usize,
) -> Result<Option<Box<str>>, FieldError> {
    let Some(bytes) = bytes else { return Ok(None) };
    if bytes.len() > limit {
        return Err(FieldError::too_large(field, bytes.len(), "bytes", limit));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        FieldError::new(field, format!("is not UTF-8 at byte {at}"))
    })?;
    Ok(Some(text.into_boxed_str()))
}

fn bounded(
    field: impl Into<Cow<'static, str>>,
    text: String,
    limit: usize,
) -> Result<String, FieldError> {
    if text.len() > limit {
        return Err(FieldError::too_large(field, text.len(), "bytes", limit));
    }
    if text.as_bytes().contains(&0) {
        return Err(FieldError::new(field, "holds a NUL byte"));
    }
    Ok(text)
}
