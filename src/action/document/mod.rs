//! Action documents: `cavra.opa-rego-policy.input.v1`.

mod roots;
mod schema;
mod wire;
mod write;

use serde_json::value::RawValue;
use serde_json::{Map, Value};

use self::wire::diagnose;
use super::limits::{
    MAX_ARGUMENTS_BYTES, MAX_COMMAND_BYTES, MAX_DOCUMENT_BYTES, MAX_ERROR_BYTES, MAX_FIELD_BYTES,
    MAX_PATH_BYTES, MAX_PLAN_BYTES, MAX_TOOL_BYTES,
};
use super::{Action, ActionError, ActionType, Caller, McpToolCall, Place, Request};
use crate::canonical::{CanonicalError, Digest, cut, to_canonical_bytes};

pub use self::wire::Document;
pub use self::write::AsDocument;

/// The operation of a search.
const SEARCH: &str = "search";

/// The document's `schema_version`.
pub const SCHEMA_VERSION: &str = "cavra.opa-rego-policy.input.v1";

impl Action {
    /// Reads one action document.
    ///
    /// # Errors
    /// If it isn't strict JSON or isn't a document that can be judged; the error names the
    /// field where one is at fault.
    pub fn from_json(bytes: &[u8]) -> Result<Self, ActionError> {
        check(bytes)?;
        let document: Result<Document<'_>, _> = serde_json::from_slice(bytes);
        document
            .map_err(|error| fault(bytes, &error))?
            .into_action()
    }

    /// As [`Action::from_json`], where `requested_operation` may be left out if it follows from
    /// the action type: of a read, a write and a command.
    ///
    /// # Errors
    /// As [`Action::from_json`].
    pub fn from_short_json(text: &str) -> Result<Self, ActionError> {
        let bytes = text.as_bytes();
        check(bytes)?;
        let document: Result<Document<'_>, _> = serde_json::from_str(text);
        let mut document = document.map_err(|error| fault(bytes, &error))?;
        document.imply_operation();
        document.into_action()
    }

    /// As [`Action::to_json`], for a serializer: many documents are written faster so. A plan or
    /// a tool definition is written unchanged, with the line breaks that it may hold.
    #[must_use]
    pub fn as_document(&self) -> AsDocument<'_> {
        AsDocument(self)
    }

    /// The action as a document that [`Action::from_json`] reads back.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut out = Map::new();
        let mut put = |key: &str, value: Option<&str>| {
            if let Some(value) = value {
                out.insert(key.to_owned(), Value::from(value));
            }
        };
        put("schema_version", Some(SCHEMA_VERSION));
        put("action_type", Some(self.action_type().as_str()));
        put("target", Some(self.target()));
        let operation = match &self.request {
            Request::McpToolCall(call) => call.operation.as_deref(),
            _ => Some(self.requested_operation()),
        };
        put("requested_operation", operation);
        put("session_id", self.caller.session_id.as_deref());
        put("agent_id", self.caller.agent_id.as_deref());
        put("actor", self.caller.actor.as_deref());
        put("correlation_id", self.caller.correlation_id.as_deref());
        put("cwd", self.place.cwd.as_deref());
        put("workspace_root", self.place.workspace_root.as_deref());
        put("current_branch", self.place.current_branch.as_deref());
        if let Request::McpToolCall(call) = &self.request {
            put("server", call.server.as_deref());
            put("tool", call.tool.as_deref());
            put("capability", call.capability.as_deref());
            put_json(&mut out, "mcp_tool", call.definition.as_deref());
            put_json(&mut out, "mcp_arguments", call.arguments.as_deref());
        }
        let roots = self.place.workspace_roots.iter();
        let roots: Vec<Value> = roots.map(|root| root.path.as_str().into()).collect();
        if !roots.is_empty() {
            out.insert(roots::FIELD.to_owned(), roots.into());
        }
        for name in ["content", "respects_ignore"] {
            let value = self.search_field(name);
            out.extend(value.map(|value| (name.to_owned(), Value::from(value))));
        }
        put_json(&mut out, "terraform_plan", self.terraform_plan.as_deref());
        Value::Object(out)
    }

    /// SHA-256 over the RFC 8785 form of the document, in which `terraform_plan`, `mcp_tool` and
    /// `mcp_arguments` are the digests of their texts: it costs as much as they are long, and no more.
    ///
    /// # Errors
    /// Never in practice: texts have a canonical form.
    pub fn digest(&self) -> Result<Digest, CanonicalError> {
        let mut short = self.clone();
        let plan = short.terraform_plan.take();
        let (definition, arguments) = match &mut short.request {
            Request::McpToolCall(call) => (call.definition.take(), call.arguments.take()),
            _ => (None, None),
        };
        let mut document = short.to_json();
        let texts = [
            ("terraform_plan", plan),
            ("mcp_tool", definition),
            ("mcp_arguments", arguments),
        ];
        for (field, text) in texts {
            if let (Some(text), Some(fields)) = (text, document.as_object_mut()) {
                let digest = Digest::of(text.as_bytes());
                fields.insert(field.to_owned(), digest.to_string().into());
            }
        }
        Ok(Digest::of(&to_canonical_bytes(&document)?))
    }
}

