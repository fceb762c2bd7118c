//! A decision on its way into the journal.

use super::Latency;
use crate::action::facts::Facts;
use crate::decision::{Change, Decision};

/// A decision that was made, with what it was made on.
#[derive(Debug, Clone, Copy)]
pub struct Decided<'a> {
    /// What is answered.
    pub decision: &'a Decision,
    /// What was judged.
    pub facts: &'a Facts,
    /// What the candidate said, where it was asked.
    pub candidate: Option<(&'a Decision, Change)>,
    /// How long it took.
    pub latency: Latency,
}
