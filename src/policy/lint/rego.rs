//! Rego files, as far as their first line tells. Compiling them is the engine's job.

use super::Subject;
use crate::policy::issue::{Issue, Location};
use crate::policy::source::SourceFile;

/// The package that the Rego of the pack `id` must be in.
fn package_of(id: &str) -> String {
    format!("cavra.pack.{}", id.replace('-', "_"))
}

pub(super) fn check(subject: &Subject<'_>) -> Vec<Issue> {
    let id = &subject.pack.metadata.id;
    if id.is_empty() {
        return Vec::new();
    }
    let expected = package_of(id);
    let rules = subject.source.rules.iter();
    rules.filter_map(|file| package(file, &expected)).collect()
}

fn package(file: &SourceFile, expected: &str) -> Option<Issue> {
    let code = |line: &str| line.split('#').next().unwrap_or_default().trim().to_owned();
    let mut lines = (1..).zip(file.text.lines().map(code));
    let Some((number, line)) = lines.find(|(_, line)| !line.is_empty()) else {
        let message = "the file holds no rule";
        return Some(Issue::warning(
            "rego-empty",
            message,
            Location::file(&file.path),
        ));
    };
    let found = line
        .strip_prefix("package")
        .filter(|rest| rest.starts_with(char::is_whitespace))
        .map(str::trim)
        .unwrap_or_default();
    let below = found
        .strip_prefix(expected)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    (!below).then(|| {
        let message = format!("the file must be in `package {expected}`, or in one below it");
        Issue::blocker(
            "rego-package",
            message,
            Location::new(&file.path, number, 1),
        )
    })
}
