//! What is wrong or doubtful about a pack.
//!
//! Everything that reading finds, what keeps the pack from being joined with its parents,
//! and what is well-formed but can't be meant: patterns that never match or never decide,
//! allows that cover too much, names that nobody knows.

mod approvals;
mod commands;
mod dead;
mod entries;
mod inherited;
mod network;
mod patterns;
mod place;
mod project;
mod promotion;
mod rego;
mod report;
mod trust;

use super::cases;
use super::effective::{EffectivePack, FindError, PolicyError, resolve, resolve_source};
use super::issue::{Issue, Location};
use super::pack::Pack;
use super::pattern_count;
use super::read;
use super::source::PackSource;
use place::Places;

pub use report::{LintReport, MAX_ISSUES, Summary};

/// A pack on its way through the checks.
struct Subject<'a> {
    source: &'a PackSource,
    /// As far as it could be read.
    pack: &'a Pack,
    /// Joined with its parents, if that is possible.
    effective: Option<&'a EffectivePack>,
    places: Places<'a>,
}

/// Checks a pack. `find` gives the files of its ancestors.
#[must_use]
pub fn lint(
    source: &PackSource,
    find: &mut dyn FnMut(&str) -> Result<PackSource, FindError>,
) -> LintReport {
    let reading = read::read(&source.policy);
    let (own_cases, case_issues) = cases::read_all(&source.cases);
    let mut issues = reading.issues.clone();
    issues.extend(case_issues);
    let places = Places::new(&source.policy.path, reading.node.as_ref());
    let effective = if issues.iter().any(Issue::is_blocker) {
        issues.extend(parents(&reading.pack, &places, find));
        None
    } else {
        resolve_source(source.clone(), find)
            .map_err(|error| issues.push(inheritance(&error, &reading.pack, &places)))
            .ok()
    };
    let subject = Subject {
        source,
        pack: &reading.pack,
        effective: effective.as_ref(),
        places,
    };
    match pattern_count::problem(patterns::count(&subject)) {
        // They are not looked at one by one: that takes what compiling them would.
        Some(problem) => {
            let at = Location::file(&source.policy.path);
            issues.push(Issue::blocker("too-many-patterns", problem, at));
        }
        None => {
            issues.extend(patterns::check(&subject));
            issues.extend(commands::check(&subject));
            issues.extend(network::check(&subject));
        }
    }
    issues.extend(project::check(&subject));
    issues.extend(trust::check(&subject));
    issues.extend(approvals::check(&subject));
    issues.extend(entries::check(&subject));
    issues.extend(rego::check(&subject));
    issues.extend(inherited::check(&subject, find));
    issues.extend(promotion::check(&subject));
    if own_cases.is_empty() && source.cases.is_empty() {
        let message = "the pack has no cases of its own; nothing shows what its rules are for";
        issues.push(Issue::warning("no-cases", message, Location::file("cases")));
    }
    LintReport::new(Summary::of(&subject), issues)
}

/// What keeps single parents from being read, where the pack itself can't be joined.
fn parents(
    pack: &Pack,
    places: &Places<'_>,
    find: &mut dyn FnMut(&str) -> Result<PackSource, FindError>,
) -> Vec<Issue> {
    let parents = pack.metadata.inherits.iter();
    parents
        .filter_map(|parent| resolve(parent, find).err())
        .map(|error| inheritance(&error, pack, places))
        .collect()
}

fn inheritance(error: &PolicyError, pack: &Pack, places: &Places<'_>) -> Issue {
    let code = match error {
        PolicyError::NotFound { .. } => "unknown-parent",
        PolicyError::Circle { .. } => "inheritance-circle",
        PolicyError::TooDeep { .. } | PolicyError::TooMany { .. } => "inheritance-limit",
        PolicyError::Disagreement { .. } => "parents-disagree",
        PolicyError::Unreadable { .. }
        | PolicyError::WrongId { .. }
        | PolicyError::Invalid { .. } => "bad-parent",
    };
    let named = |parent: &&String| match error {
        PolicyError::NotFound { id, chain } => chain.contains(*parent) || *parent == id,
        PolicyError::Circle { chain } | PolicyError::TooDeep { chain, .. } => {
            chain.contains(*parent)
        }
        PolicyError::Unreadable { id, .. } | PolicyError::Invalid { id, .. } => *parent == id,
        PolicyError::WrongId { expected, .. } => *parent == expected,
        PolicyError::TooMany { .. } | PolicyError::Disagreement { .. } => false,
    };
    let at = match pack.metadata.inherits.iter().find(named) {
        Some(parent) => places.entry(&["metadata", "inherits"], parent),
        None => places.field(&["metadata", "inherits"]),
    };
    Issue::blocker(code, error.to_string(), at)
}
