//! The one function that establishes facts.

use super::commands;
use super::git as remotes;
use super::{Certainty, Facts, PathAccess};
use crate::action::limits::MAX_COMMAND_BYTES;
use crate::action::path::Resolver;
use crate::action::{Action, ActionError, Request, git, mcp, terraform};

/// Works out what an action would do.
///
/// # Errors
/// If a path, command line or third-party document is over its limit or holds what it may
/// not hold; the error names the field.
pub fn establish(action: &Action) -> Result<Facts, ActionError> {
    let resolver = Resolver::new(&action.place)?;
    let branch = action.place.current_branch.as_deref();
    let mut facts = match &action.request {
        Request::ReadFile { path } => Facts {
            reads: vec![access(&resolver, path, "read_file")?],
            ..Facts::default()
        },
        Request::WriteFile { path } => Facts {
            writes: vec![access(&resolver, path, "write_file")?],
            ..Facts::default()
        },
        Request::ExecuteCommand { command_line } => {
            check(command_line)?;
            commands::facts(command_line, &resolver, branch)
        }
        Request::GitOperation { operation, target } => {
            let push = git::push_from_document(operation, target, branch)?;
            let words = git::document_command(operation, target);
            remotes::document(&words, &resolver, push)
        }
        Request::McpToolCall(call) => Facts {
            mcp: Some(mcp::call(call)?),
            ..Facts::default()
        },
    };
    facts.terraform_plan = match &action.terraform_plan {
        Some(plan) => Some(terraform::read_plan(plan)?),
        None => None,
    };
    Ok(facts)
}

/// The one path of a read or a write that is no command.
fn access(resolver: &Resolver, path: &str, via: &str) -> Result<PathAccess, ActionError> {
    let found = resolver.resolve(path, &resolver.start())?;
    Ok(PathAccess {
        written: path.to_owned(),
        path: found.path,
        anchor: found.anchor,
        certainty: Certainty::Certain,
        outside_workspace: found.outside_workspace,
        via: via.to_owned(),
        whole: false,
        command: None,
    })
}

fn check(command_line: &str) -> Result<(), ActionError> {
    if command_line.len() > MAX_COMMAND_BYTES {
        return Err(ActionError::TooLarge {
            field: "target",
            unit: "bytes",
            actual: command_line.len(),
            limit: MAX_COMMAND_BYTES,
        });
    }
    if command_line.contains('\0') {
        return Err(ActionError::invalid("target", "holds a NUL byte"));
    }
    Ok(())
}
