//! Where two values differ, by JSON pointers (RFC 6901).

use std::cell::OnceCell;
use std::ops::ControlFlow;

use serde_json::Value;

use super::sentences::{digests, is_sentence};
use crate::canonical::difference::{self, DifferenceKind};
use crate::canonical::pointer::of_steps;
pub(crate) use crate::canonical::pointer::{escape, of_path};

/// Differences that one comparison names.
pub(crate) const MAX_DIFFERENCES: usize = 4;
/// Characters of a value that a message shows.
const MAX_SHOWN: usize = 80;

/// What a comparison of two values found.
#[derive(Debug, Default)]
pub(crate) struct Differences {
    /// Where they differ, at most [`MAX_DIFFERENCES`] places.
    pub(crate) faults: Vec<String>,
    /// Sentences in other words, which are no faults.
    pub(crate) reworded: usize,
}

/// Where `found` is not `expected`. `root` is the pointer to both.
pub(crate) fn differences(root: &str, expected: &Value, found: &Value) -> Differences {
    // All that is expected as JSON, made when it is first needed.
    let text = OnceCell::new();
    let known = |digest: &str| {
        let text: &String = text.get_or_init(|| expected.to_string());
        text.contains(digest)
    };
    let mut out = Differences::default();
    difference::differences(expected, found, &mut |at, how| {
        let at = format!("{root}{}", of_steps(at));
        let fault = match how {
            DifferenceKind::Values(Value::String(_), Value::String(found)) if is_sentence(&at) => {
                reworded(&at, found, known)
            }
            how => Some(fault(&at, how)),
        };
        match fault {
            Some(fault) => out.faults.push(fault),
            None => out.reworded += 1,
        }
        match out.faults.len() < MAX_DIFFERENCES {
            true => ControlFlow::Continue(()),
            false => ControlFlow::Break(()),
        }
    });
    out
}

/// What is wrong with a sentence in other words: it may name no digest that the rest does not.
fn reworded(at: &str, found: &str, known: impl Fn(&str) -> bool) -> Option<String> {
    let digest = digests(found).find(|digest| !known(digest))?;
    Some(format!(
        "`{at}` names `{digest}`, which should not be there"
    ))
}

fn fault(at: &str, how: DifferenceKind<'_>) -> String {
    match how {
        DifferenceKind::OnlyFirst(_) => format!("`{at}` is missing"),
        DifferenceKind::OnlySecond(_) => format!("`{at}` doesn't belong there"),
        DifferenceKind::Lengths(expected, found) => {
            format!("`{at}` has {found} entries, should have {expected}")
        }
        DifferenceKind::Values(expected, found) => {
            format!("`{at}` is {}, should be {}", show(found), show(expected))
        }
    }
}

fn show(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= MAX_SHOWN {
        return text;
    }
    let start: String = text.chars().take(MAX_SHOWN).collect();
    format!("{start}…")
}
