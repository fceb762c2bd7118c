//! Lint with the compiler's word: patterns and Rego can be wrong in ways that only the
//! engine knows.

use super::Policy;
use super::error::{CompileError, CompileProblem};
use crate::policy::effective::{FindError, resolve_source};
use crate::policy::issue::{Issue, Location};
use crate::policy::lint::{LintReport, lint as lint_sections};
use crate::policy::source::PackSource;

/// Checks a pack; one without blockers is compiled too. `find` gives the files of its
/// ancestors.
#[must_use]
pub fn lint(
    source: &PackSource,
    find: &mut dyn FnMut(&str) -> Result<PackSource, FindError>,
) -> LintReport {
    let report = lint_sections(source, find);
    if !report.valid {
        return report;
    }
    let issues = match resolve_source(source.clone(), find) {
        Ok(pack) => Policy::compile(pack).err().map_or_else(Vec::new, issues),
        Err(error) => {
            let location = Location::file(&source.policy.path);
            vec![Issue::blocker("invalid-pack", error.to_string(), location)]
        }
    };
    report.with(issues)
}

fn issues(error: CompileError) -> Vec<Issue> {
    error.problems.into_iter().map(issue).collect()
}

fn issue(problem: CompileProblem) -> Issue {
    let CompileProblem {
        file,
        line,
        message,
    } = problem;
    let line = line.and_then(|line| usize::try_from(line).ok());
    let file = file.as_deref().unwrap_or("rules");
    let location = Location::new(file, line.unwrap_or(0), 0);
    Issue::blocker("does-not-compile", message, location)
}
