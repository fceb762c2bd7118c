//! Compares every field of a report with the recomputed one. How a field can be verified is fixed
//! here, not read from the report.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use serde_json::Value;

use super::{Check, Finding};
use crate::canonical::difference::{DifferenceKind, Step, differences};
use crate::shadow::replay::ReplayError;
use crate::shadow::report::{Basis, Report};

/// Fields whose parts are compared one by one, because they are verified in different ways.
const PARTED: [&str; 2] = ["denominators", "candidate_failures"];
/// Fields that only the process that made the report knows, beside the labelled ones.
const ATTESTED: [&str; 2] = ["generated_at", "simulated_clock"];
/// Attested fields whose least value the journal knows: a live run's records have the number of
/// decisions that were offered, and a replay drops nothing.
const BOUNDED: [&str; 3] = [
    "denominators.seen",
    "denominators.sampled",
    "denominators.dropped",
];
/// Bytes of a value that is shown.
const MAX_SHOWN_BYTES: usize = 120;

/// Compares every field of `said` with the recomputed report.
pub(super) fn fields(said: &Report, again: &Report) -> Result<Vec<Check>, ReplayError> {
    let value = |report: &Report| {
        serde_json::to_value(report).map_err(|error| ReplayError::Report(error.into()))
    };
    let (Value::Object(said), Value::Object(found)) = (value(said)?, value(again)?) else {
        return Ok(Vec::new());
    };
    let mut checks = Vec::new();
    let names: BTreeSet<&String> = said.keys().chain(found.keys()).collect();
    for name in names {
        let (said, found) = (
            said.get(name).unwrap_or(&Value::Null),
            found.get(name).unwrap_or(&Value::Null),
        );
        match (said, found) {
            (Value::Object(said), Value::Object(found)) if PARTED.contains(&name.as_str()) => {
                for (part, said) in said {
                    let found = found.get(part).unwrap_or(&Value::Null);
                    checks.push(field(format!("{name}.{part}"), again, said, found));
                }
            }
            _ => checks.push(field(name.clone(), again, said, found)),
        }
    }
    Ok(checks)
}

fn field(name: String, again: &Report, said: &Value, found: &Value) -> Check {
    let labelled = again.labels.iter().find(|label| label.field == name);
    let basis = match labelled {
        Some(label) => label.basis,
        None if ATTESTED.contains(&name.as_str()) => Basis::Attested,
        None => Basis::Recomputed,
    };
    let difference = first_difference(&name, said, found);
    Check {
        finding: match (basis, &difference) {
            (Basis::Attested, Some(_)) if BOUNDED.contains(&name.as_str()) => Finding::Differs,
            (Basis::Attested, _) => Finding::Said,
            (Basis::Recomputed, None) => Finding::Holds,
            (Basis::Recomputed, Some(_)) => Finding::Differs,
        },
        field: name,
        basis,
        message: difference,
    }
}

/// Whether the text at `path` is a sentence for a person. Its words are not compared: better
/// English must not void a report that was signed.
fn is_sentence(path: &str) -> bool {
    (path.starts_with("criteria[") && path.ends_with("].message"))
        || (path.starts_with("groups[") && path.ends_with("].failure.reason"))
}

/// The first difference of two values, as a sentence. An absent field equals one that is null.
fn first_difference(name: &str, said: &Value, found: &Value) -> Option<String> {
    let mut first = None;
    differences(said, found, &mut |at, how| {
        let (said, found) = match how {
            DifferenceKind::OnlyFirst(Value::Null) | DifferenceKind::OnlySecond(Value::Null) => {
                return ControlFlow::Continue(());
            }
            DifferenceKind::Values(Value::String(_), Value::String(_))
                if is_sentence(&path(name, at)) =>
            {
                return ControlFlow::Continue(());
            }
            DifferenceKind::Lengths(said, found) => {
                let path = path(name, at);
                first = Some(format!(
                    "`{path}` has {said} entries; the journal gives {found}"
                ));
                return ControlFlow::Break(());
            }
            DifferenceKind::OnlyFirst(said) => (said, &Value::Null),
            DifferenceKind::OnlySecond(found) => (&Value::Null, found),
            DifferenceKind::Values(said, found) => (said, found),
        };
        let (path, said, found) = (path(name, at), shown(said), shown(found));
        first = Some(format!("`{path}` says {said}; the journal gives {found}"));
        ControlFlow::Break(())
    });
    first
}

fn path(name: &str, steps: &[Step<'_>]) -> String {
    let mut path = name.to_owned();
    for step in steps {
        match step {
            Step::Key(key) => path.push_str(&format!(".{key}")),
            Step::Index(index) => path.push_str(&format!("[{index}]")),
        }
    }
    path
}

fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.get(..text.floor_char_boundary(MAX_SHOWN_BYTES)) {
        Some(cut) if cut.len() < text.len() => format!("{cut}…"),
        _ => text,
    }
}
