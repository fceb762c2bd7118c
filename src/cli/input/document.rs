use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::action::{Action, ActionError};

/// A decision case as test corpora and dry-run reports hold it: the document under `input`.
#[derive(Deserialize)]
struct CaseLine<'a> {
    #[serde(borrow)]
    input: &'a RawValue,
    /// Tells a case from an action document, which has no such field.
    #[serde(rename = "case_id")]
    _case_id: &'a RawValue,
    /// When, as `cavra traffic --with-times` writes it.
    #[serde(borrow)]
    at: Option<&'a RawValue>,
}

/// Reads an action document, or a decision case that holds one under `input`.
///
/// # Errors
/// As [`Action::from_json`].
pub(crate) fn read_document(bytes: &[u8]) -> Result<Action, ActionError> {
    read_timed_document(bytes).map(|(action, _)| action)
}

/// As [`read_document`], with when it happened, where a case says so.
///
/// # Errors
/// As [`Action::from_json`].
pub(crate) fn read_timed_document(
    bytes: &[u8],
) -> Result<(Action, Option<Timestamp>), ActionError> {
    let document = Action::from_json(bytes).map(|action| (action, None));
    document.or_else(|error| match case_line(bytes) {
        Some(case) => {
            let action = Action::from_json(case.input.get().as_bytes())?;
            // A case of somebody else's may have any `at`.
            let at = case.at.and_then(|at| serde_json::from_str(at.get()).ok());
            Ok((action, at))
        }
        None => Err(match std::str::from_utf8(bytes) {
            Ok(_) => error,
            Err(bad) => {
                let at = bad.valid_up_to() + 1;
                ActionError::Malformed(format!("it is not UTF-8 text: see byte {at}"))
            }
        }),
    })
}

/// A decision case. An array is none: serde would take its first two elements for the fields,
/// and the action in the second would go unjudged.
fn case_line(bytes: &[u8]) -> Option<CaseLine<'_>> {
    let bytes = bytes.trim_ascii_start();
    if !bytes.starts_with(b"{") {
        return None;
    }
    serde_json::from_slice(bytes).ok()
}

/// The answer to a line that can't be decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct LineError {
    /// From 1; 0 for an action that was given by flags.
    pub(crate) line: u64,
    pub(crate) error: LineProblem,
}

/// Why a line could not be judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct LineProblem {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) field: Option<String>,
    pub(crate) message: String,
}

impl LineError {
    pub(crate) fn new(line: u64, error: &ActionError) -> Self {
        Self {
            line,
            error: LineProblem {
                field: error.field().map(str::to_owned),
                message: error.to_string(),
            },
        }
    }
}