fn malformed(error: &serde_json::Error) -> ActionError {
    ActionError::Malformed(cut(&error.to_string(), MAX_ERROR_BYTES).into_owned())
}

fn put_json(out: &mut Map<String, Value>, key: &str, text: Option<&str>) {
    if let Some(text) = text {
        let value = serde_json::from_str(text).unwrap_or_else(|_| Value::from(text));
        out.insert(key.to_owned(), value);
    }
}

fn check(bytes: &[u8]) -> Result<(), ActionError> {
    if bytes.len() > MAX_DOCUMENT_BYTES {
        return Err(ActionError::Malformed(format!(
            "it has {} bytes; the limit is {MAX_DOCUMENT_BYTES}",
            bytes.len()
        )));
    }
    // Serde would read a list as the fields in order.
    if bytes.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'{') {
        return Err(ActionError::Malformed("it is not a JSON object".to_owned()));
    }
    Ok(())
}

/// Only after an error is it worth finding out which field is at fault.
fn fault(bytes: &[u8], error: &serde_json::Error) -> ActionError {
    diagnose(bytes).unwrap_or_else(|| malformed(error))
}

impl Document<'_> {
    fn into_action(self) -> Result<Action, ActionError> {
        if let Some(version) = self.schema_version.filter(|it| it != SCHEMA_VERSION) {
            return Err(ActionError::invalid(
                "schema_version",
                format!("is `{version}`, not `{SCHEMA_VERSION}`"),
            ));
        }
        let action_type = action_type(self.action_type)?;
        let limit = match action_type {
            ActionType::ReadFile | ActionType::WriteFile => MAX_PATH_BYTES,
            ActionType::ExecuteCommand => MAX_COMMAND_BYTES,
            ActionType::GitOperation | ActionType::McpToolCall => MAX_FIELD_BYTES,
        };
        let target = bounded("target", self.target, limit)?
            .filter(|target| !target.is_empty())
            .ok_or(ActionError::Missing { field: "target" })?;
        let operation = bounded("requested_operation", self.requested_operation, limit)?;
        let workspace_roots = roots::read(self.workspace_roots)?;
        let short = |field, value| bounded(field, value, MAX_FIELD_BYTES);
        let call = McpToolCall {
            target: String::new(),
            server: short("server", self.server)?,
            tool: short("tool", self.tool)?,
            capability: short("capability", self.capability)?,
            operation: None,
            definition: raw("mcp_tool", self.mcp_tool, MAX_TOOL_BYTES)?,
            arguments: raw("mcp_arguments", self.mcp_arguments, MAX_ARGUMENTS_BYTES)?,
        };
        Ok(Action {
            request: match operation.as_deref() {
                Some(SEARCH) if action_type == ActionType::ReadFile => {
                    refuse_of_mcp(&call)?;
                    Request::SearchFiles {
                        path: target,
                        content: self.content.unwrap_or(true),
                        respects_ignore: self.respects_ignore.unwrap_or(false),
                    }
                }
                _ => {
                    refuse_of_search("content", self.content)?;
                    refuse_of_search("respects_ignore", self.respects_ignore)?;
                    request(action_type, target, operation, call)?
                }
            },
            caller: Caller {
                session_id: short("session_id", self.session_id)?,
                agent_id: short("agent_id", self.agent_id)?,
                actor: short("actor", self.actor)?,
                correlation_id: short("correlation_id", self.correlation_id)?,
            },
            place: Place {
                cwd: bounded("cwd", self.cwd, MAX_PATH_BYTES)?,
                workspace_root: bounded("workspace_root", self.workspace_root, MAX_PATH_BYTES)?,
                root_named: false,
                workspace_roots,
                current_branch: short("current_branch", self.current_branch)?,
            },
            terraform_plan: raw("terraform_plan", self.terraform_plan, MAX_PLAN_BYTES)?,
        })
    }
}

