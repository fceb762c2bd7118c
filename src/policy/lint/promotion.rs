//! Numbers of the section `promotion` that don't hold.

use serde_json::{Value, to_value};

use super::Subject;
use crate::policy::issue::Issue;

/// What the paths of the section's numbers begin with.
const SECTION: &str = "promotion.";

/// A number that is looser than a parent's changes nothing, and its author may rely on it.
pub(super) fn check(subject: &Subject<'_>) -> Vec<Issue> {
    let (Some(own), Some(effective)) = (subject.pack.promotion, subject.effective) else {
        return Vec::new();
    };
    // A section of numbers always has a JSON form.
    let written = to_value(own).unwrap_or_default();
    let own = own.with_defaults().numbers().into_iter();
    let pairs = own.zip(effective.promotion().numbers());
    let overridden = pairs.filter(|(own, holds)| {
        let path = own.path.trim_start_matches(SECTION).replace('.', "/");
        let is_written = written.pointer(&format!("/{path}"));
        is_written.is_some_and(|value| *value != Value::Null) && own.strictness < holds.strictness
    });
    let issues = overridden.map(|(own, holds)| {
        let message = format!(
            "`{}` is {}, but a parent asks for {}, which counts",
            own.path, own.value, holds.value
        );
        let path: Vec<&str> = own.path.split('.').collect();
        Issue::warning("bar-not-lowered", message, subject.places.field(&path))
    });
    issues.collect()
}
