//! Names of the project's tasks.

use super::Subject;
use crate::policy::issue::Issue;
use crate::policy::pack::{ALLOW_EFFECTS, PROJECT_TASKS, PROJECT_TOOLS};

/// Characters of patterns, which no name of a task has.
const OF_PATTERNS: &[char] = &['*', '?', '[', ']', '{', '}'];

pub(super) fn check(subject: &Subject<'_>) -> Vec<Issue> {
    let tools = subject.effective.map(|pack| {
        let effects = &pack.content.commands.allow_effects;
        effects.tools()
    });
    let mut issues = Vec::new();
    for (kind, name) in subject.pack.commands.project_tasks.iter() {
        let at = subject
            .places
            .entry(&["commands", "project_tasks", kind.name()], name);
        if name.contains(OF_PATTERNS) {
            let message = format!(
                "`{name}` never matches: `{PROJECT_TASKS}.{}` holds whole names, not patterns",
                kind.name()
            );
            issues.push(Issue::warning("task-is-a-pattern", message, at));
        } else if tools.is_some_and(|tools| !tools.contains(kind)) {
            let message = format!(
                "`{name}` allows nothing: `{ALLOW_EFFECTS}.{PROJECT_TOOLS}` does not have `{}`",
                kind.name()
            );
            issues.push(Issue::warning("task-of-no-tool", message, at));
        }
    }
    issues
}
