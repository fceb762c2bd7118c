//! Refspecs of a push, and the remote refs that they move (git-push(1), gitglossary(7)).

use crate::action::facts::RefUpdate;

/// What one refspec comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Moves {
    /// These refs.
    Refs(Vec<RefUpdate>),
    /// Some ref, and why it is not known which.
    Unknown(String),
}

/// Every ref that matches `pattern`.
pub(super) fn every(pattern: &str, force: bool, delete: bool) -> RefUpdate {
    RefUpdate {
        name: pattern.to_owned(),
        glob: true,
        delete,
        force,
    }
}

/// The refs that `spec` moves.
pub(super) fn read(spec: &str, current_branch: Option<&str>, force: bool, delete: bool) -> Moves {
    let (spec, forced) = match spec.strip_prefix('+') {
        Some(spec) => (spec, true),
        None => (spec, force),
    };
    if spec.is_empty() || spec == ":" {
        // Matching branches: every branch that both sides have.
        return Moves::Refs(vec![every("refs/heads/*", forced, false)]);
    }
    if spec.starts_with('^') {
        return Moves::Refs(Vec::new());
    }
    let (source, destination) = match spec.split_once(':') {
        Some((source, destination)) => (source, Some(destination)),
        None => (spec, None),
    };
    match destination {
        Some("") | None => same_name(source, current_branch, forced, delete),
        Some(name) => Moves::Refs(targets(source, name, forced, delete || source.is_empty())),
    }
}

/// Without a destination the ref of the same name moves; `HEAD` and `@` are the current branch.
fn same_name(source: &str, current_branch: Option<&str>, force: bool, delete: bool) -> Moves {
    if delete || !matches!(source, "HEAD" | "@") {
        return Moves::Refs(targets(source, source, force, delete));
    }
    match current_branch.filter(|branch| !branch.is_empty()) {
        Some(branch) => Moves::Refs(vec![branch_update(branch, force)]),
        None => Moves::Unknown(format!(
            "`{source}` is the current branch, which is not known"
        )),
    }
}

/// The current branch on the remote.
pub(super) fn branch_update(branch: &str, force: bool) -> RefUpdate {
    let short = branch.strip_prefix("refs/heads/").unwrap_or(branch);
    RefUpdate {
        name: format!("refs/heads/{short}"),
        glob: false,
        delete: false,
        force,
    }
}

/// The full names that `name` can stand for on the remote.
fn targets(source: &str, name: &str, force: bool, delete: bool) -> Vec<RefUpdate> {
    let update = |name: String| RefUpdate {
        glob: name.contains('*'),
        name,
        delete,
        force,
    };
    if name.starts_with("refs/") {
        return vec![update(name.to_owned())];
    }
    let mut names = Vec::new();
    if name.starts_with("heads/") || name.starts_with("tags/") {
        names.push(format!("refs/{name}"));
    }
    if source.starts_with("refs/tags/") {
        names.push(format!("refs/tags/{name}"));
    }
    names.push(format!("refs/heads/{name}"));
    names.into_iter().map(update).collect()
}
