//! Every text of an action. Each field is named, so that a new one is not forgotten.

use super::{Action, Caller, McpToolCall, Place, Request};

impl Action {
    /// Edits every text but the documents of others: a plan, and a tool's definition and arguments.
    pub fn edit_texts(&mut self, edit: &impl Fn(&mut String)) {
        let Self {
            request,
            caller,
            place,
            terraform_plan: _,
        } = self;
        match request {
            Request::ReadFile { path }
            | Request::WriteFile { path }
            | Request::SearchFiles { path, .. } => edit(path),
            Request::ExecuteCommand { command_line } => edit(command_line),
            Request::GitOperation { operation, target } => {
                edit(operation);
                edit(target);
            }
            Request::McpToolCall(call) => call.edit_texts(edit),
        }
        let Caller {
            session_id,
            agent_id,
            actor,
            correlation_id,
        } = caller;
        let Place {
            cwd,
            workspace_root,
            root_named: _,
            workspace_roots,
            current_branch,
        } = place;
        let fields = [
            session_id,
            agent_id,
            actor,
            correlation_id,
            cwd,
            workspace_root,
            current_branch,
        ];
        fields.into_iter().flatten().for_each(edit);
        workspace_roots
            .iter_mut()
            .for_each(|root| edit(&mut root.path));
    }
}

impl McpToolCall {
    fn edit_texts(&mut self, edit: &impl Fn(&mut String)) {
        let Self {
            target,
            server,
            tool,
            capability,
            operation,
            definition: _,
            arguments: _,
        } = self;
        edit(target);
        let fields = [server, tool, capability, operation];
        fields.into_iter().flatten().for_each(edit);
    }
}
