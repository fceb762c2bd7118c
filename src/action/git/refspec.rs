//! Refspecs of a push, and the remote refs that they move (git-push(1), gitglossary(7)).

use crate::action::facts::RefUpdate;

/// Where branches live (gitglossary(7)).
pub(in crate::action) const BRANCHES: &str = "refs/heads/";

/// Parts of `refs/` that servers are known to show, so that a short name can mean them
/// (gitrevisions(7); Gerrit shows `refs/meta/config`, forges show changes and pull requests).
const NAMESPACES: &[&str] = &[
    "heads/",
    "tags/",
    "remotes/",
    "notes/",
    "replace/",
    "meta/",
    "changes/",
    "pull/",
    "merge-requests/",
];

/// What one refspec comes to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Moves {
    /// The refs that are known to move.
    pub(super) refs: Vec<RefUpdate>,
    /// Why these are not all, or not certain.
    pub(super) unknown: Option<String>,
    /// A negative refspec: what the others don't move.
    pub(super) excludes: Option<String>,
}

impl Moves {
    fn refs(refs: Vec<RefUpdate>) -> Self {
        Self {
            refs,
            ..Self::default()
        }
    }

    fn unknown(reason: String) -> Self {
        Self {
            unknown: Some(reason),
            ..Self::default()
        }
    }
}

/// Every ref that matches `pattern`.
pub(super) fn every(pattern: &str, force: bool, delete: bool) -> RefUpdate {
    RefUpdate {
        name: pattern.to_owned(),
        excludes: Vec::new(),
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
        return Moves::refs(vec![every("refs/heads/*", forced, false)]);
    }
    if let Some(excluded) = spec.strip_prefix('^') {
        return Moves {
            excludes: Some(excluded.to_owned()),
            ..Moves::default()
        };
    }
    let (source, destination) = match spec.split_once(':') {
        Some((source, destination)) => (source, Some(destination)),
        None => (spec, None),
    };
    let name = destination.filter(|name| !name.is_empty());
    let name = name.unwrap_or(source);
    if !is_ref_name(name) {
        return Moves::unknown(format!("`{name}` is no valid name of a ref"));
    }
    match destination {
        Some("") | None => same_name(source, current_branch, forced, delete),
        Some(name) => Moves::refs(targets(source, name, forced, delete || source.is_empty())),
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
        return Moves::refs(targets(source, source, force, delete));
    }
    head(current_branch, force)
}

/// The refs that a push of `HEAD` moves: the current branch, as far as the caller's word for
/// it is the name of a branch.
///
/// `git rev-parse --abbrev-ref HEAD` prints `heads/main` for `main` where a tag has that name
/// too, and `git symbolic-ref HEAD` prints a full name; so both are read either way.
pub(super) fn head(current_branch: Option<&str>, force: bool) -> Moves {
    let Some(branch) = current_branch.filter(|branch| !matches!(*branch, "" | "HEAD" | "@")) else {
        return Moves::unknown("the current branch is not known".to_owned());
    };
    if !is_branch_name(branch) {
        return Moves::unknown(format!(
            "the current branch is not known: `{branch}` is no name of a branch"
        ));
    }
    let update = |short: &str| named(format!("{BRANCHES}{short}"), force);
    if let Some(short) = branch.strip_prefix(BRANCHES) {
        let reason = format!("the current branch is not known: `{branch}` is a full name");
        return Moves {
            refs: vec![update(short)],
            unknown: Some(reason),
            excludes: None,
        };
    }
    if branch.starts_with("refs/") {
        return Moves::unknown(format!(
            "the current branch is not known: `{branch}` is no branch"
        ));
    }
    match branch.strip_prefix("heads/") {
        Some(short) => Moves::refs(vec![update(short), update(branch)]),
        None => Moves::refs(vec![update(branch)]),
    }
}

/// Whether a branch can have this name (git-check-ref-format(1), `--branch`).
fn is_branch_name(name: &str) -> bool {
    is_ref_name(name) && !name.contains('*') && !name.starts_with('-')
}

fn named(name: String, force: bool) -> RefUpdate {
    RefUpdate {
        glob: false,
        name,
        excludes: Vec::new(),
        delete: false,
        force,
    }
}

/// Negative refspecs of one push that are looked at.
const MAX_EXCLUDES: usize = 16;

/// Takes away what negative refspecs exclude: git compares them, a `*` in them included, with
/// the full name of the ref that would move (measured with git 2.47).
pub(super) fn exclude(updates: &mut Vec<RefUpdate>, excluded: &[String]) {
    if excluded.is_empty() {
        return;
    }
    // Each pattern keeps them. What more of them take out counts as moved.
    let excluded = excluded.get(..MAX_EXCLUDES).unwrap_or(excluded);
    updates.retain(|update| {
        update.glob || !excluded.iter().any(|pattern| covers(pattern, &update.name))
    });
    for update in updates.iter_mut().filter(|update| update.glob) {
        update.excludes = excluded.to_vec();
    }
}

/// Whether the pattern of a refspec, a full name with at most one `*`, matches `name`.
pub(in crate::action) fn covers(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        Some((before, behind)) => name
            .strip_prefix(before)
            .is_some_and(|rest| rest.ends_with(behind)),
        None => pattern == name,
    }
}

/// Where a configured refspec (`remote.NAME.push`) sends the branch `full`, if anywhere.
pub(super) fn mapped(configured: &str, full: &str) -> Option<String> {
    let configured = configured.strip_prefix('+').unwrap_or(configured);
    let (source, destination) = configured.split_once(':')?;
    if destination.is_empty() || !covers(source, full) {
        return None;
    }
    let Some((before, behind)) = source.split_once('*') else {
        return Some(destination.to_owned());
    };
    let middle = full.strip_prefix(before)?.strip_suffix(behind)?;
    Some(destination.replacen('*', middle, 1))
}

/// The full names that `name` can mean on the remote.
///
/// Git takes the remote ref that `name` abbreviates (gitrevisions(7)) if there is exactly
/// one, else makes a ref of the source's kind. Which refs the remote has isn't known, so
/// `heads/main` means two.
fn targets(source: &str, name: &str, force: bool, delete: bool) -> Vec<RefUpdate> {
    let update = |name: String| RefUpdate {
        glob: name.contains('*'),
        name,
        excludes: Vec::new(),
        delete,
        force,
    };
    if name.starts_with("refs/") || name.starts_with('*') {
        return vec![update(name.to_owned())];
    }
    // Git matches a pattern with full names; the author of a document may mean branches.
    if name.contains('*') {
        return vec![update(name.to_owned()), update(format!("{BRANCHES}{name}"))];
    }
    let mut names = Vec::new();
    if NAMESPACES.iter().any(|space| name.starts_with(space)) {
        names.push(format!("refs/{name}"));
    }
    if source.starts_with("refs/tags/") {
        names.push(format!("refs/tags/{name}"));
    }
    names.push(format!("{BRANCHES}{name}"));
    names.into_iter().map(update).collect()
}
