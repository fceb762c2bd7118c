//! What is wrong with a service that runs, so that health can say it.

use std::collections::BTreeMap;

use tokio::sync::watch;

/// A part of the service that can be in a bad way by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aspect {
    /// The record of decisions. While it can't be written, no decision can be returned.
    Journal,
    /// The packs on disk. What was read last is not in force because it was refused.
    Packs,
    /// The policy in force. It should not be, and `--allow-failed-cases` let it.
    Policy,
    /// The policy in force. It is another than the packs on disk give, or, without a store, another
    /// than before the service started, by its journal.
    Succession,
    /// The policy in force. Nobody should rely on how it came into force, or it is not re-proved
    /// since another version of CAVRA compiled it.
    Proof,
    /// The policy in force. It came into force by break-glass, whose time has passed without a
    /// ratification.
    BreakGlass,
}

impl Aspect {
    /// All of them, in order.
    pub const ALL: [Self; 6] = [
        Self::Journal,
        Self::Packs,
        Self::Policy,
        Self::Succession,
        Self::Proof,
        Self::BreakGlass,
    ];

    /// The name, such as `packs`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Journal => "journal",
            Self::Packs => "packs",
            Self::Policy => "policy",
            Self::Succession => "succession",
            Self::Proof => "proof",
            Self::BreakGlass => "break_glass",
        }
    }

    /// Whether the service can't do its work while this is wrong.
    #[must_use]
    pub fn is_needed(self) -> bool {
        match self {
            Self::Journal => true,
            Self::Packs | Self::Policy | Self::Succession | Self::Proof | Self::BreakGlass => false,
        }
    }
}

/// What is wrong now, by aspect, each with the reason for a person.
pub type Problems = BTreeMap<Aspect, String>;

/// Keeps what is wrong. Shared by the authority, which sets it, and health, which tells it.
#[derive(Debug, Default)]
pub struct Conditions {
    problems: watch::Sender<Problems>,
}

impl Conditions {
    /// Says what is wrong with `aspect`, or that nothing is. Wakes those who watch only if that
    /// is news.
    pub fn set(&self, aspect: Aspect, problem: Option<String>) {
        self.problems.send_if_modified(|problems| match problem {
            None => problems.remove(&aspect).is_some(),
            Some(problem) => {
                let is_news = problems.get(&aspect) != Some(&problem);
                problems.insert(aspect, problem);
                is_news
            }
        });
    }

    /// What is wrong at this moment.
    #[must_use]
    pub fn now(&self) -> Problems {
        self.problems.borrow().clone()
    }

    /// What is wrong, and every change of it.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Problems> {
        self.problems.subscribe()
    }
}
