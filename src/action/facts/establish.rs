//! From an action to its facts.

use super::{Certainty, Facts, PathAccess, Unknown, UnknownKind};
use crate::action::path::Resolver;
use crate::action::{Action, ActionError, Request, git, mcp, terraform};

/// Establishes the facts of an action.
///
/// # Errors
/// If a field is malformed or over a limit.
pub fn establish(action: &Action) -> Result<Facts, ActionError> {
    let mut facts = Facts::default();
    match &action.request {
        Request::ReadFile { path } => facts.reads.push(access(action, path, "read_file")?),
        Request::WriteFile { path } => facts.writes.push(access(action, path, "write_file")?),
        Request::ExecuteCommand { .. } => facts.unknowns.push(Unknown {
            kind: UnknownKind::Unparsed,
            reason: "command lines are not read yet".to_owned(),
            command: None,
        }),
        Request::GitOperation { operation, target } => {
            let branch = action.place.current_branch.as_deref();
            facts
                .pushes
                .push(git::push_from_document(operation, target, branch)?);
        }
        Request::McpToolCall(call) => facts.mcp = Some(mcp::call(call)?),
    }
    if let Some(plan) = &action.terraform_plan {
        facts.terraform_plan = Some(terraform::read_plan(plan)?);
    }
    Ok(facts)
}

fn access(action: &Action, path: &str, via: &str) -> Result<PathAccess, ActionError> {
    let resolver = Resolver::new(&action.place)?;
    let resolved = resolver.resolve(path, &resolver.start())?;
    Ok(PathAccess {
        written: path.to_owned(),
        path: resolved.path,
        anchor: resolved.anchor,
        certainty: Certainty::Certain,
        outside_workspace: resolved.outside_workspace,
        via: via.to_owned(),
        command: None,
    })
}
