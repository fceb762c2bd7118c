//! What a parameter holds, as far as the walk knows.

use super::ShellWord;

/// What a parameter holds, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Held {
    /// One text unless the parameter is a list.
    pub(super) items: Vec<String>,
    /// It holds this on every path.
    pub(super) certain: bool,
}

impl Held {
    pub(super) fn one(text: String, certain: bool) -> Option<Self> {
        Some(Self {
            items: vec![text],
            certain,
        })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.items.iter().all(String::is_empty)
    }

    /// All of these words.
    pub(super) fn all(words: &[ShellWord]) -> Self {
        Self {
            items: words.iter().map(|word| word.text.clone()).collect(),
            certain: words.iter().all(|word| !word.dynamic && !word.glob),
        }
    }
}
