//! Refspecs of a push, and the remote refs that they move (git-push(1), gitglossary(7)).

use crate::action::facts::RefUpdate;

/// Where branches live (gitglossary(7)).
pub(super) const BRANCHES: &str = "refs/heads/";

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
        return Moves::Unknown(format!("`{spec}` excludes refs from an unknown set"));
    }
    let (source, destination) = match spec.split_once(':') {
        Some((source, destination)) => (source, Some(destination)),
        None => (spec, None),
    };
    let name = destination.filter(|name| !name.is_empty());
    let name = name.unwrap_or(source);
    if !is_ref_name(name) {
        return Moves::Unknown(format!("`{name}` is no valid name of a ref"));
    }
    match destination {
        Some("") | None => same_name(source, current_branch, forced, delete),
        Some(name) => Moves::Refs(targets(source, name, forced, delete || source.is_empty())),
    }
}

/// Whether git takes `name` for a ref's, or for a pattern of refs (git-check-ref-format(1)).
fn is_ref_name(name: &str) -> bool {
    let odd = |c: char| c.is_control() || " ~^:?[\\".contains(c);
    let segment =
        |text: &str| !text.is_empty() && !text.starts_with('.') && !text.ends_with(".lock");
    !name.contains(odd)
        && !name.contains("..")
        && !name.contains("@{")
        && !name.ends_with('.')
        && name.split('/').all(segment)
}

/// Without a destination the ref of the same name moves; `HEAD` and `@` are the current branch.
fn same_name(source: &str, current_branch: Option<&str>, force: bool, delete: bool) -> Moves {
    if delete || !matches!(source, "HEAD" | "@") {
        return Moves::Refs(targets(source, source, force, delete));
    }
    match checked_out(current_branch) {
        Some(branch) => Moves::Refs(vec![branch_update(branch, force)]),
        None => Moves::Unknown(format!(
            "`{source}` is the current branch, which is not known"
        )),
    }
}

/// The current branch, unless the caller reports a detached `HEAD`.
pub(super) fn checked_out(current_branch: Option<&str>) -> Option<&str> {
    current_branch.filter(|branch| !matches!(*branch, "" | "HEAD" | "@"))
}

/// The current branch on the remote.
pub(super) fn branch_update(branch: &str, force: bool) -> RefUpdate {
    let short = branch.strip_prefix(BRANCHES).unwrap_or(branch);
    RefUpdate {
        name: format!("{BRANCHES}{short}"),
        glob: false,
        delete: false,
        force,
    }
}

/// The full names that `name` can stand for on the remote.
///
/// Git takes the remote ref that `name` abbreviates (gitrevisions(7)) if there is exactly
/// one, else makes a ref of the source's kind. Which refs the remote has isn't known, so
/// `heads/main` stands for two.
fn targets(source: &str, name: &str, force: bool, delete: bool) -> Vec<RefUpdate> {
    let update = |name: String| RefUpdate {
        glob: name.contains('*'),
        name,
        delete,
        force,
    };
    if name.starts_with("refs/") || name.starts_with('*') {
        return vec![update(name.to_owned())];
    }
    // Git holds a pattern against full names; who writes a document may mean branches.
    if name.contains('*') {
        return vec![update(name.to_owned()), update(format!("{BRANCHES}{name}"))];
    }
    let mut names = Vec::new();
    if name.starts_with("heads/") || name.starts_with("tags/") {
        names.push(format!("refs/{name}"));
    }
    if source.starts_with("refs/tags/") {
        names.push(format!("refs/tags/{name}"));
    }
    names.push(format!("{BRANCHES}{name}"));
    names.into_iter().map(update).collect()
}
