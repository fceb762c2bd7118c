//! What the journal keeps of a decision: only what it keeps can be recomputed later.

use crate::action::facts::Facts;
use crate::action::{Action, Caller};
use crate::journal::record::decision::DecisionOutline;
use crate::journal::record::{Entry, Replayable, Subject};

/// What the journal keeps of a decision.
#[derive(Debug)]
pub enum Kept {
    /// All of the action, or there is no journal.
    Whole,
    /// The action and its facts, with marks or cuts.
    Marked(Box<Marked>),
    /// Too little to judge it again.
    TooLittle,
}

/// A recorded subject that differs from what was judged.
#[derive(Debug)]
pub struct Marked {
    /// The recorded subject, as JSON.
    subject: Box<[u8]>,
    caller: Caller,
}

/// An action and its facts, as a replay reads them.
pub(super) struct Stored {
    pub(super) action: Action,
    pub(super) facts: Facts,
}

impl Kept {
    /// What `entry` keeps of its decision.
    #[must_use]
    pub fn of(entry: &Entry) -> Self {
        let Ok(outline) = serde_json::from_slice::<DecisionOutline<'_>>(&entry.record) else {
            return Self::TooLittle;
        };
        match (outline.replayable, &entry.subject) {
            (Replayable::Text, _) => Self::Whole,
            (Replayable::Facts, Some(subject)) => Self::Marked(Box::new(Marked {
                subject: subject.bytes.clone(),
                caller: (&outline.caller).into(),
            })),
            (Replayable::Facts, None) | (Replayable::No, _) => Self::TooLittle,
        }
    }

    /// The bytes that it holds, near enough.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Whole | Self::TooLittle => 0,
            Self::Marked(marked) => size_of::<Marked>() + marked.subject.len(),
        }
    }
}

impl Marked {
    /// What a replay reads. None if it can't be read back.
    pub(super) fn read(&self) -> Option<Stored> {
        let subject = Subject::read(&self.subject).ok()?;
        Some(Stored {
            action: Action {
                caller: self.caller.clone(),
                ..subject.action
            },
            facts: subject.facts?,
        })
    }
}
