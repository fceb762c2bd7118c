//! Actions.

use crate::action::limits::{
    MAX_ARGUMENTS_BYTES, MAX_COMMAND_BYTES, MAX_FIELD_BYTES, MAX_PATH_BYTES, MAX_PLAN_BYTES,
    MAX_TOOL_BYTES, MAX_WORKSPACE_ROOTS,
};
use crate::action::{Action, Caller, McpToolCall, Place, Request, WorkspaceRoot};
use crate::authority::Ask;
use crate::grpc::convert::field::{FieldError, json, optional, required};
use crate::grpc::wire;
use crate::grpc::wire::GitVerb;
use crate::grpc::wire::action::Request as WireRequest;

/// The verbs that have a number, with their names in action documents.
const GIT_VERBS: [(GitVerb, &str); 9] = [
    (GitVerb::Push, "push"),
    (GitVerb::ForcePush, "force_push"),
    (GitVerb::Delete, "delete"),
    (GitVerb::PushTags, "push_tags"),
    (GitVerb::Fetch, "fetch"),
    (GitVerb::Pull, "pull"),
    (GitVerb::Clone, "clone"),
    (GitVerb::LsRemote, "ls_remote"),
    (GitVerb::RemoteUpdate, "remote_update"),
];

impl TryFrom<wire::DecideRequest> for (Action, Ask) {
    type Error = FieldError;

    fn try_from(request: wire::DecideRequest) -> Result<Self, FieldError> {
        // The nonce is read where the answer is signed.
        let wire::DecideRequest {
            action,
            compare,
            nonce: _,
            keep_approvals,
        } = request;
        let action = action.ok_or(FieldError::missing("action"))?;
        let ask = Ask::comparing(compare).keeping_approvals(keep_approvals);
        Ok((action.try_into()?, ask))
    }
}

impl TryFrom<wire::ExplainRequest> for (Action, Ask) {
    type Error = FieldError;

    fn try_from(request: wire::ExplainRequest) -> Result<Self, FieldError> {
        let wire::ExplainRequest { action, compare } = request;
        wire::DecideRequest {
            action,
            compare,
            nonce: None,
            keep_approvals: false,
        }
        .try_into()
    }
}

impl TryFrom<wire::Action> for Action {
    type Error = FieldError;

    fn try_from(action: wire::Action) -> Result<Self, FieldError> {
        let wire::Action {
            request,
            caller,
            place,
            terraform_plan,
        } = action;
        Ok(Self {
            request: request
                .ok_or(FieldError::missing("action.request"))?
                .try_into()?,
            caller: caller.unwrap_or_default().try_into()?,
            place: place.unwrap_or_default().try_into()?,
            terraform_plan: json("action.terraform_plan", terraform_plan, MAX_PLAN_BYTES)?,
        })
    }
}

impl TryFrom<WireRequest> for Request {
    type Error = FieldError;

    fn try_from(request: WireRequest) -> Result<Self, FieldError> {
        Ok(match request {
            WireRequest::ReadFile(read) => read.try_into()?,
            WireRequest::WriteFile(wire::WriteFile { path }) => Self::WriteFile {
                path: required("action.write_file.path", path, MAX_PATH_BYTES)?,
            },
            WireRequest::ExecuteCommand(wire::ExecuteCommand { command_line }) => {
                let field = "action.execute_command.command_line";
                Self::ExecuteCommand {
                    command_line: required(field, command_line, MAX_COMMAND_BYTES)?,
                }
            }
            WireRequest::GitOperation(git) => git_operation(git)?,
            WireRequest::McpToolCall(call) => Self::McpToolCall(call.try_into()?),
        })
    }
}

impl TryFrom<wire::ReadFile> for Request {
    type Error = FieldError;

