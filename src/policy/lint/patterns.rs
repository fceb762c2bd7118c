//! Patterns over paths and branches: those that can't match, and those that never decide.

use super::Subject;
use crate::action::patterns::{PathPatterns, PlacePatterns, RefPatterns, RootPatterns};
use crate::policy::effective::Listed;
use crate::policy::issue::Issue;
use crate::policy::pattern_count;

/// How many there are, inherited ones too where the pack can be joined with its parents.
pub(super) fn count(subject: &Subject<'_>) -> usize {
    let inherited = subject
        .effective
        .map_or(0, |pack| pattern_count::of(&pack.content));
    pattern_count::of(subject.pack).max(inherited)
}

pub(super) fn check(subject: &Subject<'_>) -> Vec<Issue> {
    let filesystem = &subject.pack.filesystem;
    let lists = [
        ("block_read", &filesystem.block_read),
        ("require_approval_read", &filesystem.require_approval_read),
        ("block_write", &filesystem.block_write),
        ("require_approval_write", &filesystem.require_approval_write),
    ];
    let mut issues = Vec::new();
    for (list, patterns) in lists {
        for pattern in patterns {
            issues.extend(path(subject, list, pattern));
        }
    }
    let effective = subject.effective.map(|pack| &pack.content.filesystem);
    for pattern in &filesystem.require_approval_write {
        let block = effective.map(|files| files.block_write.as_slice());
        issues.extend(shadowed(
            subject,
            "write",
            pattern,
            block.unwrap_or_default(),
        ));
    }
    for pattern in &filesystem.require_approval_read {
        let block = effective.map(|files| files.block_read.as_slice());
        issues.extend(shadowed(
            subject,
            "read",
            pattern,
            block.unwrap_or_default(),
        ));
    }
    let places = [
        ("allow_outside_read", &filesystem.allow_outside_read),
        ("allow_outside_write", &filesystem.allow_outside_write),
    ];
    for (list, patterns) in places {
        issues.extend(
            patterns
                .iter()
                .filter_map(|pattern| place(subject, list, pattern)),
        );
    }
    for pattern in &filesystem.roots {
        issues.extend(root(subject, pattern));
    }
    for remote in &subject.pack.git.allowed_remotes {
        issues.extend(one_remote(subject, remote));
    }
    for pattern in subject.pack.git.protected_branches.iter().flatten() {
        issues.extend(branch(subject, pattern));
    }
    issues.extend(unprotected(subject));
    issues
}

fn path(subject: &Subject<'_>, list: &str, pattern: &str) -> Option<Issue> {
    let at = subject.places.entry(&["filesystem", list], pattern);
    if let Err(error) = PathPatterns::new(&[pattern]) {
        return Some(Issue::blocker("bad-pattern", error.message, at));
    }
    if matches!(pattern, "*" | "**" | "**/*" | "/**" | "/") {
        let message = format!("`{pattern}` in `filesystem.{list}` matches every path");
        return Some(Issue::warning("matches-everything", message, at));
    }
    None
}

/// Roots that name nothing, and those that leave it to the caller what is one.
fn root(subject: &Subject<'_>, pattern: &str) -> Option<Issue> {
    let at = subject.places.entry(&["filesystem", "roots"], pattern);
    if let Err(error) = RootPatterns::new(&[pattern]) {
        return Some(Issue::blocker("bad-root", error.message, at));
    }
    if pattern.contains("**") {
        let message = format!(
            "`{pattern}` names every directory there: an agent that calls a protected one its \
             root isn't stopped by what lies above; name the depth, as in `/home/*/src/*`"
        );
        return Some(Issue::warning("root-at-any-depth", message, at));
    }
    None
}

/// Exceptions that name no file outside the workspace, or too many.
fn place(subject: &Subject<'_>, list: &str, pattern: &str) -> Option<Issue> {
    let error = PlacePatterns::new(&[pattern]).err()?;
    let at = subject.places.entry(&["filesystem", list], pattern);
    Some(Issue::blocker("bad-place", error.message, at))
}

/// A pattern of `filesystem.require_approval_read` or `_write` that is blocked too.
fn shadowed(subject: &Subject<'_>, kind: &str, pattern: &str, block: &[Listed]) -> Option<Issue> {
    let by = block.iter().find(|listed| &*listed.text == pattern)?;
    let message = format!(
        "`{pattern}` never needs approval: `filesystem.block_{kind}` of `{}` blocks it",
        by.origin
    );
    let list = format!("require_approval_{kind}");
    let at = subject.places.entry(&["filesystem", &list], pattern);
    Some(Issue::warning("unreachable-approval", message, at))
}

/// Entries of `git.allowed_remotes` that name no remote, or a program instead of one.
fn one_remote(subject: &Subject<'_>, remote: &str) -> Option<Issue> {
    let at = subject.places.entry(&["git", "allowed_remotes"], remote);
    let blocker = |problem: &str| {
        let message = format!("`{remote}` in `git.allowed_remotes` {problem}");
        Some(Issue::blocker("bad-remote", message, at.clone()))
    };
    if remote.is_empty() || remote.contains(char::is_whitespace) {
        return blocker("is no name and no URL of a remote");
    }
    if remote.contains("::") {
        return blocker("names a program that git would run; write the name of a remote");
    }
    if remote.contains(['*', '?', '[']) {
        return blocker("is no pattern: it is compared exactly; list each remote");
    }
    None
}

/// An empty list protects no branch, but inherited entries are kept.
fn unprotected(subject: &Subject<'_>) -> Option<Issue> {
    let own = subject.pack.git.protected_branches.as_ref()?;
    if !own.is_empty() {
        return None;
    }
    let at = subject.places.field(&["git", "protected_branches"]);
    let inherited = &subject.effective?.content.git.protected_branches;
    Some(match inherited.first() {
        None => Issue::warning(
            "no-protected-branches",
            "`git.protected_branches: []` protects no branch: every branch may be pushed to; \
             leave the field out to protect `main` and `master`",
            at,
        ),
        Some(listed) => {
            let message = format!(
                "`git.protected_branches: []` changes nothing: `{}` of `{}` stays protected",
                listed.text, listed.origin
            );
            Issue::warning("unreachable-empty-list", message, at)
        }
    })
}

/// Names that no branch can have never match (git-check-ref-format(1)).
fn branch(subject: &Subject<'_>, pattern: &str) -> Option<Issue> {
    let at = subject
        .places
        .entry(&["git", "protected_branches"], pattern);
    if let Err(error) = RefPatterns::new(&[pattern]) {
        return Some(Issue::blocker("bad-branch-pattern", error.message, at));
    }
    let blocker = |problem: &str| {
        let message = format!("`{pattern}` protects nothing: {problem}");
        Some(Issue::blocker("bad-branch-pattern", message, at.clone()))
    };
    let name = pattern.strip_prefix("refs/heads/").unwrap_or(pattern);
    if name.starts_with("refs/") {
        return blocker("only branches can be protected");
    }
    if name.starts_with('/') || name.ends_with('/') || name.contains("//") {
        return blocker("no branch has an empty part between slashes");
    }
    if name.contains([' ', '~', '^', ':', '\\']) || name.contains("..") || name.contains("@{") {
        return blocker("no branch has such a name");
    }
    if name.starts_with("origin/") {
        let message = format!(
            "`{pattern}` is a branch of that name, not `{}` on the remote `origin`",
            name.trim_start_matches("origin/")
        );
        return Some(Issue::warning("branch-with-remote", message, at));
    }
    None
}
