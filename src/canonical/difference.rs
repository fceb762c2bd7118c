//! Where two JSON values differ.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use serde_json::Value;

/// One step from a value to a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'v> {
    /// The value of a key.
    Key(&'v str),
    /// An element of an array, from 0.
    Index(usize),
}

/// How two parts differ that are at the same place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum DifferenceKind<'v> {
    /// Only the first value has the part.
    OnlyFirst(&'v Value),
    /// Only the second value has it.
    OnlySecond(&'v Value),
    /// Both are arrays, of so many elements.
    Lengths(usize, usize),
    /// They are different values.
    Values(&'v Value, &'v Value),
}

/// Calls `take` with each place where `first` and `second` differ, and how, until it breaks.
/// Keys come in the order of their names.
pub fn differences<'v>(
    first: &'v Value,
    second: &'v Value,
    take: &mut impl FnMut(&[Step<'v>], DifferenceKind<'v>) -> ControlFlow<()>,
) {
    // That it was broken off is what the caller knows already.
    let _ = compare(&mut Vec::new(), first, second, take);
}

fn compare<'v>(
    at: &mut Vec<Step<'v>>,
    first: &'v Value,
    second: &'v Value,
    take: &mut impl FnMut(&[Step<'v>], DifferenceKind<'v>) -> ControlFlow<()>,
) -> ControlFlow<()> {
    if first == second {
        return ControlFlow::Continue(());
    }
    match (first, second) {
        (Value::Object(first), Value::Object(second)) => {
            let names: BTreeSet<&String> = first.keys().chain(second.keys()).collect();
            for name in names {
                at.push(Step::Key(name));
                match (first.get(name), second.get(name)) {
                    (Some(first), Some(second)) => compare(at, first, second, take)?,
                    (Some(first), None) => take(at, DifferenceKind::OnlyFirst(first))?,
                    (None, Some(second)) => take(at, DifferenceKind::OnlySecond(second))?,
                    (None, None) => {}
                }
                at.pop();
            }
            ControlFlow::Continue(())
        }
        (Value::Array(first), Value::Array(second)) if first.len() == second.len() => {
            for (index, (first, second)) in first.iter().zip(second).enumerate() {
                at.push(Step::Index(index));
                compare(at, first, second, take)?;
                at.pop();
            }
            ControlFlow::Continue(())
        }
        (Value::Array(first), Value::Array(second)) => {
            take(at, DifferenceKind::Lengths(first.len(), second.len()))
        }
        _ => take(at, DifferenceKind::Values(first, second)),
    }
}