    fn try_from(read: wire::ReadFile) -> Result<Self, FieldError> {
        let wire::ReadFile { path, search } = read;
        let path = required("action.read_file.path", path, MAX_PATH_BYTES)?;
        Ok(match search {
            None => Self::ReadFile { path },
            Some(wire::Search {
                content,
                respects_ignore,
            }) => Self::SearchFiles {
                path,
                content: content.unwrap_or(true),
                respects_ignore,
            },
        })
    }
}

fn git_operation(git: wire::GitOperation) -> Result<Request, FieldError> {
    let wire::GitOperation {
        verb,
        operation,
        target,
    } = git;
    Ok(Request::GitOperation {
        operation: git_verb(verb, operation)?,
        target: required("action.git_operation.target", target, MAX_FIELD_BYTES)?,
    })
}

fn git_verb(number: i32, operation: String) -> Result<String, FieldError> {
    let field = "action.git_operation.verb";
    let other = "action.git_operation.operation";
    match GitVerb::try_from(number) {
        Err(_) => Err(FieldError::new(
            field,
            format!("is `{number}`, which is not known"),
        )),
        Ok(GitVerb::Unspecified) => Err(FieldError::missing(field)),
        Ok(GitVerb::Other) => required(other, operation, MAX_FIELD_BYTES),
        Ok(_) if !operation.is_empty() => {
            Err(FieldError::new(other, "belongs to `GIT_VERB_OTHER` only"))
        }
        Ok(verb) => {
            let known = GIT_VERBS.iter().find(|(known, _)| *known == verb);
            let (_, name) = known.ok_or(FieldError::new(field, "is not known"))?;
            Ok((*name).to_owned())
        }
    }
}

impl TryFrom<wire::McpToolCall> for McpToolCall {
    type Error = FieldError;

    fn try_from(call: wire::McpToolCall) -> Result<Self, FieldError> {
        let wire::McpToolCall {
            target,
            server,
            tool,
            capability,
            operation,
            definition,
            arguments,
        } = call;
        let limit = MAX_FIELD_BYTES;
        Ok(Self {
            target: required("action.mcp_tool_call.target", target, limit)?,
            server: optional("action.mcp_tool_call.server", server, limit)?,
            tool: optional("action.mcp_tool_call.tool", tool, limit)?,
            capability: optional("action.mcp_tool_call.capability", capability, limit)?,
            operation: optional("action.mcp_tool_call.operation", operation, limit)?,
            definition: json(
                "action.mcp_tool_call.definition",
                definition,
                MAX_TOOL_BYTES,
            )?,
            arguments: json(
                "action.mcp_tool_call.arguments",
                arguments,
                MAX_ARGUMENTS_BYTES,
            )?,
        })
    }
}

impl TryFrom<wire::Caller> for Caller {
    type Error = FieldError;

    fn try_from(caller: wire::Caller) -> Result<Self, FieldError> {
        let wire::Caller {
            session_id,
            agent_id,
            actor,
            correlation_id,
        } = caller;
        let limit = MAX_FIELD_BYTES;
        Ok(Self {
            session_id: optional("action.caller.session_id", session_id, limit)?,
            agent_id: optional("action.caller.agent_id", agent_id, limit)?,
            actor: optional("action.caller.actor", actor, limit)?,
            correlation_id: optional("action.caller.correlation_id", correlation_id, limit)?,
        })
    }
}

impl TryFrom<wire::Place> for Place {
    type Error = FieldError;

    fn try_from(place: wire::Place) -> Result<Self, FieldError> {
        let wire::Place {
            cwd,
            workspace_root,
            current_branch,
            workspace_roots,
        } = place;
        Ok(Self {
            cwd: optional("action.place.cwd", cwd, MAX_PATH_BYTES)?,
            workspace_root: optional(
                "action.place.workspace_root",
                workspace_root,
                MAX_PATH_BYTES,
            )?,
            root_named: false,
            workspace_roots: roots(workspace_roots)?,
            current_branch: optional(
                "action.place.current_branch",
                current_branch,
                MAX_FIELD_BYTES,
            )?,
        })
    }
}