fn action_type(name: Option<String>) -> Result<ActionType, ActionError> {
    let field = "action_type";
    let name = name.ok_or(ActionError::Missing { field })?;
    let known = ActionType::ALL.into_iter().find(|it| it.as_str() == name);
    known.ok_or_else(|| {
        let names = ActionType::ALL.map(ActionType::as_str).join("`, `");
        ActionError::invalid(field, format!("`{name}` is none of `{names}`"))
    })
}

fn request(
    action_type: ActionType,
    target: String,
    operation: Option<String>,
    call: McpToolCall,
) -> Result<Request, ActionError> {
    if action_type != ActionType::McpToolCall {
        refuse_of_mcp(&call)?;
    }
    match action_type {
        ActionType::ReadFile => {
            agree(
                operation,
                "read",
                "must be `read` or `search` for `read_file`",
            )?;
            Ok(Request::ReadFile { path: target })
        }
        ActionType::WriteFile => {
            agree(operation, "write", "must be `write` for `write_file`")?;
            Ok(Request::WriteFile { path: target })
        }
        ActionType::ExecuteCommand => {
            // It could say nothing else.
            let operation = operation.or_else(|| Some(target.clone()));
            agree(operation, &target, "must equal `target`")?;
            Ok(Request::ExecuteCommand {
                command_line: target,
            })
        }
        ActionType::GitOperation => Ok(Request::GitOperation {
            operation: operation.filter(|operation| !operation.is_empty()).ok_or(
                ActionError::Missing {
                    field: "requested_operation",
                },
            )?,
            target,
        }),
        ActionType::McpToolCall => Ok(Request::McpToolCall(McpToolCall {
            target,
            operation,
            ..call
        })),
    }
}

fn refuse_of_mcp(call: &McpToolCall) -> Result<(), ActionError> {
    absent("server", call.server.as_deref())?;
    absent("tool", call.tool.as_deref())?;
    absent("capability", call.capability.as_deref())?;
    absent("mcp_tool", call.definition.as_deref())?;
    absent("mcp_arguments", call.arguments.as_deref())
}

fn refuse_of_search(field: &'static str, value: Option<bool>) -> Result<(), ActionError> {
    match value {
        Some(_) => Err(ActionError::invalid(field, "belongs to `search` only")),
        None => Ok(()),
    }
}

fn agree(operation: Option<String>, expected: &str, problem: &str) -> Result<(), ActionError> {
    let field = "requested_operation";
    match operation {
        Some(operation) if operation == expected => Ok(()),
        Some(_) => Err(ActionError::invalid(field, problem)),
        None => Err(ActionError::Missing { field }),
    }
}

fn absent(field: &'static str, value: Option<&str>) -> Result<(), ActionError> {
    match value {
        Some(_) => Err(ActionError::invalid(
            field,
            "belongs to `mcp_tool_call` only",
        )),
        None => Ok(()),
    }
}

fn bounded(
    field: &'static str,
    value: Option<String>,
    limit: usize,
) -> Result<Option<String>, ActionError> {
    if let Some(text) = &value {
        if text.len() > limit {
            return Err(ActionError::TooLarge {
                field,
                unit: "bytes",
                actual: text.len(),
                limit,
            });
        }
        if text.contains('\0') {
            return Err(ActionError::invalid(field, "holds a NUL byte"));
        }
    }
    Ok(value)
}

fn raw(
    field: &'static str,
    value: Option<&RawValue>,
    limit: usize,
) -> Result<Option<Box<str>>, ActionError> {
    let Some(value) = value else { return Ok(None) };
    let text = value.get();
    if !text.starts_with('{') {
        return Err(ActionError::invalid(field, "is not an object"));
    }
    if text.len() > limit {
        return Err(ActionError::TooLarge {
            field,
            unit: "bytes",
            actual: text.len(),
            limit,
        });
    }
    Ok(Some(text.into()))
}
