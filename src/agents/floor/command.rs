//! A command pattern in the parts that a host's rule needs.

/// A command pattern that a rule can spell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CommandShape {
    /// The words. A `*` in one matches any text.
    pub(super) words: Vec<String>,
    /// Whether further words may follow.
    pub(super) is_open: bool,
}

impl CommandShape {
    /// None for a pattern with quotes or other characters that rules read as their own.
    pub(super) fn of(pattern: &str) -> Option<Self> {
        let plain = |it: char| {
            it.is_ascii_alphanumeric()
                || matches!(
                    it,
                    ' ' | '.' | '_' | '-' | '/' | '*' | '=' | ':' | '@' | '+' | ',' | '%'
                )
        };
        if !pattern.chars().all(plain) {
            return None;
        }
        let is_open = pattern.ends_with('*');
        let text = pattern.strip_suffix('*').unwrap_or(pattern);
        let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        let begins = words.first().is_some_and(|word| !word.contains('*'));
        begins.then_some(Self { words, is_open })
    }

    /// Whether a `*` is before the end.
    pub(super) fn has_gap(&self) -> bool {
        self.words.iter().any(|word| word.contains('*'))
    }

    /// The words as one text.
    pub(super) fn text(&self) -> String {
        self.words.join(" ")
    }
}