fn roots(paths: Vec<String>) -> Result<Vec<WorkspaceRoot>, FieldError> {
    let field = "action.place.workspace_roots";
    if paths.len() > MAX_WORKSPACE_ROOTS {
        return Err(FieldError::too_large(
            field,
            paths.len(),
            "entries",
            MAX_WORKSPACE_ROOTS,
        ));
    }
    let paths = paths.into_iter().enumerate();
    paths
        .map(|(index, path)| {
            required(format!("{field}[{index}]"), path, MAX_PATH_BYTES).map(WorkspaceRoot::claimed)
        })
        .collect()
}

impl From<(&Action, Ask)> for wire::DecideRequest {
    fn from((action, ask): (&Action, Ask)) -> Self {
        let Ask {
            compare,
            keep_approvals,
            ..
        } = ask;
        Self {
            action: Some(action.into()),
            compare,
            nonce: None,
            keep_approvals,
        }
    }
}

impl From<&Action> for wire::Action {
    fn from(action: &Action) -> Self {
        let Action {
            request,
            caller,
            place,
            terraform_plan,
        } = action;
        Self {
            request: Some(request.into()),
            caller: (*caller != Caller::default()).then(|| caller.into()),
            place: (*place != Place::default()).then(|| place.into()),
            terraform_plan: terraform_plan.as_deref().map(bytes),
        }
    }
}

impl From<&Request> for WireRequest {
    fn from(request: &Request) -> Self {
        match request {
            Request::ReadFile { path } => Self::ReadFile(wire::ReadFile {
                path: path.clone(),
                search: None,
            }),
            Request::SearchFiles {
                path,
                content,
                respects_ignore,
            } => Self::ReadFile(wire::ReadFile {
                path: path.clone(),
                search: Some(wire::Search {
                    content: (!content).then_some(false),
                    respects_ignore: *respects_ignore,
                }),
            }),
            Request::WriteFile { path } => Self::WriteFile(wire::WriteFile { path: path.clone() }),
            Request::ExecuteCommand { command_line } => {
                let command_line = command_line.clone();
                Self::ExecuteCommand(wire::ExecuteCommand { command_line })
            }
            Request::GitOperation { operation, target } => {
                let known = GIT_VERBS.iter().find(|(_, name)| name == operation);
                Self::GitOperation(wire::GitOperation {
                    verb: known.map_or(GitVerb::Other, |(verb, _)| *verb).into(),
                    operation: known.map_or_else(|| operation.clone(), |_| String::new()),
                    target: target.clone(),
                })
            }
            Request::McpToolCall(call) => Self::McpToolCall(call.into()),
        }
    }
}

impl From<&McpToolCall> for wire::McpToolCall {
    fn from(call: &McpToolCall) -> Self {
        let McpToolCall {
            target,
            server,
            tool,
            capability,
            operation,
            definition,
            arguments,
        } = call;
        Self {
            target: target.clone(),
            server: server.clone(),
            tool: tool.clone(),
            capability: capability.clone(),
            operation: operation.clone(),
            definition: definition.as_deref().map(bytes),
            arguments: arguments.as_deref().map(bytes),
        }
    }
}

impl From<&Caller> for wire::Caller {
    fn from(caller: &Caller) -> Self {
        let Caller {
            session_id,
            agent_id,
            actor,
            correlation_id,
        } = caller.clone();
        Self {
            session_id,
            agent_id,
            actor,
            correlation_id,
        }
    }
}

impl From<&Place> for wire::Place {
    fn from(place: &Place) -> Self {
        let Place {
            cwd,
            workspace_root,
            // Only the service says so, and it reads none from a message.
            root_named: _,
            workspace_roots,
            current_branch,
        } = place.clone();
        let roots = workspace_roots.into_iter();
        Self {
            cwd,
            workspace_root,
            current_branch,
            workspace_roots: roots.map(|root| root.path).collect(),
        }
    }
}

fn bytes(text: &str) -> Vec<u8> {
    text.as_bytes().to_vec()
}
