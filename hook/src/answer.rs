//! What is answered to a host.

use serde_json::Value;

/// The exit code of a denial, and of every failure: the only one that each host takes for a denial.
pub(crate) const FAILED: u8 = 2;

/// Bytes of a reason. Hosts cut longer texts: Claude Code at 10,000 characters.
const MAX_REASON_BYTES: usize = 8_000;

/// What is answered, before it is put into a host's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Nothing: the host's own rules decide.
    Silent,
    /// The tool goes ahead without a question of the host's own.
    Grant(String),
    /// The host asks the person at its terminal, if it can.
    AskThePerson(String),
    /// The tool must not run.
    Deny(String),
    /// There is no decision, so the tool must not run.
    Failed(String),
}

/// What the process writes, and its exit code.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Output {
    /// The answer for the host. Nothing else is ever written there.
    pub(crate) stdout: String,
    /// The reason, for the agent or a person.
    pub(crate) stderr: String,
    /// The exit code.
    pub(crate) code: u8,
}

impl Output {
    /// No words at all.
    pub(crate) fn silent() -> Self {
        Self::default()
    }

    /// One JSON object.
    pub(crate) fn json(answer: &Value) -> Self {
        Self {
            stdout: answer.to_string(),
            ..Self::default()
        }
    }

    /// A reason on standard error. It is never empty: some hosts ignore a failure without words.
    pub(crate) fn failed(reason: &str) -> Self {
        Self {
            stdout: String::new(),
            stderr: reason.to_owned(),
            code: FAILED,
        }
    }
}

/// A reason cut to the size that hosts show whole, with so many bytes behind it.
pub(crate) fn cut(reason: &str, behind: usize) -> String {
    let most = MAX_REASON_BYTES.saturating_sub(behind);
    if reason.len() <= most {
        return reason.to_owned();
    }
    let mut cut = reason.to_owned();
    cut.truncate(reason.floor_char_boundary(most));
    cut.push('…');
    cut
}
